"""From families to molecules: their consensus reads, and both strands of a duplex together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flt3itd.molecules.consensus import Consensus, call_consensus, duplex
from flt3itd.molecules.families import Families
from flt3itd.molecules.letters import Booleans, Integers, Words
from flt3itd.molecules.pairs import PairBlock, UmiShape
from flt3itd.molecules.stagger import in_step

Strands = tuple[tuple[Consensus, Consensus], tuple[Consensus, Consensus]]


@dataclass(frozen=True)
class Molecules:
    """Consensus reads of families, one row for each in the order of their places.

    `reads` are the pairs of each family, `end_1` and `end_2` where its reads begin. Of duplex
    libraries `strands` has the consensus of both reads by strand, as they were put together:
    strand a, whose read 1 begins at the lower end, and strand b. `strand_reads` are the pairs of
    each.
    """

    first: Consensus
    second: Consensus
    reads: Integers
    umi: Words
    end_1: Integers
    end_2: Integers
    strand_reads: tuple[Integers, Integers] | None = None
    strands: Strands | None = None

    def __len__(self) -> int:
        return len(self.umi)

    def copied_from_one(self) -> list[tuple[tuple[Consensus, Consensus], Integers]]:
        """Both reads, and their pairs, of what one strand of a molecule each was copied to.

        Of a duplex library that is each strand: the other one lacks the damage of the first.
        """
        if self.strands is None or self.strand_reads is None:
            return [((self.first, self.second), self.reads)]
        return list(zip(self.strands, self.strand_reads, strict=True))

    def take(self, rows: slice) -> Molecules:
        """Some of the molecules."""
        a, b = self.strand_reads or (None, None)
        return Molecules(
            self.first.take(rows),
            self.second.take(rows),
            self.reads[rows],
            self.umi[rows],
            self.end_1[rows],
            self.end_2[rows],
            None if a is None or b is None else (a[rows], b[rows]),
            self.strands and _of_strands(self.strands, rows),
        )


def _of_strands(strands: Strands, rows: slice) -> Strands:
    (a_low, a_high), (b_low, b_high) = strands
    return (a_low.take(rows), a_high.take(rows)), (b_low.take(rows), b_high.take(rows))


def call_molecules(
    pairs: PairBlock, families: Families, shape: UmiShape, least_reads: int
) -> Molecules:
    """The consensus of the families of at least so many read pairs."""
    reads = np.bincount(families.family, minlength=families.count)
    kept = np.flatnonzero(reads >= least_reads)
    number = np.full(families.count, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    own = number[families.family]
    pairs = in_step(pairs, own, families.other_strand)
    rows = np.flatnonzero(own >= 0)
    if not shape.is_twofold:
        rows = rows[np.argsort(own[rows], kind="stable")]
        starts = np.cumsum(reads[kept]) - reads[kept]
        first, second = (
            call_consensus(letters[rows], starts) for letters in (pairs.first, pairs.second)
        )
        heads = rows[starts]
        return Molecules(
            first,
            second,
            reads[kept],
            families.umi[kept],
            pairs.end_1[heads],
            pairs.end_2[heads],
        )
    return _duplex_molecules(pairs, own, families.other_strand, families.umi[kept])


def _duplex_molecules(
    pairs: PairBlock, own: Integers, other_strand: Booleans, umi: Words
) -> Molecules:
    """Read 1 of strand a and read 2 of strand b are one end of the molecule."""
    width = max(pairs.first.shape[1], pairs.second.shape[1])
    strands, strand_reads = [], []
    for is_b in (False, True):
        rows = np.flatnonzero((own >= 0) & (other_strand == is_b))
        rows = rows[np.argsort(own[rows], kind="stable")]
        sizes = np.bincount(own[rows], minlength=len(umi))
        there = np.flatnonzero(sizes)
        starts = np.cumsum(sizes[there]) - sizes[there]
        ends = []
        for letters in (pairs.second, pairs.first) if is_b else (pairs.first, pairs.second):
            whole = Consensus.empty(len(umi), width)
            called = call_consensus(letters[rows], starts)
            whole.put(there, called.widened(width))
            ends.append(whole)
        strands.append((ends[0], ends[1]))
        strand_reads.append(sizes)
    (a_low, a_high), (b_low, b_high) = strands
    head = np.zeros(len(umi), dtype=np.int64)
    placed = np.flatnonzero(own >= 0)
    head[own[placed]] = placed
    begun_by_b = other_strand[head]
    return Molecules(
        duplex(a_low, b_low),
        duplex(a_high, b_high),
        strand_reads[0] + strand_reads[1],
        umi,
        np.where(begun_by_b, pairs.end_2[head], pairs.end_1[head]),
        np.where(begun_by_b, pairs.end_1[head], pairs.end_2[head]),
        (strand_reads[0], strand_reads[1]),
        (strands[0], strands[1]),
    )
