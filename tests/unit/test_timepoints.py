"""Which samples of a patient come before which."""

from datetime import date, timedelta

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.clinical import with_sampling_dates
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.inputs.samples import Sample
from scripts.patient.timepoints import (
    check_sampling_dates,
    days_unlike_dates,
    earlier_samples,
    samples_in_time,
    timepoint_ranks,
)


def sheet(*rows: tuple[str, str, str, int | None]) -> dict[str, Sample]:
    """Samples from (name, patient, timepoint, order), in the order of the sheet."""
    return {
        name: Sample(
            name,
            patient,
            time,
            order,
            "BM",
            "newly_diagnosed",
            Assay.CAPTURE,
            bam="x.bam",
            where=f"s.tsv: row {row}",
        )
        for row, (name, patient, time, order) in enumerate(rows, start=2)
    }


def test_order_sorts_timepoints_whatever_the_rows() -> None:
    samples = sheet(("c", "P", "late", 30), ("a", "P", "first", 1), ("b", "P", "day28", 2))
    assert earlier_samples(samples) == {"c": ("a", "b"), "a": (), "b": ("a",)}


def test_samples_of_one_timepoint_are_not_earlier_than_each_other() -> None:
    samples = sheet(
        ("bm", "P", "diagnosis", 1), ("pb", "P", "diagnosis", 1), ("later", "P", "day28", 2)
    )
    assert earlier_samples(samples) == {"bm": (), "pb": (), "later": ("bm", "pb")}


def test_without_order_the_rows_are_the_time_and_equal_names_one_timepoint() -> None:
    samples = sheet(
        ("bm", "P", "diagnosis", None),
        ("d28", "P", "day28", None),
        ("pb", "P", "diagnosis", None),
    )
    assert timepoint_ranks(samples) == {"bm": 0, "d28": 1, "pb": 0}
    assert earlier_samples(samples)["d28"] == ("bm", "pb")


def test_patients_do_not_mix() -> None:
    samples = sheet(("a", "P", "diagnosis", 1), ("b", "Q", "day28", 2))
    assert earlier_samples(samples) == {"a": (), "b": ()}


def test_order_for_some_samples_of_a_patient_is_a_mistake() -> None:
    samples = sheet(("a", "P", "diagnosis", 1), ("b", "P", "day28", None))
    with pytest.raises(
        UserError, match=r"^s.tsv: row 3: column order: sample 'b' of patient 'P' has none"
    ):
        timepoint_ranks(samples)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (
            ("relapse", 1),
            ("relapse", 2),
            "column order: patient 'P' has 2 for 'relapse' here, and 1 for 'relapse' in s.tsv: "
            "row 2; give every timepoint a name and a number of its own",
        ),
        (
            ("relapse", 1),
            ("day28", 1),
            "column order: patient 'P' has 1 for 'day28' here, and 1 for 'relapse' in s.tsv: "
            "row 2; give every timepoint a name and a number of its own",
        ),
        (
            ("relapse", None),
            ("Relapse", None),
            "column timepoint: 'Relapse' differs from 'relapse' only in upper and lower case; "
            "rename one",
        ),
    ],
)
def test_a_timepoint_has_one_name_and_one_number(
    first: tuple[str, int | None], second: tuple[str, int | None], words: str
) -> None:
    """Two numbers of one name were two timepoints that nobody could tell apart in a report."""
    with pytest.raises(UserError) as caught:
        timepoint_ranks(sheet(("a", "P", *first), ("b", "P", *second)))
    assert str(caught.value) == f"s.tsv: row 3: {words}"


def sampled(**days: str) -> list[ClinicalRow]:
    """Rows of kind sampling of patient P, by timepoint."""
    return [
        ClinicalRow(patient="P", kind=ClinicalKind.SAMPLING, label=timepoint, start=day)
        for timepoint, day in days.items()
    ]


