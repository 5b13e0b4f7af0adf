"""What is said of the drug response of a patient: one record for each curve and combination.

The published schema is docs/drug_response.schema.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scripts.records.files import read_built

DRUG_RESPONSE_SCHEMA_VERSION = 1
CONTROLS_SCHEMA_VERSION = 1


class Reach(StrEnum):
    """Whether a dose lies within the tested ones; else it is a bound."""

    MEASURED = "measured"
    ABOVE = "above"
    BELOW = "below"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Dose:
    """A dose in nM with its 95 % interval; None where the data do not bound that side.

    `reach` above or below: the value is the highest or lowest tested dose, and the true one lies
    beyond it. Unknown: no curve, and no value.
    """

    value: float | None
    low: float | None
    high: float | None
    reach: Reach


@dataclass(frozen=True)
class Measure:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PlotPoint:
    """A dose in nM (0 without drug) with the viabilities in percent that were measured."""

    dose: float
    viabilities: tuple[float, ...]


@dataclass(frozen=True)
class BandPoint:
    """The fitted viability at a dose (nM), with its pointwise 95 % interval, in percent."""

    dose: float
    viability: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """What a curve says: doses in nM, plateaus in percent, and the scores.

    `selective_dss` is DSS3 above the mean of the controls, None without controls.
    `growth_rate_50` needs time-zero counts.
    """

    ic50: Dose
    relative_ic50: Dose
    slope: Measure
    lower: float
    upper: float
    area: Measure
    dss1: Measure
    dss2: Measure
    dss3: Measure
    selective_dss: Measure | None
    growth_rate_50: float | None
    band: tuple[BandPoint, ...]


@dataclass(frozen=True)
class DrugCurve:
    """The response of a patient's cells at one timepoint to one drug.

    `remark` is what the sheet says of the plates. Without `fit`, `reason` says why nothing is
    scored; the points are shown all the same.
    """

    timepoint: str
    tissue: str
    drug: str
    doses: int
    lowest_dose: float
    highest_dose: float
    z_prime: float | None
    variation: float | None
    measured: tuple[PlotPoint, ...]
    fit: Fit | None
    reason: str
    remark: str


class Model(StrEnum):
    """What two drugs are expected to do together.

    BLISS: they act independently (Bliss 1939). HSA: as the stronger one alone (Berenbaum 1989).
    LOEWE: as if each were a dilution of the other (Loewe 1953). ZIP: neither changes the other's
    half-way dose or slope (Yadav et al. 2015, Comput Struct Biotechnol J 13:504).
    """

    BLISS = "bliss"
    HSA = "hsa"
    LOEWE = "loewe"
    ZIP = "zip"


@dataclass(frozen=True)
class Score:
    """A mean excess with its 95 % interval over replicates; None with the reason why.

    `cells` of the combination wells entered the mean; Loewe has no expectation beyond what the
    drugs alone reach.
    """

    model: Model
    value: float | None
    low: float | None
    high: float | None
    cells: int
    reason: str


@dataclass(frozen=True)
class Combination:
    """Two drugs together: mean inhibition by doses in nM (rows: first drug), and its scores.

    `excess` is that over Bliss independence, well by well, for the map. Without a complete grid
    `reason` says what is missing.
    """

    timepoint: str
    tissue: str
    first_drug: str
    second_drug: str
    first_doses: tuple[float, ...]
    second_doses: tuple[float, ...]
    inhibition: tuple[tuple[float, ...], ...]
    excess: tuple[tuple[float, ...], ...]
    replicates: int
    scores: tuple[Score, ...]
    reason: str
    remark: str


@dataclass(frozen=True)
class Conditions:
    """Under which conditions a plate was made; shown, because they shift scores."""

    timepoint: str
    tissue: str
    plate: str
    assay: str
    medium: str
    hours: str
    hours_from_sampling: str
    viability: str
    blast_percent: str
    remark: str


@dataclass(frozen=True)
class DrugResponse:
    """Everything in drug_response.json of a patient."""

    schema_version: int
    patient: str
    curves: tuple[DrugCurve, ...]
    combinations: tuple[Combination, ...]
    conditions: tuple[Conditions, ...]


def read_drug_response(path: Path) -> DrugResponse:
    """The document that the rule `drug_response` wrote. Raises UserError for any other file."""
    return read_built(path, DrugResponse, DRUG_RESPONSE_SCHEMA_VERSION, "drug_response")


@dataclass(frozen=True)
class ControlScore:
    """The drug sensitivity score (DSS3) of one drug in one control."""

    control: str
    drug: str
    dss3: float


@dataclass(frozen=True)
class ControlScores:
    """What the rule `drug_controls` writes: the scores of all controls that can be scored."""

    schema_version: int
    scores: tuple[ControlScore, ...]

    def of(self, drug: str) -> tuple[float, ...]:
        """The scores of a drug, one for each control."""
        return tuple(one.dss3 for one in self.scores if one.drug == drug)


NO_CONTROLS = ControlScores(CONTROLS_SCHEMA_VERSION, ())


def read_control_scores(path: Path) -> ControlScores:
    """The document that the rule `drug_controls` wrote. Raises UserError for any other file."""
    return read_built(path, ControlScores, CONTROLS_SCHEMA_VERSION, "drug_controls")


@dataclass(frozen=True)
class DrugResponseRow:
    """One row of drug_response.tsv: a curve, or a score of a combination.

    Doses are in nM. `reach` tells a measured dose from a bound.
    """

    patient: str
    timepoint: str
    tissue: str
    drug: str
    second_drug: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    reach: Reach
    reason: str
    remark: str
