"""Percentiles are those of numpy, to the last bit."""

import numpy as np
import pytest

from flt3itd.reads.percentile import percentile


@pytest.mark.parametrize("count", [1, 2, 3, 21, 100, 101, 4999])
@pytest.mark.parametrize("percent", [0, 1, 50, 95, 99, 99.5, 100])
def test_a_percentile_is_that_of_numpy(count: int, percent: float) -> None:
    values = np.random.default_rng(count).integers(-50, 400, count)
    assert percentile(values, percent) == np.percentile(values, percent)
    assert percentile(values.tolist(), percent) == np.percentile(values, percent)


def test_without_a_number_there_is_no_percentile() -> None:
    with pytest.raises(IndexError):
        percentile([], 50)
