"""Reads whose clips, gaps or bases are gone: each rule on both sides of its limit."""

from dataclasses import replace
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.clip_rules import longest_inside_amplicon_reads, longest_inside_reads
from flt3itd.fitness.judgement import AS_ALIGNED, OF_MOLECULES, judge_reads, of_molecules
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.tally import FAR_CLIP, LONG_CLIP
from tests.fitness_builders import GOOD, LIMITS, verdict


def test_without_a_long_clip_the_answer_holds_for_what_reads_show_inside() -> None:
    (_, limit), *_ = LIMITS.no_long_clip
    short = replace(GOOD, longest_clip=LONG_CLIP - 1, reads=1000, reads_elsewhere=limit - 1000)
    assert longest_inside_reads(short, LIMITS) == 30
    found = judge_reads(short, Assay.CAPTURE).verdict(Question.ITD)
    assert found.fit is Fit.REMARK
    assert "clip of 12 bases or more" in found.remarks[0]
    assert "more than 30 bases" in found.remarks[0]
    assert judge_reads(short, Assay.CAPTURE).verdict(Question.LONG_EVENTS).fit is Fit.FIT
    for other in (
        replace(short, reads=999),
        replace(short, longest_clip=LONG_CLIP),
        replace(short, placed_here=True),
        replace(short, soft_clipped=0.0),
    ):
        assert longest_inside_reads(other, LIMITS) is None
    assert longest_inside_reads(short, OF_MOLECULES) is None


@pytest.mark.parametrize(
    ("longest", "limit"),
    [(11, 3000), (12, 4000), (15, 4000), (16, 8000), (20, 8000), (21, 12_000), (26, 25_000)],
)
def test_the_longer_the_longest_clip_the_more_reads_tell_of_a_filter(
    longest: int, limit: int
) -> None:
    """Behind a filter of 15 bases an ITD of 51 bases at 0.08 was "not detected"."""
    few = replace(GOOD, longest_clip=longest, reads=1000, reads_elsewhere=limit - 1001)
    enough = replace(few, reads=1001)
    assert longest_inside_reads(few, LIMITS) is None
    assert longest_inside_reads(enough, LIMITS) == 30
    (remark,) = judge_reads(enough, Assay.CAPTURE).verdict(Question.ITD).remarks
    assert f"has a clip of {max(12, longest + 1)} bases or more" in remark


def test_of_clips_that_are_far_enough_no_number_of_reads_tells() -> None:
    many = replace(GOOD, longest_clip=FAR_CLIP - 1, reads=10**6)
    assert longest_inside_reads(many, LIMITS) == 30
    assert longest_inside_reads(replace(many, longest_clip=FAR_CLIP), LIMITS) is None
    short = replace(many, median_length=60)  # 0.9 of half of it are 27 bases
    assert longest_inside_reads(short, LIMITS) is None
    assert longest_inside_reads(replace(short, longest_clip=27), LIMITS) is None
    assert longest_inside_reads(replace(short, longest_clip=26), LIMITS) == 12


def test_few_missing_mates_are_remarked_in_captures() -> None:
    """Reads filtered by clips of 15 bases lack 0.3 % of their mates; whole files lack none."""
    share = LIMITS.mates_missing_remark
    few: dict[str, Any] = {"fragments": 4000}
    at = int(share * 4000)
    found = verdict(Question.ITD, **few, mates_missing=at)
    assert (found.fit, "4 mates are missing" in found.remarks[0]) == (Fit.REMARK, True)
    assert verdict(Question.ITD, **few, mates_missing=at - 1).fit is Fit.FIT
    assert verdict(Question.LONG_EVENTS, **few, mates_missing=at).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **few, mates_missing=at).fit is Fit.FIT
    for missing, fit in ((2, Fit.FIT), (3, Fit.REMARK)):
        assert verdict(Question.ITD, fragments=2000, mates_missing=missing).fit is fit
    unfit = verdict(Question.ITD, **few, mates_missing=40)
    assert (unfit.fit, unfit.remarks) == (Fit.UNFIT, ())


def test_one_read_without_bases_is_told() -> None:
    found = verdict(Question.PANEL, without_bases=1)
    assert found.fit is Fit.REMARK
    assert found.remarks == (
        "1 of 4000 reads have no bases (SEQ is *); give the BAM as the aligner wrote it, or the "
        "FASTQ",
    )


