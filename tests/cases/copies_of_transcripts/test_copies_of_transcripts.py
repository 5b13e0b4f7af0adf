"""Fragments of RNA that share both ends count once, unless primers make them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.copies import shared_by_chance, told_by_ends
from flt3itd.reads.library import ReadSpans, read_spans
from flt3itd.reads.read_set import ReadSet
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import Called, call
from tests.rna_builders import FIRST, LAST, TEMPLATE, TRANSCRIPT

READ, FRAGMENT, TIMES = 100, 140, 8
QUALITIES = "ABCDEFGH"
D835 = TEMPLATE.from_locus(flt3_locus().offset_of_cds(2503))
READ_2, REVERSE = 0x80, 0x10


def called(folder: Path, fragments: Sequence[tuple[str, int]]) -> Called:
    """What is called of fragments, each so many times, with qualities of their own."""
    mates: tuple[list[FastqRead], list[FastqRead]] = ([], [])
    for number, (sequence, times) in enumerate(fragments):
        for copy in range(times):
            for bases, reads in zip((sequence, reverse_complement(sequence)), mates, strict=True):
                quality = QUALITIES[copy] * READ
                reads.append(FastqRead(f"r{number}:{copy}", bases[:READ], quality))
    files = [write_fastq(folder / f"{at}.fastq", reads) for at, reads in enumerate(mates, start=1)]
    return call(folder, "--fastq", *map(str, files), "--assay", "rna")


def wrong(start: int) -> str:
    """A fragment with a base of codon 835 that is another one; no other one has its ends."""
    at = D835 - start
    fragment = TRANSCRIPT[start : start + FRAGMENT + 5]
    return fragment[:at] + "A" + fragment[at + 1 :]


def library(molecules: int) -> list[tuple[str, int]]:
    """A wild type of single fragments, and so many of a wrong base, each with copies."""
    over_835 = range(D835 - FRAGMENT + 1, D835)
    starts = [*over_835, *range(FIRST - 90, LAST, 4)]
    copied = [(wrong(D835 - 30 - 7 * number), TIMES) for number in range(molecules)]
    return [*((TRANSCRIPT[start : start + FRAGMENT], 1) for start in starts), *copied]


@pytest.mark.parametrize(("molecules", "mutants"), [(1, []), (2, []), (6, [6])])
def test_a_mutation_is_of_molecules(tmp_path: Path, molecules: int, mutants: list[int]) -> None:
    found = called(tmp_path, library(molecules)).document
    assert [event["mutant_fragments"] for event in found["tkd"]["events"]] == mutants
    assert (found["counted_unit"], found["assumption"]) == ("fragments", "")


@pytest.mark.parametrize(("by_chance", "unit"), [(0.02, "fragments"), (0.0201, "reads")])
def test_few_copies_are_left_where_molecules_share_ends_by_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_chance: float, unit: str
) -> None:
    monkeypatch.setattr("flt3itd.preparation.shared_by_chance", lambda _: by_chance)
    assert called(tmp_path, library(1)).document["counted_unit"] == unit


def spans_of(fragments: Sequence[tuple[int, int]], *, paired: bool = True) -> ReadSpans:
    """Reads of 50 bases at both ends of fragments, given as intervals."""
    reads = ReadSet()
    for number, (start, end) in enumerate(fragments):
        reads.add_plain(start, 50, number)
        if paired:
            reads.add_plain(end - 50, 50, number, READ_2 | REVERSE)
    return read_spans(reads)


@pytest.mark.parametrize(
    ("others", "of_a_primer", "told"),
    [(86, 14, True), (85, 15, False), (8, 2, True), (7, 3, False)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_ends_of_primers_tell_nothing(
    others: int, of_a_primer: int, told: bool, turned: bool
) -> None:
    """Of 100 fragments, 14 with one end are 1.8% of all pairs, 15 are 2.1%; of 10 three pairs."""
    fragments = [(number, number + 150) for number in range(others)]
    fragments += [(300, 500 + number) for number in range(of_a_primer)]
    copies = [(300, 500)] * 9
    if turned:
        fragments = [(1000 - end, 1000 - start) for start, end in fragments]
        copies = [(500, 700)] * 9
    assert told_by_ends(spans_of([*fragments, *copies])) is told


def test_single_reads_tell_nothing() -> None:
    assert not told_by_ends(spans_of([(number, 200) for number in range(99)], paired=False))


def test_how_many_others_share_both_ends_by_chance() -> None:
    """Two of four fragments begin together, and two of four have one length: 3 (1/6)(1/6)."""
    fragments = [(0, 150), (0, 160), (20, 190), (30, 200), (30, 200)]
    assert shared_by_chance(spans_of(fragments)) == pytest.approx(3 / 36)
    assert shared_by_chance(spans_of(fragments[:1])) == 0
