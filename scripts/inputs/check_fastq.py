"""Check that FASTQ files are whole and that read 1 and read 2 pair up."""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from flt3itd.common.errors import UserError
from scripts.command import run, write_whole

COMPARED = 10_000
"""Read pairs at the start of each lane whose records and names are looked at one by one."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class CheckedLane:
    """A pair of files that hold `read_pairs` reads each."""

    fq1: str
    fq2: str
    read_pairs: int


def check_lane(fq1: Path, fq2: Path) -> CheckedLane:
    """Check one pair of FASTQ files.

    Raises:
        UserError: A file is empty, cut short or no FASTQ, or the two do not pair up.
    """
    pairs = itertools.zip_longest(_first_names(fq1), _first_names(fq2))
    for number, (name1, name2) in enumerate(pairs, start=1):
        if name1 is None or name2 is None:
            break  # the counts differ, which is told below with both numbers
        if _without_mate(name1) != _without_mate(name2):
            raise UserError(
                f"{fq1} and {fq2}: read {number} is {name1!r} in one and {name2!r} in the other; "
                "read 1 and read 2 must be in the same order"
            )
    reads1, reads2 = _count(fq1), _count(fq2)
    if reads1 != reads2:
        raise UserError(
            f"{fq1} has {reads1} reads and {fq2} has {reads2}; a file is incomplete or the two "
            "do not belong together"
        )
    return CheckedLane(str(fq1), str(fq2), reads1)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=file) if gzipped else file
            while block := stream.read(_BLOCK):
                yield block
    except EOFError as error:
        raise UserError(f"{path}: the file is cut short (gzip ends early); copy it anew") from error
    except (OSError, zlib.error) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error


def _lines(path: Path) -> Iterator[bytes]:
    rest = b""
    for block in _blocks(path):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _first_names(path: Path) -> Iterator[str]:
    """Names of the first reads, without what follows a space. Checks each record."""
    lines = _lines(path)
    for number in range(1, COMPARED + 1):
        record = list(itertools.islice(lines, 4))
        if not record:
            if number == 1:
                raise UserError(f"{path}: the file is empty: it holds no reads")
            return
        problem = _problem(record)
        if problem:
            raise UserError(f"{path}: line {4 * number - 3}: {problem}; is it a whole FASTQ file?")
        yield record[0][1:].decode("ascii", "replace").split(maxsplit=1)[0]


def _problem(record: list[bytes]) -> str:
    if not record[0].startswith(b"@") or len(record[0].split()[0]) < 2:
        return "a record must start with @ and a name"
    if len(record) < 4:
        return "the last record has fewer than 4 lines"
    if not record[2].startswith(b"+"):
        return "the third line of a record must start with +"
    if len(record[1].rstrip(b"\r")) != len(record[3].rstrip(b"\r")):
        return "sequence and qualities differ in length"
    return ""


def _count(path: Path) -> int:
    """Number of reads. Reads the whole file, so that one that is cut short is found."""
    newlines, last = 0, b"\n"
    for block in _blocks(path):
        newlines += block.count(b"\n")
        last = block[-1:]
    lines = newlines + (last != b"\n")
    if lines % 4:
        raise UserError(
            f"{path}: found {lines} lines, which is no multiple of 4; the file is cut short"
        )
    return lines // 4


def _without_mate(name: str) -> str:
    return name[:-2] if name.endswith(("/1", "/2")) else name


def main() -> None:
    """The command that the rule `check_fastq` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("fastq", type=Path, nargs="+", help="read 1, read 2 of each lane in turn")
    a = parser.parse_args()
    lanes = [asdict(check_lane(*p)) for p in zip(a.fastq[::2], a.fastq[1::2], strict=True)]
    write_whole(a.out, json.dumps({"lanes": lanes}, indent=2) + "\n")


if __name__ == "__main__":
    run(main)
