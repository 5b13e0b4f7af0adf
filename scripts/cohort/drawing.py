"""Geometry of the figure of the cohort: allelic ratios at the first timepoint and on day 28.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flt3itd.records import Status
from scripts.cohort.model import CohortReport, GeneCount, RatioPair
from scripts.inputs.samples import Cohort
from scripts.patient.drawing import Segment, Tick
from scripts.records.number_words import ratio

SIDE = 400.0
LEFT = 70.0
_LOWEST, _HIGHEST = -5, 3
"""Powers of ten that the axes keep to."""


@dataclass(frozen=True)
class RatioSpot:
    """One ITD; `style` is its group. `bound`: the ratio on day 28 is below the mark."""

    x: float
    y: float
    bound: bool
    style: int
    text: str


@dataclass(frozen=True)
class RatioPlot:
    """Ratio on day 28 (upwards) against the first timepoint; lines of equal decrease."""

    spots: tuple[RatioSpot, ...]
    ticks_x: tuple[Tick, ...]
    ticks_y: tuple[Tick, ...]
    equal: tuple[tuple[Segment, str], ...]
    groups: tuple[tuple[str, int], ...]
    left_out: int


def ratio_plot(report: CohortReport) -> RatioPlot | None:
    """The figure; None when no ITD has an answer at both times. Axes cover all values alike."""
    answered = [pair for pair in report.ratios if pair.status is not Status.NOT_ASSESSABLE]
    if not answered:
        return None
    values = [value for pair in answered for value in (pair.first, _later(pair))]
    inside = [value for value in values if 0 < value < math.inf]
    first = max(_LOWEST, math.floor(math.log10(min(inside)))) if inside else -2
    last = min(_HIGHEST, max(0, math.ceil(math.log10(max(inside))))) if inside else 0
    groups = [group.name for group in report.groups]

    def share(value: float) -> float:
        kept = min(max(value, 10.0**first), 10.0**last)
        return (math.log10(kept) - first) / (last - first)

    def x(value: float) -> float:
        return round(LEFT + SIDE * share(value), 1)

    def y(value: float) -> float:
        return round(SIDE * (1 - share(value)), 1)

    powers = [10.0**power for power in range(first, last + 1)]
    equal = []
    for decades, name in ((0, "as before"), (1, "a tenth"), (2, "a hundredth")):
        if last - first > decades:
            low, high = 10.0 ** (first + decades), 10.0**last
            shift = 10.0**decades
            line = Segment(x(low), y(low / shift), x(high), y(high / shift), dashed=decades > 0)
            equal.append((line, name))
    return RatioPlot(
        spots=tuple(
            RatioSpot(
                x(pair.first),
                y(_later(pair)),
                pair.status is not Status.DETECTED,
                groups.index(pair.group),
                pair_words(pair),
            )
            for pair in answered
        ),
        ticks_x=tuple(Tick(x(value), f"{value:g}") for value in powers),
        ticks_y=tuple(Tick(y(value), f"{value:g}") for value in powers),
        equal=tuple(equal),
        groups=tuple((name, index) for index, name in enumerate(groups)),
        left_out=len(report.ratios) - len(answered),
    )


def _later(pair: RatioPair) -> float:
    """The ratio on day 28, or its bound; a null in the JSON is infinite."""
    return math.inf if pair.later is None else pair.later


def pair_words(pair: RatioPair) -> str:
    """A pair as a sentence."""
    start = f"{pair.patient}, {pair.itd}: allelic ratio {ratio(pair.first)} in {pair.first_sample}"
    if pair.status is Status.NOT_ASSESSABLE:
        return f"{start}, not assessable in {pair.later_sample}."
    below = "" if pair.status is Status.DETECTED else "not detected, below "
    return f"{start}, {below}{ratio(_later(pair))} in {pair.later_sample}."


@dataclass(frozen=True)
class OncoprintRow:
    """A gene of the oncoprint: the place of its cells (0-based), and its patients of all groups.

    `detected` of the `assessable` patients have an alteration at the first timepoint.
    """

    gene: str
    index: int
    detected: int
    assessable: int

    @property
    def share(self) -> float | None:
        """The fraction of assessable patients with an alteration; None where there are none."""
        return self.detected / self.assessable if self.assessable else None


def oncoprint_rows(report: CohortReport) -> list[OncoprintRow]:
    """The rows of the oncoprint, most frequent first; genes nobody was assessable for are last.

    Controls are not counted: they are no patients.
    """
    counts: dict[str, list[GeneCount]] = {gene: [] for gene in report.genes}
    for group in report.groups:
        if group.name == Cohort.CONTROL:
            continue
        for count in group.genes:
            counts[count.gene].append(count)
    rows = (
        OncoprintRow(
            gene,
            index,
            sum(one.detected for one in counts[gene]),
            sum(one.detected + one.not_detected for one in counts[gene]),
        )
        for index, gene in enumerate(report.genes)
    )
    return sorted(rows, key=lambda row: -1.0 if row.share is None else row.share, reverse=True)


def column_groups(report: CohortReport) -> Sequence[tuple[str, int]]:
    """The groups in the order of the columns of the oncoprint, with their numbers of patients."""
    return [(group.name, group.patients) for group in report.groups]
