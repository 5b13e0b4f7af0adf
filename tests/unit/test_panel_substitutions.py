"""Counting many substitutions at once gives what counting them one by one gives."""

import random
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from scripts import panel_alleles, panel_substitutions
from scripts.panel_alleles import Allele, AlleleCounts, count_alleles
from tests.unit.test_panel import CONTIG, DELETION, DUP, GENOME, bam_of, read, sequence_of


def noisy_reads(seed: int) -> list[pysam.AlignedSegment]:
    """Pairs that overlap, with errors, bad bases, gaps, and reads that do not count."""
    chance = random.Random(seed)
    reads = []
    for number in range(120):
        start = chance.randrange(60, 260)
        mate = start + chance.randrange(0, 40)
        allele = chance.choice([None, None, DUP, DELETION])
        for place, flag in ((start, 0x40), (mate, 0x90)):
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


@pytest.mark.parametrize("seed", range(4))
def test_many_at_once_or_one_by_one(
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

    def counted(file: pysam.AlignmentFile) -> dict[Allele, AlleleCounts]:
        return count_alleles(
            file,
            [*alleles, DUP, DELETION],
            sequence_of(CONTIG),
            minimum_mapping_quality=20,
            minimum_base_quality=20,
        )

    with bam_of(tmp_path, noisy_reads(seed)) as bam:
        together = counted(bam)
        monkeypatch.setattr(panel_alleles._Window, "is_single", False)
        apart = counted(bam)
    assert sum(counts.mutant for counts in apart.values()) > 20
    for allele, found in together.items():
        alone = apart[allele]
        if len(allele.ref) == len(allele.alt):
            # Mates with different third bases disagree; one by one they are both "other".
            assert alone.informative - 3 <= found.informative <= alone.informative
            alone = replace(alone, informative=found.informative)
        assert found == alone, allele


def test_a_read_without_qualities_counts(tmp_path: Path) -> None:
    segment = read("a", 100)
    segment.query_qualities = None
    allele = Allele(CONTIG, 150, GENOME[150], "A" if GENOME[150] != "A" else "C")
    with bam_of(tmp_path, [segment]) as bam:
        counts = count_alleles(
            bam, [allele], sequence_of(CONTIG), minimum_mapping_quality=20, minimum_base_quality=20
        )
    assert (counts[allele].wildtype, counts[allele].informative) == (1, 1)
