"""What the bases of reads are worth for haplotypes that share their junctions."""

import math

import numpy as np
import pytest

from flt3itd.insertions.base_fits import MISREAD, BaseFits

WILDTYPE = np.array([True, False, False])
LENGTHS = (0, 103, 206)


def scores(*rows: tuple[int, int, int], fragments: list[int] | None = None) -> BaseFits:
    """One row for a read: its scores on the wild type and two mutants."""
    number = np.arange(len(rows)) if fragments is None else np.array(fragments)
    return BaseFits(np.array(rows, dtype=np.int32).reshape(-1, 3).T, number, WILDTYPE, {}, LENGTHS)


ONE, OTHER, EITHER, NORMAL = (40, 100, 95), (40, 95, 100), (40, 100, 100), (100, 40, 40)


def test_reads_that_fit_a_mutant_alone_are_worth_something() -> None:
    fits = scores(*[ONE] * 4, *[EITHER] * 30, *[NORMAL] * 100)
    assert fits.gain(1, [0, 1, 2]) == pytest.approx(4 * math.log(1 / MISREAD))
    assert fits.gain(2, [0, 1, 2]) == 0
    assert fits.gain(1, [0, 1]) == 0
    assert fits.gain(0, [0, 1, 2]) == 0


@pytest.mark.parametrize(("rows", "worth"), [(49, True), (50, False)])
def test_as_many_as_are_misread_are_worth_nothing(rows: int, worth: bool) -> None:
    """One in fifty shows one given other base by error."""
    assert pytest.approx(0.02) == MISREAD
    fits = scores(ONE, *[OTHER] * (rows - 1))
    assert (fits.gain(1, [0, 1, 2]) > 0) is worth


@pytest.mark.parametrize(("score", "counted"), [(97, True), (98, False)])
def test_scores_must_differ_by_more_than_a_tie(score: int, counted: bool) -> None:
    assert (scores((40, 100, score)).gain(1, [0, 1, 2]) > 0) is counted


@pytest.mark.parametrize(("score", "counted"), [(25, True), (24, False)])
def test_a_read_must_say_where_it_belongs(score: int, counted: bool) -> None:
    assert (scores((5, score, 5)).gain(1, [0, 1, 2]) > 0) is counted


def test_the_mates_of_a_fragment_count_once() -> None:
    fits = scores(ONE, ONE, ONE, fragments=[0, 0, 1])
    assert fits.gain(1, [0, 1, 2]) == pytest.approx(2 * math.log(1 / MISREAD))
    assert fits.fitting([0, 1, 2]) == {1: 2, 2: 0}


@pytest.mark.parametrize(("either", "worth"), [(48, True), (49, True), (50, False)])
def test_a_base_in_one_of_many_copies_may_be_an_error(either: int, worth: bool) -> None:
    """Reads without it fit the other copies: 1 of 50 fits it alone, or 1 of 51."""
    fits = scores(ONE, *[EITHER] * either)._replace(lengths=(0, 206, 206))
    assert (fits.gain(1, [0, 1, 2]) > 0) is worth
    assert fits._replace(lengths=LENGTHS).gain(1, [0, 1, 2]) > 0
    beside = fits._replace(at_junction={1: np.array([0])})
    assert beside.gain(1, [0, 1, 2]) > 0


def test_bases_beside_an_itd_are_its_own_where_fragments_show_its_junction() -> None:
    """Of fragment 1 one read shows the other base, and its mate the junction."""
    fits = scores(ONE, ONE, EITHER, *[OTHER] * 3, fragments=[0, 1, 1, 2, 3, 4])
    fits = fits._replace(at_junction={1: np.array([1, 2, 3])})
    assert fits.gain(1, [0, 1, 2]) == pytest.approx(math.log(1 / 4 / MISREAD))
    apart = fits._replace(at_junction={1: np.array([2, 3])})
    assert apart.gain(1, [0, 1, 2]) == 0


def test_fragments_that_fit_as_well_as_any_other() -> None:
    fits = scores(ONE, ONE, OTHER, EITHER, NORMAL, (40, 100, 98))
    assert fits.fitting([0, 1, 2]) == {1: 4, 2: 3}
    assert fits.fitting([0]) == {}


def test_without_reads_nothing_is_worth_anything() -> None:
    fits = scores()
    assert fits.gain(1, [0, 1, 2]) == 0
    assert fits.fitting([0, 1, 2]) == {1: 0, 2: 0}
