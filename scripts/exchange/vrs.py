"""GA4GH VRS identifiers of the passing variants: the same change has the same one everywhere.

An allele is described on its contig by the digest of the contig's whole sequence, so that no
service is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from ga4gh.core import ga4gh_identify, sha512t24u
from ga4gh.vrs import models
from pyfaidx import Fasta

from scripts.exchange.fhir import passing_variants
from scripts.report.model import Report

Refget = Callable[[str], str]


def refget_of(fasta: Path) -> Refget:
    """The refget accession (SQ.digest) of each contig of a genome."""
    genome = Fasta(str(fasta), as_raw=True, sequence_always_upper=True)

    @cache
    def accession(contig: str) -> str:
        return f"SQ.{sha512t24u(str(genome[contig][:]).encode('ascii'))}"

    return accession


def identifiers(report: Report, refget: Refget) -> dict[str, str]:
    """The identifier of each passing variant, by ``contig-position-ref-alt``."""
    return {
        f"{one.chrom}-{one.pos}-{one.ref}-{one.alt}": identifier(
            refget(one.chrom), one.pos, one.ref, one.alt
        )
        for one in passing_variants(report)
    }


def identifier(accession: str, pos: int, ref: str, alt: str) -> str:
    """The identifier of an allele as in a VCF (`pos` is 1-based), bases in common trimmed."""
    start = pos - 1
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    allele = models.Allele(
        location=models.SequenceLocation(
            sequenceReference=models.SequenceReference(refgetAccession=accession),
            start=start,
            end=start + len(ref),
        ),
        state=models.LiteralSequenceExpression(sequence=alt),
    )
    return str(ga4gh_identify(allele))
