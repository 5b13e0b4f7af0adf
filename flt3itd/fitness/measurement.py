"""Measuring the reads over a region: lengths, clips, gaps, errors, copies, and what is missing.

Cheap: most of it comes from counts made while the records stream past, or from arrays. Rates that
need the bases are taken from an even selection of the reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import ne
from typing import NamedTuple, TypeVar

import numpy as np

from flt3itd.fitness.abutting_mates import share_abutting
from flt3itd.fitness.capped_starts import most_pairs_of_a_start, most_pairs_of_a_stretch
from flt3itd.fitness.crossing import crossing_deficit
from flt3itd.fitness.cut_reads import CUT_BY, cut_off
from flt3itd.fitness.cycles import (
    clips_cut,
    gaps_at_one_cycle,
    mates_contradicting,
    wrong_at_one_cycle,
)
from flt3itd.fitness.differences import differences, errors_of
from flt3itd.fitness.groups import filtered_group
from flt3itd.fitness.mate_clips import clips_of_one_mate
from flt3itd.fitness.pair_lengths import lengths_stop
from flt3itd.fitness.pair_strands import share_on_one_strand
from flt3itd.fitness.pairs_once import pairs_once
from flt3itd.fitness.pairs_within import pairs_within
from flt3itd.fitness.shared_starts import shared_starts
from flt3itd.fitness.short_clips import stopped_short
from flt3itd.fitness.thresholds import RUN_LENGTHS
from flt3itd.fitness_records import UNMEASURED, ReadMeasures
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import layout_of
from flt3itd.reads.copies import places_used_up, share_of_copies
from flt3itd.reads.elsewhere import Elsewhere
from flt3itd.reads.foreign_bases import NOTHING_CUT, CutEnds
from flt3itd.reads.library import Integers, ReadSpans, read_spans
from flt3itd.reads.percentile import percentile
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.repeated import share_repeated, text_of_split
from flt3itd.reads.tally import LONG_CLIP, Tally

Looked = TypeVar("Looked", SplitRead, AlignedRead)

_LOOKED_AT = 400
"""Reads that are looked at base by base; the rate of errors is then known to a tenth or so."""
_PADDING = "NNNN"
"""Unknown bases that stand between two mates which a program joined; instruments leave few."""
_OF_A_RUN = 0.05
"""Share of the reads that have the length of a run, of one lane of several too."""
_BEYOND_A_RUN = 5
"""Bases by which reads of one run may differ, as where spacers or tags were cut off."""
_TELLING_CLIP = 8
"""Clipped bases: shorter clips are left out where it matters what bases they have."""


def measure(
    reads: ReadSet,
    reference: str,
    *,
    target: tuple[int, int] = (0, 0),
    ends: CutEnds = NOTHING_CUT,
    spans: ReadSpans | None = None,
) -> ReadMeasures:
    """What the reads over a region are like; `reference` is the sequence that they lie on.

    Whether reads over a place of `target` are missing is asked where none is clipped, or none far.
    `ends` counts the reads whose adapters and tails were cut off; `spans` are those of the reads,
    where they are known.
    """
    spans = spans or read_spans(reads)
    first, last = spans.ends_of_fragments()
    longest_clip = _longest_clip(reads, spans)
    least_pair, greatest_pair = lengths_stop(spans)
    total = max(1, len(spans.length))
    bases = max(1, int(np.maximum(spans.end - spans.start, 0).sum()))
    return replace(
        UNMEASURED,
        paired=2 * int(spans.paired.sum()) / total,
        copies=share_of_copies(first[spans.paired], last[spans.paired]),
        places_used_up=places_used_up(spans),
        most_pairs_of_a_start=most_pairs_of_a_start(spans),
        abutting=share_abutting(spans),
        pairs_within=pairs_within(spans, target),
        clips_of_one_mate=clips_of_one_mate(spans),
        on_one_strand=share_on_one_strand(spans, reads.split),
        repeated=share_repeated(reads.split, text_of_split),
        spread=_spread(spans),
        gaps_at_one_cycle=gaps_at_one_cycle(reads),
        mates_contradicting=mates_contradicting(reads),
        wrong_at_one_cycle=wrong_at_one_cycle(reads),
        longer_than_run=_longer_than_run(spans),
        adapters=ends.adapters / total,
        tails=ends.tails / total,
        longest_clip=longest_clip,
        least_pair=least_pair,
        greatest_pair=greatest_pair,
        **most_pairs_of_a_stretch(spans)._asdict(),
        **filtered_group(reads, spans)._asdict(),
        **shared_starts(spans)._asdict(),
        **_counted(reads, total, bases)._asdict(),
        **_lengths(spans.length)._asdict(),
        **_bases(reads, reference, total, bases, int(spans.length.sum()))._asdict(),
        **_cuts(reads, spans, target, longest_clip)._asdict(),
    )


class _Counted(NamedTuple):
    """What was counted while the records streamed past."""

    reads: int
    fragments: int
    soft_clipped: float
    hard_clipped: int
    without_bases: int
    short_gaps: float
    long_gaps: int
    mapping_quality_zero: float
    duplicates: float
    mates_missing: int
    names_shared: int
    pieces: int
    left_out_clipped: int
    marked: int
    marked_clipped: int
    without_qualities: float
    lowest_quality: int | None
    highest_quality: int | None


def _counted(reads: ReadSet, placed: int, aligned: int) -> _Counted:
    """The shares are of so many placed reads and aligned bases."""
    tally = reads.tally
    return _Counted(
        reads=reads.reads,
        fragments=reads.fragments,
        soft_clipped=tally.soft_clipped / placed,
        hard_clipped=tally.hard_clipped,
        without_bases=tally.without_bases,
        short_gaps=tally.short_gaps / aligned,
        long_gaps=tally.long_gaps,
        mapping_quality_zero=tally.without_mapping_quality / max(1, reads.reads),
        duplicates=tally.duplicates / max(1, tally.duplicates + reads.reads),
        mates_missing=tally.mates_missing,
        names_shared=tally.names_shared,
        pieces=tally.pieces,
        left_out_clipped=tally.left_out_clipped,
        marked=tally.marked,
        marked_clipped=tally.marked_clipped,
        without_qualities=tally.without_qualities / max(1, tally.looked_at_qualities),
        lowest_quality=tally.lowest_quality,
        highest_quality=tally.highest_quality,
    )


class _Lengths(NamedTuple):
    """How many sequenced bases reads have; all 0 without reads."""

    median_length: int = 0
    longest_length: int = 0
    commonest_length: float = 0.0
    usual_length: int = 0


def _lengths(length: Integers) -> _Lengths:
    if not len(length):
        return _Lengths()
    return _Lengths(
        int(np.median(length)),
        int(percentile(length, 99)),
        int(np.bincount(length).max()) / len(length),
        _usual(length),
    )


def _longer_than_run(spans: ReadSpans) -> float:
    """The share of reads that are single and longer than those of any run in the file.

    Runs have lengths that many reads have, one that instruments read if there is any, and none is
    shorter than mates.
    """
    single = ~spans.paired[spans.fragment]
    if not single.any():
        return 0.0
    usual = np.flatnonzero(np.bincount(spans.length) >= _OF_A_RUN * len(single)).tolist()
    run = max((size for size in usual if size in RUN_LENGTHS), default=max(usual, default=None))
    if run is None:
        return 0.0
    mates = spans.length[~single]
    run = max(run, int(percentile(mates, 99)) if len(mates) > _OF_A_RUN * len(single) else 0)
    longer = single & (spans.length > run + _BEYOND_A_RUN)
    return int((longer & ~np.isin(spans.length, RUN_LENGTHS)).sum()) / len(single)


class _Bases(NamedTuple):
    """Shares of aligned bases that are wrong, of all that are unknown, and of clips that are.

    And of reads that have a row of unknown bases within.
    """

    mismatches: float
    unknown_bases: float
    clips_unknown: float
    padded: float


def _bases(reads: ReadSet, reference: str, placed: int, aligned: int, sequenced: int) -> _Bases:
    """The shares of so many reads and bases, from those that are looked at base by base."""
    looked_at, stands_for = _selection(reads.split)
    plain_errors, errors = errors_of(reads.tally, looked_at, reference)
    unknown = sum(read.sequence.count("N") for read in looked_at)
    return _Bases(
        (plain_errors + stands_for * errors) / aligned,
        stands_for * unknown / max(1, sequenced),
        _clips_unknown(looked_at),
        stands_for * sum(_PADDING in read.sequence.strip("N") for read in looked_at) / placed,
    )


class _Cuts(NamedTuple):
    """Whether reads, or their clipped bases, were taken away."""

    cut_off: int
    clips_cut: int
    crossing_deficit: float
    stopped_short: int


def _cuts(reads: ReadSet, spans: ReadSpans, target: tuple[int, int], longest_clip: int) -> _Cuts:
    far = len(spans.length) == 0 or 2 * longest_clip >= percentile(spans.length, 50)
    as_read = _as_read(spans, reads.cut_in_front)
    return _Cuts(
        cut_off(as_read),
        clips_cut(as_read, _usual(as_read.length), CUT_BY),
        0.0 if longest_clip >= LONG_CLIP else crossing_deficit(spans, target),
        0 if far else stopped_short(reads, target),
    )


def _as_read(spans: ReadSpans, cut_in_front: Mapping[int, int]) -> ReadSpans:
    """The spans with the lengths that reads had before bases in front of them were cut off.

    A read of so many cycles ends earlier on the reference by as many.
    """
    if not cut_in_front:
        return spans
    keys = 2 * spans.fragment + spans.read_2
    length = spans.length + np.array([cut_in_front.get(key, 0) for key in keys.tolist()])
    return spans._replace(length=length)


def with_cuts_of(measures: ReadMeasures, once: ReadSet, target: tuple[int, int]) -> ReadMeasures:
    """The same measures, but of cut reads and of ends those of the fragments without copies.

    Copies of one read that ends early are a pile like that of reads that were cut.
    """
    spans = read_spans(once)
    cuts = _cuts(once, spans, target, _longest_clip(once, spans))
    return replace(measures, places_used_up=places_used_up(spans), **cuts._asdict())


def with_differences(measures: ReadMeasures, reads: ReadSet, reference: str) -> ReadMeasures:
    """The same measures, and how reads of an amplicon differ from the reference."""
    different = differences(reads, reference)
    return replace(
        measures,
        most_different=different.most,
        different_missed=different.missed,
        pairs_once=pairs_once(reads),
    )


def with_elsewhere(measures: ReadMeasures, other: Elsewhere) -> ReadMeasures:
    """The same measures, and how reads over other places are clipped."""
    return replace(
        measures,
        reads_elsewhere=other.reads,
        clipped_elsewhere=other.clipped / max(1, other.reads),
        longest_clip=max(measures.longest_clip, other.longest_clip),
    )


def measure_aligned(
    reads: Sequence[AlignedRead], reference: str, *, platforms: Sequence[str] = ()
) -> ReadMeasures:
    """The same of the reads over the kinase domain, of which no tally is kept."""
    looked_at, stands_for = _selection(reads)
    tally = Tally()
    tally.add_qualities([read.qualities for read in looked_at])
    bases = wrong = 0
    for read in looked_at:
        layout = layout_of(read.cigar)
        tally.add_layout(read.start, layout)
        for offset, query, size in layout.blocks:
            bases += size
            place = read.start + offset
            if place >= 0:
                window = reference[place : place + size]
                wrong += _differing(read.sequence[query : query + size], window)
    unknown = sum(read.sequence.count("N") for read in looked_at)
    length = [len(read.sequence) for read in looked_at] or [0]
    return replace(
        UNMEASURED,
        reads=len(reads),
        fragments=len({read.name for read in reads}),
        median_length=int(np.median(length)),
        longest_length=max(length),
        commonest_length=max(Counter(length).values()) / len(length),
        soft_clipped=tally.soft_clipped / max(1, len(looked_at)),
        hard_clipped=round(stands_for * tally.hard_clipped),
        short_gaps=tally.short_gaps / max(1, bases),
        long_gaps=round(stands_for * tally.long_gaps),
        mismatches=wrong / max(1, bases),
        unknown_bases=unknown / max(1, bases),
        without_qualities=tally.without_qualities / max(1, len(looked_at)),
        lowest_quality=tally.lowest_quality,
        highest_quality=tally.highest_quality,
        platforms=tuple(platforms),
    )


def _longest_clip(reads: ReadSet, spans: ReadSpans) -> int:
    """The most bases clipped at one end of a read, of those that were placed here as well."""
    return max(reads.tally.longest_clip, spans.longest_clip)


def _spread(spans: ReadSpans) -> int:
    """How far behind the fragments that end first those lie that begin last."""
    seen = spans.last >= 0
    if not seen.any():
        return 0
    return int(percentile(spans.first[seen], 99) - percentile(spans.last[seen], 1))


def _usual(lengths: Integers) -> int:
    """The length that most reads have; 0 without reads."""
    return int(np.bincount(lengths).argmax()) if len(lengths) else 0


def _selection(reads: Sequence[Looked]) -> tuple[Sequence[Looked], float]:
    """Some of the reads, evenly, and how many each stands for."""
    chosen = reads[:: max(1, len(reads) // _LOOKED_AT)]
    return chosen, len(reads) / max(1, len(chosen))


def _clips_unknown(reads: Sequence[SplitRead]) -> float:
    """The share of the longer clips of which most bases are unknown (N)."""
    ends = (
        clip
        for read in reads
        for clip in (read.sequence[: read.aligned_start], read.sequence[read.aligned_end :])
        if len(clip) >= _TELLING_CLIP
    )
    unknown = [2 * clip.count("N") > len(clip) for clip in ends]
    return sum(unknown) / max(1, len(unknown))


def _differing(sequence: str, window: str) -> int:
    """Bases that differ, without unknown ones."""
    bases = sequence.upper()
    differing = 0 if bases == window else sum(map(ne, bases, window))
    return differing - bases.count("N")
