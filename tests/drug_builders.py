"""Drug responses of patients, as a trial reads them."""

from __future__ import annotations

import dataclasses

from scripts.drug_response.records import Dose, DrugCurve, DrugResponse, Fit, Measure, Reach


def drug_response(patient: str, nanomolar: float, reach: Reach = Reach.MEASURED) -> DrugResponse:
    """One scored curve of sorafenib at diagnosis."""
    one = Measure(1.0, 0.5, 1.5)
    dose = Dose(nanomolar, 0.5 * nanomolar, 2 * nanomolar, reach)
    fit = Fit(dose, dose, one, 0.0, 100.0, one, one, one, one, None, None, ())
    curve = DrugCurve("diagnosis", "BM", "sorafenib", 8, 1.0, 1000.0, 0.8, 5.0, (), fit, "", "")
    unscored = dataclasses.replace(curve, drug="omacetaxine", fit=None, reason="noisy")
    later = dataclasses.replace(curve, timepoint="progression")
    return DrugResponse(1, patient, (later, unscored, curve), (), ())
