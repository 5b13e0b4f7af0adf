"""The set `molecules` of `make bench`: whether intervals hold the truth, with and without UMIs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flt3itd.common.sampling import GENOME_PICOGRAMS
from scripts.benchmark.effort import Effort
from scripts.benchmark.molecule_samples import MoleculePlan, called, write_molecules
from scripts.benchmark.table import markdown

DEPTHS = ((200, 0.1), (600, 0.05), (2000, 0.02))
"""Molecules of a sample, and the share of them with the ITD."""
_FAMILY = 4.0
"""Reads of a molecule."""
_SAMPLES = {Effort.QUICK: 20, Effort.USUAL: 60, Effort.FULL: 200}
COUNTED = ("molecules (UMIs)", "reads, input known")


@dataclass(frozen=True)
class Held:
    """What one sample said, for each way of counting: whether its interval holds the truth.

    None where the ITD was not called at all; `vaf` then is 0.
    """

    counted: str
    holds: bool | None
    vaf: float
    exact: bool
    false: int


@dataclass(frozen=True)
class CoverageRow:
    """The samples of one depth, counted in one way."""

    molecules: int
    vaf: float
    counted: str
    samples: int
    called: int
    exact: int
    false: int
    held: int
    mean_vaf: float


def run_molecules(
    folder: Path, seed: int, *, effort: Effort, jobs: int, samples: int | None
) -> list[str]:
    """Simulate, call and score; returns the table as lines of Markdown."""
    samples = samples or _SAMPLES[effort]
    rows: list[CoverageRow] = []
    with ProcessPoolExecutor(jobs) as pool:
        for molecules, vaf in DEPTHS:
            plans = [
                MoleculePlan(f"M{molecules}_{n}", molecules, vaf, _FAMILY) for n in range(samples)
            ]
            found = list(pool.map(partial(_score, folder, seed), plans))
            for place, counted in enumerate(COUNTED):
                held = [each[place] for each in found]
                rows.append(
                    CoverageRow(
                        molecules,
                        vaf,
                        counted,
                        samples,
                        sum(one.holds is not None for one in held),
                        sum(one.exact for one in held),
                        sum(one.false for one in held),
                        sum(one.holds is True for one in held),
                        sum(one.vaf for one in held) / samples,
                    )
                )
    return list(_table(rows))


def _score(folder: Path, seed: int, plan: MoleculePlan) -> tuple[Held, ...]:
    fastq = write_molecules(plan, folder, seed)
    nanograms = plan.molecules * GENOME_PICOGRAMS / 1000
    options = (("--umi", "RX"), ("--input-ng", str(nanograms)))
    found = []
    for number, (counted, own) in enumerate(zip(COUNTED, options, strict=True)):
        itd = called(fastq, folder / f"{plan.name}.{number}", *own)
        passing = [event for event in itd["events"] if event["filter"] == "PASS"]
        right = [event for event in passing if event["length_bp"] == 30 and not event["filler"]]
        if not right:
            found.append(Held(counted, None, 0.0, exact=False, false=len(passing)))
            continue
        holds = right[0]["vaf_low"] <= plan.vaf <= right[0]["vaf_high"]
        found.append(Held(counted, holds, right[0]["vaf"], exact=True, false=len(passing) - 1))
    for path in folder.glob(f"{plan.name}[._]*"):
        path.unlink()
    return tuple(found)


def _table(rows: list[CoverageRow]) -> Iterator[str]:
    titles = [
        *("counted", "molecules", "VAF", "samples", "exact", "false", "mean VAF"),
        "truth in the interval",
    ]
    body = [
        [
            *(row.counted, row.molecules, f"{row.vaf:g}", row.samples, row.exact, row.false),
            *(f"{row.mean_vaf:.4f}", f"{row.held / max(1, row.called):.1%} of {row.called}"),
        ]
        for row in rows
    ]
    yield from markdown(titles, body, left=1)
