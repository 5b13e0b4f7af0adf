"""Fragments of RNA that are copies of few molecules, among those that alone show an ITD.

Copies are left in RNA of a gene that is transcribed so much that fragments share their ends by
chance. Those of an ITD do not all: a cDNA that was joined wrongly once, and then copied by PCR,
would be an ITD of as many fragments as it has copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial

from flt3itd.insertions.explanation import Explained, Sample
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.split_molecules import counted_once
from flt3itd.reads.copies import repeated_ends
from flt3itd.reads.library import read_spans


def without_copied_molecules(
    explained: Explained, support: Mapping[int, int], sample: Sample, parameters: ItdParameters
) -> dict[int, int]:
    """The `support` of each mutant of RNA, by number, with one of each molecule where few are left.

    Those that were known before are asked of errors, not of numbers. UMIs tell molecules better.
    """
    if not sample.splicing.borders or sample.reads.family_umis:
        return dict(support)
    spans = cache(partial(read_spans, sample.reads))

    def repeated(fragments: Sequence[int]) -> int:
        return repeated_ends(spans(), fragments)

    return counted_once(explained, support, sample, parameters, repeated)
