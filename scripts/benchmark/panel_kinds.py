r"""Kinds of events that stand close together, and damage: drawn, simulated, called and scored.

    python -m scripts.benchmark.panel_kinds --seeds 1 2 --vaf 0.2 --depth 500 --work FOLDER \
        [--kinds "neighbours in cis" repeat] [--assay amplicon]

The kinds are those of `scripts.benchmark.kind_cases`; scores of several seeds are put together.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.simulation.design import SIMULATED
from scripts.benchmark.damaged_reads import damage_line
from scripts.benchmark.kind_cases import KINDS, draw_cases
from scripts.benchmark.kind_reads import Drawn, rows_of
from scripts.benchmark.kind_scores import KindScore, score_cases, table_of
from scripts.benchmark.panel_data import (
    SmallGenome,
    Targets,
    gtf_of,
    panel_models,
    read_genome,
    targets_of,
)
from scripts.benchmark.panel_stage import StageInputs
from scripts.command import run
from scripts.workflow.digest import CHECKOUT


def stage_inputs(data: Path, folder: Path) -> tuple[SmallGenome, Targets, StageInputs]:
    """The small genome with its models and targets, written into a new folder and indexed."""
    genome = read_genome(data / "reference" / "panel_segments.grch38.fa.gz")
    gtf = gtf_of(genome, panel_models(data / "models" / "panel54_mane_models.tsv", genome))
    targets = targets_of(genome, CHECKOUT / "panels" / "myeloid54" / "all_coding.GRCh38.bed")
    folder.mkdir(parents=True)
    (folder / "genome.fa").write_text(genome.fasta(), "ascii")
    pysam.faidx(str(folder / "genome.fa"))
    (folder / "genes.gtf").write_text(gtf, "utf-8")
    lines = [f"{c}\t{start}\t{end}\t{name}\n" for name, (c, start, end) in targets.items()]
    (folder / "targets.bed").write_text("".join(sorted(lines)), "utf-8")
    inputs = StageInputs(folder / "genome.fa", folder / "genes.gtf", folder / "targets.bed")
    return genome, targets, inputs


def bench_kinds(
    data: Path,
    work: Path,
    drawn: Drawn,
    seeds: Sequence[int],
    count: int,
    kinds: Collection[str] = (),
) -> list[str]:
    """Draw, simulate, call and score; the lines of a table, and what went wrong.

    Damage is put into reads of capture only: those of an amplicon all begin alike.
    """
    scores: dict[str, KindScore] = {}
    notes: list[str] = []
    for seed in seeds:
        folder = work / str(seed)
        genome, targets, inputs = stage_inputs(data, folder)
        inputs = replace(inputs, assay=drawn.assay)
        cases = draw_cases(genome, targets, seed, count, kinds)
        rows = rows_of(folder, genome, cases, inputs, drawn, seed)
        found, words = score_cases(cases, rows, genome, drawn.vaf)
        for kind, score in found.items():
            scores.setdefault(kind, KindScore(kind)).add(score)
        head = f"seed {seed}"
        if drawn.assay is Assay.CAPTURE:
            head = f"{head}: {damage_line(folder, genome, cases, inputs, seed)}"
        notes += ["", head, *words]
    return [*table_of(scores.values()), *notes]


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw, simulate, call and score; print the table and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared")
    parser.add_argument("--work", type=Path, required=True, help="a folder that does not exist")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--vaf", type=float, default=0.2)
    parser.add_argument("--depth", type=float, default=500)
    parser.add_argument("--cases", type=int, default=12 * len(KINDS), help="of each seed")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=(), metavar="KIND")
    parser.add_argument("--assay", type=Assay, choices=SIMULATED, default=Assay.CAPTURE)
    options = parser.parse_args(arguments)
    lines = bench_kinds(
        options.data,
        options.work,
        Drawn(options.vaf, options.depth, options.assay),
        options.seeds,
        options.cases,
        options.kinds,
    )
    print("\n".join(lines))


if __name__ == "__main__":
    run(main)
