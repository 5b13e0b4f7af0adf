"""Small plots of a run: one strip for a measure, one dot for a sample."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.run_quality.gather import shown_value
from scripts.run_quality.records import Flag, Measure, RunQuality

WIDTH = 300.0
_MARGIN = 0.05


@dataclass(frozen=True)
class Dot:
    """A sample on a strip; `kind` is a CSS class: usual, outlier or limit."""

    x: float
    kind: str
    text: str


@dataclass(frozen=True)
class Strip:
    """A measure: dots from the smallest to the greatest value, and marks of limit and medians.

    `medians` are by assay.
    """

    measure: Measure
    dots: tuple[Dot, ...]
    medians: tuple[float, ...]
    limit: float | None
    lowest: str
    highest: str


def strips(quality: RunQuality) -> list[Strip]:
    """The strips of all measures that at least one sample has."""
    made = []
    for place, measure in enumerate(quality.measures):
        shown = [
            (sample.sample, one.value, one.flags)
            for sample in quality.samples
            for one in [sample.values[place]]
            if one.value is not None
        ]
        if shown:
            made.append(_strip(measure, shown))
    return made


def _strip(measure: Measure, shown: list[tuple[str, float, tuple[Flag, ...]]]) -> Strip:
    limit = measure.least if measure.least is not None else measure.most
    marks = [value for _, value, _ in shown] + ([] if limit is None else [limit])
    lowest, highest = min(marks), max(marks)
    room = (highest - lowest) or 1.0

    def place(value: float) -> float:
        return round(WIDTH * (_MARGIN + (1 - 2 * _MARGIN) * (value - lowest) / room), 1)

    return Strip(
        measure,
        tuple(
            Dot(
                place(value),
                flags[0].value if flags else "usual",
                f"{name}: {shown_value(measure.unit, value)}",
            )
            for name, value, flags in shown
        ),
        tuple(place(usual.median) for usual in measure.usual.values()),
        None if limit is None else place(limit),
        shown_value(measure.unit, lowest),
        shown_value(measure.unit, highest),
    )
