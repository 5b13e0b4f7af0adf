"""Molecules with more copies of a unit, as insertions, and the reads of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

import pysam

from scripts.panel.alleles import Allele
from tests.panel_builders import CONTIG, GENOME, READ, other, read

FIRST, SIZE = 240, 38
UNIT = GENOME[FIRST : FIRST + SIZE]


def copies_of(inserted: int, unit: str = UNIT) -> Allele:
    anchor = GENOME[FIRST - 1]
    return Allele(CONTIG, FIRST - 1, anchor, anchor + unit * inserted)


def reads_of_copies(
    molecules: Mapping[int, int], size: int = SIZE, changed: Collection[int] = ()
) -> list[pysam.AlignedSegment]:
    """Reads from each base of molecules (units inserted: number), aligned by their longest part.

    Molecules with a copy have another base at each of the places `changed` of their sequence.
    """
    found: list[pysam.AlignedSegment] = []
    end = FIRST + size
    for inserted, number in molecules.items():
        pieces = [(0, end), *[(FIRST, end)] * (inserted - 1)]
        pieces = [*pieces, (FIRST, len(GENOME))] if inserted else [(0, len(GENOME))]
        text = "".join(GENOME[low:high] for low, high in pieces)
        for at in changed if inserted else ():
            text = text[:at] + other(text[at]) + text[at + 1 :]
        ends = [0]
        for low, high in pieces:
            ends.append(ends[-1] + high - low)
        for first in range(60, len(text) - READ - 60):
            held = [
                (max(first, low), min(first + READ, high), start - low)
                for (low, high), (start, _) in zip(pairwise(ends), pieces, strict=True)
            ]
            low, high, shift = max(held, key=lambda one: one[1] - one[0])
            sides = ((low - first, "S"), (high - low, "M"), (first + READ - high, "S"))
            for _ in range(number):
                one = read(f"r{len(found)}", low + shift)
                one.query_sequence = text[first : first + READ]
                one.query_qualities = pysam.qualitystring_to_array("F" * READ)
                one.cigarstring = "".join(f"{n}{kind}" for n, kind in sides if n)
                found.append(one)
    return found
