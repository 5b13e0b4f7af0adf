"""Geometry of the pile-ups over ITD junctions, and of the trace that lengths would make.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flt3itd.junction_records import JunctionPileup, JunctionRead, Span
from flt3itd.records import FltEvent, ItdResult
from scripts.records.number_words import percent
from scripts.report.drawing import WIDTH, Mark
from scripts.report.flt3_words import detected_itds
from scripts.report.words import event_label

ROW_HEIGHT = 9.0


@dataclass(frozen=True)
class Stretch:
    """A horizontal piece."""

    x: float
    width: float


@dataclass(frozen=True)
class Letter:
    """A base; `x` is its middle."""

    x: float
    base: str


@dataclass(frozen=True)
class ReadRow:
    """One read: its extent, the parts that the aligner clipped, the bases that differ."""

    y: float
    extent: Stretch
    clips: tuple[Stretch, ...]
    mismatches: tuple[Letter, ...]


@dataclass(frozen=True)
class LetterScale:
    """Where the letters of a figure stand: `step` wide each, rounded to some decimal digits."""

    step: float
    digits: int

    def stretch(self, span: Span) -> Stretch:
        """The piece over some letters."""
        width = (span.end - span.start) * self.step
        return Stretch(round(span.start * self.step, self.digits), round(width, self.digits))

    def middle(self, at: int) -> float:
        """The middle of a letter."""
        return round((at + 0.5) * self.step, self.digits)

    def rows(self, reads: Sequence[JunctionRead]) -> tuple[ReadRow, ...]:
        """Reads one below the other."""
        return tuple(
            ReadRow(
                number * ROW_HEIGHT,
                self.stretch(Span(read.start, read.end)),
                tuple(self.stretch(clip) for clip in read.clips),
                tuple(Letter(self.middle(one.at), one.base) for one in read.mismatches),
            )
            for number, read in enumerate(reads)
        )


@dataclass(frozen=True)
class PileupFigure:
    """The reads of one ITD under the letters of its haplotype."""

    label: str
    fragments: int
    letters: tuple[Letter, ...]
    first_copy: Stretch
    filler: Stretch | None
    second_copy: Stretch
    rows: tuple[ReadRow, ...]
    height: float


def pileup_figures(
    piles: Sequence[JunctionPileup], itd: ItdResult
) -> tuple[tuple[FltEvent, PileupFigure], ...]:
    """A figure for each passing ITD that has reads to show, in the order of the table."""
    by_allele = {(pile.pos, pile.ref, pile.alt): pile for pile in piles}
    figures = []
    for event in detected_itds(itd):
        pile = by_allele.get((event.pos, event.ref, event.alt))
        if pile is not None and pile.reads:
            figures.append((event, _pileup(pile, event_label(event))))
    return tuple(figures)


def _pileup(pile: JunctionPileup, label: str) -> PileupFigure:
    scale = LetterScale(WIDTH / len(pile.sequence), 2)
    rows = scale.rows(pile.reads)
    return PileupFigure(
        label=label,
        fragments=pile.fragments,
        letters=tuple(Letter(scale.middle(at), base) for at, base in enumerate(pile.sequence)),
        first_copy=scale.stretch(pile.first_copy),
        filler=scale.stretch(pile.filler) if pile.filler.end > pile.filler.start else None,
        second_copy=scale.stretch(pile.second_copy),
        rows=rows,
        height=len(rows) * ROW_HEIGHT,
    )


TRACE_HEIGHT = 120.0
_TRACE_LEFT, _TRACE_RIGHT = 40.0, 920.0
_PEAK_WIDTH = 0.006
"""Standard deviation of a peak as a share of the axis: only to be seen, not measured."""


@dataclass(frozen=True)
class TraceFigure:
    """Peaks at the lengths of the wild type and of each ITD, as high as their shares."""

    points: str
    peaks: tuple[Mark, ...]
    ticks: tuple[Mark, ...]


def trace_figure(itd: ItdResult) -> TraceFigure | None:
    """The trace that the VAFs would make in a fragment analysis; None without an ITD.

    The highest peak fills the figure. ITDs of one length share a peak.
    """
    events = detected_itds(itd)
    if not events:
        return None
    shares: dict[int, float] = {}
    for event in events:
        shares[event.length_bp] = shares.get(event.length_bp, 0.0) + event.vaf
    shares[0] = max(0.0, 1 - sum(shares.values()))
    longest = max(*shares, 1)
    first, last = -0.1 * longest, 1.15 * longest
    highest = max(shares.values())

    def x(length: float) -> float:
        share = (length - first) / (last - first)
        return round(_TRACE_LEFT + share * (_TRACE_RIGHT - _TRACE_LEFT), 2)

    width = _PEAK_WIDTH * (last - first)
    places = [first + (last - first) * step / 600 for step in range(601)]
    places = sorted({*places, *(float(length) for length in shares)})

    def height(at: float) -> float:
        peaks = (s * math.exp(-(((at - n) / width) ** 2) / 2) for n, s in shares.items())
        return TRACE_HEIGHT * (1 - sum(peaks) / highest)

    step = next(s for s in (1, 5, 10, 20, 50, 100, 200, 500) if longest / s <= 12 or s == 500)
    return TraceFigure(
        points=" ".join(f"{x(at)},{height(at):.1f}" for at in places),
        peaks=tuple(
            Mark(
                x(length),
                f"+{length} bp, {percent(share)}" if length else f"wild type, {percent(share)}",
                f"{height(length):.1f}",
            )
            for length, share in sorted(shares.items())
        ),
        ticks=tuple(Mark(x(n), f"+{n}", "tick") for n in range(0, longest + 1, step)),
    )
