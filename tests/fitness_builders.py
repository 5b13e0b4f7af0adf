"""Measures of good reads, and the verdict on reads that differ from them."""

from dataclasses import replace
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import UNMEASURED, Fit, Question, Verdict
from flt3itd.reads.read_set import ReadSet

GOOD = replace(
    UNMEASURED,
    reads=4000,
    fragments=2000,
    paired=1.0,
    median_length=150,
    longest_length=150,
    commonest_length=0.9,
    soft_clipped=0.02,
    short_gaps=2e-5,
    mismatches=0.002,
    duplicates=0.1,
    lowest_quality=2,
    highest_quality=40,
    usual_length=151,
    longest_clip=74,
    most_different=20,
)


LIMITS = Thresholds()


INSERTED = (Question.ITD, Question.LONG_EVENTS, Question.KMT2A)


def verdict(question: Question, assay: Assay = Assay.CAPTURE, **measured: Any) -> Verdict:
    return judge_reads(replace(GOOD, **measured), assay).verdict(question)


def assert_misleads_of_insertions_in_captures(
    unfit: dict[str, Any], *within: dict[str, Any]
) -> None:
    """Such a capture misleads of what is inserted, and of nothing else; one `within` is fit.

    The latter are what differs from the former. Amplicons and RNA are not asked.
    """
    for question in INSERTED:
        assert verdict(question, **unfit).misleads
        for changed in within:
            assert verdict(question, **unfit | changed).fit is Fit.FIT
    assert verdict(Question.TKD, **unfit).fit is Fit.FIT
    for assay in (Assay.AMPLICON, Assay.RNA):
        assert verdict(Question.ITD, assay, **unfit).fit is Fit.FIT


def pairs_along(count: int, length: int = 100, fragment: int = 250, step: int = 1) -> ReadSet:
    """Plain pairs that begin `step` bases apart."""
    reads = ReadSet(fragments=count, reads=2 * count)
    for number in range(count):
        start = 200 + step * number % 2000
        reads.add_plain(start, length, number)
        reads.add_plain(start + fragment - length, length, number, 0x10)
    return reads
