"""The judgement of the reads: each threshold just inside and just outside, and what follows."""

from dataclasses import replace
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.answers import restrict_itd, restrict_tkd, with_enough_reach, within_reach
from flt3itd.fitness.clips import longest_inside_amplicon_reads, longest_inside_reads
from flt3itd.fitness.judgement import AS_ALIGNED, OF_MOLECULES, judge_reads, sentences
from flt3itd.fitness.thresholds import SHORTEST_REACH
from flt3itd.fitness_records import Fit, Question, ReadFitness, Verdict
from flt3itd.reads.tally import LONG_CLIP
from flt3itd.records import Status
from tests.fitness_builders import GOOD, LIMITS, verdict
from tests.report_builders import itd_event, itd_result, known_itd, tkd_event, tkd_result


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


@pytest.mark.parametrize(
    ("share", "flt3", "panel"),
    [
        (0.00499, Fit.REMARK, Fit.REMARK),
        (0.005, Fit.REMARK, Fit.UNFIT),
        (0.499, Fit.REMARK, Fit.UNFIT),
        (0.5, Fit.UNFIT, Fit.UNFIT),
    ],
)
def test_fragments_of_another_sequence(share: float, flt3: Fit, panel: Fit) -> None:
    for question in (Question.ITD, Question.TKD):
        assert verdict(question, other_sequence=share).fit is flt3
    for question in (Question.PANEL, Question.LONG_EVENTS, Question.KMT2A):
        assert verdict(question, other_sequence=share).fit is panel


def test_a_cycle_that_was_read_wrongly_is_an_allele_of_an_amplicon() -> None:
    limit = LIMITS.wrong_at_one_cycle
    assert verdict(Question.TKD, Assay.AMPLICON, wrong_at_one_cycle=limit * 0.999).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, wrong_at_one_cycle=limit).misleads
    assert verdict(Question.TKD, Assay.AMPLICON, wrong_at_one_cycle=limit).misleads
    assert verdict(Question.ITD, wrong_at_one_cycle=1.0).fit is Fit.FIT


def test_pairs_over_a_junction_are_missed_where_no_read_is_clipped() -> None:
    few: dict[str, Any] = {"soft_clipped": 0.0, "reads": 100}
    limit = LIMITS.crossing_deficit
    assert verdict(Question.ITD, crossing_deficit=limit * 0.999, **few).fit is Fit.FIT
    assert "go over one place" in verdict(Question.ITD, crossing_deficit=limit, **few).reasons[0]
    assert verdict(Question.TKD, crossing_deficit=limit, **few).fit is Fit.FIT
    assert verdict(Question.ITD, crossing_deficit=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, crossing_deficit=limit, **few).fit is Fit.FIT
    for longest, fit in ((LONG_CLIP - 1, Fit.UNFIT), (LONG_CLIP, Fit.FIT)):
        found = verdict(Question.ITD, crossing_deficit=limit, longest_clip=longest, reads=100)
        assert found.fit is fit


def test_fragments_of_an_itd_that_are_longer_than_all_others_were_filtered() -> None:
    limit = LIMITS.fragments_cut
    assert verdict(Question.ITD, fragments_cut=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, fragments_cut=limit)
    assert "TLEN" in found.reasons[0]
    assert not found.misleads
    assert verdict(Question.LONG_EVENTS, fragments_cut=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, fragments_cut=limit).fit is Fit.FIT


@pytest.mark.parametrize(("reads", "fit"), [(7, Fit.FIT), (8, Fit.UNFIT)])
def test_clips_of_a_junction_that_all_stop_short_are_missed(reads: int, fit: Fit) -> None:
    """(12 / 67.5) ** 8 is 9.98e-7: none of eight reads has more than 12 of 67 bases clipped."""
    few: dict[str, Any] = {"stopped_short": reads, "longest_clip": 12}
    found = verdict(Question.ITD, **few)
    assert (found.fit, found.misleads) == (fit, False)
    assert verdict(Question.TKD, **few).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **few).fit is Fit.REMARK
    assert judge_reads(replace(GOOD, **few), Assay.CAPTURE, None, OF_MOLECULES).verdicts[0].fit is (
        Fit.FIT
    )


@pytest.mark.parametrize(("longest", "fit"), [(67, Fit.UNFIT), (68, Fit.FIT)])
def test_clips_of_nearly_half_a_read_are_as_long_as_any(longest: int, fit: Fit) -> None:
    assert verdict(Question.ITD, stopped_short=10_000, longest_clip=longest).fit is fit


