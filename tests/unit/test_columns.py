"""Fields of many records as columns, and mates among them: whatever is taken together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pysam
import pytest

from flt3itd.reads import columns
from flt3itd.reads.alignment_file import opened
from flt3itd.reads.columns import PieceLengths, are_among, count_distinct, distinct
from flt3itd.reads.read_set import ReadSet, SplitColumns, SplitRead
from flt3itd.reads.streaming import Stretch, Taken, collect_reads
from flt3itd.reads.tally import MISMATCHES_EVERY, Tally
from tests.builders import Read, random_sequence, write_bam

REFERENCE = random_sequence(3000, 67)
PAIR = 0x1 | 0x2


@pytest.mark.parametrize(
    ("numbers", "count"),
    [([], 0), ([0], 1), ([7, 3, 7], 2), ([2, 1, 0], 3), ([9, 0, 9, -9], 3), ([2**62, -(2**62)], 2)],
)
def test_equal_numbers_count_once(numbers: list[int], count: int) -> None:
    found = np.array(numbers, dtype=np.int64)
    assert count_distinct(found) == count
    assert distinct(found).tolist() == sorted(set(numbers))


@pytest.mark.parametrize("some", [[], [3], [0, 9, 9], [-4, 100_000], list(range(-5, 12))])
def test_numbers_among_others(some: list[int]) -> None:
    numbers = [9, 3, -4, 3, 0, 100_000]
    assert are_among(np.array(numbers), some).tolist() == [one in some for one in numbers]
    assert are_among(np.array([], dtype=np.int64), some).tolist() == []


@pytest.mark.parametrize(
    ("cigar", "length"),
    [
        ("100M", 100),
        ("100=", 100),
        ("7X", 7),
        ("50=1X49=", PieceLengths.NOT_ONE),
        ("100S", PieceLengths.NOT_ONE),
        ("90M10S", PieceLengths.NOT_ONE),
        ("", PieceLengths.NO_CIGAR),
        (None, PieceLengths.NO_CIGAR),
    ],
)
def test_the_length_of_a_read_in_one_piece(cigar: str | None, length: int) -> None:
    assert PieceLengths()[cigar] == length


def test_one_of_so_many_mismatches_is_looked_at_however_they_are_counted() -> None:
    at_once, one_by_one = Tally(), Tally()
    looked_at = [number for number in range(11) if one_by_one.count_mismatches(1)]
    parts = [(0, 3), (3, 8), (8, 8), (8, 11)]
    found = [a + at for a, b in parts for at in at_once.count_mismatches(b - a)]
    assert found == looked_at == list(range(MISMATCHES_EVERY - 1, 11, MISMATCHES_EVERY))
    assert at_once.plain_mismatches == one_by_one.plain_mismatches == 11


def _reads() -> list[Read]:
    """Pairs, and among them records of every other kind."""
    found = []
    for number in range(60):
        start, name = 20 * number, f"p{number}"
        bases, mate = REFERENCE[start : start + 100], REFERENCE[start + 150 : start + 250]
        wrong = bases[:40] + ("A" if bases[40] != "A" else "C") + bases[41:]
        first = Read(name, "c", start, "100M", bases, flag=PAIR | 0x40, mate=("c", start + 150))
        kinds = {
            1: replace(first, sequence=wrong, tags=(("NM", 1),)),
            2: replace(first, cigar="60M40S"),
            3: replace(first, cigar="50M1I49M"),
            4: replace(first, flag=PAIR | 0x40 | 0x400),
            5: replace(first, name="same"),
            6: replace(first, flag=0),
            7: replace(first, tags=(("NM", 2),)),
        }
        found += [
            kinds.get(number % 9, first),
            Read(name, "c", start + 150, "100M", mate, flag=PAIR | 0x90, mate=("c", start)),
        ]
    return found


def _collected(path: Path) -> ReadSet:
    with opened(path, None) as bam:
        return collect_reads(
            bam.fetch("c"),
            Stretch(REFERENCE, 0, (0, 1500)),
            lambda *_: None,
            Taken(skipped_flags=0x400),
        )


@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_how_many_records_are_taken_together_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = write_bam(tmp_path / "x.bam", {"c": 100_000}, _reads())
    pysam.index(str(path))
    at_once = _collected(path)
    monkeypatch.setattr(columns, "_AT_ONCE", size)
    assert _collected(path) == at_once
    assert at_once.tally.duplicates == 7
    assert (at_once.tally.names_shared, at_once.tally.mates_missing) == (3, 21)
    assert (len(at_once.plain_start), len(at_once.split)) == (93, 20)


def _split_read(number: int, *, clipped: int = 0) -> SplitRead:
    sequence = REFERENCE[number : number + 100 - number]
    size = len(sequence)
    return SplitRead(number, number, number, clipped, size, size, sequence, b"F" * size)


def test_columns_follow_the_reads() -> None:
    reads = ReadSet(split=[_split_read(number) for number in range(6)])
    fields = ("fragment", "aligned_start", "aligned_end", "length")
    before = [reads.columns()[field].tolist() for field in fields]
    some = reads.columns().rows(np.array([4, 1]))
    assert [some[field].tolist() for field in fields] == [[one[4], one[1]] for one in before]
    reads.split[2] = _split_read(9, clipped=7)
    for _ in range(2):  # first one read is another one, then one is gone
        fresh = SplitColumns(reads.split)
        for field in (*fields, "first_diagonal"):
            assert reads.columns()[field].tolist() == fresh[field].tolist()
        del reads.split[0]
