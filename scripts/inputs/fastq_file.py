"""One FASTQ file: compressed as its name says, whole, and with reads that can be aligned."""

from __future__ import annotations

import gzip
import itertools
import logging
import zlib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import dnaio

from flt3itd.common.errors import UserError, one_line

COMPARED = 10_000
"""Reads at the start of a file that are looked at one by one; the rest is parsed and counted."""

MOST_BASES = 5_000_000
"""Bases of these reads after which no more are kept: long reads would fill the memory."""

OTHER_COMPRESSIONS = {
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
"""How files begin that are compressed in a way that the aligner does not read."""

BASES = frozenset("ACGTRYSWKMBDHVN.")
"""Letters of a DNA read: bases, IUPAC codes, and the dot that old instruments wrote for N."""

LOWEST_CODE, HIGHEST_CODE = ord("!"), ord("~")
"""Codes that a quality can have (Cock et al., NAR 2010;38:1767); samtools stops at any other."""

LOWEST_PHRED64, HIGHEST_PHRED64 = 59, 105
"""Codes of qualities -5 to 41 with the offset 64 (Solexa, Illumina 1.3 to 1.7; Cock et al., NAR
2010;38:1767). With the offset 33 the same codes are 26 to 72; 42 is the highest of short reads."""

HIGHEST_PHRED33 = 75
"""Code of quality 42 with the offset 33, the highest of Illumina."""

LONGEST_PHRED64 = 200
"""Bases: instruments wrote that encoding up to 2011, and read 151 bases at the most."""

MOST_OF_ONE_NAME = 2
"""Reads that one fragment has: so many at the most have one name."""

UNREADABLE = (dnaio.FileFormatError, OSError, EOFError, zlib.error, ValueError)
"""What reading a FASTQ file ends with where it is damaged."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class FirstRead:
    """One of the first reads of a file: its name and what follows it, bases and qualities."""

    name: str
    comment: str
    sequence: str
    qualities: str


def check_compression(path: Path) -> None:
    """Refuse a file whose content is not compressed as its name says: programs go by either.

    Raises:
        UserError: It is not, or is compressed in another way than by gzip.
    """
    try:
        with path.open("rb") as file:
            start = file.read(6)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    for magic, name in OTHER_COMPRESSIONS.items():
        if start.startswith(magic):
            raise UserError(f"{path}: is compressed with {name}; decompress it, or use gzip")
    gzipped = start.startswith(b"\x1f\x8b")
    if gzipped and path.suffix != ".gz":
        raise UserError(f"{path}: is gzipped, but its name does not say so; rename it to {path}.gz")
    if path.suffix == ".gz" and start and not gzipped:
        raise UserError(
            f"{path}: is named as gzipped, but is not; gzip it, or rename it to "
            f"{path.with_suffix('')}"
        )


def first_reads(path: Path) -> list[FirstRead]:
    """The first reads of a file.

    Raises:
        UserError: The file is empty, or one of them is no record of FASTQ.
    """
    reads, bases = [], 0
    for number, record in enumerate(_records(path), start=1):
        problem = _problem(record)
        if problem:
            raise damaged(path, number, problem)
        name, _, comment = record[0][1:].decode("ascii", "replace").rstrip("\r").partition(" ")
        sequence, qualities = (record[i].decode("ascii", "replace").rstrip("\r") for i in (1, 3))
        name, _, more = name.partition("\t")
        reads.append(FirstRead(name, comment or more, sequence, qualities))
        bases += len(sequence)
        if number == COMPARED or bases >= MOST_BASES:
            break
    if not reads:
        raise UserError(f"{path}: the file is empty: it holds no reads")
    return reads


def damaged(path: Path, number: int, problem: str) -> UserError:
    """The error for a record by its number, from 1."""
    return UserError(
        f"{path}: record {number}, line {4 * number - 3}: {problem}; the file is damaged or no "
        "FASTQ: copy or make it again"
    )


def check_look(path: Path, reads: Sequence[FirstRead]) -> None:
    """Refuse reads without bases, with other letters, or with qualities in an old encoding.

    Where some have no base, that is told.

    Raises:
        UserError: They are such.
    """
    for number, read in enumerate(reads, start=1):
        if letters := set(read.sequence.upper()) - BASES:
            raise UserError(
                f"{path}: record {number}, line {4 * number - 2}: the sequence holds "
                f"{', '.join(map(repr, sorted(letters)))}, no bases of DNA; write T for U, and "
                "convert reads in colour space"
            )
    codes = set().union(*(read.qualities for read in reads))
    if not codes:
        raise UserError(
            f"{path}: its first {len(reads)} reads have no base: they were cut away whole; give "
            "the reads as the instrument wrote them"
        )
    if empty := sum(not read.sequence for read in reads):
        logging.warning(
            "warning: %s: %d of the first %d reads have no base: they were cut away whole before, "
            "and count for nothing; give the reads as the instrument wrote them",
            path,
            empty,
            len(reads),
        )
    lowest, highest = ord(min(codes)), ord(max(codes))
    if lowest < LOWEST_CODE or highest > HIGHEST_CODE:
        odd = lowest if lowest < LOWEST_CODE else highest
        raise UserError(
            f"{path}: its qualities hold {chr(odd)!r}, which is no quality: they go from ! to ~; "
            "make the file again"
        )
    if max(len(read.sequence) for read in reads) > LONGEST_PHRED64:
        return
    if lowest >= LOWEST_PHRED64 and HIGHEST_PHRED33 < highest <= HIGHEST_PHRED64:
        raise UserError(
            f"{path}: its qualities go from {chr(lowest)} to {chr(highest)}, which is the old "
            "encoding with the offset 64 (Phred+64); convert them, for example with: "
            f"fastp --phred64 -A -G -Q -L --in1 {path} --out1 NEW.fastq.gz"
        )


def check_one_read_after_another(path: Path, reads: Sequence[FirstRead]) -> None:
    """Refuse a file in which reads of one name follow each other: both mates of pairs, or copies.

    Raises:
        UserError: It is such a file.
    """
    names = {stem(read.name) for read in reads}
    if len(names) == 1 and len(reads) > MOST_OF_ONE_NAME:
        raise UserError(
            f"{path}: its first {len(reads)} reads are all called {reads[0].name!r}; mates and "
            "fragments are told by their names: give the file as the instrument wrote it"
        )
    pairs = list(zip(reads[::2], reads[1::2], strict=False))
    if not pairs or any(stem(one.name) != stem(other.name) for one, other in pairs):
        return
    if all(one.sequence == other.sequence for one, other in pairs):
        raise UserError(
            f"{path}: holds each read twice, one after the other; they would count twice: make "
            "the file again of each read once"
        )
    raise UserError(
        f"{path}: holds both mates of each pair one after the other (interleaved); split it "
        "into two files, for example with: fastp --interleaved_in -A -G -Q -L "
        f"--in1 {path} --out1 R1.fastq.gz --out2 R2.fastq.gz"
    )


def stem(name: str) -> str:
    """A read's name without /1 or /2."""
    return name[:-2] if name.endswith(("/1", "/2")) else name


def mate_number(read: FirstRead) -> str:
    """1 or 2 where name or comment tell it (``r/1``, ``1:N:0:ACGT``); else empty."""
    if read.name.endswith(("/1", "/2")):
        return read.name[-1]
    return read.comment[0] if read.comment[:2] in ("1:", "2:") else ""


def count_reads(
    path: Path,
    watched: Container[str] = (),
    look: Callable[[int, dnaio.SequenceRecord], None] | None = None,
) -> int:
    """Number of records, each parsed; `look` is called with those whose name is `watched`.

    Raises:
        UserError: The file is cut short or a record is damaged.
    """
    number = 0
    try:
        with dnaio.open(path, fileformat="fastq", open_threads=0) as reads:
            for number, read in enumerate(reads, start=1):
                if look is not None and read.id in watched:
                    look(number, read)
            return number
    except UNREADABLE as error:
        find_damage(path)
        raise UserError(f"{path}: cannot be read as FASTQ: {one_line(error)}") from error


def find_damage(path: Path) -> None:
    """Look for the first damaged record, one by one; slow, so only where a parser stopped.

    Raises:
        UserError: There is one, or the file cannot be read to its end.
    """
    for number, record in enumerate(_records(path), start=1):
        problem = _problem(record)
        if problem:
            raise damaged(path, number, problem)


def _records(path: Path) -> Iterator[list[bytes]]:
    lines = _lines(path)
    while record := list(itertools.islice(lines, 4)):
        yield record


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
        raise UserError(f"{path}: cannot be read: {error}; copy it anew") from error


def _lines(path: Path) -> Iterator[bytes]:
    rest = b""
    for block in _blocks(path):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest


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
