"""Pairs whose mates lie end to end: where bases that both had were cut off, most do.

A program that counts each base once leaves of two mates that overlap the half of each. The bases of
a junction near the middle of a fragment go with the others, and what is left is too short to show.
"""

from __future__ import annotations

import numpy as np

from flt3itd.reads.library import NOWHERE, ReadSpans


def share_abutting(spans: ReadSpans) -> float:
    """The share of pairs of which the reverse read begins where the forward one ends.

    Clipped bases are included: what can be seen yet was not cut off.
    """
    ends = np.full(len(spans.first), NOWHERE, dtype=np.int64)
    begins = np.full(len(spans.first), NOWHERE, dtype=np.int64)
    ends[spans.fragment[~spans.reverse]] = spans.whole_end[~spans.reverse]
    begins[spans.fragment[spans.reverse]] = spans.whole_start[spans.reverse]
    both = spans.paired & (ends != NOWHERE) & (begins != NOWHERE)
    return int(np.count_nonzero(both & (ends == begins))) / max(1, int(np.count_nonzero(both)))
