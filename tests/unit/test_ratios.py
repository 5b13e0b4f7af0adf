"""Ratios of ITDs that are estimated together, beside those that other ways of counting give."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from flt3itd.insertions import ratios as module
from flt3itd.insertions.abundance import Abundances, Estimate
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd import call_itds
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.ratios import Group, Ratio, Ratios, ratios_of
from flt3itd.records import ConfidenceInterval
from tests.laid_reads import PIECE, REFERENCE, WILDTYPE, Reads, insertion, tandem


def about(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, ConfidenceInterval(low, high))


def ratios(total: Estimate, **vafs: Estimate) -> Ratios:
    """Ratios by number (`_1` is that of number 1); an allelic ratio is twice the VAF."""
    of = {int(name[1:]): Ratio(vaf, _doubled(vaf), 50) for name, vaf in vafs.items()}
    return Ratios(of, Abundances((), (), total, _doubled(total), ()))


def _doubled(one: Estimate) -> Estimate:
    return about(2 * one.value, 2 * one.interval.low, 2 * one.interval.high)


OWN = ratios(about(0.5, 0.4, 0.6), _1=about(0.2, 0.1, 0.3), _2=about(0.3, 0.25, 0.35))


@pytest.mark.parametrize(
    ("vaf", "outside"), [(0.1, False), (0.3, False), (0.09, True), (0.31, True)]
)
def test_a_vaf_on_the_end_of_an_interval_is_inside(vaf: float, outside: bool) -> None:
    others = ratios(about(vaf, 0, 1), _1=about(vaf, 0, 1))
    assert OWN.outside_of(others) == ({1: vaf} if outside else {})


def test_nothing_lies_outside_where_nothing_else_is_known() -> None:
    assert OWN.outside_of(None) == {}
    assert OWN.holding(None) == OWN


def test_intervals_hold_those_of_the_same_number_and_of_the_total() -> None:
    others = ratios(about(0.9, 0.3, 0.5), _1=about(0.4, 0.2, 0.8), _3=about(0.1, 0, 1))
    held = OWN.holding(others)
    assert held.of == {
        1: Ratio(about(0.2, 0.1, 0.8), about(0.4, 0.2, 1.6), 50),
        2: OWN.of[2],
    }
    assert held.totals.total_vaf == about(0.5, 0.3, 0.6)
    assert held.totals.total_ar == about(1.0, 0.6, 1.2)


def test_one_number_stands_for_another() -> None:
    named = OWN.named(2, 7)
    assert named.of == {1: OWN.of[1], 7: OWN.of[2]}
    assert named.totals == OWN.totals


@pytest.mark.parametrize(
    ("mean", "fragments"),
    [(100.0, 100), (100.49, 100), (100.5, 101), (100.5 - 9e-7, 101), (100.5 - 1.5e-6, 100)],
)
def test_half_a_fragment_of_the_wild_type_counts_as_one(
    monkeypatch: pytest.MonkeyPatch, mean: float, fragments: int
) -> None:
    """The mean of both boundaries, and what rounding leaves of it."""
    one = about(0.2, 0.1, 0.3)
    told = Abundances((one,), (one,), one, one, (mean,))
    monkeypatch.setattr(module, "estimate", lambda *_: told)
    settled = cast(Settled, SimpleNamespace(counts=SimpleNamespace(patterns={}), windows=None))
    found = ratios_of(settled, [], Group([1], [0], [], passing=False))
    assert found is not None
    assert found.of[1].wildtype_fragments == fragments


def test_an_inherited_insertion_is_wild_type_for_an_itd_beside_it() -> None:
    """Half of the molecules have three bases more, a quarter has the ITD."""
    short, itd = Haplotype(REFERENCE, insertion(1300, "GAT")), tandem(1120, 1150)
    reads = Reads()
    for haplotype, times in ((WILDTYPE, 1), (itd, 1), (short, 2)):
        for start in range(700, 1600, 2):
            for _ in range(times):
                reads.fragment(haplotype, start, start + 300)
    found = call_itds(reads.set, PIECE, ItdParameters())
    by_length = {one.haplotype.length_change: one for one in found.calls}
    assert by_length[3].vaf.value == pytest.approx(0.5, abs=0.02)
    assert by_length[30].vaf.value == pytest.approx(0.25, abs=0.02)
    assert by_length[30].ar.value == pytest.approx(1 / 3, abs=0.03)
    assert found.total_vaf is not None
    assert found.total_vaf.value == pytest.approx(by_length[30].vaf.value)
