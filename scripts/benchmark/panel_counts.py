"""Whether the VAFs of the panel are true: many drawn variants, simulated and counted.

Every contig of the small genome (`scripts.benchmark.panel_data`) has a haplotype with a variant
every few hundred bases, so every variant is counted from fragments of its own. Only alignment and
counting are measured here, not the caller.
"""

from __future__ import annotations

import math
import random
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pysam

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.common.assay import Assay
from flt3itd.common.statistics import wilson_interval
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import parse_event
from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.kind_edits import other_base, random_bases
from scripts.benchmark.panel_data import SmallGenome, Truth, reader
from scripts.panel.alleles import Allele, AlleleCounts, count_alleles
from scripts.panel.read_rules import ReadRules

KINDS = {
    "substitution": (1, 1),
    "neighbouring substitutions": (2, 4),
    "deletion, 1 to 3 bases": (1, 3),
    "deletion, 4 to 9 bases": (4, 9),
    "deletion, 10 to 19 bases": (10, 19),
    "insertion, 1 to 3 bases": (1, 3),
    "insertion, 4 to 9 bases": (4, 9),
    "insertion, 10 to 19 bases": (10, 19),
    "duplication, 1 to 9 bases": (1, 9),
    "duplication, 10 to 19 bases": (10, 19),
    "replacement, 1 to 12 bases": (1, 12),
}
"""The kinds of variants, with their shortest and longest length in bases."""

_APART = 700
"""No fragment of the simulation shows two variants that lie so far apart."""
_EDGE = 350


@dataclass(frozen=True)
class CountScore:
    """Measured against true VAFs of one kind of variants; z is in binomial standard deviations."""

    kind: str
    variants: int
    ratio: float
    ratio_error: float
    mean_z: float
    rms_z: float
    in_interval: float

    def line(self) -> str:
        """One row of the table."""
        return (
            f"| {self.kind} | {self.variants} | {self.ratio:.4f} ± {self.ratio_error:.4f} | "
            f"{self.mean_z:+.2f} | {self.rms_z:.2f} | {self.in_interval:.1%} |"
        )


COUNT_HEADER = (
    "| kind | variants | measured / true | mean z | rms z | in interval |",
    "|---|---|---|---|---|---|",
)


