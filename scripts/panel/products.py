"""The products of amplicons, from where fragments begin and end, and how long a change they show.

A duplication whose junction no read of an amplicon reaches, or a deletion that takes a primer away,
leaves reads of the wild type alone. What is not seen for that reason is not known to be absent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam

from flt3itd.insertions.two_ends import OVERLAP
from flt3itd.reads.alignment_file import opened
from flt3itd.reads.tally import LONG_CLIP
from scripts.genome.targets import Regions
from scripts.panel.read_rules import HIDDEN, ReadRules, Span, fragment_span

LEAST_FRAGMENTS = 20
"""Fragments that begin and end alike; as few of a capture do so by chance."""
_LEAST_SHARE = 0.5
"""Share of the fragments that begin and end as many do; else their ends are those of shearing."""
_SAME_END = 5
"""Bases by which ends of fragments of one amplicon may differ."""
_LOOKED_AT = 20
"""Reads of a product that tell its primers."""
_HELD = 10
"""Bases beside a change that a read which holds it whole needs."""
LONGEST = 450
"""Bases of the longest change that is looked for, in all assays."""


@dataclass(frozen=True)
class Product:
    """Fragments that begin and end alike on a contig, 0-based half-open.

    Between its primers it goes from `first` to `last`. `left` and `right` are the bases that its
    reads have from either end; a read that holds all of it would have as many of a longer one as
    the longest read. Where `alone`, its reads have no mates.
    """

    contig: str
    start: int
    end: int
    first: int
    last: int
    left: int
    right: int
    fragments: int
    alone: bool = False

    def deletion(self, at: int) -> int:
        """The longest deletion from `at` on that leaves both primers and is shown by a read."""
        from_left = at + LONG_CLIP <= self.start + self.left
        from_right = at + 1 >= self.end - self.right + LONG_CLIP
        shown = self.first <= at and (from_left or from_right)
        return max(0, self.last - at) if shown else 0

    def insertion(self, at: int, behind: int) -> float:
        """The longest duplication of bases from `behind` on, or insertion, shown in front of `at`.

        A read that begins on the left passes the junction of a duplication that ends there, however
        long it is; one from the right has to go through the copy. Of other sequence, a read holds
        all, or two share bases within it.
        """
        if not self.first <= at <= self.last:
            return 0
        size, before, after = self.end - self.start, at - self.start, self.end - at
        if self.alone:
            return max(0, max(self.left, self.right) - size)
        inside = LONGEST if self.first <= behind else at - self.first
        from_left = inside if before + LONG_CLIP <= self.left else 0
        from_right = min(inside, self.right - LONG_CLIP - after)
        held = max(self.left - before, self.right - after) - _HELD
        clipped = min(self.left - before, self.right - after) >= LONG_CLIP
        joined = self.left + self.right - size - OVERLAP if clipped else 0
        return max(0, min(max(from_left, from_right), max(held, joined)))


@dataclass
class _Ends:
    """What fragments with the same two ends have: reads by strand, their lengths and primers."""

    reads: Counter[bool] = field(default_factory=Counter)
    lengths: dict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    inner: dict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    paired: int = 0
    clipped: int = 0

    def add(self, read: pysam.AlignedSegment) -> None:
        """Count a read that begins at one of the ends."""
        reverse = read.is_reverse
        self.reads[reverse] += 1
        self.lengths[reverse][read.query_length] += 1
        if read.is_paired and not read.mate_is_unmapped:
            self.paired += 1
        else:
            at_end = 0 if reverse else read.query_length
            aligned = read.query_alignment_start if reverse else read.query_alignment_end
            self.clipped += aligned != at_end
        if self.reads[reverse] <= _LOOKED_AT:
            self.inner[reverse][_behind_primer(read)] += 1

    @property
    def fragments(self) -> int:
        """Fragments of which a read is there, at least."""
        return max(self.reads.values()) if self.paired else self.reads.total()

    @property
    def is_clipped(self) -> bool:
        """Whether at one end no read begins, or is whole: there a change may be, not a primer."""
        if self.paired:
            return min(self.reads[False], self.reads[True]) < LEAST_FRAGMENTS <= self.fragments
        return self.fragments >= LEAST_FRAGMENTS and 2 * self.clipped > self.reads.total()

    def product(self, contig: str, start: int, end: int) -> Product:
        """The product that most of these reads are of."""
        left, right = (_commonest(self.lengths[strand], 0) for strand in (False, True))
        first, last = _commonest(self.inner[False], start), _commonest(self.inner[True], end)
        return Product(
            contig, start, end, first, last, left, right, self.fragments, alone=not self.paired
        )


def _commonest(counts: Counter[int], default: int) -> int:
    return counts.most_common(1)[0][0] if counts else default


def _behind_primer(read: pysam.AlignedSegment) -> int:
    """Where the bases of a read begin, from its 5' end, that are not those of a hidden primer."""
    start, end = read.reference_start, read.reference_end or 0
    qualities = read.query_alignment_qualities
    text = b"" if qualities is None else qualities.tobytes()
    hidden = bytes([HIDDEN])
    if read.is_reverse:
        return end - (len(text) - len(text.rstrip(hidden)))
    return start + len(text) - len(text.lstrip(hidden))


