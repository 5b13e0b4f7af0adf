"""A run of many small samples to its end: time, memory, and whether each answer is right.

Processor time, as a machine with other work takes several times as long.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pandas as pd

from scripts.soak.cost import processor_seconds
from scripts.soak.depth import above_asked
from scripts.soak.runs import Planned, asked_memory, command, measurements, write_run
from scripts.workflow.digest import CHECKOUT

SAMPLES = 24
TIMEPOINTS = 3
DEPTH = 300
VAFS = (0.4, 0.1, 0.2)
"""VAF of the ITD at each timepoint of a patient."""


def planned() -> list[Planned]:
    """Three timepoints of each of eight patients."""
    return [
        Planned(f"S{number + 1:02}", f"P{patient + 1}", order + 1, VAFS[order], DEPTH)
        for number in range(SAMPLES)
        for patient, order in [divmod(number, TIMEPOINTS)]
    ]


def found_vaf(results: Path, sample: str) -> float:
    """VAF of the one ITD of 45 bases that a sample has.

    Raises:
        ValueError: The sample has no result, another ITD, or several.
    """
    events = pd.read_csv(results / sample / "flt3.tsv", sep="\t")
    found = events[(events["event"] == "ITD") & (events["status"] == "detected")]
    if found["length_bp"].tolist() != [45]:
        raise ValueError(f"{sample}: expected one ITD of 45 bases, found {len(found)} ITDs")
    return float(found["vaf"].iloc[0])


def samples_section(work: Path, cores: int) -> str:
    """Run them all; what it took and what was found, as Markdown."""
    samples = planned()
    write_run(work, samples)
    before = processor_seconds()
    subprocess.run(command(work, cores), check=True, stdout=subprocess.DEVNULL)
    processor = processor_seconds() - before
    results = work / "results"
    worst = max(abs(found_vaf(results, one.name) - one.vaf) for one in samples)
    reports = len(list(results.glob("S*/report.html")))
    courses = len(list(results.glob("patients/*/report.html")))
    jobs = len(list((results / "benchmarks").rglob("*.tsv")))
    found = measurements(results / "benchmarks")
    highest = max(found, key=lambda one: one.peak_mb)
    rules = (path.read_text("utf-8") for path in sorted(CHECKOUT.glob("rules/*.smk")))
    patients = SAMPLES // TIMEPOINTS
    lines = [
        f"{SAMPLES} samples at {DEPTH}x, {TIMEPOINTS} timepoints of each of {patients} patients,"
        f" from FASTQ to reports on {cores} cores:",
        f"{jobs} jobs, {processor / 60:.1f} minutes of processor time.",
        f"The highest peak of memory was {highest.peak_mb:.0f} MB, in {highest.rule}.",
        above_asked(found, asked_memory(rules)),
        f"All {reports} reports of samples and {courses} of patients were there. Every sample had"
        " its one ITD,",
        f"with a VAF at most {worst:.3f} from the planned one.",
    ]
    return "\n".join(lines) + "\n"
