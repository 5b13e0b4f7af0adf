"""Whether pairs over the junction of an insertion lie nearer to each other, as they must.

A read of the first copy and its mate behind the junction lie on the reference as if their fragment
were shorter, by all that is inserted. A filter of pairs as proper takes them all, those too whose
reads end before the junction, and leaves the fragments of which a read begins little before it.
"""

from __future__ import annotations

import numpy as np

from flt3itd.common.statistics import evidence_of_fewer
from flt3itd.insertions.caught_reads import Capture
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import Shown, are_early, read_early
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.library import ReadSpans
from flt3itd.reads.percentile import percentile

_LEAST_PAIRS = 100
"""Pairs beside the copies that tell how long fragments are."""
_LONGEST = 2000
"""Bases; pairs beyond it are of two places."""
_CERTAIN = 0.99
"""No probability is higher: some pairs are lost for other reasons."""


def nearer_pairs_missed(
    spans: ReadSpans, haplotype: Haplotype, shown: Shown, capture: Capture | None = None
) -> float:
    """Minus the decimal logarithm of the probability that so few pairs lie nearer to each other.

    Asked of pairs that would be nearer than all beside the copies, so that an insertion must be
    longer than these differ. 0 where no or few fragments show the junction early. `capture` where
    it is surely uneven about the insertion.
    """
    first, last = haplotype.segment
    forward, reverse = spans.facing(np.ones_like(spans.reverse))
    size = reverse - forward
    beside = (reverse <= first) | (forward >= last)
    usual = size[beside & (size > 0) & (size <= _LONGEST)]
    if len(usual) < _LEAST_PAIRS:
        return 0.0
    least = int(usual.min())
    read = int(percentile(spans.length, 50))
    inserted = haplotype.length_change
    would_be_nearer = usual - inserted < least
    apart = float(np.where(would_be_nearer, np.maximum(0, usual - read), 0).mean())
    share = min(_CERTAIN, apart / (apart + max(1, read - 2 * ANCHOR)))
    if capture is not None:
        share = min(share, _caught_share(capture, haplotype, shown, least + inserted - 1))
    early = read_early(shown)
    if early == 0 or share == 0:
        return 0.0
    nearer = int(((size < least) & (forward < last) & (reverse > first)).sum())
    return evidence_of_fewer(early + nearer, nearer, share)


def _caught_share(capture: Capture, haplotype: Haplotype, shown: Shown, longest: int) -> float:
    """The share that baits catch of pairs that would be nearer, among these and early reads."""
    nearer = capture.pairs_about(shown, haplotype, longest)
    reads = capture.reads_over(shown, haplotype)
    early = float(reads.weight[are_early(reads.before, reads.behind, reads.reverse)].sum())
    return nearer / (nearer + early) if nearer else 0.0
