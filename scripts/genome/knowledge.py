"""What is known of a panel beforehand: its genes, hotspot codons and known variants.

The tables of `panels/` are read here and written by `scripts/panel_data/build_panel.py`. They are
keyed by gene, residue and c. name, so they hold for every build and for slices of a genome.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """How much of a gene the hotspot targets hold."""

    FULL = "full"
    EXONS = "exons"


@dataclass(frozen=True)
class _GeneRow:
    """A row of a table with a row for each gene."""

    gene: str


@dataclass(frozen=True)
class _GeneTranscript(_GeneRow):
    """The transcript of a gene, its protein and their accessions."""

    chrom: str
    strand: str
    ensembl: str
    refseq: str
    protein: str
    residues_total: int


@dataclass(frozen=True)
class GeneDefinition(_GeneRow):
    """One row of definition.tsv: what a panel reads of a gene, and its older numbering.

    Exons are numbers and ranges separated by spaces, or ``all``; `residues` narrows them to a
    part. Residue n, from `legacy_from` on, is n + `legacy_offset` on `legacy_protein`.
    """

    scope: Scope
    kit_exons: str
    mane_exons: str
    unread_by_kit: str
    residues: str
    legacy_offset: int | None
    legacy_from: int | None
    legacy_protein: str
    remark: str


@dataclass(frozen=True)
class PanelGene(GeneDefinition, _GeneTranscript):
    """One row of genes.tsv: the gene, its transcript, then its definition."""


@dataclass(frozen=True)
class Hotspot:
    """One row of hotspots.tsv: a codon; coordinates are 1-based inclusive."""

    gene: str
    residue: int
    amino_acid: str
    legacy: str
    chrom: str
    start_grch38: int
    end_grch38: int
    start_grch37: int
    end_grch37: int
    source: str


class KnownClass(StrEnum):
    """What is known of a variant."""

    PATHOGENIC = "pathogenic"
    ARTIFACT = "artifact"


@dataclass(frozen=True)
class KnownVariant:
    """One row of known_variants.tsv; `hgvs_c` has no accession, positions are as in a VCF."""

    gene: str
    hgvs_c: str
    known: KnownClass
    note: str
    chrom: str
    pos_grch38: int
    pos_grch37: int
    ref: str
    alt: str
    source: str


def numbers_in(text: str) -> list[int]:
    """The whole numbers of a list such as ``8 10-11``."""
    found: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def legacy_residues(genes: Iterable[PanelGene]) -> dict[str, tuple[int, int]]:
    """For each gene with older numbering: what is added, and from which residue on."""
    return {
        gene.gene: (gene.legacy_offset, gene.legacy_from)
        for gene in genes
        if gene.legacy_offset is not None and gene.legacy_from is not None
    }
