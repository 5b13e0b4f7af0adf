"""What follows from a reason is left out; what is a reason of its own stays."""

from __future__ import annotations

from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness import pair_rules
from flt3itd.fitness.explained import EXPLAINS
from flt3itd.fitness.judgement import RULES, RULES_OF_ASSAY
from flt3itd.fitness_records import Fit, Question
from tests.fitness_builders import verdict

Measured = dict[str, Any]

LONG: Measured = {"median_length": 800}
GAPS: Measured = {"short_gaps": 0.002}
WRONG: Measured = {"mismatches": 0.03}
SINGLE_OF_ALL_LENGTHS: Measured = {"paired": 0.0, "commonest_length": 0.05}
ONE_PLACE: Measured = {"spread": 1}
WITH_ITDS: Measured = {"with_itds": 1.0}
HARD: Measured = {"hard_clipped": 30}
CUT: Measured = {"cut_off": 40}
HEADER: Measured = {"steps_without_clips": ("reads were selected by their clipped bases (sclen)",)}
IN_MIDDLE: Measured = {"junction_places": -9.0}
RNA: Measured = {"spliced": 0.9}
WITHOUT_BASES: Measured = {
    "without_bases": 9,
    "paired": 0.0,
    "commonest_length": 0.0,
    "median_length": 0,
}
UNKNOWN: Measured = {"unknown_bases": 0.2}


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ((LONG, GAPS, WRONG, SINGLE_OF_ALL_LENGTHS, IN_MIDDLE), ["the reads are long"]),
        (
            (IN_MIDDLE, WITH_ITDS, ONE_PLACE, SINGLE_OF_ALL_LENGTHS, GAPS),
            ["the reads have 0.20% insertions"],
        ),
        ((GAPS, {"gaps_at_one_cycle": 0.5}, CUT), ["50% of the reads have the same gap"]),
        ((CUT, SINGLE_OF_ALL_LENGTHS), ["single reads of all lengths"]),
        ((WITH_ITDS, ONE_PLACE), ["all fragments lie over one place"]),
        ((IN_MIDDLE, CUT, HARD), ["30 reads are hard clipped"]),
        ((HEADER, CUT, IN_MIDDLE), ["the header says that reads were selected"]),
        ((IN_MIDDLE, WITH_ITDS), ["100% of the fragments show an ITD"]),
        ((IN_MIDDLE, CUT, RNA), ["90% of the reads over exon borders"]),
        # Each of these has a remedy of its own.
        ((HARD, ONE_PLACE), ["all fragments lie over one place", "30 reads are hard clipped"]),
        ((UNKNOWN, GAPS), ["the reads have 0.20%", "20% of the bases are unknown"]),
        ((WITHOUT_BASES, ONE_PLACE), ["9 of 4000 reads have no bases"]),
        ((HEADER, HARD), ["30 reads are hard clipped", "the header says that reads"]),
    ],
)
def test_the_cause_is_told(measured: tuple[Measured, ...], told: list[str]) -> None:
    together = {name: value for one in measured for name, value in one.items()}
    reasons = verdict(Question.ITD, **together).reasons
    assert [text[: len(begin)] for text, begin in zip(reasons, told, strict=True)] == told


def test_a_reason_that_is_left_out_still_misleads() -> None:
    """Single reads of all lengths mislead, fragments at one place hide."""
    assert not verdict(Question.ITD, **CUT).misleads
    assert verdict(Question.ITD, **CUT, **WITH_ITDS).misleads
    assert len(verdict(Question.ITD, **CUT, **WITH_ITDS).reasons) == 1


def test_a_remark_explains_no_reason() -> None:
    assert verdict(Question.ITD, short_gaps=0.0003).fit is Fit.REMARK
    both = verdict(Question.ITD, short_gaps=0.0003, **CUT)
    assert (both.fit, len(both.reasons), len(both.remarks)) == (Fit.UNFIT, 1, 1)


def test_a_reason_of_another_question_explains_nothing() -> None:
    """Codons are read wrongly, and of insertions nothing is known but that clips were cut."""
    reasons = verdict(Question.TKD, **CUT, **WRONG).reasons
    assert [one[:4] for one in reasons] == ["3.0%"]


def test_nothing_is_explained_by_itself_or_both_ways() -> None:
    for cause, explained in EXPLAINS.items():
        assert all(cause not in EXPLAINS.get(one, ()) for one in (cause, *explained))
    asked = {rule for rules in (RULES, *RULES_OF_ASSAY.values()) for rule in rules}
    assert {rule for explained in EXPLAINS.values() for rule in explained} | set(EXPLAINS) <= asked


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON, Assay.RNA])
@pytest.mark.parametrize(
    ("platform", "paired", "words"),
    [
        ("ONT", 0.0, "of ONT, whose reads are long: call them with the assay long"),
        ("PACBIO", 1.0, "of PACBIO, whose reads are long and single, and these are mates"),
        ("IONTORRENT", 0.0, "of IONTORRENT, which inserts and loses bases"),
        ("LS454", 0.0, "of LS454, which inserts and loses bases"),
        ("454", 1.0, "of 454, which inserts and loses bases"),
        ("ULTIMA", 0.0, "of ULTIMA, which inserts and loses bases"),
    ],
)
def test_platforms_of_other_reads(assay: Assay, platform: str, paired: float, words: str) -> None:
    for question in (Question.ITD, Question.TKD, Question.PANEL):
        found = verdict(question, assay, platforms=(platform,), paired=paired)
        assert found.reasons == ()
        [remark] = found.remarks
        assert remark.startswith(f"the header says that the reads are {words}")


@pytest.mark.parametrize("platform", ["ILLUMINA", "DNBSEQ", "MGI", "ELEMENT", "SINGULAR", ""])
def test_platforms_of_short_reads(platform: str) -> None:
    assert verdict(Question.ITD, platforms=(platform,)).fit is Fit.FIT


def test_each_sign_of_missing_reads_explains_all_that_are_less_sure() -> None:
    signs = EXPLAINS[pair_rules.no_mates]
    assert len(signs) > 10
    for number, sign in enumerate(signs, start=1):
        assert EXPLAINS[sign] == signs[number:]
