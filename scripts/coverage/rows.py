"""What reports read of the coverage stage: rows of coverage.tsv and hotspots.tsv, and curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flt3itd.records import Status


class ExonState(StrEnum):
    """Whether an exon is deep enough for an answer."""

    COVERED = "covered"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True)
class ExonCoverage:
    """One row of coverage.tsv; `start` and `end` are 1-based inclusive.

    Depth is None where it is not measured: of RNA and of long reads. `reason` says why an exon is
    not assessable, `counted_unit` what is counted
    (`flt3itd.common.counted`). `raw_mean` is the mean depth of the reads before those of one
    molecule were put together; None without UMIs. `longest_insertion` and `longest_deletion` are
    the most bases that amplicons show wherever in the exon they lie; None: no bound.
    """

    sample: str
    gene: str
    exon: str
    chrom: str
    start: int
    end: int
    length_bp: int
    minimum: int | None
    mean: float | None
    fraction_at_100x: float | None
    fraction_at_500x: float | None
    fraction_at_1000x: float | None
    status: ExonState
    reason: str = ""
    counted_unit: str = ""
    raw_mean: float | None = None
    longest_insertion: int | None = None
    longest_deletion: int | None = None

    @property
    def assessable(self) -> bool:
        """Whether the exon is deep enough for an answer."""
        return self.status is ExonState.COVERED


def mean_depth(exons: Sequence[ExonCoverage]) -> float | None:
    """Mean depth of exons, weighed by their length; None where it is of none measured."""
    known = [(one.mean, one.length_bp) for one in exons if one.mean is not None]
    return (
        sum(mean * length for mean, length in known) / sum(n for _, n in known) if known else None
    )


def least_depth(exons: Iterable[ExonCoverage]) -> int | None:
    """The depth of the base of exons that has least; None where it is of none measured."""
    return min((one.minimum for one in exons if one.minimum is not None), default=None)


def longest_shown(exons: Iterable[ExonCoverage]) -> tuple[int | None, int | None]:
    """The longest insertion and deletion that amplicons show in every place of assessable exons.

    None where nothing bounds them.
    """
    seen = [one for one in exons if one.assessable]
    insertions = [one.longest_insertion for one in seen if one.longest_insertion is not None]
    deletions = [one.longest_deletion for one in seen if one.longest_deletion is not None]
    return min(insertions, default=None), min(deletions, default=None)


@dataclass(frozen=True)
class HotspotAnswer:
    """One row of hotspots.tsv; `start` and `end` are 1-based inclusive, None when unknown.

    `variants` pass, `filtered` were called and do not; both name them with their VAF. `reason`
    says why a codon is not assessable. `legacy` is the residue in older numbering. `minimum` to
    `fraction_at_1000x` are those of `ExonCoverage` for the bases of the codon, None outside the
    targets. `depth` is what the answer rests on: fragments with a good base at the base that has
    fewest. `remark` says what the limit of detection does not hold for, or assumes. `counted_unit`
    is what is counted.
    """

    sample: str
    gene: str
    residue: int
    amino_acid: str
    legacy: str
    exon: str
    chrom: str
    start: int | None
    end: int | None
    status: Status
    reason: str
    minimum: int | None
    mean: float | None
    fraction_at_100x: float | None
    fraction_at_500x: float | None
    fraction_at_1000x: float | None
    depth: int | None
    limit_of_detection: float | None
    variants: str
    filtered: str
    remark: str
    counted_unit: str = ""


@dataclass(frozen=True)
class ExonCurve:
    """The least depth of each stretch of an exon, from low to high coordinates of the contig."""

    exon: str
    depths: tuple[int, ...]


@dataclass(frozen=True)
class GeneCurve:
    """The exons of a gene from low to high coordinates of the contig, as their stretches are.

    A stretch has `stretch_bp` bases, the last of an exon may be shorter. `mean` weighs exons by
    their length, `minimum` is the least depth of any base.
    """

    gene: str
    stretch_bp: int
    minimum: int
    mean: float
    exons: tuple[ExonCurve, ...]
