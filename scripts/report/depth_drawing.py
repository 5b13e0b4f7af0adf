"""Geometry of the curves of depth along each gene.

All coordinates are in the units of the figure's viewBox, y downwards. The scale is logarithmic:
on a linear one a gene that fails and one that is just deep enough would both lie on the floor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scripts.coverage.rows import ExonCurve, GeneCurve
from scripts.report.model import Report

CURVE_WIDTH = 600
CURVE_HEIGHT = 40
_LEAST_SCALE = 10
_GAP = 3.0
"""Between exons; their introns are not drawn to scale."""


@dataclass(frozen=True)
class CurveFigure:
    """A gene: the areas below its exons, and a frame around each that is not assessable."""

    gene: str
    exons: int
    minimum: int
    mean: float
    path: str
    blind: str


@dataclass(frozen=True)
class DepthFigure:
    """All genes on one scale from 1 to `highest`; `limit` is the y of the minimum depth."""

    genes: tuple[CurveFigure, ...]
    highest: int
    minimum_depth: int | None
    limit: float | None


def depth_figure(report: Report) -> DepthFigure | None:
    """The curves of a report; None where it has none."""
    curves = report.coverage.curves
    if not curves:
        return None
    deepest = max(depth for curve in curves for exon in curve.exons for depth in exon.depths)
    least = report.parameters.get("minimum_depth")
    highest = max(deepest, least or 0, _LEAST_SCALE)
    blind = {(one.gene, one.exon) for one in report.coverage.exons if not one.assessable}
    return DepthFigure(
        tuple(_gene(curve, highest, blind) for curve in curves),
        highest,
        least,
        None if least is None else _height(int(least), highest),
    )


def _gene(curve: GeneCurve, highest: int, blind: set[tuple[str, str]]) -> CurveFigure:
    stretches = sum(len(exon.depths) for exon in curve.exons)
    gap = min(_GAP, CURVE_WIDTH / (4 * len(curve.exons)))
    step = (CURVE_WIDTH - gap * (len(curve.exons) - 1)) / stretches
    x, areas, frames = 0.0, [], []
    for exon in curve.exons:
        end = x + step * len(exon.depths)
        areas.append(_area(exon, x, step, highest))
        if (curve.gene, exon.exon) in blind:
            frames.append(f"M{x:.0f} 0H{end:.0f}V{CURVE_HEIGHT}H{x:.0f}z")
        x = end + gap
    return CurveFigure(
        curve.gene, len(curve.exons), curve.minimum, curve.mean, "".join(areas), "".join(frames)
    )


def _area(exon: ExonCurve, x: float, step: float, highest: int) -> str:
    """The area below an exon as steps, one for each stretch."""
    parts = [f"M{x:.0f} {CURVE_HEIGHT}"]
    for number, depth in enumerate(exon.depths, start=1):
        parts.append(f"V{_height(depth, highest):g}H{x + number * step:.0f}")
    return "".join((*parts, f"V{CURVE_HEIGHT}z"))


def _height(depth: int, highest: int) -> float:
    """The y of a depth: the floor for 1 and less."""
    share = math.log10(max(depth, 1)) / math.log10(highest)
    return round(CURVE_HEIGHT * (1 - share), 1)
