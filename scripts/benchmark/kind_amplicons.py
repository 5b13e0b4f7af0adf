"""Tiled amplicons over the cases of `scripts.benchmark.kind_cases`, and their primers hidden.

One amplicon holds all changes of a case between its primers, and what they copy; its neighbours
overlap with it by a few bases, so that some have a primer within what is changed: from such
molecules they make no product, as in the laboratory, but do from all others.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from operator import ne
from pathlib import Path

import pysam

from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.kind_cases import Case
from scripts.benchmark.kind_edits import Edit
from scripts.panel.hide_primers import ContigPrimers, hide_primers

_BESIDE_CHANGES = (12, 60)
"""Bases between what is changed and the primers of the amplicon that holds it."""
_INSERT = (110, 200)
"""Bases between the primers of the other amplicons."""
_SHARED = (2, 25)
"""Bases between primers that two neighbours both have."""
_ANOTHER = 1
"""Bases of a copy that may be others."""
_REACH = 250
"""Bases beside a case that are tiled."""


def amplicons_over(
    case: Case, sequence: str, primer_length: int, rng: random.Random
) -> list[Stretch]:
    """The amplicons of a case from left to right, primers included; every second one reversed.

    `sequence` is that of the contig.
    """
    edits = [edit for some in case.edits.values() for edit in some]
    low = min(edit[0] - _copied(edit, sequence) for edit in edits)
    low -= rng.randint(*_BESIDE_CHANGES)
    high = max(edit[1] for edit in edits) + rng.randint(*_BESIDE_CHANGES)
    inserts = [(low, high)]
    while inserts[0][0] > case.start - _REACH:
        end = inserts[0][0] + rng.randint(*_SHARED)
        inserts.insert(0, (end - rng.randint(*_INSERT), end))
    while inserts[-1][1] < case.start + _REACH:
        start = inserts[-1][1] - rng.randint(*_SHARED)
        inserts.append((start, start + rng.randint(*_INSERT)))
    return [
        Stretch(
            case.gene,
            start - primer_length,
            end + primer_length,
            f"{case.gene}|{case.start}.{number}",
            0.0,
            reverse=number % 2 == 1,
        )
        for number, (start, end) in enumerate(inserts)
    ]


def _copied(edit: Edit, sequence: str) -> int:
    """How many bases in front of it an insertion copies; 0 if it is no copy."""
    start, end, new = edit
    before = sequence[start - len(new) : start]
    return len(new) if start == end and sum(map(ne, before, new)) <= _ANOTHER else 0


def primers_of(amplicons: Iterable[Stretch], primer_length: int) -> dict[str, ContigPrimers]:
    """The primers of some amplicons by contig."""
    ends: dict[str, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
    for one in amplicons:
        left, right = ends.setdefault(one.contig, ([], []))
        left.append((one.start, one.start + primer_length))
        right.append((one.end - primer_length, one.end))
    return {contig: ContigPrimers(left, right) for contig, (left, right) in ends.items()}


def with_hidden_primers(
    bam: Path, amplicons: Sequence[Stretch], library: Library, fasta: Path, out: Path
) -> None:
    """A BAM with its index in which reads have no quality on their own primers."""
    hide_primers(bam, primers_of(amplicons, library.primer_length), fasta, out)
    pysam.index(str(out))
