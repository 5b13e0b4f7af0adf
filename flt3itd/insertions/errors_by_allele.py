"""Whether reads of an insertion have fewer errors than those of the wild type.

Errors of reads know nothing of alleles, so that both have as many, in each mate. A program that
keeps what lies on the reference well enough (bowtie2 --al-conc, a filter by score or mismatches)
counts an insertion as so many errors: of its fragments it keeps those that have hardly any others,
and one that keeps the rest (--un-conc) takes of the wild type those that have most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from flt3itd.insertions.comparison import ComparedReads, Fit, expected_bases
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import Shown
from flt3itd.insertions.windows import ANCHOR, WIDEST_ANCHOR
from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import are_among, distinct, true_by_row
from flt3itd.reads.library import Booleans, Integers
from flt3itd.reads.read_set import PLAIN_MISMATCHES, ReadSet

_ALIKE = 0.25
"""Of the reads with several errors, so many that differ at one place have no error there."""
_LEAST_ALIKE = 4
_TIMES = 3.0
"""Odds of the wild type's reads of those of the mutant's: cycles over a copy may be read worse than
those beside it (1.9 times in a real amplicon)."""
_LOOKED_AT = 4000
"""Fragments of each kind."""


def fewer_errors(
    reads: ReadSet,
    compared: ComparedReads,
    haplotype: Haplotype,
    shown: Shown,
    others: Sequence[Haplotype] = (),
) -> float:
    """By how many standard errors mutant reads have several errors less often than a third.

    A third of the odds that those of the wild type have them, in the mate for which it is most; 0
    where they have not, or one kind is missing. A wrong base that many reads have at one place
    counts for no error: it may be inherited with one allele.
    """
    normal = Haplotype(haplotype.reference)
    own, wildtype, *rivals = (
        compared.matrix.fit_of(one, WIDEST_ANCHOR) for one in (haplotype, normal, *others)
    )
    best = np.maximum.reduce([own.score, *(one.score for one in rivals)])
    mutant = distinct(np.array([read.fragment for read in shown.reads], dtype=np.int64))
    plain = _over_an_end(reads, compared, wildtype, wildtype.score > best, haplotype.segment)
    plain = plain[~are_among(plain, mutant)]
    counts = [
        _with_errors(reads, compared, _some(fragments), fit, allele)
        for fragments, fit, allele in (
            (mutant, own, haplotype),
            (plain, wildtype, normal),
        )
    ]
    return max(0.0, *(_deficit(*one) for one in zip(*counts, strict=True)))


def _over_an_end(
    reads: ReadSet,
    compared: ComparedReads,
    wildtype: Fit,
    fits_best: Booleans,
    segment: tuple[int, int],
) -> Integers:
    """The fragments with a read of the wild type over an end of the segment."""
    start, end, fragment = reads.plain()
    start, end = np.append(start, wildtype.start), np.append(end, wildtype.end)
    fragment = np.append(fragment, compared.matrix.fragment)
    asked = np.append(np.ones(len(fragment) - len(fits_best), dtype=np.bool_), fits_best)
    over = np.zeros(len(start), dtype=np.bool_)
    for place in segment:
        over |= (start <= place - ANCHOR) & (end >= place + ANCHOR)
    return distinct(fragment[over & asked])


def _some(fragments: Integers) -> Integers:
    return fragments[:: max(1, len(fragments) // _LOOKED_AT)]


def _with_errors(
    reads: ReadSet, compared: ComparedReads, fragments: Integers, fit: Fit, allele: Haplotype
) -> list[tuple[int, int]]:
    """For each mate of some fragments how many have several errors, and how many there are."""
    chosen = np.zeros(reads.fragments, dtype=np.bool_)
    chosen[fragments] = True
    rows = np.flatnonzero(chosen[compared.matrix.fragment])
    of_row = compared.matrix.fragment[rows]
    several = _several_errors(compared, rows, fit, allele)
    is_second = np.array([compared.split[row].is_read2 for row in rows.tolist()], dtype=np.bool_)
    _, _, plain = reads.plain()
    plain_second = reads.plain_bits(Flag.READ_2)
    found = []
    for second in (False, True):
        mates = is_second == second
        wrong = of_row[mates & several]
        of_all = np.concatenate((plain[(plain_second == second) & chosen[plain]], of_row[mates]))
        found.append((len(distinct(wrong)), len(distinct(of_all))))
    return found


def _several_errors(
    compared: ComparedReads, rows: Integers, fit: Fit, allele: Haplotype
) -> Booleans:
    """Which reads differ from their allele at more places than plain ones do.

    Asked is the stretch that agrees with it, as far as reads do not differ alike.
    """
    matrix = compared.matrix.rows(rows)
    offset, start, end = fit.offset[rows], fit.start[rows], fit.end[rows]
    place = offset[:, None] + np.arange(matrix.bases.shape[1])
    differs = (
        (matrix.bases != expected_bases(matrix, allele, offset))
        & (matrix.penalty != 0)
        & (place >= start[:, None])
        & (place < end[:, None])
    )
    differs[true_by_row(differs) <= PLAIN_MISMATCHES] = False
    at = place[differs] - offset.min(initial=0)
    alike = np.bincount(at) >= max(_LEAST_ALIKE, _ALIKE * int(differs.any(axis=1).sum()))
    differs[differs] = ~alike[at]
    found: Booleans = true_by_row(differs) > PLAIN_MISMATCHES
    return found


def _deficit(mutant: tuple[int, int], wildtype: tuple[int, int]) -> float:
    """By how many standard errors the odds of the one are below a third of those of the other.

    The signed root of the ratio of likelihoods (Wilks): that a third holds, against what was seen.
    Odds o of the wild type are then the positive root of a quadratic equation, from
    n_w o / (1 + o) + n_m o / (3 + o) = all that were wrong.
    """
    (few, number), (many, others) = mutant, wildtype
    wrong = few + many
    if not (number and others and wrong and wrong < number + others):
        return 0.0
    square = number + others - wrong
    linear = _TIMES * others + number - (_TIMES + 1) * wrong
    odds = (math.sqrt(linear**2 + 4 * square * _TIMES * wrong) - linear) / (2 * square)
    expected = number * odds / (_TIMES + odds), others * odds / (1 + odds)
    cells = (
        (few, expected[0]),
        (number - few, number - expected[0]),
        (many, expected[1]),
        (others - many, others - expected[1]),
    )
    deviance = 2 * sum(seen * math.log(seen / by_chance) for seen, by_chance in cells if seen)
    return math.copysign(math.sqrt(max(0.0, deviance)), expected[0] - few)
