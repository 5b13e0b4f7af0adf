"""How long the panel stage of the benchmark takes.

Snakemake's own figures are samples of the processor time, too coarse for steps of a second: here
the shell of each step says at its end what it and its programs took.
"""

from __future__ import annotations

import os
import re
import shlex
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.hgvs.transcript import Transcript
from scripts.benchmark.panel_data import Truth
from scripts.genome.reference_sequence import sequence_reader
from scripts.panel.alleles import Allele
from scripts.panel.annotate import Setting, annotate
from scripts.panel.calls import Call
from scripts.panel.filters import Thresholds
from scripts.panel.read_rules import ReadRules

SPEED_CALLS = 10_000
TOOLS = ("call_panel", "gather_panel", "hotspot_bases")
"""Steps that run freebayes, bcftools and samtools, which are run by hand the same way."""
OWN = ("long_events", "annotate_panel", "judge_sample")
"""Steps that this pipeline adds to them, for each sample."""

_TIMES = "times"
_STEP = re.compile(r"/logs/(\w+)[./]")
_CLOCK = re.compile(r"(\d+)m([\d.]+)s")


def noting_times(folder: Path) -> dict[str, str]:
    """An environment in which each shell writes its times and its command into a file.

    The files are in `folder`, for `panel_seconds`.
    """
    times = folder / _TIMES
    times.mkdir()
    note = folder / "note_times.sh"
    file = f"{shlex.quote(str(times))}/$$"
    trap = f'{{ times; printf %s "$BASH_EXECUTION_STRING"; }} > {file}'
    note.write_text(f"trap {shlex.quote(trap)} EXIT\n", "utf-8")
    return {**os.environ, "BASH_ENV": str(note)}


def panel_seconds(folder: Path) -> dict[str, float]:
    """Processor seconds of each step of the panel, over all samples of a run."""
    seconds: dict[str, float] = defaultdict(float)
    for path in (folder / _TIMES).iterdir():
        own, programs, command = path.read_text("utf-8").split("\n", maxsplit=2)
        step = _STEP.search(command)
        if step:
            clocks = _CLOCK.findall(own + programs)
            seconds[step[1]] += sum(60 * int(m) + float(s) for m, s in clocks)
    return seconds


def stage_time(seconds: Mapping[str, float]) -> str:
    """The panel stage in words: its programs, what is added to them, and by which steps."""
    tools = sum(seconds.get(step, 0.0) for step in TOOLS)
    own = {step: seconds.get(step, 0.0) for step in OWN}
    steps = ", ".join(f"{step} {spent:.1f}" for step, spent in own.items())
    added = sum(own.values())
    return f"programs {tools:.1f} CPU s, added {added:.1f} ({added / tools:.0%}: {steps})"


def annotation_seconds(
    folder: Path, sample: str, transcripts: Sequence[Transcript], truths: Sequence[Truth]
) -> float:
    """Processor seconds to count, name and filter 10,000 calls of a sample."""
    sequence_of = sequence_reader(folder / "results" / "work" / "reference" / "genome.fa")
    bases = {truth.gene: sequence_of(truth.gene) for truth in truths}
    calls: list[Call] = []
    for number in range(SPEED_CALLS):
        truth = truths[number % len(truths)]
        start = truth.start - 100 + number // len(truths)
        ref = bases[truth.gene](start, start + 1)
        if ref in "ACGT" and ref:
            alt = "ACGT"[("ACGT".index(ref) + 1 + number % 3) % 4]
            calls.append(Call(Allele(truth.gene, start, ref, alt), 10.0, 5, 1000))
    setting = Setting(
        sample=sample,
        build="GRCh38",
        transcripts=transcripts,
        sequence_of=sequence_of,
        thresholds=Thresholds(100, 0.01, 5, ReadRules(Assay.CAPTURE, 20, 20)),
    )
    begun = time.process_time()
    with pysam.AlignmentFile(str(folder / "results" / "work" / sample / "aligned.bam")) as bam:
        annotate(calls, bam, setting)
    return (time.process_time() - begun) * SPEED_CALLS / len(calls)
