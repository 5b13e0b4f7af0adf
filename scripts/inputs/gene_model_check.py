"""Check the gene models of the target genes: all that names a variant is there and fits the genome.

Without coding lines every variant would be intergenic, and on the wrong strand or in the wrong
frame every protein name would be wrong, in silence.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.hgvs.transcript import Fetch, Transcript
from scripts.genome.cut_gene_models import transcripts_on
from scripts.genome.gene_models import KINDS, transcripts_of
from scripts.genome.gtf import GtfFeature, gtf_features
from scripts.genome.targets import Regions

FEWEST_CODONS_TO_A_STOP = 100
"""Codons to one stop codon inside a reading frame below which the frame is no reading frame.

Of 64 codons 3 are stops, so a wrong strand or frame has one in 21; a right one has none, or the
single one that an error of the assembly or a selenocysteine makes.
"""

_NO_FRAME = "."
_STARTS = ("ATG", "CTG", "GTG", "TTG", "ACG")
"""Codons that translation of human genes begins with: WT1 has CTG (Kearse and Wilusz, Genes Dev
2017;31:1717)."""

MEND = "use gene models such as those of MANE, GENCODE or Ensembl, of the build of the genome"


def check_gene_models(
    path: Path, regions: Regions, fetch_from: Callable[[str], Fetch], named: Collection[str]
) -> tuple[list[Transcript], list[str]]:
    """The transcripts that will name variants in the targets, and warnings.

    Args:
        path: The gene models (GTF).
        regions: The targets, merged.
        fetch_from: The sequence of a contig.
        named: Genes that the targets or the panel's table name, which must have coding models.

    Raises:
        UserError: A target gene has no coding lines, no name, or a strand or frame that cannot be.
    """
    wanted = transcripts_on(path, regions)
    lines = gtf_features(path, kinds=KINDS, contigs=regions)
    features = [feature for feature in lines if feature.transcript in wanted]
    _check_attributes(path, features)
    genes = {feature.gene: feature for feature in reversed(features)}
    coding = {feature.gene for feature in features if feature.kind == "CDS"}
    if genes and not coding:
        raise UserError(
            f"{path}: none of the {len(genes)} genes on the targets has a CDS line, so no variant "
            f"could be named; {MEND}, with their CDS lines"
        )
    warnings = []
    for gene in sorted(genes.keys() - coding):
        text = f"{path}: row {genes[gene].row}: the gene {gene} on the targets has no CDS line"
        if gene in named:
            raise UserError(f"{text}, so none of its variants could be named; {MEND}")
        if _may_code(feature for feature in features if feature.gene == gene):
            warnings.append(f"{text}: its variants are not named")
    transcripts = transcripts_of(path, features, regions, fetch_from)
    for transcript in transcripts:
        _check_frames(path, transcript, features)
        warnings += _check_reading(path, transcript)
    return transcripts, warnings


def _may_code(features: Iterable[GtfFeature]) -> bool:
    """Whether the file says that a gene codes for a protein, or says nothing of it."""
    kinds = {
        value
        for feature in features
        for key, value in feature.attributes().items()
        if key.endswith(("_type", "_biotype"))
    }
    return not kinds or "protein_coding" in kinds


def _check_attributes(path: Path, features: Sequence[GtfFeature]) -> None:
    """Every line names its gene and transcript, and all of a transcript lie on one strand."""
    strands: dict[tuple[str, str], GtfFeature] = {}
    for feature in features:
        where = f"{path}: row {feature.row}"
        if not feature.gene:
            raise UserError(f"{where}: the {feature.kind} on the targets has no gene_name; {MEND}")
        if not feature.transcript:
            raise UserError(
                f"{where}: the {feature.kind} of {feature.gene} has no transcript_id; {MEND}"
            )
        if feature.strand not in ("+", "-"):
            raise UserError(
                f"{where}: strand: found {feature.strand!r} for {feature.gene}, expected + or -; "
                f"{MEND}"
            )
        first = strands.setdefault((feature.contig, feature.transcript), feature)
        if first.strand != feature.strand:
            raise UserError(
                f"{where}: strand: {feature.transcript} of {feature.gene} is on {feature.strand} "
                f"here and on {first.strand} in row {first.row}; {MEND}"
            )
    _check_exon_numbers(path, features)


def _check_exon_numbers(path: Path, features: Iterable[GtfFeature]) -> None:
    """Exons are numbered in the direction of their transcript."""
    exons: dict[tuple[str, str], list[tuple[int, GtfFeature]]] = {}
    for feature in features:
        if feature.kind == "exon":
            number = feature.attributes().get("exon_number", "")
            if number.isdecimal():  # one without is told where the transcript is built
                key = (feature.contig, feature.transcript)
                exons.setdefault(key, []).append((int(number), feature))
    for numbered in exons.values():
        minus = numbered[0][1].strand == "-"
        first = next((exon for number, exon in numbered if number == 0), None)
        if first is not None:
            raise UserError(
                f"{path}: row {first.row}: exon_number: found 0 for {first.gene} "
                f"({first.transcript}), and exons are counted from 1; {MEND}"
            )
        numbered.sort(key=lambda one: one[1].start, reverse=minus)
        for (before, other), (after, exon) in itertools.pairwise(numbered):
            if (after, exon.start, exon.end) == (before, other.start, other.end):
                raise UserError(
                    f"{path}: row {exon.row}: exon {after} of {exon.gene} ({exon.transcript}) is "
                    f"in row {other.row} too; keep one: were two files joined?"
                )
            if after <= before:
                raise UserError(
                    f"{path}: row {exon.row}: exon {after} of {exon.gene} "
                    f"({exon.transcript}) follows exon {before} on the strand {exon.strand}: the "
                    f"strand or the exon numbers are wrong; {MEND}"
                )


def _check_frames(path: Path, transcript: Transcript, features: Iterable[GtfFeature]) -> None:
    """The frames of the CDS lines of a transcript agree with the coding bases before them."""
    lines: dict[str, list[GtfFeature]] = {}
    for feature in features:
        if feature.gene == transcript.gene and feature.contig == transcript.contig:
            lines.setdefault(feature.transcript, []).append(feature)
    exons = {(exon.start, exon.end) for exon in transcript.exons}
    for own in lines.values():
        if {(f.start, f.end) for f in own if f.kind == "exon"} != exons:
            continue  # another transcript of the gene, which names nothing
        for coding in own:
            expected = _expected_frame(transcript, coding)
            if coding.kind == "CDS" and not expected:
                raise UserError(
                    f"{path}: row {coding.row}: a CDS of {transcript.gene} ({coding.transcript}) "
                    f"reaches out of its exon; {MEND}"
                )
            if coding.kind == "CDS" and coding.frame not in (_NO_FRAME, expected):
                raise UserError(
                    f"{path}: row {coding.row}: frame: found {coding.frame} for a CDS of "
                    f"{transcript.gene} ({coding.transcript}), expected {expected} from the coding "
                    f"bases before it; {MEND}"
                )


def _expected_frame(transcript: Transcript, coding: GtfFeature) -> str:
    """Bases of a CDS before its first whole codon, as the numbers of the exons say."""
    for exon in transcript.exons:
        if exon.start <= coding.start and coding.end <= exon.end:
            before = exon.end - coding.end if transcript.minus_strand else coding.start - exon.start
            return str(-(exon.first + before) % 3)
    return ""


def _check_reading(path: Path, transcript: Transcript) -> list[str]:
    """The genome under the coding lines reads as a protein; warnings where it nearly does."""
    name = f"{path}: {transcript.gene} ({transcript.accession})"
    bases = transcript.spliced[: transcript.coding_length]
    codons = [bases[i : i + 3] for i in range(0, len(bases) - 2, 3)]
    whole = len(bases) == transcript.coding_length
    inside = [
        number
        for number, codon in enumerate(codons[:-1] if whole else codons, start=1)
        if CODON_TABLE.get(codon) == "*"
    ]
    known = sum("N" not in codon for codon in codons)
    if inside and known < FEWEST_CODONS_TO_A_STOP * len(inside):
        raise UserError(
            f"{name} has {len(inside)} stop codons inside its {known} codons, the first at residue "
            f"{inside[0]}: its strand or frame is wrong, or it is of another build; {MEND}"
        )
    warnings = []
    if inside:
        warnings.append(
            f"{name} has a stop codon inside its reading frame, at residue {inside[0]}: protein "
            "names behind it are those of an unbroken frame"
        )
    no_start = "N" not in codons[0] and codons[0] not in _STARTS
    no_end = whole and CODON_TABLE.get(codons[-1], "*") != "*"
    if no_start and no_end:
        raise UserError(
            f"{name} begins with {codons[0]} in place of ATG and ends without a stop codon: "
            f"its strand or its CDS lines are wrong, or it is of another build; {MEND}"
        )
    if no_start:
        warnings.append(
            f"{name} begins with {codons[0]} in place of ATG: the model may lack its start, "
            "and c. and p. numbers with it"
        )
    if no_end:
        warnings.append(f"{name} ends without a stop codon: the model may lack its end")
    return warnings
