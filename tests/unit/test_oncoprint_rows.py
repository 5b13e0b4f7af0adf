"""Rows of the oncoprint: sorted by the share of assessable patients, which stands beside them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from scripts.cohort.drawing import oncoprint_rows
from scripts.cohort.group_tests import gene_tests
from scripts.cohort.model import CohortGroup, CohortReport, GeneCount
from scripts.cohort.render import cohort_page
from tests.cohort_builders import cohort, sample
from tests.report_builders import report_of

COUNTS = {"A": ((1, 3, 0), (0, 1, 5)), "B": ((0, 0, 4), (3, 1, 0)), "C": ((0, 0, 4), (0, 0, 4))}
"""Detected, not detected, not assessable in two groups."""


def counted(tmp_path: Path, **counts: tuple[tuple[int, int, int], ...]) -> CohortReport:
    """A cohort of two groups with these counts, by gene."""
    groups = tuple(
        CohortGroup(
            name, 4, 4, tuple(GeneCount(gene, *each[place]) for gene, each in counts.items()),
            None, None, None,
        )
        for place, name in enumerate(("newly_diagnosed", "relapsed_refractory"))
    )  # fmt: skip
    made = cohort(tmp_path, report_of(tmp_path))
    tests = gene_tests(groups, tuple(counts))
    return dataclasses.replace(
        made, genes=tuple(counts), groups=groups, gene_tests=tests, patients=()
    )


def test_rows_are_sorted_by_their_share_of_assessable_patients(tmp_path: Path) -> None:
    rows = oncoprint_rows(counted(tmp_path, **COUNTS))
    found = [(row.gene, row.index, row.detected, row.assessable) for row in rows]
    assert found == [("B", 1, 3, 4), ("A", 0, 1, 5), ("C", 2, 0, 0)]
    assert [row.share for row in rows] == [0.75, 0.2, None]


def test_genes_of_one_share_keep_their_order(tmp_path: Path) -> None:
    same = ((1, 1, 0), (0, 0, 2))
    rows = oncoprint_rows(counted(tmp_path, FIRST=same, SECOND=same, NONE=((0, 2, 0), (0, 2, 0))))
    assert [row.gene for row in rows] == ["FIRST", "SECOND", "NONE"]


def test_the_share_stands_beside_the_gene(tmp_path: Path) -> None:
    html = cohort_page(counted(tmp_path, **COUNTS))
    assert '<th scope="row">A<small>20.0%, 1 of 5</small></th>' in html
    assert '<th scope="row">C<small>not assessable</small></th>' in html


def test_controls_are_no_patients(tmp_path: Path) -> None:
    """They have their columns, behind the others, and count in no share and no test."""
    made = cohort(
        tmp_path,
        sample(tmp_path, "C_control", cohort="control"),
        sample(tmp_path, "A_diagnosis"),
        sample(tmp_path, "B_diagnosis"),
    )
    assert [group.name for group in made.groups] == ["newly_diagnosed", "control"]
    assert {row.assessable for row in oncoprint_rows(made)} <= {0, 2}
    assert made.gene_tests[0].newly_diagnosed_assessable == 2
    assert '<span class="kicker">2 patients, 1 control, 3 samples' in cohort_page(made)