def test_without_a_long_clip_the_answer_holds_for_what_reads_show_inside() -> None:
    limit = LIMITS.no_long_clip
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


def test_one_read_without_bases_is_told() -> None:
    found = verdict(Question.PANEL, without_bases=1)
    assert found.fit is Fit.REMARK
    assert found.remarks == (
        "1 of 4000 reads have no bases (SEQ is *); give the BAM as the aligner wrote it, or the "
        "FASTQ",
    )


@pytest.mark.parametrize("soft_clipped", [0.02, 0.0])
def test_amplicons_without_a_clip_of_nearly_half_a_read_answer_as_much(soft_clipped: float) -> None:
    """(0.9 x 75 bases are 67.5.) Their reads have a junction at one place, and clips of one length.

    Behind a filter of 20 bases or more an ITD of 129 bases at 0.30 was "not detected".
    """
    limit = LIMITS.no_long_amplicon_clip
    short = replace(
        GOOD, longest_clip=67, soft_clipped=soft_clipped, reads=100, reads_elsewhere=limit - 100
    )
    assert longest_inside_amplicon_reads(short, LIMITS) == 30
    found = judge_reads(short, Assay.AMPLICON).verdict(Question.ITD)
    assert found.fit is Fit.REMARK
    assert "clip of 68 bases or more" in found.remarks[-1]
    assert "more than 30 bases, or near the ends of reads," in found.remarks[-1]
    for other in (
        replace(short, reads=99),
        replace(short, longest_clip=68),
        replace(short, placed_here=True),
    ):
        assert longest_inside_amplicon_reads(other, LIMITS) is None
    assert longest_inside_amplicon_reads(short, OF_MOLECULES) is None


@pytest.mark.parametrize(
    ("places", "said"),
    [((200, 0), "stop at 200 bases"), ((0, 400), "at 400 "), ((200, 400), "at 200 and 400 ")],
)
def test_where_lengths_of_pairs_stop_ratios_are_remarked(
    places: tuple[int, int], said: str
) -> None:
    """Of 60 bases at 0.30, pairs of 200 bases or more read 0.16, of 240 bases 0.06."""
    found = verdict(Question.ITD, least_pair=places[0], greatest_pair=places[1])
    assert found.fit is Fit.REMARK
    assert said in found.remarks[0]
    least: dict[str, Any] = {"least_pair": places[0], "greatest_pair": places[1]}
    assert verdict(Question.LONG_EVENTS, **least).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **least).fit is Fit.FIT
    assert verdict(Question.ITD, **least, placed_here=True).fit is Fit.FIT
    unfit = verdict(Question.ITD, **least, fragments_cut=LIMITS.fragments_cut)
    assert (unfit.fit, len(unfit.remarks)) == (Fit.UNFIT, 0)


def test_beyond_what_reads_show_nothing_is_not_detected() -> None:
    known = known_itd(length_bp=60, status=Status.NOT_DETECTED)
    negative = replace(
        itd_result(), status=Status.NOT_DETECTED, known=(known, replace(known, length_bp=30))
    )
    found = within_reach(negative, 30)
    assert found.longest_assessable == 30
    assert [one.status for one in found.known] == [Status.NOT_ASSESSABLE, Status.NOT_DETECTED]
    assert within_reach(replace(negative, longest_assessable=16), 30).longest_assessable == 16
    assert within_reach(negative, None) == negative
    positive = replace(negative, status=Status.DETECTED)
    assert within_reach(positive, 30) == positive


@pytest.mark.parametrize(
    ("longest", "status", "reason"),
    [
        (SHORTEST_REACH, Status.NOT_DETECTED, ""),
        (SHORTEST_REACH - 1, Status.NOT_ASSESSABLE, "insertions of up to 14 bases only"),
        (0, Status.NOT_ASSESSABLE, "no insertion in some of the places"),
    ],
)
def test_reads_that_show_less_than_any_itd_of_a_patient_answer_nothing(
    longest: int, status: Status, reason: str
) -> None:
    negative = replace(itd_result(), status=Status.NOT_DETECTED)
    for found in (
        within_reach(negative, longest),
        within_reach(replace(negative, longest_assessable=longest), 30),
        with_enough_reach(replace(negative, longest_assessable=longest)),
    ):
        assert (found.status, found.longest_assessable) == (status, longest)
        assert reason in found.reason
        assert bool(reason) is bool(found.reason)
        assert (found.limit_of_detection is None) is (status is Status.NOT_ASSESSABLE)
    positive = replace(negative, status=Status.DETECTED, longest_assessable=longest)
    assert with_enough_reach(positive) == positive


