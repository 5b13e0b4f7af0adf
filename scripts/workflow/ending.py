"""The end of a run: what is said, and what is written of one that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flt3itd import __version__
from flt3itd.common.plurals import counted
from flt3itd.common.standard_error import say
from flt3itd.common.tables import write_table
from scripts.inputs.samples import Sample
from scripts.inputs.settings import Settings
from scripts.records.failure import FAILED, PARTIAL, SUMMARY, Failure
from scripts.workflow.closing_words import UnfinishedRun, read_summary, words_of_success
from scripts.workflow.digest import CHECKOUT
from scripts.workflow.failures import cause_in, failures
from scripts.workflow.outdated import remove_outdated
from scripts.workflow.terminal import is_silent


def remove_partial(output: Path) -> None:
    """Remove what was written of an earlier run that failed."""
    remove_outdated(str(output / name) for name in PARTIAL)


def run_words(settings: Settings, source: str, samples: Iterable[Sample]) -> str:
    """What a run was: the pipeline, what it was given, and, where it has ended, what it found."""
    sheet = list(samples)
    patients = {sample.patient for sample in sheet}
    output = Path(settings.output)
    rows = read_summary(output / "summary.tsv")
    found = words_of_success(output, rows) if rows else ["There is no table of all samples yet."]
    whose = counted(len(patients), "patient")
    return "\n".join(
        [
            f"Pipeline:      version {__version__}",
            f"Configuration: {source}",
            f"Samples:       {len(sheet)} of {whose}, from {settings.samples}",
            f"Genome:        {settings.reference.fasta} ({settings.reference.build})",
            f"Panel:         {settings.panel.name}, {settings.panel.targets}",
            f"Results:       {output.absolute()}",
            "",
            *found,
        ]
    )


def tell_success(workflow: Any, output: Path) -> None:
    """Say what was found, where the table of all samples was asked for or is complete."""
    rows = read_summary(output / "summary.tsv")
    if rows and not is_silent(workflow):
        sys.stdout.write("".join(f"{line}\n" for line in words_of_success(output, rows)))
        sys.stdout.flush()


def tell_failure(
    workflow: Any, settings: Settings, patients: Mapping[str, str], on_full_disk: frozenset[str]
) -> None:
    """Say what failed and how to go on, and write what can be told of the samples that are done.

    `patients` has the patient of each sample.
    """
    output = Path(settings.output)
    failed = failures(workflow.scheduler.failed, patients, on_full_disk)
    partial, trouble = _write_partial(settings, patients, failed) if failed else ((), "")
    rows = read_summary(output / SUMMARY) if failed else []
    if is_silent(workflow):
        return
    jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
    done = sum(map(workflow.dag.finished, jobs))
    keeps_going = workflow.execution_settings.keep_going
    unfinished = UnfinishedRun(output, failed, rows, done, len(jobs), partial, keeps_going)
    for line in unfinished.words():
        say(line)
    if trouble:
        say(f"No tables could be made of the samples that are done: {trouble}")


def _write_partial(
    settings: Settings, patients: Mapping[str, str], failed: list[Failure]
) -> tuple[tuple[str, ...], str]:
    """What was written, and why nothing was: a run that failed ends with words, not a traceback.

    Another process does it, so that only a run that failed pays for what that imports.
    """
    output = Path(settings.output)
    command = [sys.executable, "-m", "scripts.cohort.partial", "--output", str(output)]
    command += ["--limits", settings.quality.model_dump_json()]
    try:
        write_table(output / FAILED, Failure, failed)
    except OSError as error:
        return (), f"{output}: {error.strerror}"
    done = subprocess.run(
        command, input=json.dumps(patients), capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    if done.returncode:
        return (), cause_in(done.stderr)
    return tuple(done.stdout.split()), ""
