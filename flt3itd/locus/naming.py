"""HGVS names of changes in the FLT3 locus that the package carries."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from flt3itd.hgvs.names import GenomicNumbering, name_change
from flt3itd.hgvs.shifting import NormalisedChange, normalise
from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from flt3itd.locus.flt3 import (
    GENE,
    GRCH37_ACCESSION,
    GRCH37_SHIFT,
    GRCH38_ACCESSION,
    PROTEIN,
    TRANSCRIPT,
    domain_of,
    flt3_locus,
)
from flt3itd.locus.template import Template, spliced_template

CODING_LENGTH = 2982
"""Bases of NM_004119.3 from start to stop codon: 993 residues and the stop."""

NEAR = 50
"""Bases between changes of one molecule up to which the whole of it has a name of its own."""

_REFERENCES = {"GRCh38": (GRCH38_ACCESSION, 0), "GRCh37": (GRCH37_ACCESSION, GRCH37_SHIFT)}


class Names(NamedTuple):
    """The names of one change of the FLT3 locus.

    `insertion_site_residue` is the residue that the first changed or inserted base belongs to
    in the mutant, read 5' to 3', with the change as far 3' as it can stand inside an exon;
    None when no placement touches an exon. `domain` is the protein domain of that residue.
    `in_frame` says whether the change of length is a multiple of three.
    """

    hgvs_g: str
    hgvs_c: str
    hgvs_p: str
    insertion_site_residue: int | None
    domain: str
    in_frame: bool
    consequence: str


@cache
def _spliced_transcript() -> Transcript:
    """NM_004119.3 as one exon: contig positions are those of the joined exons."""
    template = spliced_template(flt3_locus())
    first = min(exon.cds_start for exon in template.locus.exons) - 1
    return Transcript(
        gene=GENE,
        accession=TRANSCRIPT,
        protein_accession=PROTEIN,
        contig="FLT3 exons",
        minus_strand=True,
        exons=(TranscriptExon(1, 0, len(template.sequence), first),),
        coding_length=CODING_LENGTH,
        fetch=lambda start, end: template.sequence[start:end],
        begins=False,
        ends=False,
    )


@cache
def flt3_transcript() -> Transcript:
    """NM_004119.3, exons 12 to 21; contig positions are locus coordinates."""
    locus = flt3_locus()
    exons = tuple(
        TranscriptExon(exon.number, exon.start, exon.end, exon.cds_start - 1)
        for exon in locus.exons
    )
    return Transcript(
        gene=GENE,
        accession=TRANSCRIPT,
        protein_accession=PROTEIN,
        contig="FLT3 locus",
        minus_strand=True,
        exons=exons,
        coding_length=CODING_LENGTH,
        fetch=lambda start, end: locus.sequence[start:end],
        begins=False,
        ends=False,
    )


def name_variant(offset: int, ref: str, alt: str, build: str = "GRCh38") -> Names:
    """Name the replacement of `ref` by `alt` (plus strand) at a locus coordinate (0-based).

    Any placement of an insertion or deletion within a repeat gives the same names. `build` (GRCh38
    or GRCh37) chooses the numbers of `hgvs_g`.

    Raises ValueError when `ref` is not the sequence of the locus there.
    """
    return _name(flt3_transcript(), offset, ref, alt, build)


def name_on(template: Template, offset: int, ref: str, alt: str, build: str) -> Names:
    """Name a replacement at a coordinate of a template (0-based, plus strand).

    What RNA shows of joined exons has no g. name: the change of the DNA is not known.
    """
    if template.kind == "genomic":
        return name_variant(offset, ref, alt, build)
    return _name(_spliced_transcript(), offset, ref, alt, build)._replace(hgvs_g="")


def _name(transcript: Transcript, offset: int, ref: str, alt: str, build: str) -> Names:
    accession, shift = _REFERENCES[build]
    numbering = GenomicNumbering(accession, flt3_locus().first_position + shift)
    names = name_change(transcript, offset, ref, alt, numbering)
    residue = _site(transcript, normalise(transcript, offset, ref, alt))
    return Names(
        names.hgvs_g,
        names.hgvs_c,
        names.hgvs_p,
        residue,
        "" if residue is None else domain_of(residue),
        (len(alt) - len(ref)) % 3 == 0,
        names.consequence,
    )


def _site(transcript: Transcript, change: NormalisedChange) -> int | None:
    """Residue of the 3'-most placement of a change that begins in, or right behind, an exon."""
    for start, end, exon in reversed(transcript.intervals):
        place = min(change.start, end if change.start == change.end else end - 1)
        if place >= max(start, change.leftmost):
            # An insert right behind the last base of an exon begins in that base's codon,
            # or in the next one when the exon ends with a whole codon.
            return (exon.first + place - start) // 3 + 1
    return None
