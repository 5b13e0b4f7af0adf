"""What stands in front of amplicon reads and is like another place of FLT3 is no ITD."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.builders import FastqRead, write_fastq
from tests.itd_builders import Mutant, amplicon_pairs, assert_found, call, tandem

ALU = "GGCCGGGCGCGGTGGCTCACGCCTGTAATCCCAGCACTTTGGGAGGC"
AMPLICON = (28_033_930, 28_034_240)
MUTANTS = [tandem(28_034_090, 28_034_149, 0.4)]


def behind_a_repeat(
    folder: Path, mutants: Sequence[Mutant], bases: tuple[int, int], share: float = 0.25
) -> list[str]:
    """FASTQ of an amplicon; a share of the reads begins with so many bases of an Alu."""
    rng = random.Random(1)
    pairs = amplicon_pairs(mutants, [AMPLICON], 300, read_length=250)
    files = []
    for mate, side in enumerate(("first", "second")):
        reads = []
        for pair in pairs:
            read: FastqRead = getattr(pair, side)
            size = rng.randint(*bases) if rng.random() < share else 0
            text = (ALU[:size] + read.sequence)[:250]
            reads.append(FastqRead(read.name, text, ("I" * size + read.qualities)[:250]))
        files.append(str(write_fastq(folder / f"R{mate}.fastq", reads)))
    return files


@pytest.mark.parametrize("share", [0.1, 0.25])
def test_a_repeat_in_front_of_primers_is_cut_off(tmp_path: Path, share: float) -> None:
    files = behind_a_repeat(tmp_path, [], (12, 40), share)
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert called.document["itd"]["status"] == "not_detected"
    assert not called.events


def test_a_longer_one_is_no_itd_and_leaves_no_negative_answer(tmp_path: Path) -> None:
    files = behind_a_repeat(tmp_path, [], (41, 46))
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert called.document["itd"]["status"] == "not_assessable"
    assert "no amplicon of the sample can show" in called.document["itd"]["reason"]
    assert {event["filter"] for event in called.events} == {"no_amplicon"}


def test_an_itd_beside_it_is_found(tmp_path: Path) -> None:
    files = behind_a_repeat(tmp_path, MUTANTS, (20, 46))
    assert_found(call(tmp_path, "--fastq", *files, "--assay", "amplicon"), MUTANTS)
