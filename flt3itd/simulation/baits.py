"""Baits of a hybridisation capture: a fragment is caught by the bases that it shares with them.

So depth falls off beside the targets, and more steeply for fragments that an event has filled with
bases that no bait holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from flt3itd.simulation.haplotypes import Bases, Booleans, Integers

_WORD = 20
"""Bases in a row that a molecule and a bait must share to hold on to each other."""


@dataclass(frozen=True)
class Baits:
    """The sequences of the baits (plus strand), and how many of their bases are enough.

    A fragment with `enough` bases of baits is surely caught, one with fewer with a chance in
    proportion.
    """

    sequences: tuple[str, ...]
    enough: int

    def hold(self, sequence: Bases) -> Booleans:
        """Which bases of a molecule lie in a stretch of 20 that a bait has as well."""
        words = {
            bait[place : place + _WORD]
            for bait in self.sequences
            for place in range(len(bait) - _WORD + 1)
        }
        text = sequence.tobytes().decode("ascii")
        held = np.zeros(len(text), dtype=bool)
        for place in range(len(text) - _WORD + 1):
            if text[place : place + _WORD] in words:
                held[place : place + _WORD] = True
        return held

    def catch(
        self, sequence: Bases, start: Integers, length: Integers, rng: np.random.Generator
    ) -> Booleans:
        """Which fragments of a molecule are caught; `start` and `length` in its bases."""
        before = np.concatenate([[0], np.cumsum(self.hold(sequence))])
        shared = before[start + length] - before[start]
        caught: Booleans = rng.random(len(start)) * self.enough < shared
        return caught


def baits_of(sequences: Iterable[str], enough: int) -> Baits | None:
    """The baits of a capture, or None where no number of bases is asked for (`enough` 0)."""
    return Baits(tuple(sequences), enough) if enough else None
