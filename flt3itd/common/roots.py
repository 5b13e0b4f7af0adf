"""Where a function passes zero: the ends of intervals, of which each value costs a search."""

from __future__ import annotations

from collections.abc import Callable

_FIRST_STEP = 0.25
_MOST_STEPS = 24
PRECISE = 1e-5
"""How near to zero the value, or how small the room for the root, is at the end."""


def root_beyond(excess: Callable[[float], float], inside: float, outside: float) -> float:
    """Where a growing function passes zero, between a point where it is below and one above.

    By regula falsi in the Illinois form (Dowell and Jarratt, BIT 1971;11:168), which halves the
    value at an end that stays.
    """
    step = _FIRST_STEP if outside > inside else -_FIRST_STEP
    near, below = inside, excess(inside)
    while True:  # in growing steps: it may be flat far out
        far = outside if (near + step - outside) * step >= 0 else near + step
        above = excess(far)
        if above > 0 or far == outside:
            break
        near, below, step = far, above, step * 2
    at, last_above = far, False
    for _ in range(_MOST_STEPS):
        at = far - above * (far - near) / (above - below)
        if not min(near, far) <= at <= max(near, far):  # it may be infinite far out
            at = (near + far) / 2
        value = excess(at)
        is_above = value > 0
        if is_above:
            below = below / 2 if last_above else below
            far, above = at, value
        else:
            above = above if last_above else above / 2
            near, below = at, value
        last_above = is_above
        if abs(value) < PRECISE or abs(far - near) < PRECISE:
            break
    return at
