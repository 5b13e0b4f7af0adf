import warnings

import pytest

from flt3itd.insertions.abundance import estimate
from flt3itd.insertions.windows import Occurrence, OwnWindows, WindowId, WindowSet

_FIRST, _SECOND, _THIRD = map(WindowId, range(3))


def test_the_likelihood_is_climbed_without_an_overflow() -> None:
    """Three fragments of the wild type, none of the insertion, a thousand of neither."""
    rates = [{1: 50.0}, {2: 50.0}]
    places = ((Occurrence(_FIRST, 0, 12),), (Occurrence(_SECOND, 0, 12),))
    own = OwnWindows((_SECOND,), (_FIRST, _THIRD))
    windows = WindowSet(3, places, (OwnWindows(), own))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate(rates, {1: 3, 4: 1000}, windows, [1])
    assert found is not None
    assert found.vaf[0].value == pytest.approx(0, abs=1e-6)
    # Three fragments say no more: half of chi square (1.92) over 3, as 1 - exp(-0.64).
    assert found.vaf[0].interval.high == pytest.approx(0.473, abs=1e-3)
