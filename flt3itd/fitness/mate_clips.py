"""Whether the long clips are of one mate alone, as where pairs were filtered by the other one.

A fragment is read from either end, so that what clips reads, a junction, a chimera or an adapter,
clips first and second reads.
"""

from __future__ import annotations

import math

import numpy as np

from flt3itd.reads.library import ReadSpans

_ENOUGH = 0.4
"""Of a read: longer clips are as good as each other."""
_OF_ONE_LENGTH = 0.9
"""Of the length of the longer mates: those that are read further run into adapters more often."""


def clips_of_one_mate(spans: ReadSpans) -> float:
    """Minus the decimal logarithm of the probability that the longest clips are all of one mate.

    Each that is longer than any of the other mate is of this one by the share of its reads.
    """
    paired = spans.paired[spans.fragment]
    second = spans.read_2[paired]
    share = float(second.mean()) if len(second) else 0.0
    if not 0 < share < 1:
        return 0.0
    longest = [int(spans.length[paired][second == mate].max()) for mate in (False, True)]
    if min(longest) < _OF_ONE_LENGTH * max(longest):
        return 0.0
    clip = np.maximum(spans.clipped_first, spans.clipped_last) / np.maximum(1, spans.length)
    clip = np.minimum(clip[paired], _ENOUGH)
    of_first, of_second = clip[~second], clip[second]
    longer = (
        np.count_nonzero(of_first > of_second.max()),
        np.count_nonzero(of_second > of_first.max()),
    )
    return max(0.0, -longer[0] * math.log10(1 - share), -longer[1] * math.log10(share))
