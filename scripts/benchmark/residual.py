"""The set `residual` of `make bench`: limits over dilutions, false discoveries, and the speed.

A limit is the VAF that is found with probability 95 %. It is measured with samples of a few VAFs
around the stated one: the share that is found follows a probit line over the logarithm of the
VAF, which is fitted by likelihood (Finney, Probit Analysis, 1947).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from flt3itd.common.assay import Assay
from scripts.benchmark.consensus_speed import speed_lines, speed_table
from scripts.benchmark.effort import Effort
from scripts.benchmark.molecule_samples import MoleculePlan, called, write_molecules
from scripts.benchmark.table import markdown

DILUTIONS = (0.5, 0.75, 1.0, 1.25)
"""VAFs as multiples of the computed limit: there a probit line follows a Poisson number to 1 %."""
_FOUND_WITH = 0.95
MOLECULES = 1_000
ASSAYS = (Assay.AMPLICON, Assay.CAPTURE)
_NEW, _KNOWN = "new ITD", "known ITD"
_FAMILY = 3.0
_DIAGNOSIS = MoleculePlan("diagnosis", 500, 0.3)


@dataclass(frozen=True)
class Scale:
    """How much is made.

    `samples` of each dilution; in `deep` molecules, the VAF at which a known ITD must be found
    among them, and samples; wild types and their molecules; `pairs` of the files that speed is
    measured with.
    """

    samples: int
    deep: tuple[tuple[int, float, int], ...]
    wild_types: int
    wild_molecules: int
    pairs: tuple[int, ...]


SCALES = {
    Effort.QUICK: Scale(10, ((10_000, 1e-3, 2),), 3, 10_000, (100_000, 200_000, 400_000)),
    Effort.USUAL: Scale(60, ((100_000, 1e-4, 3),), 5, 100_000, (250_000, 500_000, 1_000_000)),
    Effort.FULL: Scale(
        150,
        ((100_000, 1e-4, 3), (1_000_000, 1e-5, 1)),
        20,
        100_000,
        (1_000_000, 10_000_000, 50_000_000),
    ),
}


@dataclass(frozen=True)
class LimitRow:
    """A limit as `flt3itd` states it and as measured, for one way of looking for an ITD."""

    assay: Assay
    sought: str
    molecules: int
    computed: float
    shares: tuple[float, ...]
    measured: float


def run_residual(
    folder: Path,
    seed: int,
    *,
    effort: Effort,
    jobs: int,
    pairs: Sequence[int],
    samples: int | None,
) -> list[str]:
    """Measure limits, false discoveries and speed; returns the tables as lines of Markdown."""
    scale = SCALES[effort]
    samples = samples or scale.samples
    diagnosis = write_molecules(_DIAGNOSIS, folder, seed)
    called(diagnosis, folder / "diagnosis", "--umi", "RX")
    known = folder / "diagnosis.itd.vcf.gz"
    wild, depth = scale.wild_types, scale.wild_molecules
    with ProcessPoolExecutor(jobs) as pool:
        _tell(f"limits, {samples} samples of each dilution")
        limits = list(_limits(pool, folder, seed, known, samples))
        _tell("a known ITD among many molecules")
        deep = [
            f"Known ITD at {vaf:g} among {molecules} molecules: found in "
            f"{sum(_deep(pool, folder, seed, known, (molecules, vaf, number)))} of {number}."
            for molecules, vaf, number in scale.deep
        ]
        _tell(f"{wild} wild types of {depth} molecules")
        plans = [MoleculePlan(f"W{number}", depth, 0.0, _FAMILY) for number in range(wild)]
        false = list(pool.map(partial(_false, folder, seed, known), plans))
    speed = list(speed_lines(folder, seed, pairs or scale.pairs, ASSAYS))
    return [
        *_limit_table(limits, samples),
        "",
        *deep,
        f"Wild type: {wild} libraries of {depth} molecules, {sum(one for one, _ in false)} ITDs "
        f"called, the known ITD detected in {sum(one for _, one in false)}.",
        "",
        *speed_table(speed),
    ]


def _tell(what: str) -> None:
    sys.stderr.write(f"residual: {what} ...\n")


def _limits(
    pool: ProcessPoolExecutor, folder: Path, seed: int, known: Path, samples: int
) -> Iterator[LimitRow]:
    for assay in ASSAYS:
        for sought in (_NEW, _KNOWN):
            name = f"{assay}_{sought[0]}"
            nothing = MoleculePlan(name, MOLECULES, 0.0, _FAMILY, assay=assay)
            stated = _said(folder, seed, known, sought, nothing)[1]
            shares = []
            for number, factor in enumerate(DILUTIONS):
                plans = [
                    replace(nothing, name=f"{name}{number}_{n}", vaf=factor * stated)
                    for n in range(samples)
                ]
                said = pool.map(partial(_said, folder, seed, known, sought), plans)
                shares.append(sum(found for found, _ in said) / samples)
            measured = probit_limit([factor * stated for factor in DILUTIONS], shares, samples)
            yield LimitRow(assay, sought, MOLECULES, stated, tuple(shares), measured)


def _deep(
    pool: ProcessPoolExecutor,
    folder: Path,
    seed: int,
    known: Path,
    row: tuple[int, float, int],
) -> Iterator[bool]:
    """Whether the known ITD is found at a VAF among so many molecules, sample by sample."""
    molecules, vaf, samples = row
    plans = [MoleculePlan(f"R{molecules}_{n}", molecules, vaf, _FAMILY) for n in range(samples)]
    for found, _ in pool.map(partial(_said, folder, seed, known, _KNOWN), plans):
        yield found


def probit_limit(vafs: Sequence[float], shares: Sequence[float], samples: int) -> float:
    """The VAF that is found with probability 95 %, from the shares found at some VAFs."""
    logs = np.log(np.array(vafs))
    found = np.array(shares) * samples

    def deviance(line: np.ndarray) -> float:
        chance = np.clip(norm.cdf(line[0] + line[1] * (logs - logs.mean())), 1e-9, 1 - 1e-9)
        return -float((found * np.log(chance) + (samples - found) * np.log(1 - chance)).sum())

    fitted = minimize(deviance, np.array([1.0, 1.0]), method="Nelder-Mead").x
    return math.exp(float(logs.mean()) + (norm.ppf(_FOUND_WITH) - fitted[0]) / fitted[1])


def _said(
    folder: Path, seed: int, known: Path, sought: str, plan: MoleculePlan
) -> tuple[bool, float]:
    """Whether the ITD of a sample is found, and the limit that is stated."""
    fastq = write_molecules(plan, folder, seed)
    options = ("--known", str(known)) if sought == _KNOWN else ()
    itd = called(fastq, folder / plan.name, "--umi", "RX", *options, assay=plan.assay)
    _remove(folder, plan)
    if options:
        (one,) = itd["known"]
        return one["status"] == "detected", one["limit_of_detection"]
    passing = [event for event in itd["events"] if event["filter"] == "PASS"]
    return bool(passing), itd["limit_of_detection"]


def _false(folder: Path, seed: int, known: Path, plan: MoleculePlan) -> tuple[int, int]:
    """New ITDs that pass in a wild type, and whether the known one is called."""
    fastq = write_molecules(plan, folder, seed)
    itd = called(fastq, folder / plan.name, "--umi", "RX", "--known", str(known))
    _remove(folder, plan)
    passing = sum(event["filter"] == "PASS" for event in itd["events"])
    return passing, int(itd["known"][0]["status"] == "detected")


def _remove(folder: Path, plan: MoleculePlan) -> None:
    for path in folder.glob(f"{plan.name}[._]*"):
        path.unlink()


def _limit_table(rows: Sequence[LimitRow], samples: int) -> list[str]:
    shares = [f"found at {factor:g} x" for factor in DILUTIONS]
    titles = [
        "sought",
        "assay",
        "molecules",
        "limit stated",
        *shares,
        "95 % point",
    ]
    body = [
        [
            *(row.sought, row.assay.value, row.molecules, f"{row.computed:.2e}"),
            *(f"{round(share * samples)} of {samples}" for share in row.shares),
            f"{row.measured:.2e} ({row.measured / row.computed - 1:+.0%})",
        ]
        for row in rows
    ]
    return markdown(titles, body, left=2)
