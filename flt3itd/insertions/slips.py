"""Mutants that are one ITD: read with a base more or less in a long run, or spliced otherwise.

Polymerases slip in a run of equal bases, the more often the longer it is. A filler may make a run
longer than any of the reference; its slips have a junction of their own, as another ITD would.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from flt3itd.insertions.counting import Settled
from flt3itd.insertions.explanation import Sample
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.isoforms import isoforms
from flt3itd.insertions.residues import LEAST_RUN_SHARE, longest_run

_RUN = 8
"""Equal bases in a row: of shorter runs fewer molecules are slips than `refinement` takes for
errors (1 %); of 8, 9 and 10 about 2, 4 and 8 %."""
_MOST_BASES = 2


def pooled(settled: Settled, support: dict[int, int], sample: Sample) -> dict[int, int]:
    """The numbers of mutants that are another ITD, with that of the ITD.

    Their fragments are taken from `support`, and added to those of the ITD.
    """
    spliced = isoforms(settled.haplotypes, sample.known, sample.splicing)
    for number, itd in spliced.items():
        support[itd] += support.pop(number)
    slips = _slips(settled, support, sample)
    for number, itd in slips.items():
        support[itd] += support.pop(number)
    return {number: slips.get(itd, itd) for number, itd in spliced.items()} | slips


def _slips(settled: Settled, support: Mapping[int, int], sample: Sample) -> dict[int, int]:
    """The mutants that are slips of another one that more fragments show; no known one is."""
    haplotypes = settled.haplotypes
    mutants = [number for number in support if haplotypes[number].insertion is not None]
    found: dict[int, int] = {}
    for number in mutants:
        if haplotypes[number].is_one_of(sample.known):
            continue
        parents = [
            one
            for one in mutants
            if support[number] <= LEAST_RUN_SHARE * support[one]
            and is_slip(haplotypes[number], haplotypes[one])
        ]
        if parents:
            found[number] = max(parents, key=lambda one: support[one])
    return {number: found.get(itd, itd) for number, itd in found.items()}


def is_slip(one: Haplotype, other: Haplotype) -> bool:
    """Whether two haplotypes differ by one or two bases more in a long run."""
    more = abs(one.length_change - other.length_change)
    if not 0 < more <= _MOST_BASES:
        return False
    short, long = sorted((one, other), key=lambda each: each.length_change)
    size = len(short.bases)
    differs = short.bases != long.bases[:size]
    end = (int(np.argmax(differs)) if differs.any() else size) + more
    added = long.sequence[end - more : end]
    return (
        len(set(added)) == 1
        and bool(np.array_equal(short.bases[end - more :], long.bases[end:]))
        and longest_run(long.sequence, end - more, end) >= _RUN
    )
