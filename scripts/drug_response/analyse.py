"""The drug response of one patient: from plates to curves, scores and combinations."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from scripts.drug_response.bootstrap import refitted_curves
from scripts.drug_response.combine import combinations
from scripts.drug_response.curves import (
    VIABILITY,
    Curve,
    DoseInterval,
    Floats,
    NoCurveError,
    crossing,
    crossing_interval,
    fit_curve,
    middle_interval,
)
from scripts.drug_response.normalise import Culture, Treated, read_culture
from scripts.drug_response.records import (
    DRUG_RESPONSE_SCHEMA_VERSION,
    NO_CONTROLS,
    BandPoint,
    Conditions,
    ControlScores,
    Dose,
    DrugCurve,
    DrugResponse,
    Fit,
    Measure,
    PlotPoint,
    Reach,
)
from scripts.drug_response.scores import area_under_curve, sensitivity
from scripts.inputs.drug_response import PlateRow

HALF = 50.0
"""Percent viability at which the absolute IC50 is read."""
_BAND_POINTS = 60
_NO_DOSE = Dose(None, None, None, Reach.UNKNOWN)


def analyse_patient(
    patient: str, plates: Sequence[PlateRow], controls: ControlScores = NO_CONTROLS
) -> DrugResponse:
    """All curves and combinations of the cells of a patient, from their plates.

    Plates of one timepoint and tissue are normalised each by its own controls and fitted
    together.

    Raises:
        UserError: A plate cannot be read, or has no vehicle wells.
    """
    curves, pairs = [], []
    for timepoint, tissue in dict.fromkeys((row.timepoint, row.tissue) for row in plates):
        culture = read_culture(
            row for row in plates if (row.timepoint, row.tissue) == (timepoint, tissue)
        )
        for drug in culture.drugs:
            curves.append(_curve(timepoint, tissue, drug, culture, controls.of(drug)))
        pairs += combinations(timepoint, tissue, culture)
    return DrugResponse(
        DRUG_RESPONSE_SCHEMA_VERSION,
        patient,
        tuple(curves),
        tuple(pairs),
        tuple(_conditions(row) for row in plates),
    )


def _curve(
    timepoint: str, tissue: str, drug: str, culture: Culture, controls: Sequence[float]
) -> DrugCurve:
    treated = culture.alone(drug)
    measured = tuple(
        PlotPoint(float(dose), tuple(map(float, treated.viabilities[treated.doses == dose])))
        for dose in np.unique(treated.doses)
    )
    reason, fit = culture.quality_reason, None
    try:
        curve = fit_curve(treated.doses, treated.viabilities, VIABILITY)
    except NoCurveError as error:
        reason = reason or str(error)
    else:
        fit = None if reason else _fit(treated, curve, controls, culture.growth_rate_50(drug))
    return DrugCurve(
        timepoint=timepoint,
        tissue=tissue,
        drug=drug,
        doses=sum(point.dose > 0 for point in measured),
        lowest_dose=treated.lowest,
        highest_dose=treated.highest,
        z_prime=culture.z_prime,
        variation=culture.variation,
        measured=measured,
        fit=fit,
        reason=reason,
        remark=culture.remark,
    )


def _fit(
    treated: Treated, curve: Curve, controls: Sequence[float], growth_rate_50: float | None
) -> Fit:
    draws = refitted_curves(treated.doses, treated.viabilities, curve, VIABILITY)
    tested = treated.lowest, treated.highest
    scores = [sensitivity(one, *tested) for one in (curve, *draws)]
    dss3 = _measure([score.dss3 for score in scores])
    level = float(np.mean(controls)) if controls else None
    return Fit(
        ic50=_absolute(treated, curve),
        relative_ic50=_relative(treated, curve),
        slope=_measure([one.slope for one in (curve, *draws)]),
        lower=curve.lower,
        upper=curve.upper,
        area=_measure([area_under_curve(one, *tested) for one in (curve, *draws)]),
        dss1=_measure([score.dss1 for score in scores]),
        dss2=_measure([score.dss2 for score in scores]),
        dss3=dss3,
        selective_dss=None
        if level is None
        else Measure(dss3.value - level, dss3.low - level, dss3.high - level),
        growth_rate_50=growth_rate_50,
        band=_band(treated, curve, draws),
    )


def _measure(values: Sequence[float]) -> Measure:
    """The first value, with the central 95 % of the others; the interval holds the value."""
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return Measure(values[0], min(values[0], float(low)), max(values[0], float(high)))


def _absolute(treated: Treated, curve: Curve) -> Dose:
    """Where half of the cells are left, or the bound that the tested doses give."""
    dose = crossing(curve, HALF) if curve.falls else None
    if dose is None or dose > treated.highest:
        # A curve that starts below one half passed it before the lowest dose.
        if curve.falls and curve.upper <= HALF:
            return Dose(treated.lowest, None, treated.lowest, Reach.BELOW)
        return Dose(treated.highest, treated.highest, None, Reach.ABOVE)
    if dose < treated.lowest:
        return Dose(treated.lowest, None, treated.lowest, Reach.BELOW)
    interval = crossing_interval(treated.doses, treated.viabilities, curve, HALF, VIABILITY)
    return Dose(dose, interval.low, interval.high, Reach.MEASURED)


def _relative(treated: Treated, curve: Curve) -> Dose:
    """The half-way dose of the curve itself; a bound where its interval has no end."""
    if not curve.falls:
        return _NO_DOSE
    if curve.middle > treated.highest:
        return Dose(treated.highest, treated.highest, None, Reach.ABOVE)
    if curve.middle < treated.lowest:
        return Dose(treated.lowest, None, treated.lowest, Reach.BELOW)
    interval: DoseInterval = middle_interval(treated.doses, treated.viabilities, curve, VIABILITY)
    return Dose(curve.middle, interval.low, interval.high, Reach.MEASURED)


def _band(treated: Treated, curve: Curve, draws: Sequence[Curve]) -> tuple[BandPoint, ...]:
    doses: Floats = np.logspace(
        math.log10(treated.lowest), math.log10(treated.highest), _BAND_POINTS
    )
    values = curve.at(doses)
    low, high = np.percentile([one.at(doses) for one in draws], [2.5, 97.5], axis=0)
    return tuple(BandPoint(*map(float, row)) for row in zip(doses, values, low, high, strict=True))


def _conditions(row: PlateRow) -> Conditions:
    return Conditions(
        row.timepoint, row.tissue, row.plate, row.assay, row.medium, row.hours,
        row.hours_from_sampling, row.viability, row.blast_percent, row.remark,
    )  # fmt: skip
