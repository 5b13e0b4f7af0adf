"""Whether some exons of KMT2A have more copies than the rest of the gene.

The depth of an exon is compared with that of the exons behind exon 11, which no partial tandem
duplication repeats, and this ratio with the same ratio in controls, because each exon is
captured with an efficiency of its own. If a fraction v of the alleles carries one extra copy, the
ratio is 1 + v. A gain of the whole gene leaves it at 1.

All numbers are natural logarithms until they are reported. The depth of each exon is compared with
the mean of the controls; then the median over the reference exons is taken from all, a median so
that a deletion in one of them changes nothing. The statistic of a run is the mean over its exons.
Mean and median weigh exons by the root of their length. The statistic is compared with its spread
between the controls by Student's t, so few controls make a high limit, not a wrong answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.common.statistics import student_quantile
from flt3itd.records import Status

FIRST_EXONS = (2, 3)
LAST_EXONS = (6, 7, 8, 9, 10, 11)
"""Runs that are looked for. Published ones begin with exon 2, whose breakpoints lie in intron 1,
and end with 8, 9 or 10 (scripts/kmt2a/rows.py); exon 2 has 70 bases and is often not measured."""
TYPICAL_RUN = (2, 8)
"""The most frequent run, whose ratio is reported where none is raised."""
FIRST_REFERENCE_EXON = 12
MINIMUM_CONTROLS = 5
"""Below it the spread is not known within a factor of 3 (chi-square, 4 degrees of freedom)."""
LARGEST_LIMIT = 0.5
"""Where not even a duplication in one allele of every cell would be found, nothing is said."""
FALSE_POSITIVE_RATE = 0.001
"""For one wild-type sample; divided by the number of runs (Bonferroni)."""
FRAGMENT_BASES = 300
"""Bases that one fragment adds, for the counting error: at most two reads of 150."""
_POWER = 0.95
_PRIOR_DEGREES = 4
"""Weight of the median spread of all exons in the spread of one."""
_LEAST_VARIANCE = 1e-6
"""Of an exon: controls that agree to the third digit are not taken at their word."""
_MEDIAN_VARIANCE = math.pi / 2
"""Of a median, as a multiple of that of a mean of normal numbers."""
_EXON_1_LIKELIHOOD = 2.0
"""Log-likelihood ratio from which on exon 1 counts as raised as well (7 to 1)."""

_EXON_1_RAISED = (
    "exon 1 is raised as well, which no partial tandem duplication does: a gain of the 5' part or "
    "a loss of the 3' part of the gene, as in a rearrangement"
)

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ExonDose:
    """The part of an exon that was read: bases, and mean depth in fragments."""

    bases: int
    mean: float


Doses = Mapping[int, ExonDose]
"""By exon number."""


@dataclass(frozen=True)
class Dosage:
    """What the depth says. Ratios are None where they could not be measured.

    `exons` is the first and last exon of the run that the numbers belong to; `exon_ratios` are
    those of single exons. The interval is a 95 % interval of the ratio.
    """

    status: Status
    reason: str = ""
    exons: tuple[int, int] | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    limit: float | None = None
    reference: tuple[int, ...] = ()
    controls: int = 0
    exon_ratios: tuple[tuple[int, float], ...] = ()
    exon_1_read: bool = False


@dataclass(frozen=True)
class _Run:
    """A statistic: weights over the exons that are compared, which add up to one."""

    exons: tuple[int, ...]
    weights: FloatArray


class Comparison:
    """Exons that can be compared, and what the controls say of them."""

    def __init__(self, exons: Sequence[int], bases: Doses, controls: Sequence[Doses]) -> None:
        self.exons = tuple(exons)
        self._index = {number: i for i, number in enumerate(self.exons)}
        self._root = np.sqrt([bases[number].bases for number in self.exons])
        self.reference = tuple(n for n in self.exons if n >= FIRST_REFERENCE_EXON)
        self._reference = self._mean_of(self.reference)
        self.controls = len(controls)
        self._centre = np.mean([self._log(doses) for doses in controls], axis=0)
        self._normal = np.array([self.relative(doses) for doses in controls])
        self._counting = np.mean([self._counting_variance(doses) for doses in controls], axis=0)
        self.runs = self._distinct_runs()

    def _mean_of(self, exons: Iterable[int]) -> FloatArray:
        weights = np.zeros(len(self.exons))
        for number in exons:
            weights[self._index[number]] = self._root[self._index[number]]
        mean: FloatArray = weights / weights.sum()
        return mean

    def _log(self, doses: Doses) -> FloatArray:
        logs = np.log([doses[number].mean for number in self.exons])
        relative: FloatArray = logs - self._reference @ logs
        return relative

    def _counting_variance(self, doses: Doses) -> FloatArray:
        """Variance of the logarithm of each exon's mean depth when fragments fall at random."""
        bases = np.array([doses[number].bases for number in self.exons], dtype=float)
        depth = np.array([doses[number].mean for number in self.exons])
        variance: FloatArray = FRAGMENT_BASES / (depth * np.maximum(bases, FRAGMENT_BASES))
        return variance

    def run(self, first: int, last: int) -> _Run:
        """The run from exon to exon, of those exons that are read."""
        exons = tuple(number for number in self.exons if first <= number <= last)
        return _Run(exons, self._mean_of(exons))

    def _distinct_runs(self) -> list[_Run]:
        found: dict[tuple[int, ...], _Run] = {}
        for first in FIRST_EXONS:
            for last in LAST_EXONS:
                if any(FIRST_EXONS[-1] <= n <= LAST_EXONS[0] for n in self.exons):
                    run = self.run(first, last)
                    found.setdefault(run.exons, run)
        return list(found.values())

    def relative(self, doses: Doses) -> FloatArray:
        """Logarithms of the ratio of each exon to the reference exons and to the controls."""
        ratio: FloatArray = self._log(doses) - self._centre
        behind = self._reference > 0
        order = np.argsort(ratio[behind])
        weights = self._reference[behind][order]
        median = np.interp(0.5, np.cumsum(weights) - weights / 2, ratio[behind][order])
        relative: FloatArray = ratio - median
        return relative

    def deviation(self, run: _Run, doses: Doses) -> float:
        """Standard deviation of the statistic of a run in a wild-type sample.

        The spread between the controls holds their counting error; a shallower sample has more.
        """
        between = float(np.var(self._normal @ run.weights, ddof=1)) * (1 + 1 / self.controls)
        counted = run.weights**2 + _MEDIAN_VARIANCE * self._reference**2
        return math.sqrt(between + float(counted @ self._excess(doses)))

    def _excess(self, doses: Doses) -> FloatArray:
        excess: FloatArray = np.maximum(0, self._counting_variance(doses) - self._counting)
        return excess

    def precision(self, doses: Doses) -> FloatArray:
        """Inverse variance of each exon's logarithm, steadied by the other exons."""
        degrees = self.controls - 1
        spread = np.var(self._normal, axis=0, ddof=1)
        steady = (degrees * spread + _PRIOR_DEGREES * np.median(spread)) / (
            degrees + _PRIOR_DEGREES
        )
        variance = steady * (1 + 1 / self.controls) + self._excess(doses)
        precision: FloatArray = 1 / np.maximum(variance, _LEAST_VARIANCE)
        return precision

    @property
    def threshold(self) -> float:
        """Standard deviations above which a run is raised."""
        tail = FALSE_POSITIVE_RATE / len(self.runs)
        return student_quantile(1 - tail, self.controls - 1)

    def limit(self, doses: Doses) -> float:
        """The smallest VAF that raises any of the runs with probability 95 %."""
        needed = self.threshold + student_quantile(_POWER, self.controls - 1)
        return max(math.expm1(needed * self.deviation(run, doses)) for run in self.runs)


