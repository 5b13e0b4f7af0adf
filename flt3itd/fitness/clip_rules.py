"""Rules on clips: whether clipped reads, or their clipped bases, were taken away."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flt3itd.fitness.findings import ALL, INSERTED, KEEP_CLIPS, Effect, Finding, percent
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures
from flt3itd.reads.tally import LONG_CLIP


def bases_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Bases of reads are not in the file."""
    if m.hard_clipped >= t.hard_clipped:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"{m.hard_clipped} reads are hard clipped: what their cut bases showed is gone; "
            "align with soft clips (bwa mem -Y)",
        )
    if m.without_bases:
        yield Finding(
            ALL,
            Effect.HIDES if m.without_bases >= t.without_bases else Effect.REMARK,
            f"{m.without_bases} of {max(m.reads, m.without_bases)} reads have no bases (SEQ is *); "
            "give the BAM as the aligner wrote it, or the FASTQ",
        )


def filtered_as_the_header_tells(m: ReadMeasures, _: Thresholds) -> Iterator[Finding]:
    """The header names a step that takes reads over a junction, or some of them, away."""
    if m.steps_without_clips:
        gone = f"the header says that {' and '.join(m.steps_without_clips)}"
        yield Finding(INSERTED, Effect.HIDES, f"{gone}; {KEEP_CLIPS}")
    for text in m.lossy_steps:
        yield Finding(INSERTED, Effect.REMARK, text)


def marked_by_clips(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads are marked as failed, or as duplicates, since they or their mates are clipped."""
    least = max(t.marked_clipped_share, t.marked_clipped_times * m.soft_clipped) * m.marked
    if m.marked_clipped < max(least, t.marked_clipped_remark):
        return
    found = (
        f"{m.marked_clipped} of {m.marked} reads that are marked (failed or duplicate) are "
        f"clipped, of the others {percent(m.soft_clipped)}"
    )
    if m.marked_clipped >= t.marked_clipped:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"{found}: pairs were marked for their clips, and do not count, so that ratios are too "
            "low and ITDs may be missing; clear the marks, or give the FASTQ",
        )
    else:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"{found}: if pairs were marked for their clips, ratios of ITDs are too low",
        )


def clips_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads that were clipped are gone, or their clipped bases are, and then no tails are left."""
    gone = remark = ""
    none_clipped = _is_none_clipped(m)
    if m.tails < t.adapters and m.cut_off >= max(t.cut_off, t.cut_off_share * m.reads):
        gone = f"{m.cut_off} reads end at one place where others go on: their bases were cut off"
    elif m.clips_cut >= t.clips_cut:
        gone = f"all but the same few bases of the clips of {m.clips_cut} reads were cut off"
    elif m.clips_unknown >= t.clips_unknown:
        gone = f"{m.clips_unknown:.0%} of the clips hold unknown bases (N) only: they were masked"
    elif none_clipped and m.left_out_clipped >= t.left_out_clipped:
        gone = (
            f"no read is clipped but {m.left_out_clipped} that are marked as duplicates, failed, "
            "secondary or supplementary"
        )
    elif none_clipped and m.mates_missing >= t.mates_missing:
        gone = f"no read is clipped, and {m.mates_missing} mates are missing"
    elif none_clipped and not m.end_to_end:
        gone, remark = _no_clip(m, t)
    elif m.mates_missing >= max(t.mates_missing, t.mates_missing_share * m.fragments):
        gone = f"{m.mates_missing} mates are missing: reads were filtered"
        if m.mates_missing >= t.mates_apart * m.fragments:
            gone += ", or the two reads of a pair have different names"
    if gone:
        yield Finding(INSERTED, Effect.HIDES, f"{gone}; {KEEP_CLIPS}")
    elif remark:
        yield Finding(INSERTED, Effect.REMARK, remark)


def unplaced_gone(m: ReadMeasures, _: Thresholds) -> Iterator[Finding]:
    """An aligner that clips nothing gave many reads over a junction no place, and they are gone."""
    if m.end_to_end and not (m.unplaced_kept or m.soft_clipped or m.steps_without_clips):
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"{m.end_to_end} aligned end to end, which leaves pairs over a junction without a "
            "place, and the file has no pair without one: give the whole BAM, or the FASTQ",
        )


