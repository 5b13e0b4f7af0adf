"""What a verdict makes of an answer: no unfit "not detected", and none beyond the reach."""

from dataclasses import replace

import pytest

from flt3itd.fitness.answers import restrict_itd, restrict_tkd, with_enough_reach, within_reach
from flt3itd.fitness.thresholds import SHORTEST_REACH
from flt3itd.fitness_records import Fit, Question, Verdict
from flt3itd.records import Status
from tests.flt3_builders import (
    itd_event,
    itd_result,
    known_itd,
    tkd_event,
    tkd_result,
)


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