@pytest.mark.parametrize(("side", "words"), [(1, "near their ends"), (-1, "in their middle")])
def test_reads_with_the_junction_elsewhere_are_missed(side: int, words: str) -> None:
    limit = side * LIMITS.junction_places
    assert verdict(Question.ITD, junction_places=limit * 0.999, long_gaps=1).fit is Fit.FIT
    found = verdict(Question.ITD, junction_places=limit)
    assert words in found.reasons[0]
    assert not found.misleads
    assert verdict(Question.TKD, junction_places=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, junction_places=limit).fit is Fit.FIT


@pytest.mark.parametrize(
    ("places", "long_gaps", "fit"),
    [
        (2.5, 0, Fit.REMARK),
        (2.499, 0, Fit.FIT),
        (4.499, 0, Fit.REMARK),
        (3.06, 3, Fit.FIT),
        (2.5, 1, Fit.FIT),
        (-4.499, 0, Fit.FIT),
    ],
)
def test_junctions_nearer_to_the_ends_are_a_remark_where_no_read_has_a_long_gap(
    places: float, long_gaps: int, fit: Fit
) -> None:
    """A real exome as sequenced has 3.06 and three reads with long gaps."""
    found = verdict(Question.ITD, junction_places=places, long_gaps=long_gaps)
    assert found.fit is fit
    assert ["ratios are too low" in one for one in found.remarks] == [True] * (fit is Fit.REMARK)
    assert verdict(Question.TKD, junction_places=places, long_gaps=long_gaps).fit is Fit.FIT


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


@pytest.mark.parametrize(
    ("name", "words"),
    [("middle_missed", "near their ends"), ("late_missed", "pass the junction of an ITD late")],
)
def test_reads_that_are_missed_over_a_junction_were_filtered(name: str, words: str) -> None:
    limit = getattr(LIMITS, name)
    assert verdict(Question.ITD, **{name: limit * 0.999}).fit is Fit.FIT
    found = verdict(Question.ITD, **{name: limit})
    assert [words in reason for reason in found.reasons] == [True]
    assert not found.misleads
    assert verdict(Question.TKD, **{name: limit}).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **{name: limit}).fit is Fit.FIT


def test_reads_that_nearly_all_show_an_itd_are_those_that_were_not_placed() -> None:
    assert verdict(Question.ITD, with_itds=LIMITS.with_itds * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, with_itds=LIMITS.with_itds)
    assert "90% of the fragments show an ITD" in found.reasons[0]
    assert found.misleads
    assert verdict(Question.TKD, with_itds=1.0).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, with_itds=1.0).fit is Fit.FIT


def test_reads_longer_than_any_short_read_ask_for_their_assay() -> None:
    assert verdict(Question.ITD, median_length=LIMITS.longest_read).fit is Fit.FIT
    long: dict[str, Any] = {"median_length": LIMITS.longest_read + 1}
    assert verdict(Question.ITD, **long).misleads
    assert "the assay long" in verdict(Question.TKD, **long).reasons[0]
    assert verdict(Question.ITD, Assay.LONG, **long).fit is Fit.FIT


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
    assert verdict(Question.ITD, mates_missing=share - 1).fit is Fit.FIT
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


@pytest.mark.parametrize("gaps", [0.0, 0.999, 1.0])
def test_reads_with_many_gaps_have_no_lost_cycle_beside_them(gaps: float) -> None:
    limits = LIMITS.short_gaps, LIMITS.mates_contradicting
    found = verdict(Question.ITD, short_gaps=gaps * limits[0], mates_contradicting=limits[1])
    assert ["cycle" in reason for reason in found.reasons] == [gaps < 1]


