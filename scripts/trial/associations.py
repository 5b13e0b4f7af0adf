"""Whether ITD burden and kinase domain go together with response and drug response in vitro.

The burden is the total VAF of the first DNA, 0 where no ITD is detected; by ranks the allelic ratio
gives the same. RNA has none: how much of an allele is transcribed differs between patients. No p
value is corrected for the number of questions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from scipy import stats

from flt3itd.records import Status
from scripts.drug_response.records import Reach
from scripts.inputs.clinical_rows import REMISSIONS
from scripts.trial.groups import too_few
from scripts.trial.records import Association, DrugTested, SampleState, TrialPatient
from scripts.trial.survival import proportion

PROBABILITY = "probability that the first is higher (0.5: no difference)"
DIFFERENCE = "difference of the shares in remission"
CORRELATION = "rank correlation (Spearman)"

_First = TypeVar("_First")
_Second = TypeVar("_Second")

_LEAST_A_SIDE = 2
_LEAST_OF_CORRELATION = 4
"""Below, the standard error of Bonett and Wright has no degree of freedom."""
_Z = float(stats.norm.ppf(0.975))


def associations(patients: Sequence[TrialPatient], minimum: int) -> tuple[Association, ...]:
    """Every question, over all enrolled patients for whom both sides are known."""
    found = [_burden_by_response(patients, minimum), _tkd_by_response(patients, minimum)]
    drugs = dict.fromkeys(one.drug for patient in patients for one in patient.tested)
    for drug in sorted(drugs):
        found += [_burden_by_dose(patients, drug, minimum), _tkd_by_dose(patients, drug, minimum)]
    return tuple(found)


def _burden(patient: TrialPatient) -> float | None:
    """Total VAF of the first DNA; None without one, or where it is not assessable."""
    return next((_vaf(one) for one in _first_samples(patient) if not one.is_rna), None)


def _burden_of_rna(patient: TrialPatient) -> float | None:
    """Total VAF where only RNA was sequenced at first; None for all other patients."""
    first = _first_samples(patient)
    return _vaf(first[0]) if first and all(one.is_rna for one in first) else None


def _first_samples(patient: TrialPatient) -> list[SampleState]:
    """The samples of the first timepoint."""
    samples = patient.samples
    return [one for one in samples if one.timepoint == samples[0].timepoint]


def _vaf(sample: SampleState) -> float | None:
    return None if sample.itd is Status.NOT_ASSESSABLE else sample.vaf or 0.0


def _has_tkd(patient: TrialPatient) -> bool | None:
    """Whether the first sample has a kinase domain mutation; None where that is not known."""
    if not patient.samples or patient.samples[0].tkd is Status.NOT_ASSESSABLE:
        return None
    return patient.samples[0].tkd is Status.DETECTED


def _dose(patient: TrialPatient, drug: str) -> float | None:
    """The IC50 for ranks: beyond all doses where it is not reached; None where not known."""
    tested: DrugTested | None = next((one for one in patient.tested if one.drug == drug), None)
    if tested is None or tested.reach is Reach.UNKNOWN:
        return None
    bounds = {Reach.ABOVE: math.inf, Reach.BELOW: 0.0}
    return bounds.get(tested.reach, tested.value)


def _in_remission(patient: TrialPatient) -> bool:
    return patient.best in REMISSIONS


def _burden_by_response(patients: Sequence[TrialPatient], minimum: int) -> Association:
    found = two_samples(
        "ITD burden of patients with composite complete remission against those without",
        *_with_and_without(_both_known(patients, _burden, _in_remission)),
        minimum,
    )
    return _without_rna(found, _both_known(patients, _burden_of_rna, _in_remission))


def _tkd_by_response(patients: Sequence[TrialPatient], minimum: int) -> Association:
    return two_shares(
        "Composite complete remission with a kinase domain mutation against without one",
        *_with_and_without(_both_known(patients, _in_remission, _has_tkd)),
        minimum,
    )


def _burden_by_dose(patients: Sequence[TrialPatient], drug: str, minimum: int) -> Association:
    def dose(patient: TrialPatient) -> float | None:
        return _dose(patient, drug)

    known = _both_known(patients, _burden, dose)
    found = correlation(f"ITD burden and IC50 of {drug}", known, minimum)
    return _without_rna(found, _both_known(patients, _burden_of_rna, dose))


def _without_rna(found: Association, left_out: Sequence[object]) -> Association:
    """An association that says how many patients are left out, as only their RNA is known."""
    said = f"; {len(left_out)} of RNA alone left out" if left_out else ""
    return replace(found, sizes=found.sizes + said)


def _tkd_by_dose(patients: Sequence[TrialPatient], drug: str, minimum: int) -> Association:
    known = _both_known(patients, lambda patient: _dose(patient, drug), _has_tkd)
    return two_samples(
        f"IC50 of {drug} with a kinase domain mutation against without one",
        *_with_and_without(known),
        minimum,
    )


def _both_known(
    patients: Sequence[TrialPatient],
    first_of: Callable[[TrialPatient], _First | None],
    second_of: Callable[[TrialPatient], _Second | None],
) -> list[tuple[_First, _Second]]:
    """Two properties of each patient of whom both are known."""
    return [
        (first, second)
        for patient in patients
        if (first := first_of(patient)) is not None and (second := second_of(patient)) is not None
    ]


def _with_and_without(known: Sequence[tuple[_First, bool]]) -> tuple[list[_First], list[_First]]:
    """The first properties of those who have the second, and of those who have it not."""
    return [value for value, has in known if has], [value for value, has in known if not has]


def two_samples(
    question: str, first: Sequence[float], second: Sequence[float], minimum: int
) -> Association:
    """Mann-Whitney: the probability that one of the first is higher, ties counting half.

    The interval is that of Hanley and McNeil (Radiology 1982, 143:29-36), kept from 0 to 1.
    """
    n, m = len(first), len(second)
    sizes = f"{n} with, {m} without"
    reason = too_few(n + m, minimum) or _too_lopsided(n, m)
    if reason:
        return Association(question, PROBABILITY, n + m, sizes, None, None, None, None, reason)
    ranks = stats.rankdata([*first, *second])
    area = (float(sum(ranks[:n])) - n * (n + 1) / 2) / (n * m)
    if len(set(ranks)) == 1:
        reason = "all values are equal"
        return Association(question, PROBABILITY, n + m, sizes, 0.5, None, None, None, reason)
    p_value = float(stats.mannwhitneyu(ranks[:n], ranks[n:]).pvalue)
    if area in (0.0, 1.0):
        reason = "no interval: the two sides do not overlap"
        return Association(question, PROBABILITY, n + m, sizes, area, None, None, p_value, reason)
    pair, other = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (pair - area**2) + (m - 1) * (other - area**2)
    half = _Z * math.sqrt(max(0.0, spread) / (n * m))
    low, high = max(0.0, area - half), min(1.0, area + half)
    return Association(question, PROBABILITY, n + m, sizes, area, low, high, p_value, "")


def two_shares(
    question: str, first: Sequence[bool], second: Sequence[bool], minimum: int
) -> Association:
    """The difference of two shares, with the p value of Fisher's exact test.

    The interval joins the exact ones of both shares by MOVER (Newcombe, Stat Med 1998,
    17:873-890, method 10, with Clopper and Pearson's intervals).
    """
    n, m = len(first), len(second)
    hits, others = sum(first), sum(second)
    sizes = f"{hits} of {n} with, {others} of {m} without"
    reason = too_few(n + m, minimum) or _too_lopsided(n, m)
    if reason:
        return Association(question, DIFFERENCE, n + m, sizes, None, None, None, None, reason)
    one, two = proportion(hits, n), proportion(others, m)
    p, q = hits / n, others / m
    low = p - q - math.hypot(p - one.low, two.high - q)
    high = p - q + math.hypot(one.high - p, q - two.low)
    p_value = float(stats.fisher_exact([[hits, n - hits], [others, m - others]])[1])
    return Association(
        question, DIFFERENCE, n + m, sizes, p - q, max(-1.0, low), min(1.0, high), p_value, ""
    )


def correlation(question: str, pairs: Sequence[tuple[float, float]], minimum: int) -> Association:
    """Spearman's rank correlation, with the interval of Bonett and Wright.

    On Fisher's scale the standard error is sqrt((1 + r^2 / 2) / (n - 3)) (Psychometrika 2000,
    65:23-28).
    """
    n = len(pairs)
    sizes = f"{n} with both"
    reason = too_few(n, max(minimum, _LEAST_OF_CORRELATION))
    if reason:
        return Association(question, CORRELATION, n, sizes, None, None, None, None, reason)
    first, second = (stats.rankdata(values) for values in zip(*pairs, strict=True))
    if len(set(first)) == 1 or len(set(second)) == 1:
        reason = "all values of one side are equal"
        return Association(question, CORRELATION, n, sizes, None, None, None, None, reason)
    result = stats.pearsonr(first, second)
    r, p_value = float(result.statistic), float(result.pvalue)
    if abs(r) > 1 - 1e-9:
        reason = "no interval: the ranks agree in full"
        return Association(question, CORRELATION, n, sizes, round(r), None, None, p_value, reason)
    half = _Z * math.sqrt((1 + r * r / 2) / (n - 3))
    low, high = math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
    return Association(question, CORRELATION, n, sizes, r, low, high, p_value, "")


def _too_lopsided(n: int, m: int) -> str:
    """The reason why two sides are not compared; empty where each has two patients."""
    return "" if min(n, m) >= _LEAST_A_SIDE else f"one side has fewer than {_LEAST_A_SIDE} patients"
