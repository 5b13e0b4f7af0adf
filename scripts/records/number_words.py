"""How numbers are written for people: the same in every page, table of words and sentence."""

from __future__ import annotations

import math


def percent(fraction: float) -> str:
    """A fraction as a percentage: one decimal from 1 % up, two significant digits below."""
    value = 100 * fraction
    if value == 0:
        return "0%"
    if value >= 99.95:
        return "100%"
    digits = 1 if value >= 1 else min(6, 1 - math.floor(math.log10(value)))
    return f"{value:.{digits}f}%"


def percent_of_first(share: float) -> str:
    """A share of the first VAF; from twice of it on it is said as a multiple."""
    if share < 1.995:
        return f"{100 * share:.0f}%" if share >= 0.9995 else percent(share)
    return f"{share:.2g} times" if share < 99.5 else f"{share:,.0f} times"


def signed(value: float) -> str:
    """A change with its sign and one decimal; no sign where it rounds to zero."""
    text = f"{value:+.1f}"
    return text if float(text) else text[1:]


def rounded(value: float, digits: int = 0) -> str:
    """A number with as many decimals, and no minus before a zero."""
    text = f"{value:.{digits}f}"
    return text if float(text) else text.removeprefix("-")


def percent_interval(low: float, high: float) -> str:
    """A 95 % interval of a fraction, as text."""
    return f"{percent(low)} to {percent(high)}"


def ratio(value: float) -> str:
    """An allelic ratio: two decimals from 0.1 up, two significant digits below."""
    if math.isinf(value):
        return "no wild type seen"
    if value >= 100:
        return f"{value:.0f}"
    if value >= 0.1 or value == 0:
        return f"{value:.2f}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}"


def ratio_interval(low: float, high: float) -> str:
    """A 95 % interval of a ratio; an infinite upper end is said in words."""
    if math.isinf(high):
        return f"{ratio(low)} or more"
    return f"{ratio(low)} to {ratio(high)}"
