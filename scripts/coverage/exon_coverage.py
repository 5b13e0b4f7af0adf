"""Depth of every exon that the targets touch.

Depth at a base is the number of fragments that lie over it, as the rule `alignment_stats` counts
them. An exon is the part of its coding sequence inside the targets; it is covered when each of its
bases reaches the minimum depth. A target without coding sequence is a row of its own, with its
name from column 4 of the BED file as gene and no exon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flt3itd.hgvs.transcript import Transcript
from scripts.coverage.base_depth import BaseDepth, summarise
from scripts.coverage.rows import ExonCoverage, ExonState
from scripts.genome.targets import Regions, merged_targets
from scripts.panel.products import Product, longest_deletion, longest_insertion


@dataclass(frozen=True)
class ExonPart:
    """A stretch that gets a row: 0-based half-open."""

    gene: str
    exon: str
    contig: str
    start: int
    end: int


def exon_parts(
    transcripts: Iterable[Transcript], regions: Regions, names: dict[tuple[str, int, int], str]
) -> list[ExonPart]:
    """The coding parts of exons inside the targets, then the targets without any.

    `names` has the names of targets by contig, start and end.
    """
    parts = []
    for transcript in transcripts:
        for start, end, exon in transcript.intervals:
            first = max(start, start - exon.first)
            last = min(end, start + transcript.coding_length - exon.first)
            low, high = sorted(transcript.axis(first, last)) if first < last else (0, 0)
            for target_start, target_end in regions.get(transcript.contig, ()):
                inside = max(low, target_start), min(high, target_end)
                if inside[0] < inside[1]:
                    parts.append(
                        ExonPart(transcript.gene, str(exon.number), transcript.contig, *inside)
                    )
    for (contig, start, end), name in names.items():
        touched = any(p.contig == contig and p.start < end and start < p.end for p in parts)
        if not touched:
            parts.append(ExonPart(name, "", contig, start, end))
    return parts


def coverage_row(
    part: ExonPart, depths: Sequence[int], sample: str, minimum_depth: int
) -> ExonCoverage:
    """The row of one part from the depth at its bases."""
    summary = summarise(depths)
    return ExonCoverage(
        sample=sample,
        gene=part.gene,
        exon=part.exon,
        chrom=part.contig,
        start=part.start + 1,
        end=part.end,
        length_bp=part.end - part.start,
        **vars(summary),
        status=ExonState.COVERED if summary.minimum >= minimum_depth else ExonState.NOT_ASSESSABLE,
    )


def target_names(path: Path) -> dict[tuple[str, int, int], str]:
    """The names of the targets (column 4) by contig, start and end (0-based half-open)."""
    names = {}
    for line in path.read_text("utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) >= 3 and not line.startswith(("#", "track", "browser")):
            key = (cells[0], int(cells[1]), int(cells[2]))
            names[key] = cells[3] if len(cells) > 3 else ""
    return names


def exon_rows(
    transcripts: Sequence[Transcript],
    targets: Path,
    depth: BaseDepth,
    sample: str,
    minimum_depth: int,
) -> list[ExonCoverage]:
    """The rows of coverage.tsv for the targets in a BED file."""
    regions = merged_targets(targets)
    return [
        coverage_row(part, depth.at(part.contig, part.start, part.end), sample, minimum_depth)
        for part in exon_parts(transcripts, regions, target_names(targets))
    ]


def with_raw_depth(rows: Iterable[ExonCoverage], raw: BaseDepth) -> list[ExonCoverage]:
    """The rows with the mean depth of the reads before they were put together to molecules."""
    return [
        replace(row, raw_mean=sum(raw.at(row.chrom, row.start - 1, row.end)) / row.length_bp)
        for row in rows
    ]


def with_reach(
    rows: Iterable[ExonCoverage], products: Sequence[Product], minimum_depth: int
) -> list[ExonCoverage]:
    """The rows with the longest changes that products of so many fragments show; no bound without.

    Of two products that are deep enough only together, neither shows what the other one does not.
    """
    if not products:
        return list(rows)
    deep = [one for one in products if one.fragments >= minimum_depth]
    found = []
    for row in rows:
        span = row.start - 1, row.end
        over = [p for p in deep if p.contig == row.chrom and p.start < span[1] and span[0] < p.end]
        longest = longest_insertion(over, *span), longest_deletion(over, *span)
        found.append(replace(row, longest_insertion=longest[0], longest_deletion=longest[1]))
    return found
