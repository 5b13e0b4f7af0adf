"""Counting many substitutions at once gives what looking at each read in turn gives."""

import random
from collections import Counter, defaultdict
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from scripts.panel import substitutions as panel_substitutions
from scripts.panel.alleles import Allele, AlleleCounts, count_alleles
from scripts.panel.read_rules import ReadRules
from tests.panel_builders import (
    CONTIG,
    DELETION,
    DUP,
    GENOME,
    RULES,
    SNV,
    bam_of,
    read,
    sequence_of,
)


def noisy_reads(seed: int) -> list[pysam.AlignedSegment]:
    """Pairs that overlap, with errors, bad bases, gaps, and reads that do not count."""
    chance = random.Random(seed)
    reads = []
    for number in range(120):
        start = chance.randrange(60, 260)
        mate = start + chance.randrange(0, 40)
        allele = chance.choice([None, None, DUP, DELETION])
        first, second = (0x40, 0x90) if number % 3 else (0x80, 0x50)
        for place, flag in ((start, first), (mate, second)):
            inside = allele and place < allele.start - 1 and allele.start + 8 < place + 90
            other = start + mate - place
            segment = read(f"f{number}", place, allele if inside else None, flag=flag, mate=other)
            qualities = [chance.choice([37, 37, 37, 12]) for _ in range(100)]
            bases = [chance.choice("ACGTN") if chance.random() < 0.1 else b for b in
                     segment.query_sequence or ""]  # fmt: skip
            segment.query_sequence = "".join(bases)
            segment.query_qualities = pysam.qualitystring_to_array(
                "".join(chr(33 + quality) for quality in qualities)
            )
            segment.mapping_quality = chance.choice([60, 60, 60, 3])
            segment.flag |= chance.choice([0, 0, 0, 0x400])
            reads.append(segment)
    return reads


def counted_in_turn(reads: list[pysam.AlignedSegment], allele: Allele) -> AlleleCounts:
    """The counts of a substitution, base by base."""
    bases = defaultdict(set)
    strands: Counter[tuple[str, bool]] = Counter()
    near, poor = Counter[str](), Counter[str]()
    forward_first = {read.query_name: read.is_read2 == read.is_reverse for read in reads}
    for segment in reads:
        if segment.flag & 0x400 or segment.mapping_quality < 20:
            continue
        end = segment.reference_end or 0
        for query, place in segment.get_aligned_pairs(matches_only=True):
            if place != allele.start:
                continue
            base = (segment.query_sequence or "")[query]
            if (segment.query_qualities or [])[query] < 20:
                poor[base] += 1
                continue
            bases[segment.query_name].add(base)
            strands[base, segment.is_reverse] += 1
            near[base] += min(place - segment.reference_start, end - 1 - place) < 8
    one = {name: next(iter(found)) for name, found in bases.items() if len(found) == 1}
    agreed = Counter(one.values())
    oriented = Counter((base, forward_first[name]) for name, base in one.items())

    def of(base: str) -> tuple[int, *tuple[tuple[int, int], ...]]:
        both = strands[base, False], strands[base, True]
        ends = near[base], sum(both) - near[base]
        f1r2 = oriented[base, True], oriented[base, False]
        return agreed[base], both, ends, (poor[base], sum(both)), f1r2

    (mutant, *mutants), (wildtype, *wildtypes) = of(allele.alt), of(allele.ref)
    pairs = zip(mutants, wildtypes, strict=True)
    return AlleleCounts(mutant, wildtype, agreed.total(), *(one for pair in pairs for one in pair))


@pytest.mark.parametrize("seed", range(4))
def test_many_at_once_or_each_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    alleles = [
        Allele(CONTIG, place, GENOME[place], alt)
        for place in range(90, 330, 7)
        for alt in "ACGT"
        if alt != GENOME[place]
    ]
    # Small batches, so that the mates of a fragment come in different ones.
    monkeypatch.setattr(panel_substitutions, "_BATCH", 16)
    reads = noisy_reads(seed)
    with bam_of(tmp_path, reads) as bam:
        together = count_alleles(bam, [*alleles, DUP, DELETION], sequence_of(CONTIG), RULES)
    assert sum(together[allele].mutant for allele in alleles) > 20
    for allele in alleles:
        assert together[allele] == counted_in_turn(reads, allele), allele


def test_a_read_without_qualities_counts(tmp_path: Path) -> None:
    segment = read("a", 100)
    segment.query_qualities = None
    allele = Allele(CONTIG, 150, GENOME[150], "A" if GENOME[150] != "A" else "C")
    with bam_of(tmp_path, [segment]) as bam:
        counts = count_alleles(bam, [allele], sequence_of(CONTIG), RULES)
    assert (counts[allele].wildtype, counts[allele].informative) == (1, 1)


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_reads_that_have_poor_bases_alone_tell_nothing(tmp_path: Path, assay: Assay) -> None:
    """As where a common SNP lies under a primer, whose bases are hidden: that was a traceback."""
    reads = [read(name, 100, quality=0) for name in "abc"]
    with bam_of(tmp_path, reads) as bam:
        counts = count_alleles(bam, [SNV], sequence_of(CONTIG), ReadRules(assay, 20, 20))[SNV]
    assert (counts.mutant, counts.wildtype, counts.informative) == (0, 0, 0)
