"""Primers of an amplicon assay: read from BEDPE or FASTA, placed on the locus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.common.fasta import read_fasta
from flt3itd.common.plurals import counted
from flt3itd.locus.flt3 import Locus
from flt3itd.reads.coordinates import Placement

LONGEST_AMPLICON = 1500
"""Bases, primers included. Mates of at most 300 bases read less than half of it; primers farther
apart are of two amplicons, or of two builds."""
_BEDPE_COLUMNS = 6


_WHOLE = re.compile("-?[0-9]{1,10}")
SHORTEST_PRIMER = 10
"""Bases; shorter ones bind at many places of a locus, and one without bases at all of them."""
_LONGEST_PRIMER = 100
"""Bases; what is longer is no oligonucleotide, such as the amplicon itself: its bases would be
hidden."""
_SEQUENCE = re.compile(f"[ACGT]{{{SHORTEST_PRIMER},}}")

_STRANDS = 8
"""The column (0-based) of the strand of the left primer in a BEDPE file that has them."""


class LonePrimer(NamedTuple):
    """The binding site of the primer of a kit with one: on a contig, 0-based half-open; + or -."""

    start: int
    end: int
    strand: str


class PrimerPair(NamedTuple):
    """The binding sites of two primers, 0-based half-open, on the locus or on a contig."""

    left_start: int
    left_end: int
    right_start: int
    right_end: int


def read_primers(path: Path, locus: Locus, placement: Placement) -> tuple[PrimerPair, ...]:
    """The primer pairs of the FLT3 locus in a BEDPE or FASTA file.

    BEDPE: contig, start, end of the left and of the right primer (0-based half-open, on the
    genome of the reads). FASTA: primer sequences 5' to 3'; a left and the next right primer
    downstream make a pair. None for a kit without a pair over FLT3, or with one primer.

    Raises:
        UserError: the file cannot be read, is empty, or a row is malformed.
    """
    text = read_primer_text(path)
    pairs = (
        _pairs_of_sequences(path, locus)
        if is_fasta(text)
        else _pairs_of_rows(path, text, locus, placement)
    )
    if not text.strip():
        raise UserError(f"{path}: no primers are in it; give those of this assay")
    return tuple(sorted(pairs))


def read_primer_text(path: Path) -> str:
    """The text of a file of primers. Raises UserError when it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the primers cannot be read: {error}") from error


def is_fasta(text: str) -> bool:
    """Whether primers are sequences; if not, they are rows of BEDPE."""
    return text.lstrip().startswith(">")


def rows_of_pairs(path: Path, text: str) -> Iterator[tuple[int, str, PrimerPair]]:
    """The pairs of a BEDPE file on their contigs: row (1-based), contig, sites on the contig.

    Rows of a primer alone are passed over.

    Raises UserError when a row is malformed.
    """
    for row, cells in _rows(path, text):
        if _lone_side(cells) is not None:
            continue
        numbers = _numbers(path, row, cells, (1, 2, 4, 5))
        if cells[0] != cells[3] or not 0 <= numbers[0] < numbers[1] <= numbers[2] < numbers[3]:
            raise UserError(
                f"{path}: row {row}: the left primer must end before the right one begins, on "
                "the same contig"
            )
        pair = PrimerPair(*numbers)
        _check_length(path, row, pair.left_end - pair.left_start)
        _check_length(path, row, pair.right_end - pair.right_start)
        if pair.right_end - pair.left_start > LONGEST_AMPLICON:
            raise UserError(
                f"{path}: row {row}: found an amplicon of "
                f"{counted(pair.right_end - pair.left_start, 'base')}, expected {LONGEST_AMPLICON} "
                "at most, as its reads begin at both primers; give the two primers of one amplicon"
            )
        yield row, cells[0], pair


