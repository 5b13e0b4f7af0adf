"""Local changes of length in a read, as its alignment with a haplotype shows them.

Errors change the length of a long read everywhere by a base or two. An ITD changes it at one
place by its whole length, but the alignment may scatter it over the duplicated bases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import edlib

_OPERATION = re.compile(r"(\d+)([=XID])")
_PRICE = 0.2
"""What a base of the haplotype costs: a change of n bases is seen in one piece when the alignment
scatters it over less than n / 0.2 bases; errors rarely make one base in five longer."""
_DROP = 3.0
LEAST_CHANGE = 1
_EDGE = 10
_LONG = 30


@dataclass(frozen=True, slots=True)
class LengthChange:
    """Net inserted bases (below zero: deleted) of a read between two places of a haplotype.

    [start, end) are haplotype coordinates, [query_start, query_end) those of the read.
    """

    start: int
    end: int
    query_start: int
    query_end: int
    net: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A read against a haplotype: edit distance, mismatches, and the local changes of length."""

    errors: int
    mismatches: int
    gains: tuple[LengthChange, ...]
    losses: tuple[LengthChange, ...]


def compare(read: str, haplotype: str) -> Compared:
    """Align a cut read with a cut haplotype from end to end."""
    result = edlib.align(read, haplotype, mode="NW", task="path")
    operations = operations_of(result["cigar"])
    return Compared(
        result["editDistance"],
        sum(length for length, code in operations if code == "X"),
        tuple(_changes(operations, "I", "D")),
        tuple(_changes(operations, "D", "I")),
    )


def operations_of(cigar: str) -> list[tuple[int, str]]:
    """The operations of an extended CIGAR (=, X, I, D), length first."""
    return [(int(length), code) for length, code in _OPERATION.findall(cigar)]


def _changes(operations: list[tuple[int, str]], gain: str, loss: str) -> Iterator[LengthChange]:
    """Maximal stretches in which one kind of gap outweighs the other and the price of bases.

    The sums are those of Kadane's maximum subarray, closed when they fall by `_DROP`.
    """
    place = query = 0
    score = best = 0.0
    net = best_net = 0
    start = (0, 0)
    stop = (0, 0)
    sign = 1 if gain == "I" else -1
    for length, code in operations:
        if code == gain:
            if score <= 0:
                score, net, best, best_net = 0.0, 0, 0.0, 0
                start = (place, query)
            score += length
            net += length
        elif code == loss:
            score -= length
            net -= length
        if code in "=XD":
            place += length
            if code != gain:
                score -= _PRICE * length
        if code in "=XI":
            query += length
        if code == gain and score > best:
            best, best_net, stop = score, net, (place, query)
        if best_net >= LEAST_CHANGE and (score <= 0 or score <= best - max(_DROP, best / 5)):
            yield LengthChange(start[0], stop[0], start[1], stop[1], sign * best_net)
            score, net, best, best_net = 0.0, 0, 0.0, 0
    if best_net >= LEAST_CHANGE:
        yield LengthChange(start[0], stop[0], start[1], stop[1], sign * best_net)


def at_edge(change: LengthChange, width: int) -> bool:
    """Whether a change of a few bases may come from where the read was cut.

    An error at the end of a flank moves the cut. A long duplication may lie there truly.
    """
    beside = change.end < _EDGE or change.start > width - _EDGE
    return beside and abs(change.net) < _LONG


def distance(read: str, haplotype: str) -> int:
    """The edit distance of a cut read and a cut haplotype."""
    return int(edlib.align(read, haplotype, mode="NW", task="distance")["editDistance"])
