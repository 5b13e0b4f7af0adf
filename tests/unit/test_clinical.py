"""The table of treatments and responses."""

from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.clinical import read_clinical
from scripts.inputs.clinical_rows import ClinicalRow, ElnResponse, cycle_of, eln_response
from scripts.inputs.samples import Cohort, Sample

SAMPLES = {
    "P1": [
        Sample(name, "P1", name, None, "BM", "newly_diagnosed", Assay.CAPTURE, bam="x.bam")
        for name in ("diagnosis", "day28")
    ]
}
HEADER = "patient\tkind\tlabel\tstart\tend"


def read(folder: Path, *lines: str) -> tuple[ClinicalRow, ...]:
    path = folder / "clinical.tsv"
    path.write_text("\r\n".join([HEADER, *lines]) + "\r\n", "utf-8-sig")
    return read_clinical(str(path), SAMPLES)


def test_rows_are_read_and_other_patients_left_out(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "# a remark",
        "P1\ttreatment\tdrug\tdiagnosis\tday28",
        "P9\ttreatment\tdrug\tsomewhen\t",
        "P1\tresponse\tremission\tday28",
    )
    assert [(row.kind, row.start, row.end) for row in rows] == [
        ("treatment", "diagnosis", "day28"),
        ("response", "day28", ""),
    ]
    assert read_clinical(None, SAMPLES) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "P 1\ttreatment\tx\tdiagnosis\t",
            "row 2: column patient: found 'P 1'; letters, digits and _ . - are allowed, the "
            "first a letter or digit",
        ),
        ("P1\tdrug\tx\tdiagnosis\t", "row 2: column kind: found 'drug'; allowed: treatment"),
        ("P1\ttreatment\t\tdiagnosis\t", "row 2: 'label' is missing; say what is to be shown"),
        ("P1\ttreatment\tx\t\t", "row 2: 'start' is missing; give a date"),
        ("P1\ttreatment\tx\tday29\t", "row 2: column start: found 'day29'"),
        ("P1\ttreatment\tx\t2025-13-01\t", "row 2: column start: found '2025-13-01'"),
        ("P1\ttreatment\tx\t2025-03-01\t", "none for the timepoint 'diagnosis'"),
        ("P1\tsampling\tday29\t2025-03-01\t", "'day29' is no timepoint of patient 'P1'"),
        ("P1\tsampling\tday28\tday28\t", "expected the date of sampling as YYYY-MM-DD"),
        (
            "P1\tsampling\tday28\t0001-01-01\t",
            "row 2: column start: found '0001-01-01'; the year is before 1900; correct it",
        ),
        (
            "P1\tdeath\tx\t2126-01-01\t",
            "column start: found '2126-01-01'; the day is still to come",
        ),
        (
            "P1\ttreatment\tx\t2025-01-01\t2126-01-01",
            "row 2: column end: found '2126-01-01'; the day is still to come; correct the date; "
            "leave it empty while the treatment goes on",
        ),
        ("P1\ttreatment\tx\tday28\t\t\t1", "found 7 cells, the header has 5"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, line)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "clinical.tsv"))
    assert "\n" not in str(caught.value)


def test_another_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinical.tsv"
    path.write_text("patient,kind\n", "utf-8")
    with pytest.raises(UserError, match="row 1: the header is separated by commas"):
        read_clinical(str(path), SAMPLES)


WIDE = "patient\tkind\tlabel\tstart\tend\tdose\tschedule\tcohort"
ENROLLED = "E1\tenrolment\ttrial\t2025-01-01\t\t\t\tnewly_diagnosed"
REMISSION = "E1\tresponse\tCRi\t2025-01-29"
RELAPSED = "E1\trelapse\tmarrow\t2025-06-01"
DEAD = "E1\tdeath\tleukaemia\t2025-08-01"
ALIVE = "E1\tlast_follow_up\talive\t2025-09-01"


def read_wide(folder: Path, *lines: str) -> tuple[ClinicalRow, ...]:
    path = folder / "clinical.tsv"
    path.write_text("\n".join([WIDE, *lines]) + "\n", "utf-8")
    return read_clinical(str(path), SAMPLES)


def test_an_enrolled_patient_needs_no_sample(tmp_path: Path) -> None:
    rows = read_wide(
        tmp_path,
        "E1\ttransplantation\tbefore the trial\t2020-02-01",
        ENROLLED,
        "E1\ttreatment\tOM\t2025-01-01\t2025-03-01\t1.5 mg/m2\t7 days every 28 days",
        "E1\ttreatment\tsorafenib\t2025-01-01\t\t400 mg\ttwice daily",
        REMISSION,
        RELAPSED,
        DEAD,
    )
    assert [row.kind.value for row in rows] == [
        "transplantation", "enrolment", "treatment", "treatment", "response", "relapse", "death",
    ]  # fmt: skip
    assert rows[1].cohort is Cohort.NEWLY_DIAGNOSED
    assert cycle_of(rows[2].schedule) == (7, 28)
    assert cycle_of(rows[3].schedule) is None
    assert eln_response(rows[4]) is ElnResponse.CRI
    assert eln_response(rows[5]) is None


