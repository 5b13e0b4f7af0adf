r"""How many damaged places pass, and how many mutations are lost, by their orientations alone.

    python -m scripts.benchmark.damage_orientations [--samples 100] [--seed 1]

Fragments of a damaged place have one orientation but for errors, those of a mutation either. No
reads are made: the counts of whole samples are drawn and judged by `scripts.panel.damage`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.command import run
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.damage import DamageOfSample

DEPTH = 500
LIBRARIES = ((20, 5), (3, 5), (0, 5))
"""Damaged places and mutations of a sample."""
FRAGMENTS = (6, 10, 20)
"""Mean number of fragments of each; at least five, as fewer do not pass."""
TURNED = (0.002, 0.02)
"""Share of the fragments of damage that have the other orientation."""
_FEWEST = 5
HEADER = (
    "| damaged places | mutations | fragments | turned | damaged that pass | mutations lost |",
    "|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Library:
    """What the substitutions of a sample are, and how many fragments show each."""

    damaged: int
    mutations: int
    fragments: float
    turned: float

    def draw(self, rng: np.random.Generator) -> dict[Allele, tuple[AlleleCounts, bool]]:
        """The counts of one sample, and whether each is damage."""
        found = {}
        for number in range(self.damaged + self.mutations):
            is_damage = number < self.damaged
            mutant = max(_FEWEST, int(rng.poisson(self.fragments)))
            turned = int(rng.binomial(mutant, self.turned if is_damage else 0.5))
            usual = int(rng.binomial(DEPTH, 0.5))
            ref, alt, f1r2 = (("G", "T", mutant - turned), ("C", "A", turned))[number % 2]
            counts = AlleleCounts(
                mutant,
                DEPTH - mutant,
                DEPTH,
                (0, 0),
                (0, 0),
                mutant_f1r2=(f1r2, mutant - f1r2),
                wildtype_f1r2=(usual, DEPTH - usual),
            )
            found[Allele("c", 100 * number, ref, alt)] = counts, is_damage
        return found


def shares_of(library: Library, samples: int, rng: np.random.Generator) -> tuple[float, float]:
    """The share of damaged places that pass, and of mutations that are lost."""
    passing = lost = 0
    for _ in range(samples):
        drawn = library.draw(rng)
        sample = DamageOfSample({allele: counts for allele, (counts, _) in drawn.items()})
        for allele, (counts, is_damage) in drawn.items():
            told = sample.explains(allele, counts)
            passing += is_damage and not told
            lost += told and not is_damage
    return passing / max(1, samples * library.damaged), lost / (samples * library.mutations)


def table_lines(samples: int, seed: int) -> Iterator[str]:
    """The lines of a table over all libraries."""
    yield from HEADER
    rng = np.random.default_rng(seed)
    for damaged, mutations in LIBRARIES:
        for fragments in FRAGMENTS:
            for turned in TURNED if damaged else TURNED[:1]:
                library = Library(damaged, mutations, fragments, turned)
                passing, lost = shares_of(library, samples, rng)
                first = f"{passing:.1%}" if damaged else ""
                yield (
                    f"| {damaged} | {mutations} | {fragments} | {turned:.1%} | {first} | "
                    f"{lost:.1%} |"
                )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=100, help="of each library")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print("\n".join(table_lines(options.samples, options.seed)))


if __name__ == "__main__":
    run(main)
