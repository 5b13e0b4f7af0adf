"""Adapters in the clips of reads of the panel, short ones included."""

from __future__ import annotations

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.foreign_bases import ADAPTERS, adapter_bases

_SHORTEST_ADAPTER = 4
"""First bases of an adapter that a short clip is told by; one in 256 is so by chance."""
_ALIGNED_BY_CHANCE = 2
"""Bases in front of a short clip that an adapter may begin with."""


def clipped_adapter(text: str, clipped: int, *, is_reverse: bool, passes_mate: bool) -> int:
    """How many bases at the 3' end of a read belong to an adapter or follow it.

    `text` is the read as aligned, of which `clipped` bases at that end are not. Of a read that
    ends before its mate begins (`passes_mate`: it may not) the molecule goes on.
    """
    whole = adapter_bases(text, clipped, is_reverse=is_reverse)
    if whole or not clipped or not passes_mate:
        return whole
    ends = reverse_complement(text) if is_reverse else text
    some = range(max(clipped, _SHORTEST_ADAPTER), clipped + _ALIGNED_BY_CHANCE + 1)
    return max((n for n in some for one in ADAPTERS if ends.endswith(one[:n])), default=0)
