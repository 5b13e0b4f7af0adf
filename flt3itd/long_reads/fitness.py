"""What was measured of long reads, and what they can carry: the verdicts of `flt3itd.fitness`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

import numpy as np

from flt3itd.common.assay import Assay
from flt3itd.common.statistics import at_least
from flt3itd.fitness.findings import Effect, Finding
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import UNMEASURED, Fit, Question, ReadFitness, ReadMeasures
from flt3itd.long_reads.caller import LongCalls
from flt3itd.long_reads.sources import LongMaterial

FEWEST_GAPS = 1e-4
"""Insertions and deletions per base: PacBio HiFi reads of Q30 have 3e-4 or more, Nanopore reads
more still, and Illumina has 1e-5 to 1e-4."""
STOPPED_BY_CHANCE = 1e-6
"""Probability that as many reads stop late; what other rules of fitness take for chance."""
UNLIKE = 0.2
"""Bases that are wrong, lost or put in, of those of the window: of Nanopore reads at most 15 % are
(Wick et al., Genome Biol 2019;20:129), of transcripts without intron 14 a fourth of any window."""
_LONG_PLATFORMS = frozenset({"PACBIO", "ONT"})


def judge_long_reads(material: LongMaterial, calls: LongCalls) -> ReadFitness:
    """The measures of the reads that hold a flank of the window, and the verdicts.

    Nothing is answered where the reads are no long reads, or are given twice. Kinase domain codons
    are unfit where the bases are wrong too often.
    """
    measured = _measures(material, calls)
    found = judge_reads(measured, Assay.LONG, also=_findings(material, measured))
    if reason := _short_reads(material, measured) or _given_twice(measured) or _unlike(measured):
        return replace(
            found,
            verdicts=tuple(
                replace(one, fit=Fit.UNFIT, reasons=(reason,), misleads=True)
                for one in found.verdicts
            ),
        )
    return found


def _findings(material: LongMaterial, measured: ReadMeasures) -> Iterator[Finding]:
    """What is found of long reads beside the measures that all reads have."""
    itd = (Question.ITD,)
    for questions, effect, text in (
        (itd, Effect.HIDES, _merged_mates(measured)),
        (itd, Effect.HIDES, _stopped(material)),
        (itd, Effect.REMARK, _reach(material, measured)),
        ((Question.TKD,), Effect.HIDES, material.kinase.unfit()),
        ((Question.ITD, Question.TKD), Effect.REMARK, _of_transcripts(material)),
    ):
        if text:
            yield Finding(questions, effect, text)


def _short_reads(material: LongMaterial, measured: ReadMeasures) -> str:
    """Why the reads are those of a short-read instrument; empty for others.

    Products of a short amplicon that were read from end to end are as good as longer ones: most
    of them span the window, and their length is none that instruments read.
    """
    limits = Thresholds()
    mend = "call them with the assay capture, amplicon or rna"
    if measured.paired > limits.unpaired:
        return f"{measured.paired:.0%} of the reads are mates, and long reads are single: {mend}"
    if not 0 < measured.median_length <= max(limits.run_lengths):
        return ""
    short = f"the reads are short (median {measured.median_length} bases)"
    spanning = material.spanning.spanning if material.spanning else 0
    if _of_a_run(measured, material, limits):
        return f"{short}: {mend}"
    if 2 * spanning <= measured.reads:
        return (
            f"{short} and most do not span exon 14: {mend}; if their insertions and deletions are "
            "too many for these, as of Ion Torrent and 454, make products that hold all of exon "
            "14, or sequence on an instrument without indel errors"
        )
    return ""


def _of_a_run(measured: ReadMeasures, material: LongMaterial, limits: Thresholds) -> bool:
    """Whether many reads have a length that instruments read, and hardly one is longer."""
    usual = measured.usual_length
    if usual not in limits.run_lengths or measured.commonest_length < limits.commonest_length:
        return False
    lengths = _lengths(material)
    return sum(one > usual for one in lengths) < limits.longer_than_run * len(lengths)


def _merged_mates(measured: ReadMeasures) -> str:
    """Why the reads may be two mates each, put together; empty for others.

    Of one product, which two mates hold, and without the gaps that long reads have.
    """
    limits = Thresholds()
    if not 0 < measured.median_length < 2 * max(limits.run_lengths):
        return ""
    if measured.commonest_length < limits.commonest_length or measured.short_gaps >= FEWEST_GAPS:
        return ""
    if set(measured.platforms) & _LONG_PLATFORMS:
        return ""
    return (
        f"most reads have {measured.usual_length} bases and hardly any insertions and deletions "
        f"({measured.short_gaps:.3%} per base), as mates that were merged: products of long "
        "duplications, which are longer than both mates together, may be lost or joined wrongly; "
        "give the pairs as they were sequenced, with the assay amplicon"
    )


def _stopped(material: LongMaterial) -> str:
    """Why reads of longer products are missing; empty where they are not."""
    late, expected = material.spanning.stopped_late() if material.spanning else (0, 0.0)
    if late == 0 or at_least(late, expected) >= STOPPED_BY_CHANCE:
        return ""
    return (
        f"{late} reads stop near the end of the amplicon or behind it, where about {expected:.0f} "
        "would by chance: the instrument or a filter gives no longer reads, so that ratios are too "
        "low and long ITDs are missing; give longer reads, or a shorter amplicon"
    )


def _reach(material: LongMaterial, measured: ReadMeasures) -> str:
    """That nothing shows how long reads may be.

    Empty where they are long, or of an instrument whose reads end where their molecules do.
    """
    longest = max(material.lengths, default=0)
    if not 0 < longest <= Thresholds().longest_read or set(measured.platforms) & _LONG_PLATFORMS:
        return ""
    return (
        f"no read is longer than {longest} bases: an ITD whose product is longer than the "
        "instrument reads would be missing"
    )


def _of_transcripts(material: LongMaterial) -> str:
    """What is to be minded of reads of RNA; empty of those of DNA."""
    if material.spanning is None or material.spanning.template.kind == "genomic":
        return ""
    return (
        "the reads lack the introns beside exon 14, so that they are of RNA: ratios are those of "
        "transcripts, and bases of introns at exon borders are splicing"
    )


def _given_twice(measured: ReadMeasures) -> str:
    """Why reads count more than once; empty where they do not."""
    limits = Thresholds()
    if measured.names_shared < max(limits.mates_missing, limits.names_shared * measured.reads):
        return ""
    return (
        f"{measured.names_shared} of {measured.reads} reads have the name of another one: reads "
        "that are given twice would count twice; give each read once, and its own name"
    )


def _lengths(material: LongMaterial) -> list[int]:
    """Of the reads that hold a flank of the window, else of all; in bases."""
    spanning = material.spanning
    over = [] if spanning is None else [*spanning.lengths, *spanning.partial_lengths]
    return over or list(material.lengths.elements())


def _unlike(measured: ReadMeasures) -> str:
    """Why the reads are of other molecules than DNA of the locus; empty where they are not."""
    unlike = measured.short_gaps + measured.mismatches
    if unlike < UNLIKE:
        return ""
    return (
        f"{unlike:.0%} of the bases are unlike FLT3 (below {UNLIKE:.0%} is needed): the reads have "
        "too many errors, or are of other molecules; call the bases again with a better model, or "
        "sequence again"
    )


def _measures(material: LongMaterial, calls: LongCalls) -> ReadMeasures:
    spanning = material.spanning
    over = 0 if spanning is None else len(spanning.lengths) + len(spanning.partial_lengths)
    lengths = _lengths(material)
    usual, commonest = max(Counter(lengths).items(), key=itemgetter(1), default=(0, 0))
    looked_at = material.lengths.total()
    return replace(
        UNMEASURED,
        reads=over,
        fragments=over,
        paired=material.paired / looked_at if looked_at else 0.0,
        median_length=int(np.median(lengths)) if lengths else 0,
        usual_length=usual,
        commonest_length=commonest / len(lengths) if lengths else 0.0,
        longest_length=max(lengths, default=0),
        hard_clipped=material.hard_clipped,
        names_shared=spanning.names_shared if spanning else 0,
        without_bases=material.without_bases,
        short_gaps=calls.gap_rate,
        long_gaps=calls.long_gaps,
        mismatches=calls.mismatch_rate,
        platforms=material.platforms,
    )
