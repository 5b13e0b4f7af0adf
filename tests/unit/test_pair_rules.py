"""Rules on fragments: their limits, just inside and just outside, and what they touch."""

from __future__ import annotations

from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness_records import Fit, Question
from tests.fitness_builders import GOOD, LIMITS, verdict


@pytest.mark.parametrize(
    ("share", "fit"),
    [(0.0499, Fit.FIT), (0.05, Fit.REMARK), (0.199, Fit.REMARK), (0.2, Fit.UNFIT)],
)
def test_pairs_on_one_strand(share: float, fit: Fit) -> None:
    for question in (Question.ITD, Question.TKD, Question.PANEL):
        assert verdict(question, on_one_strand=share).fit is fit


@pytest.mark.parametrize(("share", "fit"), [(0.0499, Fit.FIT), (0.05, Fit.UNFIT)])
def test_reads_that_an_amplicon_has_once_more(share: float, fit: Fit) -> None:
    for question in (Question.ITD, Question.PANEL):
        assert verdict(question, Assay.AMPLICON, repeated=share).fit is fit


def test_copies_of_a_capture_are_counted_once_over_flt3_and_remarked_elsewhere() -> None:
    for question, words in (
        (Question.ITD, "50% of the fragments are copies"),
        (Question.PANEL, "mark duplicates (samtools markdup)"),
    ):
        found = verdict(question, copies=0.5, duplicates=0.0)
        assert found.fit is Fit.REMARK
        assert words in " ".join(found.remarks)


def test_reads_of_a_capture_that_are_there_once_more_make_up_what_is_not_flt3() -> None:
    itd, panel = (verdict(one, copies=0.5, repeated=0.05) for one in (Question.ITD, Question.PANEL))
    assert itd.fit is Fit.REMARK
    assert panel.misleads
    assert "give each read once" in " ".join(panel.reasons)


def test_reads_of_one_name_that_are_no_mates_tell_no_fragments_apart() -> None:
    limit = int(LIMITS.names_shared * GOOD.fragments)
    assert verdict(Question.ITD, names_shared=limit - 1).fit is Fit.FIT
    assert verdict(Question.ITD, names_shared=limit).misleads
    few: dict[str, Any] = {"fragments": 20}
    assert verdict(Question.ITD, names_shared=2, **few).fit is Fit.FIT
    assert verdict(Question.ITD, names_shared=3, **few).misleads


def test_pieces_of_reads_that_are_not_marked_are_named() -> None:
    assert verdict(Question.ITD, pieces=2).fit is Fit.FIT
    found = verdict(Question.ITD, pieces=3)
    assert found.misleads
    assert found.reasons[0].startswith("3 reads are there twice, in two pieces of which none is")
    single: dict[str, Any] = {"paired": LIMITS.unpaired, "commonest_length": 1.0}
    reasons = verdict(Question.ITD, pieces=3, **single).reasons
    assert any("aligned as single reads" in reason for reason in reasons)
    single["paired"] += 0.001
    assert "in two pieces" in verdict(Question.ITD, pieces=3, **single).reasons[0]
    assert verdict(Question.TKD, pieces=3).fit is Fit.FIT


def test_mates_that_were_merged_may_have_lost_a_copy() -> None:
    merged: dict[str, Any] = {"paired": 0.0, "commonest_length": LIMITS.commonest_length * 0.99}
    assert verdict(Question.ITD, **merged).fit is Fit.UNFIT
    assert verdict(Question.TKD, **merged).fit is Fit.FIT
    assert verdict(Question.ITD, **(merged | {"paired": 0.5})).fit is Fit.FIT
    single: dict[str, Any] = {"paired": 0.0, "commonest_length": LIMITS.commonest_length}
    assert verdict(Question.ITD, **single).fit is Fit.FIT
    assert verdict(Question.ITD, **merged).misleads


@pytest.mark.parametrize("paired", [0.0, 0.9])
@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON, Assay.RNA])
def test_some_mates_were_merged(assay: Assay, paired: float) -> None:
    limit = LIMITS.longer_than_run
    some: dict[str, Any] = {"paired": paired, "usual_length": 150}
    assert verdict(Question.ITD, assay, longer_than_run=limit * 0.99, **some).fit is Fit.FIT
    found = verdict(Question.ITD, assay, longer_than_run=limit, **some)
    assert found.misleads is (assay is not Assay.AMPLICON)
    assert found.reasons[0].startswith("1% of the reads are single and longer than a run reads")
    assert verdict(Question.TKD, assay, longer_than_run=1.0, **some).fit is Fit.FIT


def test_single_amplicon_reads_have_the_length_of_a_run() -> None:
    single: dict[str, Any] = {"paired": 0.0, "median_length": 151}
    for length in (50, 76, 151, 251, 301):
        assert verdict(Question.ITD, Assay.AMPLICON, usual_length=length, **single).fit is Fit.FIT
    for length in (191, 272, 302, 420):
        merged: dict[str, Any] = single | {"usual_length": length}
        assert verdict(Question.ITD, Assay.AMPLICON, **merged).fit is Fit.UNFIT
        assert verdict(Question.TKD, Assay.AMPLICON, **merged).fit is Fit.FIT
        assert verdict(Question.ITD, Assay.AMPLICON, **(merged | {"paired": 1.0})).fit is Fit.FIT
        just: dict[str, Any] = merged | {"commonest_length": LIMITS.commonest_length}
        assert verdict(Question.ITD, Assay.AMPLICON, **just).fit is Fit.UNFIT
        few: dict[str, Any] = merged | {"commonest_length": LIMITS.commonest_length * 0.99}
        assert verdict(Question.ITD, Assay.AMPLICON, **few).fit is Fit.FIT


