"""How many fragments over the junction of an ITD an uneven capture catches, to tell its limit.

Fragments that show a base tell how many would show the junction of an ITD there, where all are
caught alike. In an exon without baits they are not: a fragment over a junction reaches less far
into what has baits.
"""

from __future__ import annotations

from flt3itd.insertions.abundance import showing
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.haplotype import Haplotype, change_between
from flt3itd.insertions.placements import Library
from flt3itd.insertions.rates import placed_anywhere
from flt3itd.insertions.windows import OwnWindows, find_windows

_LENGTH = 100
"""Bases of the ITDs that are asked for: of the 194 patients of the AMLSG cohort 164 have no longer
ones, and longer ones are caught less."""
_EVERY = 20
"""Bases from one of them to the next."""


def least_shown(library: Library, settled: Settled, region: tuple[int, int]) -> float:
    """Fragments that show a junction, if all molecules have it, for each that shows a base there.

    At the place of a region (reference, 0-based half-open) where that is least, beside an even
    capture; 1 where the capture is not surely uneven about it.
    """
    baits = library.baits_about(settled, region)
    if baits is None:
        return 1.0
    reference = settled.haplotypes[0].reference
    shares = [1.0]
    for end in range(max(region[0], _LENGTH), region[1], _EVERY):
        copied = change_between(reference, end, end, reference[end - _LENGTH : end])
        pair = [Haplotype(reference), Haplotype(reference, copied)]
        windows = find_windows(pair, library.longest_read)
        placed = placed_anywhere(pair, windows, library.shapes)
        even, caught = (
            _for_each(windows.own[1], *(one.rates(by) for one in placed)) for by in (None, baits)
        )
        if even:
            shares.append(caught / even)
    return min(shares)


def _for_each(own: OwnWindows, wildtype: dict[int, float], mutant: dict[int, float]) -> float:
    """Placements of a mutant that show its junction for each of the wild type at its last base."""
    at_base = showing(wildtype, own.boundaries[1])
    return showing(mutant, own.junctions[0]) / at_base if at_base else 0.0
