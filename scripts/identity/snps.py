"""The common SNPs by which samples are told apart: a table of the panel, or a VCF of the user.

The table (`panels/myeloid54/identity_snps.tsv`) has positions on both builds; a VCF is of the build
of the run, with the frequency of the alternate allele in INFO/AF.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.hgvs.transcript import Fetch
from flt3itd.records import AlleleKey, allele_key


@dataclass(frozen=True)
class SnpRow:
    """One row of identity_snps.tsv: a substitution, plus strand; positions are 1-based.

    `frequency` is that of `alt` in the population that `source` names.
    """

    gene: str
    chrom: str
    pos_grch38: int
    pos_grch37: int
    ref: str
    alt: str
    frequency: float
    source: str


@dataclass(frozen=True, order=True)
class Snp:
    """A common SNP on the contigs of a run; `pos` is 1-based, `frequency` that of `alt`."""

    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float

    @property
    def allele(self) -> AlleleKey:
        """Contig, position and alleles, as in a VCF."""
        return allele_key(self)


def read_snps(path: Path, build: str, contigs: Collection[str]) -> list[Snp]:
    """The SNPs of a table or VCF that lie on these contigs, in order.

    Contigs may be called with or without "chr". Raises UserError when the file cannot be read or
    holds anything but substitutions of one base.
    """
    found = _from_vcf(path) if is_vcf(path) else _from_table(path, build)
    on_genome = {name.removeprefix("chr"): name for name in contigs}
    snps = [
        Snp(on_genome[key], one.pos, one.ref, one.alt, one.frequency)
        for one in found
        if (key := one.chrom.removeprefix("chr")) in on_genome
    ]
    for one in snps:
        if len(one.ref) != 1 or len(one.alt) != 1 or one.ref == one.alt:
            raise UserError(
                f"{path}: {one.chrom}:{one.pos} {one.ref}>{one.alt} is no substitution of one "
                "base; leave it out"
            )
        if not 0 < one.frequency < 1:
            raise UserError(
                f"{path}: {one.chrom}:{one.pos}: found the frequency {one.frequency}, expected "
                "one between 0 and 1; leave the position out, or give its frequency"
            )
    return sorted(set(snps))


def is_vcf(path: Path) -> bool:
    """Whether a list of SNPs is a VCF, by its name; else it is a table."""
    return path.name.removesuffix(".gz").endswith(".vcf")


def _from_table(path: Path, build: str) -> list[Snp]:
    return [
        Snp(
            row.chrom,
            row.pos_grch38 if build == "GRCh38" else row.pos_grch37,
            row.ref,
            row.alt,
            row.frequency,
        )
        for row in read_table(path, SnpRow)
    ]


def _from_vcf(path: Path) -> list[Snp]:
    from scripts.genome.variant_file import records_of  # noqa: PLC0415 - slows reports

    snps = []
    for record in records_of(path, "a VCF of common SNPs"):
        frequency = record.INFO.get("AF")
        if len(record.ALT) != 1 or not isinstance(frequency, float):
            raise UserError(
                f"{path}: {record.CHROM}:{record.POS}: needs one alternate allele, and its "
                "frequency in INFO/AF"
            )
        snps.append(
            Snp(record.CHROM, record.POS, record.REF.upper(), record.ALT[0].upper(), frequency)
        )
    return snps


def check_reference(path: Path, snps: Sequence[Snp], sequence_of: Callable[[str], Fetch]) -> None:
    """Refuse SNPs whose reference base is not that of the genome: they are of another build.

    Raises UserError, naming the first one.
    """
    for one in snps:
        base = sequence_of(one.chrom)(one.pos - 1, one.pos).upper()
        if base != one.ref:
            raise UserError(
                f"{path}: {one.chrom}:{one.pos} has the reference base {one.ref}, the genome "
                f"{base or 'nothing'}; give a list of the build of reference.fasta"
            )
