"""Comparing reads with haplotypes: which haplotype a read fits best, and which part of it.

The aligner's CIGAR is used for one thing only, the diagonals: where on a haplotype a read may lie.
Each read is then compared base by base with every haplotype, and the best-scoring stretch counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.copies import shifts, touched_span
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.reads.columns import stretches, true_by_row
from flt3itd.reads.read_set import SplitColumns, SplitRead

Scores = npt.NDArray[np.int32]

_MATCH = 1
_GOOD_QUALITY = 20
_MISMATCH_BY_QUALITY = np.repeat(
    np.array([-1, -2, -4], dtype=np.int8), [10, _GOOD_QUALITY - 10, 256 - _GOOD_QUALITY]
)
"""Penalty of a mismatch by Phred quality: more from 10, and from 20 upwards."""
ROWS_AT_ONCE = 2048
"""Reads that are looked at together: their matrices stay in the processor's cache."""
_FITTED_AT_ONCE = 16_384
"""Reads that are fitted together: some of them are copied several times."""
_LONG_READ = 8000
"""From this width on the sums of penalties need more than 16 bits."""
_FEW = 16
"""Differing bases up to which there are far fewer runs of equal ones than bases."""
TIE = 2
"""Haplotypes whose scores for a read differ by so much fit it equally well."""
_END_BONUS = 5
"""A stretch goes on to the read's end when that costs no more, as with bwa's clipping penalty."""


@dataclass(frozen=True)
class ReadMatrix:
    """Reads as rows: bases and penalties padded to one width, and the two diagonals.

    `fitted` is how they fit the haplotypes that are in question.
    """

    bases: npt.NDArray[np.uint8]
    penalty: npt.NDArray[np.int8]
    length: npt.NDArray[np.int64]
    first_diagonal: npt.NDArray[np.int64]
    last_diagonal: npt.NDArray[np.int64]
    fragment: npt.NDArray[np.int64]
    fitted: dict[Haplotype, Fit] = field(default_factory=dict, init=False, compare=False)

    def __len__(self) -> int:
        return len(self.length)

    @classmethod
    def of(cls, reads: Sequence[SplitRead]) -> ReadMatrix:
        """The matrix of a list of reads, row by row."""
        return cls.of_columns(SplitColumns(reads))

    @classmethod
    def of_columns(cls, split: SplitColumns) -> ReadMatrix:
        """The same of reads some columns of which may be known."""
        reads, length = split.reads, split.length
        shape = len(reads), int(length.max(initial=0))
        bases, penalty = np.empty(shape, dtype=np.uint8), np.empty(shape, dtype=np.int8)
        by_quality = _penalties(_best_quality(reads))
        for part in _parts_of(reads):  # texts of all at once are memory that is new each time
            bases[part], penalty[part] = _rows_of(reads[part], shape[1], by_quality)
        return cls(
            bases,
            penalty,
            length,
            split["first_diagonal"],
            split["last_diagonal"],
            split["fragment"],
        )

    def rows(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> ReadMatrix:
        """The matrix of some of the reads."""
        return ReadMatrix(
            self.bases[chosen],
            self.penalty[chosen],
            self.length[chosen],
            self.first_diagonal[chosen],
            self.last_diagonal[chosen],
            self.fragment[chosen],
        )

    def fits(self, haplotypes: Sequence[Haplotype], reach: int) -> tuple[Fit, ...]:
        """How every read fits haplotypes of one reference; of all others it is forgotten."""
        for other in self.fitted.keys() - set(haplotypes):
            del self.fitted[other]
        return tuple(self.fit_of(one, reach) for one in haplotypes)

    def fit_of(self, haplotype: Haplotype, reach: int) -> Fit:
        """How every read fits a haplotype, which is found once (`fit`, `fit_mutant`)."""
        found = self.fitted.get(haplotype)
        if found is None:
            if haplotype.parts:
                wildtype = self.fit_of(Haplotype(haplotype.reference), reach)
                found = fit_mutant(self, haplotype, wildtype, reach)
            else:
                found = fit(self, haplotype)
            self.fitted[haplotype] = found
        return found


def _parts_of(reads: Sequence[SplitRead]) -> list[slice]:
    return [slice(row, row + ROWS_AT_ONCE) for row in range(0, len(reads), ROWS_AT_ONCE)]


def _best_quality(reads: Sequence[SplitRead]) -> int:
    """The best quality of a base, or the first that is good; 0 without reads."""
    best = 0
    for part in _parts_of(reads):
        qualities = b"".join(read.qualities for read in reads[part])
        best = max(best, int(np.frombuffer(qualities, np.uint8).max(initial=0)))
        if best >= _GOOD_QUALITY:
            break
    return best


def _penalties(best: int) -> bytes:
    """The penalty of a mismatch by Phred quality, by how far it is from the best there is.

    Where none is good (a program wrote one quality for all bases) the best ones count as good.
    """
    return np.roll(_MISMATCH_BY_QUALITY, -max(0, _GOOD_QUALITY - best)).tobytes()


def _rows_of(
    reads: Sequence[SplitRead], width: int, penalties: bytes
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
    """Bases (ASCII) and penalties of reads, side by side from column 0; 0 behind their ends."""
    sequences, qualities = [read.sequence for read in reads], [read.qualities for read in reads]
    if any(len(sequence) != width for sequence in sequences):
        sequences = [sequence.ljust(width, "\0") for sequence in sequences]
        qualities = [row.ljust(width, b"\0") for row in qualities]
    text, quality = "".join(sequences), b"".join(qualities)
    bases = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    penalty = np.frombuffer(quality.translate(penalties), dtype=np.int8)
    penalty = penalty * ((bases != ord("N")) & (bases != 0))
    return bases.reshape(len(reads), width), penalty.reshape(len(reads), width)


class ComparedReads(NamedTuple):
    """Reads that are compared with haplotypes, and the same as a matrix, row by row.

    They are those over a `stretch` of the reference, 0-based half-open, where one was asked for.
    """

    split: Sequence[SplitRead]
    matrix: ReadMatrix
    stretch: tuple[int, int] | None = None

    @classmethod
    def of(
        cls, split: Sequence[SplitRead] | SplitColumns, stretch: tuple[int, int] | None = None
    ) -> ComparedReads:
        """Some reads with their matrix."""
        columns = split if isinstance(split, SplitColumns) else SplitColumns(split)
        return cls(columns.reads, ReadMatrix.of_columns(columns), stretch)


class Fit(NamedTuple):
    """How each read (row) fits one haplotype.

    `start` and `end` bound the agreeing stretch in haplotype coordinates, half-open;
    `offset` is the haplotype coordinate of query base 0.
    """

    score: Scores
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int64]

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Fit:
        """The fit of some of the reads."""
        return Fit(self.score[chosen], self.start[chosen], self.end[chosen], self.offset[chosen])

    def put(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64], other: Fit) -> None:
        """Overwrite the fit of some of the reads by another, row by row."""
        self.score[chosen] = other.score
        self.start[chosen] = other.start
        self.end[chosen] = other.end
        self.offset[chosen] = other.offset


