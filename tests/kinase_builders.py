"""Reads over the kinase domain, and what is called from them."""

from __future__ import annotations

from collections.abc import Iterable

from flt3itd.kinase.tkd import ReportedAt
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import FltEvent, Status, TkdResult

LOCUS = flt3_locus()
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
D835 = LOCUS.from_grch38(28_018_503)
"""Locus coordinate of the leftmost base of codon 835 (ATC on the plus strand)."""
READ_LENGTH = 100


def read(
    name: str,
    start: int,
    change: tuple[int, str, str] | None = None,
    *,
    quality: int = 37,
    mate: int = 1,
) -> AlignedRead:
    """A read of 100 bases from a locus coordinate, with `change` = (offset, ref, alt)."""
    if change is None or not start <= change[0] < start + READ_LENGTH - 20:
        sequence = LOCUS.sequence[start : start + READ_LENGTH]
        cigar: tuple[tuple[int, int], ...] = ((0, READ_LENGTH),)
    else:
        offset, ref, alt = change
        assert LOCUS.sequence[offset : offset + len(ref)] == ref
        longer = LOCUS.sequence[start:offset] + alt + LOCUS.sequence[offset + len(ref) :]
        sequence = longer[:READ_LENGTH]
        before, shared = offset - start, min(len(ref), len(alt))
        after = READ_LENGTH - before - len(alt)
        gap = (2, len(ref) - shared) if len(ref) > len(alt) else (1, len(alt) - shared)
        cigar = ((0, READ_LENGTH),)
        if gap[1]:
            cigar = ((0, before + shared), gap, (0, after))
    qualities = bytes([quality]) * READ_LENGTH
    return AlignedRead(name, start, cigar, sequence, qualities, mate == 2, mate == 1)


def sample(
    mutant: int, wildtype: int, change: tuple[int, str, str], exons: Iterable[int] = (16, 17, 20)
) -> list[AlignedRead]:
    """Single reads: some with a change in exon 20, and clean ones over each exon."""
    starts = [D835 - 30 - i % 30 for i in range(mutant + wildtype)]
    reads = [read(f"f{i}", start, change if i < mutant else None) for i, start in enumerate(starts)]
    for number in exons:
        exon = LOCUS.exon(number)
        reads += [
            read(f"e{number}_{i}", start)
            for i in range(300)
            for start in (exon.start - 10, exon.end - 90)
            if number != 20
        ]
    return reads


def only_event(result: TkdResult) -> FltEvent:
    assert len(result.events) == 1
    return result.events[0]


def codon(result: TkdResult, residue: int) -> tuple[Status, int]:
    found = next(codon for codon in result.codons if codon.residue == residue)
    return found.status, found.fragments
