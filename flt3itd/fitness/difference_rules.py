"""Rules on how reads differ from the genome: whether those that differ more were taken away."""

from __future__ import annotations

from collections.abc import Iterator

from flt3itd.fitness.findings import INSERTED, Effect, Finding
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures
from flt3itd.reads.tally import FAR_CLIP, LONG_GAP


def differing_reads_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads of an amplicon that differ from the genome by more than others were taken away."""
    if m.spliced >= t.spliced:  # to reads of RNA an intron is a difference
        return
    if m.placed_here:
        yield from _like_the_genome(m, t)
        return
    what = f"no read differs from the genome by more than {m.most_different} bases"
    if m.different_missed >= t.different_missed:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"{what}, as some {m.different_missed:.0f} should by chance: reads were filtered by "
            "mismatches (NM), gaps or score; give reads that were not filtered",
        )
        return
    if m.reads < t.no_long_amplicon_clip:
        return
    gapless = not m.short_gaps and not m.long_gaps
    unlike = m.most_different >= t.different_enough
    if gapless and unlike and m.reads * m.median_length >= t.gapless:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"none of {m.reads} reads has a gap, as errors of some make them: reads were filtered "
            "by gaps, mismatches (NM) or score; give reads that were not filtered",
        )
        return
    if unlike or m.long_gaps:
        if not gapless or m.reads < t.no_gap:
            return
        what = f"none of {m.reads} reads has a gap"
    yield Finding(
        (Question.ITD,),
        Effect.REMARK,
        f"{what}: if reads with gaps or mismatches were filtered away (NM, score), so were those "
        "of an ITD, the limit of detection does not hold, and ratios are too low",
    )


def _like_the_genome(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """None of the reads that were placed here is unlike the genome, though some have foreign ends.

    Where none is clipped at all, `clips_gone` says so.
    """
    unlike = m.long_gaps or m.longest_clip >= FAR_CLIP or m.most_different >= t.different_enough
    if m.soft_clipped and not unlike and m.reads >= t.unclipped_placed_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"none of {m.reads} reads has a gap of {LONG_GAP} bases, {FAR_CLIP} bases at an end "
            f"that lie elsewhere, or {t.different_enough} other bases: if the FASTQ was made of "
            "reads that are like the genome (bowtie2 --al-conc), the limit of detection does not "
            "hold, and ratios are too low",
        )


def errors_differ(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads of an ITD have fewer errors than those of the wild type: errors know of no allele."""
    if m.fewer_errors >= t.fewer_errors:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            "reads of an ITD have far fewer wrong bases than those of the wild type: reads were "
            "filtered by how well they lie on the genome (bowtie2 --al-conc or --un-conc, score, "
            "mismatches), so that ratios are wrong and other ITDs may be missing; give all reads",
        )