def fit(reads: ReadMatrix, haplotype: Haplotype) -> Fit:
    """Fit every read to a haplotype, at the best of its possible places.

    A read whose first block lies left of the change keeps its diagonal; one whose last
    block lies right of it is shifted by the net inserted length. A read that is not explained
    from end to end there may lie on a stretch between, a middle copy or one beside a small change,
    or its other block may be the one that lies there.
    """
    found = _fit_at(reads, haplotype, reads.first_diagonal)
    if not haplotype.parts and np.array_equal(reads.first_diagonal, reads.last_diagonal):
        return found
    _improve(found, found.score < _MATCH * reads.length, reads, haplotype)
    gapped = reads.first_diagonal != reads.last_diagonal
    ends = 0, haplotype.length_change
    for shift in shifts(haplotype):
        if shift in ends:
            rows = ((found.end - found.start) < reads.length) & gapped
        else:
            rows = found.score < _MATCH * reads.length
        part, at = reads.rows(rows), found.rows(rows)
        for diagonal, tried in ((part.first_diagonal, ends[0]), (part.last_diagonal, ends[1])):
            if len(part) and shift != tried:
                at = _better(at, _fit_at(part, haplotype, diagonal + shift))
        found.put(rows, at)
    return found


def _improve(
    found: Fit, rows: npt.NDArray[np.bool_], reads: ReadMatrix, haplotype: Haplotype
) -> None:
    """Take the place right of the change for those of some rows that fit better there."""
    rows = rows & (reads.last_diagonal + haplotype.length_change != reads.first_diagonal)
    part = reads.rows(rows)
    if len(part):
        right = _fit_at(part, haplotype, part.last_diagonal + haplotype.length_change)
        found.put(rows, _better(found.rows(rows), right))


def _better(one: Fit, other: Fit) -> Fit:
    """For each read the fit with the higher score, the first where they are equal."""
    better = other.score > one.score
    return Fit(
        np.where(better, other.score, one.score),
        np.where(better, other.start, one.start),
        np.where(better, other.end, one.end),
        np.where(better, other.offset, one.offset),
    )


def fit_mutant(reads: ReadMatrix, haplotype: Haplotype, wildtype: Fit, reach: int) -> Fit:
    """Fit every read to a mutant, given how it fits the wild type.

    A read that stays `reach` bases away from all that is changed or copied fits both alike.
    """
    touched = touched_span(haplotype)
    low, high = touched[0] - reach, touched[1] + reach
    first = np.minimum(reads.first_diagonal, reads.last_diagonal)
    last = np.maximum(reads.first_diagonal, reads.last_diagonal) + reads.length
    near = (first < high) & (last > low)
    shift = np.where(~near & (first >= high), haplotype.length_change, 0)
    result = Fit(
        wildtype.score.copy(),
        wildtype.start + shift,
        wildtype.end + shift,
        wildtype.offset + shift,
    )
    rows = np.flatnonzero(near)
    for begin in range(0, len(rows), _FITTED_AT_ONCE):  # of an amplicon all rows are near
        some = rows[begin : begin + _FITTED_AT_ONCE]
        result.put(some, fit(reads.rows(some), haplotype))
    return result


