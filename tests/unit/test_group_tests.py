"""Genes in two groups of patients: Fisher's exact test, its correction, and where there is none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from scipy import stats

from flt3itd.common.tables import read_table
from scripts.cohort.group_tests import FEWEST_PATIENTS, false_discovery_rates, gene_tests
from scripts.cohort.model import CohortGroup, GeneCount, GeneTest, RatioPair
from scripts.cohort.render import cohort_page
from tests.cohort_builders import cohort
from tests.report_builders import report_of

Counts = tuple[int, int, int]
NEW, RELAPSED = "newly_diagnosed", "relapsed_refractory"


def groups(**genes: tuple[Counts, ...]) -> tuple[CohortGroup, ...]:
    """Newly diagnosed and, where each gene has two counts, relapsed patients."""
    return tuple(
        CohortGroup(
            name,
            20,
            20,
            tuple(GeneCount(gene, *counts[place]) for gene, counts in genes.items()),
            None,
            None,
            None,
        )
        for place, name in enumerate((NEW, RELAPSED)[: len(next(iter(genes.values())))])
    )


def test_a_gene_is_tested_as_scipy_does() -> None:
    counts = {"A": ((9, 1, 3), (2, 8, 0)), "B": ((5, 5, 0), (5, 5, 9)), "C": ((0, 6, 0), (0, 7, 0))}
    tested = gene_tests(groups(**counts), tuple(counts))
    for one, (new, relapsed) in zip(tested, counts.values(), strict=True):
        expected = stats.fisher_exact([new[:2], relapsed[:2]]).pvalue
        assert one.p_value == pytest.approx(expected)
    q_values = stats.false_discovery_control([one.p_value for one in tested])
    assert [one.q_value for one in tested] == pytest.approx(list(q_values))
    first = tested[0]
    assert (first.newly_diagnosed_detected, first.newly_diagnosed_assessable) == (9, 10)
    assert (first.newly_diagnosed_share, first.relapsed_refractory_share) == (0.9, 0.2)
    assert [one.gene for one in tested] == ["A", "B", "C"]


@pytest.mark.parametrize("p_values", [[], [0.2], [0.04, 0.03, 0.02], [0.01, 1.0, 0.01, 0.5, 0.03]])
def test_rates_of_false_discoveries_are_those_of_scipy(p_values: list[float]) -> None:
    expected = stats.false_discovery_control(p_values) if p_values else []
    assert false_discovery_rates(p_values) == pytest.approx(list(expected))


def test_each_group_needs_five_patients_in_whom_the_gene_is_assessable() -> None:
    enough, few = (FEWEST_PATIENTS, 0, 0), (FEWEST_PATIENTS - 1, 0, 9)
    found = gene_tests(groups(A=(enough, enough), B=(enough, few), C=(few, few)), ("A", "B", "C"))
    assert [one.p_value is None for one in found] == [False, True, True]
    assert [one.q_value is None for one in found] == [False, True, True]
    assert [one.reason for one in found] == [
        "",
        "not tested: 4 relapsed or refractory assessable, fewer than 5",
        "not tested: 4 newly diagnosed and 4 relapsed or refractory assessable, fewer than 5",
    ]
    assert found[0].q_value == found[0].p_value, "genes that are not tested are not corrected for"


def test_one_group_alone_is_not_tested() -> None:
    (one,) = gene_tests(groups(A=((9, 9, 0),)), ("A",))
    assert one.reason == "not tested: 0 relapsed or refractory assessable, fewer than 5"
    assert (one.newly_diagnosed_share, one.relapsed_refractory_share) == (0.5, None)


def test_tests_stand_on_the_page_beside_the_counts(tmp_path: Path) -> None:
    made = cohort(tmp_path, report_of(tmp_path))
    counts = {"A": ((9, 1, 3), (2, 8, 0)), "B": ((1, 1, 0), (2, 8, 0))}
    both, genes = groups(**counts), tuple(counts)
    made = dataclasses.replace(
        made, genes=genes, groups=both, gene_tests=gene_tests(both, genes), patients=()
    )
    html = cohort_page(made)
    assert '<span class="big">9 of 10 (90.0%)</span>' in html
    p_value = made.gene_tests[0].p_value
    assert p_value == pytest.approx(0.00548, abs=1e-5)
    assert f'data-sort="{p_value}">0.0055</td>' in html
    assert "corrected for the number of genes that are tested (1)" in html
    assert "<small>not tested: fewer than 5</small>" in html


def test_groups_that_are_all_too_small_are_told_so_once(tmp_path: Path) -> None:
    few = groups(A=((1, 1, 0), (0, 1, 0)))
    made = dataclasses.replace(
        cohort(tmp_path, report_of(tmp_path)),
        genes=("A",),
        groups=few,
        gene_tests=gene_tests(few, ("A",)),
        patients=(),
    )
    html = cohort_page(made)
    assert "No gene is tested between the groups: each needs 5 assessable patients." in html
    assert "not tested: fewer" not in html
    assert '<th scope="col" class="n">p</th>' not in html


def test_a_page_of_one_group_has_no_test(tmp_path: Path) -> None:
    html = cohort_page(cohort(tmp_path, report_of(tmp_path)))
    assert "Fisher" not in html.partition("How the numbers were made")[0]


def test_tables_hold_the_same_rows_as_the_report(tmp_path: Path) -> None:
    report = cohort(tmp_path, report_of(tmp_path))
    assert tuple(read_table(tmp_path / "cohort" / "genes.tsv", GeneTest)) == report.gene_tests
    assert tuple(read_table(tmp_path / "cohort" / "ratios.tsv", RatioPair)) == report.ratios