def test_reads_of_an_amplicon_that_should_differ_by_more_were_filtered() -> None:
    limit = LIMITS.different_missed
    few: dict[str, Any] = {"most_different": 2}
    found = verdict(Question.ITD, Assay.AMPLICON, different_missed=limit, **few)
    assert "no read differs from the genome by more than 2 bases" in found.reasons[0]
    assert not found.misleads
    assert verdict(Question.TKD, Assay.AMPLICON, different_missed=limit, **few).fit is Fit.FIT
    for assay, more in (
        (Assay.AMPLICON, {"different_missed": limit * 0.999}),
        (Assay.CAPTURE, {"different_missed": limit}),
        (Assay.AMPLICON, {"different_missed": limit, "placed_here": True}),
    ):
        assert verdict(Question.ITD, assay, **few, **more).fit is not Fit.UNFIT
    for thresholds in (AS_ALIGNED, OF_MOLECULES):
        measured = replace(GOOD, different_missed=1e6, most_different=1)
        assert judge_reads(measured, Assay.AMPLICON, None, thresholds).verdicts[0].fit is Fit.FIT


@pytest.mark.parametrize(
    ("most", "reads", "fit"), [(19, 150, Fit.REMARK), (20, 150, Fit.FIT), (19, 149, Fit.FIT)]
)
def test_that_no_read_of_an_amplicon_differs_much_is_remarked(
    most: int, reads: int, fit: Fit
) -> None:
    found = verdict(Question.ITD, Assay.AMPLICON, most_different=most, reads=reads)
    assert found.fit is fit
    assert verdict(Question.ITD, most_different=most, reads=reads).fit is Fit.FIT
    placed = verdict(
        Question.ITD, Assay.AMPLICON, most_different=most, reads=reads, placed_here=True
    )
    assert placed.fit is Fit.FIT


@pytest.mark.parametrize(
    ("more", "fit"),
    [
        ({"reads": 1000}, Fit.REMARK),
        ({"reads": 999}, Fit.FIT),
        ({"reads": 1000, "short_gaps": 1e-6}, Fit.FIT),
        ({"reads": 1000, "long_gaps": 1}, Fit.FIT),
        ({"reads": 1000, "long_gaps": 1, "most_different": 2}, Fit.FIT),
        ({"reads": 1000, "placed_here": True}, Fit.FIT),
    ],
)
def test_that_no_read_of_an_amplicon_has_a_gap_is_remarked(more: dict[str, Any], fit: Fit) -> None:
    measured: dict[str, Any] = {"short_gaps": 0.0, "long_gaps": 0, **more}
    assert verdict(Question.ITD, Assay.AMPLICON, **measured).fit is fit
    assert verdict(Question.ITD, **measured).fit is Fit.FIT
    for thresholds in (AS_ALIGNED, OF_MOLECULES):
        judged = judge_reads(replace(GOOD, **measured), Assay.AMPLICON, None, thresholds)
        assert judged.verdicts[0].fit is Fit.FIT


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


def test_of_amplicons_that_others_are_clipped_says_that_clips_were_kept() -> None:
    """Those that are shorter than the reads are clipped in all of their reads, at adapters."""
    none: dict[str, Any] = {"soft_clipped": 0.0, "reads": LIMITS.unclipped_reads}
    others: dict[str, Any] = {"reads_elsewhere": 2000, "clipped_elsewhere": 1.0}
    assert verdict(Question.ITD, Assay.AMPLICON, **none, **others).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.CAPTURE, **none, **others).fit is Fit.UNFIT
    assert verdict(Question.ITD, Assay.AMPLICON, **none).fit is Fit.UNFIT


def test_clipped_reads_that_are_marked_are_missed() -> None:
    none: dict[str, Any] = {"soft_clipped": 0.0, "reads": 100}
    limit = LIMITS.left_out_clipped
    assert verdict(Question.ITD, left_out_clipped=limit - 1, **none).fit is Fit.FIT
    assert "marked" in verdict(Question.ITD, left_out_clipped=limit, **none).reasons[0]
    assert verdict(Question.ITD, left_out_clipped=limit).fit is Fit.FIT


def test_reads_of_one_name_that_are_no_mates_tell_no_fragments_apart() -> None:
    limit = int(LIMITS.names_shared * GOOD.fragments)
    assert verdict(Question.ITD, names_shared=limit - 1).fit is Fit.FIT
    assert verdict(Question.ITD, names_shared=limit).misleads
    few: dict[str, Any] = {"fragments": 20}
    assert verdict(Question.ITD, names_shared=2, **few).fit is Fit.FIT
    assert verdict(Question.ITD, names_shared=3, **few).misleads


