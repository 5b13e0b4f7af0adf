"""ITDs of reads with many gaps: those that such errors of a better supported one may be fall."""

import numpy as np
import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.gap_sisters import without_gap_sisters
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd import ItdCall, ItdCalls
from flt3itd.records import ConfidenceInterval
from tests.unit.test_residues import REFERENCE, insertion

COPY = REFERENCE[1140:1200]
RATIO = Estimate(0.1, ConfidenceInterval(0.05, 0.2))


def called(bases: str, fragments: int) -> ItdCall:
    haplotype = Haplotype(REFERENCE, insertion(1200, bases))
    return ItdCall(haplotype, fragments, 90, RATIO, RATIO, (), duplicates_primer=False)


@pytest.mark.parametrize(("lost", "falls"), [(1, True), (4, True), (5, False)])
def test_what_differs_by_few_bases_falls(lost: int, falls: bool) -> None:
    calls = called(COPY[:30] + COPY[30 + lost :], 40), called(COPY, 60)
    found = without_gap_sisters(
        ItdCalls(calls, (), None, None, np.zeros(1, dtype=np.int64), {})
    ).calls
    assert [one.haplotype for one in found] == [one.haplotype for one in calls]
    assert found[1].filters == ()
    assert found[0].filters == ((Flt3Filter.UNFIT_READS,) if falls else ())
