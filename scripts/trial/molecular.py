"""FLT3 in the samples of trial patients: states, change to day 28, and drugs tested in vitro."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter

from flt3itd.common.assay import Assay
from flt3itd.common.statistics import odds
from flt3itd.records import ItdResult, Status, ends_of
from scripts.drug_response.records import DrugResponse
from scripts.inputs.day_28 import first_and_day_28, material_of
from scripts.report.model import Report
from scripts.report.words import after_comma, short_protein
from scripts.trial.records import NO_SAMPLE, Change, DrugTested, SampleState


def sample_state(report: Report, day: int | None) -> SampleState:
    """What a report says of FLT3. `day` is that of the sample, where it is known."""
    itd, tkd = report.flt3.itd, report.flt3.tkd
    vaf_low, vaf_high = ends_of(itd.total_vaf_interval)
    ar_low, ar_high = ends_of(itd.total_ar_interval)
    return SampleState(
        sample=report.sample.sample,
        timepoint=report.sample.timepoint,
        material=material_of(report.sample.tissue, report.sample.assay),
        is_rna=report.sample.assay is Assay.RNA,
        day=day,
        itd=itd.status,
        vaf=itd.total_vaf,
        vaf_low=vaf_low,
        vaf_high=vaf_high,
        ar=itd.total_ar,
        ar_low=ar_low,
        ar_high=ar_high,
        vaf_bound=_bound(itd),
        tkd=tkd.status,
        tkd_mutations="; ".join(
            short_protein(event) for event in tkd.events if event.status is Status.DETECTED
        ),
        assumption=report.flt3.assumption,
    )


def _bound(itd: ItdResult) -> float | None:
    """What the total VAF is below where no ITD passed: of known ITDs their bounds together.

    None where nothing can be said of one of them.
    """
    if itd.total_vaf is not None or itd.status is Status.NOT_ASSESSABLE:
        return None
    if any(known.status is Status.NOT_ASSESSABLE for known in itd.known):
        return None
    if itd.known:
        return min(1.0, sum(known.vaf_upper for known in itd.known))
    return itd.limit_of_detection


def changes_to_day_28(samples: Sequence[SampleState]) -> tuple[Change, Change]:
    """The relative changes of total AR and total VAF from the first timepoint to day 28.

    Of several samples there the first two of one material are compared: marrow and blood differ.
    The interval joins those of both samples on the logarithmic scale (MOVER; Donner and Zou 2012,
    Stat Methods Med Res 21:347-359). Where no ITD is detected on day 28 the change is a bound,
    from the bound there over the first value. `samples` are in the order of time.
    """
    first, later = first_and_day_28(samples, attrgetter("timepoint"))
    reason = _no_change(samples, first, later)
    if first is None or later is None or reason:
        nothing = Change(None, None, None, False, reason)
        return nothing, nothing
    ratio_bound = None if later.vaf_bound is None else odds(later.vaf_bound)
    assumed = after_comma(later.assumption)
    return (
        _change(
            (first.ar, first.ar_low, first.ar_high),
            (later.ar, later.ar_low, later.ar_high),
            ratio_bound,
            assumed,
        ),
        _change(
            (first.vaf, first.vaf_low, first.vaf_high),
            (later.vaf, later.vaf_low, later.vaf_high),
            later.vaf_bound,
            assumed,
        ),
    )


def _no_change(
    samples: Sequence[SampleState], first: SampleState | None, later: SampleState | None
) -> str:
    """Why there is no change to day 28; empty where there is one."""
    if not samples:
        return NO_SAMPLE
    if later is None:
        return "no sample of day 28 after the first one"
    if first is None:
        return "no sample of day 28 of the tissue of a first one"
    if first.itd is Status.NOT_ASSESSABLE or later.itd is Status.NOT_ASSESSABLE:
        return "not assessable in one of the two samples"
    return "" if first.vaf is not None else "no ITD detected in the first sample"


Bounded = tuple[float | None, float | None, float | None]
"""A value with the ends of its 95 % interval."""


def _change(first: Bounded, later: Bounded, bound: float | None, assumed: str) -> Change:
    before, after = first[0], later[0]
    if before is None or math.isinf(before):
        return Change(None, None, None, False, "no wild type is seen in the first sample")
    if after is None:
        if bound is None or math.isinf(bound):
            return Change(None, None, None, False, "no limit is known on day 28")
        return Change(
            bound / before - 1, None, None, True, f"a bound: not detected on day 28{assumed}"
        )
    if math.isinf(after):
        return Change(None, None, None, False, "no wild type is seen on day 28")
    factor = after / before
    below = _joined(after, later[1], before, first[2])
    above = _joined(after, later[2], before, first[1])
    if below is None or above is None:
        return Change(factor - 1, None, None, False, "an interval of a sample is not bounded")
    low, high = factor * math.exp(-below), factor * math.exp(above)
    return Change(factor - 1, low - 1, high - 1, False, "")


def _joined(one: float, end: float | None, other: float, other_end: float | None) -> float | None:
    """The distance of the end of the interval of a ratio, on the logarithmic scale."""
    ends = (end, other_end)
    if any(value is None or value <= 0 or math.isinf(value) for value in ends):
        return None
    assert end is not None and other_end is not None
    return math.hypot(math.log(end / one), math.log(other_end / other))


def tested_drugs(response: DrugResponse | None, timepoint: str) -> tuple[DrugTested, ...]:
    """The absolute IC50 of each drug that was scored at a timepoint; of two tissues the first."""
    found: dict[str, DrugTested] = {}
    for curve in () if response is None else response.curves:
        if curve.timepoint == timepoint and curve.fit is not None:
            dose = curve.fit.ic50
            tested = DrugTested(curve.drug, dose.value, dose.low, dose.high, dose.reach)
            found.setdefault(curve.drug, tested)
    return tuple(found.values())
