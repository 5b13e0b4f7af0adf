"""Check that FASTQ files are whole, and that read 1 and read 2 of a lane pair up."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import dnaio

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from scripts.command import run, write_whole
from scripts.inputs.fastq_file import (
    UNREADABLE,
    FirstRead,
    check_compression,
    check_look,
    check_one_read_after_another,
    count_reads,
    first_reads,
    mate_number,
    stem,
)
from scripts.inputs.repeated_reads import RepeatReader, RepeatWatch

MOST_COPIES = 0.5
"""Share of pairs with the same sequence in both mates above which a file is taken for a copy.

Mates are read from opposite strands: in real pairs only palindromes are equal, which do not count.
Turned round, mates of a short fragment have one sequence, but never one row of qualities.
"""
_LEAST_QUALITY_CHANGES = 4
"""Changes from base to base from which on two reads do not have the same row by chance."""


@dataclass(frozen=True)
class CheckedLane:
    """One file of single reads, or two of pairs, that hold `reads` reads each.

    `mate_suffix`: the mates are told apart by .1 and .2 at the end of their names, as the Sequence
    Read Archive writes them (or _1 and _2, :1 and :2); the aligner would take them for reads of
    other pairs.
    """

    files: tuple[str, ...]
    reads: int
    mate_suffix: bool


def check_lanes(lanes: Iterable[Sequence[Path]]) -> list[CheckedLane]:
    """Check the FASTQ files of the lanes of a sample, one or two each: every record of them.

    Raises:
        UserError: A file is empty, cut short, damaged or no FASTQ, two do not pair up, or reads
            are given twice.
    """
    watch = RepeatWatch()
    looked_at = [(tuple(files), _check_first_reads(files, watch)) for files in lanes]
    return [
        CheckedLane(tuple(map(str, files)), _count(files, watch), suffix)
        for files, suffix in looked_at
    ]


def _check_first_reads(files: Sequence[Path], watch: RepeatWatch) -> bool:
    """Whether mates are told by .1 and .2."""
    firsts = []
    for file in files:
        check_compression(file)
        first = first_reads(file)
        check_look(file, first)
        check_one_read_after_another(file, first)
        firsts.append(first)
    watch.add(files[0], firsts[0])
    return len(files) > 1 and _check_mates(files[0], files[1], *firsts)


def _count(files: Sequence[Path], watch: RepeatWatch) -> int:
    """Number of records, or of pairs, each parsed and compared with the first of all files."""
    reader = watch.reader(files[0])
    if len(files) > 1:
        count = _count_pairs(files[0], files[1], reader)
    else:
        count = count_reads(files[0], reader.names, reader.look)
    reader.check()
    return count


def _check_mates(
    fq1: Path, fq2: Path, reads1: Sequence[FirstRead], reads2: Sequence[FirstRead]
) -> bool:
    """The first reads are mates of each other, 1 in the first file; whether .1 and .2 tell it."""
    for file, reads, wrong in ((fq1, reads1, "2"), (fq2, reads2, "1")):
        if {mate_number(read) for read in reads} == {wrong}:
            raise UserError(
                f"{file}: its reads are called read {wrong}; read 1 belongs in fq1, read 2 in fq2"
            )
    pairs = list(zip(reads1, reads2, strict=False))
    suffix = all(_mates_by_suffix(one.name, other.name) for one, other in pairs)
    for number, (one, other) in enumerate(pairs, start=1):
        if not suffix and stem(one.name) != stem(other.name):
            raise UserError(f"{fq1} and {fq2}: {_in_another_order(number, one.name, other.name)}")
    for is_copy, how in ((_is_same, ""), (_is_turned, " turned round")):
        copies = sum(is_copy(one, other) for one, other in pairs)
        if copies > MOST_COPIES * len(pairs):
            raise UserError(
                f"{fq2}: {copies} of the first {len(pairs)} reads are those of {fq1}{how}: the "
                "file is a copy of read 1; give the file of read 2"
            )
    return suffix


def _is_same(one: FirstRead, other: FirstRead) -> bool:
    return one.sequence == other.sequence != reverse_complement(one.sequence)


def _is_turned(one: FirstRead, other: FirstRead) -> bool:
    if other.qualities[::-1] != one.qualities:
        return False
    changes = sum(left != right for left, right in pairwise(one.qualities))
    return changes >= _LEAST_QUALITY_CHANGES and reverse_complement(other.sequence) == one.sequence


def _mates_by_suffix(name: str, other: str) -> bool:
    apart = name[-2:], other[-2:]
    return name[:-2] == other[:-2] and apart in ((f"{mark}1", f"{mark}2") for mark in "._:")


def _count_pairs(fq1: Path, fq2: Path, reader: RepeatReader) -> int:
    """Number of pairs, each parsed; all have one name, as a lost record shifts all that follow."""
    number = 0
    try:
        with dnaio.open(fq1, fq2, fileformat="fastq", open_threads=0) as pairs:
            for number, (read, _) in enumerate(pairs, start=1):
                if read.id in reader.names:
                    reader.look(number, read)
            return number
    except UNREADABLE as error:
        reads1, reads2 = count_reads(fq1), count_reads(fq2)
        if reads1 != reads2:
            raise UserError(
                f"{fq1} has {reads1} reads and {fq2} has {reads2}; a file is incomplete or the two "
                "do not belong together"
            ) from error
        raise UserError(f"{fq1} and {fq2}: {_first_stranger(fq1, fq2)}") from error


def _first_stranger(fq1: Path, fq2: Path) -> str:
    """The first read that has another name in the other file."""
    with (
        dnaio.open(fq1, fileformat="fastq", open_threads=0) as reads1,
        dnaio.open(fq2, fileformat="fastq", open_threads=0) as reads2,
    ):
        for number, (one, other) in enumerate(zip(reads1, reads2, strict=True), start=1):
            if not one.is_mate(other):
                return _in_another_order(number, one.id, other.id)
    raise AssertionError("pairs that could not be read are alike")


def _in_another_order(number: int, one: str, other: str) -> str:
    return (
        f"read {number} is {one!r} in one and {other!r} in the other; read 1 and read 2 must be in "
        "the same order"
    )


def main() -> None:
    """The command that the rule `check_fastq` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--lane",
        type=Path,
        nargs="+",
        action="append",
        required=True,
        metavar="FASTQ",
        help="read 1 and read 2 of a lane, or single reads; once for each lane",
    )
    a = parser.parse_args()
    lanes = check_lanes(a.lane)
    write_whole(a.out, json.dumps({"lanes": [asdict(lane) for lane in lanes]}, indent=2) + "\n")


if __name__ == "__main__":
    run(main)
