"""Which of several haplotypes each fragment comes from, and how much of each there is.

A read is laid without a gap on every haplotype of a place, from each of its aligned blocks, to the
left and to the right of what differs, soft-clipped bases included. It speaks for the haplotypes on
which it has the fewest mismatches; mates are put together. Fragments that fit several haplotypes
speak for all of them, and the shares x of the haplotypes maximise the likelihood
prod_f (sum of x_h over the haplotypes h that f fits) (EM; Dempster et al. 1977).

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

The number of fragments that an interval rests on is that of equally weighted ones,
(sum w)^2 / sum w^2 (Kish 1965).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import ne
from typing import NamedTuple

from flt3itd.common.statistics import wilson_interval
from flt3itd.hgvs.transcript import Fetch
from flt3itd.records import ConfidenceInterval
from scripts.panel.description import trimmed
from scripts.panel.place_reads import PlaceRead, PrimerSite
from scripts.panel.places import Place
from scripts.panel.read_rules import PRIMER_ERRORS

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
_PRIMER_MISREAD = 0.05
"""Share of the fragments whose primer may not be told, by errors of its bases."""
_REMEMBERED = 4096
"""Primers of reads whose place is kept: most are the same few."""
_STEPS = 200
_PRECISION = 1e-6


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
        ignored = read.poor
        if binds and read.hidden:
            ignored = tuple(sorted(set(read.poor).difference(read.hidden)))
        ways = (self._at(offset, read, ignored) for offset in offsets)
        return min(ways, key=_rank, default=_NOWHERE)

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


@dataclass(frozen=True)
class Fragment:
    """The mismatches of a fragment on each haplotype, and its weight.

    `other`: it fits none. `strands` are those of its reads that speak. Of the haplotypes `unseen`
    its amplicon may make no product.
    """

    mismatches: tuple[int, ...]
    weight: float
    other: bool
    strands: tuple[bool, ...]
    unseen: frozenset[int] = frozenset()


def best_of(mismatches: Sequence[int], among: Sequence[int]) -> frozenset[int]:
    """Those of some haplotypes on which there are the fewest mismatches."""
    least = min(mismatches[h] for h in among)
    return frozenset(h for h in among if mismatches[h] == least)


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
    for read in reads:
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
        found.append(Fragment(total, weight, other, strands, unseen.get(name, frozenset())))
    return found


@dataclass(frozen=True)
class Share:
    """How much of some haplotypes there is, with the fragments that tell them from the others.

    `vaf` is that of the likelihood; the interval is Wilson's for as many equally weighted fragments
    as there are. Reads are counted by strand, forward and reverse.
    """

    vaf: float
    interval: ConfidenceInterval
    mutant: int
    informative: int
    mutant_reads: tuple[int, int]
    wildtype_reads: tuple[int, int]


class Mixture:
    """The haplotypes that have fragments of their own, and how much of each there is.

    `present` are the indices of these; 0 is the wild type and always among them. Of those in
    `open` no amplicon is known to make its usual product, so that how much there is is not known.
    """

    def __init__(self, fragments: Sequence[Fragment], count: int, fewest: float) -> None:
        self._patterns = Counter(f.mismatches for f in fragments if not f.other)
        self.present = self._with_own(count, fewest)
        self.open = self._in_no_amplicon(fragments)
        self._fragments: list[Fragment] = []
        self._fitting: list[frozenset[int] | None] = []
        self._unseen: list[frozenset[int]] = []
        for fragment in fragments:
            unseen = (fragment.unseen - self.open).intersection(self.present)
            made = frozenset(self.present) - unseen
            fitting = None if fragment.other else best_of(fragment.mismatches, self.present)
            if fitting is not None:
                fitting &= made
            # Of an amplicon that makes no other haplotype, nothing follows.
            if fitting is None or (fitting and not (unseen and made <= fitting)):
                self._fragments.append(fragment)
                self._fitting.append(fitting)
                self._unseen.append(unseen)
        self.shares, self.other = self._maximise()

    def _in_no_amplicon(self, fragments: Sequence[Fragment]) -> frozenset[int]:
        """The haplotypes that are present of which no amplicon is known to make a usual product."""
        whole = sum(f.weight for f in fragments)
        seen = {h: sum(f.weight for f in fragments if h not in f.unseen) for h in self.present}
        least = _PRIMER_MISREAD * whole
        return frozenset(h for h, weight in seen.items() if weight <= least < whole)

    def _with_own(self, count: int, fewest: float) -> list[int]:
        """Leave out haplotypes in turn, those with the fewest fragments of their own first."""
        present = list(range(count))
        while len(present) > 1:
            own = self.own(present)
            weakest = min(present[1:], key=lambda h: (own[h], -h))
            if own[weakest] >= fewest:
                break
            present.remove(weakest)
        return present

    def own(self, present: Sequence[int]) -> Counter[int]:
        """Fragments that fit one haplotype better than all others that are present."""
        own: Counter[int] = Counter()
        for mismatches, count in self._patterns.items():
            best = best_of(mismatches, present)
            if len(best) == 1:
                own[next(iter(best))] += count
        return own

    def _maximise(self) -> tuple[dict[int, float], float]:
        """The shares of the haplotypes, and of others that none of them is.

        Of the haplotypes that an amplicon does not make there are as many molecules beside its
        fragments as the shares say.
        """
        weights: dict[tuple[frozenset[int] | None, frozenset[int]], float] = defaultdict(float)
        for fragment, fitting, unseen in zip(
            self._fragments, self._fitting, self._unseen, strict=True
        ):
            weights[fitting, unseen] += fragment.weight
        total = sum(weights.values())
        if not total:
            return {h: float(h == 0) for h in self.present}, 0.0
        other = sum(weight for (fitting, _), weight in weights.items() if fitting is None) / total
        fitting_some = [(some, unseen, w) for (some, unseen), w in weights.items() if some]
        x = {h: 1 / len(self.present) for h in self.present}
        for _ in range(_STEPS):
            new = dict.fromkeys(self.present, 0.0)
            for fitting, unseen, weight in fitting_some:
                whole = sum(x[h] for h in fitting)
                for h in fitting:
                    new[h] += weight * (x[h] / whole if whole else 1 / len(fitting))
                beside = sum(x[h] for h in unseen)
                for h in unseen:
                    new[h] += weight * x[h] / max(1 - beside, _PRECISION)
            molecules = sum(new.values())
            new = {h: n / molecules for h, n in new.items()} if molecules else x
            moved = max(abs(new[h] - x[h]) for h in x)
            x = new
            if moved < _PRECISION:
                break
        return {h: share * (1 - other) for h, share in x.items()}, other

    def share(self, carriers: frozenset[int]) -> Share:
        """How much of the haplotypes `carriers` there is together.

        Fragments of amplicons that do not make them say nothing of it.
        """
        mutant = informative = 0
        weights = squares = 0.0
        reads = {True: [0, 0], False: [0, 0]}
        for fragment, fitting, unseen in zip(
            self._fragments, self._fitting, self._unseen, strict=True
        ):
            has = fitting is not None and fitting <= carriers
            if unseen & carriers:
                continue
            if not has and fitting is not None and fitting & carriers:
                continue
            mutant, informative = mutant + has, informative + 1
            weights, squares = weights + fragment.weight, squares + fragment.weight**2
            if has or fitting is not None:
                for reverse in fragment.strands:
                    reads[has][reverse] += 1
        vaf = sum(self.shares[h] for h in carriers)
        size = weights * weights / squares if squares else 0.0
        low, high = wilson_interval(vaf * size, size) if size else (0.0, 1.0)
        return Share(
            vaf,
            ConfidenceInterval(low, high),
            mutant,
            informative,
            (reads[True][0], reads[True][1]),
            (reads[False][0], reads[False][1]),
        )
