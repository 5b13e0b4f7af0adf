"""Transcripts of a GTF file that lie on the targets, ready for naming.

One transcript is taken for each gene: MANE Select where the file tags one, else the one with
the longest coding sequence. A transcript of which the reference holds only some exons carries
``partial "true"`` and, on its exons, ``cds_start``: the c. number of the exon's first coding
base (the example's gene models are such).

Transcript and protein are named by accessions of one kind, so that c. and p. names fit together:
RefSeq where the file or the table of the panel's genes pairs the transcript with it, as MANE does
with identical sequences; else those of the file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.hgvs.transcript import Fetch, Transcript, TranscriptExon
from flt3itd.locus.flt3 import ENSEMBL_TRANSCRIPT, PROTEIN, TRANSCRIPT
from scripts.genome.gtf import GtfFeature, gtf_features
from scripts.genome.knowledge import PanelGene

KINDS = frozenset({"transcript", "exon", "CDS", "stop_codon"})
"""The lines that make a transcript."""

_UNKNOWN_LENGTH = 3_000_000
"""Coding length of a transcript whose end the reference does not hold: longer than any."""

AccessionPair = tuple[str, str]
"""Accessions of a transcript and its protein."""

_CARRIED = {ENSEMBL_TRANSCRIPT: (TRANSCRIPT, PROTEIN)}
"""FLT3 is named as `flt3itd` names it."""


@dataclass
class _Model:
    """The lines of one transcript; intervals are 0-based half-open, plus strand."""

    gene: str
    contig: str
    minus_strand: bool
    mane: bool = False
    partial: bool = False
    own: tuple[str, str] = ("", "")
    refseq: tuple[str, str] = ("", "")
    exons: dict[tuple[int, int], dict[str, str]] = field(default_factory=dict)
    coding: list[tuple[int, int]] = field(default_factory=list)


def refseq_pairs(genes: Iterable[PanelGene]) -> dict[str, AccessionPair]:
    """NM and NP by the transcripts that MANE says are the same, with their versions."""
    return {
        accession: (gene.refseq, gene.protein)
        for gene in genes
        for accession in (gene.ensembl, gene.refseq)
    }


def read_transcripts(
    path: Path,
    regions: Mapping[str, list[tuple[int, int]]],
    fetch_from: Callable[[str], Fetch],
    genes: Iterable[PanelGene] = (),
    named: Path | None = None,
) -> list[Transcript]:
    """The transcripts that name what lies in the regions (0-based half-open, by contig).

    `fetch_from` gives the sequence of a contig, `genes` the RefSeq accessions of transcripts;
    errors name the file `named` where the one that is read was cut out of it.
    Transcripts are in the order of their contigs and positions. Raises UserError when the file
    cannot be read or an exon has no number.
    """
    features = gtf_features(path, kinds=KINDS, contigs=set(regions))
    return transcripts_of(named or path, features, regions, fetch_from, genes)


def transcripts_of(
    path: Path,
    features: Iterable[GtfFeature],
    regions: Mapping[str, list[tuple[int, int]]],
    fetch_from: Callable[[str], Fetch],
    genes: Iterable[PanelGene] = (),
) -> list[Transcript]:
    """The same from features (of the kinds `KINDS`) that were read from `path`."""
    models: dict[tuple[str, str], _Model] = {}
    for feature in features:
        attributes = feature.attributes()
        model = models.setdefault(
            (feature.contig, feature.transcript),
            _Model(feature.gene, feature.contig, feature.strand == "-"),
        )
        _read_attributes(model, attributes)
        if feature.kind == "exon":
            model.exons[feature.start, feature.end] = attributes
        elif feature.kind != "transcript":
            model.coding.append((feature.start, feature.end))
    best: dict[str, _Model] = {}
    for model in models.values():
        if not model.coding or not _overlaps(model, regions[model.contig]):
            continue
        rival = best.get(model.gene)
        if rival is None or _rank(model) > _rank(rival):
            best[model.gene] = model
    pairs = _CARRIED | refseq_pairs(genes)
    transcripts = [_transcript(path, m, fetch_from(m.contig), pairs) for m in best.values()]
    order = list(regions)
    return sorted(transcripts, key=lambda t: (order.index(t.contig), t.exons[0].start))


def _read_attributes(model: _Model, attributes: dict[str, str]) -> None:
    references = attributes.get("db_xref", "")
    found = (re.search(pattern, references) for pattern in (r"\bNM_\d+\.\d+", r"\bNP_\d+\.\d+"))
    refseq = [match[0] if match else "" for match in found]
    own = [_versioned(attributes, kind) for kind in ("transcript", "protein")]
    # Exon lines do not name the protein.
    model.refseq = (refseq[0] or model.refseq[0], refseq[1] or model.refseq[1])
    model.own = (own[0] or model.own[0], own[1] or model.own[1])
    model.mane |= "MANE_Select" in attributes.get("tag", "")
    model.partial |= attributes.get("partial") == "true"


def _versioned(attributes: Mapping[str, str], kind: str) -> str:
    """An accession with its version, which Ensembl gives in an attribute of its own."""
    accession = attributes.get(f"{kind}_id", "")
    version = attributes.get(f"{kind}_version", "")
    return f"{accession}.{version}" if version and "." not in accession else accession


def _accessions(model: _Model, pairs: Mapping[str, AccessionPair]) -> AccessionPair:
    """What names transcript and protein: both of RefSeq, or both of the file."""
    unversioned = model.own[0].split(".")[0]
    for accession in (model.own[0], model.refseq[0], unversioned):
        if accession in pairs:
            return pairs[accession]
    return model.refseq if all(model.refseq) else model.own


def _overlaps(model: _Model, regions: Iterable[tuple[int, int]]) -> bool:
    return any(start < high and low < end for low, high in regions for start, end in model.exons)


def _rank(model: _Model) -> tuple[bool, int]:
    return model.mane, sum(end - start for start, end in model.coding)


def _transcript(
    path: Path, model: _Model, fetch: Fetch, pairs: Mapping[str, AccessionPair]
) -> Transcript:
    accession, protein_accession = _accessions(model, pairs)
    intervals = sorted(model.exons, reverse=model.minus_strand)
    coding = (min(start for start, _ in model.coding), max(end for _, end in model.coding))
    exons, first = [], 0
    for i, interval in enumerate(intervals):
        attributes = model.exons[interval]
        number = attributes.get("exon_number", "")
        if not (number.isascii() and number.isdecimal()):
            raise UserError(
                f"{path}: an exon of {model.gene} at {model.contig}:{interval[0] + 1} has no "
                "exon_number; use gene models with exon numbers, such as those of GENCODE or MANE"
            )
        if "cds_start" in attributes:
            first = int(attributes["cds_start"]) - 1 - _untranslated(interval, coding, model)
        elif i == 0:
            first = -_before_start(intervals, coding, model)
        exons.append(TranscriptExon(int(number), *interval, first))
        first += interval[1] - interval[0]
    length = _coding_length(exons, coding, model, fetch)
    return Transcript(
        gene=model.gene,
        accession=accession,
        protein_accession=protein_accession,
        contig=model.contig,
        minus_strand=model.minus_strand,
        exons=tuple(exons),
        coding_length=length,
        fetch=fetch,
        begins=not model.partial or exons[0].number == 1,
        ends=not model.partial or length != _UNKNOWN_LENGTH,
    )


def _untranslated(interval: tuple[int, int], coding: tuple[int, int], model: _Model) -> int:
    """Bases of an exon before its first coding base, in the direction of the transcript."""
    if model.minus_strand:
        return max(0, interval[1] - coding[1])
    return max(0, coding[0] - interval[0])


def _before_start(
    intervals: Iterable[tuple[int, int]], coding: tuple[int, int], model: _Model
) -> int:
    """Bases of all exons before the start codon."""
    return sum(
        min(_untranslated(interval, coding, model), interval[1] - interval[0])
        for interval in intervals
    )


def _coding_length(
    exons: list[TranscriptExon], coding: tuple[int, int], model: _Model, fetch: Fetch
) -> int:
    """Bases from start to stop codon, whether or not the CDS lines hold the stop codon."""
    for exon in exons:
        if model.minus_strand:
            found = exon.start <= coding[0] < exon.end
            last = exon.first + exon.end - coding[0]
            codons = [(coding[0] + k, coding[0] + k + 3) for k in (0, -3)]
        else:
            found = exon.start < coding[1] <= exon.end
            last = exon.first + coding[1] - exon.start
            codons = [(coding[1] - 3 + k, coding[1] + k) for k in (0, 3)]
        if not found:
            continue
        for (start, end), extra in zip(codons, (0, 3), strict=True):
            bases = fetch(start, end)
            codon = reverse_complement(bases) if model.minus_strand else bases
            if CODON_TABLE.get(codon) == "*" and last % 3 == 0:
                return last + extra
        if not model.partial:
            return last
    return _UNKNOWN_LENGTH


def by_contig(transcripts: Iterable[Transcript]) -> dict[str, list[Transcript]]:
    """The transcripts of each contig."""
    found: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in transcripts:
        found[transcript.contig].append(transcript)
    return found
