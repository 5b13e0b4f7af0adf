"""Other implementations of HGVS names, asked for whole transcripts: hgvs-weaver and biocommons.

Neither is needed to run the pipeline. hgvs-weaver comes with the tools of development. biocommons
`hgvs` with cdot brings 33 packages, among them one that needs PostgreSQL or its binary, so it is
left to who wants it: ``pip install hgvs cdot psycopg2-binary``.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.names import GenomicNumbering, Names, name_change
from flt3itd.hgvs.protein import translate
from flt3itd.hgvs.transcript import Fetch, Transcript, TranscriptExon

_ALIGNMENT = "splign"
_ALL = 10**9


@dataclass(frozen=True)
class Gene:
    """A whole transcript, the length of its contig, and how that is numbered."""

    transcript: Transcript
    length: int
    numbering: GenomicNumbering

    def turned(self) -> Gene:
        """The gene on the other strand of the reverse complement of its contig."""
        size, fetch = self.length, self.transcript.fetch
        exons = tuple(
            TranscriptExon(exon.number, size - exon.end, size - exon.start, exon.first)
            for exon in self.transcript.exons
        )
        mirror = replace(
            self.transcript,
            minus_strand=not self.transcript.minus_strand,
            exons=exons,
            fetch=lambda start, end: reverse_complement(
                fetch(max(0, size - end), max(0, size - start))
            ),
        )
        return replace(self, transcript=mirror)

    def names(self, start: int, ref: str, alt: str) -> Names:
        """Our names of a change."""
        return name_change(self.transcript, start, ref, alt, self.numbering)

    @property
    def offset(self) -> int:
        """The bases in front of the start codon."""
        return -self.transcript.exons[0].first

    @property
    def bases(self) -> str:
        """The bases of the exons, in the direction of the transcript."""
        transcript = self.transcript
        return "".join(
            transcript.bases(*transcript.axis(exon.start, exon.end)) for exon in transcript.exons
        )

    @property
    def protein(self) -> str:
        """The residues, with the stop."""
        return translate(self.bases[self.offset : self.offset + self.transcript.coding_length])


@dataclass(frozen=True)
class OtherNames:
    """The names that another implementation gives."""

    hgvs_g: str
    hgvs_c: str
    hgvs_p: str


def reader_of(text: str) -> Fetch:
    """The bases or residues of a text."""
    return lambda start, end: text[start:end]


class Weaver:
    """hgvs-weaver. Raises ImportError where it is missing."""

    def __init__(self, genes: Iterable[Gene]) -> None:
        self._weaver: Any = importlib.import_module("weaver")
        self._mappers = {
            gene.transcript.accession: self._weaver.VariantMapper(_WeaverGene(gene))
            for gene in genes
        }

    def names(self, hgvs_g: str, transcript: Transcript) -> OtherNames:
        """The names of a change that is known by a g. name."""
        mapper = self._mappers[transcript.accession]
        genomic = mapper.normalize_variant(self._weaver.parse(hgvs_g))
        coding = mapper.g_to_c(genomic, transcript.accession)
        protein = mapper.c_to_p(coding, transcript.protein_accession)
        # It moves what lies in an exon as far as the edge of the exon, and introns not at all.
        with contextlib.suppress(self._weaver.HGVSError):
            coding = mapper.normalize_variant(coding)
        return OtherNames(genomic.format(), coding.format(), protein.format())


class _WeaverGene:
    """One gene as hgvs-weaver asks for it."""

    def __init__(self, gene: Gene) -> None:
        transcript = gene.transcript
        self._of = {
            transcript.accession: reader_of(gene.bases),
            transcript.protein_accession: reader_of(gene.protein),
            gene.numbering.accession: transcript.fetch,
        }
        self._kinds = dict(zip(self._of, ("transcript", "protein", "genomic"), strict=True))
        strand = -1 if transcript.minus_strand else 1
        exons, place = [], 0
        for exon in transcript.exons:
            size = exon.end - exon.start
            exons.append(
                {
                    "transcript_start": place,
                    "transcript_end": place + size,
                    "reference_start": exon.start,
                    "reference_end": exon.end - 1,
                    "alt_strand": strand,
                    "cigar": f"{size}=",
                }
            )
            place += size
        self._transcript = {
            "ac": transcript.accession,
            "gene": transcript.gene,
            "cds_start_index": gene.offset,
            "cds_end_index": gene.offset + transcript.coding_length - 1,
            "strand": strand,
            "reference_accession": gene.numbering.accession,
            "exons": exons,
        }

    def get_transcript(self, accession: str, genomic: str | None) -> dict[str, Any]:
        """The model of the transcript."""
        del accession, genomic
        return self._transcript

    def get_seq(self, accession: str, start: int, end: int | None, kind: object) -> str:
        """Bases or residues [start, end)."""
        del kind
        return self._of[accession](start, _ALL if end is None else end)

    def get_symbol_accessions(self, symbol: str, source: str, target: str) -> list[tuple[str, str]]:
        """The accession of another kind."""
        del symbol, source
        kind = target.removesuffix("_accession")
        return [(target, next(a for a, k in self._kinds.items() if k == kind))]

    def get_identifier_type(self, identifier: str) -> str:
        """What an accession names."""
        kind = self._kinds.get(identifier)
        return f"{kind}_accession" if kind else "gene_symbol"


class LocalSequences:
    """Sequences by accession, as the data provider of cdot asks for them."""

    source = "memory"

    def __init__(self) -> None:
        self.of: dict[str, Fetch] = {}

    def fetch_seq(self, accession: str, start: int | None = None, end: int | None = None) -> str:
        """Bases or residues [start, end)."""
        return self.of[accession](start or 0, _ALL if end is None else end)


class Biocommons:
    """biocommons `hgvs` with cdot. Raises ImportError where one of them is missing.

    It gets transcripts as the JSON of cdot and sequences from memory, so that neither network nor
    database is needed.
    """

    def __init__(self, genes: Iterable[Gene]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            providers: Any = importlib.import_module("cdot.hgvs.dataproviders")
            modules: list[Any] = [
                importlib.import_module(f"hgvs.{name}")
                for name in ("normalizer", "parser", "variantmapper", "exceptions")
            ]
        normalizer, parser, mapper, exceptions = modules
        # It tells of every change at an intron that it does not look at its bases.
        logging.getLogger("hgvs").setLevel(logging.ERROR)
        sequences, models = LocalSequences(), {}
        for gene in genes:
            transcript = gene.transcript
            sequences.of |= {
                transcript.accession: reader_of(gene.bases),
                transcript.protein_accession: reader_of(gene.protein),
                gene.numbering.accession: transcript.fetch,
            }
            models[transcript.accession] = _cdot_model(gene)
        document = {"cdot_version": "0.2.33", "genome_builds": ["GRCh38"], "genes": {}}
        file = io.StringIO(json.dumps(document | {"transcripts": models}))
        provider = providers.JSONDataProvider([file], seqfetcher=sequences)
        self._parser = parser.Parser()
        self._mapper = mapper.VariantMapper(provider)
        self._unsupported = exceptions.HGVSUnsupportedOperationError
        self._to = {
            direction: normalizer.Normalizer(
                provider, shuffle_direction=direction, alt_aln_method=_ALIGNMENT, validate=False
            )
            for direction in (3, 5)
        }

    def names(self, hgvs_g: str, transcript: Transcript) -> OtherNames:
        """The names of a change that is known by a g. name."""
        given: Any = self._parser.parse(hgvs_g)
        genomic = self._to[3].normalize(given)
        # A change in an intron is not moved after it was mapped, so it is moved before.
        moved = self._to[5].normalize(given) if transcript.minus_strand else genomic
        coding = self._mapper.g_to_c(moved, transcript.accession, alt_aln_method=_ALIGNMENT)
        with contextlib.suppress(self._unsupported):
            coding = self._to[3].normalize(coding)
        return OtherNames(str(genomic), str(coding), str(self._mapper.c_to_p(coding)))


def _cdot_model(gene: Gene) -> dict[str, Any]:
    """A gene in the JSON of cdot."""
    transcript = gene.transcript
    exons, place = [], 0
    for number, exon in enumerate(transcript.exons):
        size = exon.end - exon.start
        exons.append((exon.start, exon.end, number, place + 1, place + size, None))
        place += size
    build = {
        "contig": gene.numbering.accession,
        "strand": "-" if transcript.minus_strand else "+",
        "exons": sorted(exons),
        "url": "",
        "cds_start": 0,
        "cds_end": 0,
    }
    return {
        "id": transcript.accession,
        "gene_name": transcript.gene,
        "gene_version": "1",
        "biotype": ["protein_coding"],
        "protein": transcript.protein_accession,
        "start_codon": gene.offset,
        "stop_codon": gene.offset + transcript.coding_length,
        "genome_builds": {"GRCh38": build},
    }
