"""Reads that lie nowhere on the reference, or elsewhere, put on mutants that hold their bases.

A read over an insertion of bases that are new at the locus may have too few others for a place
there: an aligner leaves it without one, or puts it where its bases stand in the genome. Its mate
tells that it belongs here. All coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.comparison import ReadMatrix, fit
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.haplotype import Haplotype, encode
from flt3itd.reads.kmer_aligner import KmerIndex, best_supported
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead

_SEED = 12
_STEP = 4
BESIDE = 300
"""Bases beside a change in which reads over it may lie, and what it copies."""
LEAST_CLIP = 12
"""Clipped bases of a read that may lie elsewhere."""
_LEAST_INSERTED = 16
"""Inserted bases: reads over fewer have enough others for a place of their own."""
_LEAST_BESIDE = 10
"""Bases beside an insertion; fewer are clipped with it."""
_LEAST_SHARE = 0.7
"""Score of a read on a mutant for each of its bases."""
_DIFFERING = 5
"""Score that a base which differs costs: a match less, and its penalty."""
_BETTER = 8
"""Score by which a read that has a place must fit a mutant better elsewhere."""


def place_strays(reads: ReadSet, haplotypes: Iterable[Haplotype]) -> bool:
    """Give reads the place that they have on a haplotype; whether any has one, or another one.

    These are reads without a place, and where the filler between copies is long those that lie
    elsewhere in the locus, where its bases stand too.
    """
    any_placed = False
    for haplotype in haplotypes:
        insertion = haplotype.insertion
        if insertion is None or insertion.length < _LEAST_INSERTED:
            continue
        words = _new_words(haplotype)
        elsewhere = (
            _clipped_elsewhere(reads, haplotype, words)
            if len(words) >= _LEAST_INSERTED + _SEED - 1
            else []
        )
        if not reads.unplaced and not elsewhere:
            continue
        index = index_about(haplotype, _SEED)
        placed = _place_unplaced(reads, haplotype, index)
        moved = _move(reads, elsewhere, haplotype, index)
        any_placed = any_placed or placed or moved
    return any_placed


def index_about(haplotype: Haplotype, seed: int) -> KmerIndex:
    """The k-mers of a haplotype where reads over its change may lie; `seed` bases each."""
    low, high = touched_span(haplotype)
    stretch = low - BESIDE, high + haplotype.length_change + BESIDE
    return KmerIndex.of(haplotype.sequence, seed, [stretch])


def _place_unplaced(reads: ReadSet, haplotype: Haplotype, index: KmerIndex) -> bool:
    placed = (_placed(read, haplotype, index) for read in reads.unplaced)
    tried = [read for read in placed if read is not None]
    fitting = [
        read
        for read, score in zip(tried, scores(tried, haplotype), strict=True)
        if score >= _LEAST_SHARE * len(read.sequence)
        and not _stands_in(haplotype.reference, read.sequence, score)
    ]
    taken = {(read.fragment, read.is_read2) for read in fitting}
    reads.split += fitting
    reads.unplaced[:] = [
        read for read in reads.unplaced if (read.fragment, read.is_read2) not in taken
    ]
    return bool(fitting)


def _stands_in(reference: str, sequence: str, least: int) -> bool:
    """Whether a whole sequence fits some place of a reference, on either strand, with a score.

    It is of the wild type there, though an insertion holds bases of that place too.
    """
    size = len(sequence)
    for text in (sequence, reverse_complement(sequence)):
        bases = encode(text)
        for at in range(0, size - _SEED + 1, _SEED):
            place = reference.find(text[at : at + _SEED])
            while place >= 0:
                start = place - at
                if 0 <= start <= len(reference) - size:
                    there = encode(reference[start : start + size])
                    if size - _DIFFERING * int((bases != there).sum()) >= least:
                        return True
                place = reference.find(text[at : at + _SEED], place + 1)
    return False


def _new_words(haplotype: Haplotype) -> set[str]:
    """Words with inserted bases that do not stand in what is changed: those over a filler."""
    insertion = haplotype.insertion
    assert insertion is not None
    low, high = haplotype.span
    beside = haplotype.reference[low - _SEED : high + _SEED]
    start = haplotype.place_of(insertion)
    stretch = haplotype.sequence[start - _SEED + 1 : start + len(insertion.inserted) + _SEED - 1]
    return {word for word in _words(stretch) if word not in beside}


def _words(text: str) -> Iterator[str]:
    """All words of a text, as long as a seed."""
    return (text[at : at + _SEED] for at in range(len(text) - _SEED + 1))


def _clipped_elsewhere(reads: ReadSet, haplotype: Haplotype, words: Collection[str]) -> list[int]:
    """The rows of clipped reads with some words that lie where nothing is changed."""
    low, high = haplotype.span
    split, (start, end, _) = reads.columns(), reads.split_intervals()
    clipped = np.maximum(split.clipped_first, split.clipped_last) >= LEAST_CLIP
    rows = np.flatnonzero(clipped & ((end < low) | (start > high))).tolist()
    seeds = {*words, *map(reverse_complement, words)}
    texts = {reads.split[row].sequence for row in rows}  # of an amplicon the same few
    holding = {text for text in texts if not seeds.isdisjoint(_words(text))}
    return [row for row in rows if reads.split[row].sequence in holding]


def _move(reads: ReadSet, rows: Sequence[int], haplotype: Haplotype, index: KmerIndex) -> bool:
    """Put reads where they fit a haplotype better than at their place."""
    tried: list[tuple[int, SplitRead]] = []
    for row in rows:
        one = reads.split[row]
        free = UnplacedRead(one.fragment, one.sequence, one.qualities, one.is_reverse, one.is_read2)
        if (moved := _placed(free, haplotype, index)) is not None:
            tried.append((row, moved))
    before = scores([reads.split[row] for row, _ in tried], haplotype)
    after = scores([moved for _, moved in tried], haplotype)
    any_moved = False
    for (row, moved), old, new in zip(tried, before, after, strict=True):
        if new >= max(old + _BETTER, _LEAST_SHARE * len(moved.sequence)):
            reads.split[row] = moved
            any_moved = True
    return any_moved


def scores(reads: Sequence[SplitRead], haplotype: Haplotype) -> list[int]:
    """How well each of some reads fits a haplotype, from the diagonals that it lies on."""
    found: list[int] = fit(ReadMatrix.of(reads), haplotype).score.tolist() if reads else []
    return found


def _placed(read: UnplacedRead, haplotype: Haplotype, index: KmerIndex) -> SplitRead | None:
    """A read where most of its k-mers lie on a haplotype, on the strand that has more of them."""
    other = reverse_complement(read.sequence)
    here, there = (index.diagonals(text, _STEP) for text in (read.sequence, other))
    if max(there.values(), default=0) > max(here.values(), default=0):
        read = read._replace(
            sequence=other, qualities=read.qualities[::-1], is_reverse=not read.is_reverse
        )
        here = there
    return laid_on(haplotype, best_supported(here), read) if here else None


def laid_on(haplotype: Haplotype, offset: int, read: UnplacedRead) -> SplitRead | None:
    """A read that begins at base `offset` of a haplotype, as aligners write it on the reference.

    None of one within the inserted bases.
    """
    insertion = haplotype.insertion
    assert insertion is not None
    size = len(read.sequence)
    start = haplotype.place_of(insertion)
    left_end, right_start = start - offset, start + len(insertion.inserted) - offset
    right = offset - haplotype.length_change
    behind = size - right_start
    if left_end < min(_LEAST_BESIDE, behind):
        first, last, begin, end = right, right, max(0, right_start), size
    elif behind < _LEAST_BESIDE:
        first, last, begin, end = offset, offset, 0, min(size, left_end)
    else:
        first, last, begin, end = offset, right, 0, size
    if begin >= end:
        return None
    return SplitRead(
        read.fragment,
        first,
        last,
        begin,
        end,
        left_end if first != last else end,
        read.sequence,
        read.qualities,
        read.is_reverse,
        read.is_read2,
    )
