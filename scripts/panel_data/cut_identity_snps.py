r"""Cut the list of common SNPs of a panel from the sites and genotypes of the package peddy.

    pip download --no-deps --no-binary :all: peddy==0.4.8 && tar xzf peddy-0.4.8.tar.gz
    python -m scripts.panel_data.cut_identity_snps --sites peddy-0.4.8/peddy \
        --grch38 panels/myeloid54/all_coding.GRCh38.bed \
        --grch37 panels/myeloid54/all_coding.GRCh37.bed --out panels/myeloid54/identity_snps.tsv

peddy (MIT licence) carries exonic sites on both builds, and the genotypes of the 2,504 people of
phase 3 of the 1000 Genomes Project (Nature 2015, 526:68) there. Frequencies are counted from
these. Of neighbours that are inherited together, the more frequent one stays.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flt3itd.common.bed import read_bed
from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from scripts.command import run
from scripts.identity.snps import SnpRow

PEOPLE = 2504
_RAREST = 0.01
"""Of the rarer allele: rarer ones hardly ever tell two people apart."""
_LINKED = 0.2
"""The squared correlation of genotypes from which two SNPs of a chromosome count as one."""
SOURCE = "1000 Genomes phase 3, all 2504 people, as carried by peddy 0.4.8"

Genotypes = npt.NDArray[np.float64]
"""Alternate alleles (0, 1, 2) of each person."""


@dataclass(frozen=True)
class Site:
    """A site on one build: contig without "chr", 1-based position, alleles."""

    chrom: str
    pos: int
    ref: str
    alt: str


def read_sites(path: Path) -> list[Site]:
    """The lines ``contig:position:ref:alt`` of a list of peddy."""
    cells = [line.split(":") for line in path.read_text("ascii").split()]
    return [Site(chrom, int(pos), ref, alt) for chrom, pos, ref, alt in cells]


def read_genotypes(path: Path, sites: int) -> npt.NDArray[np.uint8]:
    """A row for each site, a column for each person."""
    table = np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8)
    if table.size != sites * PEOPLE:
        raise UserError(f"{path}: holds {table.size} genotypes, expected {sites * PEOPLE}")
    return table.reshape(sites, PEOPLE)


def gene_at(site: Site, targets: Path) -> str:
    """The gene in whose targets a site lies; empty for none."""
    return next(
        (
            one.name.partition("|")[0]
            for one in read_bed(targets)
            if one.contig.removeprefix("chr") == site.chrom and one.start < site.pos <= one.end
        ),
        "",
    )


def cut(sites: Path, grch38: Path, grch37: Path) -> list[SnpRow]:
    """The SNPs that lie in the targets on both builds and vary for themselves."""
    here, there = read_sites(sites / "GRCH38.sites"), read_sites(sites / "GRCH37.sites")
    genotypes = read_genotypes(sites / "GRCH38.sites.bin.gz", len(here))
    kept: list[tuple[SnpRow, Genotypes]] = []
    found = []
    contigs = {one.contig.removeprefix("chr") for one in read_bed(grch38)}
    for site, old, people in zip(here, there, genotypes, strict=True):
        if site.chrom not in contigs or (old.chrom, old.ref, old.alt) != (
            site.chrom, site.ref, site.alt,
        ):  # fmt: skip
            continue
        frequency = float(people.mean()) / 2
        gene = gene_at(site, grch38)
        if not gene or gene != gene_at(old, grch37) or min(frequency, 1 - frequency) < _RAREST:
            continue
        row = SnpRow(
            gene, f"chr{site.chrom}", site.pos, old.pos, site.ref, site.alt,
            round(frequency, 4), SOURCE,
        )  # fmt: skip
        found.append((row, people.astype(np.float64)))
    for row, people in sorted(found, key=lambda one: -min(one[0].frequency, 1 - one[0].frequency)):
        beside = [other for kept_row, other in kept if kept_row.chrom == row.chrom]
        if all(np.corrcoef(people, other)[0, 1] ** 2 < _LINKED for other in beside):
            kept.append((row, people))
    order = {row: place for place, (row, _) in enumerate(found)}
    return sorted((row for row, _ in kept), key=order.__getitem__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("sites", "grch38", "grch37", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    write_table(options.out, SnpRow, cut(options.sites, options.grch38, options.grch37))


if __name__ == "__main__":
    run(main)