def test_dates_of_sampling_do_not_contradict_the_order_of_timepoints() -> None:
    """One day for two timepoints is allowed; a later timepoint with an earlier date is not."""
    samples = sheet(("b", "P", "day28", 2), ("a", "P", "diagnosis", 1), ("c", "P", "late", 3))
    ranks = timepoint_ranks(samples)
    assert [sample.name for sample in samples_in_time(samples, ranks)["P"]] == ["a", "b", "c"]
    check_sampling_dates(sampled(diagnosis="2030-01-08", day28="2030-01-08"), samples, ranks)
    against = sampled(diagnosis="2030-01-08", late="2030-01-07")
    with pytest.raises(UserError) as caught:
        check_sampling_dates(against, samples, ranks)
    assert str(caught.value).startswith(
        "s.tsv: row 4: patient 'P': 'diagnosis' (s.tsv: row 3) comes before 'late', and was sampled"
    )


def timed(name: str, order: int | None, date: str | None, timepoint: str = "") -> Sample:
    return Sample(
        name, "P1", timepoint or name, order, "BM", "newly_diagnosed",
        Assay.CAPTURE, date=date, where=f"row of {name}",
    )  # fmt: skip


def test_dates_order_timepoints() -> None:
    samples = {
        one.name: one for one in (timed("B", None, "2024-02-01"), timed("A", None, "2024-01-01"))
    }
    assert timepoint_ranks(samples) == {"A": 0, "B": 1}
    assert earlier_samples(samples) == {"A": (), "B": ("A",)}
    rows = with_sampling_dates((), samples.values())
    assert [(row.label, row.start) for row in rows] == [("B", "2024-02-01"), ("A", "2024-01-01")]


def test_dates_that_contradict_are_refused() -> None:
    wrong = {one.name: one for one in (timed("A", 1, "2024-02-01"), timed("B", 2, "2024-01-01"))}
    with pytest.raises(
        UserError, match=r"^row of B: .*'A' \(row of A\) is before 'B' by the column order and"
    ):
        timepoint_ranks(wrong)
    assert timepoint_ranks({"A": timed("A", 1, "2024-01-01"), "B": timed("B", 2, "2024-01-01")})
    some = {one.name: one for one in (timed("B", 2, None), timed("A", 1, "2024-02-01"))}
    assert timepoint_ranks(some) == {"A": 0, "B": 1}
    rest = [
        timed("A", None, "2024-01-03"),
        timed("B", 0, "2024-01-02"),
        timed("C", 1, "2024-01-02"),
    ]
    assert timepoint_ranks({one.name: one for one in rest}) == {"A": 1, "B": 0, "C": 0}
    twice = [timed("A", None, "2024-02-01", "x"), timed("B", None, "2024-02-02", "x")]
    differ = "^row of B: column date: .* has 2024-02-02 for 'x', row of A has 2024-02-01; give one"
    with pytest.raises(UserError, match=differ):
        with_sampling_dates((), twice)
    table = sampled(x="2024-02-03")
    rows = [row.model_copy(update={"patient": "P1"}) for row in table]
    with pytest.raises(
        UserError, match=r"^row of A: .*the table of clinical events has 2024-02-03"
    ):
        with_sampling_dates(rows, twice)


def test_an_order_of_zero_counts_and_one_order_may_have_several_dates() -> None:
    wrong = {one.name: one for one in (timed("B", 1, "2024-01-01"), timed("A", 0, "2024-02-01"))}
    with pytest.raises(
        UserError, match=r"^row of B: .*'A' \(row of A\) is before 'B' by the column order and"
    ):
        timepoint_ranks(wrong)
    pair = timed("B", 1, "2024-02-01", "x"), timed("A", 1, "2024-01-01", "x")
    both = {one.name: one for one in pair}
    assert timepoint_ranks(both) == {"A": 0, "B": 1}


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (("day28", "diagnosis"), "a day of treatment comes after diagnosis"),
        (("d14", "Baseline"), "a day of treatment comes after Baseline"),
        (("day28", "day14"), "day 14 comes before day 28"),
        (("day0", "diagnosis"), ""),
        (("day14", "day28"), ""),
        (("diagnosis", "day28", "relapse", "day28b"), ""),
        (("MDS", "diagnosis", "day28", "relapse", "day14"), ""),
    ],
)
@pytest.mark.parametrize("by", ["rows", "order", "date"])
def test_names_of_timepoints_do_not_contradict_their_order(
    times: tuple[str, ...], told: str, by: str
) -> None:
    samples = {
        f"S{number}": timed(
            f"S{number}",
            number if by == "order" else None,
            f"2024-02-0{number}" if by == "date" else None,
            timepoint=time,
        )
        for number, time in enumerate(times, start=1)
    }
    if not told:
        assert timepoint_ranks(samples)["S1"] == 0
        return
    column = "timepoint" if by == "rows" else by
    message = rf"^row of S2: column {column}: .* \(row of S1\) is before .*{told}; correct the"
    with pytest.raises(UserError, match=message):
        timepoint_ranks(samples)


