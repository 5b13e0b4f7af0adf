"""How much of each of several haplotypes there is, and the fragments that tell it.

Fragments that fit several haplotypes speak for all of them: the shares x of the haplotypes maximise
the likelihood prod_f (sum of x_h over the haplotypes h that f fits) (EM; Dempster et al. 1977).

The number of fragments that an interval rests on is that of equally weighted ones,
(sum w)^2 / sum w^2 (Kish 1965).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.read_rules import Span, SpanCount

_PRIMER_MISREAD = 0.05
"""Share of the fragments whose primer may not be told, by errors of its bases."""
_STEPS = 200
_PRECISION = 1e-6


@dataclass(frozen=True)
class Fragment:
    """The mismatches of a fragment on each haplotype, and its weight.

    `other`: it fits none. `strands` are those of its reads that speak. Of the haplotypes `unseen`
    its amplicon may make no product. `span` is where it begins and ends, of amplicons.
    """

    mismatches: tuple[int, ...]
    weight: float
    other: bool
    strands: tuple[bool, ...]
    unseen: frozenset[int] = frozenset()
    span: Span | None = None


def best_of(mismatches: Sequence[int], among: Sequence[int]) -> frozenset[int]:
    """Those of some haplotypes on which there are the fewest mismatches."""
    least = min(mismatches[h] for h in among)
    return frozenset(h for h in among if mismatches[h] == least)


@dataclass(frozen=True)
class Share:
    """How much of some haplotypes there is, with the fragments that tell them from the others.

    `vaf` is that of the likelihood; the interval is Wilson's for as many equally weighted fragments
    as there are. Reads are counted by strand, forward and reverse. `by_span` has the fragments of
    amplicons that make all haplotypes, by where they begin and end.
    """

    vaf: float
    interval: ConfidenceInterval
    mutant: int
    informative: int
    mutant_reads: tuple[int, int]
    wildtype_reads: tuple[int, int]
    by_span: tuple[SpanCount, ...] = ()


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
        by_span: dict[Span, list[int]] = defaultdict(lambda: [0, 0])
        for fragment, fitting, unseen in zip(
            self._fragments, self._fitting, self._unseen, strict=True
        ):
            has = fitting is not None and fitting <= carriers
            if unseen & carriers:
                continue
            if not has and fitting is not None and fitting & carriers:
                continue
            mutant, informative = mutant + has, informative + 1
            if fragment.span is not None and not unseen:
                by_span[fragment.span][0] += has
                by_span[fragment.span][1] += 1
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
            tuple(SpanCount(span, *counts) for span, counts in by_span.items()),
        )