def test_a_mapping_quality_of_zero_blinds_the_panel_only() -> None:
    limit = LIMITS.mapping_quality_zero
    assert verdict(Question.PANEL, mapping_quality_zero=limit).fit is Fit.UNFIT
    assert verdict(Question.PANEL, mapping_quality_zero=limit - 0.01).fit is Fit.FIT
    assert verdict(Question.ITD, mapping_quality_zero=1.0).fit is Fit.REMARK


def test_copies_are_remarked_in_capture_where_none_is_marked() -> None:
    copies: dict[str, Any] = {"copies": LIMITS.copies, "duplicates": 0.0}
    assert verdict(Question.ITD, **copies).fit is Fit.REMARK
    assert verdict(Question.ITD, copies=LIMITS.copies * 0.99, duplicates=0.0).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **copies).fit is Fit.FIT


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


def test_amplicon_mates_are_merged_up_to_the_longest_read_and_a_share_of_pairs() -> None:
    merged: dict[str, Any] = {"paired": 0.0, "commonest_length": 1.0, "usual_length": 600}
    longest = merged | {"median_length": LIMITS.longest_read, "longest_length": LIMITS.longest_read}
    assert verdict(Question.ITD, Assay.AMPLICON, **longest).fit is Fit.UNFIT
    some_pairs = merged | {"paired": LIMITS.unpaired}
    assert verdict(Question.ITD, Assay.AMPLICON, **some_pairs).fit is Fit.UNFIT
    assert verdict(Question.ITD, Assay.AMPLICON, **merged | {"paired": 0.11}).fit is Fit.FIT


def test_reads_that_go_on_into_introns_are_no_rna() -> None:
    limit, remark = LIMITS.unspliced, LIMITS.unspliced_remark
    assert verdict(Question.ITD, Assay.RNA, unspliced=limit).misleads
    assert verdict(Question.ITD, Assay.RNA, unspliced=limit * 0.999).fit is Fit.REMARK
    assert verdict(Question.ITD, Assay.RNA, unspliced=remark).fit is Fit.REMARK
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


def test_more_short_fragments_within_copies_than_beside_were_cut() -> None:
    limit = LIMITS.cut_within_copies
    for question in (Question.ITD, Question.LONG_EVENTS, Question.KMT2A):
        assert verdict(question, cut_within_copies=limit * 0.999).fit is not Fit.UNFIT
        found = verdict(question, cut_within_copies=limit)
        assert (found.fit, found.misleads) == (Fit.UNFIT, False)
        assert "by the overlap of mates" in found.reasons[0]
    assert verdict(Question.TKD, cut_within_copies=limit).fit is Fit.FIT
    for assay in (Assay.AMPLICON, Assay.RNA):
        assert verdict(Question.ITD, assay, cut_within_copies=limit).fit is Fit.FIT


def test_a_few_more_short_fragments_within_the_copies_are_a_remark() -> None:
    limit = LIMITS.cut_within_copies_remark
    assert verdict(Question.ITD, cut_within_copies=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, cut_within_copies=limit)
    assert found.fit is Fit.REMARK
    assert "by the overlap of mates" in found.remarks[0]
    assert verdict(Question.LONG_EVENTS, cut_within_copies=limit).fit is Fit.FIT


def test_long_clips_of_one_mate_are_a_remark() -> None:
    limit = LIMITS.clips_of_one_mate
    assert verdict(Question.ITD, clips_of_one_mate=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, clips_of_one_mate=limit)
    assert found.remarks[0].startswith("the longest clips are all of one mate: if pairs were filt")
    both = verdict(Question.ITD, clips_of_one_mate=limit, kind_missed=LIMITS.kind_missed_remark)
    assert len(both.remarks) == 1
    assert both.remarks[0].startswith("hardly any read over the junction")
    unfit = verdict(Question.ITD, clips_of_one_mate=limit, kind_missed=LIMITS.kind_missed)
    assert unfit.remarks == ()
    for question, assay in ((Question.TKD, Assay.CAPTURE), (Question.ITD, Assay.AMPLICON)):
        assert verdict(question, assay, clips_of_one_mate=limit).fit is Fit.FIT


def test_pairs_that_stop_at_the_ends_of_exons_are_a_remark() -> None:
    limit = LIMITS.pairs_within
    assert verdict(Question.ITD, pairs_within=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, pairs_within=limit)
    assert found.fit is Fit.REMARK
    assert "where 2% of the pairs end" in found.remarks[0]
    for question, assay in ((Question.TKD, Assay.CAPTURE), (Question.ITD, Assay.AMPLICON)):
        assert verdict(question, assay, pairs_within=limit).fit is Fit.FIT