def assess(
    sample: Doses,
    controls: Sequence[Doses],
    minimum_depth: int,
    junction: tuple[int, int] | None = None,
) -> Dosage:
    """What the depth of the exons of one sample says, compared with the controls.

    The controls have the same parts of exons as the sample. The ratio is that of the exons
    which a `junction` shows to be repeated (first and last), else of the likeliest run where one
    is raised, else of the typical run.
    """
    exons, reason = usable_exons(sample, controls, minimum_depth)
    if reason:
        return Dosage(Status.NOT_ASSESSABLE, reason, controls=len(controls))
    comparison = Comparison(exons, sample, controls)
    relative = comparison.relative(sample)
    limit = comparison.limit(sample)
    best, gain = _likeliest(comparison, relative, comparison.precision(sample))
    raised = gain > 0 and _is_raised(comparison, best, relative, sample)
    run = best if raised else comparison.run(*TYPICAL_RUN)
    if junction is not None and any(junction[0] <= n <= junction[1] for n in comparison.exons):
        run = comparison.run(*junction)
    value, spread = float(run.weights @ relative), comparison.deviation(run, sample)
    half = student_quantile(0.975, comparison.controls - 1) * spread
    status, reason = Status.NOT_DETECTED, ""
    if raised and _exon_1_too(comparison, value, relative, sample):
        status, reason = Status.NOT_ASSESSABLE, _EXON_1_RAISED
    elif raised:
        status = Status.DETECTED
    elif limit > LARGEST_LIMIT:
        status = Status.NOT_ASSESSABLE
        reason = (
            f"the controls differ too much: the limit of detection would be a VAF of {limit:.2g}"
        )
    return Dosage(
        status=status,
        reason=reason,
        exons=(run.exons[0], run.exons[-1]),
        ratio=math.exp(value),
        interval=(math.exp(value - half), math.exp(value + half)),
        limit=limit,
        reference=comparison.reference,
        controls=comparison.controls,
        exon_ratios=tuple(
            (number, float(ratio))
            for number, ratio in zip(comparison.exons, np.exp(relative), strict=True)
        ),
        exon_1_read=1 in comparison.exons,
    )


