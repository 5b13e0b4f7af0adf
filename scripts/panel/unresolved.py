"""Where the reads of a sample leave the reference and nothing that was found says why.

Fragments that are clipped alike show that something is there: an insertion longer than its ends
could be brought together, or a rearrangement. It is named, with the bases that are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flt3itd.common.assay import Assay
from flt3itd.hgvs.transcript import Fetch, Transcript
from flt3itd.insertions.two_ends import OVERLAP
from scripts.genome.targets import Regions, overlaps
from scripts.panel.alleles import Allele
from scripts.panel.assembly import ClippedEnd
from scripts.panel.filters import Thresholds
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from scripts.panel.rows import Unresolved

LEAST_BASES = 20
"""Clipped bases that must be alike; fewer may be those of an aligner's choice."""
_NEAR = 450
"""Bases beside a place within which the engine of long events explains what it can."""
_BESIDE_EVENT = 20
"""Bases from an event at which its own reads may be clipped."""


@dataclass(frozen=True)
class OpenBreak:
    """Reads that are clipped alike at a place (0-based on the contig), and all that lie over it."""

    contig: str
    end: ClippedEnd
    depth: int


def open_breaks(
    ends: Iterable[ClippedEnd],
    texts: Sequence[str],
    reads: Sequence[PlaceRead],
    place: Place,
    fetch: Fetch,
) -> tuple[OpenBreak, ...]:
    """The ends whose bases stand neither in the haplotypes of a place nor near by."""
    before = fetch(max(0, place.start - _NEAR), place.start)
    after = fetch(place.end, place.end + _NEAR)
    found = []
    for end in ends:
        bases = end.bases
        if len(bases) < LEAST_BASES:
            continue
        seeds = {bases[i : i + OVERLAP] for i in range(len(bases) - OVERLAP + 1)}
        if any(seed in before + text + after for text in texts for seed in seeds):
            continue
        at = end.clip.at
        depth = len({read.name for read in reads if read.first < at < read.last})
        found.append(OpenBreak(place.contig, end, depth))
    return tuple(found)


def unresolved_rows(
    breaks: Iterable[OpenBreak],
    events: Sequence[Allele],
    regions: Regions | None,
    transcripts: Sequence[Transcript],
    thresholds: Thresholds,
    sample: str,
) -> Iterator[Unresolved]:
    """What is told of the breaks: in the targets, as often as a variant must be, by no event.

    Of capture alone: the reads of an amplicon begin with primers and what hangs on them, and those
    of RNA go on in other exons.
    """
    if thresholds.reads.assay != Assay.CAPTURE:
        return
    for one in breaks:
        at, fragments = one.end.clip.at, one.end.fragments
        vaf = fragments / max(1, one.depth)
        if fragments < thresholds.minimum_alternate_fragments or vaf < thresholds.minimum_vaf:
            continue
        if one.depth < thresholds.minimum_depth:
            continue
        if regions is not None and not overlaps(regions, one.contig, at - 1, at + 1):
            continue
        if any(
            event.contig == one.contig
            and event.start - _BESIDE_EVENT <= at <= event.end + _BESIDE_EVENT
            for event in events
        ):
            continue
        right = one.end.clip.on_right
        yield Unresolved(
            sample,
            _gene_at(one.contig, at, transcripts),
            one.contig,
            at if right else at + 1,
            "right" if right else "left",
            fragments,
            one.depth,
            vaf,
            one.end.bases,
        )


def _gene_at(contig: str, at: int, transcripts: Iterable[Transcript]) -> str:
    """The gene of the first transcript over a base; empty between genes."""
    for one in transcripts:
        starts, ends = ([exon.start for exon in one.exons], [exon.end for exon in one.exons])
        if one.contig == contig and min(starts) <= at <= max(ends):
            return one.gene
    return ""
