"""What a small variant of the panel needs to pass, and so what would have been found."""

from __future__ import annotations

import math

from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import binomial_limit_of_detection

_SLIPPAGE = ((6, 0.02), (8, 0.08), (10, 0.15), (13, 0.4))
"""Length of a run of one base, and the VAF up to which slippage of the polymerase explains one
base more or less: PCR and sequencing errors in runs grow several-fold with every two bases
(Clarke et al., Mol Pathol 2001;54:351); ASXL1 c.1934dup, in a run of 8 G, is the known trap. For
each base beyond 8, 1.5 % of the copies lose one (Shinde et al., Nucleic Acids Res 2003;31:974): of
runs of 13 half of the molecules have after ten copies, and never more than 1/e of them just one."""

SHORTEST_RUN = _SLIPPAGE[0][0]
SEVERAL_LOST = _SLIPPAGE[-1][0]
"""Length of a run of one base of which molecules lose several bases about as often as one."""


COPIED_ERROR_CHANCE = 1e-7
"""Chance that copies of an error of PCR are as many reads of a known input as a substitution needs:
a panel of 100,000 bases has 300,000 substitutions, so that 3 % of libraries have one."""


def passing_fragments(
    depth: int, minimum_fragments: int, minimum_vaf: float, sampling: Sampling
) -> int:
    """The fewest mutant of `depth` fragments with which a substitution passes."""
    # The small subtraction keeps 0.07 x 100, which is 7.000000000000001, from asking for 8.
    least = max(minimum_fragments, math.ceil(minimum_vaf * depth - 1e-9))
    return max(least, sampling.fewest_beyond_copies(depth, COPIED_ERROR_CHANCE))


def passing_limit(
    depth: int, minimum_fragments: int, minimum_vaf: float, sampling: Sampling
) -> float | None:
    """The smallest VAF that passes with probability 95 %; None when even a VAF of 1 would not."""
    needed = passing_fragments(depth, minimum_fragments, minimum_vaf, sampling)
    return limit_of_counts(depth, needed, sampling) if needed <= depth else None


def limit_of_counts(depth: int, needed: int, sampling: Sampling) -> float:
    """The smallest VAF at which so many of the fragments are mutant with probability 95 %."""
    limit = binomial_limit_of_detection(depth, needed, copies=sampling.copies(depth))
    return sampling.over(depth).behind(limit)


def slippage_limit(run: int) -> float:
    """The VAF that slippage explains in a run of this many equal bases; below 0 for none."""
    return max((limit for length, limit in _SLIPPAGE if run >= length), default=-1.0)
