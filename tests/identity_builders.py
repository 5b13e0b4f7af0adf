"""Counts of a sample at common SNPs, and its tube."""

from __future__ import annotations

import dataclasses
from typing import Any

from flt3itd.common.assay import Assay
from scripts.coverage.rows import ExonCoverage
from scripts.identity.compare import Tube
from scripts.identity.genotypes import SnpCount
from scripts.identity.records import Transplanted
from tests.report_builders import exon_coverage


def count(alternate: int, fragments: int = 1000, chrom: str = "chr1", **changes: Any) -> SnpCount:
    """One SNP at which so many of the fragments have the other allele."""
    row = SnpCount("S1", chrom, 100, "A", "G", 0.5, fragments - alternate, alternate, 1)
    return dataclasses.replace(row, **changes)


def row_of(shares: str, sample: str = "S1", fragments: int = 1000) -> tuple[SnpCount, ...]:
    """Counts on chromosomes 1, 2, ...: of 0, half or all, and (`c`, `d`) a little of the other."""
    part = {"0": 0.0, "h": 0.5, "1": 1.0, "c": 0.05, "d": 0.025}
    return tuple(
        count(round(part[one] * fragments), fragments, f"chr{n}", sample=sample)
        for n, one in enumerate(shares, start=1)
    )


def tube(sample: str, patient: str, shares: str, **changes: Any) -> Tube:
    """A sample with the counts of `row_of`."""
    made = Tube(
        sample, patient, Assay.CAPTURE, False, 0, Transplanted.NO, row_of(shares, sample), ()
    )
    return dataclasses.replace(made, **changes)


SHARED, OTHER = "0h1h0110h0", "1001hh01h1"
"""Genotypes of two persons at ten SNPs, as `row_of` reads them."""


def exons(x_depth: float, genes: int = 3) -> list[ExonCoverage]:
    """Exons of genes on X with this depth, and one of an autosome with 1000."""
    rows = [exon_coverage(f"X{n}", "1", x_depth, chrom="chrX") for n in range(genes)]
    return [*rows, exon_coverage("TP53", "1", 1000.0, chrom="chr17")]
