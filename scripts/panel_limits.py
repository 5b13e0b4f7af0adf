"""What a small variant of the panel needs to pass, and so what would have been found."""

from __future__ import annotations

import math

from flt3itd.statistics import detection_limit


def passing_fragments(depth: int, minimum_fragments: int, minimum_vaf: float) -> int:
    """The fewest mutant of `depth` fragments with which a variant passes."""
    # The small subtraction keeps 0.07 x 100, which is 7.000000000000001, from asking for 8.
    return max(minimum_fragments, math.ceil(minimum_vaf * depth - 1e-9))


def passing_limit(depth: int, minimum_fragments: int, minimum_vaf: float) -> float | None:
    """The smallest VAF that passes with probability 95 %; None when even a VAF of 1 would not."""
    needed = passing_fragments(depth, minimum_fragments, minimum_vaf)
    return detection_limit(depth, needed) if needed <= depth else None
