"""Which of several haplotypes each fragment comes from.

A read is laid without a gap on every haplotype of a place, from each of its aligned blocks, to the
left and to the right of what differs, soft-clipped bases included. It speaks for the haplotypes on
which it has the fewest mismatches; mates are put together. Fragments that fit several haplotypes
speak for all of them. `scripts.panel.shares` has how much of each there is.

**No haplotype is seen more easily for being shorter.** All molecules that start at the same base
on the left of the place are equally likely to be read from there, whatever follows, and so are
those that end at the same base on its right. So a read counts one half if it begins on the left,
and one half if it ends on the right. Reads of amplicons begin at primers, so that how many reach
over the place depends on how long it is: of them only the first base of the read (5') counts,
wherever it ends. From there all haplotypes are read equally far. An amplicon with a primer in
bases that one of the haplotypes lacks, has otherwise or has twice makes another product of it, or
none, and shows the primer in place of them: its fragments say nothing of how much of it there is.
On all others a read lies with its primers on their sites: beside a primer, the reads of the wild
type would fit a longer haplotype as well, and those of that one nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import ne
from typing import NamedTuple

from flt3itd.hgvs.transcript import Fetch
from scripts.panel.description import trimmed
from scripts.panel.place_reads import LEAST_PLACED, PlaceRead, PrimerSite
from scripts.panel.places import Place
from scripts.panel.read_rules import PRIMER_ERRORS, Span
from scripts.panel.shares import Fragment

FLANK = 30
"""Bases on both sides of a place in which a read must fit."""
ROOM = 6
"""Bases beside a place that a read must have to begin on its left or to end on its right."""
_MISMATCHES = 2
_BASES_FOR_ONE_MORE = 20
"""A read that fits no haplotype with at most `_MISMATCHES`, and one more for so many bases, comes
from another one."""
_BINDS = 12
"""Bases of a primer that do not stand twice within some hundred by chance."""
_REMEMBERED = 4096
"""Primers of reads whose place is kept: most are the same few."""


class _Fit(NamedTuple):
    """How a read lies on a haplotype: mismatches and bases compared, and whether it sticks out."""

    mismatches: int
    compared: int
    begins_left: bool
    ends_right: bool

    @property
    def is_of_another(self) -> bool:
        """Whether a read that lies so comes from another haplotype."""
        return self.mismatches > _MISMATCHES + self.compared // _BASES_FOR_ONE_MORE


_NOWHERE = _Fit(1_000, 0, False, False)


class Haplotype:
    """The sequence `text` in a place, between the bases of the reference beside it."""

    def __init__(self, text: str, place: Place, before: str, after: str) -> None:
        self.text = text
        self.place = place
        self.sequence = before + text + after
        self._first = len(before)
        self._last = len(before) + len(text)

    def fit(self, read: PlaceRead, *, binds: bool = False) -> _Fit:
        """The best of the ways in which a read can lie on the haplotype.

        If its primers bind there (`binds`), the read lies with them on their sites.
        """
        low, high = self.place.start, self.place.end
        offsets = set()
        for block in read.blocks:
            shift = block.reference - block.query
            if block.reference < high:
                offsets.add(self._first + shift - low)
            if block.end > low:
                offsets.add(self._last + shift - high)
        offsets |= self._between_changes(read)
        ignored = read.poor
        if binds and read.hidden:
            ignored = tuple(sorted(set(read.poor).difference(read.hidden)))
        ways = (self._at(offset, read, ignored) for offset in offsets)
        return min(ways, key=_rank, default=_NOWHERE)

    def _between_changes(self, read: PlaceRead) -> set[int]:
        """Where a read may lie that is aligned between two changes of the place alone.

        Its bases on neither side of the place say how far it is shifted; those between them do,
        where they stand once.
        """
        found = set()
        for block in read.blocks:
            low, high = max(block.reference, self.place.start), min(block.end, self.place.end)
            reaches_out = block.end - high >= ROOM or low - block.reference >= ROOM
            if high - low < LEAST_PLACED or reaches_out:
                continue
            for at in (low, high - LEAST_PLACED):
                query = at - block.reference + block.query
                seed = read.sequence[query : query + LEAST_PLACED]
                stands = self.sequence.find(seed)
                if stands >= 0 and self.sequence.find(seed, stands + 1) < 0:
                    found.add(stands - query)
        return found

    def _at(self, offset: int, read: PlaceRead, ignored: Iterable[int]) -> _Fit:
        """A read whose first base lies on base `offset` of the sequence; some bases say nothing."""
        begin = max(self._first - FLANK, offset, 0)
        end = min(self._last + FLANK, offset + len(read.sequence), len(self.sequence))
        if end <= begin:
            return _NOWHERE
        own, expected = read.sequence[begin - offset : end - offset], self.sequence[begin:end]
        mismatches = 0
        if own != expected:
            mismatches = sum(map(ne, own, expected))
            for at in ignored:
                i = at + offset - begin
                if 0 <= i < len(own) and own[i] != expected[i]:
                    mismatches -= 1
        return _Fit(
            mismatches,
            end - begin,
            offset <= self._first - ROOM,
            offset + len(read.sequence) >= self._last + ROOM,
        )

    def sites(self, primers: Iterable[str]) -> Iterator[PrimerSite]:
        """Where primers stand on the contig, if this is the wild type and holds them.

        Up to `PRIMER_ERRORS` of their bases may be others: errors.
        """
        for primer in primers:
            found = self.sequence.find(primer)
            if found < 0:
                found = _place_of_misread(primer, self.sequence)
            if found >= 0:
                at = found + self.place.start - self._first
                yield at, at + len(primer)

    def holds(self, site: PrimerSite, wildtype: Haplotype) -> bool:
        """Whether it has the bases of the wild type at the site of a primer (on the contig).

        A gap may stand beside it.
        """
        base, size = self.place.start - wildtype._first, len(wildtype.sequence)
        low, high = max(0, site[0] - base), min(size, site[1] - base)
        shift = len(self.sequence) - size
        behind = self.sequence[max(0, low + shift) : max(0, high + shift)]
        return high <= low or wildtype.sequence[low:high] in (self.sequence[low:high], behind)

    def lacks(self, site: tuple[int, int], wildtype: Haplotype) -> bool:
        """Whether it has other bases than the wild type at the site of a primer (on the contig).

        Also where they stand twice, or a gap could be: whether the primer still binds there, or at
        another place, is not known.
        """
        low = site[0] - self.place.start + wildtype._first
        high = site[1] - self.place.start + wildtype._first
        size = len(wildtype.sequence)
        if self.sequence == wildtype.sequence:
            return False
        before = trimmed(wildtype.sequence, self.sequence)[0]
        after = size - trimmed(wildtype.sequence[::-1], self.sequence[::-1])[0]
        if low < max(before, after) and min(before, after) < high:
            return True
        # Where a copy has another base too, its other bases are copied all the same.
        primer = wildtype.sequence[max(0, low) : max(0, high)]
        return len(primer) >= _BINDS and wildtype.sequence.count(primer) < self.sequence.count(
            primer
        )


@lru_cache(_REMEMBERED)
def _place_of_misread(primer: str, sequence: str) -> int:
    """Where a primer with errors stands in a sequence; -1 where it does not."""
    places = range(len(sequence) - len(primer) + 1)
    errors = {at: sum(map(ne, primer, sequence[at : at + len(primer)])) for at in places}
    found = min(errors, key=lambda at: errors[at], default=-1)
    return found if errors.get(found, PRIMER_ERRORS + 1) <= PRIMER_ERRORS else -1


def _rank(fit: _Fit) -> tuple[int, int]:
    return fit.mismatches, -fit.compared


def haplotypes_of(texts: Iterable[str], place: Place, fetch: Fetch) -> list[Haplotype]:
    """Haplotypes with these texts in a place; `fetch` gives the sequence of its contig."""
    before = fetch(max(0, place.start - FLANK), place.start)
    after = fetch(place.end, place.end + FLANK)
    return [Haplotype(text, place, before, after) for text in texts]


def _weight(fit: _Fit, read: PlaceRead, *, from_primers: bool) -> float:
    """How much a read counts, by where it begins and ends on the haplotype that it fits best."""
    if from_primers:
        return float(fit.ends_right if read.reverse else fit.begins_left)
    return (fit.begins_left + fit.ends_right) / 2


def fragments_on(
    haplotypes: Sequence[Haplotype],
    reads: Iterable[PlaceRead],
    *,
    inside: bool = False,
    from_primers: bool = False,
) -> list[Fragment]:
    """The fragments that tell some haplotypes apart, or fit none of them.

    With `inside` also those of reads that lie in the place, which have no weight: they show what
    is there, and not how much of it. `from_primers`: the reads begin at those of amplicons.
    """
    seen: dict[str, list[tuple[tuple[int, ...], float, bool, bool]]] = defaultdict(list)
    unseen_by: dict[PrimerSite, frozenset[int]] = {}
    without: dict[PrimerSite, frozenset[int]] = {}
    unseen: dict[str, frozenset[int]] = defaultdict(frozenset)
    spans: dict[str, Span | None] = {}
    for read in reads:
        spans.setdefault(read.name, read.span)
        unbound: frozenset[int] = frozenset()
        for site in (*read.primers, *haplotypes[0].sites(read.clipped_primers)):
            if site not in unseen_by:
                wildtype, some = haplotypes[0], list(enumerate(haplotypes))
                unseen_by[site] = frozenset(h for h, one in some if one.lacks(site, wildtype))
                without[site] = frozenset(h for h, one in some if not one.holds(site, wildtype))
            unseen[read.name] |= unseen_by[site]
            unbound |= without[site]
        fits = [one.fit(read, binds=h not in unbound) for h, one in enumerate(haplotypes)]
        best = min(fits, key=_rank)
        if best.compared == 0:
            continue
        mismatches = tuple(fit.mismatches for fit in fits)
        other = best.is_of_another
        weight = _weight(best, read, from_primers=from_primers)
        if (weight or inside) and (other or len(set(mismatches)) > 1):
            seen[read.name].append((mismatches, weight, other, read.reverse))
    found = []
    for name, mates in seen.items():
        total = tuple(map(sum, zip(*(mate[0] for mate in mates), strict=True)))
        weight = sum(mate[1] for mate in mates)
        other = any(mate[2] for mate in mates)
        strands = tuple(mate[3] for mate in mates)
        made_without = unseen.get(name, frozenset())
        found.append(Fragment(total, weight, other, strands, made_without, spans[name]))
    return found
