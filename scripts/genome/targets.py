r"""The targets of a panel: merged, and split into chunks that are called at the same time.

    python -m scripts.genome.targets --targets TARGETS.bed --genome-index GENOME.fa.fai \
        --chunks 4 --chunk 0 --out chunk.bed

The chunks have some bases beside the targets, too: targets may end at the exon, and a change of
their last bases may be aligned further out.
"""

from __future__ import annotations

import argparse
import bisect
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from flt3itd.common.bed import read_bed
from scripts.command import run, write_whole
from scripts.genome.intervals import read_contigs

Regions = Mapping[str, list[tuple[int, int]]]
"""Intervals by contig: sorted, apart from each other, 0-based half-open."""


def merged_targets(path: Path) -> dict[str, list[tuple[int, int]]]:
    """The intervals of a BED file by contig, sorted and merged.

    Raises UserError when the file cannot be read or a row is no interval.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for one in read_bed(path):
        found.setdefault(one.contig, []).append((one.start, one.end))
    return {contig: merge_intervals(intervals) for contig, intervals in found.items()}


def merge_intervals(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bases in sorted intervals that are apart from each other."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def overlaps(regions: Regions, contig: str, start: int, end: int) -> bool:
    """Whether an interval (0-based half-open) shares a base with the regions."""
    intervals = regions.get(contig, [])
    at = bisect.bisect_left(intervals, (end, 0))
    return at > 0 and intervals[at - 1][1] > start


def split_targets(regions: Regions, chunks: int) -> list[list[tuple[str, int, int]]]:
    """Neighbouring intervals in at most `chunks` groups of about equally many bases.

    No interval is cut and no group is empty, so there may be fewer groups.
    """
    intervals = [(contig, *span) for contig, spans in regions.items() for span in spans]
    whole = sum(end - start for _, start, end in intervals)
    groups: dict[int, list[tuple[str, int, int]]] = {}
    before = 0
    for contig, start, end in intervals:
        middle = before + (end - start) / 2
        groups.setdefault(int(middle * chunks / whole), []).append((contig, start, end))
        before += end - start
    return [groups[number] for number in sorted(groups)]


SPLICE_SITE = 2
"""Bases beside a target that are those of a splice site, if it ends at the exon."""
CALLED_BEFORE, CALLED_BEHIND = 20, 10
"""Bases in front of a target (to the left) and behind it that are called with it: its splice sites,
and what an aligner may move out of it. A deletion or replacement that reaches into a target, or an
indel in a repeat, is written where it begins: up to 19 bases in front of it where it is no long
event."""


def with_margins(
    intervals: Iterable[tuple[str, int, int]], lengths: Mapping[str, int]
) -> list[tuple[str, int, int]]:
    """Intervals with the bases beside them that are called, as far as their contigs go; merged."""
    wider: dict[str, list[tuple[int, int]]] = {}
    for contig, start, end in intervals:
        last = max(end, min(end + CALLED_BEHIND, lengths.get(contig, end)))
        wider.setdefault(contig, []).append((max(0, start - CALLED_BEFORE), last))
    return [(contig, *span) for contig, spans in wider.items() for span in merge_intervals(spans)]


def chunk_count(path: Path, chunks: int) -> int:
    """How many groups `split_targets` makes of a BED file.

    Raises UserError when the file cannot be read or a row is no interval.
    """
    return len(split_targets(merged_targets(path), chunks))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the targets of one chunk as BED."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=Path, required=True)
    parser.add_argument("--genome-index", type=Path, required=True)
    parser.add_argument("--chunks", type=int, required=True)
    parser.add_argument("--chunk", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    chunk = split_targets(merged_targets(options.targets), options.chunks)[options.chunk]
    called = with_margins(chunk, read_contigs(options.genome_index))
    write_whole(options.out, "".join(f"{c}\t{start}\t{end}\n" for c, start, end in called))


if __name__ == "__main__":
    run(main)
