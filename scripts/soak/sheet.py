"""A sheet of thousands of samples: how long its plan takes, and what is built over all reports.

Processor time: planning takes minutes, in which a machine with other work does little of it.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.cohort.write import CohortFiles
from scripts.soak.cost import processor_seconds
from scripts.soak.runs import Planned, command, write_run
from scripts.workflow.digest import CHECKOUT

SAMPLES = 2000
TIMEPOINTS = 2


def planned() -> list[Planned]:
    """Two timepoints of each of a thousand patients."""
    return [
        Planned(f"S{number:04}", f"P{patient:04}", order + 1, 0.2, 100)
        for number in range(SAMPLES)
        for patient, order in [divmod(number, TIMEPOINTS)]
    ]


def copies(source: Path, results: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Reports of one patient's two samples under the names of the plan: patient, its samples.

    In JSON and only there, the old names are replaced by the new ones wherever they stand.
    """
    samples = [(source / name / "report.json").read_text("utf-8") for name in ("S0000", "S0001")]
    patient = (source / "patients" / "P0000" / "report.json").read_text("utf-8")
    for number in range(0, SAMPLES, TIMEPOINTS):
        names = [f"S{number + order:04}" for order in range(TIMEPOINTS)]
        person = f"P{number // TIMEPOINTS:04}"
        new = {"S0000": names[0], "S0001": names[1], "P0000": person}

        def renamed(text: str, new: dict[str, str] = new) -> str:
            for old, name in new.items():
                text = text.replace(f'"{old}"', f'"{name}"')
            return text

        paths = []
        for name, text in zip(names, samples, strict=True):
            paths.append(_written(results / name / "report.json", renamed(text)))
        yield _written(results / "patients" / person / "report.json", renamed(patient)), paths


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return path


def sheet_section(work: Path, cores: int) -> str:
    """Plan the sheet, then build the cohort from as many reports; times as Markdown."""
    write_run(work / "plan", planned())
    before = processor_seconds()
    subprocess.run(
        command(work / "plan", cores, "--dry-run", "--quiet", "all"),
        check=True, capture_output=True,
    )  # fmt: skip
    planning = processor_seconds() - before
    write_run(work / "pair", planned()[:TIMEPOINTS])
    subprocess.run(command(work / "pair", cores), check=True, stdout=subprocess.DEVNULL)
    made = list(copies(work / "pair" / "results", work / "copies"))
    lists = {"reports": [path for _, paths in made for path in paths]}
    lists["patients"] = [path for path, _ in made]
    arguments = []
    for name, paths in lists.items():
        listed = work / name
        listed.write_text("".join(f"{path}\n" for path in paths), "utf-8")
        arguments += [f"--{name}", str(listed)]
    out = work / "cohort"
    for field in dataclasses.fields(CohortFiles):
        arguments += [f"--{field.name.replace('_', '-')}", str(out / field.name)]
    before = processor_seconds()
    program = [sys.executable, "-m", "scripts.cohort.write", *arguments]
    subprocess.run(program, check=True, capture_output=True, cwd=CHECKOUT)
    building = processor_seconds() - before
    rows = len((out / "summary").read_text("utf-8").splitlines()) - 1
    if rows != SAMPLES:
        raise RuntimeError(f"expected {SAMPLES} rows over all samples, found {rows}")
    page = (out / "html").stat().st_size / 1e6
    return (
        f"{SAMPLES:,} samples of {SAMPLES // TIMEPOINTS:,} patients are planned in "
        f"{planning:.0f} s of processor time\n(`snakemake --dry-run`). From as many reports, "
        f"tables and page of the cohort ({page:.1f} MB) are\nbuilt in {building:.0f} s of it.\n"
    )
