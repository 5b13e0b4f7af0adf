r"""Hide the bases of primers in the reads of amplicons: they get a base quality of 0.

    python -m scripts.panel.hide_primers --bam aligned.bam --primers primers.bed \
        --fasta GENOME.fa --out primers_hidden.bam --index primers_hidden.bam.bai

A primer's bases are the oligonucleotide's, whatever the molecule has: nothing counts them. They
stay aligned, so that a change right behind a primer keeps the bases that it is anchored by.

A read that begins in the first copy of a duplication is clipped there, primer and all, and aligned
where the second one begins: its primer is told by its first bases, and what is clipped behind it
is the molecule's.
"""

from __future__ import annotations

import argparse
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter, ne
from pathlib import Path

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment import aligned_blocks
from flt3itd.reads.foreign_bases import adapter_bases
from flt3itd.reads.primer_bases import bases_before
from scripts.command import run
from scripts.genome.reference_sequence import sequence_reader
from scripts.panel.read_rules import HIDDEN, PRIMER_ERRORS, fragment_span

TOLERANCE = 5
"""Bases by which a read may begin before its primer as it is aligned (samtools ampliconclip)."""
_CLIPPED = 10
"""Clipped bases from which a read may go on otherwise; fewer are errors in its primer."""
_ALIGNED_BY_CHANCE = 2
"""Bases beyond its primer with which a clipped read may be aligned."""
_PART = 8
"""Last bases of a primer by which a read is known to end in it: alike by chance in 1 of 65,000."""
_FOREIGN = 20
"""Bases of adapters or UMIs that a read may have in front of its primer."""
_LONGEST_AMPLICON = 600
"""Bases from where a clipped read is aligned within which its primer lies."""


@dataclass
class ContigPrimers:
    """The primers of a contig, (start, end) 0-based half-open: left ones and right ones."""

    left: list[tuple[int, int]] = field(default_factory=list)
    right: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left.sort()
        self.right.sort()
        # Seen from the end of the contig, so that both kinds are looked up alike.
        self.mirrored = sorted((-end, -start) for start, end in self.right)
        self.longest = max((e - s for s, e in (*self.left, *self.right)), default=0)

    def end_of_left(self, start: int, fragment_start: int, *, clipped: bool = False) -> int | None:
        """Where the left primer ends that a read begins with; None where it begins in none.

        A primer that begins farther in than the fragment is another amplicon's; so is one that is
        not aligned from its begin on, where the read is `clipped` and nothing else tells.
        """
        return self._inner_end(self.left, start, fragment_start, clipped=clipped)

    def start_of_right(self, end: int, fragment_end: int, *, clipped: bool = False) -> int | None:
        """Where the right primer starts that a read reaches; None where it ends in none.

        A primer that ends farther in than the fragment is another amplicon's; so is one that is
        not aligned to its end, where the read is `clipped` and nothing else tells.
        """
        inner = self._inner_end(self.mirrored, -end, -fragment_end, clipped=clipped)
        return None if inner is None else -inner

    def texts(
        self, place: int, fetch: Fetch, *, right: bool, mate_from: int | None = None
    ) -> Iterator[str]:
        """The sequences of the left or right primers around a place, plus strand.

        Where the mate begins with one of them (`mate_from`), only this one.
        """
        sites = self.right if right else self.left
        if mate_from is not None:
            outer = 1 if right else 0
            own = [site for site in sites if abs(site[outer] - mate_from) <= TOLERANCE]
            if own:
                yield from (fetch(*site) for site in own)
                return
        first = bisect_right(sites, place - _LONGEST_AMPLICON, key=itemgetter(0))
        for start, end in sites[first:]:
            if start > place + _LONGEST_AMPLICON:
                break
            yield fetch(start, end)

    def _inner_end(
        self, sites: Sequence[tuple[int, int]], place: int, outermost: int, *, clipped: bool
    ) -> int | None:
        inner = None
        alone = clipped and place == outermost
        farthest, beyond = (TOLERANCE, _ALIGNED_BY_CHANCE) if alone else (self.longest, TOLERANCE)
        behind = bisect_right(sites, min(place, outermost) + beyond, key=itemgetter(0))
        for start, end in reversed(sites[:behind]):
            if start < place - farthest:
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


