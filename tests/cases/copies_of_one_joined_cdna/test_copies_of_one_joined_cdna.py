"""Fragments of RNA that share both ends are one molecule where few show an ITD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.copies import repeated_ends
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet
from tests.builders import FastqRead, read_pairs, write_fastq
from tests.itd_builders import Called, call
from tests.rna_builders import FIRST, TRANSCRIPT, duplicated

JOINED = duplicated(FIRST + 20, FIRST + 230)
READ, FRAGMENT = 100, 220
QUALITIES = "ABCDEFGHI"
READ_2, REVERSE = 0x80, 0x10


def called_with_joined(
    folder: Path, starts: Sequence[int], *, times: int, single: bool = False
) -> Called:
    """What is called of a wild type and of joined fragments from `starts` on, each `times`."""
    pairs = [(pair.first, pair.second) for pair in read_pairs([("wildtype", TRANSCRIPT, 1.0)], 200)]
    for number, start in enumerate(starts):
        sequence = JOINED[start : start + FRAGMENT]
        other = reverse_complement(sequence)
        for copy in range(times):
            name, quality = f"joined{number}:{copy}", QUALITIES[copy] * READ
            first = FastqRead(name, sequence[:READ], quality)
            pairs.append((first, FastqRead(name, other[:READ], quality)))
    firsts = write_fastq(folder / "1.fastq", [first for first, _ in pairs])
    seconds = write_fastq(folder / "2.fastq", [second for _, second in pairs])
    files = [str(firsts)] if single else [str(firsts), str(seconds)]
    return call(folder, "--fastq", *files, "--assay", "rna")


@pytest.mark.parametrize(
    ("molecules", "times", "filters"),
    [(1, 6, []), (2, 3, ["low_support"]), (3, 1, ["PASS"]), (3, 2, ["PASS"])],
)
def test_an_itd_is_of_three_molecules(
    tmp_path: Path, molecules: int, times: int, filters: list[str]
) -> None:
    starts = [FIRST + 180 + 7 * number for number in range(molecules)]
    called = called_with_joined(tmp_path, starts, times=times)
    assert [event["filter"] for event in called.events] == filters


def test_single_reads_are_taken_for_molecules(tmp_path: Path) -> None:
    called = called_with_joined(tmp_path, [FIRST + 180], times=8, single=True)
    assert called.status == "detected"


def test_an_itd_in_a_library_of_copies_keeps_its_vaf(tmp_path: Path) -> None:
    itd = duplicated(FIRST + 20, FIRST + 65)
    pairs = read_pairs([("wildtype", TRANSCRIPT, 0.8), ("itd", itd, 0.2)], 250)
    again = [(pair, *copy) for pair in pairs for copy in enumerate(QUALITIES[:2])]
    files = [
        write_fastq(
            tmp_path / f"{mate}.fastq",
            [
                replace(read, name=f"{read.name}:{copy}", qualities=quality * len(read.qualities))
                for pair, copy, quality in again
                for read in [(pair.first, pair.second)[mate]]
            ],
        )
        for mate in (0, 1)
    ]
    [event] = call(tmp_path, "--fastq", *map(str, files), "--assay", "rna").passing
    assert event["length_bp"] == 45
    assert 0.15 < event["vaf"] < 0.25


def spans_of(fragments: Sequence[tuple[int, int]], *, paired: bool = True) -> ReadSet:
    """Reads of 50 bases at both ends of fragments, given as intervals."""
    reads = ReadSet()
    for number, (start, end) in enumerate(fragments):
        reads.add_plain(start, 50, number)
        if paired:
            reads.add_plain(end - 50, 50, number, READ_2 | REVERSE)
    return reads


def test_one_of_each_pair_of_ends() -> None:
    apart = [(number, number + 150) for number in range(100)]
    spans = read_spans(spans_of([*apart, (300, 500), (300, 500), (300, 501), (299, 500)]))
    assert repeated_ends(spans, [100, 101]) == 1
    assert repeated_ends(spans, [100, 101, 102, 103]) == 1
    assert repeated_ends(spans, [100, 102, 103]) == 0
    assert repeated_ends(spans, []) == 0


@pytest.mark.parametrize(("alike", "told"), [(14, True), (15, False)])
def test_ends_tell_nothing_where_many_share_both(alike: int, told: bool) -> None:
    """Of 100 fragments, 14 that are alike are 1.8% of all pairs, and 15 are 2.1%."""
    apart = [(number, number + 150) for number in range(100 - alike)]
    spans = read_spans(spans_of([*apart, *[(300, 500)] * alike]))
    assert repeated_ends(spans, [97, 98, 99]) == (2 if told else 0)


def test_reads_without_mates_tell_nothing() -> None:
    spans = read_spans(spans_of([(number // 2, 200) for number in range(200)], paired=False))
    assert repeated_ends(spans, [0, 1]) == 0