def _fit_at(reads: ReadMatrix, haplotype: Haplotype, offset: npt.NDArray[np.int64]) -> Fit:
    slices = [slice(row, row + ROWS_AT_ONCE) for row in range(0, max(len(reads), 1), ROWS_AT_ONCE)]
    parts = [_fit_rows(reads.rows(some), haplotype, offset[some]) for some in slices]
    return Fit(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.offset for part in parts]),
    )


def _fit_rows(reads: ReadMatrix, haplotype: Haplotype, offset: npt.NDArray[np.int64]) -> Fit:
    differs = (reads.bases != expected_bases(reads, haplotype, offset)) & (reads.bases != 0)
    count = true_by_row(differs)
    score = (_MATCH * reads.length).astype(np.int32)
    start, end = np.zeros(len(reads), dtype=np.int64), reads.length.copy()
    for rows, best in (
        ((count > 0) & (count <= _FEW), _best_of_runs),
        (count > _FEW, _best_stretch),
    ):
        if rows.any():
            score[rows], start[rows], end[rows] = best(
                differs[rows], reads.penalty[rows], reads.length[rows]
            )
    return Fit(score, offset + start, offset + end, offset)


def expected_bases(
    reads: ReadMatrix, haplotype: Haplotype, offset: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """The base of a haplotype at each base of the reads, by the place of their first; 0 beside it.

    What stands behind the end of a shorter read is of no meaning.
    """
    width = reads.bases.shape[1]
    edge = np.zeros(width, dtype=np.uint8)
    framed = np.concatenate((edge, haplotype.bases, edge))
    place = np.clip(offset + width, 0, len(framed) - width)
    expected: npt.NDArray[np.uint8] = stretches(framed, width)[place]
    return expected


def _best_stretch(
    differs: npt.NDArray[np.bool_], penalty: npt.NDArray[np.int8], length: npt.NDArray[np.int64]
) -> tuple[Scores, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Score, start and end of the stretch of each row whose matches less penalties are most."""
    rows, width = differs.shape
    step = np.where(differs, penalty, np.int8(_MATCH))
    step[np.arange(width) >= length[:, None]] = 0
    sums = np.int16 if width < _LONG_READ else np.int32
    total = np.zeros((rows, width + 1), dtype=sums)
    np.cumsum(step, axis=1, dtype=sums, out=total[:, 1:])
    lowest = np.minimum.accumulate(total, axis=1)
    gain = total - lowest
    end = gain.argmax(axis=1)
    index = np.arange(rows)
    score = gain[index, end].astype(np.int32)
    start = (total == lowest[index, end][:, None]).argmax(axis=1)
    whole = total[:, -1]
    reaches_start = total[index, start] >= -_END_BONUS
    reaches_end = whole - total[index, end] >= -_END_BONUS
    return score, np.where(reaches_start, 0, start), np.where(reaches_end, length, end)


def _best_of_runs(
    differs: npt.NDArray[np.bool_], penalty: npt.NDArray[np.int8], length: npt.NDArray[np.int64]
) -> tuple[Scores, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same of rows that differ at few places, by the runs of bases between these.

    A best stretch begins where a run begins, and ends where one ends.
    """
    rows = len(differs)
    # Flat places first: numpy finds those of two dimensions one by one.
    row, place = np.divmod(np.flatnonzero(differs), differs.shape[1])
    count = np.bincount(row, minlength=rows)
    number = np.arange(len(row)) - (np.cumsum(count) - count)[row]
    shape = rows, int(count.max(initial=0)) + 1
    # By run: where it begins and ends, and the sum of all bases before these places.
    begin, end = np.zeros(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
    end[:] = length[:, None]
    end[row, number] = place
    begin[row, number + 1] = place + 1
    lost = np.zeros(shape, dtype=np.int32)
    lost[row, number + 1] = penalty[row, place] - _MATCH
    np.cumsum(lost, axis=1, out=lost)
    before, behind = _MATCH * begin + lost, _MATCH * end + lost
    before[np.arange(shape[1]) > count[:, None]] = np.iinfo(np.int32).max  # rows with fewer runs
    lowest = np.minimum.accumulate(before, axis=1)
    gain = behind - lowest
    index = np.arange(rows)
    last = gain.argmax(axis=1)
    first = (before == lowest[index, last][:, None]).argmax(axis=1)
    reaches_start = before[index, first] >= -_END_BONUS
    reaches_end = behind[:, -1] - behind[index, last] >= -_END_BONUS
    return (
        gain[index, last],
        np.where(reaches_start, 0, begin[index, first]),
        np.where(reaches_end, length, end[index, last]),
    )
