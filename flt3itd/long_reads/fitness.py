"""What was measured of long reads, and what they can carry: the verdicts of `flt3itd.fitness`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import UNMEASURED, Fit, Question, ReadFitness, ReadMeasures
from flt3itd.long_reads.caller import LongCalls
from flt3itd.long_reads.sources import LongMaterial


def judge_long_reads(material: LongMaterial, calls: LongCalls) -> ReadFitness:
    """The measures of the reads that hold a flank of the window, and the verdicts.

    Kinase domain codons are unfit where the bases are wrong too often.
    """
    found = judge_reads(_measures(material, calls), "long")
    reason = material.kinase.unfit()
    if not reason:
        return found
    verdicts = tuple(
        replace(one, fit=Fit.UNFIT, reasons=(*one.reasons, reason))
        if one.question is Question.TKD
        else one
        for one in found.verdicts
    )
    return replace(found, verdicts=verdicts)


def _measures(material: LongMaterial, calls: LongCalls) -> ReadMeasures:
    spanning = material.spanning
    lengths = [] if spanning is None else [*spanning.lengths, *spanning.partial_lengths]
    commonest = max(Counter(lengths).values(), default=0)
    return replace(
        UNMEASURED,
        reads=len(lengths),
        fragments=len(lengths),
        median_length=int(np.median(lengths)) if lengths else 0,
        commonest_length=commonest / len(lengths) if lengths else 0.0,
        longest_length=max(lengths, default=0),
        hard_clipped=material.hard_clipped,
        without_bases=material.without_bases,
        short_gaps=calls.gap_rate,
        long_gaps=calls.long_gaps,
        mismatches=calls.mismatch_rate,
        platforms=material.platforms,
    )
