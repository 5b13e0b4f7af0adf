"""Fragments that show an allele, counted from the alignments.

freebayes counts reads, so the two mates of a short fragment count twice. Here every fragment
counts once: mates that disagree say nothing. A read speaks about an allele when it covers every
place where the change could equally stand, with room on both sides for an insertion or
deletion. That room is wider by the length of the change for reads with the longer allele's
rival, so that both alleles have equally many places in a read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pysam

from flt3itd.hgvs import Fetch, normalise_on_plus
from scripts.panel_substitutions import ALIGNED, BaseCounts, BasePile, code_of

_SKIPPED_FLAGS = 0x4 | 0x100 | 0x200 | 0x400 | 0x800
"""Unmapped, secondary, failed, duplicate and supplementary alignments."""

_CONSUMES_QUERY = (0, 1, 4, 7, 8)
_CONSUMES_REFERENCE = (0, 2, 3, 7, 8)
_ROOM = 8
_MOST_ROOM = 20
_CLUSTER_GAP = 300
_SHIFT = 6
"""Bases around a replacement of unequal length in which its gap may stand."""
_NEAR_END = 8
"""Bases from the end of an alignment in which an aligner prefers mismatches to a gap or clip."""


@dataclass(frozen=True, order=True)
class Allele:
    """A change as in a VCF: 0-based start, plus strand, upper case."""

    contig: str
    start: int
    ref: str
    alt: str


@dataclass(frozen=True)
class AlleleCounts:
    """Fragments at an allele; `informative` also holds those with some other sequence.

    The reads (not fragments) of both alleles are counted by strand, forward and reverse; and,
    for substitutions, by whether they show the allele near an end of their alignment or not
    (`ends`), and with a base below the quality, then not counted otherwise, or not (`poor`).
    """

    mutant: int
    wildtype: int
    informative: int
    mutant_reads: tuple[int, int]
    wildtype_reads: tuple[int, int]
    mutant_ends: tuple[int, int] = (0, 0)
    wildtype_ends: tuple[int, int] = (0, 0)
    mutant_poor: tuple[int, int] = (0, 0)
    wildtype_poor: tuple[int, int] = (0, 0)


@dataclass
class _Window:
    """The stretch of the reference that tells the alleles apart, 0-based half-open."""

    start: int
    end: int
    wildtype: str
    mutant: str
    room: int
    shown: dict[str, str] = field(default_factory=dict)
    reads: Counter[tuple[str, bool]] = field(default_factory=Counter)
    near_end: Counter[str] = field(default_factory=Counter)
    poor: Counter[str] = field(default_factory=Counter)

    @property
    def is_substitution(self) -> bool:
        return len(self.wildtype) == len(self.mutant)

    @property
    def is_single(self) -> bool:
        """Whether one base is replaced by another."""
        return len(self.wildtype) == len(self.mutant) == 1


def count_alleles(
    bam: pysam.AlignmentFile,
    alleles: Iterable[Allele],
    fetch: Fetch,
    *,
    minimum_mapping_quality: int,
    minimum_base_quality: int,
) -> dict[Allele, AlleleCounts]:
    """Count the fragments of alleles of one contig. `fetch` gives its sequence."""
    windows = sorted(
        ((_window(allele, fetch), allele) for allele in alleles), key=lambda pair: pair[0].start
    )
    counts: dict[Allele, AlleleCounts] = {}
    for cluster in _clusters(windows):
        start, end = cluster[0][0].start, max(window.end for window, _ in cluster)
        singles = [pair for pair in cluster if pair[0].is_single]
        others = [window for window, _ in cluster if not window.is_single]
        positions = sorted({window.start for window, _ in singles})
        pile = BasePile(positions, minimum_base_quality, _NEAR_END)
        for read in bam.fetch(cluster[0][1].contig, start, end):
            if read.flag & _SKIPPED_FLAGS or read.mapping_quality < minimum_mapping_quality:
                continue
            if singles:
                pile.add(read)
            if others:
                _show(read, others, minimum_base_quality)
        bases = pile.counts()
        row = {position: i for i, position in enumerate(positions)}
        for window, allele in cluster:
            counts[allele] = (
                _single_count(window, bases, row[window.start])
                if window.is_single
                else _count(window)
            )
    return counts


def _clusters(
    windows: Iterable[tuple[_Window, Allele]],
) -> Iterator[list[tuple[_Window, Allele]]]:
    """Neighbouring windows together: their reads are fetched once."""
    cluster: list[tuple[_Window, Allele]] = []
    end = 0
    for pair in windows:
        if cluster and pair[0].start > end + _CLUSTER_GAP:
            yield cluster
            cluster, end = [], 0
        cluster.append(pair)
        end = max(end, pair[0].end)
    if cluster:
        yield cluster


def _window(allele: Allele, fetch: Fetch) -> _Window:
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    start, end = change.leftmost, change.end
    longer = abs(len(allele.alt) - len(allele.ref))
    if longer and change.alternate and change.start < change.end:
        # Aligners put the gap of a replacement anywhere beside it.
        start, end = max(0, start - _SHIFT), end + _SHIFT
    elif longer:
        start, end = max(0, start - 1), end + 1
    wildtype = fetch(start, end)
    mutant = fetch(start, change.start) + change.alternate + fetch(change.end, end)
    room = min(_MOST_ROOM, _ROOM + longer) if longer else 0
    return _Window(start, end, wildtype, mutant, room)


def _show(
    read: pysam.AlignedSegment, windows: Sequence[_Window], minimum_base_quality: int
) -> None:
    """Note for every window what a read shows there."""
    name, start, end = read.query_name or "", read.reference_start, read.reference_end or 0
    near = [w for w in windows if start <= w.start - w.room and w.end + w.room <= end]
    sequence, qualities = (read.query_sequence, read.query_qualities) if near else (None, None)
    if not sequence:
        return
    for window in near:
        span = _query_span(read, window.start, window.end)
        if span is None:
            continue
        text = sequence[slice(*span)]
        shown = {window.mutant: "m", window.wildtype: "w"}.get(text, "o")
        if (
            window.is_substitution
            and qualities is not None
            and (min(qualities[slice(*span)]) < minimum_base_quality)
        ):
            window.poor[shown] += 1
            continue
        shorter = shown != ("m" if len(window.mutant) > len(window.wildtype) else "w")
        lacking = abs(len(window.mutant) - len(window.wildtype)) if shorter else 0
        if end < window.end + window.room + lacking:
            continue
        before = window.shown.setdefault(name, shown)
        if before != shown:
            window.shown[name] = "?"
        window.reads[shown, read.is_reverse] += 1
        if window.is_substitution and min(window.start - start, end - window.end) < _NEAR_END:
            window.near_end[shown] += 1


def _query_span(read: pysam.AlignedSegment, start: int, end: int) -> tuple[int, int] | None:
    """The part of a read that lies on [start, end); None when an end of it is deleted."""
    first = last = None
    query, reference = 0, read.reference_start
    for operation, length in read.cigartuples or ():
        if operation in ALIGNED:
            if reference <= start < reference + length:
                first = query + start - reference
            if reference < end <= reference + length:
                last = query + end - reference
        if operation in _CONSUMES_QUERY:
            query += length
        if operation in _CONSUMES_REFERENCE:
            reference += length
        if reference >= end:
            break
    return None if first is None or last is None else (first, last)


def _count(window: _Window) -> AlleleCounts:
    shown = list(window.shown.values())
    mutant, wildtype, other = (shown.count(kind) for kind in "mwo")
    reads = {kind: (window.reads[kind, False], window.reads[kind, True]) for kind in "mw"}
    all_reads = {kind: sum(strands) for kind, strands in reads.items()}
    ends, poor = window.near_end, window.poor
    substitution = window.is_substitution
    return AlleleCounts(
        mutant,
        wildtype,
        mutant + wildtype + other,
        reads["m"],
        reads["w"],
        mutant_ends=(ends["m"], all_reads["m"] - ends["m"]) if substitution else (0, 0),
        wildtype_ends=(ends["w"], all_reads["w"] - ends["w"]) if substitution else (0, 0),
        mutant_poor=(poor["m"], all_reads["m"]) if substitution else (0, 0),
        wildtype_poor=(poor["w"], all_reads["w"]) if substitution else (0, 0),
    )


def _single_count(window: _Window, bases: BaseCounts, row: int) -> AlleleCounts:
    """The counts of a substitution of one base from the pile of its position."""
    mutant, wildtype = code_of(window.mutant), code_of(window.wildtype)

    def strands(base: int) -> tuple[int, int]:
        return int(bases.forward[row, base]), int(bases.reverse[row, base])

    def ends(base: int) -> tuple[int, int]:
        near = int(bases.near_end[row, base])
        return near, sum(strands(base)) - near

    def poor(base: int) -> tuple[int, int]:
        return int(bases.poor[row, base]), sum(strands(base))

    return AlleleCounts(
        int(bases.fragments[row, mutant]),
        int(bases.fragments[row, wildtype]),
        int(bases.fragments[row].sum()),
        strands(mutant),
        strands(wildtype),
        mutant_ends=ends(mutant),
        wildtype_ends=ends(wildtype),
        mutant_poor=poor(mutant),
        wildtype_poor=poor(wildtype),
    )
