"""Where the lengths of pairs stop instead of running out: pairs were filtered by them.

A filter by template length (TLEN) takes the pairs of an ITD by another length than those of the
wild type, since they lie on the reference as if they were shorter by what is inserted.
"""

from __future__ import annotations

from flt3itd.reads.library import ReadSpans
from flt3itd.reads.percentile import percentile

_LONGEST = 2000
"""Bases; pairs beyond it are of two places."""
_OF_SPREAD = 8
"""The window beside the end of the lengths is the distance of their quartiles over this: a sixth of
a standard deviation, in which libraries have hardly any pair where they run out."""
_LEAST = 10
_LEAST_SHARE = 0.005
"""Pairs in that window where lengths stop, and their share: a filter of 100 to 500 bases left 0.5 %
of fragments of 230 +- 55 bases there, of 200 bases 7 %; four real exomes had 0.2 %."""
_SHORTEST_STOP = 90
"""Bases: below, trimming of adapters leaves out pairs by their length."""
_BESIDE_READ = 5
"""Bases: at the length of a read many libraries stop, shorter fragments being trimmed or lost."""


def lengths_stop(spans: ReadSpans) -> tuple[int, int]:
    """The least and the greatest length of pairs on the reference, where lengths stop there.

    In bases; 0 where they run out. Of pairs without clips that face each other: within copies, and
    over a junction, pairs lie on the reference as the copies are long.
    """
    first, last = spans.facing(spans.unclipped)
    lengths = last - first
    lengths = lengths[(lengths > 0) & (lengths <= _LONGEST)]
    if not len(lengths):
        return 0, 0
    spread = percentile(lengths, 75) - percentile(lengths, 25)
    window = max(1, round(spread / _OF_SPREAD))
    enough = max(_LEAST, _LEAST_SHARE * len(lengths))
    least, greatest = int(lengths.min()), int(lengths.max())
    like_reads = abs(least - percentile(spans.length, 50)) <= _BESIDE_READ
    few = (lengths < least + window).sum() < enough
    if few or like_reads or least < _SHORTEST_STOP:
        least = 0
    if (lengths > greatest - window).sum() < enough:
        greatest = 0
    return least, greatest
