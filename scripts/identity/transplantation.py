"""Whether a sample was taken after a transplantation, by the rows of clinical.tsv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from scripts.identity.records import Transplanted
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.inputs.fields import as_date


def transplanted(
    rows: Iterable[ClinicalRow],
    patient: str,
    sampled: date | None,
    rank: int,
    rank_of_timepoint: Mapping[str, int],
) -> Transplanted:
    """Whether the donor's DNA is expected in a sample.

    `sampled` is its day, `rank` its place among the patient's timepoints, and `rank_of_timepoint`
    those of all. A transplantation stands at a day or at a timepoint. Without the day of the
    sample, or at that timepoint itself, it is not known.
    """
    answers = {
        _after(row.start, sampled, rank, rank_of_timepoint)
        for row in rows
        if row.patient == patient and row.kind is ClinicalKind.TRANSPLANTATION
    }
    for answer in (Transplanted.YES, Transplanted.UNKNOWN):
        if answer in answers:
            return answer
    return Transplanted.NO


def _after(
    start: str, sampled: date | None, rank: int, rank_of_timepoint: Mapping[str, int]
) -> Transplanted:
    day = as_date(start)
    if day is None:
        place = rank_of_timepoint.get(start)
        if place is None or place == rank:
            return Transplanted.UNKNOWN
        return Transplanted.YES if rank > place else Transplanted.NO
    if sampled is None:
        return Transplanted.UNKNOWN
    return Transplanted.YES if sampled > day else Transplanted.NO
