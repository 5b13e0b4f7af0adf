"""Reads whose first bases are often wrong begin where they begin; tails before others do not."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.reads.misread_starts import put_back_misread_starts
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import FastqRead, random_sequence, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

REFERENCE = random_sequence(2000, 8)
OTHER = {"A": "C", "C": "G", "G": "T", "T": "A"}


def misread(bases: str, cycles: set[int]) -> str:
    return "".join(OTHER[base] if at in cycles else base for at, base in enumerate(bases))


def clipped(number: int, clip: int, wrong: set[int], *, reverse: bool = False) -> SplitRead:
    """A read of 100 bases, of which the first are clipped; `wrong` are cycles."""
    text = REFERENCE[500:600]
    if not reverse:
        text = misread(text, wrong)
        return SplitRead(number, 500, 500, clip, 100, 100, text, b"\x25" * 100)
    text = misread(text[::-1], wrong)[::-1]
    end = 100 - clip
    return SplitRead(number, 500, 500, 0, end, end, text, b"\x25" * 100, True)


def put_back(
    clip: int, wrong: Callable[[int], set[int]], share: int = 100, *, reverse: bool = False
) -> ReadSet:
    """Of a hundred reads so many with a clip, as they are then."""
    reads = ReadSet(fragments=100)
    reads.split += [clipped(n, clip, wrong(n), reverse=reverse) for n in range(share)]
    for number in range(share, 100):
        reads.add_plain(500, 100, number)
    changed = put_back_misread_starts(reads, REFERENCE)
    assert changed == sum((one.start, one.end) == (500, 600) for one in reads.split)
    return reads


@pytest.mark.parametrize("reverse", [False, True])
def test_wrong_bases_become_unknown_and_the_read_begins_where_it_did(reverse: bool) -> None:
    (first, *others) = put_back(12, lambda n: {n % 12, (n + 3) % 12}, reverse=reverse).split
    assert len(others) == 99
    assert (first.start, first.end, first.first_block_end) == (500, 600, 100)
    own, shown = REFERENCE[500:600], first.sequence
    if reverse:
        own, shown = own[::-1], shown[::-1]
    assert shown == f"N{own[1:3]}N{own[4:]}"


@pytest.mark.parametrize(
    ("clip", "share", "changed"),
    [(8, 30, True), (8, 29, False), (7, 100, False), (40, 100, True), (41, 100, False)],
)
def test_clips_of_many_reads_over_some_cycles(clip: int, share: int, changed: bool) -> None:
    reads = put_back(clip, lambda n: {n % (clip - 1)}, share)
    assert all((one.start == 500) is changed for one in reads.split)


@pytest.mark.parametrize(("agreeing", "changed"), [(50, 50), (49, 0)])
def test_at_every_cycle_half_of_the_reads_have_the_base_of_the_reference(
    agreeing: int, changed: int
) -> None:
    """Of a tail that is the same in all reads, some cycle has another base."""
    reads = put_back(12, lambda n: set() if n < agreeing else {0, 1, 2, 3, 4})
    assert sum(one.start == 500 for one in reads.split) == changed


@pytest.mark.parametrize(("wrong", "changed"), [(4, 100), (5, 99)])
def test_a_clip_is_put_back_of_which_two_thirds_are_the_reference(wrong: int, changed: int) -> None:
    """Others may go on into a junction."""
    reads = put_back(12, lambda n: set(range(wrong)) if n == 0 else {n % 12})
    assert sum(one.start == 500 for one in reads.split) == changed


def test_at_an_end_of_the_reference_nothing_is_put_back() -> None:
    reads = ReadSet(fragments=50)
    for number in range(50):
        one = clipped(number, 12, {number % 12})
        reads.split.append(one._replace(first_diagonal=-1, last_diagonal=-1))
    assert put_back_misread_starts(reads, REFERENCE) == 0


def test_an_amplicon_whose_first_cycles_are_poor(tmp_path: Path) -> None:
    """Reads of MiSeq by ART: they were cut by up to 35 bases, and then "unfit", for 15 bases."""
    mutant = tandem(28_034_160, 28_034_174, 0.3)
    chance = random.Random(1)

    def poor(read: FastqRead) -> FastqRead:
        wrong = {at for at in range(35) if chance.random() < 0.12}
        return replace(read, sequence=misread(read.sequence, wrong))

    pairs = amplicon_pairs([mutant], [(28_033_990, 28_034_290)], 600, 3, read_length=250)
    files = [
        str(write_fastq(tmp_path / f"{name}.fastq", [poor(getattr(pair, name)) for pair in pairs]))
        for name in ("first", "second")
    ]
    found = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert_found(found, [mutant])
    itd = found.document["itd"]
    assert (itd["status"], itd["reason"]) == ("detected", "")
    assert not found.document["reads"]["verdicts"][0]["reasons"]
    assert found.document["reads"]["measured"]["foreign_bases"] == 0
    assert itd["events"][0]["informative_fragments"] >= 570
