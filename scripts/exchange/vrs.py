"""GA4GH VRS identifiers of variants: the same change has the same one everywhere.

An allele is described on its contig by the digest of the contig's whole sequence, so that no
service is asked, and spread over all its placements (fully justified) before it is named, so that
a duplication has one identifier wherever a caller puts it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cyvcf2 import VCF, Writer
from ga4gh.core import ga4gh_identify, sha512t24u
from ga4gh.vrs import models
from ga4gh.vrs.dataproxy import _DataProxy
from ga4gh.vrs.normalize import normalize
from pyfaidx import Fasta

from scripts.exchange.answers import passing_variants
from scripts.report.model import Report

INFO = {
    "ID": "VRS_Allele_IDs",
    "Number": "R",
    "Type": "String",
    "Description": "GA4GH VRS identifiers of the reference and the alternate allele",
}
"""The field that vrs-python's own annotator of VCF files writes."""


class Genome(_DataProxy):  # type: ignore[misc]  # the library has no types
    """The contigs of a FASTA file, by the names and by the accessions that the library asks for."""

    def __init__(self, fasta: Path) -> None:
        """Open an indexed FASTA file."""
        self._genome = Fasta(str(fasta), as_raw=True, sequence_always_upper=True)
        self._contigs: dict[str, str] = {}
        self._accessions: dict[str, str] = {}

    def accession(self, contig: str) -> str:
        """The refget accession (SQ.digest) of a contig."""
        if contig not in self._accessions:
            digest = sha512t24u(str(self._genome[contig][:]).encode("ascii"))
            self._accessions[contig] = f"SQ.{digest}"
            self._contigs[f"ga4gh:SQ.{digest}"] = contig
        return self._accessions[contig]

    def get_sequence(
        self, identifier: str, start: int | None = None, end: int | None = None
    ) -> str:
        """Bases of a contig that `accession` was asked for (0-based, half-open)."""
        return str(self._genome[self._contigs[identifier]][start:end])

    def get_metadata(self, identifier: str) -> dict[str, Any]:
        """What the library wants to know of a contig."""
        length = len(self._genome[self._contigs[identifier]])
        return {"length": length, "aliases": [identifier], "alphabet": "ACGT"}

    def identifier(self, contig: str, pos: int, ref: str, alt: str) -> str:
        """The identifier of an allele as in a VCF (`pos` is 1-based); of `ref` itself too."""
        allele = models.Allele(
            location=models.SequenceLocation(
                sequenceReference=models.SequenceReference(refgetAccession=self.accession(contig)),
                start=pos - 1,
                end=pos - 1 + len(ref),
            ),
            state=models.LiteralSequenceExpression(sequence=alt),
        )
        return str(ga4gh_identify(normalize(allele, self)))


def identifiers(report: Report, genome: Genome) -> dict[str, str]:
    """The identifier of each passing variant, by ``contig-position-ref-alt``."""
    return {
        f"{one.chrom}-{one.pos}-{one.ref}-{one.alt}": genome.identifier(
            one.chrom, one.pos, one.ref, one.alt
        )
        for one in passing_variants(report)
    }


def write_identified(source: Path, target: Path, genome: Genome) -> None:
    """Copy a VCF (bgzip); records with one literal alternate allele get the identifiers."""
    records = VCF(str(source))
    records.add_info_to_header(INFO)
    writer = Writer(str(target), records, mode="wz")
    for record in records:
        if record.ALT and not set(record.ALT[0]) - set("ACGT"):
            alleles = (record.REF, record.ALT[0])
            record.INFO[INFO["ID"]] = ",".join(
                genome.identifier(record.CHROM, record.POS, record.REF, one) for one in alleles
            )
        writer.write_record(record)
    writer.close()