def mates_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Some mates are missing, fewer than make reads unfit (`clips_gone`)."""
    few = max(t.mates_missing, t.mates_missing_remark * m.fragments)
    if m.soft_clipped and few <= m.mates_missing < t.mates_missing_share * m.fragments:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"{m.mates_missing} mates are missing, of which a whole file has all: if reads were "
            "filtered by clips, mapping quality or score, ratios of ITDs are too low and others "
            "may be missing",
        )


def clips_of_amplicons_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """The same of an amplicon: others are clipped by themselves, at adapters if they are short.

    That they are says that clips were kept, and not how many would be expected here.
    """
    return clips_gone(m, t._replace(clips_expected=math.inf))


def _is_none_clipped(m: ReadMeasures) -> bool:
    return m.soft_clipped == 0 and not m.hard_clipped


def _no_clip(m: ReadMeasures, t: Thresholds) -> tuple[str, str]:
    """What it means that no read is clipped: why clipped ones are gone, else what to mind.

    Nothing where no read is: then the depth says what cannot be seen.
    """
    if not m.reads:
        return "", ""
    share = min(m.clipped_elsewhere, t.clipped_elsewhere)
    if share > 0:
        if m.reads * share < t.clips_expected:
            return "", ""
        return (
            f"none of {m.reads} reads is clipped, of those over other places "
            f"{percent(m.clipped_elsewhere)} are"
        ), ""
    looked_at = m.reads + m.reads_elsewhere
    if looked_at >= (t.unclipped_placed_reads if m.placed_here else t.unclipped_reads):
        return f"none of {looked_at} reads is clipped, which no library shows", ""
    if looked_at >= (t.unclipped_placed_remark if m.placed_here else t.unclipped_remark):
        return "", (
            f"none of {looked_at} reads is clipped, which may be chance; if clipped reads were "
            "filtered away, so were those of an ITD, and the limit of detection does not hold"
        )
    return "", ""


def gaps_without_clips(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Of reads over a long gap, those with few bases on one side of it are missing."""
    none_clipped = _is_none_clipped(m) and not m.end_to_end
    if none_clipped and m.long_gaps >= t.gaps_without_clips:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"{m.long_gaps} reads have a long gap and none is clipped, as those with the gap near "
            f"an end would be; {KEEP_CLIPS}",
        )


def long_clips_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """No read has a clip that could propose a junction: what reads show inside of them is left."""
    if not m.soft_clipped:
        return
    yield from _without_long_clip(m, longest_inside_reads(m, t), max(LONG_CLIP, m.longest_clip + 1))
    if m.placed_here and m.longest_clip < LONG_CLIP and m.reads >= _some_clipped_of(m, t):
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"none of {m.reads} reads has {LONG_CLIP} bases or more at an end that lie elsewhere: "
            "if the FASTQ was made of filtered alignments, or of reads that are like the genome, "
            "the limit of detection does not hold",
        )


def long_clips_of_amplicons_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """The same of an amplicon, whose reads have the junction of an ITD at one place of them all."""
    longest = longest_inside_amplicon_reads(m, t)
    beside = ", or near the ends of reads"
    yield from _without_long_clip(m, longest, _enough_clipped(m, t), beside)


def _without_long_clip(
    m: ReadMeasures, longest: int | None, clip: int, beside: str = ""
) -> Iterator[Finding]:
    if longest is not None:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"none of {m.reads + m.reads_elsewhere} reads has a clip of {clip} bases or more: "
            "if such reads were filtered away, so were those over a duplication of more than "
            f"{longest} bases{beside}, which is not assessable, and ratios of others are too low",
        )


def longest_inside_reads(m: ReadMeasures, t: Thresholds) -> int | None:
    """The longest insertion that reads show without a long clip; None where there are such clips.

    Asked of reads that an aligner placed, and that are clipped at all.
    """
    if m.placed_here or not m.soft_clipped or m.longest_clip >= _enough_clipped(m, t):
        return None
    if m.reads + m.reads_elsewhere < _some_clipped_of(m, t):
        return None
    return m.median_length // t.read_inside


def _some_clipped_of(m: ReadMeasures, t: Thresholds) -> float:
    """Of how many reads some have a longer clip than any has here; infinite where that is far."""
    enough = (reads for clip, reads in t.no_long_clip if m.longest_clip < clip)
    return next(enough, math.inf)


def longest_inside_amplicon_reads(m: ReadMeasures, t: Thresholds) -> int | None:
    """The same of an amplicon, where a filter may leave clips that do not reach half a read."""
    if m.placed_here or m.end_to_end or m.longest_clip >= _enough_clipped(m, t):
        return None
    if m.reads + m.reads_elsewhere < t.no_long_amplicon_clip:
        return None
    return m.median_length // t.read_inside


def _enough_clipped(m: ReadMeasures, t: Thresholds) -> int:
    """Bases of a clip beyond which no filter lies that hides a junction in the middle of reads."""
    return math.ceil(t.clipped_of_half * m.median_length / 2)
