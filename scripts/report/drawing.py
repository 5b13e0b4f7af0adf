"""Geometry of the figures in a report. The markup is in templates/; here are only numbers.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flt3itd.locus.flt3 import DOMAINS, Locus, flt3_locus
from flt3itd.records import EventKind, ExonDepth, FltEvent, ItdResult, Status, TkdResult
from scripts.records.number_words import percent, ratio, ratio_interval
from scripts.report.flt3_words import detected_itds
from scripts.report.words import abbreviated, event_label, short_protein

WIDTH = 960.0
PROTEIN_LENGTH = 993
"""Residues of NP_004110.2."""

_ZOOM_FIRST, _ZOOM_LAST = 564.0, 652.0
"""Residues of the enlarged part unless an event reaches beyond: about exons 14 and 15."""

_C_NUMBER = re.compile(r"(\d+)([+-]\d+)?")


@dataclass(frozen=True)
class Box:
    """A horizontal bar with a label."""

    x: float
    width: float
    label: str
    kind: str


@dataclass(frozen=True)
class Mark:
    """A point on a horizontal axis."""

    x: float
    label: str
    kind: str


@dataclass(frozen=True)
class EventRow:
    """One ITD: the duplicated segment, where the copy goes in, the filler, all to scale."""

    label: str
    note: str
    segment: Box | None
    site: float
    filler: Box | None
    label_x: float
    label_anchor: str


@dataclass(frozen=True)
class DepthTrack:
    """Informative fragments along one exon as the points of an SVG polygon."""

    exon: int
    x: float
    width: float
    points: str


@dataclass(frozen=True)
class ProteinFigure:
    """The whole protein above, its part with the ITDs enlarged below."""

    overview: tuple[Box, ...]
    codons: tuple[Mark, ...]
    codon_labels: tuple[Mark, ...]
    window: Box
    domains: tuple[Box, ...]
    exons: tuple[Box, ...]
    ticks: tuple[Mark, ...]
    events: tuple[EventRow, ...]
    depth: tuple[DepthTrack, ...]
    depth_maximum: int


@dataclass(frozen=True)
class RatioRow:
    """An allelic ratio with its interval on a logarithmic axis."""

    label: str
    text: str
    x: float
    low: float
    high: float
    open_above: bool


@dataclass(frozen=True)
class RatioFigure:
    """Allelic ratios of the ITDs, and of all together when there are several."""

    rows: tuple[RatioRow, ...]
    ticks: tuple[Mark, ...]
    historic: float


@dataclass(frozen=True)
class _Axis:
    """A linear axis from residue numbers (residue r spans r - 1 to r) to x."""

    first: float
    last: float
    left: float = 0.0
    right: float = WIDTH

    def at(self, value: float) -> float:
        value = min(max(value, self.first), self.last)
        return round(
            self.left + (value - self.first) / (self.last - self.first) * (self.right - self.left),
            2,
        )

    def box(self, start: float, end: float, label: str, kind: str) -> Box:
        x = self.at(start)
        return Box(x, round(self.at(end) - x, 2), label, kind)


def duplicated_segment(event: FltEvent, locus: Locus) -> tuple[float, float] | None:
    """The duplicated stretch on the residue axis, taken from the c. name and the lengths.

    The end is where the copy is inserted. Intronic bases lie at the edge of their exon.
    None when the name is not one of a duplication or insertion.
    """
    numbers = _C_NUMBER.findall(event.hgvs_c.rsplit("c.", maxsplit=1)[-1])
    name = event.hgvs_c
    if not numbers or not any(word in name for word in ("dup", "ins")):
        return None
    # The copy goes in behind the last base of "dup" and "delins", behind the first of "ins".
    replaces = "dup" in name or "delins" in name
    last = numbers[1] if replaces and len(numbers) > 1 else numbers[0]
    try:
        # On the minus strand an intronic c.N+k lies k bases further left on the genome.
        end = locus.offset_of_cds(int(last[0])) - int(last[1] or 0)
    except KeyError:
        return None
    copied = max(0, event.length_bp - len(event.filler))
    return _residue(end + copied - 1, locus, before=True), _residue(end, locus, before=False)


def _residue(offset: int, locus: Locus, *, before: bool) -> float:
    """Place of a base on the residue axis: its edge towards the N terminus, or the other."""
    position = locus.cds_position(offset)
    if position is not None:
        return (position - (1 if before else 0)) / 3
    downstream = [exon.cds_start - 1 for exon in locus.exons if exon.end <= offset]
    return min(downstream) / 3 if downstream else locus.exons[0].cds_start / 3


def protein_figure(itd: ItdResult, tkd: TkdResult, depth: Sequence[ExonDepth]) -> ProteinFigure:
    """The drawing of the protein. Events that did not pass are not drawn."""
    locus = flt3_locus()
    events = detected_itds(itd)
    places = {event: duplicated_segment(event, locus) for event in events}
    known = [place for place in places.values() if place is not None]
    first = min([_ZOOM_FIRST, *(start - 2 for start, _ in known)])
    last = max([_ZOOM_LAST, *(end + 2 for _, end in known)])
    longest_filler = max([0.0, *(len(event.filler) / 3 for event in events)])
    whole = _Axis(0, PROTEIN_LENGTH)
    zoom = _Axis(first, last + longest_filler / 2)
    codons = tuple(
        Mark(
            whole.at(codon.residue - 0.5),
            f"{codon.reference_amino_acid}{codon.residue}",
            codon.status.value,
        )
        # The mutated ones come last: they are drawn over their neighbours.
        for codon in sorted(tkd.codons, key=lambda codon: codon.status is Status.DETECTED)
    )
    return ProteinFigure(
        overview=tuple(
            whole.box(d.first_residue - 1, d.last_residue, d.name, _kind(d.name)) for d in DOMAINS
        ),
        codons=codons,
        codon_labels=_codon_labels(codons),
        window=whole.box(zoom.first, zoom.last, "", "window"),
        domains=tuple(
            zoom.box(d.first_residue - 1, d.last_residue, d.name, _kind(d.name))
            for d in DOMAINS
            if d.last_residue > zoom.first and d.first_residue - 1 < zoom.last
        ),
        exons=tuple(
            zoom.box((exon.cds_start - 1) / 3, exon.cds_end / 3, f"exon {exon.number}", "exon")
            for exon in locus.exons
            if exon.cds_end / 3 > zoom.first and (exon.cds_start - 1) / 3 < zoom.last
        ),
        ticks=tuple(
            Mark(zoom.at(residue - 0.5), str(residue), "tick")
            for residue in range(10 * math.ceil(zoom.first / 10), int(zoom.last) + 1, 10)
        ),
        events=tuple(_event_row(event, places[event], zoom) for event in events),
        depth=_depth_tracks(depth, locus, zoom),
        depth_maximum=max((max(exon.fragments, default=0) for exon in depth), default=0),
    )


_LABEL_GAP = 60.0
"""Codons closer together than this share a label."""


def _codon_labels(codons: Sequence[Mark]) -> tuple[Mark, ...]:
    """One label for each cluster of codons; a cluster with mutated codons names only those."""
    clusters: list[list[Mark]] = []
    for codon in sorted(codons, key=lambda mark: mark.x):
        if clusters and codon.x - clusters[-1][-1].x < _LABEL_GAP:
            clusters[-1].append(codon)
        else:
            clusters.append([codon])
    labels = []
    for cluster in clusters:
        mutated = [codon for codon in cluster if codon.kind == Status.DETECTED.value]
        named = mutated or cluster
        names = [codon.label for codon in named]
        text = ", ".join(names) if mutated or len(names) == 1 else f"{names[0]} to {names[-1]}"
        middle = (named[0].x + named[-1].x) / 2
        labels.append(Mark(round(middle, 2), text, named[0].kind))
    return tuple(labels)


def _event_row(event: FltEvent, place: tuple[float, float] | None, axis: _Axis) -> EventRow:
    segment = filler = None
    if place is None:
        site = axis.at(float(event.insertion_site_residue or axis.first))
    else:
        start, end = place
        site = axis.at(end)
        if event.event is EventKind.ITD and end > start:
            segment = axis.box(start, end, "duplicated", "segment")
        if event.filler:
            filler = axis.box(end, end + len(event.filler) / 3, "filler", "filler")
    left_half = site < WIDTH / 2
    return EventRow(
        label=event_label(event),
        note=f"{abbreviated(short_protein(event))}, VAF {percent(event.vaf)}",
        segment=segment,
        site=site,
        filler=filler,
        label_x=site + 12 if left_half else site - 12,
        label_anchor="start" if left_half else "end",
    )


TRACK_HEIGHT = 56.0


def _depth_tracks(depth: Sequence[ExonDepth], locus: Locus, axis: _Axis) -> tuple[DepthTrack, ...]:
    """Depth of the exons inside the enlarged part, all on one scale, with y 0 at the top."""
    shown = [exon for exon in locus.exons if exon.cds_end / 3 > axis.first]
    by_number = {exon.number: exon for exon in shown if (exon.cds_start - 1) / 3 < axis.last}
    top = max([1, *(max(item.fragments, default=0) for item in depth)])
    tracks = []
    for item in depth:
        exon = by_number.get(item.exon)
        if exon is None or not item.fragments:
            continue
        left, right = axis.at((exon.cds_start - 1) / 3), axis.at(exon.cds_end / 3)
        points = [f"{left},{TRACK_HEIGHT}"]
        for index, fragments in enumerate(item.fragments):
            residue = (exon.cds_start - 1 + index) / 3
            if axis.first <= residue <= axis.last:
                points.append(f"{axis.at(residue)},{TRACK_HEIGHT * (1 - fragments / top):.1f}")
        points.append(f"{right},{TRACK_HEIGHT}")
        tracks.append(DepthTrack(item.exon, left, round(right - left, 2), " ".join(points)))
    return tuple(tracks)


HISTORIC_LINE = 0.5
"""Boundary of the ELN 2017 groups; the ELN 2022 recommendation dropped it (Blood 2022;140:1345)."""

_RATIO_LEFT, _RATIO_RIGHT = 190.0, 760.0
_LOWEST_DECADE, _HIGHEST_DECADE = -6, 4


def ratio_figure(itd: ItdResult) -> RatioFigure | None:
    """The allelic ratios on a logarithmic axis; None when no ITD passed.

    The axis runs over whole powers of ten that hold every interval and the historic line.
    """
    named = [(event_label(e), e.ar, e.ar_low, e.ar_high) for e in detected_itds(itd)]
    if not named:
        return None
    interval = itd.total_ar_interval
    if len(named) > 1 and itd.total_ar is not None and interval is not None:
        named.append(("all ITDs together", itd.total_ar, interval.low, interval.high))
    shown = [HISTORIC_LINE]
    shown += [v for _, *values in named for v in values if 0 < v < math.inf]
    first = max(_LOWEST_DECADE, math.floor(math.log10(min(shown))))
    last = min(_HIGHEST_DECADE, math.ceil(math.log10(max(shown))))

    def x(value: float) -> float:
        inside = min(max(value, 10.0**first), 10.0**last)
        share = (math.log10(inside) - first) / (last - first)
        return round(_RATIO_LEFT + share * (_RATIO_RIGHT - _RATIO_LEFT), 2)

    return RatioFigure(
        rows=tuple(
            RatioRow(
                label,
                f"{ratio(value)} ({ratio_interval(low, high)})",
                x(value),
                x(low),
                x(high),
                math.isinf(high),
            )
            for label, value, low, high in named
        ),
        ticks=tuple(
            Mark(x(10.0**power), f"{10.0**power:g}", "tick") for power in range(first, last + 1)
        ),
        historic=x(HISTORIC_LINE),
    )


def _kind(domain: str) -> str:
    """The CSS class of a domain."""
    return domain.lower().replace(" ", "-")
