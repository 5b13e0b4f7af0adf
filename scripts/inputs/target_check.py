"""Check the targets against genome and gene models: what in them will not be read, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.plurals import counted
from flt3itd.hgvs.transcript import Fetch, Transcript
from scripts.genome.intervals import GenomicInterval
from scripts.genome.targets import CALLED_BEFORE, CALLED_BEHIND, SPLICE_SITE, Regions

MOST_NAMED = 5
"""Places that a warning names one by one."""

_AMBIGUOUS = re.compile("[^ACGTN]")


def genes_of_targets(targets: Iterable[GenomicInterval]) -> set[str]:
    """The genes that column 4 of the targets names, as ``GENE|exon3`` does."""
    return {target.name.split("|")[0] for target in targets if "|" in target.name}


def target_warnings(
    path: Path,
    regions: Regions,
    transcripts: Iterable[Transcript],
    fetch_from: Callable[[str], Fetch],
) -> list[str]:
    """What is to be said of targets that can be used.

    Args:
        path: The BED file that they are from.
        regions: The targets, merged.
        transcripts: Those that will name variants in them.
        fetch_from: The sequence of a contig.

    Raises:
        UserError: The genome has a code for several bases in them.
    """
    return [
        *_ambiguous_bases(path, regions, fetch_from),
        *_splice_sites(path, regions, transcripts),
    ]


def _ambiguous_bases(
    path: Path, regions: Regions, fetch_from: Callable[[str], Fetch]
) -> Iterator[str]:
    places, unknown = [], 0
    for contig, intervals in regions.items():
        fetch = fetch_from(contig)
        for start, end in intervals:
            unknown += fetch(start, end).upper().count("N")
            # Variants are called beside a target, too.
            first = max(0, start - CALLED_BEFORE)
            places += [
                f"{found[0]} at {contig}:{first + found.start() + 1}"
                for found in _AMBIGUOUS.finditer(fetch(first, end + CALLED_BEHIND).upper())
            ]
    if places:
        raise UserError(
            f"{path}: the genome has codes for several bases in the targets ({_listed(places)}), "
            "from which every read would differ; use a genome without them, or write one of "
            "the bases in their place"
        )
    if unknown:
        bases = counted(unknown, "base")
        yield (
            f"{path}: {bases} of the targets {'is' if unknown == 1 else 'are'} N in the genome: "
            "nothing is aligned there; use a genome in which they are not masked"
        )


def _splice_sites(path: Path, regions: Regions, transcripts: Iterable[Transcript]) -> Iterator[str]:
    """Exons whose edge is a target, but not the splice site behind it."""
    cut = [
        f"{transcript.gene} exon {number}"
        for transcript in transcripts
        for number in _exons_without_splice_site(regions.get(transcript.contig, []), transcript)
    ]
    if cut:
        yield (
            f"{path}: targets stop at the exon, so variants in its splice sites have the filter "
            f"off_target, and their depth is not judged: {_listed(cut)}; extend the targets by "
            f"{SPLICE_SITE} bases or more"
        )


def _exons_without_splice_site(
    targets: Iterable[tuple[int, int]], transcript: Transcript
) -> Iterator[int]:
    """Numbers of exons of which an edge with an intron behind it is covered, but not the intron."""
    targets = list(targets)
    last = len(transcript.exons) - 1
    for at, exon in enumerate(transcript.exons):
        # On the plus strand of the genome; a transcript that lacks exons goes on behind its ends.
        first_side, last_side = at > 0 or not transcript.begins, at < last or not transcript.ends
        if transcript.minus_strand:
            first_side, last_side = last_side, first_side
        edges = (
            (first_side, exon.start, exon.start - SPLICE_SITE),
            (last_side, exon.end - 1, exon.end - 1 + SPLICE_SITE),
        )
        if any(
            # A slice of a genome may end at the exon.
            intron
            and transcript.fetch(site, site + 1)
            and _inside(targets, edge)
            and not _inside(targets, site)
            for intron, edge, site in edges
        ):
            yield exon.number


def _inside(targets: Iterable[tuple[int, int]], place: int) -> bool:
    return any(start <= place < end for start, end in targets)


def _listed(items: list[str]) -> str:
    rest = len(items) - MOST_NAMED
    return ", ".join(items[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
