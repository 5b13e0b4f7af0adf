"""Drugs and their concentrations: molar masses, and every unit as nM."""

from __future__ import annotations

MOLAR_MASS = {
    "sorafenib": 464.8,
    "sorafenib tosylate": 637.0,
    "omacetaxine mepesuccinate": 545.6,
    "gilteritinib": 552.7,
    "quizartinib": 560.7,
    "midostaurin": 570.6,
    "crenolanib": 443.5,
    "cytarabine": 243.2,
    "daunorubicin": 527.5,
    "venetoclax": 868.4,
    "azacitidine": 244.2,
}
"""Grams per mole of the substance that is weighed (PubChem, molecular weight)."""

SYNONYMS = {
    "om": "omacetaxine mepesuccinate",
    "omacetaxine": "omacetaxine mepesuccinate",
    "homoharringtonine": "omacetaxine mepesuccinate",
    "hht": "omacetaxine mepesuccinate",
}
"""Other names of the same substance, in lower case."""

NANOMOLAR = {"pM": 1e-3, "nM": 1.0, "uM": 1e3, "µM": 1e3, "μM": 1e3, "mM": 1e6}
"""Molar units in nM; both letters that are printed as micro are read."""

GRAMS_PER_LITRE = {"ng/mL": 1e-6, "ug/mL": 1e-3, "µg/mL": 1e-3, "μg/mL": 1e-3, "mg/mL": 1.0}
"""Units of mass by volume in g/L."""


def drug_name(written: str) -> str:
    """One name for one drug: lower case, single spaces, synonyms replaced."""
    name = " ".join(written.lower().split())
    return SYNONYMS.get(name, name)


def nanomolar(amount: float, unit: str, drug: str) -> float:
    """A concentration in nM.

    Raises:
        ValueError: The unit is not known, or is one of mass and the drug's molar mass is not.
    """
    if unit in NANOMOLAR:
        return amount * NANOMOLAR[unit]
    if unit not in GRAMS_PER_LITRE:
        known = ", ".join((*NANOMOLAR, *GRAMS_PER_LITRE))
        raise ValueError(f"found the unit {unit!r}, expected one of {known}")
    mass = MOLAR_MASS.get(drug_name(drug))
    if mass is None:
        raise ValueError(
            f"the molar mass of {drug!r} is not known, so {unit} cannot be read; give its "
            "concentrations in nM or uM"
        )
    return amount * GRAMS_PER_LITRE[unit] / mass * 1e9
