"""The ratio of every KMT2A exon as a drawing: a duplication is a step of neighbouring exons."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.kmt2a.rows import Kmt2aPtd

_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 950.0, 12.0, 172.0
_LEAST_TOP = 2.0
"""The axis of ratios reaches at least to here: a duplication in all alleles."""


@dataclass(frozen=True)
class ExonDot:
    """One exon: its number, ratio and place; `raised` if it belongs to the run of the row."""

    number: int
    ratio: str
    x: float
    y: float
    raised: bool


@dataclass(frozen=True)
class RatioTick:
    """A line across the drawing at a ratio."""

    label: str
    y: float


@dataclass(frozen=True)
class DosageFigure:
    """The drawing: dots, and lines at some ratios."""

    dots: tuple[ExonDot, ...]
    ticks: tuple[RatioTick, ...]


def dosage_figure(ptd: Kmt2aPtd) -> DosageFigure | None:
    """The drawing of a row; None where no ratio was measured."""
    cells = [cell.split(":") for cell in ptd.exon_ratios.split()]
    values = {int(number): float(ratio) for number, ratio in cells}
    if not values:
        return None
    first, last = map(int, ptd.exons.split("-"))
    highest = max(_LEAST_TOP, *values.values())

    def y(ratio: float) -> float:
        return round(_BOTTOM - ratio / highest * (_BOTTOM - _TOP), 1)

    step = (_RIGHT - _LEFT) / len(values)
    return DosageFigure(
        dots=tuple(
            ExonDot(
                number,
                f"{ratio:.2f}",
                round(_LEFT + (i + 0.5) * step, 1),
                y(ratio),
                first <= number <= last,
            )
            for i, (number, ratio) in enumerate(values.items())
        ),
        ticks=tuple(
            RatioTick(f"{half / 2:g}", y(half / 2)) for half in range(int(2 * highest) + 1)
        ),
    )
