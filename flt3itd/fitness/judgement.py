"""What the measured reads can carry: a verdict for each question.

A finding either hides changes (what was there is gone from the reads, so a negative means nothing),
or misleads (the reads show changes that no molecule has, so a positive means nothing either), or is
a remark.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace

from flt3itd.common.assay import Assay
from flt3itd.common.sampling import mixed_share
from flt3itd.fitness.base_rules import (
    cycle_read_wrongly,
    cycles_lost,
    gaps_of_errors,
    mates_joined,
    odd_qualities,
    other_platform,
    other_sequences,
    wrong_bases,
    wrong_lengths,
)
from flt3itd.fitness.clip_rules import (
    bases_gone,
    clips_gone,
    clips_of_amplicons_gone,
    filtered_as_the_header_tells,
    gaps_without_clips,
    long_clips_gone,
    long_clips_of_amplicons_gone,
    marked_by_clips,
    mates_gone,
    unplaced_gone,
)
from flt3itd.fitness.difference_rules import differing_reads_gone, errors_differ
from flt3itd.fitness.explained import without_consequences
from flt3itd.fitness.findings import ALL, Effect, Finding, Rule
from flt3itd.fitness.junction_rules import (
    crossing_reads_gone,
    cut_to_one_place,
    fragments_gone,
    junctions_gone,
    placed_reads_gone,
    short_clips_left,
)
from flt3itd.fitness.mixture_rules import captured_beside_amplicons, groups_differ
from flt3itd.fitness.pair_rules import (
    amplicon_copies_removed,
    amplicon_mates_merged,
    clips_of_a_mate_gone,
    copies_of_transcripts,
    ends_used_up,
    given_again,
    kept_within_exons,
    mates_cut,
    mates_merged,
    mates_trimmed_by_overlap,
    no_mates,
    not_of_the_sample,
    of_one_name,
    spliced,
    starts_capped,
    starts_removed,
    unmarked_copies,
    unspliced,
    without_mapping_quality,
)
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Fit, Question, ReadFitness, ReadMeasures, Verdict

UNFIT_READS = ": reads unfit: "
"""Stands between those that have no answer (questions, genes) and the reason."""

_NEVER = sys.maxsize
"""No count of reads is as high."""

OF_MOLECULES = Thresholds(
    unclipped_reads=_NEVER,
    unclipped_placed_reads=_NEVER,
    unclipped_placed_remark=_NEVER,
    crossing_deficit=float(_NEVER),
    stopped_short=-math.inf,
    stopped_short_remark=-math.inf,
    no_long_clip=(),
    no_long_amplicon_clip=_NEVER,
    copies=float(_NEVER),
    different_missed=float(_NEVER),
    gapless=_NEVER,
    cut_off_share=0.01,
)
"""Those of consensus reads: without errors there may be nothing to clip, and molecules that UMIs
tell apart are no copies though they share both ends. A consensus is cut where the reads of a family
disagree from there on: at an ITD where molecules with and without it share a UMI, in 1 of 1,000
molecules where 30,000 share an amplicon and UMIs have 12 bases (`of_molecules`: where UMIs are
fewer)."""

_CUT_OF_MIXED = 0.25
"""Reads that are cut, of families of several molecules: half of them are of both kinds at most, and
one read of two lies over a junction."""


def of_molecules(hidden: float) -> Thresholds:
    """The thresholds of consensus reads whose UMIs hide such a share of the molecules."""
    share = max(OF_MOLECULES.cut_off_share, _CUT_OF_MIXED * mixed_share(hidden))
    return OF_MOLECULES._replace(cut_off_share=share)


AS_ALIGNED = Thresholds(
    unclipped_reads=Thresholds().unclipped_placed_reads,
    unclipped_remark=Thresholds().unclipped_placed_remark,
    no_long_clip=(),
    no_long_amplicon_clip=_NEVER,
    different_missed=float(_NEVER),
    gapless=_NEVER,
)
"""Those of a BAM of which it is known that nothing was filtered, as that of a pipeline's own
alignment: that few reads are clipped is as in FASTQ, and says nothing of long clips."""


def judge_reads(
    measured: ReadMeasures,
    assay: Assay,
    kinase: ReadMeasures | None = None,
    thresholds: Thresholds | None = None,
    also: Iterable[Finding] = (),
) -> ReadFitness:
    """The verdict of the reads for each question; `assay` is that of the sample.

    `kinase` are the measures of the reads over the kinase domain, where others are asked; `also` is
    what was found beside the measures.
    """
    limits = thresholds or Thresholds()
    found = [*_findings(measured, assay, limits), *((_beside, one) for one in also)]
    over_kinase = found
    if kinase is not None:  # whether reads are of DNA is measured at borders of exons alone
        of_all = replace(kinase, unspliced=measured.unspliced, paired=measured.paired)
        beside = _findings(of_all, assay, limits)
        over_kinase = [*found, *(one for one in beside if one not in found)]
    return ReadFitness(
        measured,
        tuple(
            _verdict(question, over_kinase if question is Question.TKD else found)
            for question in ALL
        ),
    )


def sentences(fitness: ReadFitness, questions: Iterable[Question]) -> tuple[str, ...]:
    """The reasons and remarks of the verdicts on some questions, as warnings."""
    asked = [fitness.verdict(question) for question in questions]
    reasons = _by_text(asked, lambda verdict: verdict.reasons)
    genes = _by_text(
        asked, lambda verdict: [text for text in verdict.remarks if UNFIT_READS in text]
    )
    said = {*reasons, *genes}
    return (
        *(f"{about}{UNFIT_READS}{text}" for text, about in reasons.items()),
        *(f"{about} of {text}" for text, about in genes.items()),
        *dict.fromkeys(text for one in asked for text in one.remarks if text not in said),
    )


def _by_text(
    verdicts: Iterable[Verdict], texts_of: Callable[[Verdict], Iterable[str]]
) -> dict[str, str]:
    """Each text of some verdicts, with the questions that it is told of."""
    said: dict[str, list[str]] = {}
    for verdict in verdicts:
        for text in texts_of(verdict):
            said.setdefault(text, []).append(verdict.question.value.replace("_", " "))
    return {text: " and ".join(about) for text, about in said.items()}


def _findings(
    measured: ReadMeasures, assay: Assay, limits: Thresholds
) -> list[tuple[Rule, Finding]]:
    """What each rule finds."""
    rules = (*RULES, *RULES_OF_ASSAY.get(assay, ()))
    return [(rule, one) for rule in rules for one in rule(measured, limits)]


def _beside(*_: object) -> Iterable[Finding]:
    """Stands for the rules of what was found beside the measures."""
    return ()


def _verdict(question: Question, findings: Iterable[tuple[Rule, Finding]]) -> Verdict:
    """Misleading is what any reason says, told or left out since it follows from another."""
    own = [(rule, one) for rule, one in findings if question in one.questions]
    misleads = any(one.effect is Effect.MISLEADS for _, one in own)
    told = without_consequences(own)
    reasons = tuple(one.text for one in told if one.effect is not Effect.REMARK)
    remarks = tuple(one.text for one in told if one.effect is Effect.REMARK)
    fit = Fit.UNFIT if reasons else Fit.REMARK if remarks else Fit.FIT
    return Verdict(question, fit, reasons, remarks, misleads)


RULES: tuple[Rule, ...] = (
    bases_gone,
    odd_qualities,
    without_mapping_quality,
    no_mates,
    of_one_name,
    not_of_the_sample,
)
"""What is asked of the reads of every assay."""

_SHORT_READS: tuple[Rule, ...] = (
    wrong_lengths,
    other_platform,
    other_sequences,
    gaps_of_errors,
    wrong_bases,
    cycles_lost,
    mates_joined,
    filtered_as_the_header_tells,
    marked_by_clips,
)

_ANY_START: tuple[Rule, ...] = (
    *_SHORT_READS,
    clips_gone,
    unplaced_gone,
    gaps_without_clips,
    mates_merged,
)
"""What is asked of reads that begin anywhere."""

RULES_OF_ASSAY: dict[Assay, tuple[Rule, ...]] = {
    Assay.CAPTURE: (
        *_ANY_START,
        crossing_reads_gone,
        short_clips_left,
        long_clips_gone,
        mates_gone,
        junctions_gone,
        errors_differ,
        placed_reads_gone,
        fragments_gone,
        cut_to_one_place,
        groups_differ,
        unmarked_copies,
        starts_removed,
        ends_used_up,
        starts_capped,
        clips_of_a_mate_gone,
        kept_within_exons,
        mates_cut,
        mates_trimmed_by_overlap,
        spliced,
    ),
    Assay.AMPLICON: (
        *_SHORT_READS,
        clips_of_amplicons_gone,
        unplaced_gone,
        long_clips_of_amplicons_gone,
        differing_reads_gone,
        errors_differ,
        captured_beside_amplicons,
        groups_differ,
        amplicon_copies_removed,
        amplicon_mates_merged,
        cycle_read_wrongly,
        spliced,
        given_again,
    ),
    Assay.RNA: (*_ANY_START, unspliced, copies_of_transcripts, given_again),
}
"""What is asked in addition; the long reads of `long` have errors and lengths of their own."""