def test_the_sheet_gives_dates_and_cohort_of_its_patients(tmp_path: Path) -> None:
    dated = [
        "P1\tsampling\tdiagnosis\t2025-01-01",
        "P1\tsampling\tday28\t2025-01-29",
        "P1\tlast_follow_up\talive\t2025-09-01",
    ]
    rows = read_wide(
        tmp_path, *dated, "P1\tenrolment\ttrial\t2025-01-02", "P1\tresponse\tCR\tday28"
    )
    assert rows[3].cohort is Cohort.NEWLY_DIAGNOSED
    assert rows[4].start == "day28"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([ENROLLED], "row 2: column kind: patient 'E1' is enrolled, and has neither"),
        ([ENROLLED, DEAD, DEAD], "row 4: column kind: patient 'E1' has a row of kind 'death'"),
        ([ENROLLED, ENROLLED, ALIVE], "row 3: column kind: patient 'E1' has a row of kind 'enrol"),
        (
            ["E1\tenrolment\ttrial\t2025-01-01", ALIVE],
            "row 2: column cohort: patient 'E1' is not in the sample sheet; give newly_diagnosed",
        ),
        (
            [ENROLLED, ALIVE, DEAD],
            "row 3: column start: '2025-09-01' of the last follow-up of patient 'E1' is after the "
            "death (2025-08-01, row 4)",
        ),
        (
            [ENROLLED, "E1\tresponse\tCR\t2024-12-31", ALIVE],
            "row 3: column start: '2024-12-31' of the response of patient 'E1' is before the "
            "enrolment (2025-01-01, row 2)",
        ),
        (
            [ENROLLED, "E1\ttreatment\tOM\t2025-01-30", REMISSION, ALIVE],
            "row 4: column start: '2025-01-29' of the response of patient 'E1' is before the first "
            "treatment (2025-01-30, row 3)",
        ),
        ([ENROLLED, "E1\tdeath\tx\t2025-W09-1"], "row 3: column start: found '2025-W09-1'"),
        (
            [ENROLLED, "E1\tdeath\tx\t1975-01-01"],
            "row 3: column start: '1975-01-01' of the death of patient 'E1' is more than 50 years",
        ),
        ([ENROLLED, RELAPSED, ALIVE], "row 3: column start: '2025-06-01' of the relapse"),
        (
            [ENROLLED, "E1\tresponse\tCR\t2025-06-01", RELAPSED, ALIVE],
            "row 4: column start: '2025-06-01' of the relapse of patient 'E1' is not after a",
        ),
        (
            [ENROLLED, "E1\tresponse\tMLFS\t2025-02-01", RELAPSED, ALIVE],
            "without one it is a progression",
        ),
        ([ENROLLED, "E1\tresponse\tCRI\t2025-02-01", ALIVE], "row 3: column label: found 'CRI'"),
        ([ENROLLED, "E1\tresponse\tgood\t2025-02-01", ALIVE], "is one of CR, CRh, CRi, MLFS"),
        (
            [ENROLLED, REMISSION, "E1\tresponse\tPR\t2025-01-29", ALIVE],
            "row 4: column start: '2025-01-29' of the response of patient 'E1' is the day of",
        ),
        (
            [ENROLLED, REMISSION, REMISSION, ALIVE],
            "row 4: column start: '2025-01-29' of the response of patient 'E1' is the day of",
        ),
        (
            [ENROLLED, *["E1\ttreatment\tOM\t2025-01-01"] * 2, ALIVE],
            "row 4: column kind: the treatment of patient 'E1' says the same as row 3; keep one",
        ),
        (
            [ENROLLED, ALIVE, "E2\tresponse\tCR\t2025-02-01"],
            "row 4: column patient: 'E2' is neither enrolled nor in the sample sheet; correct the "
            "name, add a row of kind",
        ),
        (
            [ENROLLED, ALIVE, ENROLLED.replace("E1\tenrolment\tt", "E2\tenrolment\tT")],
            "row 4: column label: found 'Trial', and 'trial' in row 2; write the same",
        ),
        (
            [ENROLLED, *(f"E1\ttreatment\t{a}\t2025-01-01" for a in ("ara-C", "Ara C")), ALIVE],
            "row 4: column label: found 'Ara C', and 'ara-C' in row 3; write the same treatment",
        ),
        (
            [ENROLLED, "E1\tlast_follow_up\tDied of sepsis\t2025-09-01"],
            "row 3: column label: found 'Died of sepsis' at the last follow-up of patient 'E1', "
            "who has no row of kind 'death'; add one",
        ),
        (
            [ENROLLED, "E1\tdeath\talive in CR\t2025-09-01"],
            "row 3: column label: found 'alive in CR' in a row of kind 'death' of patient 'E1'",
        ),
        (
            [ENROLLED, "E1\tprogression\tblasts\t2025-09-02", ALIVE],
            "row 3: column start: '2025-09-02' of the progression of patient 'E1' is after",
        ),
        (
            [ENROLLED, "E1\ttreatment\tOM\t2025-01-01\t2025-09-02", ALIVE],
            "row 3: column end: '2025-09-02' of the treatment of patient 'E1' is after the last",
        ),
        (
            [ENROLLED, "E1\ttreatment\tOM\t2025-02-01\t2025-01-31", ALIVE],
            "row 3: column end: '2025-01-31' of the treatment of patient 'E1' is before its own",
        ),
        ([ENROLLED, "E1\tdeath\tx\tday28"], "row 3: column start: found 'day28', expected a date"),
        ([ENROLLED, "E1\tdeath\tx\t2025-02-30"], "row 3: column start: found '2025-02-30'"),
        ([ENROLLED, "E1\tresponse\tCR\t2025-02-01\t2025-02-02"], "row 3: column end: found '2025"),
        ([ENROLLED, "E1\tdeath\tx\t2025-02-01\t2025-02-02"], "row 3: column end: found"),
        ([ENROLLED, "E1\tresponse\tCR\t2025-02-01\t\t5 mg"], "row 3: column dose: found '5 mg'"),
        ([ENROLLED, ALIVE + "\t\t\tdaily"], "row 3: column schedule: found 'daily'"),
        ([ENROLLED, ALIVE + "\t\t\t\tnewly_diagnosed"], "row 3: column cohort: found"),
        ([ENROLLED.replace("newly", "new")], "row 2: column cohort: found 'new_diagnosed'"),
        (
            ["E1\ttreatment\tOM\t2025-01-01\t\t\t29 days every 28 days", ENROLLED, ALIVE],
            "row 2: column schedule: found '29 days every 28 days'; write cycles as",
        ),
        (
            ["P1\tenrolment\tt\t2025-01-01", "P1\tlast_follow_up\talive\t2025-09-01"],
            "patient 'P1': a date is given, but none for the timepoint 'diagnosis'",
        ),
        (
            [
                "P1\tsampling\tdiagnosis\t2025-01-01",
                "P1\tsampling\tday28\t2025-01-29",
                "P1\tenrolment\tt\t2025-01-01\t\t\t\trelapsed_refractory",
                "P1\tdeath\tx\t2025-09-01",
            ],
            "row 4: column cohort: found 'relapsed_refractory', but the sample sheet says",
        ),
    ],
)
def test_a_contradiction_is_named(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(UserError) as caught:
        read_wide(tmp_path, *lines)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "clinical.tsv"))
    assert "\n" not in str(caught.value)