def test_single_reads_that_are_two_mates_with_padding_are_named() -> None:
    single: dict[str, Any] = {"paired": 0.1, "commonest_length": 1.0}
    assert verdict(Question.ITD, padded=0.099, **single).fit is Fit.FIT
    found = verdict(Question.ITD, padded=0.1, **single)
    assert found.misleads
    assert found.reasons[0].startswith("10% of the single reads have a row of unknown bases (N)")
    assert verdict(Question.ITD, padded=1.0).fit is Fit.FIT
    assert verdict(Question.TKD, padded=0.1, **single).fit is Fit.FIT


def test_a_file_that_was_cut_to_one_place_is_named() -> None:
    cut: dict[str, Any] = {"spread": 149, "fragments": 30}
    found = verdict(Question.ITD, **cut)
    assert found.fit is Fit.UNFIT
    assert not found.misleads
    assert found.reasons[0].startswith("all fragments lie over one place of 149 bases: the file")
    assert "of 1 bases" in verdict(Question.ITD, spread=-5, fragments=30).reasons[0]
    assert verdict(Question.ITD, spread=150, fragments=30).fit is Fit.FIT
    assert verdict(Question.ITD, spread=149, fragments=29).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **cut).fit is Fit.FIT
    assert verdict(Question.TKD, **cut).fit is verdict(Question.PANEL, **cut).fit is Fit.FIT


def test_pieces_of_reads_that_are_not_marked_are_named() -> None:
    assert verdict(Question.ITD, pieces=2).fit is Fit.FIT
    found = verdict(Question.ITD, pieces=3)
    assert found.misleads
    assert found.reasons[0].startswith("3 reads are there twice, in two pieces of which none is")
    assert verdict(Question.TKD, pieces=3).fit is Fit.FIT


def test_a_step_that_takes_clipped_reads_away_is_named() -> None:
    found = verdict(Question.ITD, steps_without_clips=("STAR aligned end to end",))
    assert (found.fit, found.misleads) == (Fit.UNFIT, False)
    assert found.reasons[0].startswith("the header says that STAR aligned end to end; give reads")


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


def test_mates_that_were_merged_may_have_lost_a_copy() -> None:
    merged: dict[str, Any] = {"paired": 0.0, "commonest_length": LIMITS.commonest_length * 0.99}
    assert verdict(Question.ITD, **merged).fit is Fit.UNFIT
    assert verdict(Question.TKD, **merged).fit is Fit.FIT
    assert verdict(Question.ITD, **(merged | {"paired": 0.5})).fit is Fit.FIT
    single: dict[str, Any] = {"paired": 0.0, "commonest_length": LIMITS.commonest_length}
    assert verdict(Question.ITD, **single).fit is Fit.FIT


def test_single_amplicon_reads_have_the_length_of_a_run() -> None:
    single: dict[str, Any] = {"paired": 0.0, "median_length": 151}
    for length in (50, 76, 151, 251, 301):
        assert verdict(Question.ITD, Assay.AMPLICON, usual_length=length, **single).fit is Fit.FIT
    for length in (191, 272, 302, 420):
        merged: dict[str, Any] = single | {"usual_length": length}
        assert verdict(Question.ITD, Assay.AMPLICON, **merged).fit is Fit.UNFIT
        assert verdict(Question.TKD, Assay.AMPLICON, **merged).fit is Fit.FIT
        assert verdict(Question.ITD, Assay.AMPLICON, **(merged | {"paired": 1.0})).fit is Fit.FIT
        few: dict[str, Any] = merged | {"commonest_length": LIMITS.commonest_length * 0.99}
        assert verdict(Question.ITD, Assay.AMPLICON, **few).fit is Fit.FIT


def test_what_hides_insertions_does_not_hide_bases_and_the_other_way_round() -> None:
    assert verdict(Question.TKD, hard_clipped=50, cut_off=50).fit is Fit.FIT
    shifted: dict[str, Any] = {"lowest_quality": 33, "highest_quality": 71}
    assert verdict(Question.TKD, **shifted).fit is Fit.UNFIT
    assert verdict(Question.ITD, **shifted).fit is Fit.FIT


