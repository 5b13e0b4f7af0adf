"""The set `residual` of `make bench`: limits over dilutions, false discoveries, and the speed.

A limit is the VAF that is found with probability 95 %. It is measured with samples of a few VAFs
around the computed one: the share that is found follows a probit line over the logarithm of the
VAF, which is fitted by likelihood (Finney, Probit Analysis, 1947).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from scripts.benchmark.molecule_samples import MoleculePlan, called, write_molecules
from scripts.benchmark.process import own_process, run_measured
from scripts.benchmark.table import markdown

_DILUTIONS = (0.25, 0.5, 0.75, 1.0, 1.5)
"""VAFs as multiples of the computed limit."""
_FOUND_WITH = 0.95
_MOLECULES, _QUICK_MOLECULES = 20_000, 2_000
_SAMPLES, _QUICK_SAMPLES = 60, 12
_WILD_TYPES, _QUICK_WILD_TYPES = 20, 3
_WILD_MOLECULES, _QUICK_WILD_MOLECULES = 100_000, 10_000
_PAIRS, _QUICK_PAIRS = (1_000_000, 10_000_000, 50_000_000), (100_000, 200_000, 400_000)
_FAMILY = 3.0
_DIAGNOSIS = MoleculePlan("diagnosis", 500, 0.3)


@dataclass(frozen=True)
class LimitRow:
    """A limit as computed and as measured, for one way of looking for an ITD."""

    sought: str
    molecules: int
    computed: float
    shares: tuple[float, ...]
    measured: float


@dataclass(frozen=True)
class SpeedLine:
    """One run of `flt3itd consensus`."""

    pairs: int
    seconds: float
    megabytes: float


def run_residual(
    folder: Path, seed: int, *, quick: bool, jobs: int, pairs: Sequence[int] = ()
) -> list[str]:
    """Measure limits, false discoveries and speed; returns the tables as lines of Markdown."""
    molecules = _QUICK_MOLECULES if quick else _MOLECULES
    samples = _QUICK_SAMPLES if quick else _SAMPLES
    diagnosis = write_molecules(_DIAGNOSIS, folder, seed)
    called(diagnosis, folder / "diagnosis", "--umi", "RX")
    known = folder / "diagnosis.itd.vcf.gz"
    with ProcessPoolExecutor(jobs) as pool:
        limits = _limits(pool, folder, seed, known, (molecules, samples))
        wild = _QUICK_WILD_TYPES if quick else _WILD_TYPES
        depth = _QUICK_WILD_MOLECULES if quick else _WILD_MOLECULES
        plans = [MoleculePlan(f"W{number}", depth, 0.0, _FAMILY) for number in range(wild)]
        false = list(pool.map(partial(_false, folder, seed, known), plans))
    speed = list(_speed(folder, seed, pairs or (_QUICK_PAIRS if quick else _PAIRS)))
    return [
        *_limit_table(limits, samples),
        "",
        f"Wild type: {wild} libraries of {depth} molecules, {sum(one for one, _ in false)} ITDs "
        f"called, the known ITD detected in {sum(one for _, one in false)}.",
        "",
        *_speed_table(speed),
    ]


def _limits(
    pool: ProcessPoolExecutor, folder: Path, seed: int, known: Path, size: tuple[int, int]
) -> list[LimitRow]:
    molecules, samples = size
    # Three molecules make a new ITD, two a known one: Poisson means that are reached in 95 %.
    computed = {"new ITD": 6.296 / molecules, "known ITD": 4.744 / molecules}
    rows = []
    for sought, limit in computed.items():
        shares = []
        for number, factor in enumerate(_DILUTIONS):
            plans = [
                MoleculePlan(f"D{sought[0]}{number}_{n}", molecules, factor * limit, _FAMILY)
                for n in range(samples)
            ]
            found = pool.map(partial(_found, folder, seed, known, sought), plans)
            shares.append(sum(found) / samples)
        measured = probit_limit([factor * limit for factor in _DILUTIONS], shares, samples)
        rows.append(LimitRow(sought, molecules, limit, tuple(shares), measured))
    return rows


def probit_limit(vafs: Sequence[float], shares: Sequence[float], samples: int) -> float:
    """The VAF that is found with probability 95 %, from the shares found at some VAFs."""
    logs = np.log(np.array(vafs))
    found = np.array(shares) * samples

    def deviance(line: np.ndarray) -> float:
        chance = np.clip(norm.cdf(line[0] + line[1] * (logs - logs.mean())), 1e-9, 1 - 1e-9)
        return -float((found * np.log(chance) + (samples - found) * np.log(1 - chance)).sum())

    fitted = minimize(deviance, np.array([1.0, 1.0]), method="Nelder-Mead").x
    return math.exp(float(logs.mean()) + (norm.ppf(_FOUND_WITH) - fitted[0]) / fitted[1])


def _found(folder: Path, seed: int, known: Path, sought: str, plan: MoleculePlan) -> bool:
    fastq = write_molecules(plan, folder, seed)
    options = ("--known", str(known)) if sought == "known ITD" else ()
    itd = called(fastq, folder / plan.name, "--umi", "RX", *options)
    _remove(folder, plan)
    if options:
        return bool(itd["known"][0]["status"] == "detected")
    return any(event["filter"] == "PASS" for event in itd["events"])


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


def _speed(folder: Path, seed: int, sizes: Sequence[int]) -> Iterator[SpeedLine]:
    """`flt3itd consensus` with one process over growing numbers of pairs."""
    for pairs in sizes:
        plan = MoleculePlan(f"P{pairs}", round(pairs / _FAMILY), 0.0, _FAMILY)
        fastq = write_molecules(plan, folder, seed)
        arguments = ["consensus", "--umi", "RX", "--assay", "amplicon", "--fastq"]
        arguments += [*map(str, fastq), "--out", str(folder / f"{plan.name}.bam")]
        measured = run_measured(own_process(arguments), folder / f"{plan.name}.log")
        if measured.status:
            raise RuntimeError(f"{plan.name}: exit status {measured.status}")
        _remove(folder, plan)
        yield SpeedLine(pairs, measured.seconds, measured.megabytes)


def _limit_table(rows: Sequence[LimitRow], samples: int) -> list[str]:
    shares = [f"found at {factor:g} x" for factor in _DILUTIONS]
    titles = ["sought", "molecules", "limit computed", *shares, "95 % point of the probit line"]
    body = [
        [
            *(row.sought, row.molecules, f"{row.computed:.2e}"),
            *(f"{round(share * samples)} of {samples}" for share in row.shares),
            f"{row.measured:.2e} ({row.measured / row.computed - 1:+.0%})",
        ]
        for row in rows
    ]
    return markdown(titles, body, left=1)


def _speed_table(lines: Sequence[SpeedLine]) -> list[str]:
    titles = ["read pairs", "`flt3itd consensus` s", "pairs a second", "MB"]
    body = [
        [
            *(line.pairs, f"{line.seconds:.1f}", f"{line.pairs / line.seconds:,.0f}"),
            f"{line.megabytes:.0f}",
        ]
        for line in lines
    ]
    return markdown(titles, body, left=0)