def products_of(bam: Path, regions: Regions, rules: ReadRules) -> tuple[Product, ...]:
    """The products over the targets; none where fragments do not end alike."""
    found: list[Product] = []
    seen = 0
    with opened(bam, None) as alignments:
        for contig, spans in regions.items():
            ends: dict[Span, _Ends] = {}
            for read in _reads_over(alignments, contig, spans, rules):
                ends.setdefault(fragment_span(read), _Ends()).add(read)
            seen += sum(one.fragments for one in ends.values())
            found += _products(contig, ends)
    if sum(one.fragments for one in found) < _LEAST_SHARE * seen:
        return ()
    longest = max((max(one.left, one.right) for one in found), default=0)
    return tuple(_as_long(one, longest) for one in found)


def _reads_over(
    bam: pysam.AlignmentFile, contig: str, spans: Iterable[tuple[int, int]], rules: ReadRules
) -> Iterator[pysam.AlignedSegment]:
    """The reads over sorted targets, each once, that are not clipped where they begin."""
    behind = 0
    for start, stop in spans:
        for read in bam.fetch(contig, start, stop):
            if read.reference_start < behind or not rules.take(read):
                continue
            # A clipped end is a junction or of an adapter, not where a primer lies.
            at_begin = read.query_length if read.is_reverse else 0
            aligned = read.query_alignment_end if read.is_reverse else read.query_alignment_start
            if aligned == at_begin:
                yield read
        behind = stop


def _products(contig: str, ends: dict[Span, _Ends]) -> list[Product]:
    """One product of all ends that differ by a few bases, the commonest of them.

    Fragments that are clipped at a change are of the longer product that they share an end with.
    """
    found: list[Product] = []
    for span in sorted(ends, key=lambda s: (ends[s].is_clipped, -ends[s].fragments, s)):
        here = ends[span]
        for number, one in enumerate(found):
            if _is_of(span, one, clipped=here.is_clipped):
                found[number] = replace(one, fragments=one.fragments + here.fragments)
                break
        else:
            if here.fragments >= LEAST_FRAGMENTS:
                found.append(here.product(contig, *span))
    return sorted(found, key=lambda one: (one.start, one.end))


def shared_ends(span: Span, product: Product) -> tuple[bool, bool]:
    """Whether a fragment begins, and whether it ends, where a product does."""
    start, end = span
    return abs(start - product.start) <= _SAME_END, abs(end - product.end) <= _SAME_END


def _is_of(span: Span, product: Product, *, clipped: bool) -> bool:
    (start, end), length = span, product.end - product.start
    shared = shared_ends(span, product)
    return all(shared) or (clipped and any(shared) and end - start < length)


def _as_long(product: Product, longest: int) -> Product:
    """A product with reads as long as the longest where they hold all of it."""
    whole = product.end - product.start - _SAME_END
    left, right = (
        longest if length >= whole else length for length in (product.left, product.right)
    )
    return replace(product, left=left, right=right)


def longest_insertion(products: Sequence[Product], start: int, end: int) -> int:
    """The longest insertion or duplication, of the bases of a part, that is shown wherever it is.

    Start and end are 0-based half-open. A place is shown by the product that shows most there.
    """
    shown = (
        max((one.insertion(at, start) for one in products), default=0)
        for at in range(start, end + 1)
    )
    return int(min(shown))


def longest_deletion(products: Sequence[Product], start: int, end: int) -> int | None:
    """The longest deletion in a part that has a product with both primers wherever it is.

    Start and end are 0-based half-open. None where all have one.
    """
    shown = []
    for at in range(start, end):
        longest = max((one.deletion(at) for one in products), default=0)
        if at + longest < end:
            shown.append(longest)
    return min(shown, default=None)
