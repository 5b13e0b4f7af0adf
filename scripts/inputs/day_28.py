"""Which samples of a patient are compared over time: day 28 with the first timepoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from flt3itd.common.assay import Assay

_DAY_28 = re.compile(r"(day|d)[ _.-]?28", re.IGNORECASE)


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
    return _DAY_28.fullmatch(timepoint) is not None


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
