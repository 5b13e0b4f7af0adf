"""Primers of an amplicon assay: read from BEDPE or FASTA, placed on the locus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import dnaio

from flt3itd.bases import reverse_complement
from flt3itd.errors import UserError
from flt3itd.locus import Locus
from flt3itd.placement import Placement

_LONGEST_AMPLICON = 1500
_BEDPE_COLUMNS = 6


@dataclass(frozen=True, order=True)
class PrimerPair:
    """The binding sites of two primers: locus coordinates, 0-based half-open."""

    left_start: int
    left_end: int
    right_start: int
    right_end: int


def read_primers(path: Path, locus: Locus, placement: Placement) -> tuple[PrimerPair, ...]:
    """The primer pairs of the FLT3 locus in a BEDPE or FASTA file.

    BEDPE: contig, start, end of the left and of the right primer (0-based half-open, on the
    genome of the reads). FASTA: primer sequences 5' to 3'; a left and the next right primer
    downstream make a pair.

    Raises:
        UserError: the file cannot be read, a row is malformed, or no primer lies on the locus.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the primers cannot be read: {error}") from error
    pairs = (
        _pairs_of_sequences(path, locus)
        if text.lstrip().startswith(">")
        else _pairs_of_rows(path, text, locus, placement)
    )
    if not pairs:
        raise UserError(
            f"{path}: no primer pair lies on FLT3 exons 12 to 21 of {placement.build}; "
            "give the primers of this assay, on the genome of the reads"
        )
    return tuple(sorted(pairs))


def _pairs_of_rows(path: Path, text: str, locus: Locus, placement: Placement) -> set[PrimerPair]:
    pairs = set()
    for row, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) < _BEDPE_COLUMNS:
            raise UserError(
                f"{path}: row {row}: found {len(cells)} columns separated by tabs, expected "
                "contig, start, end, contig, start, end"
            )
        try:
            numbers = [int(cells[column]) for column in (1, 2, 4, 5)]
        except ValueError:
            raise UserError(
                f"{path}: row {row}: found {line!r}, expected whole numbers in columns 2, 3, 5, 6"
            ) from None
        if cells[0] != cells[3] or not numbers[0] < numbers[1] <= numbers[2] < numbers[3]:
            raise UserError(
                f"{path}: row {row}: the left primer must end before the right one begins, on "
                "the same contig"
            )
        if cells[0].removeprefix("chr") != placement.contig.removeprefix("chr"):
            continue
        pair = PrimerPair(*(number - placement.shift for number in numbers))
        if pair.left_start >= 0 and pair.right_end <= len(locus):
            pairs.add(pair)
    return pairs


def _pairs_of_sequences(path: Path, locus: Locus) -> set[PrimerPair]:
    try:
        with dnaio.open(path, mode="r") as records:
            primers = [record.sequence.upper() for record in records]
    except (dnaio.FileFormatError, OSError, ValueError) as error:
        raise UserError(f"{path}: the primers cannot be read: {error}") from error
    lefts = [(at, at + len(one)) for one in primers if (at := locus.sequence.find(one)) >= 0]
    rights = sorted(
        (at, at + len(one))
        for one in primers
        if (at := locus.sequence.find(reverse_complement(one))) >= 0
    )
    pairs = set()
    for start, end in lefts:
        right = next((site for site in rights if site[0] >= end), None)
        if right is not None and right[1] - start <= _LONGEST_AMPLICON:
            pairs.add(PrimerPair(start, end, *right))
    return pairs
