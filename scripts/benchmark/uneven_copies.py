"""How often intervals hold the truth where molecules without UMIs are copied unevenly.

    python -m scripts.benchmark.uneven_copies

The intervals take the copies of a molecule to have one squared coefficient of variation
(`flt3itd.common.sampling`). Here the copies are drawn from other laws, reads from the copies, and
the interval of each sample is asked whether it holds the VAF.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import wilson_interval
from scripts.command import run

Sizes = npt.NDArray[np.float64]
"""Copies of each molecule: a row a sample."""
Law = Callable[[np.random.Generator, tuple[int, int]], Sizes]

VAF = 0.1
MOLECULES = (200, 600, 2000)
READS_BY_MOLECULE = (4, 20)


def log_normal(deviation: float) -> Law:
    """Copies whose logarithm is normal, with a standard deviation."""
    return lambda rng, shape: rng.lognormal(0, deviation, shape)


def gamma(variance: float) -> Law:
    """Copies that are gamma distributed, with a squared coefficient of variation; 1: geometric."""
    return lambda rng, shape: rng.gamma(1 / variance, variance, shape)


def branching(cycles: int, efficiency: float, deviation: float = 0.0) -> Law:
    """Each copy is copied in each cycle with the efficiency of its molecule, a normal number.

    Efficiencies that differ make the copies differ more with every cycle.
    """

    def sizes(rng: np.random.Generator, shape: tuple[int, int]) -> Sizes:
        chance = np.clip(rng.normal(efficiency, deviation, shape), 0, 1)
        copies = np.ones(shape, dtype=np.int64)
        for _ in range(cycles):
            copies += rng.binomial(copies, chance)
        return copies.astype(np.float64)

    return sizes


def favoured(one_in: int, times: float) -> Law:
    """One molecule in so many is copied so many times as often as the others."""
    return lambda rng, shape: np.where(rng.random(shape) < 1 / one_in, times, 1.0)


LAWS: dict[str, Law] = {
    "log-normal, standard deviation 0.8": log_normal(0.8),
    "log-normal, standard deviation 1": log_normal(1.0),
    "log-normal, standard deviation 1.2": log_normal(1.2),
    "geometric": gamma(1.0),
    "gamma, squared coefficient of variation 1.4": gamma(1.4),
    "gamma, squared coefficient of variation 2": gamma(2.0),
    "gamma, squared coefficient of variation 2.5": gamma(2.5),
    "branching, 20 cycles, efficiency 0.85": branching(20, 0.85),
    "branching, 10 cycles, efficiency 0.75 (standard deviation 0.1)": branching(10, 0.75, 0.1),
    "branching, 20 cycles, efficiency 0.75 (standard deviation 0.1)": branching(20, 0.75, 0.1),
    "branching, 10 cycles, efficiency 0.6 (standard deviation 0.15)": branching(10, 0.6, 0.15),
    "branching, 20 cycles, efficiency 0.6 (standard deviation 0.15)": branching(20, 0.6, 0.15),
    "one molecule in 200 copied 30 times as often": favoured(200, 30),
    "one molecule in 100 copied ten times as often": favoured(100, 10),
}


def share_held(law: Law, molecules: int, reads: int, samples: int, seed: int) -> float:
    """The share of samples whose 95 % interval holds the VAF."""
    rng = np.random.default_rng(seed)
    sizes = law(rng, (samples, molecules))
    mutant = (sizes * (rng.random(sizes.shape) < VAF)).sum(axis=1) / sizes.sum(axis=1)
    spread = Sampling(CountedUnit.READS, molecules).spread(reads)
    counts: list[int] = rng.binomial(reads, mutant).tolist()
    intervals = [wilson_interval(count, reads, spread) for count in counts]
    return sum(low <= VAF <= high for low, high in intervals) / samples


def main() -> None:
    """Print a line for each law."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--samples", type=int, default=600, help="of each number of molecules")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, law in LAWS.items():
        shares = [
            share_held(law, molecules, molecules * each, options.samples, options.seed)
            for molecules in MOLECULES
            for each in READS_BY_MOLECULE
        ]
        print(f"{name}: {sum(shares) / len(shares):.1%} ({min(shares):.1%} to {max(shares):.1%})")


if __name__ == "__main__":
    run(main)
