"""Rows of numbers as one number each, and how often each of them comes."""

from __future__ import annotations

import numpy as np

from flt3itd.molecules.letters import Integers, Words, mixed


def key_of(*columns: Integers) -> Words:
    """One number for a row of numbers; different rows share one by chance once in 2^64."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        key = mixed(key ^ column.astype(np.uint64))
    return key


def distinct(keys: Words) -> tuple[Integers, Integers, Integers]:
    """The number of each key, and of each different one its first row and how often it comes."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(keys)]
    starts = np.flatnonzero(begins)
    inverse = np.empty(len(keys), dtype=np.int64)
    inverse[order] = np.cumsum(begins) - 1
    return inverse, order[starts], np.diff(np.append(starts, len(keys)))


def in_order(keys: Words) -> tuple[Integers, Integers, Integers]:
    """The same as `distinct`, numbered in the order in which the keys first come."""
    inverse, first, counts = distinct(keys)
    order = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    return rank[inverse], first[order], counts[order]


def sums(inverse: Integers, weights: Integers, count: int) -> Integers:
    """The sum of the weights of each key, by its number."""
    return np.bincount(inverse, weights, count).astype(np.int64)


def numbered(keys: Words) -> Integers:
    """Numbers for keys, in the order in which they first come."""
    return in_order(keys)[0]
