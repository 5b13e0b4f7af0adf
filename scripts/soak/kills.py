"""Runs that are killed as soon as a rule starts in which they were not, and started again."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pysam

from scripts.soak.runs import Planned, command, results, write_run
from scripts.workflow.digest import CHECKOUT

DELAYS = (0.0, 0.1, 0.3, 0.8)
"""Seconds from the start of a rule to the signal, in turn."""

PATIENCE = 300
"""Seconds in which a run must have ended after the signal."""

_START = re.compile(r"^ *(?:local)?rule (\w+):$")
_GENOME = "panels/example/reference.fa"


def killed_in_a_rule(
    run: Sequence[str], wanted: Callable[[str], bool], how: signal.Signals, delay: float
) -> str | None:
    """Start a run; kill it and all its jobs a moment after a rule that is wanted has started.

    Only SIGKILL leaves the folder locked, so only then the lock is taken away.

    Returns:
        The name of the rule; None where the run came to its end.

    Raises:
        RuntimeError: The run failed by itself.
        subprocess.TimeoutExpired: The signal did not end it.
    """
    lines = []
    with subprocess.Popen(
        [*run, "--printshellcmds"],  # which tells every job in the terminal
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            started = _START.match(line)
            if started and wanted(started.group(1)):
                time.sleep(delay)
                os.killpg(process.pid, how)
                try:
                    process.communicate(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    raise
                if how is signal.SIGKILL:
                    subprocess.run([*run, "--unlock"], check=True, capture_output=True)
                return started.group(1)
    if process.returncode != 0:
        raise RuntimeError("".join(lines[-40:]))
    return None


def killed_in_every_rule(run: Sequence[str], how: signal.Signals) -> list[str]:
    """Kill a run in every rule, each time in another one; the last run comes to its end.

    Returns:
        The rules in which it was killed.
    """
    killed: list[str] = []
    for delay in itertools.cycle(DELAYS):
        rule = killed_in_a_rule(run, lambda name: name not in killed, how, delay)
        if rule is None:
            break
        killed.append(rule)
    return killed


def files(folder: Path) -> list[str]:
    """The names of all files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def differences(disturbed: Path, undisturbed: Path) -> Iterator[str]:
    """What one output folder has more, less or otherwise than another."""
    names = set(files(disturbed)) ^ set(files(undisturbed))
    yield from sorted(names)
    here, there = results(disturbed), results(undisturbed)
    yield from (name for name in here if name in there and here[name] != there[name])


def _write_population(path: Path) -> Path:
    """A VCF of one frequent variant on the example panel, bgzipped and indexed."""
    lines = ["##fileformat=VCFv4.3", '##INFO=<ID=AF,Number=A,Type=Float,Description="frequency">']
    with pysam.FastxFile(str(CHECKOUT / _GENOME)) as genome:  # leaves no index in the checkout
        contigs = [(str(entry.name), str(entry.sequence).upper()) for entry in genome]
    lines += [f"##contig=<ID={name},length={len(bases)}>" for name, bases in contigs]
    contig, base = contigs[0][0], contigs[0][1][999]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    lines.append(f"{contig}\t1000\t.\t{base}\t{'A' if base != 'A' else 'C'}\t.\tPASS\tAF=0.3")
    path.write_text("\n".join(lines) + "\n", "ascii")
    return Path(pysam.tabix_index(str(path), preset="vcf", force=True))


def kills_section(work: Path, cores: int) -> str:
    """Kill a run in every rule with SIGTERM, another with SIGKILL; what was left, as Markdown.

    Raises:
        RuntimeError: A run failed, or ended with other results than the undisturbed one.
    """
    samples = [Planned("S1", "P", 1, 0.4, 150), Planned("S2", "P", 2, 0.08, 150)]
    undisturbed, given = work / "undisturbed", work / "given.bam"
    write_run(undisturbed, samples)
    aligned = "results/work/S1/aligned.bam"
    subprocess.run([*command(undisturbed, cores), aligned], check=True, capture_output=True)
    shutil.move(undisturbed / aligned, given)
    population = _write_population(work / "population.vcf")
    lines = []
    for how in (None, signal.SIGTERM, signal.SIGKILL):
        folder = work / how.name if how else undisturbed
        write_run(folder, samples, {"S3": given}, annotation={"population": str(population)})
        run = command(folder, cores, "--rerun-incomplete")
        if how is None:
            subprocess.run(run, check=True, capture_output=True)
            continue
        rules = killed_in_every_rule(run, how)
        other = list(differences(folder / "results", undisturbed / "results"))
        if other:
            raise RuntimeError(f"after {how.name}, other than undisturbed: {', '.join(other)}")
        listed = f"{how.name} in {len(rules)} rules: {', '.join(sorted(rules))}."
        lines += [*textwrap.wrap(listed, 100), ""]
    same = len(results(undisturbed / "results"))
    lines += [
        "(Missing is a rule whose last job came to its end while another rule was killed.)",
        "",
        f"After the last restart, all {same} tables, VCFs, JSON files and workbooks were the same"
        " bytes as those",
        "of an undisturbed run, and there was no file more and none less.",
    ]
    return "\n".join(lines) + "\n"
