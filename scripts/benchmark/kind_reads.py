"""Reads of the cases of `scripts.benchmark.kind_cases`, and what the panel stage makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import Alteration, Event
from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.kind_cases import Case, shares_of
from scripts.benchmark.kind_edits import Edit
from scripts.benchmark.panel_counts import align
from scripts.benchmark.panel_data import SmallGenome
from scripts.benchmark.panel_stage import StageInputs, run_stage
from scripts.panel.rows import PanelVariant

_BESIDE = 300
"""Bases beside a case that are captured."""


def sample_of(cases: Sequence[Case], vaf: float, depth: float) -> SampleDesign:
    """The haplotypes of all cases as one sample."""
    of_gene: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for case in cases:
        for name, edits in case.edits.items():
            of_gene[case.gene, name] += [_event(case.gene, edit) for edit in edits]
    haplotypes = [
        MutantHaplotype(name, shares_of(vaf)[name], tuple(sorted(some, key=lambda e: e.start)))
        for (_, name), some in of_gene.items()
    ]
    return SampleDesign("kinds", tuple(haplotypes), Depths(depth), Library())


def _event(gene: str, edit: Edit) -> Event:
    start, end, new = edit
    if start == end:
        return Event(gene, start, start, Alteration.INSERTION, new)
    if not new:
        return Event(gene, start, end, Alteration.DELETION)
    return Event(gene, start, end, Alteration.REPLACEMENT, new)


def rows_of(
    folder: Path,
    genome: SmallGenome,
    cases: Sequence[Case],
    inputs: StageInputs,
    vaf: float,
    depth: float,
    seed: int,
) -> list[PanelVariant]:
    """Simulate the cases, align the reads, and run the stage on them."""
    design = sample_of(cases, vaf, depth)
    references = {gene: genome.sequence(gene) for gene in genome.slices}
    around = [
        Stretch(c.gene, c.start - _BESIDE, c.start + _BESIDE, f"{c.gene}|{c.start}", 0.0)
        for c in cases
    ]
    reads = [folder / f"R{mate}.fastq.gz" for mate in (1, 2)]
    write_simulation(simulate(design, references, around, seed), reads[0], reads[1], None)
    align(inputs.fasta, reads, folder / "aligned.bam")
    return run_stage(folder / "aligned.bam", folder / "stage", inputs)
