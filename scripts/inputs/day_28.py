"""What names of timepoints say: day 28, which is compared with the first, and what comes first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from flt3itd.common.assay import Assay

_DAY = re.compile(r"(day|d)[ _.-]?(?P<day>[0-9]{1,4})", re.IGNORECASE)
_BEFORE_TREATMENT = re.compile(
    r"((at|initial|first)[ _.-]?)?(diagnosis|diag|dx)|baseline|screening|pre[ _.-]?treatment",
    re.IGNORECASE,
)


class Compared(Protocol):
    """A sample in a course."""

    @property
    def timepoint(self) -> str:
        """What the sheet calls the time."""

    @property
    def material(self) -> str:
        """What it is of, as `material_of` has it."""


AnyCompared = TypeVar("AnyCompared", bound=Compared)


def is_day_28(timepoint: str) -> bool:
    """Whether a timepoint is called day28, d28 or the like."""
    return day_of_treatment(timepoint) == 28


def day_of_treatment(timepoint: str) -> int | None:
    """The day that a timepoint called day28, d28 or the like names; None for other names."""
    named = _DAY.fullmatch(timepoint)
    return None if named is None else int(named["day"])


def why_not_in_this_order(timepoint: str, later: str) -> str:
    """Why two timepoints of a patient, one just before the other, are not in the order of time.

    Empty where their names do not say. After a relapse days are counted anew, so only neighbours
    are compared.
    """
    day, later_day = day_of_treatment(timepoint), day_of_treatment(later)
    if day and _BEFORE_TREATMENT.fullmatch(later):
        return f"a day of treatment comes after {later}"
    if day is not None and later_day is not None and day > later_day:
        return f"day {later_day} comes before day {day}"
    return ""


def material_of(tissue: str, assay: Assay) -> str:
    """The tissue, RNA of it apart: shares of transcripts are not those of DNA."""
    return f"{tissue} RNA" if assay is Assay.RNA else tissue


def first_and_day_28(
    samples: Sequence[AnyCompared], when: Callable[[AnyCompared], object]
) -> tuple[AnyCompared | None, AnyCompared | None]:
    """Of samples in the order of time the first two of one material, then and on day 28.

    `when` is the same of samples of one timepoint. Marrow and blood differ: where no material is
    there twice, day 28 alone; nothing where there is no later sample of it.
    """
    at_first = [one for one in samples if when(one) == when(samples[0])]
    on_day_28 = [
        one for one in samples if is_day_28(one.timepoint) and when(one) != when(samples[0])
    ]
    alike = (
        (before, after)
        for before in at_first
        for after in on_day_28
        if before.material == after.material
    )
    return next(alike, (None, next(iter(on_day_28), None)))
