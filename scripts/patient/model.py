"""What the report of a patient holds: samples in time, and each alteration followed over them.

The published schema is docs/patient.schema.json. Infinite numbers are null in the JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.records import Status
from scripts.drug_response.records import DrugResponse
from scripts.inputs.clinical_rows import ClinicalKind
from scripts.inputs.day_28 import material_of
from scripts.records.report_state import ReportState
from scripts.report.model import Formula, Headlines, ReportWarning

PATIENT_SCHEMA_VERSION: Final = 1


class AlterationKind(StrEnum):
    """What is followed."""

    ITD = "ITD"
    INSERTION = "insertion"
    TKD = "TKD"
    PANEL = "panel"


class Course(StrEnum):
    """What became of an alteration between the first and the last timepoint with an answer.

    `fell` to `steady` are of one that was always detected (`Direction`, in the tissue of its first
    sample); `still_there` where no two samples of one tissue can be compared.
    """

    SINGLE = "single"
    FELL = "fell"
    ROSE = "rose"
    FELL_AND_ROSE = "fell_and_rose"
    ROSE_AND_FELL = "rose_and_fell"
    FLUCTUATED = "fluctuated"
    STEADY = "steady"
    STILL_THERE = "still_there"
    VANISHED = "vanished"
    EMERGED = "emerged"
    RETURNED = "returned"
    TRANSIENT = "transient"
    NOT_KNOWN = "not_known"


class Direction(StrEnum):
    """Where a VAF went: of falls and rises, those beyond both 95 % intervals.

    `fluctuated` is of three and more.
    """

    FELL = "fell"
    ROSE = "rose"
    FELL_AND_ROSE = "fell_and_rose"
    ROSE_AND_FELL = "rose_and_fell"
    FLUCTUATED = "fluctuated"
    STEADY = "steady"


class Basis(StrEnum):
    """Where the answer for one sample comes from.

    `called`: found by the caller of this sample. `genotyped`: known from another sample and
    looked for in the reads of this one. `held_back`: seen, but a filter holds it back. `limit`:
    not called, where depth allows an answer with a limit of detection. `not_covered`: no answer.
    `not_looked_for`: the sample is of an earlier run, and its reads are not in this one; its own
    calls may give a limit.
    """

    CALLED = "called"
    GENOTYPED = "genotyped"
    HELD_BACK = "held_back"
    LIMIT = "limit"
    NOT_COVERED = "not_covered"
    NOT_LOOKED_FOR = "not_looked_for"


@dataclass(frozen=True)
class FollowedSample:
    """A sample in the time line. `earlier_run` is its folder in the results of an earlier run.

    Samples of one timepoint share `rank` (from 0).

    `day` counts from the first sample, where clinical.tsv has a date for every timepoint.
    `report_sha256` is the checksum of the report.json that the numbers were read from.
    `counted_unit` is what its counts are, `assumption` what its intervals and limits assume.
    """

    sample: str
    timepoint: str
    rank: int
    day: int | None
    tissue: str
    cohort: str
    assay: Assay
    headlines: Headlines
    itd_limit_of_detection: float | None
    counted_unit: CountedUnit
    assumption: str
    blast_percent: float | None
    flt3itd_version: str
    report_sha256: str
    earlier_run: str = ""

    @property
    def material(self) -> str:
        """What is compared with what: see `material_of`."""
        return material_of(self.tissue, self.assay)


@dataclass(frozen=True)
class Answer:
    """What one sample says of an alteration; `Point` says what the fields are."""

    status: Status
    basis: Basis
    vaf: float | None
    vaf_low: float | None
    vaf_high: float | None
    ar: float | None
    ar_low: float | None
    ar_high: float | None
    mutant_fragments: int | None
    informative_fragments: int | None
    vaf_bound: float | None
    left: float | None
    left_bound: float | None
    reason: str
    log10_change: float | None = None
    log10_change_bound: float | None = None
    log10_above_lowest: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class _OfSample:
    sample: str


# Of several bases a record has the fields of the last one first.
@dataclass(frozen=True)
class Point(Answer, _OfSample):
    """One alteration in one sample.

    `vaf_bound` is what the VAF is below when it was not detected: the one-sided upper 95 % bound
    if `basis` is genotyped, else the limit of detection. `left` is VAF / VAF of the first sample of
    the same tissue that showed the alteration, `left_bound` the same of the upper end of the
    interval or bound. `log10_change` and `log10_change_bound` are their logarithms, and
    `log10_above_lowest` that of VAF / lowest VAF or bound before, where it is above that. `remark`
    is what to mind, such as a sample of another patient that it may have come from.
    """


@dataclass(frozen=True)
class Turn:
    """Where a fall or rise ended: a share of the first VAF, or a bound of it where nothing is seen.

    `is_fall` tells how the VAF came there.
    """

    share: float
    is_bound: bool
    is_fall: bool


@dataclass(frozen=True)
class Trend:
    """The course in one tissue, from the first sample that shows the alteration to the last.

    `last` is the share of the first VAF that the last sample with an answer leaves, a bound where
    the alteration is not detected there. `turns` are where the falls and rises ended, in time; none
    where it was steady.
    """

    tissue: str
    direction: Direction
    last: float
    last_is_bound: bool
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Alteration:
    """One ITD, kinase domain mutation or panel variant; the same is the same alleles at a place.

    Positions are 1-based, alleles plus strand, left-aligned, as in VCF. `consequence` is that of a
    panel variant, else empty. `trends` are by tissue, `points` in the order of the samples; `tier`
    is that of a panel variant, where tiers are configured.
    """

    kind: AlterationKind
    gene: str
    name: str
    hgvs_c: str
    hgvs_p: str
    consequence: str
    length_bp: int
    chrom: str
    pos: int
    ref: str
    alt: str
    course: Course
    words: str
    trends: tuple[Trend, ...]
    points: tuple[Point, ...]
    tier: str = ""


@dataclass(frozen=True)
class ClinicalEntry:
    """A treatment or event. `start_at` and `end_at` are on the axis: days, or ranks."""

    kind: ClinicalKind
    label: str
    start: str
    end: str
    start_at: float
    end_at: float | None


@dataclass(frozen=True)
class PatientReport:
    """Everything in the report.json of a patient. An infinite number is null.

    `gained` and `lost` name the alterations that were not there at the first timepoint and are at
    the last, and the other way round. `drug_response` is what plates of the patient's cells showed;
    null without such plates.
    `alarms` say that a sample may be of another person; `state`, and the `build` of all
    positions, are those of the configuration.
    """

    schema_version: Literal[1]
    notice: str
    alarms: tuple[str, ...]
    patient: str
    build: str
    axis: str
    samples: tuple[FollowedSample, ...]
    alterations: tuple[Alteration, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    clinical: tuple[ClinicalEntry, ...]
    drug_response: DrugResponse | None
    formulas: tuple[Formula, ...]
    warnings: tuple[ReportWarning, ...]
    state: ReportState = ReportState.DRAFT


@dataclass(frozen=True)
class _AlterationInSample:
    patient: str
    kind: AlterationKind
    gene: str
    hgvs_c: str
    hgvs_p: str
    length_bp: int
    chrom: str
    pos: int
    ref: str
    alt: str
    course: Course
    sample: str
    timepoint: str
    day: int | None
    tissue: str


@dataclass(frozen=True)
class FollowUpRow(Answer, _AlterationInSample):
    """One row of followup.tsv: one alteration in one sample.

    `counted_unit` is what its fragments are.
    """

    counted_unit: str = ""
    build: str = ""


@dataclass(frozen=True)
class PanelGenotype:
    """One row of genotypes.tsv: a panel variant of one sample, looked for in another.

    `pos` is 1-based. `vaf_upper` is the one-sided upper 95 % bound, `error_rate` what errors make
    of the wild type by fragment, `p_value` the chance of so many mutant fragments by errors alone,
    `remark` amplicons that may have lost an allele, and a sample of another patient on the same
    run that they may have come from; `counted_unit` is what the fragments are.
    """

    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    status: Status
    vaf: float
    vaf_low: float
    vaf_high: float
    vaf_upper: float
    mutant_fragments: int
    informative_fragments: int
    error_rate: float
    p_value: float
    remark: str = ""
    counted_unit: str = ""
