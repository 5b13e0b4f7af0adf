"""The records that `flt3itd call` writes: one class for each table and JSON object.

Coordinates here are what a person reads: 1-based inclusive, on the contig of the BAM.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.fitness_records import ReadFitness

FLT3_SCHEMA_VERSION = 1
"""`schema_version` in `S.flt3.json`: another number is another set of keys."""


AlleleKey = tuple[str, int, str, str]
"""Contig, 1-based position, REF and ALT: records of any table that have it alike are one change."""


class _OnAllele(Protocol):
    """A row of a table with an allele as in VCF."""

    @property
    def chrom(self) -> str: ...

    @property
    def pos(self) -> int: ...

    @property
    def ref(self) -> str: ...

    @property
    def alt(self) -> str: ...


def allele_key(record: _OnAllele) -> AlleleKey:
    """What tells the change of a record from others."""
    return record.chrom, record.pos, record.ref, record.alt


class Status(StrEnum):
    """The three answers; "negative" without a limit of detection is never one of them."""

    DETECTED = "detected"
    NOT_DETECTED = "not_detected"
    NOT_ASSESSABLE = "not_assessable"


class EventKind(StrEnum):
    """What a row of the FLT3 table is."""

    ITD = "ITD"
    INSERTION = "insertion"
    SPLICE_VARIANT = "splice_variant"
    TKD = "TKD"


@dataclass(frozen=True)
class ConfidenceInterval:
    """A 95 % interval of a proportion or ratio; `high` may be infinite for a ratio."""

    low: float
    high: float


def ends_of(interval: ConfidenceInterval | None) -> tuple[float | None, float | None]:
    """The ends of an interval as two columns of a table; None without one."""
    return (None, None) if interval is None else (interval.low, interval.high)


@dataclass(frozen=True)
class FltEvent:
    """One row of `S.flt3.tsv`: an ITD, another insertion, or a kinase domain mutation.

    Field order is column order. Sequences are plus strand; `pos` is 1-based on `chrom`, as in VCF.
    `length_bp` counts inserted bases (0 for a substitution), `filler` are those that are no copy of
    FLT3. `vaf` is mutant / (mutant + wild type), `ar` mutant / wild type, infinite without wild
    type; `_low` and `_high` are the ends of their 95 % intervals. `status` is `detected` when
    `filter` is PASS, which else names the reasons, separated by semicolons. `remark` is a sentence
    on what to mind. Of kinase domain mutations, `p_value` is the probability that errors alone show
    as many mutant fragments, and `residue_class` what was published of the residue under
    inhibitors. `on_same_molecules` are the c. names of small changes that the molecules of an ITD
    carry too, or of kinase domain mutations beside one, separated by semicolons, and
    `whole_hgvs_c` is the name of all of it as one replacement. `counted_unit` is what its fragments
    are (`flt3itd.common.counted`). Empty strings and None stand for what does not apply.
    """

    sample: str
    event: EventKind
    status: Status
    length_bp: int
    in_frame: bool | None
    insertion_site_residue: int | None
    domain: str
    filler: str
    hgvs_g: str
    hgvs_c: str
    hgvs_p: str
    vaf: float
    vaf_low: float
    vaf_high: float
    ar: float
    ar_low: float
    ar_high: float
    mutant_fragments: int
    wildtype_fragments: int
    informative_fragments: int
    filter: str
    inserted_sequence: str
    chrom: str
    pos: int
    ref: str
    alt: str
    remark: str = ""
    p_value: float | None = None
    residue_class: str = ""
    on_same_molecules: str = ""
    whole_hgvs_c: str = ""
    counted_unit: str = ""


@dataclass(frozen=True)
class KnownItd:
    """What this sample shows of an insertion that an earlier sample had.

    `pos` is 1-based on `chrom`, as in VCF; `length_bp` is the change of length in bases.
    `vaf_upper` is the one-sided upper 95 % bound of the VAF; `background_probability` that of
    seeing so many mutant fragments from errors alone. `detected` when that is below 0.01.
    `limit_of_detection` is the smallest VAF that is detected with probability 95 %; None where
    nothing can be said. `remark` is a sentence on what to mind.
    """

    hgvs_c: str
    length_bp: int
    chrom: str
    pos: int
    ref: str
    alt: str
    status: Status
    mutant_fragments: int
    informative_fragments: int
    vaf: float
    vaf_upper: float
    background_probability: float
    remark: str = ""
    limit_of_detection: float | None = None


@dataclass(frozen=True)
class CodonResult:
    """What is known of one kinase domain codon.

    `limit_of_detection` is the smallest VAF found with probability 95 %, None when nothing can be
    said.
    """

    residue: int
    reference_amino_acid: str
    status: Status
    fragments: int
    limit_of_detection: float | None


@dataclass(frozen=True)
class ExonDepth:
    """Informative fragments at each base of an exon, in transcript order (5' to 3').

    `start` and `end` are 1-based inclusive on `chrom`.
    """

    exon: int
    chrom: str
    start: int
    end: int
    fragments: tuple[int, ...]


@dataclass(frozen=True)
class LengthLimit:
    """The limit of detection of insertions of one length in long reads.

    None where these reads cannot tell such an insertion from their errors.
    """

    length_bp: int
    limit_of_detection: float | None


@dataclass(frozen=True)
class ItdResult:
    """The answer for internal tandem duplications and other insertions of exons 14 and 15.

    `limit_of_detection` is the smallest VAF that would be found with probability 95 % at
    this depth with these filters; None when nothing can be said. The totals are None when no ITD
    passed; `total_ar` is infinite without wild type. `known` are ITDs of earlier samples of the
    patient, looked for in this one. `reason` says why nothing can be said, else it is empty. An ITD
    longer than `longest_assessable` (bases; None: no such bound) cannot be seen in every place by
    the amplicons and reads of this sample, or not where clipped reads are missing; below
    `fitness.thresholds.SHORTEST_REACH` it is why nothing can be said.
    `limits_by_length` has the limit by length where errors decide it (long reads), else it is
    empty. `unanswered` says what many fragments show that no event explains, so that "not detected"
    is no answer; else it is empty. `junctions_shown`: in an uneven capture so many fragments show
    the junction of an ITD of 100 bases, if all molecules have it, for each that shows a base; in
    the limit of detection they count as so many.
    """

    status: Status
    informative_fragments: int
    limit_of_detection: float | None
    total_vaf: float | None
    total_vaf_interval: ConfidenceInterval | None
    total_ar: float | None
    total_ar_interval: ConfidenceInterval | None
    events: tuple[FltEvent, ...]
    known: tuple[KnownItd, ...] = ()
    reason: str = ""
    longest_assessable: int | None = None
    limits_by_length: tuple[LengthLimit, ...] = ()
    unanswered: str = ""
    junctions_shown: float = 1.0


@dataclass(frozen=True)
class TkdResult:
    """The answer for the kinase domain: over all codons, and codon by codon.

    `reason` says why nothing can be said, else it is empty.
    """

    status: Status
    codons: tuple[CodonResult, ...]
    events: tuple[FltEvent, ...]
    reason: str = ""


@dataclass(frozen=True)
class BackgroundUsed:
    """The table of errors in controls that the kinase domain was judged by."""

    path: str
    sha256: str
    controls: int


@dataclass(frozen=True)
class Provenance:
    """Which program, input and reference made the numbers.

    `background` is None where the error rates are those of the sample itself.
    """

    version: str
    command: str
    inputs: tuple[str, ...]
    build: str
    contig: str
    reference_sha256: str
    assay: Assay
    parameters: dict[str, Any]
    libraries: dict[str, str]
    method: str
    background: BackgroundUsed | None = None


@dataclass(frozen=True)
class FltResult:
    """Everything in `S.flt3.json`.

    `counted_unit` is what every count in it is a count of, those named fragments among them.
    `input_ng` nanograms of DNA went into the library, which hold `most_molecules` haploid genomes;
    None where that is not known. UMIs hide about `molecules_hidden` of the molecules of FLT3 (a
    share), as others have the same at the same place; a molecule was read `reads_by_molecule` times
    on average, where families tell it. `assumption` is what intervals and limits assume, if
    anything.
    """

    sample: str
    counted_unit: CountedUnit
    itd: ItdResult
    tkd: TkdResult
    depth: tuple[ExonDepth, ...]
    provenance: Provenance
    reads: ReadFitness
    input_ng: float | None = None
    most_molecules: float | None = None
    assumption: str = ""
    molecules_hidden: float = 0.0
    reads_by_molecule: float | None = None
    warnings: tuple[str, ...] = field(default_factory=tuple)

    @property
    def sampling(self) -> Sampling:
        """What its counts were drawn from; of other places than FLT3 `Sampling.over` tells it."""
        among = self.itd.informative_fragments
        return Sampling(self.counted_unit, self.most_molecules, self.molecules_hidden, among)
