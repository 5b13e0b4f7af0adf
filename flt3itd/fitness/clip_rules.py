"""Rules on clips: whether the reads over a junction, or their clipped bases, were taken away."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flt3itd.fitness.findings import ALL, INSERTED, Effect, Finding, percent
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures
from flt3itd.reads.tally import LONG_CLIP

_KEEP_CLIPS = "give reads whose clips were neither removed nor filtered"


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
        yield Finding(INSERTED, Effect.HIDES, f"{gone}; {_KEEP_CLIPS}")
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
        yield Finding(INSERTED, Effect.HIDES, f"{gone}; {_KEEP_CLIPS}")
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
            f"an end would be; {_KEEP_CLIPS}",
        )


_KINDS_FILTERED = (
    "reads or pairs were filtered by what one of their reads is like (clips, gaps, score), or a "
    "number of each start was kept"
)


def junctions_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Of the reads over a junction those of one kind, as with it in the middle, are missing."""
    none_in_middle = m.middle_missed >= t.middle_missed
    if none_in_middle or abs(m.junction_places) >= t.junction_places:
        near_ends = none_in_middle or m.junction_places > 0
        where = "near their ends" if near_ends else "in their middle"
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"reads over the junction of an ITD have it {where} only: others were filtered away "
            "(by clips, mismatches, gaps or alignment score), so that ratios are wrong and other "
            "ITDs may be missing; give reads that were not filtered",
        )
    elif m.kind_missed >= t.kind_missed:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"hardly any read over the junction of an ITD {m.missed_kind}, though as many should: "
            f"{_KINDS_FILTERED}, so that ratios are too low and other ITDs may be missing; give "
            "all pairs",
        )
    elif m.nearer_missed >= t.nearer_missed:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            "pairs over the junction of an ITD that lie nearer to each other on the reference are "
            "missing: pairs were filtered by that (TLEN), or as proper ones, so that ratios are "
            "too low and other ITDs may be missing; give all pairs",
        )
    elif m.middle_missed >= t.middle_missed_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            "none of the few reads over the junction of an ITD has it in its middle: if others "
            "were filtered away (by clips, gaps or alignment score), ratios are too low and other "
            "ITDs may be missing",
        )
    elif m.kind_missed >= t.kind_missed_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"hardly any read over the junction of an ITD {m.missed_kind}, though as many should: "
            f"if {_KINDS_FILTERED}, ratios are too low and other ITDs may be missing",
        )
    elif m.nearer_missed >= t.nearer_missed_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            "fewer pairs over the junction of an ITD lie nearer to each other than should, as "
            "where pairs were filtered by their length on the reference or as proper ones: then "
            "ratios are too low, and other ITDs may be missing",
        )
    elif m.junction_places >= t.junction_places_without_gaps and not m.long_gaps:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            "no read has a long gap, and those over the junction of an ITD have it near their ends "
            "more often than elsewhere: if others were filtered away (by clips, mismatches, gaps "
            "or alignment score), ratios are too low and other ITDs may be missing",
        )


def is_cut_to_one_place(m: ReadMeasures, t: Thresholds) -> bool:
    """Whether all fragments of a capture lie over one place, around which none lies."""
    placed = m.median_length > 0  # records without bases lie nowhere
    return placed and m.fragments >= t.spread_of and m.spread < t.spread


def placed_reads_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Nearly all fragments show an ITD, and those that lie beside it are missing."""
    least = t.with_itds_where_cut if is_cut_to_one_place(m, t) else t.with_itds
    if m.with_itds >= least:
        yield Finding(
            INSERTED,
            Effect.MISLEADS,
            f"{percent(m.with_itds)} of the fragments show an ITD, and hardly any lies beside it: "
            "these are the reads that a program could not place on the genome (bowtie2 --un-conc, "
            "discordant or split reads), so that ratios are wrong; give all reads",
        )


def fragments_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Pairs were filtered by their template length, of which those of an ITD are others."""
    if m.fragments_cut >= t.fragments_cut:
        yield Finding(
            (Question.ITD,),
            Effect.HIDES,
            "pairs were filtered by their length on the reference (TLEN), where fragments with an "
            "ITD lie as if they were shorter, so that its ratio is too high; give all pairs",
        )
    elif m.fragments_cut >= t.fragments_cut_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            "fragments of an ITD are longer than those of the wild type, whose lengths stop: if "
            "pairs were filtered by their length on the reference (TLEN), its ratio is too high",
        )
    elif not m.placed_here and (m.least_pair or m.greatest_pair):
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"the lengths of pairs stop at {_places(m.least_pair, m.greatest_pair)} bases and do "
            "not run out: if pairs were filtered by their length on the reference (TLEN) or by "
            "clips, the ratios of ITDs are wrong and long ITDs may be missing; give all pairs",
        )


def cut_to_one_place(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """All fragments lie over one place, whereas around a target there are others."""
    if is_cut_to_one_place(m, t):
        yield Finding(
            (Question.ITD,),
            Effect.HIDES,
            f"all fragments lie over one place of {max(1, m.spread)} bases: ratios are wrong and "
            "ITDs may be missing; call amplicons with the assay amplicon, and of a capture, whose "
            "file was cut to that place, give all reads of FLT3",
        )


def _places(*places: int) -> str:
    return " and ".join(str(one) for one in places if one)


def crossing_reads_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Pairs with a read clipped (far) were taken away, and left fewer reads over a junction."""
    none_far = m.soft_clipped == 0 or m.longest_clip < LONG_CLIP
    if m.crossing_deficit >= t.crossing_deficit and none_far:
        few = f"by {LONG_CLIP} bases or more" if m.soft_clipped else "at all"
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"no read is clipped {few}, and fewer go over one place than lie beside it; "
            f"{_KEEP_CLIPS}",
        )


def short_clips_left(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads are clipped at the two sides of a junction, and all but short clips are missing."""
    share = m.longest_clip / max(1, t.clipped_of_half * m.median_length / 2)
    if share >= 1:
        return
    text = (
        f"{m.stopped_short} reads are clipped at one junction, none by more than "
        f"{m.longest_clip} bases"
    )
    if share**m.stopped_short <= t.stopped_short:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"{text}: those with longer clips were filtered away; {_KEEP_CLIPS}",
        )
    elif share**m.stopped_short <= t.stopped_short_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"{text}: if those with longer clips were filtered away, an ITD there is missing or "
            "its ratio too low",
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
