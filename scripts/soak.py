"""Measure time and memory of every rule for one sample at rising depth; write a page of it.

The sample is simulated on the built-in example panel, at the same depth on every target, and goes
through the workflow alone. Figures are those that Snakemake's benchmark files hold.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.command import run, write_whole
from scripts.digest import CHECKOUT

DEPTHS = (500, 2000, 10_000)
"""Fragments over every base of the targets."""

_PLAN = """sample\thaplotype\tvaf\tevents\tassay\tdepth\tread_length\tfragment_mean\tfragment_sd
{name}\tITD45\t0.1\tchr13_28015001_28037000:19104-19148dup\tcapture\t{depth}\t150\t280\t60
"""
_SHEET = """sample\tpatient\ttimepoint\ttissue\tcohort\tassay\tfq1\tfq2
{name}\t{name}\tdiagnosis\tBM\tnewly_diagnosed\tcapture\t{reads}_R1.fastq.gz\t{reads}_R2.fastq.gz
"""
_RULE = re.compile(r"^ *rule (\w+):\n(.*?)(?=^ *rule \w+:\n|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Measured:
    """What one rule took for one sample: seconds of wall time, peak memory in MB."""

    rule: str
    seconds: float
    peak_mb: float


def asked_memory(rules: Iterable[str]) -> dict[str, int]:
    """The mem_mb that each rule in the texts of rule files asks for at its first attempt."""
    asked = {}
    for text in rules:
        for name, body in _RULE.findall(text):
            memory = re.search(r"mem_mb=growing\((\d+)\)", body)
            if memory:
                asked[name] = int(memory.group(1))
    return asked


def measurements(benchmarks: Path) -> list[Measured]:
    """The benchmark files of an output folder; of a rule that ran several times, the worst."""
    worst: dict[str, Measured] = {}
    for path in sorted(benchmarks.rglob("*.tsv")):
        rule = path.stem if path.parent == benchmarks else path.parent.name
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                peak = float(row["max_rss"]) if row["max_rss"] != "NA" else 0.0
                old = worst.get(rule, Measured(rule, 0.0, 0.0))
                worst[rule] = Measured(
                    rule, max(old.seconds, float(row["s"])), max(old.peak_mb, peak)
                )
    return list(worst.values())


def run_depth(work: Path, depth: int, cores: int) -> list[Measured]:
    """Run one sample at a depth through the workflow; its folder is `work`/<depth>x."""
    name = f"{depth}x"
    work.mkdir(parents=True, exist_ok=True)
    plan, sheet, config = (work / f"{name}.{kind}" for kind in ("plan.tsv", "tsv", "yaml"))
    plan.write_text(_PLAN.format(name=name, depth=depth), "utf-8")
    sheet.write_text(_SHEET.format(name=name, reads=f"example/fastq/{name}"), "utf-8")
    example = yaml.safe_load((CHECKOUT / "config" / "config.yaml").read_text("utf-8"))
    settings = {key: example[key] for key in ("reference", "panel")}
    settings |= {"samples": str(sheet), "simulation": str(plan), "output": str(work / name)}
    config.write_text(yaml.safe_dump(settings), "utf-8")
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--forceall"]
    subprocess.run([*command, "--configfile", str(config)], check=True, stdout=subprocess.DEVNULL)
    return measurements(work / name / "benchmarks")


def page(found: Mapping[int, Sequence[Measured]], asked: Mapping[str, int], cores: int) -> str:
    """The measurements as Markdown: a row for each rule, the slowest at the deepest first."""
    deepest = max(found)
    by_rule = {depth: {one.rule: one for one in rows} for depth, rows in found.items()}
    order = sorted(found[deepest], key=lambda one: (-one.seconds, one.rule))
    heads = [f"{depth:,}x" for depth in found]
    lines = [
        "# Time and memory",
        "",
        f"One sample on the example panel, {cores} cores, reads of 150 bases; made by `make soak`.",
        "Each cell: seconds of wall time, and the peak of resident memory in MB (0: too short to",
        "be measured). `mem_mb` is what the rule asks a scheduler for; a retry doubles it.",
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
    above = sorted(
        {
            one.rule
            for rows in found.values()
            for one in rows
            if one.peak_mb > asked.get(one.rule, sys.maxsize)
        }
    )
    lines += [
        f"Above its mem_mb: {', '.join(above)}." if above else "No rule was above its mem_mb."
    ]
    lines += [
        "",
        "Time grows with the number of reads over the targets, so with depth times panel size.",
        "Memory of alignment is that of the index, which a whole genome needs (about 6 GB for bwa,",
        "included in the 10,000 MB asked), and of the blocks that are sorted.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command behind `make soak`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("results/soak"))
    parser.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    parser.add_argument("--depth", type=int, nargs="+", default=list(DEPTHS))
    a = parser.parse_args()
    cores = os.cpu_count() or 1
    found = {depth: run_depth(a.work, depth, cores) for depth in sorted(a.depth)}
    asked = asked_memory(path.read_text("utf-8") for path in sorted(CHECKOUT.glob("rules/*.smk")))
    write_whole(a.page, page(found, asked, cores))


if __name__ == "__main__":
    run(main)
