"""The records that `flt3itd call` writes: one class for each table and JSON object.

Coordinates here are what a person reads: 1-based inclusive, on the contig of the BAM.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling

FLT3_SCHEMA_VERSION = 1
"""`schema_version` in `S.flt3.json`: another number is another set of keys."""


class Status(StrEnum):
    """The three answers; "negative" without a limit of detection is never one of them."""

    DETECTED = "detected"
    NOT_DETECTED = "not_detected"
    NOT_ASSESSABLE = "not_assessable"


class Question(StrEnum):
    """What the reads of a sample are asked."""

    ITD = "ITD"
    TKD = "TKD"
    PANEL = "panel"
    LONG_EVENTS = "long_events"
    KMT2A = "KMT2A"


class Fit(StrEnum):
    """Whether reads can carry the answer to a question."""

    FIT = "fit"
    REMARK = "fit_with_remark"
    UNFIT = "unfit"


@dataclass(frozen=True)
class Verdict:
    """Whether the reads can carry the answer to one question.

    `reasons` are why they cannot, each with what to do; `remarks` what to mind. With
    `misleads` a positive answer is not believed either: such reads show changes that no
    molecule has.
    """

    question: Question
    fit: Fit
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    misleads: bool = False


@dataclass(frozen=True)
class ReadMeasures:
    """What was measured of the reads over a region. Shares are of reads, unless said otherwise.

    Lengths in bases; `commonest_length` is the share of reads that have the commonest one,
    `usual_length`.
    `soft_clipped` counts what was cut off later too. `short_gaps` (insertions and deletions of one
    or two bases, without the three places that have most), `mismatches` and `unknown_bases` (N) are
    per aligned base; `long_gaps` are reads with a gap of six bases or more. `copies` is the share
    of fragments that begin and end where another one does, beyond what chance explains. `cut_off`
    reads end together at one place, shorter than others. `unspliced` is the share of the RNA reads
    over exon borders that go on into the intron. `foreign_bases` stood in front of the reads,
    `adapters` behind them; both were cut off. Qualities are raw Phred values, None where none was
    seen. `placed_here`: the reads came without an alignment (FASTQ).
    `reads_elsewhere` are reads of the sample over other places, looked at for nothing but the share
    of them that is clipped (0: not looked at). `steps_without_clips` are what the header says was
    done to the reads after which those over a junction are missing, `lossy_steps` after which some
    of them are. `names_shared` are pairs of reads of one name that are no mates of each other,
    `left_out_clipped` clipped records that are marked (duplicate, failed, secondary, supplementary)
    and do not count. `clips_unknown` is the share of clips whose bases are unknown (N).
    `gaps_at_one_cycle` is the share of reads with a gap of one length at one cycle wherever they
    lie, `mates_contradicting` that of pairs of which one mate has a gap where the other has none,
    `wrong_at_one_cycle` that of reads (of one mate) with a wrong base at one cycle. `clips_cut` are
    reads of whose clips all have the same bases left. `crossing_deficit`: by how many standard
    errors fewer reads go over one place than lie beside it, where none is clipped.
    """

    reads: int
    fragments: int
    paired: float
    median_length: int
    longest_length: int
    commonest_length: float
    soft_clipped: float
    hard_clipped: int
    without_bases: int
    short_gaps: float
    long_gaps: int
    mismatches: float
    unknown_bases: float
    mapping_quality_zero: float
    duplicates: float
    copies: float
    mates_missing: int
    mates_alike: float
    cut_off: int
    adapters: float
    foreign_bases: int
    unspliced: float
    without_qualities: float
    lowest_quality: int | None
    highest_quality: int | None
    platforms: tuple[str, ...] = ()
    placed_here: bool = False
    reads_elsewhere: int = 0
    clipped_elsewhere: float = 0.0
    steps_without_clips: tuple[str, ...] = ()
    lossy_steps: tuple[str, ...] = ()
    names_shared: int = 0
    left_out_clipped: int = 0
    clips_unknown: float = 0.0
    usual_length: int = 0
    gaps_at_one_cycle: float = 0.0
    mates_contradicting: float = 0.0
    wrong_at_one_cycle: float = 0.0
    clips_cut: int = 0
    crossing_deficit: float = 0.0


UNMEASURED = ReadMeasures(
    reads=0,
    fragments=0,
    paired=0.0,
    median_length=0,
    longest_length=0,
    commonest_length=0.0,
    soft_clipped=0.0,
    hard_clipped=0,
    without_bases=0,
    short_gaps=0.0,
    long_gaps=0,
    mismatches=0.0,
    unknown_bases=0.0,
    mapping_quality_zero=0.0,
    duplicates=0.0,
    copies=0.0,
    mates_missing=0,
    mates_alike=0.0,
    cut_off=0,
    adapters=0.0,
    foreign_bases=0,
    unspliced=0.0,
    without_qualities=0.0,
    lowest_quality=None,
    highest_quality=None,
)
"""What those begin with who measure only a part."""


@dataclass(frozen=True)
class GeneFitness:
    """The verdicts on the reads over one gene of the panel: those that are unfit, and no others."""

    gene: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class ReadFitness:
    """The judgement of the reads: what was measured, and a verdict for each question.

    `measured` are the reads over FLT3 exons 13 to 15. In the workflow the verdicts on panel, long
    events and KMT2A are those of the reads over the targets, `over_targets`; `genes` are the genes
    whose reads are unfit while those over most others are not.
    """

    measured: ReadMeasures
    verdicts: tuple[Verdict, ...]
    over_targets: ReadMeasures | None = None
    genes: tuple[GeneFitness, ...] = ()

    def verdict(self, question: Question) -> Verdict:
        """The verdict on a question; fit when nothing was found against it."""
        return next(
            (one for one in self.verdicts if one.question is question), Verdict(question, Fit.FIT)
        )


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
    carry too, separated by semicolons, and `whole_hgvs_c` is the name of all of it as one
    replacement. `counted_unit` is what its fragments are (`flt3itd.common.counted`). Empty strings
    and None stand for what does not apply.
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
    the amplicons and reads of this sample. `limits_by_length` has the limit by length where errors
    decide it (long reads), else it is empty.
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
    assay: str
    parameters: dict[str, Any]
    libraries: dict[str, str]
    method: str
    background: BackgroundUsed | None = None


@dataclass(frozen=True)
class FltResult:
    """Everything in `S.flt3.json`.

    `counted_unit` is what every count in it is a count of, those named fragments among them.
    `input_ng` nanograms of DNA went into the library, which hold `most_molecules` haploid genomes;
    None where that is not known. `assumption` is what intervals and limits assume, if anything.
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
    warnings: tuple[str, ...] = field(default_factory=tuple)

    @property
    def sampling(self) -> Sampling:
        """What its counts were drawn from."""
        return Sampling(self.counted_unit, self.most_molecules)