def rows_of_lone_primers(path: Path, text: str) -> Iterator[tuple[int, str, LonePrimer]]:
    """The primers without a second one, as `rows_of_pairs`: the other side is ``. -1 -1``.

    One on the left side is read on the plus strand unless its strand (column 9, 10) says otherwise.
    """
    for row, cells in _rows(path, text):
        side = _lone_side(cells)
        if side is None:
            continue
        start, end = _numbers(path, row, cells, (3 * side + 1, 3 * side + 2))
        if not 0 <= start < end:
            raise UserError(f"{path}: row {row}: the primer must begin before it ends")
        _check_length(path, row, end - start)
        strand = cells[_STRANDS + side] if len(cells) > _STRANDS + side else "."
        yield row, cells[3 * side], LonePrimer(start, end, "+-"[side] if strand == "." else strand)


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a BEDPE file that are no comments, and their cells; none is there twice."""
    seen: dict[tuple[str, ...], int] = {}
    for row, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) < _BEDPE_COLUMNS:
            raise UserError(
                f"{path}: row {row}: found {len(cells)} columns separated by tabs, expected "
                "contig, start, end, contig, start, end"
            )
        sites = (*cells[:_BEDPE_COLUMNS], *cells[_STRANDS : _STRANDS + 2])
        if (first := seen.setdefault(sites, row)) != row:
            raise UserError(
                f"{path}: row {row}: the primers of row {first} again; take one of the rows out, "
                "or give the primers that were meant"
            )
        yield row, cells


def _numbers(path: Path, row: int, cells: list[str], columns: Iterable[int]) -> list[int]:
    if not all(_WHOLE.fullmatch(cells[column]) for column in columns):
        text = "\t".join(cells)
        raise UserError(
            f"{path}: row {row}: found {text!r}, expected whole numbers in columns 2, 3, 5, 6"
        )
    return [int(cells[column]) for column in columns]


def _check_length(path: Path, row: int, bases: int) -> None:
    """Refuse a site that is none of an oligonucleotide."""
    if not SHORTEST_PRIMER <= bases <= _LONGEST_PRIMER:
        raise UserError(
            f"{path}: row {row}: found a primer of {counted(bases, 'base')}, expected "
            f"{SHORTEST_PRIMER} to {_LONGEST_PRIMER}; give where the primers bind, not the amplicon"
        )


def _lone_side(cells: list[str]) -> int | None:
    """Which side (0 or 1) of a row has a primer while the other one is unknown; None of a pair."""
    unknown = [cells[at] == "." or cells[at + 1] == "-1" for at in (0, 3)]
    return unknown.index(False) if unknown[0] is not unknown[1] else None


def primer_sequences(path: Path) -> list[str]:
    """The sequences of a FASTA file of primers.

    Raises:
        UserError: It cannot be read, or a sequence could bind nowhere or everywhere.
    """
    found = list(read_fasta(path, "the primers"))
    for name, sequence in found:
        if not _SEQUENCE.fullmatch(sequence):
            raise UserError(
                f"{path}: primer {name!r}: found {sequence[:50]!r}; give at least "
                f"{SHORTEST_PRIMER} letters of A, C, G, T, from 5' to 3', without tails and "
                "modifications"
            )
    return [sequence for _, sequence in found]


def _pairs_of_rows(path: Path, text: str, locus: Locus, placement: Placement) -> set[PrimerPair]:
    pairs = set()
    for _, contig, found in rows_of_pairs(path, text):
        if contig.removeprefix("chr") != placement.contig.removeprefix("chr"):
            continue
        sites = (found.left_start, found.left_end, found.right_start, found.right_end)
        pair = PrimerPair(*(place - placement.shift for place in sites))
        if pair.left_start >= 0 and pair.right_end <= len(locus):
            pairs.add(pair)
    return pairs


def _pairs_of_sequences(path: Path, locus: Locus) -> set[PrimerPair]:
    primers = primer_sequences(path)
    lefts = [(at, at + len(one)) for one in primers if (at := locus.sequence.find(one)) >= 0]
    rights = sorted(
        (at, at + len(one))
        for one in primers
        if (at := locus.sequence.find(reverse_complement(one))) >= 0
    )
    pairs = set()
    for start, end in lefts:
        right = next((site for site in rights if site[0] >= end), None)
        if right is not None and right[1] - start <= LONGEST_AMPLICON:
            pairs.add(PrimerPair(start, end, *right))
    return pairs
