"""Pairs whose two reads lie on one strand, as the two ends of a fragment never do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flt3itd.reads.copies import are_two_reads
from flt3itd.reads.library import NOWHERE, ReadSpans
from flt3itd.reads.read_set import SplitRead

_LEAST = 10
"""Such pairs; of fewer the share is not known."""


def share_on_one_strand(spans: ReadSpans, split: Sequence[SplitRead]) -> float:
    """The share of pairs whose reads lie on one strand; 0 if they are few.

    Of mates that were paired by chance half are. Those that begin at one place are one read that
    was given twice (`flt3itd.reads.copies`), unless the qualities of the `split` ones tell that
    they are two, as in amplicons.
    """
    begin = spans.of_mates(np.where(spans.reverse, spans.whole_end, spans.whole_start))
    strand = spans.of_mates(spans.reverse.astype(np.int64))
    both = (strand != NOWHERE).all(axis=0)
    alike = both & (strand[0] == strand[1])
    together = alike & (begin[0] == begin[1])
    if not are_two_reads(spans, split, together):
        alike &= ~together
    count = int(np.count_nonzero(alike))
    return count / int(np.count_nonzero(both)) if count >= _LEAST else 0.0
