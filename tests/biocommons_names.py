"""Names by biocommons `hgvs`, an independent implementation, to compare ours with.

`biocommons_names.tsv` holds its names (hgvs 1.5.7, cdot 0.2.33) of changes of two whole genes of
the example, each on its own strand and on the other one (the contig turned around).

    python -m tests.biocommons_names

makes the table again, where both packages are installed. They are no dependency of the tests:
`hgvs` asks for psycopg2, which is built from source and needs the headers of PostgreSQL, and for
30 packages more. It gets transcripts as the JSON of cdot and sequences from memory, so that
neither network nor database is needed.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flt3itd.common.bases import reverse_complement
from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import (
    Fetch,
    GenomicNumbering,
    Names,
    Transcript,
    TranscriptExon,
    name_change,
)
from flt3itd.hgvs.protein import translate
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import PanelGene
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets

TABLE = Path(__file__).with_suffix(".tsv")
EXAMPLE = Path(__file__).parents[1] / "panels" / "example"
GENES = ("TP53", "CEBPA")
CHANGES = 100
_ALIGNMENT = "splign"
_ALL = 10**9
_UTR_KEPT = 0.1
"""Of changes in the 3' UTR, of which there is little to say, so many are kept."""
_ROOM = 12
"""Bases beside the ends of a transcript, out of which a change could move."""


@dataclass(frozen=True)
class NamedChange:
    """One row: a change (0-based start on the slice of the example, plus strand) and its names.

    `turned` says that gene and change lie on the reverse complement of the slice.
    """

    gene: str
    turned: bool
    start: int
    ref: str
    alt: str
    hgvs_g: str
    hgvs_c: str
    hgvs_p: str


@dataclass(frozen=True)
class Gene:
    """A transcript, the length of its contig, and how that is numbered."""

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


def reader_of(text: str) -> Fetch:
    """The bases or residues of a text."""
    return lambda start, end: text[start:end]


def example_genes() -> dict[str, Gene]:
    """The genes of the table, numbered by their slices."""
    with tempfile.TemporaryDirectory() as folder:
        # A copy: reading a FASTA makes its index.
        fasta = Path(shutil.copy(EXAMPLE / "reference.fa", folder))
        sequence_of = sequence_reader(fasta)
        found = read_transcripts(
            EXAMPLE / "genes.gtf",
            merged_targets(EXAMPLE / "targets.bed"),
            sequence_of,
            read_table(EXAMPLE.parent / "myeloid54" / "genes.tsv", PanelGene),
        )
        genes = {}
        for transcript in found:
            if transcript.gene in GENES:
                accession = numbering_of(transcript.contig, "GRCh38").accession
                bases = transcript.fetch(0, _ALL)
                genes[transcript.gene] = Gene(
                    replace(transcript, fetch=reader_of(bases)),
                    len(bases),
                    GenomicNumbering(accession),
                )
    return genes


class LocalSequences:
    """Sequences by accession, as the data provider of cdot asks for them."""

    source = "memory"

    def __init__(self) -> None:
        self.of: dict[str, Fetch] = {}

    def add(self, accession: str, text: str) -> None:
        self.of[accession] = reader_of(text)

    def fetch_seq(self, accession: str, start: int | None = None, end: int | None = None) -> str:
        return self.of[accession](start or 0, _ALL if end is None else end)


