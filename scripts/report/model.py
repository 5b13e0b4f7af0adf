"""What `report.json` holds: the one description that the builder, the page and the tests share.

The published schema is docs/report.schema.json. Infinite numbers are null in the JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal

from flt3itd.junction_records import JunctionPileup
from flt3itd.records import FltResult, Status
from scripts.classification.records import Classification
from scripts.coverage.rows import ExonCoverage, GeneCurve, HotspotAnswer
from scripts.identity.records import IdentityOfSample
from scripts.inputs.sample_cells import SampleCells
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.panel.pile_records import VariantPileup
from scripts.panel.rows import PanelVariant
from scripts.records.report_state import ReportState
from scripts.ubtf.duplications import UbtfTd

REPORT_SCHEMA_VERSION: Final = 1

NOTICE = (
    "Research use only. This report is not a medical device and gives no advice on treatment. "
    "A finding that matters has to be confirmed by a validated method."
)


class Quality(StrEnum):
    """Whether the sequencing supports the answers of the report."""

    ADEQUATE = "adequate"
    LIMITED = "limited"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True)
class Headline:
    """One line of the first screen: a state, and the sentence that explains it."""

    status: Status | Quality
    text: str


@dataclass(frozen=True)
class Headlines:
    """The four lines of the first screen."""

    itd: Headline
    tkd: Headline
    panel: Headline
    quality: Headline


@dataclass(frozen=True)
class PanelSection:
    """Small variants of the panel: those that pass, and those that were found but filtered.

    `limit_of_detection` holds at the least covered base of all assessable exons. `status` is that
    of the small variants alone; `kmt2a_ptd` and `ubtf_td` have their own.
    """

    name: str
    status: Status
    limit_of_detection: float | None
    variants: tuple[PanelVariant, ...]
    filtered: tuple[PanelVariant, ...]
    kmt2a_ptd: Kmt2aPtd
    ubtf_td: UbtfTd


@dataclass(frozen=True)
class CoverageSection:
    """Depth over the targets.

    `mean` weighs exons by their length; it is None without targets, and of an assay that says
    nothing of the panel. `not_assessable` names the exons that are not deep enough; `curves` are
    the depth along each gene, for a picture.
    """

    mean: float | None
    exons: tuple[ExonCoverage, ...]
    not_assessable: tuple[str, ...]
    curves: tuple[GeneCurve, ...] = ()


@dataclass(frozen=True)
class Metric:
    """One number about the sequencing, with the file and field it was read from, or its formula."""

    key: str
    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Formula:
    """How a group of numbers in this report was made, and by which program version.

    `applies_to` is the path of the numbers in this file.
    """

    applies_to: str
    formula: str
    made_by: str


@dataclass(frozen=True)
class Reference:
    """The genome that the reads were compared with."""

    path: str
    build: str
    chr_prefix: bool
    sha256: str


@dataclass(frozen=True)
class ReportWarning:
    """A remark of one step that a reader has to know."""

    source: str
    text: str


@dataclass(frozen=True)
class TierMeaning:
    """A row of the table of tiers in use: the tier that it gives, and its words for that."""

    tier: str
    meaning: str


@dataclass(frozen=True)
class JunctionReads:
    """Everything in `junctions.json`, from which the pile-ups of a report are drawn."""

    junctions: tuple[JunctionPileup, ...]


@dataclass(frozen=True)
class Report:
    """Everything in `report.json`.

    `notice` says what the report must not be used for. `flt3` is flt3.json of the sample, as
    `flt3itd call` wrote it; `junctions` are reads over the junction of each passing ITD, for a
    picture; `hotspots` has one answer for each codon of panel.hotspots, none without such a table.
    `classifications` are the published ones of panel.classifications, by genes alone.
    `identity` is what common SNPs say of whose sample this is; null without panel.identity_snps.
    `parameters` are the settings of the run that change numbers, `versions` those of every tool,
    by name. An infinite number is null. `outward_links` says whether the page links variants to
    public databases. `state` is that of the configuration; `comment` is the laboratory's own
    text, with line breaks. `tiers` are the rows of panel.tiers in their order: the first that fits
    a variant gives its tier. `pileups` are reads over the passing variants of tiers 1 and 2, for
    pictures.
    """

    schema_version: Literal[1]
    notice: str
    sample: SampleCells
    headlines: Headlines
    flt3: FltResult
    junctions: tuple[JunctionPileup, ...]
    panel: PanelSection
    coverage: CoverageSection
    hotspots: tuple[HotspotAnswer, ...]
    classifications: tuple[Classification, ...]
    identity: IdentityOfSample | None
    metrics: tuple[Metric, ...]
    formulas: tuple[Formula, ...]
    parameters: dict[str, Any]
    versions: dict[str, str]
    reference: Reference
    warnings: tuple[ReportWarning, ...]
    outward_links: bool = False
    state: ReportState = ReportState.DRAFT
    comment: str = ""
    tiers: tuple[TierMeaning, ...] = ()
    pileups: tuple[VariantPileup, ...] = ()


def joint_state(reports: Iterable[Report]) -> ReportState:
    """What a page over the samples of a run is: final where all of their reports are."""
    states = {report.state for report in reports}
    return ReportState.FINAL if states == {ReportState.FINAL} else ReportState.DRAFT


def joint_build(reports: Iterable[Report]) -> str:
    """The build of the configuration: that of all samples of a run; empty without a sample."""
    return next((report.reference.build for report in reports), "")
