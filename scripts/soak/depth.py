"""Time and memory of every rule for one sample at rising depth, as Snakemake measured them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.soak.runs import Measured, Planned, asked_memory, command, measurements, write_run
from scripts.workflow.digest import CHECKOUT

DEPTHS = (500, 2000, 10_000)
"""Fragments over every base of the targets."""


def depth_section(work: Path, cores: int) -> str:
    """Run one sample at each depth; the measurements as Markdown."""
    found = {}
    for depth in DEPTHS:
        folder = work / f"{depth}x"
        write_run(folder, [Planned("S", "P", 1, 0.1, depth)])
        subprocess.run(command(folder, cores), check=True, stdout=subprocess.DEVNULL)
        found[depth] = measurements(folder / "results" / "benchmarks")
    rules = (path.read_text("utf-8") for path in sorted(CHECKOUT.glob("rules/*.smk")))
    return depth_table(found, asked_memory(rules), cores)


def above_asked(found: Sequence[Measured], asked: Mapping[str, int]) -> str:
    """A sentence that names the rules whose peak was above their mem_mb."""
    above = {one.rule for one in found if one.peak_mb > asked.get(one.rule, sys.maxsize)}
    if above:
        return f"Above its mem_mb: {', '.join(sorted(above))}."
    return "No rule was above its mem_mb."


def depth_table(
    found: Mapping[int, Sequence[Measured]], asked: Mapping[str, int], cores: int
) -> str:
    """The measurements as Markdown: a row for each rule, the slowest at the deepest first."""
    deepest = max(found)
    by_rule = {depth: {one.rule: one for one in rows} for depth, rows in found.items()}
    order = sorted(found[deepest], key=lambda one: (-one.seconds, one.rule))
    heads = [f"{depth:,}x" for depth in found]
    lines = [
        f"The example panel, {cores} cores, reads of 150 bases. In a cell: seconds of wall time,",
        "and the peak of resident memory in MB, which is sampled twice a second, so that most of",
        "a shorter step is not seen. `mem_mb` is what the rule asks for; a retry doubles it.",
        "",
        f"| rule | {' | '.join(heads)} | mem_mb |",
        f"|---|{'---|' * len(heads)}---|",
    ]
    for one in order:
        cells = []
        for depth in found:
            here = by_rule[depth].get(one.rule)
            cells.append(f"{here.seconds:.1f} s, {here.peak_mb:.0f} MB" if here else "")
        lines.append(f"| {one.rule} | {' | '.join(cells)} | {asked.get(one.rule, '')} |")
    totals = [f"{sum(one.seconds for one in rows):.0f} s" for rows in found.values()]
    lines += [f"| sum | {' | '.join(totals)} | |", ""]
    lines += [above_asked([one for rows in found.values() for one in rows], asked), ""]
    lines += [
        "Time grows with the number of reads over the targets, so with depth times panel size.",
        "Memory of alignment is that of the index, which a whole genome needs (about 6 GB for bwa,",
        "included in the 10,000 MB asked), and of the blocks that are sorted.",
    ]
    return "\n".join(lines) + "\n"
