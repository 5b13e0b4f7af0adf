"""Whether a gene is altered more often in one of the two groups of patients than in the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flt3itd.common.statistics import fisher_exact
from scripts.cohort.model import CohortGroup, GeneCount, GeneTest
from scripts.inputs.samples import PATIENT_COHORTS
from scripts.report.words import spelled

FEWEST_PATIENTS = 5
"""Assessable patients that each group needs: of three and three, p is never below 0.05, and of four
and four only where all of one group and none of the other are altered."""


def gene_tests(groups: Sequence[CohortGroup], genes: Sequence[str]) -> tuple[GeneTest, ...]:
    """Every gene in newly diagnosed against relapsed or refractory patients; in their order.

    p is Fisher's exact, two-sided, over the patients in whom the gene is assessable. q is p
    corrected for the number of genes that are tested (Benjamini and Hochberg, J R Stat Soc B 1995,
    57:289).
    """
    by_name = {group.name: {one.gene: one for one in group.genes} for group in groups}
    tested = [_test(gene, by_name) for gene in genes]
    known = [one.p_value for one in tested if one.p_value is not None]
    corrected = iter(false_discovery_rates(known))
    return tuple(one if one.p_value is None else one.corrected(next(corrected)) for one in tested)


def _test(gene: str, groups: Mapping[str, Mapping[str, GeneCount]]) -> GeneTest:
    none = GeneCount(gene, 0, 0, 0)
    new, relapsed = (groups.get(name, {}).get(gene, none) for name in PATIENT_COHORTS)
    reason = _too_few(new.assessable, relapsed.assessable)
    p_value = None
    if not reason:
        cells = (new.detected, new.not_detected, relapsed.detected, relapsed.not_detected)
        p_value = fisher_exact(*cells)
    return GeneTest(
        gene=gene,
        newly_diagnosed_detected=new.detected,
        newly_diagnosed_assessable=new.assessable,
        newly_diagnosed_share=new.share,
        relapsed_refractory_detected=relapsed.detected,
        relapsed_refractory_assessable=relapsed.assessable,
        relapsed_refractory_share=relapsed.share,
        p_value=p_value,
        q_value=None,
        reason=reason,
    )


def _too_few(*assessable: int) -> str:
    """Why a gene is not tested; empty where both groups have enough patients."""
    few = [
        f"{number} {spelled(name)}"
        for name, number in zip(PATIENT_COHORTS, assessable, strict=True)
        if number < FEWEST_PATIENTS
    ]
    if not few:
        return ""
    return f"not tested: {' and '.join(few)} assessable, fewer than {FEWEST_PATIENTS}"


def false_discovery_rates(p_values: Sequence[float]) -> list[float]:
    """The q value of each p value, in their order: the least p * m / rank of it or any larger."""
    rates = [0.0] * len(p_values)
    least = 1.0
    falling = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    for place, index in enumerate(falling):
        least = min(least, p_values[index] * len(p_values) / (len(p_values) - place))
        rates[index] = least
    return rates
