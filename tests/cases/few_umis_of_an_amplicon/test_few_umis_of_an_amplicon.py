"""An amplicon whose 1,500 molecules have 250 UMIs, from reads and from their consensus."""

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pysam

from flt3itd.cli import main
from tests.builders import (
    FastqRead,
    Pair,
    Read,
    random_sequence,
    write_bam,
    write_fastq,
    write_mates,
)
from tests.itd_builders import Called, amplicon_pairs, call, tandem

ITD = tandem(28_034_133, 28_034_174, 0.3)
AMPLICON = (28_034_022, 28_034_274)
UMIS = [random_sequence(12, seed) for seed in range(250)]
COPIES = 3
FIRST, SECOND = 0x4D, 0x8D
CUT, A_LIST = "cut off", "if they are a list"


@cache
def pairs() -> list[Pair]:
    """Each molecule three times, the UMI at the end of the names."""
    chance = random.Random(1)
    made = []
    for pair in amplicon_pairs([ITD], [AMPLICON], 1500, read_length=151):
        umi = chance.choice(UMIS)
        for copy in range(COPIES):
            name = f"{pair.first.name}.{copy}:{umi}"
            first, second = (replace(read, name=name) for read in (pair.first, pair.second))
            made.append(Pair(first, second, pair.haplotype))
    return made


def files(folder: Path) -> list[str]:
    return list(map(str, write_mates(folder, pairs())))


def records(reads: Iterable[FastqRead], flag: int) -> list[Read]:
    """Reads before they are aligned, with their UMIs as a tag."""
    return [
        Read(
            read.name, "", -1, "", read.sequence, flag, tuple(ord(q) - 33 for q in read.qualities),
            mapping_quality=0, tags=(("RX", read.name.rpartition(":")[2]),),
        )
        for read in reads
    ]  # fmt: skip


def assert_told_apart_by_nothing(called: Called) -> None:
    """The interval holds the truth, and the reason is that of the UMIs."""
    assert not any(CUT in text for text in called.document["warnings"])
    assert called.document["molecules_hidden"] == 1.0
    for event in called.passing:
        assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]


def test_crowded_umis_are_no_bases_that_were_cut_off(tmp_path: Path) -> None:
    called = call(tmp_path, "--fastq", *files(tmp_path), "--assay", "amplicon", "--umi", "name")
    assert_told_apart_by_nothing(called)


def test_reads_without_a_place_are_taken_as_those_of_fastq(tmp_path: Path) -> None:
    of_fastq = call(tmp_path, "--fastq", *files(tmp_path), "--assay", "amplicon", "--umi", "name")
    made = [
        *records((pair.first for pair in pairs()), FIRST),
        *records((pair.second for pair in pairs()), SECOND),
    ]
    bam = write_bam(tmp_path / "unaligned.bam", {}, made)
    of_bam = call(tmp_path, "--bam", str(bam), "--assay", "amplicon", "--umi", "RX")
    assert_told_apart_by_nothing(of_bam)
    assert of_bam.document["itd"] == of_fastq.document["itd"]


def consensus(folder: Path, *options: str) -> tuple[Path, Path]:
    bam, told = folder / "consensus.bam", folder / "told.json"
    making = ["--umi", "name", "--assay", "amplicon", "--fastq", *files(folder), *options]
    assert main(["consensus", *making, "--out", str(bam), "--json", str(told)]) == 0
    pysam.index(str(bam))
    return bam, told


def test_a_consensus_alone_shows_by_base_that_families_hold_several_molecules(
    tmp_path: Path,
) -> None:
    bam, told = consensus(tmp_path)
    options = ["--bam", str(bam), "--assay", "amplicon"]
    alone = call(tmp_path, *options)
    assert alone.document["counted_unit"] == "molecules"
    assert_told_apart_by_nothing(alone)
    assert any("hold reads of several molecules" in text for text in alone.document["warnings"])
    with_families = call(tmp_path, *options, "--families", str(told))
    assert_told_apart_by_nothing(with_families)
    assert any("--families" in text for text in with_families.document["warnings"])


def test_a_consensus_that_tells_nothing_by_base_is_asked_for_what_was_told_of_its_families(
    tmp_path: Path,
) -> None:
    bam, _ = consensus(tmp_path, "--no-base-tags")
    alone = call(tmp_path, "--bam", str(bam), "--assay", "amplicon")
    assert_told_apart_by_nothing(alone)
    assert any(A_LIST in text for text in alone.document["warnings"])


def test_few_molecules_with_umis_of_their_own_are_counted(tmp_path: Path) -> None:
    own = amplicon_pairs([ITD], [AMPLICON], 300, read_length=200)
    reads: list[list[FastqRead]] = [[], []]
    for number, pair in enumerate(own):
        for copy in range(12):
            name = f"{pair.first.name}.{copy}:{random_sequence(12, 1000 + number)}"
            for mate, read in zip(reads, (pair.first, pair.second), strict=True):
                mate.append(replace(read, name=name))
    paths = [str(write_fastq(tmp_path / f"own_R{at}.fastq", mate)) for at, mate in enumerate(reads)]
    bam = tmp_path / "own.bam"
    making = ["--umi", "name", "--assay", "amplicon", "--fastq", *paths]
    assert main(["consensus", *making, "--out", str(bam)]) == 0
    pysam.index(str(bam))
    called = call(tmp_path, "--bam", str(bam), "--assay", "amplicon")
    assert called.document["molecules_hidden"] < 0.01
    assert not any("molecules" in text for text in called.document["warnings"])
    (event,) = called.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"] < 0.5
