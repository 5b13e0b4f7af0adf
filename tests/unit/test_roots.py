"""Where functions pass zero, and how often they are asked."""

import math
from collections.abc import Callable

import pytest

from flt3itd.common.roots import PRECISE, root_beyond


@pytest.mark.parametrize("outside", [18.0, -18.0])
@pytest.mark.parametrize("width", [1e-3, 0.02, 0.1, 0.25, 1.0, 9.0])
@pytest.mark.parametrize(
    ("shape", "most_asked"),
    [
        (lambda x: x - 1, 12),
        (lambda x: x**2 - 1, 16),
        (lambda x: x**1.1 + x**2 / 4 - 1.25, 16),
        (lambda x: math.inf if x > 1.5 else x - 1, 16),
        (lambda x: min(x, 1.2) - 1, 16),
        (lambda x: max(x, 0.8) - 1, 16),
    ],
    ids=["line", "square", "skew", "infinite", "flat beyond", "flat inside"],
)
def test_the_root_is_found_in_few_steps(
    shape: Callable[[float], float], most_asked: int, width: float, outside: float
) -> None:
    """Each shape has its root at 1; `width` is how far from the inner point that lies."""
    asked = []

    def excess(at: float) -> float:
        asked.append(at)
        return shape(abs(at + 1) / width)

    found = root_beyond(excess, -1.0, outside)
    assert abs(abs(found + 1) - width) <= PRECISE * max(1, width)
    assert (found > -1) == (outside > 0)
    assert len(asked) <= most_asked


def test_a_point_outside_that_is_the_root_is_found() -> None:
    assert root_beyond(lambda at: at - 0.1, 0.0, 0.1) == pytest.approx(0.1, abs=PRECISE)