def test_quality_encodings() -> None:
    low, high = LIMITS.phred_64, LIMITS.phred_64_highest
    assert verdict(Question.TKD, lowest_quality=low, highest_quality=high + 1).misleads
    assert verdict(Question.TKD, lowest_quality=low - 1, highest_quality=high + 1).fit is Fit.FIT
    assert verdict(Question.TKD, lowest_quality=low, highest_quality=high).fit is Fit.FIT
    assert verdict(Question.TKD, highest_quality=LIMITS.least_quality).fit is Fit.FIT
    assert verdict(Question.TKD, highest_quality=LIMITS.least_quality - 1).fit is Fit.UNFIT
    assert verdict(Question.TKD, without_qualities=1.0).fit is Fit.REMARK


def test_a_mapping_quality_of_zero_blinds_the_panel_only() -> None:
    limit = LIMITS.mapping_quality_zero
    assert verdict(Question.PANEL, mapping_quality_zero=limit).fit is Fit.UNFIT
    assert verdict(Question.PANEL, mapping_quality_zero=limit - 0.01).fit is Fit.FIT
    assert verdict(Question.ITD, mapping_quality_zero=1.0).fit is Fit.REMARK


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("short_gaps", LIMITS.short_gaps_remark),
        ("mismatches", LIMITS.mismatches_remark),
        ("mates_alike", LIMITS.mates_alike),
        ("adapters", LIMITS.adapters),
    ],
)
def test_remarks(name: str, value: float) -> None:
    inside: dict[str, Any] = {name: value * 0.999}
    outside: dict[str, Any] = {name: value}
    assert verdict(Question.ITD, **inside).fit is Fit.FIT
    assert verdict(Question.ITD, **outside).fit is Fit.REMARK


def test_copies_are_remarked_in_capture_where_none_is_marked() -> None:
    copies: dict[str, Any] = {"copies": LIMITS.copies, "duplicates": 0.0}
    assert verdict(Question.ITD, **copies).fit is Fit.REMARK
    assert verdict(Question.ITD, copies=LIMITS.copies * 0.99, duplicates=0.0).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **copies).fit is Fit.FIT


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


def unfit(question: Question, *, misleads: bool = False) -> Verdict:
    return Verdict(question, Fit.UNFIT, ("bases are gone",), misleads=misleads)


def test_unfit_reads_never_read_not_detected() -> None:
    answer = restrict_itd(itd_result(), unfit(Question.ITD))
    assert (answer.status, answer.limit_of_detection) == (Status.NOT_ASSESSABLE, None)
    assert answer.reason == "bases are gone"
    kinase = restrict_tkd(tkd_result(), unfit(Question.TKD))
    assert (kinase.status, kinase.reason) == (Status.NOT_ASSESSABLE, "bases are gone")
    assert {codon.status for codon in kinase.codons} == {Status.NOT_ASSESSABLE}
    assert {codon.limit_of_detection for codon in kinase.codons} == {None}


def test_a_positive_answer_stands_where_reads_hide_and_falls_where_they_mislead() -> None:
    result = itd_result(itd_event())
    assert restrict_itd(result, unfit(Question.ITD)).status is Status.DETECTED
    fallen = restrict_itd(result, unfit(Question.ITD, misleads=True))
    assert (fallen.status, fallen.total_vaf) == (Status.NOT_ASSESSABLE, None)
    assert [event.filter for event in fallen.events] == ["unfit_reads"]
    kinase = tkd_result(tkd_event())
    assert restrict_tkd(kinase, unfit(Question.TKD)).status is Status.DETECTED
    fallen_kinase = restrict_tkd(kinase, unfit(Question.TKD, misleads=True))
    assert fallen_kinase.status is Status.NOT_ASSESSABLE
    assert {event.status for event in fallen_kinase.events} == {Status.NOT_ASSESSABLE}


def test_a_fit_verdict_changes_nothing() -> None:
    result = itd_result()
    assert restrict_itd(result, Verdict(Question.ITD, Fit.REMARK, (), ("mind",))) is result


