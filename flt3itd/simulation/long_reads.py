"""Single long reads of haplotypes whose truth is known: for tests and the benchmark.

Errors are not even: insertions and deletions are more frequent the longer the run of one base, and
may be of several bases; one strand errs more behind a motif. Qualities tell the mean error rate.
Reads carry adapters, may stop on the way, and may be two molecules in one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.common.bases import reverse_complement

_MOTIF = "CCA"
_MOTIF_FACTOR = 6.0
_LONGER_INSERTION, _LONGER_DELETION = 0.2, 0.15
_COPIED = 0.6
"""Share of inserted bases that repeat the base before them."""
_HIGHEST_QUALITY = 40
_SHORTEST_PART = 100

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LongLibrary:
    """How long reads are made.

    `error_rate` is by base, split into substitutions, insertions and deletions by `kinds`.
    `run_growth` is by how much each base of a run beyond the first raises its insertions and
    deletions. `length` is that of molecules drawn from anywhere (their spread is log-normal with
    standard deviation `length_spread`); None: each molecule is read from end to end (an amplicon).
    `partial` reads stop on the way, `chimeric` ones are two molecules in one.
    """

    error_rate: float
    kinds: tuple[float, float, float] = (0.3, 0.25, 0.45)
    run_growth: float = 0.3
    length: int | None = None
    length_spread: float = 0.0
    partial: float = 0.0
    chimeric: float = 0.0
    adapters: tuple[str, str] = ("AATGTACTTCGTTCAGTTACGTATTGCT", "AGCAATACGTAACTGAACGAAGT")


@dataclass(frozen=True)
class LongHaplotype:
    """A sequence (plus strand) and its share of the molecules."""

    sequence: str
    share: float


@dataclass(frozen=True)
class SimulatedRead:
    """A read as it is in FASTQ, and the number of the haplotype that it comes from.

    `start` and `end` are those of the molecule on its haplotype (0-based half-open).
    """

    sequence: str
    qualities: str
    haplotype: int
    is_reverse: bool
    start: int
    end: int


class LongReadSimulator:
    """Draws reads of some haplotypes; the same seed gives the same reads."""

    def __init__(
        self, haplotypes: Sequence[LongHaplotype], library: LongLibrary, seed: int
    ) -> None:
        self._haplotypes, self._library = haplotypes, library
        self._rng = np.random.default_rng(seed)
        self._weights = [
            (_weights(one.sequence, library), _weights(reverse_complement(one.sequence), library))
            for one in haplotypes
        ]
        places = [one.share * self._places(len(one.sequence)) for one in haplotypes]
        self._chances = np.array(places) / sum(places)

    def _places(self, size: int) -> int:
        """How many molecules of the usual length a haplotype can give."""
        return 1 if self._library.length is None else max(1, size - self._library.length + 1)

    def reads(self, number: int) -> Iterator[SimulatedRead]:
        """So many reads."""
        quality = round(-10 * math.log10(max(self._library.error_rate, 1e-4)))
        letter = chr(33 + min(quality, _HIGHEST_QUALITY))
        head, tail = self._library.adapters
        for _ in range(number):
            one = self._molecule()
            text = one.sequence
            if self._rng.random() < self._library.chimeric:
                text += tail + head + self._molecule().sequence
            text = head + text + tail
            yield SimulatedRead(
                text, letter * len(text), one.haplotype, one.is_reverse, one.start, one.end
            )

    def _molecule(self) -> SimulatedRead:
        rng = self._rng
        number = int(rng.choice(len(self._haplotypes), p=self._chances))
        size = len(self._haplotypes[number].sequence)
        start, end = self._interval(size)
        is_reverse = bool(rng.random() < 0.5)
        if rng.random() < self._library.partial:
            length = int(rng.integers(min(_SHORTEST_PART, end - start), end - start))
            start, end = (end - length, end) if is_reverse else (start, start + length)
        sequence = self._haplotypes[number].sequence[start:end]
        weights = self._weights[number][is_reverse]
        if is_reverse:
            sequence, weights = reverse_complement(sequence), weights[size - end : size - start]
        else:
            weights = weights[start:end]
        return SimulatedRead(
            self._with_errors(sequence, weights), "", number, is_reverse, start, end
        )

    def _interval(self, size: int) -> tuple[int, int]:
        """The molecule on a haplotype; of its ends one may lie outside and is cut."""
        library = self._library
        if library.length is None:
            return 0, size
        spread = float(np.exp(self._rng.normal(0.0, library.length_spread)))
        length = min(size, round(library.length * spread))
        start = int(self._rng.integers(0, size - length + 1))
        return start, start + length

    def _with_errors(self, sequence: str, weights: Weights) -> str:
        rng, library = self._rng, self._library
        pieces: list[str] = []
        done = 0
        places = np.flatnonzero(rng.random(len(sequence)) < weights)
        kinds = rng.choice(3, p=library.kinds, size=len(places))
        for place, kind in zip(places.tolist(), kinds.tolist(), strict=True):
            if place < done:
                continue
            pieces.append(sequence[done:place])
            base = sequence[place]
            if kind == 0:
                pieces.append("ACGT".replace(base, "")[rng.integers(3)])
                done = place + 1
            elif kind == 1:
                length = int(rng.geometric(1 - _LONGER_INSERTION))
                more = (
                    base if rng.random() < _COPIED else "ACGT"[rng.integers(4)]
                    for _ in range(length)
                )
                pieces += (base, *more)
                done = place + 1
            else:
                done = place + int(rng.geometric(1 - _LONGER_DELETION))
        pieces.append(sequence[done:])
        return "".join(pieces)


def _weights(sequence: str, library: LongLibrary) -> Weights:
    """The chance of an error at each base of a strand; their mean is the error rate."""
    codes = np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)
    edges = np.flatnonzero(np.diff(codes)) + 1
    bounds = np.concatenate(([0], edges, [len(codes)]))
    runs = np.repeat(np.diff(bounds), np.diff(bounds))
    weights = 1 + library.run_growth * (runs - 1.0)
    place = sequence.find(_MOTIF)
    while place >= 0:
        weights[place + len(_MOTIF) : place + len(_MOTIF) + 1] *= _MOTIF_FACTOR
        place = sequence.find(_MOTIF, place + 1)
    rates: Weights = np.minimum(0.5, library.error_rate * weights / weights.mean())
    return rates
