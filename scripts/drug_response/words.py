"""Sentences on drug response. Words say what was measured in vitro, and advise nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scripts.drug_response.records import Dose, DrugCurve, DrugResponse, Reach

_MICROMOLAR = 1000.0


def dose_text(nanomolar: float) -> str:
    """A dose with three digits, in nM or from 1000 nM on in uM."""
    if nanomolar >= _MICROMOLAR:
        return f"{nanomolar / _MICROMOLAR:.3g} uM"
    return f"{nanomolar:.3g} nM"


def dose_words(dose: Dose) -> str:
    """A dose with its interval, or as the bound that it is."""
    match dose.reach:
        case Reach.ABOVE if dose.value is not None:
            return f"not reached: above {dose_text(dose.value)}, the highest dose"
        case Reach.BELOW if dose.value is not None:
            return f"below {dose_text(dose.value)}, the lowest dose"
        case Reach.MEASURED if dose.value is not None:
            return f"{dose_text(dose.value)} ({interval_words(dose)})"
    return "not known"


def interval_words(dose: Dose) -> str:
    """The 95 % interval of a dose in words; an open side is said."""
    if dose.low is not None and dose.high is not None:
        return f"95% interval {dose_text(dose.low)} to {dose_text(dose.high)}"
    if dose.low is not None:
        return f"95% interval from {dose_text(dose.low)}, its upper end not bounded"
    if dose.high is not None:
        return f"95% interval up to {dose_text(dose.high)}, its lower end not bounded"
    return "its interval is not bounded"


def changes(response: DrugResponse, emerged: Sequence[str]) -> list[str]:
    """How the IC50 of each drug changed from its first to its last scored timepoint.

    `emerged` names the alterations that the patient's course says emerged; they stand beside the
    change in time, and no cause is claimed.
    """
    sentences = []
    for drug, tissue in dict.fromkeys((curve.drug, curve.tissue) for curve in response.curves):
        scored = [
            curve
            for curve in response.curves
            if (curve.drug, curve.tissue) == (drug, tissue) and curve.fit is not None
        ]
        if len(scored) > 1:
            sentences.append(_change(scored[0], scored[-1], emerged))
    return sentences


def _change(first: DrugCurve, last: DrugCurve, emerged: Sequence[str]) -> str:
    assert first.fit is not None and last.fit is not None
    before, after = first.fit.ic50, last.fit.ic50
    between = f"from {first.timepoint} to {last.timepoint}"
    beside = f"; over the samples, {', '.join(emerged)} emerged" if emerged else ""
    start = f"IC50 of {first.drug}, {between}: "
    both = f"{dose_words(before)}, then {dose_words(after)}"
    change = fold_change(before, after)
    remark = f" [{last.remark}]" if last.remark else ""
    return f"{start}{both}{f' ({change})' if change else ''}{beside}.{remark}"


def fold_change(before: Dose, after: Dose) -> str:
    """The change as a factor with its 95 % interval; empty where the doses do not give one.

    The interval joins those of both doses on the log scale (MOVER; Donner and Zou 2012, Stat
    Methods Med Res 21:347-359).
    """
    if before.value is None or after.value is None:
        return ""
    factor = after.value / before.value
    if before.reach is Reach.MEASURED and after.reach is Reach.ABOVE:
        return f"more than {_factor(factor)}"
    if before.reach is Reach.ABOVE and after.reach is Reach.MEASURED:
        return f"less than {_factor(factor)}"
    if before.reach is not Reach.MEASURED or after.reach is not Reach.MEASURED:
        return ""
    below = _joined(_log_distance(after.value, after.low), _log_distance(before.value, before.high))
    above = _joined(_log_distance(after.value, after.high), _log_distance(before.value, before.low))
    if below is None or above is None:
        return f"{_factor(factor)}, an interval cannot be given"
    low, high = factor * math.exp(-below), factor * math.exp(above)
    return f"{_factor(factor)}, 95% interval {_number(low)} to {_number(high)}"


def _log_distance(value: float, end: float | None) -> float | None:
    return None if end is None or end <= 0 else abs(math.log(end / value))


def _joined(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else math.hypot(one, other)


def _factor(value: float) -> str:
    return f"{_number(value)}-fold"


def _number(value: float) -> str:
    """Two digits below ten, else a whole number."""
    if value >= _TEN:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= _ONE else f"{value:.2g}"


_ONE, _TEN = 0.995, 9.95
"""From where on a number rounds to these."""
