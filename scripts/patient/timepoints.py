"""The timepoints of each patient: which samples come before which."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from flt3itd.common.errors import UserError
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow, sampling_dates
from scripts.inputs.day_28 import day_of_treatment, why_not_in_this_order
from scripts.inputs.fields import as_date
from scripts.inputs.samples import Timed
from scripts.inputs.sheet import check_distinct_names

AnySample = TypeVar("AnySample", bound=Timed)

LATEST = 60
"""Days that a sample of a day of treatment may come later than its name says: treatment begins some
weeks after the diagnosis, and a marrow is put off until the blood recovers."""

FAR = 183
"""Days from an enrolment within which a patient of a trial is sampled: at screening, or under the
first courses. A wrong year moves a date by twice as many."""


def samples_by_patient(samples: Mapping[str, AnySample]) -> dict[str, list[AnySample]]:
    """The samples of each patient, patients and samples in the order of the sheet."""
    patients: dict[str, list[AnySample]] = {}
    for sample in samples.values():
        patients.setdefault(sample.patient, []).append(sample)
    return patients


def samples_in_time(
    samples: Mapping[str, AnySample], ranks: Mapping[str, int]
) -> dict[str, list[AnySample]]:
    """The samples of each patient in the order of time, as `timepoint_ranks` gives it."""
    return {
        patient: sorted(members, key=lambda sample: ranks[sample.name])
        for patient, members in samples_by_patient(samples).items()
    }


def check_sampling_dates(
    rows: Sequence[ClinicalRow],
    samples: Mapping[str, Timed],
    ranks: Mapping[str, int],
) -> None:
    """Refuse dates of sampling against the order of the timepoints: which is right, nobody knows.

    Args:
        rows: Of the table of clinical events, with the dates of the sample sheet.
        samples: All of the run and of earlier ones, by name.
        ranks: Their places in time.

    Raises:
        UserError: A later timepoint of a patient has an earlier date.
    """
    for patient, members in samples_in_time(samples, ranks).items():
        dates = sampling_dates(rows, patient)
        dated = [sample for sample in members if sample.timepoint in dates]
        for one, other in itertools.pairwise(dated):
            first, second = dates[one.timepoint], dates[other.timepoint]
            if first > second:
                raise UserError(
                    f"{other.where}: patient {patient!r}: {one.timepoint!r} ({one.where}) comes "
                    f"before {other.timepoint!r}, and was sampled after it ({first}, {second}); "
                    "correct a date, or the column order"
                )


def days_unlike_dates(
    rows: Sequence[ClinicalRow], samples: Mapping[str, Timed], ranks: Mapping[str, int]
) -> list[str]:
    """What is to be said of days of treatment (day28) whose dates are of other days.

    A treatment, the enrolment or a sample that is no such day may be what the days count from: a
    day is unlike its date where none before it lies half as many days back or more, and no more
    than `LATEST` days farther than it says. The arguments are those of `check_sampling_dates`.
    """
    found = []
    for patient, members in samples_in_time(samples, ranks).items():
        dates = sampling_dates(rows, patient)
        starts = list(_starts(rows, patient, dates))
        for one in {one.timepoint: one for one in reversed(members)}.values():
            named, sampled = day_of_treatment(one.timepoint), dates.get(one.timepoint)
            if named is None or sampled is None:
                continue
            gone = {(sampled - day).days: what for what, day in starts if day <= sampled}
            if gone and not any(named / 2 <= days <= named + LATEST for days in gone):
                nearest = min(gone, key=lambda days: abs(days - named))
                found.append(
                    f"{one.where}: patient {patient!r}: {one.timepoint!r} was sampled on "
                    f"{sampled}, {nearest} days after {gone[nearest]}; results compare it by its "
                    "name: correct a date, or the name of the timepoint"
                )
    return found


def enrolments_without_samples(
    rows: Sequence[ClinicalRow], samples: Mapping[str, Timed], ranks: Mapping[str, int]
) -> list[str]:
    """What is to be said of enrolments near which no sample was taken: their year may be wrong.

    Times to events count from the enrolment. Of patients whose first sample is that of a late
    relapse it is right, so nothing is refused. The arguments are those of `check_sampling_dates`.
    """
    found = []
    for patient, members in samples_in_time(samples, ranks).items():
        dates = sampling_dates(rows, patient)
        dated = [(one, dates[one.timepoint]) for one in members if one.timepoint in dates]
        for row in rows:
            day = as_date(row.start) or dates.get(row.start)
            enrolled = row.patient == patient and row.kind is ClinicalKind.ENROLMENT
            if not enrolled or day is None or not dated:
                continue
            away = [abs((sampled - day).days) for _, sampled in dated]
            nearest, sampled = dated[away.index(min(away))]
            if min(away) > FAR:
                found.append(
                    f"{nearest.where}: patient {patient!r}: the enrolment {row.label!r} ({day}) is "
                    f"{min(away)} days from the nearest sample, {nearest.timepoint!r} ({sampled}); "
                    "times to events count from it: correct the date if its year is wrong"
                )
    return found


def _starts(
    rows: Sequence[ClinicalRow], patient: str, dates: Mapping[str, date]
) -> Iterator[tuple[str, date]]:
    """What days of treatment may count from, with its date."""
    kinds = (ClinicalKind.ENROLMENT, ClinicalKind.TREATMENT)
    for row in rows:
        day = as_date(row.start) or dates.get(row.start)
        if row.patient == patient and row.kind in kinds and day is not None:
            yield f"the {row.kind.value} {row.label!r}", day
    for timepoint, day in dates.items():
        if day_of_treatment(timepoint) is None:
            yield repr(timepoint), day


def timepoint_ranks(samples: Mapping[str, Timed]) -> dict[str, int]:
    """The place of every sample among the timepoints of its patient, from 0, by sample name.

    Timepoints follow the column `date` where all samples of a patient have one, else the column
    `order`; without it, the rows of the sheet, where samples with
    the same `timepoint` stand together at the place of the first. `samples` is in the order of
    the sheet.

    Raises:
        UserError: A patient has samples with and without `order`, two numbers for one timepoint or
            two timepoints for one number, names of timepoints that differ in upper and lower case
            only, dates against the order, or names against it, such as day28 before diagnosis.
    """
    ranks: dict[str, int] = {}
    for patient, members in samples_by_patient(samples).items():
        check_distinct_names(((one.where, one.timepoint) for one in members), "timepoint")
        _check_orders(patient, members)
        if all(sample.date is not None for sample in members):
            _check_order_of_dates(patient, members)
            days = sorted({sample.date for sample in members if sample.date})
            ranks |= {sample.name: days.index(sample.date or "") for sample in members}
            _check_order_of_names(patient, members, ranks)
            continue
        without = [sample for sample in members if sample.order is None]
        if without and len(without) < len(members):
            raise UserError(
                f"{without[0].where}: column order: sample {without[0].name!r} of patient "
                f"{patient!r} has none, but others of this patient have; fill it for all samples "
                "of a patient or for none"
            )
        times = [sample.timepoint if without else sample.order for sample in members]
        orders = {sample.order for sample in members if sample.order is not None}
        in_time: list[str | int | None] = [*dict.fromkeys(times)] if without else [*sorted(orders)]
        ranks |= {
            sample.name: in_time.index(time) for sample, time in zip(members, times, strict=True)
        }
        _check_order_of_names(patient, members, ranks)
    return ranks


def _check_order_of_names(patient: str, members: Sequence[Timed], ranks: Mapping[str, int]) -> None:
    """Days of treatment do not come before the diagnosis, nor before days with a smaller number."""
    dated = all(sample.date is not None for sample in members)
    for one, other in itertools.pairwise(sorted(members, key=lambda sample: ranks[sample.name])):
        reason = why_not_in_this_order(one.timepoint, other.timepoint)
        if reason and ranks[one.name] < ranks[other.name]:
            by_order = one.order is not None
            column = "date" if dated else "order" if by_order else "timepoint"
            mend = "date" if dated else "number" if by_order else "order of the rows"
            raise UserError(
                f"{other.where}: column {column}: patient {patient!r}: {one.timepoint!r} "
                f"({one.where}) is before {other.timepoint!r}, but {reason}; correct the {mend}, "
                "or the name of a timepoint"
            )


def _check_orders(patient: str, members: Sequence[Timed]) -> None:
    """One number is one timepoint, and one timepoint has one number."""
    by_order: dict[int, Timed] = {}
    by_timepoint: dict[str, Timed] = {}
    for one in members:
        if one.order is None:
            continue
        for other in (
            by_order.setdefault(one.order, one),
            by_timepoint.setdefault(one.timepoint, one),
        ):
            if (other.order, other.timepoint) != (one.order, one.timepoint):
                raise UserError(
                    f"{one.where}: column order: patient {patient!r} has {one.order} for "
                    f"{one.timepoint!r} here, and {other.order} for {other.timepoint!r} in "
                    f"{other.where}; give every timepoint a name and a number of its own"
                )


def _check_order_of_dates(patient: str, members: Sequence[Timed]) -> None:
    """Where samples have both a date and an order, these say the same."""
    ordered = sorted(
        (sample for sample in members if sample.order is not None),
        key=lambda sample: (sample.order or 0, sample.date or ""),
    )
    for one, other in itertools.pairwise(ordered):
        if (one.date or "") > (other.date or ""):
            raise UserError(
                f"{other.where}: column date: patient {patient!r}: {one.name!r} ({one.where}) is "
                f"before {other.name!r} by the column order and after it by date ({one.date}, "
                f"{other.date}); correct one of them"
            )


def earlier_samples(samples: Mapping[str, Timed]) -> dict[str, tuple[str, ...]]:
    """For every sample, the names of those of its patient at earlier timepoints, first to last.

    Samples of one timepoint (for example marrow and blood) are not earlier than each other.
    Raises UserError as `timepoint_ranks` does.
    """
    ranks = timepoint_ranks(samples)
    in_time = samples_in_time(samples, ranks)
    return {
        sample.name: tuple(
            other.name
            for other in in_time[sample.patient]
            if ranks[other.name] < ranks[sample.name]
        )
        for sample in samples.values()
    }
