"""Long insertions, duplications and deletions at any place of a genome, called like FLT3-ITDs.

The engine of the ITD caller on a slice of any reference: the reads propose changes, are compared
with each mutant, and the fragments are counted by the likelihood of `flt3itd.insertions.abundance`.

    with pysam.AlignmentFile("S.bam") as bam:
        places = shared_breakpoints(bam.fetch("chr19", 12943000, 12944000), Demands())
        for interval in neighbourhoods(places, REACH):
            changes = call_long_changes(bam, "chr19", interval, fetch, Demands())

Coordinates are 0-based half-open on the contig, plus strand, unless said otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pysam

from flt3itd.common.assay import Assay
from flt3itd.hgvs.transcript import Fetch
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.junctions import SearchRegion, Sought, find_candidates
from flt3itd.locus.template import REACH
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_SOFT_CLIP,
    UNMAPPED,
    operations,
    skipped_flags,
)
from flt3itd.reads.clipped_overlaps import join_clips
from flt3itd.reads.foreign_bases import cut_adapters, cut_foreign_bases
from flt3itd.reads.kmer_aligner import LocusAligner
from flt3itd.reads.misread_starts import put_back_misread_starts
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.streaming import Stretch, Taken, collect_reads

LEAST_CLIP = 12
"""Bases: shorter clips cannot be placed."""
_READS_BEYOND = 300
"""Bases beside the places that a change may touch from which reads are taken."""
_SEQUENCE_BEYOND = 450
"""Bases of reference beside what the seeds reach, so that no read hangs over the slice."""
_APART = 150
"""Changes whose leftmost places are farther apart are counted without each other."""


@dataclass(frozen=True)
class Demands:
    """What a change needs to be called; lengths in bases (net), fragments counted once.

    `assay` is `capture` or `amplicon`. Unmapped reads beside mapped mates have no mapping quality
    and are used.
    """

    shortest: int = 20
    fewest_fragments: int = 3
    minimum_vaf: float = 0.0
    minimum_mapping_quality: int = 20
    assay: Assay = Assay.CAPTURE

    @property
    def sought(self) -> Sought:
        """The lengths that are looked for."""
        return Sought(self.shortest, self.shortest)

    def admits(self, read: pysam.AlignedSegment) -> bool:
        """Whether a read counts."""
        if read.flag & skipped_flags(self.assay):
            return False
        return read.mapping_quality >= self.minimum_mapping_quality or bool(read.flag & UNMAPPED)


@dataclass(frozen=True)
class Slice:
    """A piece of a contig whose first base is `start`; `region` in coordinates of the slice."""

    contig: str
    start: int
    sequence: str
    region: tuple[int, int]

    @property
    def target(self) -> tuple[int, int]:
        """All that is found is on target: the region without its end."""
        return self.region[0], self.region[1] - 1


@dataclass(frozen=True)
class LongChange:
    """A change as in a VCF: left-aligned, trimmed, plus strand; `start` is that of `ref`.

    `segment` is what is duplicated or deleted, or the empty place of an insertion.
    `wildtype_fragments` is the mean number at the two boundaries of the changed segment that the
    likelihood ascribes to the wild type; `vaf` has its 95 % profile likelihood interval.
    """

    contig: str
    start: int
    ref: str
    alt: str
    segment: tuple[int, int]
    mutant_fragments: int
    wildtype_fragments: int
    vaf: Estimate

    def touches(self, start: int, end: int) -> bool:
        """Whether the change lies in an interval, wholly or in part."""
        return self.segment[0] <= end and start <= self.segment[1]


def shared_breakpoints(records: Iterable[pysam.AlignedSegment], demands: Demands) -> list[int]:
    """Where enough reads are clipped alike or have the same long gap, sorted.

    These are the only places that are worth a run of the engine. The two mates of a fragment
    count twice here.
    """
    seen: Counter[tuple[str, int, int]] = Counter()
    for read in records:
        if demands.admits(read):
            seen.update(_breakpoints(read, demands.shortest))
    return sorted(
        {place for (_, place, _), count in seen.items() if count >= demands.fewest_fragments}
    )


def _breakpoints(read: pysam.AlignedSegment, shortest: int) -> Iterator[tuple[str, int, int]]:
    """Kind, place and length (of a clip: 0) of each break of an alignment."""
    steps = operations(read.reference_start, read.cigartuples)
    for number, (operation, length, place, _) in enumerate(steps):
        if operation == CIGAR_SOFT_CLIP and length >= LEAST_CLIP:
            yield ("left" if number == 0 else "right"), place, 0
        elif operation in (CIGAR_INSERTION, CIGAR_DELETION) and length >= shortest:
            yield "gap", place, length


def neighbourhoods(places: Iterable[int], apart: int) -> list[tuple[int, int]]:
    """Intervals that hold sorted places; those at most `apart` bases from the next share one."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place - found[-1][1] < apart:
            found[-1] = found[-1][0], place + 1
        else:
            found.append((place, place + 1))
    return found


