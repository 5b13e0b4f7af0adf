"""Geometry of drug response: dose-response curves with bands, and maps of two drugs together.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.drug_response.records import Combination, DrugCurve, DrugResponse
from scripts.drug_response.words import dose_text, dose_words
from scripts.records.number_words import rounded

LEFT, RIGHT, TOP, BOTTOM = 60.0, 460.0, 12.0, 232.0
_MOST_VIABILITY = 130.0
CELL = 46.0
"""Side of a well in a map."""
_STRONG = 100.0


@dataclass(frozen=True)
class Mark:
    """A value on an axis, or a point."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class CurveLine:
    """The curve of one timepoint: line and band as the points of a polyline and a polygon."""

    name: str
    style: int
    line: str
    band: str
    points: tuple[Mark, ...]
    words: str


@dataclass(frozen=True)
class DoseChart:
    """All timepoints of one drug and tissue over one axis of doses."""

    drug: str
    tissue: str
    lines: tuple[CurveLine, ...]
    doses: tuple[Mark, ...]
    viabilities: tuple[Mark, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class MapCell:
    """A pair of doses; `shade` is the value over its strongest, from -1 to 1."""

    x: float
    y: float
    shade: float
    text: str
    words: str


@dataclass(frozen=True)
class DoseMap:
    """A grid of two drugs: inhibition, or excess over independence, in percent points."""

    title: str
    cells: tuple[MapCell, ...]
    columns: tuple[Mark, ...]
    rows: tuple[Mark, ...]
    width: float
    height: float


def dose_charts(response: DrugResponse) -> tuple[DoseChart, ...]:
    """A chart for each drug and tissue, in the order of the plates."""
    groups = dict.fromkeys((curve.drug, curve.tissue) for curve in response.curves)
    return tuple(
        _chart(
            drug,
            tissue,
            [one for one in response.curves if (one.drug, one.tissue) == (drug, tissue)],
        )
        for drug, tissue in groups
    )


def _chart(drug: str, tissue: str, curves: Sequence[DrugCurve]) -> DoseChart:
    low = math.log10(min(curve.lowest_dose for curve in curves))
    high = math.log10(max(curve.highest_dose for curve in curves))
    width = max(high - low, 1e-9)

    def x(dose: float) -> float:
        return LEFT + (RIGHT - LEFT) * (math.log10(dose) - low) / width

    def y(viability: float) -> float:
        share = min(max(viability, 0.0), _MOST_VIABILITY) / _MOST_VIABILITY
        return BOTTOM - (BOTTOM - TOP) * share

    lines = []
    for style, curve in enumerate(curves):
        band = curve.fit.band if curve.fit else ()
        edge = [(x(p.dose), y(p.high)) for p in band] + [
            (x(p.dose), y(p.low)) for p in reversed(band)
        ]
        points = tuple(
            Mark(x(one.dose), y(value), f"{dose_text(one.dose)}: {value:.0f}%")
            for one in curve.measured
            if one.dose > 0
            for value in one.viabilities
        )
        said = f"IC50 {dose_words(curve.fit.ic50)}" if curve.fit else f"not scored: {curve.reason}"
        lines.append(
            CurveLine(
                curve.timepoint,
                style % 8,
                _polyline([(x(p.dose), y(p.viability)) for p in band]),
                _polyline(edge),
                points,
                f"{curve.timepoint}: {said}",
            )
        )
    decades = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    return DoseChart(
        drug,
        tissue,
        tuple(lines),
        tuple(Mark(x(10.0**power), BOTTOM, dose_text(10.0**power)) for power in decades),
        tuple(Mark(LEFT, y(value), f"{value}%") for value in (0, 50, 100)),
        tuple(dict.fromkeys(curve.remark for curve in curves if curve.remark)),
    )


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def dose_maps(pair: Combination) -> tuple[DoseMap, ...]:
    """The grid of a combination as measured, and what it has beyond independence."""
    if not pair.inhibition:
        return ()
    inhibition = _map("Inhibition (%)", pair, pair.inhibition, pair.first_doses, pair.second_doses)
    beyond = _map(
        "Beyond independence (percent points)",
        pair,
        pair.excess,
        pair.first_doses[1:],
        pair.second_doses[1:],
    )
    return inhibition, beyond


def _map(
    title: str,
    pair: Combination,
    values: Sequence[Sequence[float]],
    first: Sequence[float],
    second: Sequence[float],
) -> DoseMap:
    def place(index: int, start: float) -> float:
        return start + CELL * index

    cells = tuple(
        MapCell(
            place(column, LEFT + 24),
            place(row, TOP),
            min(max(value / _STRONG, -1.0), 1.0),
            rounded(value),
            f"{pair.first_drug} {dose_text(first[row])}, {pair.second_drug} "
            f"{dose_text(second[column])}: {value:.1f}",
        )
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    )
    height = TOP + CELL * len(first)
    return DoseMap(
        title,
        cells,
        tuple(
            Mark(place(index, LEFT + 24) + CELL / 2, height + 16, dose_text(dose))
            for index, dose in enumerate(second)
        ),
        tuple(
            Mark(LEFT + 18, place(index, TOP) + CELL / 2 + 4, dose_text(dose))
            for index, dose in enumerate(first)
        ),
        LEFT + 24 + CELL * len(second) + 10,
        height + 48,
    )
