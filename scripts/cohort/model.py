"""What the report of all samples holds: groups, patients by genes, ratios before and after.

The published schema is docs/cohort.schema.json. Infinite numbers are null in the JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from flt3itd.records import Status
from scripts.cohort.summarize import SummaryRow
from scripts.records.failure import Failure
from scripts.records.report_state import ReportState
from scripts.report.model import Formula

COHORT_SCHEMA_VERSION: Final = 1

ITD_ROW, TKD_ROW = "FLT3-ITD", "FLT3-TKD"
"""The rows of the oncoprint for what flt3itd calls; other FLT3 variants are in the row FLT3."""
PTD_ROW = "KMT2A-PTD"
"""The row of partial tandem duplications; other KMT2A variants are in the row KMT2A."""


class ChangeClass(StrEnum):
    """What an alteration does to the protein, as the oncoprint shows it."""

    ITD = "ITD"
    TKD = "TKD"
    PTD = "PTD"
    MISSENSE = "missense"
    TRUNCATING = "truncating"
    IN_FRAME = "in_frame"
    OTHER = "other"


@dataclass(frozen=True)
class CohortRow(SummaryRow):
    """One row of cohort.tsv: the row of summary.tsv, and the sample among those of its patient.

    `earlier_itd` is the main ITD of the patient's first timepoint in this later sample: its state,
    `earlier_itd_name`, and what is left of the VAF of the first sample of this tissue that has it
    (see followup.tsv; nothing where this is the first). `stands_out` are measures of quality.tsv
    with their flags. Lists are separated by "; ".
    """

    first_sample: str
    genes_mutated: str
    genes_not_assessable: str
    earlier_itd_name: str
    earlier_itd: Status | None
    earlier_itd_left: float | None
    earlier_itd_left_bound: float | None
    stands_out: str = ""


@dataclass(frozen=True)
class OncoprintCell:
    """One gene of one patient at the first timepoint. `later`: classes that emerged afterwards.

    `not_assessable` means that at least one exon (or codon) of the gene was not covered and no
    change was found in the rest.
    """

    gene: str
    state: Status
    classes: tuple[ChangeClass, ...]
    later: tuple[ChangeClass, ...]
    text: str


@dataclass(frozen=True)
class OncoprintPatient:
    """The column of one patient; `cells` are in the order of the genes."""

    patient: str
    group: str
    first_samples: tuple[str, ...]
    cells: tuple[OncoprintCell, ...]


@dataclass(frozen=True)
class GeneCount:
    """In how many patients of a group a gene is in which state at the first timepoint."""

    gene: str
    detected: int
    not_detected: int
    not_assessable: int

    @property
    def assessable(self) -> int:
        """Patients in whom the gene is assessable."""
        return self.detected + self.not_detected

    @property
    def share(self) -> float | None:
        """The fraction of these with an alteration; None where there are none."""
        return self.detected / self.assessable if self.assessable else None


@dataclass(frozen=True)
class GeneTest:
    """One row of genes.tsv: a gene in both groups of patients, at the first timepoint.

    Of the `assessable` patients of a group, `detected` have an alteration; the share is a fraction
    of these. `p_value` and `q_value` (corrected for the number of genes tested) are None where
    `reason` says why the gene is not tested.
    """

    gene: str
    newly_diagnosed_detected: int
    newly_diagnosed_assessable: int
    newly_diagnosed_share: float | None
    relapsed_refractory_detected: int
    relapsed_refractory_assessable: int
    relapsed_refractory_share: float | None
    p_value: float | None
    q_value: float | None
    reason: str

    def corrected(self, q_value: float) -> GeneTest:
        """The same with its q value."""
        return replace(self, q_value=q_value)


@dataclass(frozen=True)
class CohortGroup:
    """Newly diagnosed, or relapsed or refractory patients, or controls, by their first timepoint.

    The total allelic ratio is over the patients with a passing ITD: median, lowest, highest.
    """

    name: str
    patients: int
    samples: int
    genes: tuple[GeneCount, ...]
    ar_median: float | None
    ar_lowest: float | None
    ar_highest: float | None


@dataclass(frozen=True)
class RatioPair:
    """The allelic ratio of one ITD at the first timepoint and on day 28.

    `later` is an upper bound when `status` is not_detected. None is infinite (no wild type is
    estimated), or, when not assessable, not known.
    """

    patient: str
    group: str
    itd: str
    first_sample: str
    later_sample: str
    first: float
    later: float | None
    status: Status


@dataclass(frozen=True)
class CohortReport:
    """Everything in the report.json of the cohort. An infinite number is null.

    `missing` is empty unless the run failed and this is what could be made all the same.
    `alarms` say which samples may be of another person, `quality_remarks` are those of the quality
    page; `state`, and the `build` (empty without a sample), are those of the configuration.
    """

    schema_version: Literal[1]
    notice: str
    alarms: tuple[str, ...]
    build: str
    genes: tuple[str, ...]
    groups: tuple[CohortGroup, ...]
    gene_tests: tuple[GeneTest, ...]
    patients: tuple[OncoprintPatient, ...]
    ratios: tuple[RatioPair, ...]
    samples: tuple[CohortRow, ...]
    formulas: tuple[Formula, ...]
    sources: dict[str, str]
    missing: tuple[Failure, ...] = ()
    state: ReportState = ReportState.DRAFT
    quality_remarks: tuple[str, ...] = ()
