"""Whole molecules: the two reads of an amplicon's fragment put together where they overlap.

Between two primers they show all of a molecule, also where neither of them does, and how often and
how a unit is copied. Only haplotypes are proposed here. Coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.haplotype import Haplotype, encode
from flt3itd.insertions.parts import assemble
from flt3itd.reads.alignment import Flag
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.columns import are_among
from flt3itd.reads.read_set import ReadSet

LEAST_FRAGMENTS = 3
LEAST_SHARE = 0.01
"""Of the fragments that were put together, those that must agree on a molecule's length."""
LEAST_OVERLAP = 20
MORE_THAN_ANOTHER = 40
"""Bases by which one overlap must be longer than any other: equal copies fit in many ways."""
_MISMATCHES = 0.06
"""Share of the bases of an overlap: ends of reads have most errors."""
_AGREEMENT = 0.8
"""Share of the fragments of one length that must show each base: else there are two molecules."""
_SEED = 12
_SEEDS = 4
_END = 15
"""Bases at the end of a fragment that stand on the reference."""
_NEAR = 5
_MOST_READS = 3000
"""About so many split reads are looked at, whatever the depth."""


def whole_molecules(
    reads: ReadSet, amplicons: Sequence[Amplicon], wildtype: Haplotype, shortest: int
) -> Iterator[Haplotype]:
    """What the molecules of amplicons are, read from end to end, the best supported first.

    Those with an insertion of `shortest` bases or more; of each length the one that nearly all of
    its fragments agree on.
    """
    reference = wildtype.reference
    for amplicon in amplicons:
        if amplicon.sheared or amplicon.shapes is not None:
            continue
        groups: defaultdict[int, list[str]] = defaultdict(list)
        for left, right, is_left_read in _pairs(reads, amplicon, reference):
            molecule = put_together(left, right, left_stands=is_left_read)
            if molecule is not None:
                groups[len(molecule)].append(molecule)
        least = max(LEAST_FRAGMENTS, LEAST_SHARE * sum(map(len, groups.values())))
        for size, molecules in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
            if len(molecules) < least or size < amplicon.end - amplicon.start + shortest:
                continue
            bases = np.stack([encode(one) for one in molecules])
            counts = np.stack([(bases == base).sum(axis=0) for base in b"ACGT"])
            if counts.max(axis=0).min() < _AGREEMENT * len(molecules):
                continue
            text = encode("ACGT")[counts.argmax(axis=0)].tobytes().decode("ascii")
            found = assemble(reference, amplicon.start, amplicon.end, text)
            if found is not None and found.insertion is not None:
                yield found


class _Mate(NamedTuple):
    sequence: str
    is_reverse: bool
    is_plain: bool = False


def _pairs(reads: ReadSet, amplicon: Amplicon, reference: str) -> Iterator[tuple[str, str, bool]]:
    """The left and right reads of fragments that begin and end with an amplicon.

    One at least does not lie on the reference from end to end, and its bases are known: whether
    those of the left read should stand.
    """
    step = max(1, len(reads.split) // _MOST_READS)
    chosen: defaultdict[int, list[_Mate]] = defaultdict(list)
    for read in reads.split:
        if read.fragment % step == 0:
            chosen[read.fragment].append(_Mate(read.sequence, read.is_reverse))
    start, end, fragment = reads.plain()
    reverse = reads.plain_bits(Flag.REVERSE)
    for row in np.flatnonzero(are_among(fragment, list(chosen))).tolist():
        bases = reference[start[row] : end[row]]
        chosen[int(fragment[row])].append(_Mate(bases, bool(reverse[row]), True))
    first = reference[amplicon.start : amplicon.start + _END]
    last = reference[amplicon.end - _END : amplicon.end]
    for mates in chosen.values():
        mates.sort(key=lambda mate: mate.is_reverse)
        if [mate.is_reverse for mate in mates] != [False, True]:
            continue
        left, right = (mate.sequence for mate in mates)
        begins = left.find(first, 0, _NEAR + _END)
        ends = right.rfind(last, max(0, len(right) - _NEAR - _END))
        if begins >= 0 and ends >= 0:
            yield left[begins:], right[: ends + _END], mates[1].is_plain


def put_together(left: str, right: str, *, left_stands: bool = False) -> str | None:
    """The molecule of two reads; None where they do not overlap, or in several ways.

    Where they differ the bases of the right one stand, or those of the left.
    """
    places = {
        place - at
        for at in range(0, _SEED * _SEEDS, _SEED)
        for place in _places(left, right[at : at + _SEED])
        if place >= at
    }
    one, other = encode(left), encode(right)
    fitting: list[int] = []
    for place in places:
        overlap = min(len(left) - place, len(right))
        differing = int((one[place : place + overlap] != other[:overlap]).sum())
        if overlap >= LEAST_OVERLAP and differing <= _MISMATCHES * overlap:
            fitting.append(place)
    fitting.sort()
    if not fitting or (len(fitting) > 1 and fitting[1] - fitting[0] < MORE_THAN_ANOTHER):
        return None
    cut = len(left) if left_stands else fitting[0]
    return left[:cut] + right[cut - fitting[0] :]


def _places(sequence: str, seed: str) -> Iterator[int]:
    at = sequence.find(seed)
    while at >= 0:
        yield at
        at = sequence.find(seed, at + 1)
