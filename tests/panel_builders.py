"""A contig with a gene, alleles on it, reads that have them, and the rows that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from flt3itd.records import FltEvent
from scripts.panel.alleles import Allele, AlleleCounts, count_alleles
from scripts.panel.annotate import Setting, annotate
from scripts.panel.calls import Call
from scripts.panel.filters import Thresholds
from scripts.panel.marks import NOTHING_KNOWN, Knowledge
from scripts.panel.places import Clip
from scripts.panel.products import Product
from scripts.panel.read_fitness import TargetFitness
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant
from scripts.panel.shares import Fragment, Mixture
from tests.builders import random_sequence

GENOME = random_sequence(400, seed=5)[:200] + "CTCTGTCTGGC" + random_sequence(400, seed=6)
CONTIG = "chr1"
READ = 100
RULES = ReadRules(Assay.CAPTURE, 20, 20)
THRESHOLDS = Thresholds(50, 0.01, 5, RULES)
GOOD_READS = TargetFitness()
SNV = Allele(CONTIG, 150, GENOME[150], "A" if GENOME[150] != "A" else "C")
DUP = Allele(CONTIG, 200, "C", "CTCTG")
DELETION = Allele(CONTIG, 250, GENOME[250:257], GENOME[250])


def sequence_of(contig: str) -> Callable[[int, int], str]:
    assert contig == CONTIG
    return lambda start, end: GENOME[max(0, start) : end]


def read(
    name: str,
    start: int,
    allele: Allele | None = None,
    *,
    flag: int = 0,
    quality: int = 37,
    mapping_quality: int = 60,
    mate: int | None = None,
) -> pysam.AlignedSegment:
    """A read of 100 bases with an allele, aligned as an aligner would."""
    header = pysam.AlignmentHeader.from_dict({"SQ": [{"SN": CONTIG, "LN": len(GENOME)}]})
    segment = pysam.AlignedSegment(header)
    if allele is None:
        sequence, cigar = GENOME[start : start + READ], f"{READ}M"
    else:
        mutant = GENOME[: allele.start] + allele.alt + GENOME[allele.start + len(allele.ref) :]
        sequence, cigar = mutant[start : start + READ], f"{READ}M"
        before, longer = allele.start + 1 - start, len(allele.alt) - len(allele.ref)
        if longer > 0 and before > 0 and before + longer < READ:
            cigar = f"{before}M{longer}I{READ - before - longer}M"
        elif longer < 0 and 0 < before < READ:
            cigar = f"{before}M{-longer}D{READ - before}M"
    segment.query_name = name
    segment.query_sequence = sequence
    segment.query_qualities = pysam.qualitystring_to_array(chr(33 + quality) * len(sequence))
    segment.flag = flag | (1 if mate is not None else 0)
    segment.reference_id = 0
    segment.reference_start = start
    segment.mapping_quality = mapping_quality
    segment.cigarstring = cigar
    if mate is not None:
        segment.next_reference_id = 0
        segment.next_reference_start = mate
    return segment


def bam_of(tmp_path: Path, reads: list[pysam.AlignedSegment]) -> pysam.AlignmentFile:
    path = tmp_path / "reads.bam"
    with pysam.AlignmentFile(str(path), "wb", header=reads[0].header) as file:
        for segment in sorted(reads, key=lambda segment: segment.reference_start):
            file.write(segment)
    pysam.index(str(path))
    return pysam.AlignmentFile(str(path))


def counts_of(
    tmp_path: Path,
    allele: Allele,
    reads: list[pysam.AlignedSegment],
    rules: ReadRules = RULES,
) -> AlleleCounts:
    with bam_of(tmp_path, reads) as bam:
        return count_alleles(bam, [allele], sequence_of(CONTIG), rules)[allele]


def clean(mutant: int, wildtype: int) -> AlleleCounts:
    strands = (mutant // 2, mutant - mutant // 2), (wildtype // 2, wildtype - wildtype // 2)
    return AlleleCounts(mutant, wildtype, mutant + wildtype, *strands)


def transcript() -> Transcript:
    return Transcript(
        gene="GENE",
        accession="NM_1.1",
        protein_accession="NP_1.1",
        contig=CONTIG,
        minus_strand=False,
        exons=(TranscriptExon(1, 100, 180, 0), TranscriptExon(2, 240, 300, 80)),
        coding_length=120,
        fetch=sequence_of(CONTIG),
    )


def rows_annotated(
    calls: Sequence[Call],
    bam: pysam.AlignmentFile,
    knowledge: Knowledge = NOTHING_KNOWN,
    clips: Mapping[str, Sequence[Clip]] | None = None,
    thresholds: Thresholds = THRESHOLDS,
    fitness: TargetFitness = GOOD_READS,
    sampling: Sampling = EVERY_COUNT,
    products: Sequence[Product] = (),
    itds: Sequence[FltEvent] = (),
) -> list[PanelVariant]:
    setting = Setting(
        sample="S1",
        build="GRCh38",
        transcripts=[transcript()],
        sequence_of=sequence_of,
        thresholds=thresholds,
        knowledge=knowledge,
        clips=clips or {},
        fitness=fitness,
        sampling=sampling,
        products=products,
        itds=itds,
    )
    return [one.row for one in annotate(calls, bam, setting).variants]


def other(base: str) -> str:
    """Another base."""
    return "CGTA"["ACGT".index(base)]


def substitution(place: int) -> Allele:
    return Allele(CONTIG, place, GENOME[place], other(GENOME[place]))


def molecule(alleles: tuple[Allele, ...]) -> str:
    """The sequence of the contig with some alleles."""
    sequence = GENOME
    for allele in sorted(alleles, reverse=True):
        sequence = sequence[: allele.start] + allele.alt + sequence[allele.end :]
    return sequence


def fragments(*shares: tuple[int, tuple[Allele, ...]]) -> list[pysam.AlignedSegment]:
    """Reads over bases 230 to 330, so many of each haplotype (substitutions only)."""
    segments: list[pysam.AlignedSegment] = []
    for count, alleles in shares:
        for number in range(count):
            segment = read(f"{len(segments)}.{number}", 230)
            segment.query_sequence = molecule(alleles)[230 : 230 + READ]
            segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
            segment.flag |= 0x10 * (number % 2)
            segments.append(segment)
    return segments


def reads_without(
    deletion: Allele, copies: Mapping[tuple[Allele, ...], int]
) -> list[pysam.AlignedSegment]:
    """Reads of so many molecules with alleles from each base around a deletion, clipped there.

    Of a read with the deletion the aligner keeps the longer side.
    """
    first, end = deletion.start + 1, deletion.end
    found: list[pysam.AlignedSegment] = []
    for alleles, number in copies.items():
        text, lost = molecule(alleles), deletion in alleles
        for start in range(max(0, first - READ + 1), min(end + READ, len(text) - READ)):
            for copy in range(number):
                one = read(f"{len(found)}.{copy}", start)
                qualities, before = one.query_qualities, first - start
                one.query_sequence, one.query_qualities = text[start : start + READ], qualities
                if lost and before <= 0:
                    one.reference_start = start + end - first
                elif lost and before > READ // 2:
                    one.cigarstring = f"{before}M{READ - before}S"
                elif lost:
                    one.reference_start = end
                    one.cigarstring = f"{before}S{READ - before}M"
                found.append(one)
    return found


def rows_of(
    tmp_path: Path,
    reads: list[pysam.AlignedSegment],
    *calls: Call,
    knowledge: Knowledge = NOTHING_KNOWN,
    clips: tuple[Clip, ...] = (),
) -> list[PanelVariant]:
    with bam_of(tmp_path, reads) as bam:
        return rows_annotated(calls, bam, knowledge=knowledge, clips={CONTIG: list(clips)})


def called(*alleles: Allele) -> list[Call]:
    return [Call(allele, 9.0, 20, 200) for allele in alleles]


A, NEAR, B, FAR = (substitution(place) for place in (280, 283, 284, 300))

OXIDISED = Allele("c", 10, "G", "T")
EVEN = AlleleCounts(20, 980, 1000, (10, 10), (490, 490), wildtype_f1r2=(490, 490))


def shown(first: int, second: int, informative: int = 1000) -> AlleleCounts:
    """Counts of an allele, of which so many fragments lie in each of both orientations."""
    return replace(
        EVEN, mutant=first + second, informative=informative, mutant_f1r2=(first, second)
    )


def mixture_of(*counts: int) -> Mixture:
    """Fragments each of which fits one haplotype alone."""
    fragments = [
        Fragment(tuple(int(h != own) for h in range(len(counts))), 1.0, False, ())
        for own, count in enumerate(counts)
        for _ in range(count)
    ]
    return Mixture(fragments, len(counts), 3)
