"""Rules on the reads and pairs that an ITD leaves over its junction: which of them are missing."""

from __future__ import annotations

from collections.abc import Iterator

from flt3itd.fitness.findings import INSERTED, KEEP_CLIPS, Effect, Finding, percent
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures
from flt3itd.reads.tally import LONG_CLIP

_OF_JUNCTION = "the junction of an ITD"
_KINDS_FILTERED = (
    "reads or pairs were filtered by what one of their reads is like (clips, gaps, score), or a "
    "number of each start was kept"
)
_TOO_LOW = "ratios are too low and other ITDs may be missing"


def junctions_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Of the reads over a junction those of one kind, as with it in the middle, are missing.

    Of several signs the first is told: what hides ITDs, else what is a remark.
    """
    none_in_middle = m.middle_missed >= t.middle_missed
    near_ends = none_in_middle or m.junction_places > 0
    where = "near their ends" if near_ends else "in their middle"
    few_of_a_kind = f"hardly any read over {_OF_JUNCTION} {m.missed_kind}, though as many should"
    hiding = (
        (
            none_in_middle or abs(m.junction_places) >= t.junction_places,
            f"reads over {_OF_JUNCTION} have it {where} only: others were filtered away (by clips, "
            "mismatches, gaps or alignment score), so that ratios are wrong and other ITDs may be "
            "missing; give reads that were not filtered",
        ),
        (
            m.kind_missed >= t.kind_missed,
            f"{few_of_a_kind}: {_KINDS_FILTERED}, so that {_TOO_LOW}; give all pairs",
        ),
        (
            m.nearer_missed >= t.nearer_missed,
            f"pairs over {_OF_JUNCTION} that lie nearer to each other on the reference are "
            f"missing: pairs were filtered by that (TLEN), or as proper ones, so that {_TOO_LOW}; "
            "give all pairs",
        ),
    )
    remarks = (
        (
            m.middle_missed >= t.middle_missed_remark,
            f"none of the few reads over {_OF_JUNCTION} has it in its middle: if others were "
            f"filtered away (by clips, gaps or alignment score), {_TOO_LOW}",
        ),
        (
            m.kind_missed >= t.kind_missed_remark,
            f"{few_of_a_kind}: if {_KINDS_FILTERED}, {_TOO_LOW}",
        ),
        (
            m.nearer_missed >= t.nearer_missed_remark,
            f"fewer pairs over {_OF_JUNCTION} lie nearer to each other than should, as where pairs "
            "were filtered by their length on the reference or as proper ones: then ratios are "
            "too low, and other ITDs may be missing",
        ),
        (
            m.junction_places >= t.junction_places_without_gaps and not m.long_gaps,
            f"no read has a long gap, and those over {_OF_JUNCTION} have it near their ends more "
            "often than elsewhere: if others were filtered away (by clips, mismatches, gaps or "
            f"alignment score), {_TOO_LOW}",
        ),
    )
    for questions, effect, signs in (
        (INSERTED, Effect.HIDES, hiding),
        ((Question.ITD,), Effect.REMARK, remarks),
    ):
        told = next((text for is_seen, text in signs if is_seen), "")
        if told:
            yield Finding(questions, effect, told)
            return


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
            f"{KEEP_CLIPS}",
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
            f"{text}: those with longer clips were filtered away; {KEEP_CLIPS}",
        )
    elif share**m.stopped_short <= t.stopped_short_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"{text}: if those with longer clips were filtered away, an ITD there is missing or "
            "its ratio too low",
        )
