"""Whether the reads of an amplicon could show one copy more than was found.

Reads of amplicons begin at primers, so that all of them may end before a second junction. All
coordinates are 0-based half-open, of a haplotype.
"""

from __future__ import annotations

from collections.abc import Sequence

from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd_filters import LEAST_SPANNING
from flt3itd.insertions.rates import PlacedFragments, amplicon_placements
from flt3itd.insertions.residues import LEAST_REST
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import Booleans, FragmentShapes


def hides_copies(
    haplotype: Haplotype,
    amplicons: Sequence[Amplicon],
    shapes: FragmentShapes,
    fragments: int,
) -> bool:
    """Whether hardly any read would pass both junctions of a molecule with one copy more.

    `fragments` show a junction; where they were of such molecules, the share of them whose reads
    pass a whole copy follows from the places of the primers. Of a long filler reads may show one
    end only, and then nothing of how many copies there are.
    """
    insertion = haplotype.insertion
    if insertion is None or not haplotype.duplication.is_tandem:
        return False
    bases = insertion.inserted + insertion.inserted[: insertion.length]
    longer = Insertion(insertion.start, insertion.end, bases)
    more = Haplotype(haplotype.reference, longer, haplotype.beside)
    low, high = haplotype.junction
    step = insertion.length
    spanning = shown = 0.0
    one_end = False
    for amplicon in amplicons:
        placed = amplicon_placements(more, amplicon, shapes)
        weights = placed[-1]
        first = _passes(placed, low - ANCHOR, high + ANCHOR)
        second = _passes(placed, low + step - ANCHOR, high + step + ANCHOR)
        shown += float(weights[first | second].sum())
        ends = (_passes(placed, at - ANCHOR, at + ANCHOR) for at in (low, high))
        one_end = one_end or any(bool(end.any()) for end in ends)
        whole = _passes(placed, low - LEAST_REST, high + step + LEAST_REST)
        spanning += float(weights[whole].sum())
    return fragments * spanning < LEAST_SPANNING * shown if shown else one_end


def _passes(placed: PlacedFragments, start: int, end: int) -> Booleans:
    """The placements of which one read covers a stretch."""
    starts, lefts, rights, lengths, _ = placed
    stops = starts + lengths
    in_left = (starts <= start) & (starts + lefts >= end)
    in_right = (rights > 0) & (stops - rights <= start) & (stops >= end)
    return in_left | in_right
