r"""How well KMT2A dosage answers, on simulated depths of the exons (a part of `make bench-panel`).

    python -m scripts.benchmark.kmt2a --out kmt2a_dosage.tsv

A capture assay is drawn: each exon has an efficiency of its own (log-normal, 40 %), each library
deviates in each exon (log-normal, 4 % for 200 bases, less for longer exons) and along the gene (a
wave as of GC content, 3 %), and fragments are counted. Controls and patients come from the same
assay. Patients have a duplication of exons 2 to 8 in a fraction v of the alleles, a gain of the
whole gene, or neither.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flt3itd.common.tables import write_table
from flt3itd.records import Status
from scripts.command import run
from scripts.kmt2a.dosage import FRAGMENT_BASES, Doses, ExonDose, assess

CODING_BASES = (
    433, 70, 2654, 178, 235, 65, 378, 74, 132, 114, 147, 96, 121, 123, 185, 174, 111, 74,
    194, 107, 138, 159, 118, 79, 161, 186, 4249, 81, 65, 171, 75, 175, 108, 84, 130, 276,
)  # fmt: skip
"""Of the exons of NM_001197104, exon 1 first."""
_MINIMUM_DEPTH = 100
_CONTROLS = (5, 10, 20, 40)
_VAFS = (0.0, 0.1, 0.25, 0.5)
_ASSAYS = 20
_SAMPLES = 50
"""Of each kind in each assay."""


class Assay:
    """A capture assay with uneven exons, from which libraries are drawn."""

    def __init__(self, seed: int, noise: float = 0.04, wave: float = 0.03) -> None:
        self._random = np.random.default_rng(seed)
        self._bases = np.array(CODING_BASES)
        self._efficiency = np.exp(self._random.normal(0, 0.4, len(CODING_BASES)))
        self._composition = self._random.normal(0, 1, len(CODING_BASES))
        self._noise = noise * np.sqrt(200 / np.maximum(self._bases, 60) + 0.2)
        self._wave = wave

    def doses(
        self, copies: Mapping[tuple[int, int], float] | None = None, depth: float = 600
    ) -> Doses:
        """The exons of one library, with other copy numbers in some runs of exons."""
        mean = depth * self._efficiency * np.exp(self._random.normal(0, self._noise))
        mean = mean * np.exp(self._random.normal(0, self._wave) * self._composition)
        for (first, last), change in (copies or {}).items():
            mean[first - 1 : last] *= change
        fragments = mean * np.maximum(self._bases, FRAGMENT_BASES) / FRAGMENT_BASES
        mean = mean * self._random.poisson(fragments) / fragments
        return {
            number: ExonDose(bases, float(depth))
            for number, (bases, depth) in enumerate(zip(CODING_BASES, mean, strict=True), start=1)
        }


@dataclass(frozen=True)
class Score:
    """One kind of samples against one number of controls; means over `samples`."""

    controls: int
    kind: str
    samples: int
    detected: int
    not_detected: int
    not_assessable: int
    mean_limit: float
    mean_ratio: float
    ratio_in_interval: int


def scores(controls: int) -> list[Score]:
    """The kinds of samples against so many controls, in several assays."""
    kinds: list[tuple[str, Mapping[tuple[int, int], float], float]] = [
        *((f"duplication in {v:.0%} of the alleles", {(2, 8): 1 + v}, 1 + v) for v in _VAFS),
        ("gain of the whole gene", {(1, 36): 1.5}, 1.0),
        ("duplication at the limit", {}, 0.0),
    ]
    answers: dict[str, list[tuple[Status, float, float, bool]]] = {kind[0]: [] for kind in kinds}
    for seed in range(1, _ASSAYS + 1):
        assay = Assay(seed)
        normal = [assay.doses(depth=400 + 500 * i / controls) for i in range(controls)]
        limit = assess(assay.doses(), normal, _MINIMUM_DEPTH).limit or 0.0
        for name, copies, truth in kinds:
            at_limit = not truth
            changes = {(2, 8): 1 + limit} if at_limit else copies
            for _ in range(_SAMPLES):
                answer = assess(assay.doses(changes), normal, _MINIMUM_DEPTH)
                low, high = answer.interval or (0.0, 0.0)
                inside = low <= (1 + limit if at_limit else truth) <= high
                answers[name].append(
                    (answer.status, answer.limit or 0.0, answer.ratio or 0.0, inside)
                )
    return [_score(controls, name, found) for name, found in answers.items()]


def _score(controls: int, kind: str, answers: Sequence[tuple[Status, float, float, bool]]) -> Score:
    states = [status for status, _, _, _ in answers]
    return Score(
        controls=controls,
        kind=kind,
        samples=len(answers),
        detected=states.count(Status.DETECTED),
        not_detected=states.count(Status.NOT_DETECTED),
        not_assessable=states.count(Status.NOT_ASSESSABLE),
        mean_limit=float(np.mean([limit for _, limit, _, _ in answers])),
        mean_ratio=float(np.mean([ratio for _, _, ratio, _ in answers])),
        ratio_in_interval=sum(inside for _, _, _, inside in answers),
    )


def write_scores(path: Path) -> None:
    """Simulate, assess, and write one row for each kind and number of controls."""
    write_table(path, Score, [score for number in _CONTROLS for score in scores(number)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    write_scores(parser.parse_args(arguments).out)


if __name__ == "__main__":
    run(main)