def test_reads_that_go_on_into_introns_are_no_rna() -> None:
    limit, remark = LIMITS.unspliced, LIMITS.unspliced_remark
    assert verdict(Question.ITD, Assay.RNA, unspliced=limit).misleads
    assert verdict(Question.ITD, Assay.RNA, unspliced=limit * 0.999).fit is Fit.REMARK
    assert verdict(Question.ITD, Assay.RNA, unspliced=remark * 0.999).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.CAPTURE, unspliced=1.0).fit is Fit.FIT


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_reads_that_go_on_in_the_next_exon_are_no_dna(assay: Assay) -> None:
    for question in (Question.ITD, Question.TKD):
        found = verdict(question, assay, spliced=LIMITS.spliced)
        assert found.misleads
        assert "call them as rna" in found.reasons[0]
        assert verdict(question, assay, spliced=LIMITS.spliced * 0.999).fit is Fit.FIT
        assert verdict(question, Assay.RNA, spliced=1.0).fit is Fit.FIT


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
        "clipped_of_half": 0.9,
        "filtered_evidence": 4.0,
        "fewer_itds": 5.0,
        "fewer_itds_ratio": 0.7,
        "no_long_clip": 3000,
        "no_long_amplicon_clip": 150,
        "read_inside": 5,
        "junction_places": 4.5,
        "junction_places_without_gaps": 2.5,
        "middle_missed": 4.0,
        "late_missed": 4.0,
        "with_itds": 0.9,
        "fragments_cut": 6.0,
        "different_missed": 6.0,
        "different_enough": 20,
        "no_gap": 1000,
        "clips_expected": 10.0,
        "clipped_elsewhere": 0.02,
        "clips_unknown": 0.5,
        "left_out_clipped": 3,
        "mates_missing": 3,
        "mates_missing_share": 0.01,
        "mates_apart": 0.5,
        "gaps_without_clips": 20,
        "cut_off": 4,
        "cut_off_share": 0.0,
        "clips_cut": 4,
        "gaps_at_one_cycle": 0.01,
        "mates_contradicting": 0.03,
        "wrong_at_one_cycle": 0.3,
        "commonest_length": 0.1,
        "unpaired": 0.1,
        "run_lengths": (
            *(35, 36, 50, 51, 75, 76, 100, 101, 125, 126, 150, 151, 175, 176),
            *(200, 201, 250, 251, 300, 301),
        ),
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
        "starts_shared": 0.1,
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


def test_at_the_limits_of_splicing_of_merged_amplicons_and_of_a_missing_quality() -> None:
    assert verdict(Question.ITD, Assay.RNA, unspliced=LIMITS.unspliced_remark).fit is Fit.REMARK
    merged: dict[str, Any] = {"paired": 0.0, "commonest_length": 1.0, "usual_length": 600}
    longest = merged | {"median_length": LIMITS.longest_read, "longest_length": LIMITS.longest_read}
    assert verdict(Question.ITD, Assay.AMPLICON, **longest).fit is Fit.UNFIT
    some_pairs = merged | {"paired": LIMITS.unpaired}
    assert verdict(Question.ITD, Assay.AMPLICON, **some_pairs).fit is Fit.UNFIT
    assert verdict(Question.ITD, Assay.AMPLICON, **merged | {"paired": 0.11}).fit is Fit.FIT
    assert verdict(Question.TKD, lowest_quality=None, highest_quality=2).fit is Fit.FIT
    assert verdict(Question.TKD, lowest_quality=40, highest_quality=None).fit is Fit.FIT


def test_one_misleading_reason_beside_a_hiding_one_misleads() -> None:
    found = verdict(Question.ITD, hard_clipped=50, names_shared=GOOD.fragments)
    assert (len(found.reasons), found.misleads) == (2, True)
    assert not verdict(Question.ITD, hard_clipped=50, without_bases=50).misleads


def test_up_to_a_share_of_paired_reads_a_sample_has_single_reads() -> None:
    merged: dict[str, Any] = {"commonest_length": LIMITS.commonest_length * 0.99}
    assert verdict(Question.ITD, paired=LIMITS.unpaired, **merged).fit is Fit.UNFIT
    assert verdict(Question.ITD, paired=LIMITS.unpaired * 1.01, **merged).fit is Fit.FIT


def test_duplicates_that_are_marked_in_one_lane_alone_are_remarked() -> None:
    below, at = LIMITS.copies * 0.999, LIMITS.copies
    for question in (Question.ITD, Question.TKD, Question.PANEL):
        assert verdict(question, copies=below, duplicates=0.1).fit is Fit.FIT
        found = verdict(question, copies=at, duplicates=0.1)
        assert found.fit is Fit.REMARK
        assert "in the whole file" in found.remarks[0]
    assert verdict(Question.ITD, Assay.AMPLICON, copies=1.0, duplicates=0.1).fit is Fit.FIT