class Biocommons:
    """biocommons `hgvs` with some whole transcripts. Raises ImportError where it is missing."""

    def __init__(self, genes: Iterable[Gene]) -> None:
        sequences, models = LocalSequences(), {}
        for gene in genes:
            transcript, contig = gene.transcript, gene.numbering.accession
            spliced = "".join(
                transcript.bases(*transcript.axis(exon.start, exon.end))
                for exon in transcript.exons
            )
            offset = -transcript.exons[0].first
            end = offset + transcript.coding_length
            sequences.add(transcript.accession, spliced)
            sequences.add(transcript.protein_accession, translate(spliced[offset:end]))
            sequences.of[contig] = transcript.fetch
            exons, place = [], 0
            for number, exon in enumerate(transcript.exons):
                size = exon.end - exon.start
                exons.append((exon.start, exon.end, number, place + 1, place + size, None))
                place += size
            models[transcript.accession] = {
                "id": transcript.accession,
                "gene_name": transcript.gene,
                "gene_version": "1",
                "biotype": ["protein_coding"],
                "protein": transcript.protein_accession,
                "start_codon": offset,
                "stop_codon": end,
                "genome_builds": {
                    "GRCh38": {
                        "contig": contig,
                        "strand": "-" if transcript.minus_strand else "+",
                        "exons": sorted(exons),
                        "url": "",
                        "cds_start": 0,
                        "cds_end": 0,
                    }
                },
            }
        providers = importlib.import_module("cdot.hgvs.dataproviders")
        document = {"cdot_version": "0.2.33", "genome_builds": ["GRCh38"], "genes": {}}
        file = io.StringIO(json.dumps(document | {"transcripts": models}))
        provider = providers.JSONDataProvider([file], seqfetcher=sequences)
        normalizer = importlib.import_module("hgvs.normalizer").Normalizer
        self._parser = importlib.import_module("hgvs.parser").Parser()
        self._mapper = importlib.import_module("hgvs.variantmapper").VariantMapper(provider)
        self._unsupported = importlib.import_module("hgvs.exceptions").HGVSUnsupportedOperationError
        self._to = {
            direction: normalizer(
                provider, shuffle_direction=direction, alt_aln_method=_ALIGNMENT, validate=False
            )
            for direction in (3, 5)
        }

    def names(self, hgvs_g: str, transcript: Transcript) -> tuple[str, str, str]:
        """The g., c. and p. names of a change that is known by a g. name."""
        given: Any = self._parser.parse(hgvs_g)
        genomic = self._to[3].normalize(given)
        # A change in an intron is not moved after it was mapped, so it is moved before.
        moved = self._to[5].normalize(given) if transcript.minus_strand else genomic
        coding = self._mapper.g_to_c(moved, transcript.accession, alt_aln_method=_ALIGNMENT)
        with contextlib.suppress(self._unsupported):
            coding = self._to[3].normalize(coding)
        return str(genomic), str(coding), str(self._mapper.c_to_p(coding))


def random_changes(gene: Gene, rng: random.Random, count: int) -> Iterator[tuple[int, str, str]]:
    """Start, reference and alternate of changes in and beside exons, half of them at an edge."""
    fetch = gene.transcript.fetch
    coding = [exon for exon in gene.transcript.exons if exon.first < gene.transcript.coding_length]
    first = min(exon.start for exon in gene.transcript.exons) + _ROOM
    last = max(exon.end for exon in gene.transcript.exons) - _ROOM
    made = 0
    while made < count:
        exon = rng.choice(coding)
        place = rng.randint(exon.start - 12, exon.end + 12)
        if rng.random() < 0.5:
            place = rng.choice((exon.start, exon.end)) + rng.randint(-6, 6)
        size = rng.choice((1, 1, 1, 2, 3, 3, 4, 6, 9, 12, 24))
        if place < first or last < place + size:
            continue
        there = fetch(place, place + size)
        new = "".join(rng.choices("ACGT", k=rng.choice((1, 2, 3, 6, 9))))
        ref, alt = rng.choice(
            ((there[0], rng.choice("ACGT")), (there, ""), ("", there), ("", new), (there, new))
        )
        if ref != alt:
            made += 1
            yield place, ref, alt


def named_changes(biocommons_of: Any = Biocommons) -> list[NamedChange]:
    """The rows of the table, made anew."""
    rng, rows = random.Random(1), []
    for name, gene in sorted(example_genes().items()):
        for turned in (False, True):
            here = gene.turned() if turned else gene
            biocommons = biocommons_of([here])
            for start, ref, alt in random_changes(here, rng, CHANGES):
                names = here.names(start, ref, alt)
                if ":c.*" not in names.hgvs_c or rng.random() < _UTR_KEPT:
                    theirs = biocommons.names(names.hgvs_g, here.transcript)
                    rows.append(NamedChange(name, turned, start, ref, alt, *theirs))
    return rows


if __name__ == "__main__":
    write_table(TABLE, NamedChange, named_changes())
