"""Lanes and read groups that hold fewer fragments of an insertion than the others."""

from __future__ import annotations

import numpy as np

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import Shown
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.columns import distinct
from flt3itd.reads.groups import FewerThere, fewer_somewhere
from flt3itd.reads.read_set import ReadSet


def fewer_in_a_group(reads: ReadSet, haplotype: Haplotype, shown: Shown) -> FewerThere:
    """The lane or read group with fewer fragments of an insertion, beside those of the wild type.

    Asked are fragments with a read over the junction, or a plain one over an end of the segment.
    """
    groups = reads.groups
    start, end, fragment = reads.plain()
    over = np.zeros(len(start), dtype=np.bool_)
    for place in haplotype.segment:
        over |= (start <= place - ANCHOR) & (end >= place + ANCHOR)
    mutant = distinct(np.array([read.fragment for read in shown.reads], dtype=np.int64))
    of_all = distinct(np.concatenate((mutant, fragment[over])))
    return fewer_somewhere(
        list(groups.names), groups.of_fragments(mutant), groups.of_fragments(of_all)
    )
