"""A change in its normal form: without shared bases, moved as far as it goes."""

from __future__ import annotations

from typing import NamedTuple

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.transcript import Fetch, Transcript, clamped


class NormalisedChange(NamedTuple):
    """Bases [start, end) of the axis replaced by `alternate`, moved as far 3' as possible.

    `leftmost` is the start of the same change moved as far 5' as possible.
    """

    start: int
    end: int
    alternate: str
    leftmost: int


def normalise(
    transcript: Transcript, start: int, reference: str, alternate: str
) -> NormalisedChange:
    """Trim a change (0-based on the contig, plus strand) and move it 3' along the transcript."""
    if transcript.minus_strand:
        alternate = reverse_complement(alternate)
    return _normalise(transcript.bases, *transcript.axis(start, start + len(reference)), alternate)


def normalise_on_plus(fetch: Fetch, start: int, reference: str, alternate: str) -> NormalisedChange:
    """Trim a change (0-based, plus strand) and move it right along the contig."""
    return _normalise(clamped(fetch), start, start + len(reference), alternate)


def _normalise(bases: Fetch, start: int, end: int, alternate: str) -> NormalisedChange:
    reference = bases(start, end)
    while reference and alternate and reference[0] == alternate[0]:
        reference, alternate, start = reference[1:], alternate[1:], start + 1
    while reference and alternate and reference[-1] == alternate[-1]:
        reference, alternate, end = reference[:-1], alternate[:-1], end - 1
    if reference and alternate:
        return NormalisedChange(start, end, alternate, start)
    moving = reference or alternate
    right = _slide_right(bases, end, moving)
    left = _slide_left(bases, start, moving)
    if alternate:
        turn = right % len(alternate)
        alternate = alternate[turn:] + alternate[:turn]
    return NormalisedChange(start + right, end + right, alternate, start - left)


def _slide_right(bases: Fetch, end: int, moving: str) -> int:
    """How far bases that are inserted or deleted can move right without another result."""
    size, moved = len(moving), 0
    while True:
        ahead = bases(end + moved, end + moved + size + 64)
        for base in ahead:
            if base != moving[moved % size] or base == "N":
                return moved
            moved += 1
        if not ahead:
            return moved


def _slide_left(bases: Fetch, start: int, moving: str) -> int:
    size, moved = len(moving), 0
    while True:
        behind = bases(start - moved - size - 64, start - moved)
        for base in reversed(behind):
            if base != moving[-1 - moved % size] or base == "N":
                return moved
            moved += 1
        if not behind:
            return moved
