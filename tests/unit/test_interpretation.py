"""Intervals of a call always have a width."""

import pytest

from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.events import intervals_of
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.records import ConfidenceInterval
from tests.builders import random_sequence

REFERENCE = random_sequence(500, 3)


def called(value: float, low: float, high: float) -> ItdCall:
    vaf = Estimate(value, ConfidenceInterval(low, high))
    ar = Estimate(value / (1 - value), ConfidenceInterval(low / (1 - low), high / (1 - high)))
    haplotype = Haplotype(REFERENCE, Insertion(250, 250, REFERENCE[250:280]))
    return ItdCall(haplotype, 9, 91, vaf, ar, (), False)


def test_an_interval_with_a_width_stays() -> None:
    vaf, ar = intervals_of(called(0.09, 0.04, 0.16), sampling=EVERY_COUNT)
    assert (vaf.low, vaf.high) == (0.04, 0.16)
    assert ar.low == pytest.approx(0.04 / 0.96)


@pytest.mark.parametrize("value", [0.09, 0.5])
def test_one_without_is_replaced_by_that_of_the_fragments(value: float) -> None:
    vaf, ar = intervals_of(called(value, value, value), sampling=EVERY_COUNT)
    assert vaf.low == pytest.approx(0.048, abs=0.001)  # Wilson: 9 of 100
    assert vaf.high == pytest.approx(max(0.162, value), abs=0.001)
    assert ar.low == pytest.approx(vaf.low / (1 - vaf.low))
