"""The consensus of families, by base and quality, many families at once.

Reads are compared base by base (`flt3itd.molecules.base_scores`) from their 5' end, as they were
sequenced: no gap is believed. A read that goes out of step with its family, by an error of length,
is left out from there on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from flt3itd.molecules.base_scores import (
    LEAST_QUALITY,
    MOST_READS,
    SCORE,
    decided,
    of_one_read,
)
from flt3itd.molecules.letters import (
    BASE_SHIFT,
    HIGHEST_QUALITY,
    NO_BASE,
    Booleans,
    Bytes,
    Integers,
    row_lengths,
)
from flt3itd.reads.columns import true_by_row

Counts = npt.NDArray[np.uint16]

_DUPLEX_HIGHEST = 90
_ROWS_AT_A_TIME = 1 << 12

_OUT_OF_STEP = 16
_LEAST_WRONG = 7
"""Of 16 bases, 7 that differ from the family are no errors of single bases."""
_DISPUTED = 3
"""A base is disputed where a third of the reads or more has another one."""


@dataclass(frozen=True)
class Consensus:
    """One read for each family: bases (0 to 3), quality (0: no base), depth and errors by base.

    `depth` counts the reads with a base that is evidence, `errors` those that have another one.
    """

    bases: Bytes
    qualities: Bytes
    depth: Counts
    errors: Counts

    def __len__(self) -> int:
        return len(self.bases)

    def lengths(self) -> Integers:
        """Where the last base of each read ends."""
        return row_lengths(self.qualities)

    def take(self, rows: Integers | slice) -> Consensus:
        """Those of some families."""
        return self._changed(lambda column: column[rows])

    def widened(self, width: int) -> Consensus:
        """With columns of no base behind."""
        missing = ((0, 0), (0, width - self.bases.shape[1]))
        return self._changed(lambda column: np.pad(column, missing))

    def where(self, kept: Booleans) -> Consensus:
        """Without the bases of which this is not told."""
        return self._changed(lambda column: column * kept)

    def _changed(self, change: Callable[[npt.NDArray[Any]], npt.NDArray[Any]]) -> Consensus:
        """With each column changed alike."""
        columns = self.bases, self.qualities, self.depth, self.errors
        return Consensus(*(change(column) for column in columns))

    @classmethod
    def empty(cls, families: int, width: int) -> Consensus:
        """Without any base."""
        shape = families, width
        return cls(
            np.zeros(shape, dtype=np.uint8),
            np.zeros(shape, dtype=np.uint8),
            np.zeros(shape, dtype=np.uint16),
            np.zeros(shape, dtype=np.uint16),
        )

    def put(self, rows: Integers | slice, other: Consensus) -> None:
        """Write over some rows."""
        for column in ("bases", "qualities", "depth", "errors"):
            getattr(self, column)[rows] = getattr(other, column)


def call_consensus(letters: Bytes, starts: Integers) -> Consensus:
    """The consensus of rows of letters; the rows of family i begin at `starts[i]`.

    Of a family of more than `MOST_READS` the first ones are taken.
    """
    width, count = letters.shape[1], len(starts)
    consensus = Consensus.empty(count, width)
    bounds = np.append(starts, len(letters))
    first = 0
    while first < count and width:
        last = int(np.searchsorted(bounds, bounds[first] + _ROWS_AT_A_TIME, side="right")) - 1
        last = max(first + 1, min(last, count))
        rows = letters[bounds[first] : bounds[last]]
        called = _without_strays(rows, bounds[first : last + 1] - bounds[first])
        consensus.put(slice(first, last), called)
        first = last
    return consensus


def _without_strays(letters: Bytes, bounds: Integers) -> Consensus:
    """The consensus of a block of families, without what is out of step with its family."""
    sizes = np.diff(bounds)
    consensus, wrong = _called(letters, bounds[:-1], sizes)
    family = np.repeat(np.arange(len(sizes)), sizes)
    suspected = np.unique(family[wrong >= _LEAST_WRONG])
    if not len(suspected):
        return _undisputed(consensus)
    rows = np.flatnonzero(np.isin(family, suspected))
    number = np.searchsorted(suspected, family[rows])
    own = letters[rows]
    cut = _breaks(own, number, consensus.take(suspected), sizes[suspected])
    kept = np.where(np.arange(letters.shape[1]) < cut[:, None], own, np.uint8(NO_BASE))
    sizes = sizes[suspected]
    again, _ = _called(kept, np.cumsum(sizes) - sizes, sizes)
    _count_strays(again, own, number, cut)
    consensus.put(suspected, again)
    return _undisputed(consensus)


def _count_strays(consensus: Consensus, letters: Bytes, family: Integers, cut: Integers) -> None:
    """Count reads that go out of step as other bases where they do; behind, none is compared."""
    rows = np.flatnonzero(cut < letters.shape[1])
    place = family[rows], cut[rows]
    differs = (letters[rows, cut[rows]] >> np.uint8(BASE_SHIFT)) != consensus.bases[place]
    strays = differs & (consensus.qualities[place] > 0)
    place = place[0][strays], place[1][strays]
    np.add.at(consensus.depth, place, 1)
    np.add.at(consensus.errors, place, 1)


def _undisputed(consensus: Consensus) -> Consensus:
    """The same, cut where about as many reads of a family say one thing as another.

    Each of them differs from the consensus in half of the bases only, and seems to be in step:
    so two molecules with one UMI, with and without an ITD, made a third sequence.
    """
    disputed = (_DISPUTED * consensus.errors >= consensus.depth) & (consensus.errors > 0)
    rows = np.flatnonzero(true_by_row(disputed) >= _LEAST_WRONG)
    if not len(rows):
        return consensus
    consensus.put(rows, _cut(consensus.take(rows), _dense(disputed[rows])))
    return consensus


def _cut(consensus: Consensus, dense: Booleans) -> Consensus:
    """The consensus without what follows the first base of which this is told."""
    return consensus.where(np.cumsum(dense, axis=1) == 0)


def _dense(wrong: Booleans) -> Booleans:
    """Which wrong bases have so many others behind them that they are no errors of single bases."""
    width = wrong.shape[1]
    sums = np.cumsum(np.pad(wrong, ((0, 0), (1, _OUT_OF_STEP - 1))), axis=1, dtype=np.int16)
    found: Booleans = wrong & (sums[:, _OUT_OF_STEP:] - sums[:, :width] >= _LEAST_WRONG)
    return found


def _called(letters: Bytes, starts: Integers, sizes: Integers) -> tuple[Consensus, Integers]:
    """The consensus of families, and by read the bases that differ from it.

    The families are gone through from the greatest on, one read of each at a time.
    """
    width = letters.shape[1]
    order = np.argsort(-sizes, kind="stable")
    first = starts[order]
    ranks = min(int(sizes.max()), MOST_READS)
    having = np.searchsorted(-sizes[order], -np.arange(1, ranks + 1), side="right")
    several = int(having[1]) if ranks > 1 else 0
    scores = SCORE[letters[first[:several]]]
    for rank in range(1, ranks):
        scores[: having[rank]] += SCORE[letters[first[: having[rank]] + rank]]
    of_several, of_one = decided(scores), of_one_read(letters[first[several:]])
    bases, qualities = (np.concatenate(both) for both in zip(of_several, of_one, strict=True))
    depth, errors = (np.zeros((len(order), width), dtype=np.uint16) for _ in range(2))
    wrong = np.zeros(len(letters), dtype=np.int64)
    chosen = bases << np.uint8(BASE_SHIFT)
    for rank in range(ranks):
        count = having[rank]
        rows = first[:count] + rank
        own = letters[rows]
        evidence = (own & np.uint8(HIGHEST_QUALITY)) >= LEAST_QUALITY
        differs = ((own ^ chosen[:count]) > HIGHEST_QUALITY) & evidence
        depth[:count] += evidence
        errors[:count] += differs
        wrong[rows] = true_by_row(differs)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Consensus(bases, qualities, depth, errors).take(back), wrong


def _breaks(letters: Bytes, family: Integers, consensus: Consensus, sizes: Integers) -> Integers:
    """From which column on each read no longer fits its family: the width of those that do.

    Where half of a family or more does not fit, nobody knows who is right: all are cut there.
    """
    width = letters.shape[1]
    wrong = (letters >> np.uint8(BASE_SHIFT)) != consensus.bases[family]
    wrong &= (letters & np.uint8(HIGHEST_QUALITY)) >= LEAST_QUALITY
    dense = _dense(wrong)
    breaks = np.where(dense.any(axis=1), dense.argmax(axis=1), width)
    strays = np.bincount(family, weights=breaks < width, minlength=len(sizes))
    earliest = np.full(len(sizes), width, dtype=np.int64)
    np.minimum.at(earliest, family, breaks)
    found: Integers = np.where((2 * strays >= sizes)[family], earliest[family], breaks)
    return found


def duplex(one: Consensus, other: Consensus) -> Consensus:
    """The consensus of both strands of molecules, row by row; a base of one strand alone stays.

    Where they agree the qualities add up; else the better one wins by what it is better, and none
    where they are equal (as fgbio CallDuplexConsensusReads). Nothing is told from where on they go
    on differing: these are two molecules.
    """
    mine, theirs = one.qualities.astype(np.int64), other.qualities.astype(np.int64)
    agree = one.bases == other.bases
    both = (mine > 0) & (theirs > 0)
    quality = np.where(both & ~agree, np.abs(mine - theirs), mine + theirs)
    bases = np.where(theirs > mine, other.bases, one.bases)
    lost = both & ~agree & (mine == theirs)
    errors = one.errors + other.errors
    errors += np.where(both & ~agree, np.where(theirs > mine, one.depth, other.depth), np.uint16(0))
    found = Consensus(
        np.where(lost, 0, bases).astype(np.uint8),
        np.where(lost, 0, np.minimum(quality, _DUPLEX_HIGHEST)).astype(np.uint8),
        one.depth + other.depth,
        errors,
    )
    return _cut(found, _dense(both & ~agree))
