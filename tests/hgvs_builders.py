"""Made-up transcripts, on either strand."""

from __future__ import annotations

import itertools
import random

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.transcript import Transcript, TranscriptExon

GENOMIC = "NC_000001.11"
CODING = "NM_000001.1"
PROTEIN = "NP_000001.1"
LENGTH = 700


def transcript_on(genome: str, exons: list[tuple[int, int]], coding: tuple[int, int]) -> Transcript:
    """A plus-strand transcript; `coding` is the interval of the CDS on the spliced transcript."""
    made, first = [], -coding[0]
    for number, (start, end) in enumerate(exons, start=1):
        made.append(TranscriptExon(number, start, end, first))
        first += end - start
    return Transcript(
        gene="GENE",
        accession=CODING,
        protein_accession=PROTEIN,
        contig="chr1",
        minus_strand=False,
        exons=tuple(made),
        coding_length=coding[1] - coding[0],
        fetch=lambda start, end: genome[start:end],
    )


def mirrored(transcript: Transcript, genome: str) -> Transcript:
    """The same gene on the minus strand of the reverse-complemented genome."""
    other = reverse_complement(genome)
    size = len(genome)
    return Transcript(
        gene="GENE",
        accession=CODING,
        protein_accession=PROTEIN,
        contig="chr1",
        minus_strand=True,
        exons=tuple(
            TranscriptExon(exon.number, size - exon.end, size - exon.start, exon.first)
            for exon in transcript.exons
        ),
        coding_length=transcript.coding_length,
        fetch=lambda start, end: other[start:end],
    )


def random_gene(rng: random.Random) -> tuple[Transcript, str]:
    """Four exons with an open reading frame, canonical splice sites and many short repeats."""
    bases = ["A" if rng.random() < 0.3 else rng.choice("ACGT") for _ in range(LENGTH)]
    exons, position = [], 100
    for _ in range(4):
        size = rng.randint(40, 70)
        exons.append((position, position + size))
        position += size + rng.randint(30, 50)
    for (_, end), (start, _) in itertools.pairwise(exons):
        bases[end : end + 2] = "GT"
        bases[start - 2 : start] = "AG"
    spliced = [place for start, end in exons for place in range(start, end)]
    coding = (20, 20 + (len(spliced) - 50) // 3 * 3)
    places = spliced[slice(*coding)]
    for i in range(0, len(places), 3):
        if "".join(bases[place] for place in places[i : i + 3]) in ("TAA", "TAG", "TGA"):
            bases[places[i]] = "C"
    for ends, codon in ((places[:3], "ATG"), (places[-3:], "TGA")):
        for place, base in zip(ends, codon, strict=True):
            bases[place] = base
    genome = "".join(bases)
    return transcript_on(genome, exons, coding), genome
