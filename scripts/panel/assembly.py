"""Insertions that no single read need hold, put together from the reads at both of their ends.

Reads over a long insertion of other sequence are clipped at one end of it. Those that are clipped
at the same base and go on alike have a consensus, which mates that were aligned nowhere carry on;
where that from the left ends as that from the right begins, both are one sequence.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from flt3itd.hgvs.transcript import Fetch
from flt3itd.insertions.two_ends import BASES_FOR_A_MISMATCH, OVERLAP, agreed_bases
from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import FEWEST, LONGEST, Clip, Place

_SHOWN_ALIKE = 12
"""First clipped bases by which reads are put together; shorter clips are not looked at."""
_BY_CHANCE = 5
"""Two ends of n bases together end and begin with log4(n) + so many alike by chance in 1 of 1,000:
with 8 of 52."""
_NEAR = 450
"""Bases beside a place that what is inserted may be a copy of: as far as long events go."""
_LONGEST_COPY = 19
"""Bases of a copy that ends tell by themselves; from 20 on it is a long event."""
_BESIDE_CLIP = 4
"""Bases beside a clip that hold no mismatch: for fewer, bwa mem (a match 1, a mismatch 4) clips."""
_SHARED_BY_CHANCE = 12
"""Bases that both ends of an insertion may share with the reference; where a tandem duplication
ends its first bases begin again, far in front of it."""
_BEFORE_UNPLACED = 60
"""Bases beside a place on which reads are looked for that an aligner left without a place."""
LONGEST_INSERTION = 450
"""Bases; as far as the engine of long events looks."""


@dataclass(frozen=True)
class ClippedEnd:
    """The bases that reads show beyond the place where they are clipped alike, plus strand.

    Those of a clip on the right begin at it, those of one on the left end there.
    """

    clip: Clip
    bases: str
    fragments: int


def clipped_ends(reads: Iterable[PlaceRead]) -> list[ClippedEnd]:
    """What at least `FEWEST` fragments show beyond the same place, in order."""
    groups: dict[tuple[Clip, str], dict[str, str]] = defaultdict(dict)
    for read in reads:
        first, last = read.blocks[0], read.blocks[-1]
        for clip, away in (
            (Clip(last.end, on_right=True), read.sequence[last.query_end :]),
            (Clip(first.reference, on_right=False), read.sequence[: first.query][::-1]),
        ):
            if len(away) >= _SHOWN_ALIKE:
                texts = groups[clip, away[:_SHOWN_ALIKE]]
                texts[read.name] = max(texts.get(read.name, ""), away, key=len)
    return [
        ClippedEnd(clip, text if clip.on_right else text[::-1], len(texts))
        for (clip, _), texts in sorted(groups.items(), key=lambda item: item[0])
        if len(texts) >= FEWEST and (text := "".join(agreed_bases(texts.values())))
    ]


def assembled_texts(
    ends: Sequence[ClippedEnd],
    place: Place,
    fetch: Fetch,
    mates: Callable[[], Sequence[PlaceRead]],
) -> list[str]:
    """The sequences of a place that ends on its left and on its right make together.

    `mates` gives reads that are aligned nowhere; it is called where two ends do not meet.
    """
    found: dict[str, None] = {}
    for one, other in _facing(ends):
        if place.start <= one.clip.at and other.clip.at <= place.end:
            inserted = joined(one.bases, other.bases)
            if inserted is None:
                inserted = _joined_beyond(one, other, fetch)
            if inserted is None and (others := [mate.sequence for mate in mates()]):
                left = extended(one.bases, others)
                right = extended(other.bases[::-1], [text[::-1] for text in others])[::-1]
                inserted = joined(left, right)
            if inserted is None and all(_is_foreign(end, place, fetch) for end in (one, other)):
                inserted = joined_by_few(one.bases, other.bases)
            if inserted is not None:
                before, after = fetch(place.start, one.clip.at), fetch(other.clip.at, place.end)
                found.setdefault(before + inserted + after)
    return list(found)


def copied_texts(
    ends: Iterable[ClippedEnd],
    place: Place,
    fetch: Fetch,
    texts: Sequence[str],
    reads: Sequence[PlaceRead],
) -> list[str]:
    """The sequences of a place with a tandem duplication that an end goes on into, base by base.

    Where all reads begin at the same bases (amplicons) none need hold a copy with bases on both
    sides of it, and an aligner clips what it could show as a gap. What `texts`, the candidates that
    are there, or `FEWEST` fragments without a clip hold is told, here or where their gap is: a
    second candidate would take fragments from it. Where a call changes one of the bases, the copies
    may have that one.
    """
    around = _SHOWN_ALIKE + _LONGEST_COPY
    before, after = fetch(place.start - around, place.start), fetch(place.end, place.end + around)
    there = [before + text + after for text in texts]
    others = [
        _with_base(fetch, call) for call in place.calls if len(call.ref) == len(call.alt) == 1
    ]
    found: dict[str, None] = {}
    for end, having in product(ends, (fetch, *others)):
        at, size = end.clip.at, _copied_bases(end, having)
        if not size or not place.start <= at <= place.end:
            continue
        if not _is_told(_breaks_like(end, having), there, reads):
            low, high = (at - size, at) if end.clip.on_right else (at, at + size)
            copy = having(low, high)
            for own in (having, fetch):
                found.setdefault(own(place.start, at) + copy + own(at, place.end))
    return list(found)


def _with_base(fetch: Fetch, call: Allele) -> Fetch:
    """A contig that has another base, of which a duplication of the same molecule has copies."""

    def having(start: int, end: int) -> str:
        bases = fetch(start, end)
        i = call.start - max(0, start)
        return bases[:i] + call.alt + bases[i + 1 :] if 0 <= i < len(bases) else bases

    return having


def _copied_bases(end: ClippedEnd, fetch: Fetch) -> int:
    """Bases of the tandem duplication that an end goes on into base by base; 0 where it is none."""
    at, bases = end.clip.at, end.bases
    reach = len(bases) + _LONGEST_COPY
    low = max(0, at - reach)
    around = fetch(low, at + reach)
    for size in range(1, _LONGEST_COPY + 1):
        first = at - size if end.clip.on_right else at + size - len(bases)
        if first >= low and around[first - low :].startswith(bases):
            return size
    return 0


def _is_told(junction: str, texts: Iterable[str], reads: Iterable[PlaceRead]) -> bool:
    """Whether a candidate holds a junction, or reads do that are not clipped."""
    if any(junction in text for text in texts):
        return True
    whole = (
        read
        for read in reads
        if read.blocks[0].query == 0 and read.blocks[-1].query_end == len(read.sequence)
    )
    return len({read.name for read in whole if junction in read.sequence}) >= FEWEST


def _breaks_like(end: ClippedEnd, fetch: Fetch) -> str:
    """The first bases of an end with those beside it."""
    at = end.clip.at
    if end.clip.on_right:
        return fetch(at - _BESIDE_CLIP, at) + end.bases[:_SHOWN_ALIKE]
    return end.bases[-_SHOWN_ALIKE:] + fetch(at, at + _BESIDE_CLIP)


def _facing(ends: Sequence[ClippedEnd]) -> Iterator[tuple[ClippedEnd, ClippedEnd]]:
    """Ends of which one begins what may end at the other one."""
    for one in ends:
        for other in ends:
            between = other.clip.at - one.clip.at
            near = -_SHARED_BY_CHANCE <= between <= LONGEST
            if near and one.clip.on_right and not other.clip.on_right:
                yield one, other


def joined(left: str, right: str) -> str | None:
    """The shortest text that begins as `left` and ends as `right`, where both share enough.

    Either may go on beyond the end of it. None where they do not meet in `OVERLAP` bases or more.
    """
    best: tuple[int, int] | None = None
    for offset in range(OVERLAP - len(right), len(left) - OVERLAP + 1):
        one, other = left[max(0, offset) : offset + len(right)], right[max(0, -offset) :]
        size = min(len(one), len(other))
        wrong = sum(a != b for a, b in zip(one, other, strict=False))
        if size >= OVERLAP and wrong <= size // BASES_FOR_A_MISMATCH:
            best = max(best, (size, -offset)) if best else (size, -offset)
    if best is None:
        return None
    offset = -best[1]
    length = offset + len(right)
    if not 0 <= length <= LONGEST_INSERTION:
        return None
    return left[:offset] + right if offset > 0 else right[-offset:]


def _joined_beyond(one: ClippedEnd, other: ClippedEnd, fetch: Fetch) -> str | None:
    """The text between two ends of which the first one goes on into bases behind the other one.

    So do reads that begin at a primer: all are clipped alike at the other end, which has its few
    bases from beyond the insertion.
    """
    behind = fetch(other.clip.at, other.clip.at + len(one.bases))
    whole = joined(one.bases, other.bases + behind)
    if whole is None or len(whole) < len(behind):
        return None
    return whole[: len(whole) - len(behind)]


def joined_by_few(left: str, right: str) -> str | None:
    """The text that begins as `left` and ends as `right`, which share few bases at one offset only.

    Reads that begin at primers may all end a few bases beyond the other end of an insertion. None
    where fewer bases are shared than chance seldom makes alike, or at several offsets.
    """
    least = math.ceil(math.log(max(1, len(left) + len(right)), 4) + _BY_CHANCE)
    shared = [n for n in range(least, min(len(left), len(right)) + 1) if left.endswith(right[:n])]
    return left + right[shared[0] :] if len(shared) == 1 else None


def _is_foreign(end: ClippedEnd, place: Place, fetch: Fetch) -> bool:
    """Whether an end goes on as nothing near: neither a copy nor the other side of a gap."""
    around = fetch(max(0, place.start - _NEAR), place.end + _NEAR)
    beside = end.bases[:_SHOWN_ALIKE] if end.clip.on_right else end.bases[-_SHOWN_ALIKE:]
    return beside not in around


def extended(text: str, others: Iterable[str]) -> str:
    """A text carried on to the right by reads that hold its last bases, as far as two agree."""
    while len(text) >= OVERLAP and len(text) < LONGEST_INSERTION:
        last = text[-OVERLAP:]
        behind = [other[at + OVERLAP :] for other in others if (at := other.find(last)) >= 0]
        more = "".join(agreed_bases(behind))
        if not more:
            break
        text += more
    return text


def laid_on(
    mates: Iterable[PlaceRead], texts: Iterable[str], place: Place, fetch: Fetch
) -> list[PlaceRead]:
    """Reads aligned nowhere that begin on the left of one of some texts, or end on its right.

    They are laid on the reference by those bases of it that they have: too few for an aligner, but
    without them a long insertion would have fewer molecules than the wild type.
    """
    before = fetch(max(0, place.start - _BEFORE_UNPLACED), place.start)
    after = fetch(place.end, place.end + _BEFORE_UNPLACED)
    found = []
    for mate in mates:
        blocks = (
            _block_on(mate.sequence, before + text + after, len(before), len(text), place)
            for text in texts
        )
        block = next((one for one in blocks if one is not None), None)
        if block is not None:
            found.append(replace(mate, blocks=(block,)))
    return found


def _block_on(sequence: str, whole: str, first: int, size: int, place: Place) -> Block | None:
    """The bases of the reference that a read on a text of `size` bases at `first` of a whole has.

    None where it does not lie there, or within the text.
    """
    offset = next(
        (
            at - i
            for i in range(0, len(sequence) - OVERLAP + 1, OVERLAP)
            if (at := whole.find(sequence[i : i + OVERLAP])) >= 0
        ),
        first,
    )
    before, after = first - offset, offset + len(sequence) - first - size
    if before > 0:
        return Block(place.start - before, 0, before)
    return Block(place.end, len(sequence) - after, after) if after > 0 else None