def hide(read: pysam.AlignedSegment, primers: ContigPrimers, fetch: Fetch) -> None:
    """Hide the bases of the primers that a read begins with and reaches, clipped ones included.

    `fetch` gives the sequence of the contig.
    """
    blocks = aligned_blocks(read.reference_start, read.cigartuples or ())
    qualities, sequence = read.query_qualities, read.query_sequence
    if not blocks or qualities is None or not sequence:
        return
    length = len(sequence)
    start, end = blocks[0].reference, blocks[-1].end
    low, high = fragment_span(read)
    front, back = blocks[0].query, length - blocks[-1].query_end
    left = primers.end_of_left(start, low, clipped=front >= _CLIPPED)
    right = primers.start_of_right(end, high, clipped=back >= _CLIPPED)
    first = 0 if left is None else bases_before(blocks, left)
    last = length if right is None else bases_before(blocks, right)
    # A read of the first copy of a duplication may end with the primer of another amplicon.
    mate_from = high if end < high else low if low < start else None
    if front >= _CLIPPED:
        mate = mate_from if read.is_reverse else None
        some = primers.texts(start, fetch, right=False, mate_from=mate)
        own = primer_bases(sequence, front, some, is_end=read.is_reverse)
        first = first if own is None else own
    if back >= _CLIPPED:
        mate = None if read.is_reverse else mate_from
        some = primers.texts(end, fetch, right=True, mate_from=mate)
        turned = map(reverse_complement, some)
        own = primer_bases(reverse_complement(sequence), back, turned, is_end=not read.is_reverse)
        last = last if own is None else length - own
    if first == 0 and last == length:
        return
    hidden = array("B", [HIDDEN]) * length
    hidden[first:last] = array("B", qualities[first:last])
    read.query_qualities = hidden


def primer_bases(
    sequence: str, clipped: int, primers: Iterable[str], *, is_end: bool
) -> int | None:
    """How many first bases of a sequence are those of a primer; None if it begins with none.

    Of foreign bases in front of it, all `clipped`, those of an adapter count too at the end (3') of
    a read, any at its begin.
    """
    foreign = adapter_bases(sequence, clipped, is_reverse=True) if is_end else 0
    some, text = list(primers), sequence[foreign:]
    own = [foreign + len(p) for p in some if text.startswith(p)]
    own = own or [foreign + len(p) for p in some if sum(map(ne, p, text)) <= PRIMER_ERRORS]
    if is_end and not own:
        ends = ((len(p) - at, p[at:]) for p in some for at in range(1, len(p) - _PART + 1))
        own = [foreign + size for size, part in ends if text.startswith(part)]
    if own or is_end:
        return max(own, default=None)
    found = ((text.find(p, 0, min(clipped, len(p) + _FOREIGN)), p) for p in some)
    return min((at + len(p) for at, p in found if at >= 0), default=None)


def hide_primers(bam: Path, sites: Mapping[str, ContigPrimers], fasta: Path, out: Path) -> None:
    """Write the reads of a BAM or CRAM to a BAM, in their order, with hidden primers.

    Raises:
        UserError: the alignments cannot be read.
    """
    sequence_of = sequence_reader(fasta)
    # The same few primers are asked for at each clipped read.
    fetch_of = cache(lambda contig: cache(sequence_of(contig)))
    try:
        with (
            pysam.AlignmentFile(str(bam), reference_filename=str(fasta)) as reads,
            pysam.AlignmentFile(str(out), "wb", header=reads.header) as written,
        ):
            for read in reads.fetch(until_eof=True):
                contig = read.reference_name or ""
                primers = sites.get(contig)
                if primers is not None and not read.is_unmapped:
                    hide(read, primers, fetch_of(contig))
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
