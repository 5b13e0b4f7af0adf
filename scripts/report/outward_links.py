"""Addresses at which public databases tell of a variant: made of its name, never of a patient."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from scripts.report.model import Report

LONGEST_ALLELE = 50
"""Bases; gnomAD holds short variants, and an address of a longer allele finds nothing."""

_GENOMIC = re.compile(r"NC_\d{6}\.\d+:g\.\S+")
_CODING = re.compile(r"(NM_\d+|ENST\d+)\.\d+:c\.\S+")
_CONTIG = re.compile(r"(?:chr)?(\d{1,2}|X|Y)")
_BASES = re.compile(rf"[ACGT]{{1,{LONGEST_ALLELE}}}")
_GNOMAD_DATASETS = {"GRCh38": "gnomad_r4", "GRCh37": "gnomad_r2_1"}
_ENSEMBL_HOSTS = {"GRCh38": "www.ensembl.org", "GRCh37": "grch37.ensembl.org"}


class Described(Protocol):
    """What an address is made of: HGVS names and the allele (1-based, plus strand)."""

    @property
    def hgvs_g(self) -> str:
        """The genomic name."""

    @property
    def hgvs_c(self) -> str:
        """The coding name."""

    @property
    def chrom(self) -> str:
        """The contig."""

    @property
    def pos(self) -> int:
        """The position of the first base of REF."""

    @property
    def ref(self) -> str:
        """Bases of the reference."""

    @property
    def alt(self) -> str:
        """Bases of the variant."""


@dataclass(frozen=True)
class OutwardLink:
    """A database, and the address at which it tells of a variant."""

    database: str
    address: str


@dataclass(frozen=True)
class LookedUp:
    """A variant by gene and coding name, and where it can be looked up."""

    gene: str
    name: str
    links: tuple[OutwardLink, ...]


def outward_links(variant: Described, build: str) -> tuple[OutwardLink, ...]:
    """Where a variant can be looked up; nothing without a name that databases know.

    ClinVar and Ensembl are asked for the HGVS name: on the genome, else on the transcript. gnomAD
    is asked for the same allele as contig, position, REF and ALT, because it finds no HGVS names.
    """
    name = _public_name(variant)
    if name is None or build not in _ENSEMBL_HOSTS:
        return ()
    asked = quote(name, safe="")
    clinvar = f"https://www.ncbi.nlm.nih.gov/clinvar/?term=%22{asked}%22"
    ensembl = f"https://{_ENSEMBL_HOSTS[build]}/Homo_sapiens/Search/Results?q={asked}"
    links = [OutwardLink("ClinVar", clinvar), OutwardLink("Ensembl", ensembl)]
    contig = _CONTIG.fullmatch(variant.chrom)
    if contig and _BASES.fullmatch(variant.ref) and _BASES.fullmatch(variant.alt):
        allele = f"{contig[1]}-{variant.pos}-{variant.ref}-{variant.alt}"
        address = f"https://gnomad.broadinstitute.org/variant/{allele}"
        links.append(OutwardLink("gnomAD", f"{address}?dataset={_GNOMAD_DATASETS[build]}"))
    return tuple(links)


def looked_up(report: Report) -> list[LookedUp]:
    """The passing panel variants and kinase domain mutations that databases can be asked for.

    Nothing where the configuration does not want outward links.
    """
    if not report.outward_links:
        return []
    named: Iterable[tuple[str, Described]] = (
        *(("FLT3", event) for event in report.flt3.tkd.events if event.filter == "PASS"),
        *((variant.gene, variant) for variant in report.panel.variants),
    )
    found = (
        LookedUp(gene, one.hgvs_c, outward_links(one, report.reference.build))
        for gene, one in named
    )
    return [one for one in found if one.links]


def _public_name(variant: Described) -> str | None:
    """The HGVS name on an accession that is public."""
    if _GENOMIC.fullmatch(variant.hgvs_g):
        return variant.hgvs_g
    if _CODING.fullmatch(variant.hgvs_c):
        return variant.hgvs_c
    return None