def test_fifty_years_are_allowed(tmp_path: Path) -> None:
    before = "E1\ttreatment\tradiation\t1975-01-02\t1975-02-01"
    assert len(read_wide(tmp_path, ENROLLED, before, ALIVE)) == 3


def test_days_at_the_edge_are_no_contradiction(tmp_path: Path) -> None:
    """Day 1 with a response, death on the day of the last follow-up and of a relapse."""
    rows = read_wide(
        tmp_path,
        ENROLLED,
        "E1\tresponse\tCRh\t2025-01-01",
        "E1\ttreatment\tbefore\t2024-01-01\t2024-02-01",
        "E1\ttreatment\tsorafenib\t2025-01-01",
        "E1\trelapse\tmarrow\t2025-01-02",
        "E1\tlast_follow_up\tdead\t2025-01-02",
        "E1\tdeath\tx\t2025-01-02",
        "E1\ttreatment\tOM\t2025-01-02\t2025-01-02\t\t28 days every 28 days",
    )
    assert len(rows) == 8


DATED = ("P1\tsampling\tdiagnosis\t2025-01-01", "P1\tsampling\tday28\t2025-01-29")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [*DATED, "P1\ttreatment\tOM\t2025-02-02\t2025-02-01"],
            "row 4: column end: '2025-02-01' of the treatment of patient 'P1' is before its own",
        ),
        (
            ["P1\ttreatment\tOM\tday28\tdiagnosis"],
            "row 2: column end: 'diagnosis' of the treatment of patient 'P1' is before its own",
        ),
        (
            [*DATED, "P1\tdeath\tx\t2025-01-28"],
            "row 3: column start: '2025-01-29' of the sampling of patient 'P1' is after the death "
            "(2025-01-28, row 4)",
        ),
        (
            [*DATED, "P1\tlast_follow_up\talive\t2025-03-01", "P1\trelapse\tx\t2025-03-02"],
            "row 5: column start: '2025-03-02' of the relapse of patient 'P1' is after the last "
            "follow-up (2025-03-01, row 4)",
        ),
        (
            [*DATED, "P1\tdeath\tx\t2025-03-01", "P1\tdeath\tx\t2025-03-01"],
            "row 5: column kind: patient 'P1' has a row of kind 'death' in row 4 too; keep one",
        ),
        (
            [*DATED, "P1\trelapse\tx\t1975-01-01"],
            "row 4: column start: '1975-01-01' of the relapse of patient 'P1' is more than 50 "
            "years from the first sample (2025-01-01); correct the wrong row",
        ),
        (
            [*DATED, "P1\tsampling\tday28\t2025-01-30"],
            "row 4: column label: the timepoint 'day28' of patient 'P1' was sampled in row 3 too",
        ),
        (["p1\tresponse\tCR\tday28"], "row 2: column patient: 'p1' differs from 'P1' only in"),
    ],
)
def test_events_of_any_patient_of_the_sheet_agree(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    """Who is not enrolled is drawn too: an end before its begin would be a bar that runs back."""
    with pytest.raises(UserError) as caught:
        read(tmp_path, *lines)
    assert message in str(caught.value)


def test_what_just_agrees_is_read(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        *DATED,
        "P1\ttreatment\tOM\t2025-01-29\t2025-01-29",
        "P1\ttreatment\tHU\tdiagnosis\tdiagnosis",
        "P1\ttreatment\tradiation\t1975-01-02\t1975-02-01",
    )
    assert len(rows) == 5


def test_the_cohort_of_the_sheet_is_told_in_its_words(tmp_path: Path) -> None:
    sample = Sample("S", "P1", "diagnosis", None, "BM", Cohort.NEWLY_DIAGNOSED, Assay.CAPTURE)
    path = tmp_path / "clinical.tsv"
    path.write_text(
        f"{HEADER}\tcohort\n"
        "P1\tsampling\tdiagnosis\t2025-01-01\n"
        "P1\tenrolment\tt\t2025-01-01\t\trelapsed_refractory\n"
        "P1\tdeath\tx\t2025-09-01\n"
    )
    with pytest.raises(UserError, match="the sample sheet says 'newly_diagnosed' of patient 'P1'"):
        read_clinical(str(path), {"P1": [sample]})


def test_a_control_is_not_enrolled(tmp_path: Path) -> None:
    sample = Sample("S", "P1", "diagnosis", None, "BM", Cohort.CONTROL, Assay.CAPTURE)
    path = tmp_path / "clinical.tsv"
    sampled = "P1\tsampling\tdiagnosis\t2025-01-01\n"
    path.write_text(f"{HEADER}\n{sampled}P1\tenrolment\tt\t2025-01-01\nP1\tdeath\tx\t2025-09-01\n")
    with pytest.raises(UserError, match="row 3: patient 'P1' is a control in the sample sheet"):
        read_clinical(str(path), {"P1": [sample]})
    with pytest.raises(UserError, match="row 2: column cohort: found 'control'"):
        read_wide(tmp_path, ENROLLED.replace("newly_diagnosed", "control"), ALIVE)


def test_dates_of_the_sample_sheet_count_as_samplings(tmp_path: Path) -> None:
    dated = {
        "P1": [
            Sample(
                name, "P1", name, None, "BM", "newly_diagnosed", Assay.CAPTURE, date=day, bam="x"
            )
            for name, day in (("diagnosis", "2025-01-01"), ("day28", "2025-01-29"))
        ]
    }
    path = tmp_path / "clinical.tsv"
    path.write_text(f"{HEADER}\nP1\tresponse\tCR\t2025-01-29\nP1\tenrolment\tt\t2025-01-01\n")
    path.write_text(path.read_text() + "P1\tlast_follow_up\talive\t2025-02-01\n")
    assert len(read_clinical(str(path), dated)) == 3
    path.write_text(path.read_text().replace("2025-02-01", "2025-01-29"))
    assert len(read_clinical(str(path), dated)) == 3
    end = "P1\tdeath\tx\t2025-01-28"
    path.write_text(path.read_text().replace("P1\tlast_follow_up\talive\t2025-01-29", end))
    path.write_text(path.read_text().replace("CR\t2025-01-29", "CR\t2025-01-20"))
    with pytest.raises(UserError, match=r"row 4: column start: '2025-01-28' of the death of pati"):
        read_clinical(str(path), dated)
