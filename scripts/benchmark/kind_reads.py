"""Reads of the cases of `scripts.benchmark.kind_cases`, and what the panel stage makes of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.common.assay import Assay
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import Alteration, Event
from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.kind_amplicons import amplicons_over, with_hidden_primers
from scripts.benchmark.kind_cases import Case, shares_of
from scripts.benchmark.kind_edits import Edit
from scripts.benchmark.panel_counts import align
from scripts.benchmark.panel_data import SmallGenome
from scripts.benchmark.panel_stage import StageInputs, run_stage
from scripts.panel.rows import PanelVariant

_BESIDE = 300
"""Bases beside a case that are captured."""
ALIGNED = "aligned.bam"
"""The reads of a seed, in its folder."""


@dataclass(frozen=True)
class Drawn:
    """How much of a sample events are, and how it is read: depth of a base or of an amplicon."""

    vaf: float
    depth: float
    assay: Assay = Assay.CAPTURE


def sample_of(cases: Sequence[Case], vaf: float, depth: float, assay: Assay) -> SampleDesign:
    """The haplotypes of all cases as one sample; `depth` is that of a base or of an amplicon."""
    of_gene: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for case in cases:
        for name, edits in case.edits.items():
            of_gene[case.gene, name] += [_event(case.gene, edit) for edit in edits]
    haplotypes = [
        MutantHaplotype(name, shares_of(vaf)[name], tuple(sorted(some, key=lambda e: e.start)))
        for (_, name), some in of_gene.items()
    ]
    return SampleDesign("kinds", tuple(haplotypes), Depths(depth), Library(assay))


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
    drawn: Drawn,
    seed: int,
) -> list[PanelVariant]:
    """Simulate the cases, align the reads, and run the stage on them."""
    assay = drawn.assay
    design = sample_of(cases, drawn.vaf, drawn.depth, assay)
    references = {gene: genome.sequence(gene) for gene in genome.slices}
    rng = random.Random(seed)
    around = [
        stretch
        for case in cases
        for stretch in (
            amplicons_over(case, references[case.gene], design.library.primer_length, rng)
            if assay is Assay.AMPLICON
            else [_captured(case)]
        )
    ]
    reads = [folder / f"R{mate}.fastq.gz" for mate in (1, 2)]
    write_simulation(simulate(design, references, around, seed), reads[0], reads[1], None)
    bam = folder / ALIGNED
    if assay is Assay.AMPLICON:
        whole = folder / "with_primers.bam"
        align(inputs.fasta, reads, whole, assay)
        with_hidden_primers(whole, around, design.library, inputs.fasta, bam)
    else:
        align(inputs.fasta, reads, bam)
    return run_stage(bam, folder / "stage", inputs)


def _captured(case: Case) -> Stretch:
    """What is captured of a case."""
    low, high = case.start - _BESIDE, case.start + _BESIDE
    return Stretch(case.gene, low, high, f"{case.gene}|{case.start}", 0.0)
