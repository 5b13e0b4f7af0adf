"""Copies of fragments of a capture or of RNA that were not marked: found by fragment ends.

Two fragments that begin and end alike are most likely copies of one molecule, made by
PCR. An error in that molecule would count as often as it was copied. As marking does
(`samtools markdup`), one fragment of each pair of ends is kept. Single reads of one length have one
known end only: those of a deep sample meet by chance far too often, and all are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.columns import IntArray, count_distinct, rows_of_each
from flt3itd.reads.copied_ends import Ends, ends_and_texts, texts_by_mate, with_copies_joined
from flt3itd.reads.library import NOWHERE, Booleans, ReadSpans, read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead

_GIVEN_TWICE = 0.5
"""Share of the reads that are in pairs of one read given twice, from which that is said of all: a
junction may let a part of a read lie elsewhere."""
_LEAST_OF_TWO = 10
"""Pairs on one strand that tell whether they were read from two clusters; fewer tell nothing."""
_FIRST_CYCLES = 20
"""Bases whose qualities two reads of one cluster share, and hardly any others do."""
_LEAST_TELLING = 3
_FEWEST = 1000
"""Fragments of which it is asked whether chance lets some share both ends."""
_AS_FAR_APART = 2
"""Times as far apart as there are values: up to there a count for each that may be is faster than
sorting them."""
_MOST_MEETING = 0.02
"""Pairs of fragments that share both ends: of 50 molecules, or of 1,000 read 20 times, one in 50
and in 1,000; of an amplicon nearly all."""
_MOST_OF_PRIMERS = 0.02
"""Pairs of other fragments that share one of their ends, the left or the right one: random priming
prefers some places and one in 200 shares it, of amplicons one in as many as there are primers."""
_LEAST_OF_PRIMERS = 3
"""Such pairs; fewer may be chance, where a sample has ten molecules."""
_HARDLY_ANY = 0.1
"""Of the fragments that should share both ends by chance, those that do."""
_ONE_TEXT = 0.9
"""Fragments whose two reads lie on the same bases and differ from the genome, and the share of them
in which both are one text: of two reads one has an error that the other has not."""


def share_of_copies(start: IntArray, end: IntArray) -> float:
    """The share of fragments whose two ends another one has, beyond what chance lets expect.

    If starts and lengths are independent, two fragments share both with the product of the
    probabilities of sharing either; pairs beyond that are copies.
    """
    count = len(start)
    if count < 2:
        return 0.0
    length = end - start
    both = _times_seen(_of_both_ends(start, length))
    seen = 1 - len(both) / count
    beyond = _meeting(both) - _meeting(_times_seen(start)) * _meeting(_times_seen(length))
    return float(min(seen, max(0.0, (count - 1) / 2 * beyond)))


def share_of_copied_reads(reads: Iterable[AlignedRead]) -> float:
    """The same of the fragments of reads over the kinase domain whose two ends are known."""
    known = {read.name: _places(read.fragment_ends) for read in reads}
    both = np.array([ends for ends in known.values() if ends], dtype=np.int64).reshape(-1, 2)
    return share_of_copies(both[:, 0], both[:, 1])


def _places(ends: Hashable | None) -> tuple[int, int] | None:
    """Both places of `AlignedRead.fragment_ends`; None where one is not known."""
    match ends:
        case (int(start), int(length), bool()):
            return start, start + length
        case ((int(one), bool()), (int(other), bool())):
            return min(one, other), max(one, other)
    return None


def told_by_ends(spans: ReadSpans) -> bool:
    """Whether fragments that share both ends are copies, as where molecules break anywhere.

    Not of single reads, of which one end is known, nor where others share an end too: products of
    primers, on both sides or on one.
    """
    if 2 * np.count_nonzero(spans.paired) <= len(spans.paired):
        return False
    return not any(_are_primers(_times_seen(each)) for each in _different_pairs(spans))


def shared_by_chance(spans: ReadSpans) -> float:
    """How many other molecules share both ends of one by chance: those that removal takes."""
    start, end = _different_pairs(spans)
    if len(start) < 2:
        return 0.0
    return (len(start) - 1) * _meeting(_times_seen(start)) * _meeting(_times_seen(end - start))


def _different_pairs(spans: ReadSpans) -> tuple[IntArray, IntArray]:
    """Start and end of the pairs, once of those that share both."""
    start, end = (each[spans.paired] for each in spans.ends_of_fragments())
    if not len(start):
        return start, end
    rows = rows_of_each(_of_both_ends(start, end - start))
    return start[rows], end[rows]


def _are_primers(counts: IntArray) -> bool:
    """Whether as many pairs of fragments share one end as primers make."""
    count = int(counts.sum())
    sharing = int((counts * (counts - 1)).sum()) // 2
    return sharing >= max(_LEAST_OF_PRIMERS, _MOST_OF_PRIMERS * count * (count - 1) / 2)


def repeated_ends(spans: ReadSpans, fragments: Sequence[int]) -> int:
    """How many of some fragments have both ends of others of them: copies of these.

    0 where that tells nothing: single reads, and where any two fragments share both ends in more
    than one of 50 pairs, as those of amplicons do.
    """
    start, end = (each[spans.paired] for each in spans.ends_of_fragments())
    if len(start) < 2:
        return 0
    known = _of_both_ends(start, end - start)
    if _meeting(_times_seen(known)) > _MOST_MEETING:
        return 0
    both = np.full(len(spans.paired), -1)
    both[spans.paired] = known
    own = both[np.array(fragments, dtype=np.int64)]
    own = own[own >= 0]
    return len(own) - count_distinct(own)


def places_used_up(spans: ReadSpans) -> float:
    """How many others chance lets a fragment share both of its ends with, where hardly any does.

    Copies were removed then, by their ends, and with them as many fragments that are no copies. Of
    fragments whose first read lies on the one strand or the other, one of each may be left.
    """
    start, end = (each[spans.paired] for each in spans.ends_of_fragments())
    turned = spans.of_mates(spans.reverse.astype(np.int64))[0][spans.paired] == 1
    strands = [_others_missed(start[kind], end[kind]) for kind in (turned, ~turned)]
    return _others_missed(start, end) or min(strands)


def _others_missed(start: IntArray, end: IntArray) -> float:
    """The same of fragments of which none is left beside another one; 0 where they are few."""
    count = len(start)
    if count < _FEWEST:
        return 0.0
    length = end - start
    both = _times_seen(_of_both_ends(start, length))
    by_chance = _meeting(_times_seen(start)) * _meeting(_times_seen(length))
    return (count - 1) * by_chance if _meeting(both) < _HARDLY_ANY * by_chance else 0.0


def _of_both_ends(start: IntArray, length: IntArray) -> IntArray:
    """One number for both ends of each fragment, of which there is one at least."""
    return start * (int(length.max()) + 1) + length


def _times_seen(values: IntArray) -> IntArray:
    """How often each value is there."""
    low, high = int(values.min(initial=NOWHERE)), int(values.max(initial=0))
    if high - low > _AS_FAR_APART * len(values):
        return np.unique(values, return_counts=True)[1]
    counts = np.bincount(values - low)
    return counts[counts > 0]


def _meeting(counts: IntArray) -> float:
    """The probability that two values seen so often, drawn without replacement, are equal."""
    count = int(counts.sum())
    return float((counts * (counts - 1)).sum() / (count * (count - 1)))


def leave_out_copied_mates(reads: ReadSet, spans: ReadSpans, many: float) -> float:
    """Take second reads that are the first ones once more out of a set, where they are many.

    `spans` are those of the reads; `many` is the least share of the reads that are in such pairs;
    returned is what it was. Where most are, the file was given twice, and no second read tells
    anything.
    """
    alike = mates_alike(spans, reads.split)
    share = 2 * int(alike.sum()) / max(1, len(spans.length))
    if share >= many:
        reads.drop_second_reads(np.ones_like(alike) if share >= _GIVEN_TWICE else alike)
    return share


def mates_alike(spans: ReadSpans, split: Sequence[SplitRead]) -> Booleans:
    """The fragments whose second read is the first once more; `split` are those that are split.

    Either on its strand and from the same base or within it, as no mate is (a file that was given
    twice), or turned: over the same bases, where all that differ from the genome are one text with
    one row of qualities. Of mates that were both sequenced, over a fragment as long as they, few
    are. Reads of an amplicon that begin alike on one strand may be of two fragments: then none is.
    """
    start = spans.of_mates(spans.whole_start)
    end = spans.of_mates(spans.whole_end)
    strand = spans.of_mates(spans.reverse.astype(np.int64))
    both = (start != NOWHERE).all(axis=0)
    within = (start[0] <= start[1]) & (end[1] <= end[0])
    around = (start[1] <= start[0]) & (end[0] <= end[1])
    begin = np.where(strand[0] == 1, end[0] - end[1], start[0] - start[1])
    again = both & (strand[0] == strand[1]) & (within | around | (begin == 0))
    if are_two_reads(spans, split, again & (begin == 0) & (end[0] - start[0] == end[1] - start[1])):
        again = np.zeros_like(again)
    turned = both & (strand[0] != strand[1]) & within & around
    found: Booleans = again | turned if _are_one_text(spans, split, turned) else again
    return found


def are_two_reads(spans: ReadSpans, split: Sequence[SplitRead], together: Booleans) -> bool:
    """Whether most of the marked pairs that tell it were read from two clusters.

    They have two rows of qualities, or only one of their reads is among the `split` ones.
    """
    rows: defaultdict[int, list[bytes]] = defaultdict(list)
    for read in (split[row] for row in spans.split_of(together)):
        qualities = read.qualities[::-1] if read.is_reverse else read.qualities
        rows[read.fragment].append(qualities[:_FIRST_CYCLES])
    two = sum(len(row) == 1 or row[0] != row[1] for row in rows.values())
    return two >= _LEAST_OF_TWO and 2 * two > len(rows)


def _are_one_text(spans: ReadSpans, split: Sequence[SplitRead], turned: Booleans) -> bool:
    """Whether the two reads of the fragments that are marked are one, of those that tell it."""
    texts: defaultdict[int, list[tuple[str, bytes]]] = defaultdict(list)
    for read in (split[row] for row in spans.split_of(turned)):
        texts[read.fragment].append((read.sequence, read.qualities))
    same = sum(len(one) == 2 and one[0] == one[1] for one in texts.values())
    return same >= _LEAST_TELLING and same >= _ONE_TEXT * len(texts)


def first_of_each(keys: Iterable[Hashable | None]) -> list[bool]:
    """For each key whether it comes for the first time; one that is not known is always kept."""
    seen: set[Hashable] = set()
    kept = []
    for key in keys:
        kept.append(key is None or key not in seen)
        if key is not None:
            seen.add(key)
    return kept


def fragment_keys(
    reads: ReadSet, ends: Sequence[Ends | None] | None = None
) -> list[Hashable | None]:
    """Both ends of each fragment with two reads, the same for copies of it; None of any other.

    They are those that were noted of the first and the second read (`ends`), or else those on the
    left and on the right, clipped bases included. Where most fragments have two reads, that of a
    clipped read whose mate is not known, as in a chimera, is the base that it begins with, and its
    strand: so few such fragments hardly meet by chance.
    """
    if ends is not None:
        return with_copies_joined(ends, texts_by_mate(reads))
    spans = read_spans(reads)
    keys = with_copies_joined(*ends_and_texts(reads, spans))
    if 2 * np.count_nonzero(spans.paired) > len(spans.paired):
        for read in reads.split:
            size = len(read.sequence)
            if keys[read.fragment] is None and read.aligned_end - read.aligned_start < size:
                begin = read.last_diagonal + size if read.is_reverse else read.first_diagonal
                keys[read.fragment] = begin, "reverse" if read.is_reverse else "forward"
    return keys


def without_copies(reads: Sequence[AlignedRead]) -> list[AlignedRead]:
    """Reads over the kinase domain, one fragment of each pair of ends.

    An end without a place is told by its bases, of which one may be wrong.
    """
    ends: dict[str, Hashable | None] = {}
    for read in reads:
        ends.setdefault(read.name, read.fragment_ends)
    by_text = with_copies_joined([_with_a_text(one) for one in ends.values()], {})
    keys = (joined or one for joined, one in zip(by_text, ends.values(), strict=True))
    kept = dict(zip(ends, first_of_each(keys), strict=True))
    return [read for read in reads if kept[read.name]]


def _with_a_text(ends: Hashable | None) -> Ends | None:
    """Ends of which one is told by bases; None of others."""
    match ends:
        case (one, other) if isinstance(one, str) or isinstance(other, str):
            return one, other
    return None
