"""How often errors alone make a change of the kinase domain: a rate for each place and change.

Two sources are combined. The sample itself gives the rates r of each substitution (reference base,
other base) from all codons that are neither known hotspots nor themselves mutant: one of fragments
whose base a single read shows, one of those in which both mates, or the reads of a family, agree.
The rate of a place is that of its own fragments. It differs from place to place by a factor that is
gamma distributed with mean 1 and shape a. Controls (`flt3itd.kinase.background`) show the factor of
a place: with k errors where e were expected from the controls' own rates, it is gamma distributed
with shape a + k and mean (a + k) / (a + e). So few controls change little and many decide; and a
sample with more damage than the controls keeps its own level. Counts of errors are then negative
binomial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flt3itd.common.statistics import (
    RATE_FLOOR,
    may_be_errors,
    overdispersed_log_probability,
    overdispersed_tail,
    shape_of,
)
from flt3itd.kinase.exon_counts import Codon, ExonCounts
from flt3itd.locus.flt3 import TRANSCRIPT
from flt3itd.locus.residue_classes import HOTSPOTS

_MULTIPLE_RATE = 1e-5
"""Errors that change two or three bases of a codon at once."""
_UNLIKE = 10.0
"""Natural logarithm of a likelihood ratio that leaves no doubt."""


class PlaceFactor(NamedTuple):
    """How a place differs from others with the same change; the relative variance is 1 / shape."""

    mean: float
    shape: float


class ErrorRate(NamedTuple):
    """Errors by fragment whose base one read shows, and by fragment in which several agree."""

    once: float
    repeated: float

    def at(self, codon: Codon) -> float:
        """The rate among the fragments that show a codon."""
        if not codon.fragments:
            return self.once
        share = sum(codon.repeated) / codon.fragments
        return (1 - share) * self.once + share * self.repeated


Factors = Mapping[str, PlaceFactor]
"""Factors of places by the name of the change on the transcript (`NM_004119.3:c.2503G>T`)."""


def name_of(codon: Codon, base: int, changed: str) -> str:
    """The HGVS name of the substitution of one base (0 to 2) of a codon."""
    return f"{TRANSCRIPT}:c.{codon.first_base + base}{codon.reference[base]}>{changed[base]}"


@dataclass
class ErrorModel:
    """Error rates by substitution in the direction of the transcript, and their spread."""

    rates: dict[tuple[str, str], ErrorRate]
    shape: float
    gap_rate: float
    floor: float
    factors: Factors
    levels: dict[bool, float] = field(default_factory=dict)
    """Significance level of one test, in hotspot codons (True) and elsewhere (False)."""

    def level(self, codon: Codon) -> float:
        """The significance level of each test in a codon."""
        return self.levels[codon.residue in HOTSPOTS]

    def of_codon(self, codon: Codon, changed: str) -> PlaceFactor:
        """The rate at which errors turn a codon into another one, and its shape."""
        bases = [i for i in range(3) if codon.reference[i] != changed[i]]
        if len(bases) > 1:
            return PlaceFactor(_MULTIPLE_RATE, self.shape)
        rate = self.rates[codon.reference[bases[0]], changed[bases[0]]]
        return self._at(rate.at(codon), name_of(codon, bases[0], changed))

    def of_gap(self, name: str) -> PlaceFactor:
        """The rate at which errors make an insertion or deletion, by its name."""
        return self._at(self.gap_rate, name)

    def _at(self, rate: float, name: str) -> PlaceFactor:
        factor = self.factors.get(name)
        if factor is None:
            return PlaceFactor(rate, self.shape)
        return PlaceFactor(max(rate * factor.mean, self.floor), factor.shape)

    def p_value(self, codon: Codon, changed: str) -> float:
        """The probability that errors alone show a changed codon as often as the reads do."""
        rate = self.of_codon(codon, changed)
        return overdispersed_tail(codon.count(changed), codon.fragments * rate.mean, rate.shape)


def estimate_errors(
    exons: Sequence[ExonCounts],
    significance: float,
    factors: Factors | None = None,
    floor: float = RATE_FLOOR,
) -> ErrorModel:
    """Learn the error rates of a sample from its codons that are no hotspots.

    None is below the floor.

    Done twice: changes that are significant the first time are left out the second time. The
    significance level is divided over all changes that are tested (Bonferroni), half of it over
    the hotspot codons, half over the others.
    """
    codons = [codon for exon in exons for codon in exon.codons]
    tests = {True: 0, False: 0}
    for codon in codons:
        tests[codon.residue in HOTSPOTS] += 3 * len(codon.seen)
    levels = {kind: significance / 2 / max(1, n) for kind, n in tests.items()}
    mutant: set[tuple[int, str]] = set()
    for _ in range(2):
        model = _fit(codons, exons, mutant, factors or {}, floor)
        model.levels = levels
        mutant = {
            (codon.first_base + base, changed)
            for codon in codons
            for base, changed in codon.single_changes()
            if codon.count(changed) and model.p_value(codon, changed) <= model.level(codon)
        }
    model = _fit(codons, exons, mutant, factors or {}, floor)
    model.levels = levels
    return model


def unlike_controls(exons: Sequence[ExonCounts], factors: Factors, significance: float) -> bool:
    """Whether the errors of a sample contradict the factors that controls showed.

    That is so when they are much more likely without the factors: the controls are of another
    chemistry, instrument or aligner, and would hide mutations here and invent them there.
    """
    with_controls = estimate_errors(exons, significance, factors)
    alone = estimate_errors(exons, significance)
    evidence = 0.0
    for codon in (codon for exon in exons for codon in exon.codons):
        fragments = codon.fragments
        for _, changed in codon.single_changes() if fragments else ():
            count = codon.count(changed)
            if may_be_errors(count, fragments):
                likelihoods = (
                    overdispersed_log_probability(count, fragments * rate.mean, rate.shape)
                    for rate in (
                        alone.of_codon(codon, changed),
                        with_controls.of_codon(codon, changed),
                    )
                )
                evidence += next(likelihoods) - next(likelihoods)
    return evidence > _UNLIKE


class _Seen(NamedTuple):
    """Errors at a place, and the fragments with its factor: of one read, and of several."""

    once: int
    fragments_once: float
    repeated: int
    fragments_repeated: float

    def rate_once(self, usual: _Seen) -> float:
        """The rate of fragments that one read shows, with that of all substitutions as prior."""
        prior = _share(usual.once, usual.fragments_once)
        return _rate(self.once, self.fragments_once, prior)

    def rate_repeated(self, usual: _Seen) -> float:
        """The same of fragments in which several reads agree."""
        prior = _share(usual.repeated, usual.fragments_repeated)
        return _rate(self.repeated, self.fragments_repeated, prior)


_NOTHING = _Seen(0, 0.0, 0, 0.0)


def _totals(places: Iterable[_Seen]) -> _Seen:
    """The sums over places."""
    return _Seen(*map(sum, zip(_NOTHING, *places, strict=True)))


def _fit(
    codons: Sequence[Codon],
    exons: Sequence[ExonCounts],
    mutant: set[tuple[int, str]],
    factors: Factors,
    floor: float,
) -> ErrorModel:
    observed: dict[tuple[str, str], list[_Seen]] = {
        (a, b): [] for a in "ACGT" for b in "ACGT" if a != b
    }
    for codon in codons:
        fragments = codon.fragments
        if codon.residue in HOTSPOTS or not fragments:
            continue
        agreeing = sum(codon.repeated)
        for base, changed in codon.single_changes():
            count = codon.count(changed)
            known = (codon.first_base + base, changed) in mutant
            if may_be_errors(count, fragments) and not known:
                factor = factors.get(name_of(codon, base, changed))
                mean = 1.0 if factor is None else factor.mean
                again = codon.repeated_count(changed)
                observed[codon.reference[base], changed[base]].append(
                    _Seen(count - again, (fragments - agreeing) * mean, again, agreeing * mean)
                )
    usual = _totals(place for seen in observed.values() for place in seen)
    rates = {}
    excess = squares = 0.0
    for substitution, seen in observed.items():
        own = _totals(seen)
        once, repeated = own.rate_once(usual), own.rate_repeated(usual)
        rates[substitution] = ErrorRate(max(once, repeated, floor), max(repeated, floor))
        for place in seen:
            expected = place.fragments_once * _share(own.once, own.fragments_once)
            expected += place.fragments_repeated * _share(own.repeated, own.fragments_repeated)
            excess += (place.once + place.repeated - expected) ** 2 - expected
            squares += expected**2
    covered = sum(codon.fragments * len(codon.seen) for codon in codons)
    gaps = sum(exon.rare_changes for exon in exons)
    return ErrorModel(
        rates, shape_of(excess, squares), max(_share(gaps, covered), floor), floor, factors
    )


def _rate(errors: int, fragments: float, prior: float) -> float:
    """The rate of a substitution, given that of all, which is worth as much as one error.

    Over a few codons a substitution may show no error by chance.
    """
    return (errors + 1) / (fragments + 1 / prior) if prior else 0.0


def _share(errors: int, fragments: float) -> float:
    return errors / fragments if fragments else 0.0
