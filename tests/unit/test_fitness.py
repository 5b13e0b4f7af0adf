"""The judgement of the reads: each threshold just inside and just outside, and what follows."""

from dataclasses import replace
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import judge_reads, sentences
from flt3itd.fitness_records import Fit, Question, ReadFitness, Verdict
from tests.fitness_builders import GOOD, LIMITS, verdict


def test_good_reads_are_fit_for_everything() -> None:
    for assay in (Assay.CAPTURE, Assay.AMPLICON, Assay.RNA, Assay.LONG):
        assert {one.fit for one in judge_reads(GOOD, assay).verdicts} == {Fit.FIT}


UNFIT_ITD: dict[str, tuple[Any, Any, str]] = {
    "hard_clipped": (LIMITS.hard_clipped - 1, LIMITS.hard_clipped, "hard clipped"),
    "without_bases": (LIMITS.without_bases - 1, LIMITS.without_bases, "no bases"),
    "clips_unknown": (LIMITS.clips_unknown * 0.999, LIMITS.clips_unknown, "masked"),
    "cut_off": (LIMITS.cut_off - 1, LIMITS.cut_off, "end at one place"),
    "clips_cut": (LIMITS.clips_cut - 1, LIMITS.clips_cut, "were cut off"),
    "gaps_at_one_cycle": (
        LIMITS.gaps_at_one_cycle * 0.999,
        LIMITS.gaps_at_one_cycle,
        "lost or read twice",
    ),
    "mates_contradicting": (
        LIMITS.mates_contradicting * 0.999,
        LIMITS.mates_contradicting,
        "lost or read twice",
    ),
    "median_length": (LIMITS.shortest_read, LIMITS.shortest_read - 1, "too short"),
    "short_gaps": (LIMITS.short_gaps * 0.999, LIMITS.short_gaps, "insertions and deletions"),
    "unknown_bases": (LIMITS.unknown * 0.999, LIMITS.unknown, "unknown"),
    "mismatches": (LIMITS.mismatches * 0.999, LIMITS.mismatches, "wrong"),
}


@pytest.mark.parametrize("measure_name", UNFIT_ITD)
def test_reads_that_carry_no_itd(measure_name: str) -> None:
    inside, outside, word = UNFIT_ITD[measure_name]
    assert verdict(Question.ITD, **{measure_name: inside}).fit is not Fit.UNFIT
    found = verdict(Question.ITD, **{measure_name: outside})
    assert found.fit is Fit.UNFIT
    assert word in " ".join(found.reasons)


def test_reads_over_the_kinase_domain_are_asked_about_it_alone() -> None:
    unknown = replace(GOOD, unknown_bases=LIMITS.unknown)
    found = judge_reads(GOOD, Assay.CAPTURE, unknown)
    unfit = {one.question for one in found.verdicts if one.fit is Fit.UNFIT}
    assert unfit == {Question.TKD}
    found = judge_reads(unknown, Assay.CAPTURE, GOOD)
    assert {one.fit for one in found.verdicts} == {Fit.UNFIT}


def test_what_hides_insertions_does_not_hide_bases_and_the_other_way_round() -> None:
    assert verdict(Question.TKD, hard_clipped=50, cut_off=50).fit is Fit.FIT
    shifted: dict[str, Any] = {"lowest_quality": 33, "highest_quality": 71}
    assert verdict(Question.TKD, **shifted).fit is Fit.UNFIT
    assert verdict(Question.ITD, **shifted).fit is Fit.FIT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("short_gaps", LIMITS.short_gaps_remark),
        ("mismatches", LIMITS.mismatches_remark),
        ("mates_alike", LIMITS.mates_alike),
        ("adapters", LIMITS.adapters),
        ("tails", LIMITS.adapters),
    ],
)
def test_remarks(name: str, value: float) -> None:
    inside: dict[str, Any] = {name: value * 0.999}
    outside: dict[str, Any] = {name: value}
    assert verdict(Question.ITD, **inside).fit is Fit.FIT
    assert verdict(Question.ITD, **outside).fit is Fit.REMARK


def test_a_reason_is_told_once_with_its_questions() -> None:
    told = sentences(judge_reads(replace(GOOD, without_bases=9), Assay.CAPTURE), list(Question)[:2])
    assert told == (
        "ITD and TKD: reads unfit: 9 of 4000 reads have no bases (SEQ is *); "
        "give the BAM as the aligner wrote it, or the FASTQ",
    )


def test_genes_whose_reads_are_unfit_are_told_with_the_question() -> None:
    gene, other = "NPM1: reads unfit: their bases are gone", "all qualities are 30"
    of_panel = Verdict(Question.PANEL, Fit.REMARK, (), (gene, other))
    told = sentences(ReadFitness(GOOD, (of_panel,)), [Question.PANEL])
    assert told == (f"panel of {gene}", other)


