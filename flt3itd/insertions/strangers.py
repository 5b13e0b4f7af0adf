"""Fragments that are counted for a mutant and show another change of their own.

A chimera of a PCR joins two molecules at places of its own. Over a part of its read it may fit a
mutant with a junction near by, and that better than the wild type: two chimeras that are alike and
such a third one would be three fragments of one ITD.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from flt3itd.insertions.comparison import TIE, fit
from flt3itd.insertions.explanation import Explained
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.refinement import is_sequencing_error
from flt3itd.insertions.selection import Rates, ascribed_fragments
from flt3itd.reads.library import Integers


def without_strangers(
    explained: Explained, rates: Rates, known: Sequence[Insertion], parameters: ItdParameters
) -> dict[int, int]:
    """The fragments of each mutant, by number, less those of others where few are left.

    `known` mutants are asked of errors, not of numbers.
    """
    settled, least = explained.settled, parameters.minimum_mutant_fragments
    support = dict(enumerate(ascribed_fragments(settled, rates), start=1))
    for number, found in support.items():
        haplotype = settled.haplotypes[number]
        if haplotype.insertion is not None and not haplotype.is_one_of(known):
            support[number] -= _strangers(explained, number, found, least)
    return support


def _strangers(explained: Explained, number: int, support: int, least: int) -> int:
    """How many of the `support` fragments of a mutant fit a change better that they propose.

    0 where `least` others are of the mutant. An error of sequencing makes no other change of it.
    """
    if support < least or not explained.settled.counts.fits:
        return 0
    rows = rows_at_junctions(explained, number)
    others = 0
    for asked, own in enumerate(rows.values()):
        if support - len(rows) + asked - others >= least:
            return 0
        others += _is_of_another(explained, number, support, own)
    return others if support - others < least else 0


def rows_at_junctions(explained: Explained, number: int) -> dict[int, Integers]:
    """The reads that fit a mutant alone and show a junction of it, by fragment."""
    settled, fragments = explained.settled, explained.compared.matrix.fragment
    windows, fitted = settled.windows, settled.counts.fits[number]
    shown = windows.shown(number, fitted.start, fitted.end) & windows.junction_mask(number)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero((settled.counts.chosen == number) & (shown != 0)).tolist():
        found[int(fragments[row])].append(row)
    return {fragment: np.array(rows, dtype=np.int64) for fragment, rows in found.items()}


def _is_of_another(explained: Explained, number: int, support: int, rows: Integers) -> bool:
    """Whether a fragment (its reads) proposes changes, none of them the mutant with errors.

    One must fit a read of it better than the mutant does.
    """
    settled, matrix = explained.settled, explained.compared.matrix
    mutant, fragment = settled.haplotypes[number], int(matrix.fragment[rows[0]])
    proposed = [
        Haplotype.of(mutant.reference, one.change)
        for one in explained.candidates
        if fragment in one.fragments
    ]
    if any(_is_error_of(one, mutant, support) for one in proposed):
        return False
    reads, here = matrix.rows(rows), settled.counts.fits[number].score[rows]
    return any(bool((fit(reads, one).score > here + TIE).any()) for one in proposed)


def _is_error_of(one: Haplotype, mutant: Haplotype, support: int) -> bool:
    """Whether errors of reads make it of the mutant: they put no junction elsewhere.

    A base too many or too few may move it.
    """
    if one.length_change == mutant.length_change and one.span != mutant.span:
        return False
    return is_sequencing_error(one, 1, mutant, support)
