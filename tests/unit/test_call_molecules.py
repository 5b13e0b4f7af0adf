"""``flt3itd call`` of reads with UMIs, and of a BAM that is a consensus already."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pysam
import pytest

from flt3itd.cli import main
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, flt3_locus
from tests.itd_builders import call
from tests.umi_builders import (
    UmiLibrary,
    UmiPair,
    other_strand,
    with_error,
    write_bam,
    write_fastq,
)

LOCUS = flt3_locus()
EXON = LOCUS.exon(14)
START = EXON.start - 20
AMPLICON = LOCUS.sequence[START : EXON.end + 20]
"""From primer to primer: both reads together show all of it."""
ITD = AMPLICON[:70] + AMPLICON[40:]
CHR13 = ("chr13", CHROMOSOME_LENGTH["GRCh38"])
SHIFT = LOCUS.first_position - 1


def molecules(wildtype: int, mutant: int = 0, seed: int = 1) -> list[UmiPair]:
    library = UmiLibrary(seed)
    fragments = [AMPLICON] * wildtype + [ITD] * mutant
    return [UmiPair(fragment, (library.bases(12),)) for fragment in fragments]


def read_often(pairs: list[UmiPair], mean: float, seed: int = 2) -> list[UmiPair]:
    """Copies of molecules, as many of each as chance has it; one at least."""
    sizes = np.random.default_rng(seed).geometric(1 / mean, len(pairs))
    return [pair for pair, size in zip(pairs, sizes.tolist(), strict=True) for _ in range(size)]


def test_an_itd_is_counted_in_molecules(tmp_path: Path) -> None:
    reads = read_often(molecules(190, 10), 4)
    fastq = write_fastq(tmp_path, reads)
    options = ["--fastq", *map(str, fastq), "--assay", "amplicon"]
    called = call(tmp_path / "umi", *options, "--umi", "12M+T +T")
    (event,) = called.passing
    assert called.document["counted_unit"] == "molecules"
    assert event["mutant_fragments"] == 10
    assert event["wildtype_fragments"] == pytest.approx(190, abs=3)
    assert event["vaf"] == pytest.approx(0.05, abs=0.001)
    assert called.document["assumption"] == ""


def test_a_wild_type_read_often_is_as_deep_as_it_has_molecules(tmp_path: Path) -> None:
    long_enough = [replace(pair, read_length=150) for pair in molecules(200)]
    fastq = write_fastq(tmp_path, long_enough * 20, "comment")
    options = ["--fastq", *map(str, fastq), "--assay", "amplicon", "--umi", "RX"]
    itd = call(tmp_path / "umi", *options).document["itd"]
    assert itd["status"] == "not_detected"
    assert itd["informative_fragments"] == 200
    assert itd["limit_of_detection"] == pytest.approx(6.296 / 200, rel=0.01)


def test_an_itd_that_the_aligner_left_without_a_place(tmp_path: Path) -> None:
    """HISAT2 aligns neither read of such pairs: both stand behind all others."""
    reads = read_often(molecules(90, 30), 4)
    bam = write_bam(tmp_path / "s.bam", LOCUS.sequence, reads, contig=CHR13, shift=SHIFT)
    options = ["--bam", str(bam), "--umi", "RX", "--assay", "amplicon"]
    (event,) = call(tmp_path / "umi", *options).passing
    assert event["mutant_fragments"] == 30
    assert event["wildtype_fragments"] == pytest.approx(90, abs=3)


def test_small_families_are_left_out_where_asked(tmp_path: Path) -> None:
    once, twice = molecules(250)[:50], molecules(250)[50:]
    bam = write_bam(tmp_path / "s.bam", LOCUS.sequence, once + twice * 2, contig=CHR13, shift=SHIFT)
    options = ["--bam", str(bam), "--umi", "RX", "--assay", "amplicon"]
    every = call(tmp_path / "every", *options).document
    larger = call(tmp_path / "larger", *options, "--min-family-size", "2").document
    assert every["itd"]["informative_fragments"] == 250
    assert larger["itd"]["informative_fragments"] == 200
    assert every["counted_unit"] == larger["counted_unit"] == "molecules"


@pytest.mark.parametrize("tags", [{"MI": "7", "cD": 3}, {"XV": 3, "XW": 0}, {"XV": 2, "XW": 3}])
def test_a_consensus_counts_each_read_though_marked_as_duplicate(
    tmp_path: Path, tags: dict[str, str | int]
) -> None:
    bam = write_bam(
        tmp_path / "s.bam",
        LOCUS.sequence,
        molecules(120),
        contig=CHR13,
        shift=SHIFT,
        tags=tags,
        flag=1024,
    )
    called = call(tmp_path / "consensus", "--bam", str(bam)).document
    assert called["counted_unit"] == "molecules"
    assert called["reads_by_molecule"] == 3
    assert called["itd"]["informative_fragments"] == 120
    asked = call(tmp_path / "asked", "--bam", str(bam), "--umi", "RX").document
    assert asked["itd"]["informative_fragments"] == 120
    small = call(tmp_path / "small", "--bam", str(bam), "--min-family-size", "4").document
    assert small["itd"]["status"] == "not_assessable"
    assert not any("carry UMIs" in warning for warning in called["warnings"])


@pytest.mark.parametrize("is_error", [False, True])
def test_of_three_molecules_none_is_another_one_with_an_error_in_its_umi(
    tmp_path: Path, is_error: bool
) -> None:
    """Where many molecules share a place, its family is no part of the other one."""
    *pairs, last, mutant = molecules(120, 3)
    (umi,) = last.umi
    pairs += [last, replace(mutant, umi=(with_error(umi, 4),)) if is_error else mutant]
    tags: dict[str, str | int] = {"MI": "7", "cD": 3}
    bam = write_bam(tmp_path / "s.bam", LOCUS.sequence, pairs, contig=CHR13, shift=SHIFT, tags=tags)
    options = ["--bam", str(bam), "--assay", "amplicon"]
    assert len(call(tmp_path / "S", *options).passing) == (not is_error)


def test_molecules_count_once_where_each_strand_is_a_consensus(tmp_path: Path) -> None:
    """fgbio CallMolecularConsensusReads of reads that were grouped as pairs of strands.

    Of 60 wild types and 10 mutants both strands were read, of 10 mutants more one.
    """
    pairs = molecules(60, 20)
    tags: list[dict[str, str | int]] = [{"MI": f"{number}/A", "cD": 3} for number in range(80)]
    tags += [{"MI": f"{number}/B", "cD": 5} for number in range(70)]
    both = [*pairs, *map(other_strand, pairs[:70])]
    bam = write_bam(
        tmp_path / "s.bam", LOCUS.sequence, both, contig=CHR13, shift=SHIFT, each_tags=tags
    )
    called = call(tmp_path / "S", "--assay", "amplicon", "--bam", str(bam))
    (event,) = called.passing
    assert (event["mutant_fragments"], event["wildtype_fragments"]) == (20, 60)
    (told,) = [one for one in called.document["warnings"] if "each strand is a consensus" in one]
    assert "of 70 molecules" in told
    larger = call(
        tmp_path / "L", "--assay", "amplicon", "--bam", str(bam), "--min-family-size", "4"
    ).document
    assert larger["itd"]["informative_fragments"] == 70
    alone = write_bam(
        tmp_path / "a.bam", LOCUS.sequence, pairs, contig=CHR13, shift=SHIFT, each_tags=tags[:80]
    )
    document = call(tmp_path / "A", "--assay", "amplicon", "--bam", str(alone)).document
    assert document["itd"]["informative_fragments"] == 80
    assert not any("each strand" in one for one in document["warnings"])


@pytest.mark.parametrize(
    ("ending", "is_told"), [("_ACGTACGT", True), (":ACGT+TTGA", True), ("_ACG", False), ("", False)]
)
def test_umis_in_names_that_are_not_used_are_told(
    tmp_path: Path, ending: str, is_told: bool
) -> None:
    """As UMI-tools and Illumina write them."""
    tagged = write_bam(tmp_path / "t.bam", LOCUS.sequence, molecules(60), contig=CHR13, shift=SHIFT)
    bam = tmp_path / "s.bam"
    with (
        pysam.AlignmentFile(str(tagged)) as given,
        pysam.AlignmentFile(str(bam), "wb", template=given) as made,
    ):
        for record in given:
            record.query_name = f"{record.query_name}{ending}"
            record.set_tag("RX", None)
            made.write(record)
    pysam.index(str(bam))
    told = call(tmp_path / "S", "--bam", str(bam), "--assay", "amplicon").document["warnings"]
    assert any("UMIs (in their names) that are not used" in text for text in told) == is_told


@pytest.mark.parametrize(
    ("form", "said"), [("comment", "tag RX"), ("name", "in their names"), ("bases", "")]
)
def test_umis_of_fastq_that_are_not_used_are_told(tmp_path: Path, form: str, said: str) -> None:
    fastq = write_fastq(tmp_path, molecules(60), form)
    document = call(tmp_path / "S", "--fastq", *map(str, fastq), "--assay", "amplicon").document
    told = [text for text in document["warnings"] if "that are not used" in text]
    assert len(told) == bool(said)
    assert all(f"UMIs ({said})" in text for text in told)


@pytest.mark.parametrize("tags", [{}, {"MI": "7/A"}, {"cD": 3}, {"XV": 3}, {"XV": "x", "XW": "y"}])
def test_reads_with_umis_that_are_no_consensus_are_told(
    tmp_path: Path, tags: dict[str, str | int]
) -> None:
    """As grouped by fgbio, or marked by Picard: a copy is not a molecule."""
    pairs = molecules(60) * 2
    bam = write_bam(tmp_path / "s.bam", LOCUS.sequence, pairs, contig=CHR13, shift=SHIFT, tags=tags)
    document = call(tmp_path / "S", "--bam", str(bam), "--assay", "amplicon").document
    assert document["counted_unit"] == "reads"
    assert any("UMIs (tag RX) that are not used" in text for text in document["warnings"])
    told = call(tmp_path / "U", "--bam", str(bam), "--assay", "amplicon", "--umi", "RX").document
    assert told["counted_unit"] == "molecules"
    assert told["itd"]["informative_fragments"] == 60
    assert not any("carry UMIs" in text for text in told["warnings"])


def test_long_reads_have_no_umi(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fastq = write_fastq(tmp_path, molecules(2))
    options = ["--fastq", str(fastq[0]), "--assay", "long", "--umi", "RX"]
    assert main(["call", *options, "--out", str(tmp_path / "S")]) == 2
    assert "--umi: long reads" in capsys.readouterr().err


def test_reads_of_fastq_that_were_trimmed_at_both_ends_are_one_family(tmp_path: Path) -> None:
    """Each of four reads of a molecule lacks other first bases."""
    rng = np.random.default_rng(8)
    library = UmiLibrary(4)
    reads = []
    for _ in range(150):
        first = int(rng.integers(EXON.start - 150, EXON.start - 20))
        umi = (library.bases(12),)
        for _ in range(4):
            lost = rng.integers(0, 21, 2)
            fragment = LOCUS.sequence[first + lost[0] : first + 240 - lost[1]]
            reads.append(UmiPair(fragment, umi))
    fastq = write_fastq(tmp_path, reads, "comment")
    options = ["--fastq", *map(str, fastq), "--assay", "capture", "--umi", "RX"]
    document = call(tmp_path / "umi", *options).document
    (depth,) = (one for one in document["depth"] if one["exon"] == 14)
    assert 80 < max(depth["fragments"]) <= 151
