"""UMIs that are one although they were read as two: the directional rule, where it is likely.

Of two UMIs at one place that differ in one base the rarer is an error of the commoner when it has
about half as many reads or fewer, 2 n - 1 <= N ("directional": Smith, Heger, Sudbery 2017, Genome
Res 27:491). Where families crowd, strangers differ in one base too: so the error must be likelier
than a stranger, whose chance is the share of all UMIs that families of the place have.

Several errors in one read leave no UMI between, so that what is left is held to the largest
families of its place, or all where there are few, by the same comparison and the rate of errors
that this sample showed: a molecule that PCR copied thousands of times else counts several times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flt3itd.molecules.keys import equal_pairs, key_of
from flt3itd.molecules.leaders import LEADERS, followed, may_be_errors
from flt3itd.molecules.letters import Booleans, Floats, Integers, Words, differing_bases, mixed

_MISREAD = 2e-3
"""Errors of a base of a UMI by read: about those of a base of quality 27."""
_MISCOPIED = 1e-6
"""Errors by base and copy of a polymerase, which all later copies of that copy share."""
_MOST_ERRORS = 3
"""Errors in one UMI that are asked for."""
_FEW_FAMILIES = 3000
"""Families of a place up to which others are held to all that have several reads."""
_LEAST_EQUAL = 20
_LIST = 16
"""By how much fewer the UMIs of a list are than random ones of its bases; errors in ends, which
make one molecule seem to be at two places, come nowhere near."""
_USUAL = 10.0
"""Families of which each base is assumed to be seen at each place of the UMI beforehand."""


@dataclass(frozen=True)
class Labels:
    """The different UMIs of each place: its number, the UMI, and the reads that have it."""

    place: Integers
    umi: Words
    reads: Integers


def umi_space(umis: Words, low: Integers, high: Integers, reads: Integers, length: int) -> float:
    """How many UMIs a library has, if all were equally frequent: 1 / P(two are equal by chance).

    These are the UMIs of families, the ends of their places, and their reads. The bases are taken
    as independent, each with the frequencies of this sample, unless UMIs of places that have no end
    in common are equal so often that they must come from a list. Families that an error in one end
    split have one UMI at two places too.

    UMIs with an error, which no list has, are families of few reads that are equal to none: of n
    families with a share e of them and S UMIs, (1 - e) n / S are in use. Counted by families the
    space seems to be S / (1 - e)^2, by reads S, so that n is held to the geometric mean.
    """
    every = np.ones(len(umis))
    space = space_of_bases(base_counts(umis, length))
    equal, by_families = _equal_of_places(umis, low, high, every)
    if equal < _LEAST_EQUAL or by_families >= space / _LIST:
        return space
    by_reads = _equal_of_places(umis, low, high, np.minimum(reads, np.median(reads)))[1]
    return float(np.sqrt(by_families * by_reads))


def _equal_of_places(
    umis: Words, low: Integers, high: Integers, weights: Floats
) -> tuple[float, float]:
    """Families of places without a common end with equal UMIs: pairs of them, and 1 / their share.

    A pair counts as the product of both weights.
    """
    pair = low != high
    of_ends = np.concatenate((weights, weights[pair]))
    ends, own = np.concatenate((low, high[pair])), umis.view(np.int64)
    # Families of one place share each of its ends.
    there = equal_pairs(key_of(ends), of_ends)
    there -= equal_pairs(key_of(low[pair], high[pair]), weights[pair])
    equal = equal_pairs(key_of(own), weights)
    equal -= equal_pairs(key_of(np.concatenate((own, own[pair])), ends), of_ends)
    pairs = equal_pairs(np.zeros(len(umis), dtype=np.uint64), weights) - there
    return equal, pairs / equal if equal > 0 else np.inf


def space_of_bases(counts: Floats) -> float:
    """The space of UMIs whose bases (`base_counts`) are independent."""
    counts = counts + _USUAL
    shares = counts / counts.sum(axis=1, keepdims=True)
    return float(np.prod(1 / (shares**2).sum(axis=1)))


def base_counts(umis: Words, length: int) -> Floats:
    """How often each base (0 to 3) stands at each place of the UMIs."""
    found: Floats = np.zeros((length, 4))
    for column in range(length):
        base = (umis >> np.uint64(2 * column)) & np.uint64(3)
        found[column] = np.bincount(base.astype(np.int64), minlength=4)
    return found


def joined(labels: Labels, length: int, space: float, at_place: Integers | None = None) -> Integers:
    """For each label the index of the one that it is an error of, itself for most.

    `at_place` labels are there of each place, where these are not all of them.
    """
    target = np.arange(len(labels.umi), dtype=np.int64)
    if at_place is None:
        at_place = np.bincount(labels.place)
    rows = np.flatnonzero(at_place[labels.place] > 1)
    if not len(rows) or not length:
        return target
    child, parent = _neighbours(labels, rows, length)
    chosen = _is_error(labels, child, parent, at_place, space)
    child, parent = child[chosen], parent[chosen]
    # Of several parents the one with most reads comes last and stays.
    order = np.lexsort((-parent, labels.reads[parent]))
    target[child[order]] = parent[order]
    target = followed(target)
    heads = rows[target[rows] == rows]
    misread = int(labels.reads[target != np.arange(len(target))].sum()) / int(labels.reads.sum())
    child, parent = _far_errors(labels, heads, at_place, space, max(_MISREAD, misread / length))
    target[child] = parent
    return followed(target)


def _far_errors(
    labels: Labels, heads: Integers, at_place: Integers, space: float, misread: float
) -> tuple[Integers, Integers]:
    """Labels that are several errors away from a family of their place, and that family.

    `heads` are the labels that are no error so far; an error of a base is made with probability
    `misread` in a read, to each other base with a third of it.
    """
    order = heads[np.lexsort((heads, -labels.reads[heads], labels.place[heads]))]
    begins = np.concatenate(([True], np.diff(labels.place[order]) != 0))[: len(order)]
    first = np.flatnonzero(begins)
    size = np.diff(np.append(first, len(order)))
    start, families = np.repeat(first, size), np.repeat(size, size)
    share = share_of_size(labels.reads[heads])
    children, parents = [heads[:0]], [heads[:0]]
    rows = np.arange(len(order))
    for leader in range(int(size.max(initial=0))):
        held = (rows - start[rows] > leader) & (
            (leader < LEADERS) | (families[rows] <= _FEW_FAMILIES)
        )
        rows = rows[held]
        rows = rows[labels.reads[order[start[rows] + leader]] > 1]
        if not len(rows):
            break
        child, parent = order[rows], order[start[rows] + leader]
        errors = differing_bases(labels.umi[child] ^ labels.umi[parent])
        near = np.flatnonzero((errors > 1) & (errors <= _MOST_ERRORS))
        child, parent = child[near], parent[near]
        few, many = labels.reads[child], labels.reads[parent]
        expected: Floats = many * (misread / 3) ** errors[near]
        stranger = at_place[labels.place[child]] / space * share[few]
        found = may_be_errors(few, many) & (poisson(few, expected) > stranger)
        children.append(child[found])
        parents.append(parent[found])
        rows = np.delete(rows, near[found])
    return np.concatenate(children), np.concatenate(parents)


def share_of_size(reads: Integers) -> Floats:
    """The share of labels that have so many reads; each number is seen once more."""
    sizes = np.bincount(reads) + 1.0
    share: Floats = sizes / sizes.sum()
    return share


def _neighbours(labels: Labels, rows: Integers, length: int) -> tuple[Integers, Integers]:
    """Pairs of labels of one place that differ in one base: the rarer one first."""
    place = mixed(labels.place[rows].astype(np.uint64))
    ones, others = [], []
    for column in range(length):
        masked = labels.umi[rows] & ~np.uint64(3 << 2 * column)
        key = mixed(place ^ mixed(masked))
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        for step in (1, 2, 3):
            same = np.flatnonzero(ordered[step:] == ordered[:-step])
            ones.append(rows[order[same]])
            others.append(rows[order[same + step]])
    one, other = np.concatenate(ones), np.concatenate(others)
    reads = labels.reads
    is_child = (reads[one] < reads[other]) | ((reads[one] == reads[other]) & (one > other))
    return np.where(is_child, one, other), np.where(is_child, other, one)


def _is_error(
    labels: Labels, child: Integers, parent: Integers, at_place: Integers, space: float
) -> Booleans:
    """Whether a label is an error of another one: few enough reads, and no likelier a stranger."""
    few, many = labels.reads[child], labels.reads[parent]
    stranger = at_place[labels.place[child]] / space * share_of_size(labels.reads)[few]
    return is_likely_error(few, many, stranger)


def is_likely_error(few: Integers, many: Integers, stranger: Floats) -> Booleans:
    """Whether so few reads with another base are an error of so many, likelier than a stranger."""
    expected: Floats = many.astype(np.float64) * (_MISREAD / 3)
    error = poisson(few, expected) + _MISCOPIED * many / few.astype(np.float64) ** 2
    likely: Booleans = may_be_errors(few, many) & (error > stranger)
    return likely


def poisson(count: Integers, mean: Floats) -> Floats:
    """P(X = count), element by element; the means are above 0."""
    highest = int(count.max(initial=0))
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, highest + 1)))))
    probability: Floats = np.exp(count * np.log(mean) - mean - log_factorial[count])
    return probability


def expected_molecules(families: Floats, space: float) -> Floats:
    """How many molecules at a place give so many different UMIs: some of them share one.

    Of S equally frequent UMIs, M molecules show S (1 - exp(-M / S)) on average.
    """
    share = np.minimum(families / space, 1 - 0.5 / space)
    molecules: Floats = -space * np.log1p(-share)
    return molecules
