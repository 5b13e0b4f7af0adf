"""Lanes and read groups of which reads with long clips or gaps are missing, unlike in others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flt3itd.reads.library import Floats, ReadSpans
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.tally import LONG_GAP

_ENOUGH = 0.4
"""Of a read: longer clips are as good as each other, for reads of 50 bases have none longer."""


class FilteredGroup(NamedTuple):
    """A lane or read group without the longest clips, or without gaps.

    `evidence` is minus the decimal logarithm of the probability that all that are longer are of
    other groups by chance; without a name where no group is so.
    """

    filtered_group: str = ""
    filtered_evidence: float = 0.0


def filtered_group(reads: ReadSet, spans: ReadSpans) -> FilteredGroup:
    """The group that lacks what others have: of clips, those beyond a length; of gaps, all."""
    names = list(reads.groups.names)
    if len(names) < 2:
        return FilteredGroup()
    clip = np.maximum(spans.clipped_first, spans.clipped_last) / np.maximum(1, spans.length)
    gap = np.zeros(len(clip))
    gap[spans.first_split :] = np.abs(reads.columns().gap) >= LONG_GAP
    number, evidence = max(
        (_missing(reads, spans, values) for values in (np.minimum(clip, _ENOUGH), gap)),
        key=lambda one: one[1],
    )
    return FilteredGroup(names[number], evidence) if evidence else FilteredGroup()


def _missing(reads: ReadSet, spans: ReadSpans, values: Floats) -> tuple[int, float]:
    """The group whose greatest value (by read) is least probable, and minus its logarithm.

    Of so many fragments with greater ones each is of another group by their share of all.
    """
    of_fragment = np.full(len(spans.first), -np.inf)
    np.maximum.at(of_fragment, spans.fragment, values)
    seen = np.flatnonzero(of_fragment >= 0)
    of_fragment, groups = of_fragment[seen], reads.groups.of_fragments(seen)
    size = np.bincount(groups, minlength=len(reads.groups.names))
    greatest = np.zeros(len(size))
    np.maximum.at(greatest, groups, of_fragment)
    greater = np.array([np.count_nonzero(of_fragment > most) for most in greatest])
    others = np.maximum(1, size.sum() - size) / max(1, size.sum())
    evidence = -greater * np.log10(others)
    number = int(evidence.argmax())
    return number, float(evidence[number])