@pytest.mark.parametrize(
    ("days", "told"), [(13, True), (14, False), (28, False), (88, False), (89, True), (200, True)]
)
def test_a_day_of_treatment_far_from_its_date_is_told(days: int, *, told: bool) -> None:
    """Half as late to 60 days later than it says are days on which a day 28 is sampled."""
    sampled_on = date(2030, 1, 1) + timedelta(days=days)
    samples = sheet(("a", "P", "diagnosis", None), ("b", "P", "day28", None))
    dates = sampled(diagnosis="2030-01-01", day28=sampled_on.isoformat())
    found = days_unlike_dates(dates, samples, timepoint_ranks(samples))
    words = (
        f"s.tsv: row 3: patient 'P': 'day28' was sampled on {sampled_on}, {days} days "
        "after 'diagnosis'; results compare it by its name: correct a date, or the name of the "
        "timepoint"
    )
    assert found == ([words] if told else [])


@pytest.mark.parametrize(
    ("kind", "start", "told"),
    [
        (ClinicalKind.TREATMENT, "2030-06-20", False),
        (ClinicalKind.ENROLMENT, "2030-06-20", False),
        (ClinicalKind.TREATMENT, "relapse", False),
        (ClinicalKind.RESPONSE, "2030-06-20", True),
        (ClinicalKind.TREATMENT, "2030-01-01", True),
    ],
)
def test_a_later_treatment_begins_the_days_anew(
    kind: ClinicalKind, start: str, *, told: bool
) -> None:
    samples = sheet(("a", "P", "diagnosis", None), ("b", "P", "day28", None))
    dates = sampled(diagnosis="2030-01-01", day28="2030-07-20")
    if start == "relapse":
        dates += sampled(relapse="2030-06-20")
    begun = ClinicalRow(patient="P", kind=kind, label="CR", start=start)
    found = days_unlike_dates([*dates, begun], samples, timepoint_ranks(samples))
    assert bool(found) is told


def test_days_without_a_date_or_a_start_are_not_judged() -> None:
    samples = sheet(("a", "P", "diagnosis", None), ("b", "P", "day28", None))
    ranks = timepoint_ranks(samples)
    for known in ({"diagnosis": "2030-01-01"}, {"day28": "2030-08-01"}):
        assert days_unlike_dates(sampled(**known), samples, ranks) == []
    other = ClinicalRow(patient="Q", kind=ClinicalKind.TREATMENT, label="drug", start="2030-01-01")
    assert days_unlike_dates([*sampled(day28="2030-08-01"), other], samples, ranks) == []


def test_the_start_that_lies_nearest_to_the_name_is_told() -> None:
    """What begins on the day of the sample counts as well."""
    samples = sheet(("a", "P", "diagnosis", None), ("b", "P", "day28", None))
    dates = sampled(diagnosis="2029-01-01", day28="2030-07-20")
    begun = [
        ClinicalRow(patient="P", kind=ClinicalKind.TREATMENT, label=label, start=day)
        for label, day in (("first", "2030-01-01"), ("second", "2030-07-20"))
    ]
    ranks = timepoint_ranks(samples)
    (found,) = days_unlike_dates([*dates, *begun], samples, ranks)
    assert "0 days after the treatment 'second'" in found
    (found,) = days_unlike_dates([*dates, begun[0]], samples, ranks)
    assert "200 days after the treatment 'first'" in found
    only = [*sampled(day28="2030-07-20"), begun[1]]
    assert len(days_unlike_dates(only, samples, ranks)) == 1
