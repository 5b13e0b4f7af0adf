"""Rules on clips, gaps and mismatches of amplicons, whose reads have a junction at one place."""

from dataclasses import replace
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.clip_rules import longest_inside_amplicon_reads
from flt3itd.fitness.judgement import AS_ALIGNED, OF_MOLECULES, judge_reads
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.tally import FAR_CLIP
from tests.fitness_builders import GOOD, LIMITS, verdict


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
    rna = verdict(
        Question.ITD, Assay.AMPLICON, different_missed=limit, spliced=LIMITS.spliced, **few
    )
    assert len(rna.reasons) == 1
    assert "these reads are of RNA" in rna.reasons[0]
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


@pytest.mark.parametrize(
    ("bases", "more", "fit"),
    [
        (LIMITS.gapless, {}, Fit.UNFIT),
        (LIMITS.gapless - 100, {}, Fit.REMARK),
        (LIMITS.gapless, {"short_gaps": 1e-6}, Fit.FIT),
        (LIMITS.gapless, {"long_gaps": 1}, Fit.FIT),
        (LIMITS.gapless, {"most_different": LIMITS.different_enough - 1}, Fit.REMARK),
        (10 * LIMITS.gapless, {"most_different": 0}, Fit.REMARK),  # a simulator without gaps
        (LIMITS.gapless, {"placed_here": True}, Fit.FIT),
    ],
)
def test_of_many_reads_of_an_amplicon_some_have_a_gap(
    bases: int, more: dict[str, Any], fit: Fit
) -> None:
    gapless: dict[str, Any] = {"short_gaps": 0.0, "long_gaps": 0, "longest_clip": 45}
    measured = {"most_different": LIMITS.different_enough, "median_length": 100, **gapless, **more}
    measured["reads"] = bases // 100
    assert verdict(Question.ITD, Assay.AMPLICON, **measured).fit is fit
    assert verdict(Question.TKD, Assay.AMPLICON, **measured).fit is Fit.FIT
    for thresholds in (AS_ALIGNED, OF_MOLECULES):
        judged = judge_reads(replace(GOOD, **measured), Assay.AMPLICON, None, thresholds)
        assert judged.verdicts[0].fit is not Fit.UNFIT


@pytest.mark.parametrize(
    ("more", "fit"),
    [
        ({}, Fit.REMARK),
        ({"reads": LIMITS.unclipped_placed_remark - 1}, Fit.FIT),
        ({"longest_clip": FAR_CLIP}, Fit.FIT),
        ({"most_different": LIMITS.different_enough}, Fit.FIT),
        ({"long_gaps": 1}, Fit.FIT),
        ({"placed_here": False, "longest_clip": 74, "most_different": 20}, Fit.FIT),
    ],
)
def test_of_a_fastq_foreign_bases_do_not_tell_that_reads_unlike_the_genome_were_kept(
    more: dict[str, Any], fit: Fit
) -> None:
    """Reads of a real amplicon have foreign bases in front, also those that bowtie2 kept."""
    reads = {"reads": LIMITS.unclipped_placed_remark, "longest_clip": FAR_CLIP - 1}
    alike: dict[str, Any] = {**reads, "most_different": 19, "long_gaps": 0, "placed_here": True}
    found = verdict(Question.ITD, Assay.AMPLICON, **{**alike, **more})
    assert found.fit is fit
    assert ("like the genome" in "".join(found.remarks)) == (fit is Fit.REMARK)
    assert verdict(Question.TKD, Assay.AMPLICON, **{**alike, **more}).fit is Fit.FIT
    unclipped = verdict(Question.ITD, Assay.AMPLICON, **alike, soft_clipped=0.0)
    assert "is clipped" in unclipped.remarks[0]
    assert len(unclipped.remarks) == 1
    judged = judge_reads(replace(GOOD, **alike), Assay.AMPLICON, None, OF_MOLECULES)
    assert judged.verdicts[0].fit is Fit.FIT


def test_of_amplicons_that_others_are_clipped_says_that_clips_were_kept() -> None:
    """Those that are shorter than the reads are clipped in all of their reads, at adapters."""
    none: dict[str, Any] = {"soft_clipped": 0.0, "reads": LIMITS.unclipped_reads}
    others: dict[str, Any] = {"reads_elsewhere": 2000, "clipped_elsewhere": 1.0}
    assert verdict(Question.ITD, Assay.AMPLICON, **none, **others).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.CAPTURE, **none, **others).fit is Fit.UNFIT
    assert verdict(Question.ITD, Assay.AMPLICON, **none).fit is Fit.UNFIT
