"""Inversions that no read need hold whole: where both of their ends are seen.

Aligners turn the reads most of whose bases lie in an inversion: those that hold all of it first. At
each end reads are clipped on both sides, and their clipped bases go on at the other end, on the
other strand. Coordinates are 0-based half-open on the contig, plus strand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_SOFT_CLIP
from scripts.panel.alleles import Allele, overlap
from scripts.panel.description import trimmed
from scripts.panel.place_reads import FARTHEST_CLIP, LEAST_PLACED, ContigReads
from scripts.panel.places import FEWEST
from scripts.panel.read_rules import ReadRules
from scripts.panel.rivals import told_with
from scripts.panel.shares import Share
from scripts.panel.turned_reads import LEAST_COPY, only_place

_TWICE = 10
"""Bases that an inversion may have twice at an end. An inverted copy that is inserted has the same
junctions as an inversion with the copy at its end, and is `LEAST_COPY` long or more."""
_LACKING = 60
"""Bases that may be replaced by others, or lacking, at an end."""
_BETWEEN = 30
"""Bases of a clip that may come before the inverted ones: what is inserted at an end, or is left
between the inversion and a deletion beside it, too short to be aligned for itself."""


class _Junction(NamedTuple):
    """Two places that a molecule joins, on two strands, with the bases `between` (plus strand).

    `on_right`: both are the ends of what reads show before they are clipped; else the beginnings.
    """

    first: int
    second: int
    on_right: bool
    between: str


def inversions_of(
    records: Iterable[pysam.AlignedSegment],
    spans: Iterable[tuple[int, int]],
    contig: str,
    fetch: Fetch,
    rules: ReadRules,
) -> list[Allele]:
    """Inversions of `LEAST_COPY` bases or more that touch one of some spans, as reads propose them.

    `FEWEST` fragments show each of its two junctions.
    """
    targets = list(spans)
    names: dict[_Junction, set[str]] = defaultdict(set)
    meets = cache(partial(_meets, fetch=fetch))
    for read in records:
        if rules.take(read):
            for junction in _junctions(read, meets):
                names[junction].add(read.query_name or "")
    seen = [one for one, some in names.items() if len(some) >= FEWEST]
    found: dict[Allele, None] = {}
    for one, other in product(seen, repeat=2):
        if not _make_inversion(one, other):
            continue
        allele = _between(one, other, contig, fetch)
        touches = any(low < allele.end and allele.start < high for low, high in targets)
        if touches and len(allele.ref) >= LEAST_COPY:
            found[allele] = None
    return sorted(found)


def _make_inversion(one: _Junction, other: _Junction) -> bool:
    """Whether two junctions are the left and the right end of an inversion."""
    return (
        one.on_right
        and not other.on_right
        and -_TWICE <= other.first - one.first <= _LACKING
        and -_TWICE <= other.second - one.second <= _LACKING
        and one.second - other.first >= LEAST_COPY
    )


def _between(one: _Junction, other: _Junction, contig: str, fetch: Fetch) -> Allele:
    """The inversion with some junctions, without what its ends have alike on both strands."""
    start, ref = one.first, fetch(one.first, other.second)
    turned = reverse_complement(fetch(other.first, one.second))
    new = one.between + turned + other.between
    before, after = trimmed(ref, new)
    return Allele(
        contig, start + before, ref[before : len(ref) - after], new[before : len(new) - after]
    )


def _junctions(
    read: pysam.AlignedSegment, meets: Callable[[int, str, bool], int | None]
) -> Iterator[_Junction]:
    """What the clipped ends of a read join, where their bases stand once on the other strand."""
    cigar, sequence = read.cigartuples, read.query_sequence
    if not cigar or not sequence:
        return
    for on_right in (False, True):
        for at, size in _breaks(read, cigar, on_right=on_right):
            clip = sequence[len(sequence) - size :] if on_right else sequence[:size]
            junction = _junction(at, clip, meets, on_right=on_right)
            if junction is not None:
                yield junction


def _breaks(
    read: pysam.AlignedSegment, cigar: Sequence[tuple[int, int]], *, on_right: bool
) -> Iterator[tuple[int, int]]:
    """Where a read is clipped, and how many of its bases lie beyond.

    Also where it would be without the few bases that are aligned beyond a deletion there.
    """
    outer, *inner = reversed(cigar) if on_right else cigar
    if outer[0] != CIGAR_SOFT_CLIP:
        return
    at = (read.reference_end or 0) if on_right else read.reference_start
    yield at, outer[1]
    if len(inner) > 2 and inner[1][0] == CIGAR_DELETION and inner[0][1] <= _BETWEEN:
        beyond = inner[0][1] + inner[1][1]
        yield at - beyond if on_right else at + beyond, outer[1] + inner[0][1]


def _junction(
    at: int, clip: str, meets: Callable[[int, str, bool], int | None], *, on_right: bool
) -> _Junction | None:
    """What bases beyond a place join to it; None if they stand nowhere, or more than once."""
    for skipped in range(min(_BETWEEN, len(clip) - LEAST_PLACED) + 1):
        rest = clip[skipped:] if on_right else clip[: len(clip) - skipped]
        sought = rest[:LEAST_PLACED] if on_right else rest[-LEAST_PLACED:]
        other = meets(at, sought, on_right)
        if other is not None:
            between = clip[:skipped] if on_right else clip[len(clip) - skipped :]
            if (at > other) == on_right:
                between = reverse_complement(between)
            return _Junction(min(at, other), max(at, other), on_right, between)
    return None


def _meets(at: int, clipped: str, on_right: bool, fetch: Fetch) -> int | None:
    """Where the bases clipped at a place go on, on the other strand near by; None if not once."""
    low = max(0, at - FARTHEST_CLIP)
    found = only_place(clipped, fetch(low, at + FARTHEST_CLIP))
    if found is None:
        return None
    return low + found + (LEAST_PLACED if on_right else 0)


def share_of(inversion: Allele, others: Iterable[Allele], source: ContigReads) -> Share | None:
    """How much of an inversion there is beside the wild type and others; None if there is none."""
    rivals = [one for one in others if one != inversion and overlap(one, inversion)]
    event = told_with(inversion, rivals, source)
    return event.share if event else None
