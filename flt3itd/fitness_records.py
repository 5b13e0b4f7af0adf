"""How reads were judged: what was measured of them, and which questions they can answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


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


_UNKNOWN_SPREAD = 1_000_000
"""Bases; that of fragments which were not measured."""


@dataclass(frozen=True)
class ReadMeasures:
    """What was measured of the reads over a region. Shares are of reads, unless said otherwise.

    Lengths in bases; `commonest_length` is the share of reads that have the commonest one,
    `usual_length`.
    `soft_clipped` counts what was cut off later too. `short_gaps` (insertions and deletions of one
    or two bases, without the three places that have most), `mismatches` (without those that reads
    have at one place alike) and `unknown_bases` (N) are per aligned base; `long_gaps` are reads
    with a gap of six bases or more. `copies` is the share of fragments that begin and end where
    another one does, beyond what chance explains. `cut_off` reads end together at one place,
    shorter than others. `unspliced` is the share of the RNA reads over exon borders that go on into
    the intron, `spliced` that of reads given as DNA that go on in the next exon. `foreign_bases`
    stood in front of the reads, `adapters` behind them, `tails` (rows of one base) at either end;
    they were cut off. Qualities are raw Phred
    values, None where none was seen. `placed_here`: the reads came without an alignment (FASTQ).
    `reads_elsewhere` are reads of the sample over other places, looked at for nothing but how many
    of them are clipped (0: not looked at), and for `longest_clip`, the most bases soft clipped at
    one end of a read here or there. `stopped_short` are reads that are clipped at the two sides of
    one junction and that none goes past (asked only where no clip is half as long as the reads).
    `steps_without_clips` are what the header says was done to the reads after which those over a
    junction are missing, `lossy_steps` after which some of them are. `names_shared` are pairs of
    reads of one name that are no mates of each other, `pieces` clipped reads that lie at another
    place as well, of which neither is marked as supplementary, `left_out_clipped` clipped records
    that are marked (duplicate, failed, secondary, supplementary) and do not count. `marked` are
    the reads that are marked as failed or as duplicates, `marked_clipped` those of them that are
    clipped. `clips_unknown`
    is the share of clips whose bases are unknown (N).
    `gaps_at_one_cycle` is the share of reads with a gap of one length at one cycle wherever they
    lie, `mates_contradicting` that of pairs of which one mate has a gap at one cycle where the
    other has none,
    `wrong_at_one_cycle` that of reads (of one mate) with a wrong base at one cycle. `clips_cut` are
    reads of whose clips all have the same bases left. `crossing_deficit`: by how many standard
    errors fewer reads go over one place than lie beside it, where none is clipped far.
    `junction_places`: by how many standard errors the junction of an ITD lies nearer to the ends of
    its reads than anywhere (below 0: farther from them), of the ITD for which that is most.
    `middle_missed`: minus the decimal logarithm of the probability that no read has the junction
    of an ITD in its middle, `nearer_missed` that so few pairs over it lie nearer to each other.
    `fragments_cut`: minus the decimal logarithm of the probability that its fragments are as often
    longer than all others, where the lengths of the others stop.
    Of amplicons `most_different` is the most bases by which a read differs from the reference
    (mismatches and gaps), up to 20 or more, `different_missed` how many reads should differ by
    more, by chance; else both are 0. `pairs_once` are the pairs of an amplicon that have one wrong
    base, if no two of them are alike and hardly one has none (else 0).
    `least_pair` and `greatest_pair`: bases of the reference over which pairs lie, where their
    lengths stop instead of running out (else 0).
    `repeated` is the share of reads that are others once more, with the same bases and qualities
    under another name, `on_one_strand` that of pairs whose reads lie on one strand.
    `other_sequence` is the share of fragments that are of another sequence, like FLT3; they were
    left out of what else is measured. `spread` is how far behind the fragments that end first
    those lie that begin last, in bases of the reference (one in a hundred is passed over).
    `scattered` is the share of fragments of which no read begins where many others do; where no
    amplicon was found, 0.
    Of lanes or read groups: `filtered_group` is the one without the longest clips, or without
    gaps, and `filtered_evidence` minus the decimal logarithm of the probability that all of them
    are of others; `group_with_fewer` is the one with the fewest fragments of an ITD beside those of
    the wild type, `fewer_itds_ratio` of what the others have, and `fewer_itds` the decimal
    logarithm of how much better two shares explain them than one.
    `padded` is the share of reads with four unknown bases or more in a row between others.
    `with_itds` is the share of fragments as long as a read that show an ITD, of those that do or
    lie on the reference (0 where few do). `cut_within_copies`: minus the decimal logarithm of the
    probability that so many fragments which are shorter than reads lie within its copies.
    `starts_shared` is how many two reads of one strand begin together, each two of them counted,
    `starts_shared_by_chance` how many should at least, of the mate or strand alone of which the
    fewest do. `abutting` is the share of pairs of which
    the reverse read begins where the forward one ends, clipped bases included. `places_used_up` is
    with how many others chance lets a fragment share both ends, where hardly any does (else 0);
    `copies_removed` tells that the header names a program that removes fragments by their ends.
    `most_pairs_of_a_start` is the number of pairs beyond which those of a start were left out (0
    where none were), `most_pairs_of_a_stretch` that of pairs which start within
    `bases_of_a_stretch`. `fewer_errors`: by how many standard errors reads of an ITD have several
    wrong bases less often than a third of what those of the wild type have (0 where they do not).
    `kind_missed`: minus the decimal logarithm of the probability that any kind of the reads over
    its junction is as rare by chance, `missed_kind` what reads of that kind are like;
    `clips_of_one_mate` of that the longest clips are all of one mate by chance.
    `end_to_end` is the aligner that the header says was told to clip nothing, `unplaced_kept`
    whether the file holds pairs without a place, as many over a junction are then.
    `pairs_within` is the share of pairs that end beside the place where reads stop, if that is at
    an end of exon 14 or 15 (else 0). `longer_than_run` is the share of reads that are single and
    longer than those of any run in the file.
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
    longest_clip: int = 0
    stopped_short: int = 0
    junction_places: float = 0.0
    fragments_cut: float = 0.0
    spliced: float = 0.0
    least_pair: int = 0
    greatest_pair: int = 0
    most_different: int = 0
    different_missed: float = 0.0
    middle_missed: float = 0.0
    nearer_missed: float = 0.0
    repeated: float = 0.0
    on_one_strand: float = 0.0
    other_sequence: float = 0.0
    pieces: int = 0
    spread: int = _UNKNOWN_SPREAD
    filtered_group: str = ""
    filtered_evidence: float = 0.0
    group_with_fewer: str = ""
    fewer_itds: float = 0.0
    fewer_itds_ratio: float = 1.0
    scattered: float = 0.0
    padded: float = 0.0
    with_itds: float = 0.0
    cut_within_copies: float = 0.0
    starts_shared: int = 0
    starts_shared_by_chance: float = 0.0
    abutting: float = 0.0
    places_used_up: float = 0.0
    most_pairs_of_a_start: int = 0
    copies_removed: bool = False
    fewer_errors: float = 0.0
    pairs_once: int = 0
    longer_than_run: float = 0.0
    most_pairs_of_a_stretch: int = 0
    bases_of_a_stretch: int = 0
    kind_missed: float = 0.0
    missed_kind: str = ""
    pairs_within: float = 0.0
    clips_of_one_mate: float = 0.0
    end_to_end: str = ""
    unplaced_kept: bool = False
    marked: int = 0
    marked_clipped: int = 0
    tails: float = 0.0


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


def unfit_over(
    gene: str, question: Question, of_sample: Iterable[Verdict], genes: Iterable[GeneFitness]
) -> Verdict | None:
    """The verdict by which reads over a gene are unfit for a question: the sample's, or its own."""
    alone = (verdict for one in genes if one.gene == gene for verdict in one.verdicts)
    own = (one for one in (*of_sample, *alone) if one.question is question)
    return next((one for one in own if one.fit is Fit.UNFIT), None)


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

    def verdict_of_gene(self, question: Question, gene: str) -> Verdict:
        """The same over a gene, whose reads may be unfit while those over most others are not."""
        return unfit_over(gene, question, self.verdicts, self.genes) or self.verdict(question)