@pytest.mark.parametrize(
    ("more", "fit"),
    [
        ({}, Fit.REMARK),
        ({"reads": 2999}, Fit.FIT),
        ({"longest_clip": 12}, Fit.FIT),
        ({"soft_clipped": 0.0}, Fit.REMARK),
    ],
)
def test_fastq_without_any_far_end_elsewhere_may_be_of_filtered_alignments(
    more: dict[str, Any], fit: Fit
) -> None:
    measured = {"reads": 3000, "longest_clip": 11, "placed_here": True, **more}
    found = verdict(Question.ITD, **measured)
    assert found.fit is fit
    assert ["filtered alignments" in text for text in found.remarks] == (
        [] if fit is Fit.FIT else ["soft_clipped" not in more]
    )
    assert verdict(Question.TKD, **measured).fit is Fit.FIT
    asked = replace(GOOD, **{**measured, "soft_clipped": 0.01})
    assert judge_reads(asked, Assay.CAPTURE, None, AS_ALIGNED).verdicts[0].fit is Fit.FIT


def test_no_clip_at_all_is_a_sign_in_thousands_of_reads_or_where_mates_are_missing() -> None:
    few: dict[str, Any] = {"soft_clipped": 0.0, "reads": LIMITS.unclipped_reads - 1}
    assert verdict(Question.ITD, **few).fit is Fit.REMARK
    assert "limit of detection does not hold" in verdict(Question.ITD, **few).remarks[0]
    very_few: dict[str, Any] = few | {"reads": LIMITS.unclipped_remark - 1}
    assert verdict(Question.ITD, **very_few).fit is Fit.FIT
    assert verdict(Question.ITD, **(few | {"reads": LIMITS.unclipped_remark})).fit is Fit.REMARK
    many: dict[str, Any] = {"soft_clipped": 0.0, "reads": LIMITS.unclipped_reads}
    assert verdict(Question.ITD, **many).fit is Fit.UNFIT
    assert verdict(Question.ITD, **very_few, mates_missing=LIMITS.mates_missing - 1).fit is Fit.FIT
    assert verdict(Question.ITD, **very_few, mates_missing=LIMITS.mates_missing).fit is Fit.UNFIT
    share = int(LIMITS.mates_missing_share * GOOD.fragments)
    placed: dict[str, Any] = {"soft_clipped": 0.0, "placed_here": True}
    limit, remark = LIMITS.unclipped_placed_reads, LIMITS.unclipped_placed_remark
    assert verdict(Question.ITD, reads=remark - 1, **placed).fit is Fit.FIT
    assert verdict(Question.ITD, reads=remark, **placed).fit is Fit.REMARK
    assert verdict(Question.ITD, reads=limit - 1, **placed).fit is Fit.REMARK
    assert verdict(Question.ITD, reads=limit, **placed).fit is Fit.UNFIT
    assert verdict(Question.ITD, mates_missing=share - 1).fit is Fit.REMARK
    assert verdict(Question.ITD, mates_missing=share).fit is Fit.UNFIT
    half = int(LIMITS.mates_apart * GOOD.fragments)
    assert "different names" in verdict(Question.ITD, mates_missing=half).reasons[0]
    assert "different names" not in verdict(Question.ITD, mates_missing=half - 1).reasons[0]
    assert verdict(Question.TKD, **many).fit is Fit.FIT


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_of_consensus_reads_none_may_be_clipped(assay: Assay) -> None:
    """They have no errors, and fragments of one length need not meet an adapter."""
    none: dict[str, Any] = {"soft_clipped": 0.0, "reads": 100_000, "copies": 0.5}
    for placed in (True, False):
        measured = replace(GOOD, crossing_deficit=9.0, placed_here=placed, **none)
        found = judge_reads(measured, assay, None, OF_MOLECULES).verdict(Question.ITD)
        assert found.fit is (Fit.FIT if placed else Fit.REMARK)
        assert judge_reads(measured, assay).verdict(Question.ITD).fit is Fit.UNFIT