def test_of_rna_and_long_reads_those_without_bases_are_not_among_the_reads() -> None:
    found = judge_reads(replace(GOOD, reads=0, without_bases=9), Assay.RNA).verdict(Question.ITD)
    assert "9 of 9 reads have no bases" in found.reasons[0]


def test_thresholds_are_those_that_were_measured() -> None:
    """The tests above ask just inside and just outside of each; here is where each lies."""
    assert LIMITS._asdict() == {
        "hard_clipped": 3,
        "without_bases": 3,
        "unclipped_reads": 3000,
        "unclipped_placed_reads": 10_000,
        "unclipped_placed_remark": 1150,
        "unclipped_remark": 150,
        "crossing_deficit": 4.5,
        "stopped_short": 1e-6,
        "stopped_short_remark": 3e-3,
        "clipped_of_half": 0.9,
        "filtered_evidence": 4.0,
        "fewer_itds": 5.0,
        "fewer_itds_ratio": 0.7,
        "no_long_clip": ((12, 3000), (16, 4000), (21, 8000), (26, 12_000), (31, 25_000)),
        "no_long_amplicon_clip": 150,
        "read_inside": 5,
        "junction_places": 4.5,
        "junction_places_without_gaps": 2.5,
        "middle_missed": 4.0,
        "middle_missed_remark": 2.0,
        "nearer_missed": 4.0,
        "nearer_missed_remark": 2.4,
        "kind_missed": 5.0,
        "kind_missed_remark": 2.7,
        "with_itds": 0.6,
        "with_itds_where_cut": 0.9,
        "fragments_cut": 6.0,
        "fragments_cut_remark": 2.0,
        "cut_within_copies": 4.0,
        "cut_within_copies_remark": 2.0,
        "different_missed": 6.0,
        "fewer_errors": 4.0,
        "different_enough": 20,
        "no_gap": 1000,
        "gapless": 300_000,
        "clips_expected": 10.0,
        "clipped_elsewhere": 0.02,
        "clips_unknown": 0.5,
        "left_out_clipped": 3,
        "marked_clipped": 10,
        "marked_clipped_remark": 3,
        "marked_clipped_share": 0.45,
        "marked_clipped_times": 3.0,
        "mates_missing": 3,
        "mates_missing_share": 0.01,
        "mates_missing_remark": 0.001,
        "mates_apart": 0.5,
        "gaps_without_clips": 20,
        "cut_off": 4,
        "cut_off_share": 0.0,
        "clips_cut": 4,
        "gaps_at_one_cycle": 0.01,
        "gaps_at_one_cycle_of": 10,
        "mates_contradicting": 0.03,
        "mates_contradicting_of": 6,
        "wrong_at_one_cycle": 0.3,
        "commonest_length": 0.1,
        "unpaired": 0.1,
        "run_lengths": (
            *(35, 36, 50, 51, 75, 76, 100, 101, 125, 126, 150, 151, 175, 176),
            *(200, 201, 250, 251, 300, 301),
        ),
        "longer_than_run": 0.01,
        "longest_read": 600,
        "shortest_read": 50,
        "short_gaps": 5e-4,
        "short_gaps_remark": 2e-4,
        "unknown": 0.05,
        "mismatches": 0.02,
        "mismatches_remark": 0.01,
        "least_quality": 20,
        "phred_64": 31,
        "phred_64_highest": 60,
        "mapping_quality_zero": 0.9,
        "copies": 0.02,
        "unspliced": 0.6,
        "unspliced_remark": 0.2,
        "spliced": 0.2,
        "names_shared": 0.01,
        "repeated": 0.05,
        "on_one_strand": 0.2,
        "on_one_strand_remark": 0.05,
        "pairs_once": 60,
        "starts_shared": 0.1,
        "pairs_within": 0.02,
        "clips_of_one_mate": 3.0,
        "starts_shared_by_chance": 30.0,
        "abutting": 0.2,
        "places_used_up": 0.2,
        "abutting_of": 30,
        "pieces": 3,
        "scattered": 0.05,
        "padded": 0.1,
        "spread": 150,
        "spread_of": 30,
        "mates_alike": 0.05,
        "adapters": 0.05,
        "other_sequence": 0.5,
        "other_sequence_elsewhere": 0.005,
    }


def test_one_misleading_reason_beside_a_hiding_one_misleads() -> None:
    found = verdict(Question.ITD, hard_clipped=50, names_shared=GOOD.fragments)
    assert (len(found.reasons), found.misleads) == (2, True)
    assert not verdict(Question.ITD, hard_clipped=50, without_bases=50).misleads
