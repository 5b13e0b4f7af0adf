"""Contigs of a genome, targets (BED) and exons of gene models (GTF), read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.bed import read_bed
from flt3itd.common.errors import UserError
from scripts.genome.gtf import gtf_features


@dataclass(frozen=True)
class GenomicInterval:
    """A stretch of a contig, 0-based half-open, with the row of the file that it is from."""

    contig: str
    start: int
    end: int
    name: str
    row: int


def read_contigs(index: Path) -> dict[str, int]:
    """Lengths in bases of the contigs in a FASTA index (.fai), in the order of the genome."""
    contigs = {}
    for line in index.read_text("utf-8").splitlines():
        name, length, *_ = line.split("\t")
        contigs[name] = int(length)
    return contigs


def read_targets(path: Path, contigs: Mapping[str, int]) -> list[GenomicInterval]:
    """The targets of a BED file on these contigs; `name` is column 4 or empty.

    Raises:
        UserError: The file cannot be read, or a row is not an interval of these contigs.
    """
    targets = []
    for one in read_bed(path):
        _check_inside(f"{path}: row {one.row}", one.contig, one.start, one.end, contigs)
        targets.append(GenomicInterval(one.contig, one.start, one.end, one.name, one.row))
    return targets


def exons_of(path: Path, contigs: Mapping[str, int]) -> Iterator[GenomicInterval]:
    """The exons of a GTF file that lie on these contigs; `name` is the name of the gene.

    Gene models of contigs that the genome lacks (patches, alternate loci) are left out. A file of a
    whole genome has more than a million exons: they come one after the other.

    Raises:
        UserError: The file cannot be read, is no GTF, or no exon fits these contigs.
    """
    some, elsewhere = False, ""
    for exon in gtf_features(path, kinds={"exon"}):
        if exon.contig not in contigs:
            elsewhere = elsewhere or exon.contig
            continue
        _check_inside(f"{path}: row {exon.row}", exon.contig, exon.start, exon.end, contigs)
        gene = exon.attributes().get("gene_name", "")
        some = True
        yield GenomicInterval(exon.contig, exon.start, exon.end, gene, exon.row)
    if not some and elsewhere:
        raise UserError(
            f"{path}: no exon lies on the genome: {_unknown_contig(elsewhere, contigs)}"
        )
    if not some:
        raise UserError(f"{path}: no gene models: the file has no line of the kind exon")


def _check_inside(
    where: str, contig: str, start: int, end: int, contigs: Mapping[str, int]
) -> None:
    """An interval (0-based half-open) ends on its contig."""
    if contig not in contigs:
        raise UserError(f"{where}: {_unknown_contig(contig, contigs)}")
    if end > contigs[contig]:
        raise UserError(
            f"{where}: {contig}:{start}-{end} ends behind the contig, which has "
            f"{contigs[contig]} bases in the genome; is the file of another build?"
        )


def _unknown_contig(contig: str, contigs: Mapping[str, int]) -> str:
    other = contig.removeprefix("chr") if contig.startswith("chr") else f"chr{contig}"
    if other in contigs:
        return f"contig {contig!r} is called {other!r} in the genome; use one way of naming"
    some = ", ".join(list(contigs)[:3])
    return f"contig {contig!r} is not in the genome, which has {some}{', ...' * (len(contigs) > 3)}"