@pytest.mark.parametrize(("hidden", "least"), [(0.0, 1000), (0.3679, 10_450), (1.0, 25_000)])
def test_a_consensus_of_several_molecules_stops_where_they_disagree(
    hidden: float, least: int
) -> None:
    """Reads that were cut of 100,000: a quarter of the families of several molecules."""
    for count, fit in ((least + 15, Fit.UNFIT), (least - 15, Fit.FIT)):
        measured = replace(GOOD, reads=100_000, cut_off=count)
        found = judge_reads(measured, Assay.AMPLICON, None, of_molecules(hidden))
        assert found.verdict(Question.ITD).fit is fit


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
@pytest.mark.parametrize(
    ("reads", "fit"),
    [(1149, Fit.FIT), (1150, Fit.REMARK), (9_999, Fit.REMARK), (10_000, Fit.UNFIT)],
)
def test_of_reads_that_are_known_to_be_whole_few_may_be_clipped(
    assay: Assay, reads: int, fit: Fit
) -> None:
    measured = replace(GOOD, soft_clipped=0.0, longest_clip=0, reads=reads)
    found = judge_reads(measured, assay, None, AS_ALIGNED).verdict(Question.ITD)
    assert found.fit is fit
    assert not any("has a clip of" in text for text in found.remarks)
    assert longest_inside_amplicon_reads(measured, AS_ALIGNED) is None
    short = replace(measured, soft_clipped=0.01)
    assert judge_reads(short, assay, None, AS_ALIGNED).verdict(Question.ITD).fit is Fit.FIT
    assert longest_inside_reads(short, AS_ALIGNED) is None


@pytest.mark.parametrize(("cut", "fit"), [(39, Fit.FIT), (40, Fit.UNFIT)])
def test_how_many_consensus_reads_may_be_cut_at_one_place(cut: int, fit: Fit) -> None:
    """Where two molecules share a UMI their consensus is cut: up to 1 % of 4,000 reads."""
    measured = replace(GOOD, cut_off=cut)
    assert (
        judge_reads(measured, Assay.AMPLICON, None, OF_MOLECULES).verdict(Question.ITD).fit is fit
    )


@pytest.mark.parametrize(("below", "fit"), [(0.001, Fit.UNFIT), (0.0, Fit.REMARK)])
def test_where_reads_have_tails_no_clips_were_cut_off(below: float, fit: Fit) -> None:
    found = verdict(Question.ITD, cut_off=40, tails=LIMITS.adapters - below)
    assert found.fit is fit


def test_clipped_reads_that_are_marked_are_missed() -> None:
    none: dict[str, Any] = {"soft_clipped": 0.0, "reads": 100}
    limit = LIMITS.left_out_clipped
    assert verdict(Question.ITD, left_out_clipped=limit - 1, **none).fit is Fit.FIT
    assert "marked" in verdict(Question.ITD, left_out_clipped=limit, **none).reasons[0]
    assert verdict(Question.ITD, left_out_clipped=limit).fit is Fit.FIT


def test_a_file_that_was_cut_to_one_place_is_named() -> None:
    cut: dict[str, Any] = {"spread": 149, "fragments": 30}
    found = verdict(Question.ITD, **cut)
    assert found.fit is Fit.UNFIT
    assert not found.misleads
    assert found.reasons[0].startswith("all fragments lie over one place of 149 bases: ")
    assert "the assay amplicon" in found.reasons[0]
    assert "file was cut to that place" in found.reasons[0]
    assert "of 1 bases" in verdict(Question.ITD, spread=-5, fragments=30).reasons[0]
    assert verdict(Question.ITD, spread=150, fragments=30).fit is Fit.FIT
    assert verdict(Question.ITD, spread=149, fragments=29).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **cut).fit is Fit.FIT
    assert verdict(Question.TKD, **cut).fit is verdict(Question.PANEL, **cut).fit is Fit.FIT


def test_a_step_that_takes_clipped_reads_away_is_named() -> None:
    found = verdict(Question.ITD, steps_without_clips=("STAR aligned end to end",))
    assert (found.fit, found.misleads) == (Fit.UNFIT, False)
    assert found.reasons[0].startswith("the header says that STAR aligned end to end; give reads")


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON, Assay.RNA])
def test_an_aligner_that_clips_nothing_needs_the_reads_that_it_gave_no_place(assay: Assay) -> None:
    """Behind Bowtie 2 end to end no read is clipped: those over a junction have no place."""
    none: dict[str, Any] = {"soft_clipped": 0.0, "longest_clip": 0, "long_gaps": 100}
    assert verdict(Question.ITD, **none).fit is Fit.UNFIT
    told: dict[str, Any] = none | {"end_to_end": "Bowtie 2", "unplaced_kept": True}
    assert verdict(Question.ITD, assay, **told).fit is Fit.FIT
    gone: dict[str, Any] = told | {"unplaced_kept": False}
    (reason,) = verdict(Question.ITD, assay, **gone).reasons
    assert reason.startswith("Bowtie 2 aligned end to end, ")
    clipped_later: dict[str, Any] = gone | {"soft_clipped": 0.01, "longest_clip": 74}
    assert verdict(Question.ITD, assay, **clipped_later).fit is Fit.FIT
    stepped = verdict(Question.ITD, assay, **gone, steps_without_clips=("it left them out",))
    assert [one.partition(" ")[0] for one in stepped.reasons] == ["the"]
    filtered: dict[str, Any] = told | {"mates_missing": LIMITS.mates_missing}
    assert verdict(Question.ITD, assay, **filtered).fit is Fit.UNFIT
    assert longest_inside_amplicon_reads(replace(GOOD, **told), LIMITS) is None


