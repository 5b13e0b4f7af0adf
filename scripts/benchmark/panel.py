r"""`make bench-panel`: known variants of the panel through the whole pipeline, scored.

    python -m scripts.benchmark.panel --data FOLDER --work FOLDER [--parts long known]

The data are slices of GRCh38, gene models, and lists of known variants, as README of the folder
says. The samples are simulated (`flt3itd simulate`) and called by Snakemake as any others.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import math
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.transcript import Transcript
from flt3itd.simulation.design import SimulationRow
from scripts.benchmark.kind_reads import Drawn
from scripts.benchmark.long_events import LONG_VAFS, Kinds, apart, long_truths, table_of_kinds
from scripts.benchmark.panel_counts import (
    COUNT_HEADER,
    count_drawn,
    draw_variants,
    score_counts,
)
from scripts.benchmark.panel_data import (
    SmallGenome,
    Targets,
    Truth,
    gtf_of,
    in_samples,
    known_truth,
    material_truth,
    panel_models,
    read_genome,
    targets_of,
    transcripts_of,
)
from scripts.benchmark.panel_kinds import bench_kinds
from scripts.benchmark.panel_names import CHANGES, name_table, whole_genes
from scripts.benchmark.panel_speed import (
    SPEED_CALLS,
    annotation_seconds,
    noting_times,
    panel_seconds,
    stage_time,
)
from scripts.command import run
from scripts.panel.rows import PanelVariant
from scripts.workflow.digest import CHECKOUT

PARTS = ("material", "known", "long", "wildtype", "counts", "kinds", "names")
KINDS = ((0.2, 500.0), (0.05, 1000.0))
"""VAF and depth of the kinds of events that stand close together."""
KIND_CASES = 560
COUNT_VAF = 0.3
COUNT_DEPTH = 500
KNOWN_VAFS = (0.05, 0.02)
ITD = (28_033_911, 28_034_210, 0.05)
"""The 300-bp ITD of the reference material: first and last base (GRCh38, 1-based), VAF."""
_SHEET = ("sample", "patient", "timepoint", "order", "tissue", "cohort", "assay", "fq1", "fq2")

_PANEL = CHECKOUT / "panels" / "myeloid54"


@dataclass(frozen=True)
class Sample:
    """A sample to simulate: its variants and the depth (notation: `flt3itd.simulation.design`)."""

    name: str
    truths: tuple[Truth, ...]
    depth: str
    others: tuple[tuple[str, str, float], ...] = ()
    """Further haplotypes: contig, event and VAF."""

    def rows(self) -> list[SimulationRow]:
        """The rows of the simulation table."""
        haplotypes = [(f"v{i}", t.vaf, t.event()) for i, t in enumerate(self.truths)]
        haplotypes += [(f"o{i}", vaf, event) for i, (_, event, vaf) in enumerate(self.others)]
        empty: list[tuple[str, float | None, str]] = [("none", None, "")]
        return [
            SimulationRow(self.name, name, vaf, events, Assay.CAPTURE, self.depth, 150, 280.0, 60.0)
            for name, vaf, events in (haplotypes or empty)
        ]


@dataclass(frozen=True)
class PanelScore:
    """What became of the variants of some samples."""

    part: str
    samples: int
    variants: int
    called: int
    to_pass: int
    passed: int
    named: int
    vaf_in_interval: int
    mean_z: float
    rms_z: float
    false_pass: int

    def line(self) -> str:
        """One row of the table; z is the error of a VAF in binomial standard deviations."""
        cells = (f"{c:.2f}" if isinstance(c, float) else str(c) for c in dataclasses.astuple(self))
        return "| " + " | ".join(cells) + " |"


def score(
    part: str, truths: dict[str, Sequence[Truth]], rows: dict[str, list[PanelVariant]]
) -> tuple[PanelScore, list[str]]:
    """Compare the rows of samples with their truth; also the misses in words."""
    called = to_pass = passed = named = inside = false = total = 0
    misses, errors = [], []
    for sample, expected in truths.items():
        true_rows = set()
        for truth in expected:
            total += 1
            to_pass += not truth.artifact
            found = next((row for row in rows[sample] if _is_same(row, truth)), None)
            if found is None:
                misses.append(f"{sample}: {truth.gene} {truth.hgvs_c} was not called")
                continue
            true_rows.add(id(found))
            called += 1
            passed += found.filter == "PASS" and not truth.artifact
            right = found.hgvs_c.split(":")[-1] == truth.hgvs_c
            named += right
            within = found.vaf_low <= truth.vaf <= found.vaf_high
            inside += within
            deviation = math.sqrt(truth.vaf * (1 - truth.vaf) / max(1, found.depth))
            errors.append((found.vaf - truth.vaf) / deviation)
            if (found.filter == "PASS") is truth.artifact or not right:
                misses.append(
                    f"{sample}: {truth.gene} {truth.hgvs_c} came out as {found.hgvs_c}, "
                    f"{found.filter}, VAF {found.vaf:.3f}"
                )
        wrong = [r for r in rows[sample] if r.filter == "PASS" and id(r) not in true_rows]
        false += len(wrong)
        misses += [
            f"{sample}: false: {r.gene} {r.hgvs_c} {r.chrom}:{r.pos} {r.ref}>{r.alt} {r.vaf:.4f}"
            for r in wrong
        ]
    count = max(1, len(errors))
    mean, rms = sum(errors) / count, math.sqrt(sum(error * error for error in errors) / count)
    numbers = (total, called, to_pass, passed, named, inside)
    return PanelScore(part, len(truths), *numbers, mean, rms, false), misses


def matched(
    samples: Sequence[Sample], rows: dict[str, list[PanelVariant]]
) -> list[tuple[Truth, PanelVariant | None]]:
    """Each variant with its row."""
    return [
        (truth, next((row for row in rows[sample.name] if _is_same(row, truth)), None))
        for sample in samples
        for truth in sample.truths
    ]


def _is_same(row: PanelVariant, truth: Truth) -> bool:
    """By the alleles, or by the name where they are written in another way."""
    if row.chrom != truth.gene:
        return False
    alleles = (row.pos - 1, row.ref, row.alt) == (truth.start, truth.ref, truth.alt)
    return alleles or row.hgvs_c.split(":")[-1] == truth.hgvs_c


def prepare(
    folder: Path, genome: SmallGenome, gtf: str, bed: Path, samples: Sequence[Sample]
) -> None:
    """Write genome, models, targets, simulation, sheet and configuration of one run."""
    folder.mkdir(parents=True)
    (folder / "genome.fa").write_text(genome.fasta(), "ascii")
    (folder / "genes.gtf").write_text(gtf, "utf-8")
    targets = targets_of(genome, bed)
    lines = [f"{c}\t{start}\t{end}\t{name}\n" for name, (c, start, end) in targets.items()]
    (folder / "targets.bed").write_text("".join(sorted(lines)), "utf-8")
    rows = [row for sample in samples for row in sample.rows()]
    write_table(folder / "simulation.tsv", SimulationRow, rows)
    with (folder / "samples.tsv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
        writer.writerow([*_SHEET, "bam"])
        for sample in samples:
            fastq = [f"example/fastq/{sample.name}_R{mate}.fastq.gz" for mate in (1, 2)]
            cells = ("diagnosis", 1, "BM", "newly_diagnosed", "capture")
            writer.writerow([sample.name, sample.name, *cells, *fastq, ""])
    (folder / "config.yaml").write_text(
        "samples: samples.tsv\nsimulation: simulation.tsv\n"
        "reference: {fasta: genome.fa, build: GRCh38, gene_models: genes.gtf}\n"
        f"panel: {{name: benchmark, targets: targets.bed, hotspots: {_PANEL}/hotspots.tsv, "
        f"known_variants: {_PANEL}/known_variants.tsv, genes: {_PANEL}/genes.tsv}}\n",
        "utf-8",
    )


def call(folder: Path, samples: Sequence[Sample], cores: int) -> dict[str, list[PanelVariant]]:
    """Run the pipeline up to the tables of the panel; the rows of each sample."""
    names = ("panel.tsv", "coverage.tsv", "hotspots.tsv", "kmt2a_ptd.tsv", "flt3.tsv")
    wanted = [f"results/{sample.name}/{name}" for sample in samples for name in names]
    command = [
        *(sys.executable, "-m", "snakemake", "--snakefile", str(CHECKOUT / "Snakefile")),
        *("--configfile", "config.yaml", "--cores", str(cores), "--quiet", "all"),
        *("--directory", ".", *wanted),
    ]
    subprocess.run(command, cwd=folder, check=True, env=noting_times(folder))
    return {
        sample.name: read_table(folder / "results" / sample.name / "panel.tsv", PanelVariant)
        for sample in samples
    }


def material_sample(data: Path, genome: SmallGenome, transcripts: dict[str, Transcript]) -> Sample:
    """The reference material at 1000x, its 300-bp ITD included."""
    truths = material_truth(data / "hotspots" / "HD829_truth.tsv", genome, transcripts)
    place = genome.place("FLT3", ITD[0] - 1, ITD[1])
    assert place is not None
    itd = ("FLT3", f"FLT3:{place[0] + 1}-{place[1]}dup", ITD[2])
    return Sample("material", tuple(truths), "1000", (itd,))


def known_samples(data: Path, genome: SmallGenome, bed: Path, vaf: float) -> list[Sample]:
    """The known variants at one VAF, 1000x on the targets that hold them."""
    targets = targets_of(genome, bed)
    truths = known_truth(data / "hotspots" / "known_variants.grch38.tsv", genome, vaf)
    name = f"known{round(100 * vaf)}"
    return [
        _over_targets(f"{name}_{i:02d}", some, targets) for i, some in enumerate(in_samples(truths))
    ]


def _over_targets(name: str, truths: Sequence[Truth], targets: Targets) -> Sample:
    """A sample of 1000x on the targets that hold its variants, and no other reads."""
    held = {
        target
        for target, (gene, start, end) in targets.items()
        for truth in truths
        if truth.gene == gene and start < truth.start + len(truth.ref) and truth.start < end
    }
    depth = ";".join(["0", *(f"{target}=1000" for target in sorted(held))])
    return Sample(name, tuple(truths), depth)


def long_events(
    data: Path, genome: SmallGenome, bed: Path, transcripts: dict[str, Transcript]
) -> Iterator[tuple[str, Kinds]]:
    """The long events at each VAF, with the name of their set."""
    known, targets = data / "hotspots" / "known_variants.grch38.tsv", targets_of(genome, bed)
    for vaf in LONG_VAFS:
        yield f"long {vaf:.0%}", long_truths(known, genome, targets, transcripts, vaf)


def long_samples(name: str, truths: Kinds, genome: SmallGenome, bed: Path) -> list[Sample]:
    """Samples of 1000x on the targets that hold their events."""
    prefix = name.replace(" ", "").replace("%", "")
    return [
        _over_targets(f"{prefix}_{number:02d}", some, targets_of(genome, bed))
        for number, some in enumerate(apart(truth for _, truth in truths))
    ]


def count_table(work: Path, genome: SmallGenome) -> list[str]:
    """Measured against true VAFs of drawn variants, by kind; the lines of a table."""
    drawn = list(draw_variants(genome, COUNT_VAF, seed=1))
    truths = [truth for _, truth in drawn]
    found = count_drawn(work, genome, truths, COUNT_VAF, COUNT_DEPTH, seed=1)
    scores = score_counts((kind, COUNT_VAF, found[truth]) for kind, truth in drawn)
    return [*COUNT_HEADER, *(one.line() for one in scores)]


def kind_notes(data: Path, work: Path, seed: int) -> list[str]:
    """The tables of kinds of events that stand close together."""
    notes = []
    for vaf, depth in KINDS:
        folder = work / f"kinds{round(100 * vaf)}"
        lines = bench_kinds(data, folder, Drawn(vaf, depth), [seed], KIND_CASES)
        notes += ["", f"kinds at {vaf:.0%}, {depth:.0f}x, seed {seed}", "", *lines]
    return notes


@dataclass(frozen=True)
class _Plan:
    """A set of samples on the targets of a BED, and of which kinds its long events are."""

    name: str
    targets: Path
    samples: list[Sample]
    kinds: Kinds = field(default_factory=list)


def _plans(
    parts: Sequence[str], data: Path, genome: SmallGenome, transcripts: dict[str, Transcript]
) -> Iterator[_Plan]:
    """The sets of those parts that go through the whole pipeline."""
    kit, everything = (_PANEL / f"{name}.GRCh38.bed" for name in ("targets", "all_coding"))
    if "material" in parts:
        # GATA1 Q119 lies in exon 3, which the hotspot list leaves out.
        yield _Plan("material", everything, [material_sample(data, genome, transcripts)])
    if "wildtype" in parts:
        yield _Plan("wildtype", kit, [Sample("wildtype", (), "2000")])
    if "known" in parts:
        for vaf in KNOWN_VAFS:
            samples = known_samples(data, genome, everything, vaf)
            yield _Plan(f"known {vaf:.0%}", everything, samples)
    if "long" in parts:
        for name, truths in long_events(data, genome, everything, transcripts):
            yield _Plan(name, everything, long_samples(name, truths, genome, everything), truths)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared")
    parser.add_argument("--work", type=Path, required=True, help="a folder that does not exist")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="of kinds and names")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its tables."""
    options = _parser().parse_args(arguments)
    data: Path = options.data
    genome = read_genome(data / "reference" / "panel_segments.grch38.fa.gz")
    gtf = gtf_of(genome, panel_models(data / "models" / "panel54_mane_models.tsv", genome))
    work: Path = options.work.absolute()
    try:
        work.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"--work {work}: cannot be made: {error.strerror}") from error
    (work / "genes.gtf").write_text(gtf, "utf-8")
    found = transcripts_of(genome, work / "genes.gtf")
    transcripts = {transcript.gene: transcript for transcript in found}
    print(
        "| set | samples | variants | called | to pass | PASS | named | VAF in interval | mean z | "
        "rms z | false |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    notes = []
    for plan in _plans(options.parts, data, genome, transcripts):
        folder = work / plan.name.replace(" ", "_").replace("%", "")
        prepare(folder, genome, gtf, plan.targets, plan.samples)
        rows = call(folder, plan.samples, options.cores)
        result, misses = score(plan.name, {one.name: one.truths for one in plan.samples}, rows)
        print(result.line(), flush=True)
        if plan.kinds:
            notes += ["", *table_of_kinds(plan.kinds, matched(plan.samples, rows)), ""]
        notes += [*misses, f"{plan.name}: {stage_time(panel_seconds(folder))}"]
        if plan.name == "material":
            seconds = annotation_seconds(folder, "material", found, plan.samples[0].truths)
            notes.append(f"{SPEED_CALLS} calls counted, named and filtered in {seconds:.1f} s")
    if "counts" in options.parts:
        notes += ["", *count_table(work / "counts", genome)]
    if "kinds" in options.parts:
        notes += kind_notes(data, work, options.seed)
    if "names" in options.parts:
        notes += ["", *name_table(whole_genes(genome, found), CHANGES, options.seed)]
    print("\n" + "\n".join(notes))


if __name__ == "__main__":
    run(main)
