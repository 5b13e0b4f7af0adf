"""A sequence as the reference with one jump: how an insertion arose, in spite of errors.

The mutant of a duplication is reference[:E] + filler + reference[S:], S <= E. Of a sequence with
errors the jump is found that needs the fewest edits: of its first part against a prefix of the
reference, of its last part against a suffix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.haplotype import encode

_FILLER_OPEN = 1.0
_FILLER_BASE = 0.3
"""The price of a base between the copies: cheaper than aligning random bases (about 0.45 edits a
base), dearer than the errors of a true copy."""

Distances = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Jump:
    """reference[:left] + filler + reference[right:], right <= left (reference coordinates).

    In the sequence the first part ends at `left_query`, the last one begins at `right_query`.
    """

    left: int
    right: int
    filler: str
    left_query: int
    right_query: int

    @property
    def length(self) -> int:
        """Net inserted bases."""
        return self.left - self.right + len(self.filler)

    @property
    def inserted(self) -> int:
        """The place (reference) where the insertion is written: behind the first copy."""
        return self.left


def fit_jump(sequence: str, reference: str, start: int, end: int, longest: int) -> Jump | None:
    """The best jump of a sequence that begins at reference base `start` and ends before `end`.

    Jumps of up to `longest` bases are looked for. None when the sequence has no insertion.
    """
    query = encode(sequence)
    ahead = encode(reference[start : end + longest])
    behind = encode(reference[max(0, start - longest) : end])
    left_cost, taken = _best_place(_prefix_costs(query, ahead))
    right_cost, left_over = _best_place(_prefix_costs(query[::-1], behind[::-1])[::-1])
    lefts, rights = start + taken, end - left_over
    found = _cheapest_cut(left_cost, right_cost, lefts, rights)
    if found is None:
        return None
    first, last = found
    jump = Jump(int(lefts[first]), int(rights[last]), sequence[first:last], first, last)
    return jump if jump.length > 0 else None


def _cheapest_cut(
    left_cost: Distances, right_cost: Distances, lefts: Places, rights: Places
) -> tuple[int, int] | None:
    """How long the first part of a sequence is, and where its last part begins, at the least price.

    By prefix and by suffix of the sequence: what its part costs, and where on the reference that
    part ends or begins. Between them lies the filler. None where no jump goes back.
    """
    size = len(left_cost) - 1
    filler = _FILLER_OPEN + _FILLER_BASE * np.arange(size + 1)
    filler[0] = 0.0
    least, found = np.inf, None
    for first in range(size + 1):
        price = left_cost[first] + right_cost[first:] + filler[: size + 1 - first]
        price = np.where(rights[first:] <= lefts[first], price, np.inf)
        at = int(price.argmin())
        if price[at] < least:
            least, found = price[at], (first, first + at)
    return found


def _prefix_costs(query: npt.NDArray[np.uint8], target: npt.NDArray[np.uint8]) -> Distances:
    """costs[q, t]: the edit distance of the first q bases of one and the first t of the other."""
    width = len(target) + 1
    steps = np.arange(width, dtype=np.int32)
    costs = np.empty((len(query) + 1, width), dtype=np.int32)
    costs[0] = steps
    for row, base in enumerate(query):
        above = costs[row]
        here = above + 1
        here[1:] = np.minimum(here[1:], above[:-1] + (target != base))
        # A deletion adds one for each base of the target that is passed over.
        costs[row + 1] = np.minimum.accumulate(here - steps) + steps
    return costs


def _best_place(costs: Distances) -> tuple[Distances, Places]:
    """For each prefix of the query the least cost, and the length of the target at that cost."""
    place = costs.argmin(axis=1)
    return costs[np.arange(len(costs)), place], place
