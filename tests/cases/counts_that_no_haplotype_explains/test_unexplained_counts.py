import warnings

import pytest

from flt3itd.insertions.abundance import estimate


def test_the_likelihood_is_climbed_without_an_overflow() -> None:
    """Three fragments of the wild type, none of the insertion, a thousand of neither."""
    rates = [{1: 50.0}, {2: 50.0}]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate(rates, {1: 3, 4: 1000}, [0])
    assert found is not None
    assert found.vaf[0].value == pytest.approx(0, abs=1e-6)
    assert found.vaf[0].interval.high < 1e-3
