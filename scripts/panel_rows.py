"""The rows of panel.tsv and coverage.tsv: what the panel stage writes and the reports read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class PanelVariant:
    """One row of panel.tsv; coordinates are 1-based on the contig of the reference."""

    sample: str
    gene: str
    transcript: str
    exon: str
    hgvs_g: str
    hgvs_c: str
    hgvs_p: str
    consequence: str
    vaf: float
    vaf_low: float
    vaf_high: float
    depth: int
    alternate_fragments: int
    quality: float
    filter: str
    chrom: str
    pos: int
    ref: str
    alt: str


class ExonState(StrEnum):
    """Whether an exon is deep enough for an answer."""

    COVERED = "covered"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True)
class ExonCoverage:
    """One row of coverage.tsv; `start` and `end` are 1-based inclusive."""

    sample: str
    gene: str
    exon: str
    chrom: str
    start: int
    end: int
    length_bp: int
    minimum: int
    mean: float
    fraction_at_100x: float
    fraction_at_500x: float
    fraction_at_1000x: float
    status: ExonState

    @property
    def assessable(self) -> bool:
        """Whether the exon is deep enough for an answer."""
        return self.status is ExonState.COVERED
