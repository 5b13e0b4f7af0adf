"""What the fragments show at the bases of hotspot codons, and how often errors explain it.

`bcftools mpileup` counts the bases of good quality: those on which variants are called too. From
them come the fragments that an answer rests on, and the sample's own error rates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.statistics import (
    RATE_FLOOR,
    may_be_errors,
    overdispersed_tail,
    smallest_significant_count,
)
from scripts.genome.variant_file import numbers_of, records_of

_SHAPE = 1.0
"""Error rates are taken to vary by as much as their mean from place to place (gamma shape)."""
_SIGNIFICANCE = 0.01
"""Chance that errors alone show a change of any hotspot base of a sample as often as is needed."""

GenomicPosition = tuple[str, int]
"""A contig and a 0-based position."""


@dataclass(frozen=True)
class BaseCounts:
    """The base of the reference, and reads with each base of good quality there."""

    reference: str
    reads: Mapping[str, int]

    @property
    def total(self) -> int:
        """All reads with a good base."""
        return sum(self.reads.values())


def read_bases(path: Path) -> dict[GenomicPosition, BaseCounts]:
    """The counts of a VCF of `bcftools mpileup` with FORMAT/AD, by place.

    Mates that overlap count once where their pair is proper, else twice. Raises UserError when
    the file is no such VCF.
    """
    if path.stat().st_size == 0:
        return {}  # no codon lies in the targets, and bcftools was not asked
    counts = {}
    for record in records_of(path, _MADE_BY):
        numbers = numbers_of(record, "AD")
        bases = [base.upper() for base in (record.REF, *record.ALT)]
        if len(numbers) != len(bases):
            raise UserError(
                f"{path}: cannot be read as {_MADE_BY}: {record.CHROM}:{record.POS} has "
                f"{len(bases)} alleles and {len(numbers)} numbers in FORMAT/AD"
            )
        reads = {
            base: number or 0 for base, number in zip(bases, numbers, strict=True) if base in "ACGT"
        }
        counts[record.CHROM, record.start] = BaseCounts(bases[0], reads)
    return counts


_MADE_BY = "the output of bcftools mpileup"


@dataclass(frozen=True)
class ErrorRates:
    """How often errors turn a base into another one (plus strand) in a sample.

    `tests` is how many changes of how many bases are looked at.
    """

    rates: Mapping[tuple[str, str], float]
    tests: int

    def needed(self, base: BaseCounts, fragments: int, minimum: int) -> int:
        """The fewest mutant of `fragments`, `minimum` or more, that errors do not explain.

        It holds for the change of this base that errors make most often.
        """
        rate = max((r for (one, _), r in self.rates.items() if one == base.reference), default=0.0)
        return smallest_significant_count(fragments * rate, _SHAPE, self.level, minimum)

    @property
    def level(self) -> float:
        """The significance level of one test (Bonferroni)."""
        return _SIGNIFICANCE / max(1, self.tests)


def estimate_errors(counts: Iterable[BaseCounts], floor: float = RATE_FLOOR) -> ErrorRates:
    """Learn the error rates of a sample from the bases of all hotspot codons.

    None is below `floor`. Done twice: changes that are significant the first time are left out the
    second time.
    """
    cells = [
        ((base.reference, other), base.reads.get(other, 0), base.total)
        for base in counts
        for other in "ACGT"
        if base.reference in "ACGT" and other != base.reference
    ]
    tests = len(cells)
    cells = [cell for cell in cells if may_be_errors(cell[1], cell[2])]
    first = ErrorRates(_rates(cells, floor), tests)
    cells = [
        (change, count, total)
        for change, count, total in cells
        if overdispersed_tail(count, total * first.rates[change], _SHAPE) > first.level
    ]
    return ErrorRates(_rates(cells, floor), tests)


def _rates(
    cells: Iterable[tuple[tuple[str, str], int, int]], floor: float
) -> dict[tuple[str, str], float]:
    errors: Counter[tuple[str, str]] = Counter()
    reads: Counter[tuple[str, str]] = Counter()
    for change, count, total in cells:
        errors[change] += count
        reads[change] += total
    return {
        (a, b): max(errors[a, b] / max(1, reads[a, b]), floor)
        for a in "ACGT"
        for b in "ACGT"
        if a != b
    }
