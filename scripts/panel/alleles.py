"""Fragments that show an allele, counted from the alignments.

freebayes counts reads, so the two mates of a short fragment count twice. Here every fragment
counts once: mates that disagree say nothing. Substitutions of one base are counted by
`scripts.panel.substitutions`, all other alleles by `scripts.panel.windows`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import cyvcf2
import pysam

from flt3itd.hgvs.transcript import Fetch
from scripts.panel.read_rules import ReadRules, Span, SpanCount, fragment_span
from scripts.panel.substitutions import BaseCounts, BasePile, code_of
from scripts.panel.windows import OTHER, ROOM, Window, allele_window

_CLUSTER_GAP = 300
_CLIPS = 30
"""Bases beside a window in which the alignment of a clipped read may end and still show it."""
_NEAR_END = 8
"""Bases from the end of an alignment in which an aligner prefers mismatches to a gap or clip."""
MUTANT, WILD_TYPE = "mutant", "wild type"


@dataclass(frozen=True, order=True)
class Allele:
    """A change as in a VCF: 0-based start, plus strand, upper case."""

    contig: str
    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """The end of the replaced bases, 0-based half-open."""
        return self.start + len(self.ref)


def overlap(one: Allele, other: Allele) -> bool:
    """Whether two alleles of a contig change bases of each other."""
    return one.start < other.end and other.start < one.end


def allele_of(record: cyvcf2.Variant) -> Allele:
    """The first alternate allele of a record."""
    return Allele(record.CHROM, record.start, record.REF.upper(), record.ALT[0].upper())


@dataclass(frozen=True)
class AlleleCounts:
    """Fragments at an allele; `informative` also holds those with some other sequence.

    The reads (not fragments) of both alleles are counted by strand, forward and reverse; where
    one or several bases are replaced by as many, by whether they have a base below the quality,
    then not counted otherwise, or not (`poor`); and, for a single base, by whether they show it
    near an end of their alignment or not (`ends`). Fragments of a single base are counted by
    whether their first read is on the forward strand or not (`f1r2`). Those of amplicons are
    counted by where they begin and end, too (`by_span`).
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
    mutant_f1r2: tuple[int, int] = (0, 0)
    wildtype_f1r2: tuple[int, int] = (0, 0)
    by_span: tuple[SpanCount, ...] = field(default=(), kw_only=True)


def count_alleles(
    bam: pysam.AlignmentFile,
    alleles: Iterable[Allele],
    fetch: Fetch,
    rules: ReadRules,
) -> dict[Allele, AlleleCounts]:
    """Count the fragments of alleles of one contig. `fetch` gives its sequence."""
    counts: dict[Allele, AlleleCounts] = {}
    for cluster in _clusters(sorted(alleles)):
        windows = {
            allele: allele_window(
                allele.start, allele.ref, allele.alt, fetch, mutant=MUTANT, wildtype=WILD_TYPE
            )
            for allele in cluster
        }
        places = {allele: window.start for allele, window in windows.items() if _is_single(window)}
        positions = sorted(set(places.values()))
        pile = BasePile(positions, rules.minimum_base_quality, _NEAR_END, rules.from_primers)
        others = [window for allele, window in windows.items() if allele not in places]
        show_reads(bam, cluster[0].contig, others, rules, pile)
        bases = pile.counts()
        row = {position: i for i, position in enumerate(positions)}
        for allele, window in windows.items():
            counts[allele] = (
                _single_count(window, bases, row[window.start])
                if allele in places
                else _count(window, by_span=rules.from_primers)
            )
    return counts


def show_reads(
    bam: pysam.AlignmentFile,
    contig: str,
    windows: Sequence[Window],
    rules: ReadRules,
    pile: BasePile | None,
) -> None:
    """Show the reads of neighbouring windows, and of a pile, to them."""
    spans = [(window.start - _CLIPS, window.end + _CLIPS) for window in windows]
    if pile is not None:
        spans += [(position, position + 1) for position in pile.positions]
    start, end = max(0, min(low for low, _ in spans)), max(high for _, high in spans)
    for read in bam.fetch(contig, start, min(end, bam.get_reference_length(contig))):
        if not rules.take(read):
            continue
        if pile is not None and pile.positions:
            pile.add(read)
        if windows:
            ends = fragment_span(read) if rules.from_primers else None
            # Soft clips may hold what lies outside the alignment, behind bases that are deleted.
            clips = read.query_length - read.query_alignment_length + _CLIPS
            first, last = read.reference_start - clips, (read.reference_end or 0) + clips
            for window in windows:
                if first <= window.start - ROOM and window.end + ROOM <= last:
                    window.show(read, rules.minimum_base_quality, ends)


def _clusters(alleles: Iterable[Allele]) -> Iterator[list[Allele]]:
    """Neighbouring alleles together: their reads are fetched once."""
    cluster: list[Allele] = []
    end = 0
    for allele in alleles:
        if cluster and allele.start > end + _CLUSTER_GAP:
            yield cluster
            cluster, end = [], 0
        cluster.append(allele)
        end = max(end, allele.end)
    if cluster:
        yield cluster


def _is_single(window: Window) -> bool:
    """Whether one base is replaced by another."""
    return window.one_length and window.longest == 1


def _count(window: Window, *, by_span: bool) -> AlleleCounts:
    shown = list(window.fragments.values())
    mutant, wildtype, other = (shown.count(name) for name in (MUTANT, WILD_TYPE, OTHER))
    reads = {
        name: (window.reads[name, False], window.reads[name, True]) for name in (MUTANT, WILD_TYPE)
    }
    poor = {
        name: (window.poor[name], sum(strands)) if window.one_length else (0, 0)
        for name, strands in reads.items()
    }
    return AlleleCounts(
        mutant,
        wildtype,
        mutant + wildtype + other,
        reads[MUTANT],
        reads[WILD_TYPE],
        mutant_poor=poor[MUTANT],
        wildtype_poor=poor[WILD_TYPE],
        by_span=_by_span(window) if by_span else (),
    )


def _by_span(window: Window) -> tuple[SpanCount, ...]:
    """The fragments of a window by where they begin and end."""
    found: dict[Span, list[str]] = defaultdict(list)
    for name, shown in window.fragments.items():
        if shown is not None:
            found[window.spans[name]].append(shown)
    return tuple(SpanCount(s, some.count(MUTANT), len(some)) for s, some in found.items())


def _single_count(window: Window, bases: BaseCounts, row: int) -> AlleleCounts:
    """The counts of a substitution of one base from the pile of its position."""
    code = {name: code_of(text) for text, name in window.texts.items()}
    mutant, wildtype = code[MUTANT], code[WILD_TYPE]

    def strands(base: int) -> tuple[int, int]:
        return int(bases.forward[row, base]), int(bases.reverse[row, base])

    def ends(base: int) -> tuple[int, int]:
        near = int(bases.near_end[row, base])
        return near, sum(strands(base)) - near

    def poor(base: int) -> tuple[int, int]:
        return int(bases.poor[row, base]), sum(strands(base))

    def f1r2(base: int) -> tuple[int, int]:
        forward = int(bases.f1r2[row, base])
        return forward, int(bases.fragments[row, base]) - forward

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
        mutant_f1r2=f1r2(mutant),
        wildtype_f1r2=f1r2(wildtype),
        by_span=tuple(
            SpanCount(span, counts[mutant], sum(counts))
            for span, counts in bases.by_span.get(row, {}).items()
        ),
    )