def draw_variants(genome: SmallGenome, vaf: float, seed: int) -> Iterator[tuple[str, Truth]]:
    """A variant of some kind every `_APART` bases of the true sequences, all kinds in turn."""
    rng = random.Random(seed)
    kinds = list(KINDS)
    number = seed
    for gene, slices in genome.slices.items():
        sequence = genome.sequence(gene)
        for one in slices:
            first, last = one.offset + _EDGE, one.offset + len(one.sequence) - _EDGE
            for start in range(first + rng.randrange(_APART // 2), last, _APART):
                kind = kinds[number % len(kinds)]
                number += 1
                truth = _drawn(kind, gene, sequence, start, vaf, rng)
                if "N" not in truth.ref + truth.alt:
                    yield kind, truth


def _drawn(
    kind: str, gene: str, sequence: str, start: int, vaf: float, rng: random.Random
) -> Truth:
    """A variant of a kind, anchored by the base before it unless bases are replaced."""
    length = rng.randint(*KINDS[kind])
    anchor = sequence[start]
    ref = sequence[start : start + length]
    match kind.partition(",")[0]:
        case "deletion":
            return Truth(gene, start, sequence[start : start + length + 1], anchor, "", vaf)
        case "insertion":
            return Truth(gene, start, anchor, anchor + random_bases(length, rng), "", vaf)
        case "duplication":
            copied = sequence[start + 1 : start + 1 + length]
            return Truth(gene, start, anchor, anchor + copied, "", vaf)
        case "replacement":
            alt = random_bases(rng.randint(*KINDS[kind]), rng)
            # Both ends differ, or it is a smaller variant than it seems.
            alt = (
                other_base(ref[0], rng)
                + alt[1:-1]
                + (other_base(ref[-1], rng) if len(alt) > 1 else "")
            )
            return Truth(gene, start, ref, alt, "", vaf)
    alt = "".join(other_base(base, rng) for base in ref)
    return Truth(gene, start, ref, alt, "", vaf)


def count_drawn(
    folder: Path, genome: SmallGenome, truths: Sequence[Truth], vaf: float, depth: int, seed: int
) -> dict[Truth, AlleleCounts]:
    """Simulate a sample with variants, align it, and count its fragments."""
    folder.mkdir(parents=True)
    fasta = folder / "genome.fa"
    fasta.write_text(genome.fasta(), "ascii")
    references = {gene: genome.sequence(gene) for gene in genome.slices}
    by_gene: dict[str, list[Truth]] = defaultdict(list)
    for truth in truths:
        by_gene[truth.gene].append(truth)
    design = SampleDesign(
        "counts",
        tuple(
            MutantHaplotype("mutant", vaf, tuple(parse_event(t.event()) for t in some))
            for some in by_gene.values()
        ),
        Depths(depth),
        Library(),
    )
    targets = [
        Stretch(t.gene, t.start - _EDGE, t.start + _EDGE, f"{t.gene}|{t.start}", 0.0)
        for t in truths
    ]
    reads = [folder / f"R{mate}.fastq.gz" for mate in (1, 2)]
    bam = folder / "aligned.bam"
    write_simulation(simulate(design, references, targets, seed), reads[0], reads[1], None)
    align(fasta, reads, bam)
    counts: dict[Truth, AlleleCounts] = {}
    with pysam.AlignmentFile(str(bam)) as file:
        for gene, some in by_gene.items():
            alleles = {Allele(t.gene, t.start, t.ref, t.alt): t for t in some}
            found = count_alleles(
                file,
                alleles,
                reader(references[gene]),
                ReadRules(Assay.CAPTURE, 20, 20),
            )
            counts |= {alleles[allele]: count for allele, count in found.items()}
    return counts


def align(fasta: Path, reads: Iterable[Path], bam: Path, assay: Assay = Assay.CAPTURE) -> None:
    """Align as rules/align.smk does: duplicates are marked where fragments begin anywhere."""
    subprocess.run(["bwa", "index", str(fasta)], check=True, capture_output=True)
    group = r"@RG\tID:counts\tSM:counts"
    stages: list[list[str]] = [
        ["bwa", "mem", "-Y", "-v", "1", "-t", "2", "-R", group, str(fasta), *map(str, reads)],
    ]
    if assay is Assay.CAPTURE:
        stages += [
            ["samtools", "fixmate", "-u", "-m", "-", "-"],
            ["samtools", "sort", "-u", "-"],
            ["samtools", "markdup", "--write-index", "-", f"{bam}##idx##{bam}.bai"],
        ]
    else:
        stages.append(["samtools", "sort", "--write-index", "-o", f"{bam}##idx##{bam}.bai", "-"])
    processes: list[subprocess.Popen[bytes]] = []
    for stage in stages:
        before = processes[-1].stdout if processes else None
        output = subprocess.PIPE if stage is not stages[-1] else None
        processes.append(
            subprocess.Popen(stage, stdin=before, stdout=output, stderr=subprocess.DEVNULL)
        )
        if before:
            before.close()
    for stage, process in zip(stages, processes, strict=True):
        if process.wait():
            raise subprocess.CalledProcessError(process.returncode, stage)


def score_counts(counts: Iterable[tuple[str, float, AlleleCounts]]) -> list[CountScore]:
    """Score counts of variants of a kind and a VAF."""
    table = pd.DataFrame(
        [
            (kind, vaf, one.mutant, one.informative, *wilson_interval(one.mutant, one.informative))
            for kind, vaf, one in counts
        ],
        columns=["kind", "vaf", "mutant", "informative", "low", "high"],
    )
    table["expected"] = table["informative"] * table["vaf"]
    table["variance"] = table["expected"] * (1 - table["vaf"])
    noise = table["informative"].clip(lower=1) * table["vaf"] * (1 - table["vaf"])
    table["z"] = (table["mutant"] - table["expected"]) / np.sqrt(noise)
    table["inside"] = table["vaf"].between(table["low"], table["high"])
    scores = []
    for kind in (*KINDS, "all"):
        some = table if kind == "all" else table[table["kind"] == kind]
        expected = some["expected"].sum()
        scores.append(
            CountScore(
                kind,
                len(some),
                some["mutant"].sum() / expected,
                math.sqrt(some["variance"].sum()) / expected,
                some["z"].mean(),
                math.sqrt((some["z"] ** 2).mean()),
                some["inside"].mean(),
            )
        )
    return scores
