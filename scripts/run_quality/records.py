"""What the quality page of a run holds: `cohort/quality.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flt3itd.common.assay import Assay
from scripts.records.failure import Failure
from scripts.records.files import again, read_record
from scripts.records.report_state import ReportState


class Flag(StrEnum):
    """Why a value stands out."""

    LIMIT = "limit"
    OUTLIER = "outlier"


@dataclass(frozen=True)
class Usual:
    """What a measure usually is in the samples of one assay.

    `low` and `high` are where values begin to stand out (None with fewer than five samples that
    have it).
    """

    median: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Measure:
    """One measure: its unit, and the limit of the configuration, below or above which it fails.

    `usual` is by assay: captures, amplicons, RNA and long reads are not alike.
    """

    key: str
    name: str
    unit: str
    least: float | None
    most: float | None
    usual: Mapping[Assay, Usual]


@dataclass(frozen=True)
class Value:
    """A measure of a sample; None where it was not measured. `flags` say that it stands out."""

    key: str
    value: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class SampleQuality:
    """The measures of a sample, in the order of the measures. `identity` are its alarms."""

    sample: str
    patient: str
    run: str
    assay: Assay
    quality: str
    values: tuple[Value, ...]
    identity: tuple[str, ...]
    not_assessable: tuple[str, ...]


@dataclass(frozen=True)
class GeneDepth:
    """Mean depth of a gene in each sample, in the order of the samples; None off the panel."""

    gene: str
    depths: tuple[float | None, ...]


@dataclass(frozen=True)
class RunQuality:
    """All samples of a run, their genes, and what stands out as sentences.

    `build` and `state` are those of the configuration; `missing` is empty unless the run failed and
    these are the samples that have a report all the same.
    """

    measures: tuple[Measure, ...]
    samples: tuple[SampleQuality, ...]
    genes: tuple[GeneDepth, ...]
    remarks: tuple[str, ...]
    state: ReportState = ReportState.DRAFT
    missing: tuple[Failure, ...] = ()
    build: str = ""


def read_quality(path: Path) -> RunQuality:
    """What the rule `write_run_quality` wrote. Raises UserError for any other file."""
    return read_record(path, RunQuality, again("write_run_quality"))