def usable_exons(
    sample: Doses, controls: Sequence[Doses], minimum_depth: int
) -> tuple[list[int], str]:
    """The exons that are deep enough in the sample and all controls, and why they do not do."""
    if not any(number >= FIRST_REFERENCE_EXON for number in sample):
        return (
            [],
            f"no exon behind exon {FIRST_REFERENCE_EXON - 1}, to compare with, is in the targets",
        )
    if not any(_repeated_in_all(number) for number in sample):
        return [], "none of exons 3 to 6, which the duplications repeat, is in the targets"
    if len(controls) < MINIMUM_CONTROLS:
        return [], (
            f"{len(controls)} controls of this assay; the ratio of exons needs "
            f"{MINIMUM_CONTROLS} or more to compare with"
        )
    deep = sorted(
        number
        for number in sample
        if all(doses[number].mean >= minimum_depth for doses in (sample, *controls))
    )
    if not any(map(_repeated_in_all, deep)) or deep[-1] < FIRST_REFERENCE_EXON:
        return [], f"too few exons have a mean depth of {minimum_depth} or more"
    return deep, ""


def _repeated_in_all(number: int) -> bool:
    return FIRST_EXONS[-1] <= number <= LAST_EXONS[0]


def _likeliest(
    comparison: Comparison, relative: FloatArray, precision: FloatArray
) -> tuple[_Run, float]:
    """The run whose gain explains the exons up to 11 best, and its log-likelihood ratio to none."""
    best, most = comparison.runs[0], 0.0
    for run in comparison.runs:
        inside = np.array([number in run.exons for number in comparison.exons])
        total = float((precision * relative)[inside].sum())
        gain = total * abs(total) / (2 * float(precision[inside].sum()))
        if gain > most:
            best, most = run, gain
    return best, most


def _is_raised(comparison: Comparison, run: _Run, relative: FloatArray, sample: Doses) -> bool:
    """Whether a run is raised beyond what controls do, and not by a few of its exons alone."""
    value = float(run.weights @ relative)
    if value <= comparison.threshold * comparison.deviation(run, sample):
        return False
    inside = [float(relative[comparison.exons.index(number)]) for number in run.exons]
    return 2 * sum(one > value / 2 for one in inside) > len(inside)


def _exon_1_too(comparison: Comparison, value: float, relative: FloatArray, sample: Doses) -> bool:
    """Whether exon 1 is raised like the run rather than not at all."""
    if comparison.exons[0] != 1:
        return False
    gain = float(relative[0]) * value - value * value / 2
    return gain * float(comparison.precision(sample)[0]) > _EXON_1_LIKELIHOOD


def unlike_the_others(controls: Mapping[str, Doses], minimum_depth: int) -> dict[str, str]:
    """Controls that are no controls, and why, by name.

    One after the other, the control that differs most from the rest is left out, as long as
    it differs by as much as a sample must to be called.
    """
    left = {}
    for name, doses in controls.items():
        behind = [dose.mean for number, dose in doses.items() if number >= FIRST_REFERENCE_EXON]
        if behind and min(behind) < minimum_depth:
            left[name] = f"the mean depth of an exon is below {minimum_depth}"
    while len(controls) - len(left) > MINIMUM_CONTROLS:
        worst = max(
            ((_difference(name, controls, left, minimum_depth), name) for name in controls),
        )
        if worst[0] <= 1:
            break
        left[worst[1]] = "the ratio of its exons differs from that of the other controls"
    return left


def _difference(
    name: str, controls: Mapping[str, Doses], left: Mapping[str, str], minimum_depth: int
) -> float:
    """How far a control lies from the rest, in multiples of what counts as raised."""
    if name in left:
        return 0.0
    rest = [doses for other, doses in controls.items() if other not in left and other != name]
    exons, reason = usable_exons(controls[name], rest, minimum_depth)
    if reason:
        return 0.0
    comparison = Comparison(exons, controls[name], rest)
    relative = comparison.relative(controls[name])
    return max(
        abs(float(run.weights @ relative))
        / (comparison.threshold * comparison.deviation(run, controls[name]))
        for run in comparison.runs
    )
