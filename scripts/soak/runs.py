"""Runs of the whole workflow over simulated samples, each in its own folder, for `make soak`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from scripts.inputs.simulation import FASTQ_FOLDER
from scripts.workflow.digest import CHECKOUT

CONFIG = "soak.yaml"
ITD = "chr13_28015001_28037000:19104-19148dup"
"""The duplication of 45 bases that every simulated sample has, on the example panel."""

_PLAN = "sample haplotype vaf events assay depth read_length fragment_mean fragment_sd"
_SHEET = "sample patient timepoint order tissue cohort assay fq1 fq2 bam"
_RULE = re.compile(r"^ *rule (\w+):\n(.*?)(?=^ *rule \w+:\n|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Planned:
    """A simulated capture sample: VAF of its ITD, and fragments over every base of the targets."""

    name: str
    patient: str
    order: int
    vaf: float
    depth: int


@dataclass(frozen=True)
class Measured:
    """The most that one rule took for one job: seconds of wall time, peak memory in MB."""

    rule: str
    seconds: float
    peak_mb: float


def write_run(
    folder: Path,
    samples: Sequence[Planned],
    bams: Mapping[str, Path] | None = None,
    **settings: Mapping[str, Any],
) -> None:
    """Write plan, sheet and configuration of a run into its folder.

    `bams` are further samples by name, given as BAM; `settings` are sections of the configuration.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan, sheet = [_PLAN.split()], [_SHEET.split()]
    for sample in samples:
        name, patient, order, vaf, depth = map(str, astuple(sample))
        plan.append([name, "ITD45", vaf, ITD, "capture", depth, "150", "280", "60"])
        reads = [f"{FASTQ_FOLDER}/{name}_R{mate}.fastq.gz" for mate in (1, 2)]
        cells = [name, patient, f"time {order}", order, "BM", "newly_diagnosed", "capture"]
        sheet.append([*cells, *reads, ""])
    for name, bam in (bams or {}).items():
        cells = [name, name, "diagnosis", "1", "BM", "newly_diagnosed", "capture"]
        sheet.append([*cells, "", "", str(bam)])
    for file, rows in (("plan.tsv", plan), ("samples.tsv", sheet)):
        (folder / file).write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    example = yaml.safe_load((CHECKOUT / "config" / "config.yaml").read_text("utf-8"))
    config: dict[str, Any] = {"samples": "samples.tsv", "simulation": "plan.tsv"}
    config |= {key: _absolute(example[key]) for key in ("reference", "panel")}
    config |= {"output": "results", **settings}
    (folder / CONFIG).write_text(yaml.safe_dump(config), "utf-8")


def _absolute(section: Mapping[str, Any]) -> dict[str, Any]:
    """A section of the example's configuration with whole paths."""
    return {
        key: str(CHECKOUT / value) if isinstance(value, str) and "/" in value else value
        for key, value in section.items()
    }


def command(folder: Path, cores: int, *arguments: str) -> list[str]:
    """The command that runs the workflow in a folder that `write_run` has made."""
    return [
        sys.executable, "-m", "snakemake", "--snakefile", str(CHECKOUT / "Snakefile"),
        "--directory", str(folder), "--configfile", str((folder / CONFIG).absolute()),
        "--cores", str(cores), *arguments,
    ]  # fmt: skip


def results(output: Path) -> dict[str, bytes]:
    """Every table, VCF, JSON and workbook of an output folder, by its path in it.

    Left out are the pages, whose header has a date, and what tells of the run and its work.
    """
    kinds = (".tsv", ".vcf.gz", ".tbi", ".json", ".xlsx")
    return {
        str(path.relative_to(output)): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file()
        and path.name.endswith(kinds)
        and path.relative_to(output).parts[0] not in ("logs", "benchmarks", "work")
    }


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
    """The worst of all benchmark files of each rule."""
    table = pd.concat(
        pd.read_csv(path, sep="\t", na_values="-").assign(
            rule=path.relative_to(benchmarks).parts[0].removesuffix(".tsv")
        )
        for path in sorted(benchmarks.rglob("*.tsv"))
    )
    worst = table.groupby("rule", sort=False)[["s", "max_rss"]].max().fillna(0.0)
    return [Measured(str(rule), float(s), float(peak)) for rule, s, peak in worst.itertuples()]