def test_reads_over_other_places_tell_whether_a_file_has_clips() -> None:
    none: dict[str, Any] = {"soft_clipped": 0.0, "reads": 400}
    others = LIMITS.unclipped_reads - 400
    assert verdict(Question.ITD, reads_elsewhere=others - 1, **none).fit is Fit.REMARK
    assert verdict(Question.ITD, reads_elsewhere=others, **none).fit is Fit.UNFIT
    beside: dict[str, Any] = {"soft_clipped": 0.0, "reads_elsewhere": 9000}
    share = LIMITS.clipped_elsewhere
    enough = round(LIMITS.clips_expected / share)
    for clipped in (share, 0.2):
        beside["clipped_elsewhere"] = clipped
        assert verdict(Question.ITD, reads=enough - 1, **beside).fit is Fit.FIT
        assert verdict(Question.ITD, reads=enough, **beside).fit is Fit.UNFIT
    beside["clipped_elsewhere"] = 0.0016
    assert verdict(Question.ITD, reads=enough, **beside).fit is Fit.FIT


def test_a_share_that_is_there_never_reads_as_none() -> None:
    many: dict[str, Any] = {"soft_clipped": 0.0, "reads": 40_000, "reads_elsewhere": 9000}
    (told,) = verdict(Question.ITD, clipped_elsewhere=0.00034, **many).reasons
    assert told.startswith("none of 40000 reads is clipped, of those over other places 0.034% are")


@pytest.mark.parametrize("reads", [0, 1])
def test_without_a_read_the_depth_says_what_cannot_be_seen(reads: int) -> None:
    """As of a kit without amplicons of FLT3, whatever reads elsewhere are like."""
    found = verdict(Question.ITD, reads=reads, soft_clipped=0.0, reads_elsewhere=9000)
    assert found.fit is (Fit.UNFIT if reads else Fit.FIT)


def test_reads_with_long_gaps_have_clipped_ones_beside_them() -> None:
    gaps: dict[str, Any] = {"soft_clipped": 0.0, "reads": 500}
    few, many = LIMITS.gaps_without_clips - 1, LIMITS.gaps_without_clips
    assert verdict(Question.ITD, long_gaps=few, **gaps).fit is Fit.REMARK
    assert verdict(Question.ITD, long_gaps=many, **gaps).fit is Fit.UNFIT
    assert verdict(Question.ITD, Assay.AMPLICON, long_gaps=many, **gaps).fit is Fit.REMARK
    assert verdict(Question.ITD, long_gaps=many).fit is Fit.FIT


def test_reads_that_are_marked_for_their_clips() -> None:
    """As many as are hidden, of those that are marked, and beside what the others have."""
    many: dict[str, Any] = {"marked": 20, "marked_clipped": 10}
    assert "10 of 20 reads that are marked" in verdict(Question.ITD, **many).reasons[0]
    assert verdict(Question.ITD, Assay.AMPLICON, **many).fit is Fit.UNFIT
    assert verdict(Question.TKD, **many).fit is Fit.FIT
    few = verdict(Question.ITD, marked=18, marked_clipped=9)
    assert (few.fit, len(few.remarks)) == (Fit.REMARK, 1)
    assert verdict(Question.ITD, marked=3, marked_clipped=2).fit is Fit.FIT
    assert verdict(Question.ITD, marked=100, marked_clipped=45).fit is Fit.UNFIT
    assert verdict(Question.ITD, marked=100, marked_clipped=44).fit is Fit.FIT
    assert verdict(Question.ITD, marked=100, marked_clipped=61, soft_clipped=0.2).fit is Fit.UNFIT
    assert verdict(Question.ITD, marked=100, marked_clipped=61, soft_clipped=0.21).fit is Fit.FIT
