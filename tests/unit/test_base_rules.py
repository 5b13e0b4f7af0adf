"""Rules on bases, qualities and lengths of reads, just inside and just outside of their limits."""

from dataclasses import replace
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import Fit, Question
from tests.fitness_builders import GOOD, LIMITS, verdict


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


@pytest.mark.parametrize("question", [Question.ITD, Question.TKD])
def test_introns_in_reads_of_dna_that_were_given_as_rna_are_no_wrong_bases(
    question: Question,
) -> None:
    dna: dict[str, Any] = {"unspliced": LIMITS.unspliced, "other_sequence": 1.0, "mismatches": 0.1}
    (reason,) = verdict(question, Assay.RNA, **dna).reasons
    assert "these reads are of DNA" in reason
    dna["unspliced"] *= 0.999
    reasons = verdict(question, Assay.RNA, **dna).reasons
    assert [one.partition(" of the ")[0] for one in reasons] == ["100%", "10.0%"]


def test_the_kinase_domain_of_reads_of_dna_that_were_given_as_rna_has_one_reason() -> None:
    dna = replace(GOOD, unspliced=LIMITS.unspliced, mismatches=0.1)
    kinase = replace(GOOD, mismatches=0.1)
    found = judge_reads(dna, Assay.RNA, kinase).verdict(Question.TKD)
    assert len(found.reasons) == 1


def test_a_cycle_that_was_read_wrongly_is_an_allele_of_an_amplicon() -> None:
    limit = LIMITS.wrong_at_one_cycle
    assert verdict(Question.TKD, Assay.AMPLICON, wrong_at_one_cycle=limit * 0.999).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, wrong_at_one_cycle=limit).misleads
    assert verdict(Question.TKD, Assay.AMPLICON, wrong_at_one_cycle=limit).misleads
    assert verdict(Question.ITD, wrong_at_one_cycle=1.0).fit is Fit.FIT


def test_reads_longer_than_any_short_read_ask_for_their_assay() -> None:
    assert verdict(Question.ITD, median_length=LIMITS.longest_read).fit is Fit.FIT
    long: dict[str, Any] = {"median_length": LIMITS.longest_read + 1}
    assert verdict(Question.ITD, **long).misleads
    assert "the assay long" in verdict(Question.TKD, **long).reasons[0]
    assert verdict(Question.ITD, Assay.LONG, **long).fit is Fit.FIT


@pytest.mark.parametrize("gaps", [0.0, 0.999, 1.0])
def test_reads_with_many_gaps_have_no_lost_cycle_beside_them(gaps: float) -> None:
    limits = LIMITS.short_gaps, LIMITS.mates_contradicting
    found = verdict(Question.ITD, short_gaps=gaps * limits[0], mates_contradicting=limits[1])
    assert ["cycle" in reason for reason in found.reasons] == [gaps < 1]


@pytest.mark.parametrize("placed_here", [True, False])
def test_gaps_may_be_of_the_aligner(placed_here: bool) -> None:
    gaps: dict[str, Any] = {"short_gaps": LIMITS.short_gaps, "placed_here": placed_here}
    (reason,) = verdict(Question.ITD, **gaps).reasons
    assert ("align with the gap penalties of bwa mem" in reason) is not placed_here


def test_single_reads_that_are_two_mates_with_padding_are_named() -> None:
    single: dict[str, Any] = {"paired": 0.1, "commonest_length": 1.0}
    assert verdict(Question.ITD, padded=0.099, **single).fit is Fit.FIT
    found = verdict(Question.ITD, padded=0.1, **single)
    assert found.misleads
    assert found.reasons[0].startswith("10% of the single reads have a row of unknown bases (N)")
    assert verdict(Question.ITD, padded=1.0).fit is Fit.FIT
    assert verdict(Question.TKD, padded=0.1, **single).fit is Fit.FIT


def test_quality_encodings() -> None:
    low, high = LIMITS.phred_64, LIMITS.phred_64_highest
    assert verdict(Question.TKD, lowest_quality=low, highest_quality=high + 1).misleads
    assert verdict(Question.TKD, lowest_quality=low - 1, highest_quality=high + 1).fit is Fit.FIT
    assert verdict(Question.TKD, lowest_quality=low, highest_quality=high).fit is Fit.FIT
    assert verdict(Question.TKD, highest_quality=LIMITS.least_quality).fit is Fit.FIT
    assert verdict(Question.TKD, highest_quality=LIMITS.least_quality - 1).fit is Fit.UNFIT
    assert verdict(Question.TKD, without_qualities=1.0).fit is Fit.REMARK
    assert verdict(Question.TKD, lowest_quality=None, highest_quality=2).fit is Fit.FIT
    assert verdict(Question.TKD, lowest_quality=40, highest_quality=None).fit is Fit.FIT


def test_ten_reads_at_least_have_a_gap_at_one_cycle() -> None:
    few: dict[str, Any] = {"reads": 500}
    assert verdict(Question.ITD, gaps_at_one_cycle=9 / 500, **few).fit is Fit.FIT
    assert verdict(Question.ITD, gaps_at_one_cycle=10 / 500, **few).misleads


def test_a_gap_of_few_pairs_at_one_cycle_is_chance() -> None:
    for fragments, share, unfit in ((60, 0.1, True), (61, 0.098, False), (1000, 0.03, True)):
        found = verdict(Question.ITD, fragments=fragments, mates_contradicting=share)
        assert (found.fit is Fit.UNFIT) is unfit
