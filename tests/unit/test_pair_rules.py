"""Rules on fragments: their limits, just inside and just outside, and what they touch."""

from __future__ import annotations

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness_records import Fit, Question
from tests.fitness_builders import verdict


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
