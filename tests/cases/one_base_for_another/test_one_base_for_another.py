"""Reads of an amplicon with an ITD that have one base for another in some of its places."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import FastqRead, Pair, write_fastq
from tests.itd_builders import (
    LOCUS,
    Called,
    Mutant,
    amplicon_pairs,
    call,
    haplotype_of,
    replaced,
    tandem,
)

AMPLICON = (28_034_022, 28_034_274)
ITD = tandem(28_034_133, 28_034_174, 0.6)


def misread(
    read: FastqRead, base: str, other: str, share: float, chance: random.Random
) -> FastqRead:
    text = "".join(
        other if letter == base and chance.random() < share else letter for letter in read.sequence
    )
    return replace(read, sequence=text)


def called(folder: Path, itds: list[Mutant], base: str, other: str, share: float) -> Called:
    chance = random.Random(2)
    mates: tuple[list[FastqRead], list[FastqRead]] = [], []
    pairs: list[Pair] = amplicon_pairs(itds, [AMPLICON], 1200, read_length=220)
    for pair in pairs:
        for mate, read in zip(mates, (pair.first, pair.second), strict=True):
            mate.append(misread(read, base, other, share, chance))
    paths = [str(write_fastq(folder / f"R{at}.fastq", mate)) for at, mate in enumerate(mates)]
    return call(folder, "--fastq", *paths, "--assay", "amplicon")


@pytest.mark.parametrize(("base", "other"), [("T", "C"), ("G", "T"), ("C", "T")])
def test_is_no_second_itd(tmp_path: Path, base: str, other: str) -> None:
    (event,) = called(tmp_path, [ITD], base, other, 0.03).passing
    assert event["length_bp"] == 42
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]


def test_a_clone_with_more_than_that_is_one(tmp_path: Path) -> None:
    """A tenth of the molecules have C for T in the copy, and half of a per cent by error."""
    start, end = LOCUS.from_grch38(28_034_133), LOCUS.from_grch38(28_034_174) + 1
    copy = LOCUS.sequence[start:end]
    place = copy.index("T", 15)
    sister = replaced(28_034_175, 28_034_174, f"{copy[:place]}C{copy[place + 1 :]}", 0.1)
    found = called(tmp_path, [ITD, sister], "T", "C", 0.005)
    assert {haplotype_of(event) for event in found.passing} == {
        one.sequence for one in (ITD, sister)
    }
