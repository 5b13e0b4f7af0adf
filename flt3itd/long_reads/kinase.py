"""Kinase domain codons in long reads: counted only where the reads name bases rightly enough.

Gaps of a long read are mostly errors, so no insertion or deletion of the kinase domain is called
here, and codons beside a gap are not read. What reads of one strand alone show is an error of
basecalling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import edlib
import numpy as np
import numpy.typing as npt

from flt3itd.common.statistics import at_least
from flt3itd.kinase.exon_counts import Codon, ExonCounts
from flt3itd.kinase.tkd import EXONS, TkdParameters, count_kinase_domain
from flt3itd.locus.flt3 import Locus
from flt3itd.locus.template import spliced_template
from flt3itd.long_reads.differences import operations_of
from flt3itd.long_reads.reads import LongRead
from flt3itd.long_reads.spanning import Cutter, Window
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_MATCH, aligned_blocks

MOST_MISMATCHES = 0.005
"""By base of quality 20 or more. Errors differ from place to place by a factor of ten: at 0.5 % a
codon may show one substitution in 2 % of the reads, and a VAF of 5 % must stand out from that."""
_VARIANT = 0.05
_MOST_VARIANTS = 3
"""Up to three places at which 5 % or more of the reads differ are taken for variants of the sample,
not for errors: one homozygous base is 0.8 % of exon 20."""
_BESIDE_GAP = 3
_AROUND_EXON = 30
_LEAST_ON_STRAND = 20
_STRANDS_DIFFER = 1e-4

Counts = npt.NDArray[np.int64]


@dataclass
class KinaseReads:
    """The blocks without gaps of the reads over exons 16, 17 and 20, and how well they agree."""

    locus: Locus
    minimum_quality: int
    forward: list[AlignedRead] = field(default_factory=list)
    reverse: list[AlignedRead] = field(default_factory=list)
    bases: int = 0
    good_at: Counts = field(init=False)
    wrong_at: Counts = field(init=False)

    def __post_init__(self) -> None:
        """Bases of good quality, and those of them that differ, by locus coordinate."""
        self.good_at = np.zeros(len(self.locus), dtype=np.int64)
        self.wrong_at = np.zeros(len(self.locus), dtype=np.int64)
        self._expected = np.frombuffer(self.locus.sequence.encode("ascii"), dtype=np.uint8)

    def add(self, read: AlignedRead, exons: Iterable[int] = EXONS) -> None:
        """Take what an aligned read, whole or in part, has of some exons."""
        for number in exons:
            exon = self.locus.exon(number)
            for block in _blocks(read, exon.start, exon.end):
                (self.reverse if read.is_reverse else self.forward).append(block)
                self._compare(block)

    def _compare(self, block: AlignedRead) -> None:
        part = slice(block.start, block.start + len(block.sequence))
        bases = np.frombuffer(block.sequence.encode("ascii"), dtype=np.uint8)
        good = np.frombuffer(block.qualities, dtype=np.uint8) >= self.minimum_quality
        self.bases += len(bases)
        self.good_at[part] += good
        self.wrong_at[part] += good & (bases != self._expected[part])

    def unfit(self) -> str:
        """Why codons cannot be read, or nothing."""
        if not self.bases:
            return ""
        good = int(self.good_at.sum())
        if good < self.bases / 2:
            return (
                f"kinase domain: {good / self.bases:.0%} of the bases of these long "
                f"reads have quality {self.minimum_quality} or more: codons are not assessable"
            )
        rate = self._wrong()
        if rate > MOST_MISMATCHES:
            return (
                f"kinase domain: {rate:.1%} of the bases of these long reads are wrong (codons are "
                f"read up to {MOST_MISMATCHES:.1%}): codons are not assessable"
            )
        return ""

    def _wrong(self) -> float:
        """The share of the good bases that are wrong, without places that may be variants."""
        seen = np.flatnonzero(self.good_at)
        shares = self.wrong_at[seen] / self.good_at[seen]
        most = np.argsort(-shares, kind="stable")[:_MOST_VARIANTS]
        kept = np.delete(seen, most[shares[most] >= _VARIANT])
        return float(self.wrong_at[kept].sum() / max(1, self.good_at[kept].sum()))

    def counts(self, parameters: TkdParameters) -> list[ExonCounts]:
        """The codons; none of their reads when these are unfit."""
        fit = not self.unfit()
        both = [
            count_kinase_domain(reads if fit else [], parameters)
            for reads in (self.forward, self.reverse)
        ]
        return [
            ExonCounts(
                one.exon,
                tuple(_together(*each) for each in zip(one.codons, other.codons, strict=True)),
                (),
                {},
                0,
            )
            for one, other in zip(*both, strict=True)
        ]


def _together(forward: Codon, reverse: Codon) -> Codon:
    """Both strands of a codon, without what they do not show alike."""
    reads = forward.fragments, reverse.fragments
    counts = []
    for one, other in zip(forward.counts, reverse.counts, strict=True):
        counts.append(one + other if _alike((one, other), reads) else 0)
    return forward._replace(counts=tuple(counts))


def _alike(counts: tuple[int, int], reads: tuple[int, int]) -> bool:
    if min(reads) < _LEAST_ON_STRAND:
        return True
    for count, number in zip(counts, reads, strict=True):
        expected = sum(counts) * number / sum(reads)
        if 1 - at_least(count + 1, expected) <= _STRANDS_DIFFER:
            return False
    return True


def _blocks(read: AlignedRead, start: int, end: int) -> Iterator[AlignedRead]:
    """The blocks of a read over an interval as reads of their own, without the ends at gaps."""
    blocks = aligned_blocks(read.start, read.cigar)
    for number, block in enumerate(blocks):
        low = block.reference + (_BESIDE_GAP if number else 0)
        high = block.end - (_BESIDE_GAP if number < len(blocks) - 1 else 0)
        low, high = max(low, start), min(high, end)
        if low < high:
            query = block.query + low - block.reference
            part = slice(query, query + high - low)
            yield AlignedRead(
                read.name,
                low,
                ((CIGAR_MATCH, high - low),),
                read.sequence[part],
                read.qualities[part],
                read.is_reverse,
                True,
            )


class KinaseCutter:
    """Finds the exons of the kinase domain in reads without an alignment.

    Those of transcripts have other exons about them; what is cut is then the exon alone.
    """

    def __init__(self, locus: Locus) -> None:
        spliced = spliced_template(locus)
        self._cutters = []
        for number in EXONS:
            exon = locus.exon(number)
            window = Window(exon.start - _AROUND_EXON, exon.end + _AROUND_EXON)
            of_dna = window.start, Cutter(locus.sequence, window)
            of_rna = exon.start, Cutter(spliced.sequence, Window(*spliced.exon(number)))
            self._cutters.append((of_dna, of_rna))

    def cut(self, read: LongRead) -> Iterator[AlignedRead]:
        """The parts of a read that span an exon, aligned."""
        for cutters in self._cutters:
            for start, cutter in cutters:
                part = _cut(read, cutter, start)
                if part is not None:
                    yield part
                    break


def _cut(read: LongRead, cutter: Cutter, start: int) -> AlignedRead | None:
    """The part of a read between the flanks, which begins at `start` of the locus."""
    if len(read.sequence) < len(cutter.window):
        return None
    cut = cutter.cut(read.sequence)
    if cut is None or cut.sequence is None:
        return None
    qualities = read.qualities[::-1] if cut.is_reverse else read.qualities
    return AlignedRead(
        read.name,
        start,
        tuple(_cigar(cut.sequence, cutter.wildtype)),
        cut.sequence,
        qualities[cut.start : cut.start + len(cut.sequence)],
        cut.is_reverse,
        True,
    )


_CODES = {"=": 0, "X": 0, "I": 1, "D": 2}


def _cigar(sequence: str, reference: str) -> Iterable[tuple[int, int]]:
    result = edlib.align(sequence, reference, mode="NW", task="path")
    return [(_CODES[code], length) for length, code in operations_of(result["cigar"])]
