"""What one sample of the whole panel costs, against the same tools run by hand."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts.benchmark.panel import Sample, prepare
from scripts.benchmark.panel_data import gtf_of, panel_models, read_genome
from scripts.benchmark.panel_speed import noting_times, panel_seconds
from scripts.soak.runs import CONFIG, command
from scripts.workflow.digest import CHECKOUT

DEPTH = 1000
BY_HAND = (
    "trim_reads",
    "align_lane",
    "merge_lanes",
    "alignment_stats",
    "call_panel",
    "gather_panel",
    "hotspot_bases",
)
"""Rules that run fastp, bwa, samtools, freebayes or bcftools and nothing of this checkout."""
BEFORE = ("simulate_reads", "index_genome_for_bwa")
"""What comes before a sample: neither the pipeline's nor the tools'."""


def cost_section(data: Path, work: Path, cores: int) -> str:
    """Run one sample at 1000x over the targets of the panel; processor seconds as Markdown.

    `data` holds slices of the genome and gene models, as for `make bench-panel`.
    Raises UserError when they are not there.
    """
    genome = read_genome(data / "reference" / "panel_segments.grch38.fa.gz")
    gtf = gtf_of(genome, panel_models(data / "models" / "panel54_mane_models.tsv", genome))
    bed = CHECKOUT / "panels" / "myeloid54" / "targets.GRCh38.bed"
    prepare(work, genome, gtf, bed, [Sample("S", (), str(DEPTH))])
    (work / "config.yaml").rename(work / CONFIG)
    before = processor_seconds()
    subprocess.run(
        command(work, cores), check=True, stdout=subprocess.DEVNULL, env=noting_times(work)
    )
    return cost_table(panel_seconds(work), processor_seconds() - before)


def processor_seconds() -> float:
    """What all processes took that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost_table(seconds: Mapping[str, float], whole_run: float) -> str:
    """Processor seconds of each step of a run as Markdown, the dearest first, and their ratio.

    `whole_run` are those of Snakemake and all that it started.
    """
    snakemake = whole_run - sum(seconds.values())
    steps = {step: spent for step, spent in seconds.items() if step not in BEFORE}
    tools = sum(steps.get(step, 0.0) for step in BY_HAND)
    everything = sum(steps.values())
    lines = [
        f"A capture sample at {DEPTH:,}x over the targets of the panel, from FASTQ to all reports.",
        f"Processor time of the programs run by hand {tools:.0f} s, of all jobs {everything:.0f} s:"
        f" {everything / tools:.2f} times as much.",
        f"Snakemake itself, once a run, {snakemake:.0f} s: {(everything + snakemake) / tools:.2f}"
        " times with it.",
        "",
        "| step | CPU s | by hand |",
        "|---|---|---|",
    ]
    for step, spent in sorted(steps.items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"| {step} | {spent:.1f} | {'yes' if step in BY_HAND else ''} |")
    return "\n".join(lines) + "\n"
