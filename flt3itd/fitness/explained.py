"""Which reasons follow from others: what reads are explains what is found of them.

A reader mends the cause. What else is found because of it would send them elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flt3itd.fitness import (
    base_rules,
    clip_rules,
    difference_rules,
    junction_rules,
    mixture_rules,
    pair_rules,
)
from flt3itd.fitness.findings import Effect, Finding, Rule

_OF_AN_ITD: tuple[Rule, ...] = (
    junction_rules.placed_reads_gone,
    difference_rules.errors_differ,
    junction_rules.fragments_gone,
    junction_rules.junctions_gone,
    pair_rules.mates_trimmed_by_overlap,
    pair_rules.clips_of_a_mate_gone,
)
"""What is asked of the reads of an ITD beside those of the wild type: the surest first."""
_SIGNS: tuple[Rule, ...] = (
    clip_rules.unplaced_gone,
    clip_rules.marked_by_clips,
    clip_rules.clips_gone,
    clip_rules.clips_of_amplicons_gone,
    clip_rules.gaps_without_clips,
    junction_rules.crossing_reads_gone,
    junction_rules.short_clips_left,
    clip_rules.long_clips_gone,
    clip_rules.long_clips_of_amplicons_gone,
    clip_rules.mates_gone,
    difference_rules.differing_reads_gone,
    *_OF_AN_ITD,
)
"""What reads look like where some, or their ends, are missing: the surest first."""
_MERGED: tuple[Rule, ...] = (pair_rules.mates_merged, pair_rules.amplicon_mates_merged)
_ONE_PLACE: tuple[Rule, ...] = (
    junction_rules.cut_to_one_place,
    mixture_rules.captured_beside_amplicons,
)

EXPLAINS: Mapping[Rule, tuple[Rule, ...]] = {
    base_rules.wrong_lengths: (
        base_rules.gaps_of_errors,
        base_rules.wrong_bases,
        base_rules.cycles_lost,
        *_MERGED,
        *_ONE_PLACE,
        *_SIGNS,
    ),
    base_rules.cycles_lost: (base_rules.gaps_of_errors, *_SIGNS),
    base_rules.gaps_of_errors: (*_MERGED, *_ONE_PLACE, *_SIGNS),
    base_rules.other_sequences: _SIGNS,
    base_rules.wrong_bases: _SIGNS,
    base_rules.cycle_read_wrongly: _SIGNS,
    base_rules.mates_joined: (*_MERGED, *_SIGNS),
    pair_rules.spliced: (*_ONE_PLACE, *_SIGNS),
    pair_rules.unspliced: (*_MERGED, *_SIGNS),
    pair_rules.of_one_name: (pair_rules.no_mates, *_SIGNS),
    pair_rules.no_mates: _SIGNS,
    **dict.fromkeys(_MERGED, (*_ONE_PLACE, *_SIGNS)),
    **dict.fromkeys(_ONE_PLACE, _OF_AN_ITD),
    clip_rules.bases_gone: _SIGNS,
    clip_rules.filtered_as_the_header_tells: _SIGNS,
    **{sign: _SIGNS[at + 1 :] for at, sign in enumerate(_SIGNS)},
}
"""What is found by a rule, and by which others because of it. Long reads, and those of instruments
that make gaps, have the errors and the lengths that merged mates have; a filter of reads shows in
several signs at once."""


def without_consequences(found: Iterable[tuple[Rule, Finding]]) -> list[Finding]:
    """What was found of one question, without what follows from a reason, causes first."""
    given = list(found)
    causes = {rule for rule, one in given if one.effect is not Effect.REMARK}
    explained = {rule for cause in causes for rule in EXPLAINS.get(cause, ())}
    left = [(rule, one) for rule, one in given if rule not in explained]
    order = {rule: at for at, rule in enumerate(EXPLAINS)}
    return [one for _, one in sorted(left, key=lambda pair: order.get(pair[0], len(order)))]
