"""Copies that PCR makes, and how often intervals hold the truth beside them."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.benchmark.uneven_copies import Law, branching, favoured, gamma, log_normal, share_held


@pytest.mark.parametrize(
    ("law", "variance"),
    [
        (gamma(1.7), 1.7),
        (log_normal(1.0), np.e - 1),
        (branching(12, 0.5), 1 / 3),
        (branching(12, 1.0), 0.0),
        (favoured(1, 30), 0.0),
    ],
)
def test_the_copies_vary_as_the_law_says(law: Law, variance: float) -> None:
    """By squared coefficients of variation; of a branching process (1 - e) / (1 + e)."""
    sizes = law(np.random.default_rng(1), (40, 4000))
    assert sizes.var() / sizes.mean() ** 2 == pytest.approx(variance, rel=0.1, abs=0.001)


def test_efficiencies_that_differ_part_molecules_with_each_cycle() -> None:
    after = {
        cycles: branching(cycles, 0.6, 0.15)(np.random.default_rng(1), (10, 2000))
        for cycles in (4, 12)
    }
    few, many = (sizes.var() / sizes.mean() ** 2 for sizes in after.values())
    assert many > 2 * few


def test_more_variance_than_is_taken_leaves_the_truth_outside() -> None:
    held = [share_held(gamma(variance), 200, 800, 300, 1) for variance in (0.2, 1.7, 6.0)]
    assert held == sorted(held, reverse=True)
    assert 0.92 <= held[1] <= 0.98
    assert held[2] < 0.9
