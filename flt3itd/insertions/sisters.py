"""Sisters: ITDs that differ from another one in single bases, as proposals.

The reads of a sister clone with another base in its filler, or in a copy, fit the ITD of the other
clone best, and an aligner sees no difference. Where many of the reads of an ITD agree on another
base, these are asked what they have in common. All coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import Fit, ReadMatrix
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.shown_bases import MAJORITY, ShownBases
from flt3itd.reads.columns import count_distinct
from flt3itd.reads.percentile import percentile

LEAST_FRAGMENTS = 5
"""Fragments that must show another base: an ITD has many bases that a sequencer may misread."""
LEAST_SISTER_SHARE = 0.1
"""Share of the fragments over it that must: a given error is in 1 % of them at most."""
_BESIDE = 60
"""Bases on both sides of an ITD that tell how often its reads have one base for another."""
_LEAST_PLACES, _LEAST_READS = 5, 50
_MOST_LOOKED_AT = 4000
"""Reads that tell a share of 1 % to a sixth of it."""
_UPPER = 75
"""Percentile of the places: one mate alone, which has other errors, lies over those on one side."""
_MATES = 2
"""A fragment has a wrong base where either mate has it."""


def sisters(
    haplotype: Haplotype, reads: ReadMatrix, fitted: Fit, own: npt.NDArray[np.bool_]
) -> Iterator[Haplotype]:
    """The ITD with the other bases that a part of its own reads agree on in its copies and filler.

    Nothing for one with gaps beside it; other bases beside stay.

    `own` marks the reads that fit this haplotype better than any other.
    """
    rows = np.flatnonzero(own)
    insertion = haplotype.insertion
    if insertion is None or haplotype.has_gaps_beside or len(rows) < LEAST_FRAGMENTS:
        return
    first, last = touched_span(haplotype.alone)
    places = np.arange(first, last + insertion.length, dtype=np.int64)
    shown = ShownBases.of(reads, fitted, rows, places)
    told = _most_told(shown, haplotype.bases[places])
    if told is None:
        return
    bases = haplotype.bases.copy()
    alike = shown.covers[told] & (shown.bases[told] != bases[places])
    agreed = alike.sum(axis=0) >= np.maximum(2, MAJORITY * shown.covers[told].sum(axis=0))
    for column in np.flatnonzero(agreed).tolist():
        counted = np.bincount(shown.bases[told][alike[:, column], column], minlength=256)
        bases[places[column]] = counted.argmax()
    sequence, reference = bases.tobytes().decode("ascii"), haplotype.reference
    tail = len(reference) - last
    whole = insertion_between(reference, first, last, sequence[first : len(sequence) - tail])
    if whole is not None:
        yield Haplotype(reference, whole, haplotype.beside)


def _most_told(shown: ShownBases, expected: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64] | None:
    """The rows that show the other base which most fragments agree on; None where too few do."""
    best: npt.NDArray[np.int64] | None = None
    most = 0
    differs = shown.covers & (shown.bases != expected)
    # Fragments are no more than their reads, nor fewer than these by the most that one has.
    reads_of_one = np.bincount(shown.fragment).max(initial=1)
    least = np.maximum(
        LEAST_FRAGMENTS, LEAST_SISTER_SHARE * shown.covers.sum(axis=0) / reads_of_one
    )
    for column in np.flatnonzero(differs.sum(axis=0) >= least).tolist():
        everyone = count_distinct(shown.fragment[shown.covers[:, column]])
        for base in b"ACGT":
            rows = np.flatnonzero(differs[:, column] & (shown.bases[:, column] == base))
            fragments = count_distinct(shown.fragment[rows])
            if fragments >= max(LEAST_FRAGMENTS, LEAST_SISTER_SHARE * everyone, most + 1):
                best, most = rows, fragments
    return best


def misread_share(
    one: Haplotype, other: Haplotype, reads: ReadMatrix, fitted: Fit, own: npt.NDArray[np.bool_]
) -> float:
    """How many fragments of `other` have by error, at most, the one base that `one` has otherwise.

    Damage and dyes make one base of another one, at many places of the same reads: beside the ITD
    these show the share. 0 where too few places or reads tell it. `own` are the reads of `other`.
    """
    if other.insertion is None:
        return 0.0
    differing = int(np.flatnonzero(one.bases != other.bases)[0])
    expected, base = other.bases[differing], one.bases[differing]
    first, last = touched_span(other)
    last += other.insertion.length
    around = np.concatenate((np.arange(first - _BESIDE, first), np.arange(last, last + _BESIDE)))
    around = around[(around >= 0) & (around < len(other.bases))]
    rows = np.flatnonzero(own)
    rows = rows[:: 1 + len(rows) // _MOST_LOOKED_AT]
    shown = ShownBases.of(reads, fitted, rows, around[other.bases[around] == expected])
    wrong = (shown.covers & (shown.bases == base)).sum(axis=0)
    told = wrong + (shown.covers & (shown.bases == expected)).sum(axis=0)
    enough = told >= _LEAST_READS
    if enough.sum() < _LEAST_PLACES:
        return 0.0
    return _MATES * percentile(wrong[enough] / told[enough], _UPPER)
