"""What reads leave open of an ITD: bases that none covers, copies that none counts, the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.countable import hides_copies
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.explanation import Sample
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd_filters import few_reads_span, is_uncountable, unresolved_fragments
from flt3itd.insertions.residues import Residue
from flt3itd.reads.columns import are_among
from flt3itd.reads.read_set import ReadSet


class OpenQuestions(NamedTuple):
    """Of one insertion: see the fields of these names of `flt3itd.insertions.itd_calls.ItdCall`."""

    unread: int
    uncountable: bool
    unresolved: int


def open_questions(
    settled: Settled, number: int, support: int, left: Sequence[Residue], sample: Sample
) -> OpenQuestions:
    """What the reads leave open of an insertion that so many fragments support."""
    haplotype = settled.haplotypes[number]
    insertion = haplotype.insertion
    if insertion is None or not settled.counts.fits:
        return OpenQuestions(0, False, 0)
    return OpenQuestions(
        _unread(settled, number, insertion, sample.reads),
        _may_be_more(haplotype, insertion.length, support, sample),
        unresolved_fragments(left, number, support),
    )


def _may_be_more(haplotype: Haplotype, length: int, support: int, sample: Sample) -> bool:
    """Whether more copies could be there unseen: in reads from anywhere, or of the amplicons.

    Of an ITD that an earlier sample had, the copies were counted there, if reads can.
    """
    amplicons, longest = sample.library.amplicons, sample.library.longest_read
    if amplicons and hides_copies(haplotype, amplicons, sample.library.primer_shapes, support):
        return True
    if haplotype.is_one_of(sample.known) and not few_reads_span(haplotype, length, longest):
        return False
    return is_uncountable(haplotype, length, longest, support)


def _unread(settled: Settled, number: int, insertion: Insertion, reads: ReadSet) -> int:
    """Bases of the copies that no read of the mutant's own molecules covers.

    These are the reads that fit the mutant better than all else, and their mates: a mate that lies
    on the reference is of the copy on whose side it reaches out of the segment.
    """
    haplotype, counts = settled.haplotypes[number], settled.counts
    own = counts.chosen == number
    if not own.any():
        return 0
    first, last = haplotype.segment
    shift = haplotype.shift_before(insertion.start)
    begin, end = first + shift, last + shift + insertion.length
    start, stop, fragment = reads.plain()
    mates = are_among(fragment, counts.fragment[own])
    before, behind = mates & (start < first), mates & (stop > last)
    fitted = counts.fits[number]
    starts = (fitted.start[own], start[before] + shift, start[behind] + shift + insertion.length)
    ends = (fitted.end[own], stop[before] + shift, stop[behind] + shift + insertion.length)
    depth = np.zeros(end - begin + 1, dtype=np.int64)
    np.add.at(depth, np.clip(np.concatenate(starts), begin, end) - begin, 1)
    np.add.at(depth, np.clip(np.concatenate(ends), begin, end) - begin, -1)
    return int(np.count_nonzero(np.cumsum(depth)[:-1] == 0))
