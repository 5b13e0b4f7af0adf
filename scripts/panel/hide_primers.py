r"""Hide the bases of primers in the reads of amplicons: they get a base quality of 0.

    python -m scripts.panel.hide_primers --bam aligned.bam --primers primers.bed \
        --fasta GENOME.fa --out primers_hidden.bam --index primers_hidden.bam.bai

A primer's bases are the oligonucleotide's, whatever the molecule has: nothing counts them. They
stay aligned, so that a change right behind a primer keeps the bases that it is anchored by.
"""

from __future__ import annotations

import argparse
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.reads.alignment import aligned_blocks
from flt3itd.reads.primer_bases import bases_before
from scripts.command import run
from scripts.panel.read_rules import HIDDEN

TOLERANCE = 5
"""Bases by which a read may begin before its primer as it is aligned (samtools ampliconclip)."""


@dataclass
class ContigPrimers:
    """The primers of a contig, (start, end) 0-based half-open: left ones and right ones."""

    left: list[tuple[int, int]] = field(default_factory=list)
    right: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left.sort()
        # Seen from the end of the contig, so that both kinds are looked up alike.
        self.mirrored = sorted((-end, -start) for start, end in self.right)
        self.longest = max((e - s for s, e in (*self.left, *self.right)), default=0)

    def end_of_left(self, start: int, fragment_start: int) -> int | None:
        """Where the left primer ends that a read begins with; None where it begins in none.

        A primer that begins farther in than the fragment is another amplicon's.
        """
        return self._inner_end(self.left, start, fragment_start)

    def start_of_right(self, end: int, fragment_end: int) -> int | None:
        """Where the right primer starts that a read reaches; None where it ends in none.

        A primer that ends farther in than the fragment is another amplicon's.
        """
        inner = self._inner_end(self.mirrored, -end, -fragment_end)
        return None if inner is None else -inner

    def _inner_end(
        self, sites: Sequence[tuple[int, int]], place: int, outermost: int
    ) -> int | None:
        inner = None
        behind = bisect_right(sites, min(place, outermost) + TOLERANCE, key=itemgetter(0))
        for start, end in reversed(sites[:behind]):
            if start < place - self.longest:
                break
            if place < end:
                inner = end if inner is None else max(inner, end)
        return inner


def read_sites(path: Path) -> dict[str, ContigPrimers]:
    """The primers of a BED file as `primer_sites` writes it, by contig."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        contig, start, end, _, _, strand = line.split("\t")
        spans[contig, strand].append((int(start), int(end)))
    return {
        contig: ContigPrimers(spans.get((contig, "+"), []), spans.get((contig, "-"), []))
        for contig in {contig for contig, _ in spans}
    }


def fragment_span(read: pysam.AlignedSegment) -> tuple[int, int]:
    """Where the fragment of a read begins and ends, 0-based half-open; of a read alone, its own."""
    start, end = read.reference_start, read.reference_end or read.reference_start
    length = read.template_length
    together = (
        read.is_paired
        and not read.mate_is_unmapped
        and read.reference_id == read.next_reference_id
        and read.is_reverse != read.mate_is_reverse
        and (length < 0) == read.is_reverse
    )
    if not together or not length:
        return start, end
    return (end + length, end) if read.is_reverse else (start, start + length)


def hide(read: pysam.AlignedSegment, primers: ContigPrimers) -> None:
    """Hide the bases of the primers that a read begins with and reaches, clipped ones included."""
    blocks = aligned_blocks(read.reference_start, read.cigartuples or ())
    qualities, length = read.query_qualities, read.query_length
    if not blocks or qualities is None:
        return
    start, end = blocks[0].reference, blocks[-1].end
    low, high = fragment_span(read)
    left = primers.end_of_left(start, low)
    right = primers.start_of_right(end, high)
    first = 0 if left is None else bases_before(blocks, left)
    last = length if right is None else bases_before(blocks, right)
    if first == 0 and last == length:
        return
    hidden = array("B", [HIDDEN]) * length
    hidden[first:last] = array("B", qualities[first:last])
    read.query_qualities = hidden


def hide_primers(bam: Path, sites: Mapping[str, ContigPrimers], fasta: Path, out: Path) -> None:
    """Write the reads of a BAM or CRAM to a BAM, in their order, with hidden primers.

    Raises:
        UserError: the alignments cannot be read.
    """
    try:
        with (
            pysam.AlignmentFile(str(bam), reference_filename=str(fasta)) as reads,
            pysam.AlignmentFile(str(out), "wb", header=reads.header) as written,
        ):
            for read in reads.fetch(until_eof=True):
                primers = sites.get(read.reference_name or "")
                if primers is not None and not read.is_unmapped:
                    hide(read, primers)
                written.write(read)
    except (OSError, ValueError) as error:
        raise UserError(f"{bam}: cannot be read: {error}") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the BAM and its index."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bam", "primers", "fasta", "out", "index"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    hide_primers(options.bam, read_sites(options.primers), options.fasta, options.out)
    pysam.samtools.index("-o", str(options.index), str(options.out))


if __name__ == "__main__":
    run(main)
