"""Rows of numbers as one number each, and how often each of them comes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flt3itd.molecules.letters import Floats, Integers, Words, mixed


def key_of(*columns: Integers) -> Words:
    """One number for a row of numbers; different rows share one by chance once in 2^64."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        key = mixed(key ^ column.astype(np.uint64))
    return key


def factorize_sorted(keys: Words) -> tuple[Integers, Integers, Integers]:
    """The number of each key, and of each different one its first row and how often it comes."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(keys)]
    starts = np.flatnonzero(begins)
    inverse = np.empty(len(keys), dtype=np.int64)
    inverse[order] = np.cumsum(begins) - 1
    return inverse, order[starts], np.diff(np.append(starts, len(keys)))


def factorize(keys: Words) -> tuple[Integers, Integers, Integers]:
    """The same as `factorize_sorted`, numbered in the order in which the keys first come."""
    inverse, first, counts = factorize_sorted(keys)
    order = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    return rank[inverse], first[order], counts[order]


def sums(inverse: Integers, weights: Integers, count: int) -> Integers:
    """The sum of the weights of each key, by its number."""
    return np.bincount(inverse, weights, count).astype(np.int64)


def equal_pairs(keys: Words, weights: Floats | None = None) -> float:
    """How many pairs of rows have equal keys; each counts as the product of both `weights`."""
    if weights is None:
        weights = np.ones(len(keys))
    label, _, members = factorize_sorted(keys)
    by_key = np.bincount(label, weights, len(members))
    return float((by_key**2).sum() - (weights**2).sum()) / 2


def numbered(keys: Words) -> Integers:
    """Numbers for keys, in the order in which they first come."""
    return factorize(keys)[0]


@dataclass
class CountedKeys:
    """How often each of many keys came."""

    keys: Words = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    counts: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def add(self, keys: Words, counts: Integers) -> None:
        """Count more of them."""
        both = np.concatenate((self.keys, keys))
        inverse, first, _ = factorize_sorted(both)
        self.counts = sums(inverse, np.concatenate((self.counts, counts)), len(first))
        self.keys = both[first]

    def count(self, keys: Words) -> None:
        """Count each of some keys once."""
        self.add(keys, np.ones(len(keys), dtype=np.int64))

    def of(self, keys: Words) -> Integers:
        """How often each of some keys came, all of which did."""
        return self.counts[np.searchsorted(self.keys, keys)]

    def without_rare(self, least: float) -> None:
        """Forget keys that came less often."""
        kept = self.counts >= least
        self.keys, self.counts = self.keys[kept], self.counts[kept]