def call_long_changes(
    bam: pysam.AlignmentFile,
    contig: str,
    interval: tuple[int, int],
    fetch: Fetch,
    demands: Demands,
) -> list[LongChange]:
    """The changes with a boundary in an interval or within `REACH` bases of it, sorted.

    Duplications and deletions up to `REACH` bases, and insertions of any other sequence
    that a read can hold with a seed on both sides. `fetch` gives the sequence of the contig.
    """
    piece = _slice(contig, interval, fetch)
    reads = _reads_of(bam, piece, demands)
    search = SearchRegion.around(piece.sequence, *piece.region, REACH, demands.sought)
    starts = sorted(
        candidate.change.start
        for candidate in find_candidates(reads.split, search).candidates
        if len(candidate.fragments) >= demands.fewest_fragments
    )
    parameters = ItdParameters(minimum_mutant_fragments=demands.fewest_fragments)
    found: list[LongChange] = []
    sought = Search(
        sought=demands.sought,
        amplicon_assay=demands.assay == Assay.AMPLICON,
        captured=demands.assay == Assay.CAPTURE,
        by_baits_from=0,
    )
    for region in neighbourhoods(starts, _APART):
        calls = call_itds(reads, replace(piece, region=region), parameters, sought)
        found += [
            _described(call, piece)
            for call in calls.calls
            if not call.filters and call.vaf.value >= demands.minimum_vaf
        ]
    return sorted(found, key=lambda change: (change.start, change.ref, change.alt))


def _reads_of(bam: pysam.AlignmentFile, piece: Slice, demands: Demands) -> ReadSet:
    """The reads over the region of a slice, without adapters and other foreign bases."""
    low, high = piece.region
    stretch = max(0, low - _READS_BEYOND), min(len(piece.sequence), high + _READS_BEYOND)
    aligner = LocusAligner(piece.sequence, [stretch])

    def place(fragment: int, sequence: str, qualities: bytes) -> SplitRead | None:
        placed = aligner.place(fragment, sequence, qualities)
        return None if placed is None else placed.split

    records = bam.fetch(piece.contig, piece.start + stretch[0], piece.start + stretch[1])
    reads = collect_reads(
        (record for record in records if demands.admits(record)),
        Stretch(piece.sequence, piece.start),
        place,
        Taken(skipped_flags=0),
    )
    join_clips(reads, piece.sequence)
    cut_adapters(reads, piece.sequence)
    put_back_misread_starts(reads, piece.sequence)
    one_construct = demands.assay != Assay.AMPLICON
    cut_foreign_bases(reads, piece.sequence, stretch, of_one_construct=one_construct)
    return reads


def _slice(contig: str, interval: tuple[int, int], fetch: Fetch) -> Slice:
    margin = 2 * REACH + _SEQUENCE_BEYOND
    start = max(0, interval[0] - margin)
    sequence = fetch(start, interval[1] + margin)
    low = max(0, interval[0] - start - REACH)
    return Slice(contig, start, sequence, (low, min(len(sequence), interval[1] - start + REACH)))


def _described(call: ItdCall, piece: Slice) -> LongChange:
    start, ref, alt = vcf_allele(call.haplotype)
    first, last = call.haplotype.segment
    return LongChange(
        piece.contig,
        piece.start + start,
        ref,
        alt,
        (piece.start + first, piece.start + last),
        call.mutant_fragments,
        call.wildtype_fragments,
        call.vaf,
    )


def vcf_allele(haplotype: Haplotype) -> tuple[int, str, str]:
    """Start (0-based on the slice), REF and ALT of a mutant.

    Where one would be empty, both have the base in front too, at the start of a contig the base
    behind (VCF 4.3, section 1.6.1).
    """
    change = haplotype.change
    assert change is not None
    replaced = haplotype.reference[change.start : change.end]
    if replaced and change.inserted:
        return change.start, replaced, change.inserted
    if change.start == 0:
        anchor = haplotype.reference[change.end]
        return 0, replaced + anchor, change.inserted + anchor
    anchor = haplotype.reference[change.start - 1]
    return change.start - 1, anchor + replaced, anchor + change.inserted
