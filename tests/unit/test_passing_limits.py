"""What a small variant needs to pass, just inside and just outside."""

from __future__ import annotations

import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.statistics import binomial_limit_of_detection
from scripts.genome.limits import (
    SEVERAL_LOST,
    SHORTEST_RUN,
    passing_fragments,
    passing_limit,
    slippage_limit,
)


@pytest.mark.parametrize(
    ("run", "limit"),
    [(6, 0.02), (7, 0.02), (8, 0.08), (9, 0.08), (10, 0.15), (12, 0.15), (13, 0.4), (30, 0.4)],
)
def test_longer_runs_explain_more(run: int, limit: float) -> None:
    assert slippage_limit(run) == limit


def test_short_runs_explain_nothing() -> None:
    assert (SHORTEST_RUN, SEVERAL_LOST) == (6, 13)
    assert slippage_limit(5) < 0
    assert slippage_limit(1) < 0


@pytest.mark.parametrize(
    ("depth", "share", "fragments"),
    [(100, 0.07, 7), (101, 0.07, 8), (100, 0.03, 3), (99, 0.03, 3), (100, 0.031, 4), (0, 0.5, 3)],
)
def test_fragments_are_whole_and_no_fewer_than_the_least(
    depth: int, share: float, fragments: int
) -> None:
    assert passing_fragments(depth, 3, share, sampling=EVERY_COUNT) == fragments


@pytest.mark.parametrize(
    ("sampling", "needed"),
    [
        (Sampling(CountedUnit.READS, 303), 257),  # 1 ng: 5 %
        (Sampling(CountedUnit.READS, 1000), 92),
        (Sampling(CountedUnit.READS, 3030), 50),  # 10 ng: the least VAF asks for more
        (Sampling(CountedUnit.READS), 50),
        (Sampling(CountedUnit.FRAGMENTS, 303), 50),
        (Sampling(CountedUnit.MOLECULES, 303), 50),
    ],
)
def test_of_little_dna_more_reads_than_copies_of_an_error_pass(
    sampling: Sampling, needed: int
) -> None:
    assert passing_fragments(5000, 5, 0.01, sampling) == needed
    copied = sampling.copied_errors(needed, 5000), sampling.copied_errors(needed - 1, 5000)
    assert copied[0] <= 1e-7
    assert (copied[1] > 1e-7) == (needed > 50)


def test_depth_that_holds_the_least_has_a_limit() -> None:
    assert passing_limit(2, 3, 0.02, sampling=EVERY_COUNT) is None
    assert passing_limit(3, 3, 0.02, sampling=EVERY_COUNT) == pytest.approx(
        binomial_limit_of_detection(3, 3)
    )
    assert passing_limit(1000, 3, 0.02, sampling=EVERY_COUNT) == pytest.approx(
        binomial_limit_of_detection(1000, 20)
    )
