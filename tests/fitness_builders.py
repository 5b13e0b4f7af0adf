"""Measures of good reads, and the verdict on reads that differ from them."""

from dataclasses import replace
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import UNMEASURED, Question, Verdict

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


def verdict(question: Question, assay: Assay = Assay.CAPTURE, **measured: Any) -> Verdict:
    return judge_reads(replace(GOOD, **measured), assay).verdict(question)
