"""Samples of the benchmark with UMIs: molecules of FLT3 exon 14, each read several times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flt3itd import cli
from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.commands.simulated_molecules import TaggedSimulation
from flt3itd.common.assay import Assay
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.simulation.amplification import Amplification, FamilyLaw
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import parse_events
from flt3itd.simulation.sequencing import Library, Stretch
from flt3itd.simulation.tagged_reads import UmiPlace
from scripts.benchmark.process import without_warnings

_CONTIG = "FLT3"
_BESIDE = 20
"""Bases between exon 14 and the outer ends of the primers."""
_ITD = (45, 75)
"""The bases of the amplicon that the ITD duplicates: 30 bp that both reads of a pair reach."""
_CAPTURED = 200
"""Bases beside exon 14 that are captured."""
UMI = UmiPlace((12,), "\tRX:Z:")
"""12 bases, in the comment of the FASTQ records."""


@dataclass(frozen=True)
class MoleculePlan:
    """One sample: its molecules, the share of them with the ITD, and how they are copied.

    Of a capture `molecules` are those that show a base.
    """

    name: str
    molecules: int
    vaf: float
    family_mean: float = 8.0
    law: FamilyLaw = FamilyLaw.LOGNORMAL
    assay: Assay = Assay.AMPLICON

    def amplification(self) -> Amplification:
        """PCR with errors of UMIs, errors of early cycles and chimeras."""
        return Amplification(
            self.family_mean, self.law, UMI.lengths, early_errors=1e-6, chimeras=0.005
        )


def write_molecules(plan: MoleculePlan, folder: Path, seed: int) -> tuple[Path, Path]:
    """The reads of a sample as two FASTQ files."""
    locus = flt3_locus()
    start, end = locus.exon(14).start - _BESIDE, locus.exon(14).end + _BESIDE
    event = parse_events(f"{_CONTIG}:{start + _ITD[0] + 1}-{start + _ITD[1]}dup")
    mutants = (MutantHaplotype("ITD", plan.vaf, event),) if plan.vaf else ()
    library = Library(plan.assay, read_length=150)
    design = SampleDesign(plan.name, mutants, Depths(float(plan.molecules)), library)
    beside = 0 if plan.assay == Assay.AMPLICON else _CAPTURED
    targets = [Stretch(_CONTIG, start - beside, end + beside, "exon 14", 0.0)]
    simulation = simulate(design, {_CONTIG: locus.sequence}, targets, seed)
    tagged = TaggedSimulation.of(simulation, plan.amplification(), UMI)
    paths = folder / f"{plan.name}_R1.fastq.gz", folder / f"{plan.name}_R2.fastq.gz"
    write_simulation(tagged, *paths, None)
    return paths


def called(
    fastq: Sequence[Path], prefix: Path, *options: str, assay: Assay = Assay.AMPLICON
) -> dict[str, Any]:
    """What `flt3itd call` says of the ITDs of a sample, called in this process."""
    arguments = ["call", "--fastq", *map(str, fastq), "--assay", assay, "--out", str(prefix)]
    with without_warnings():
        status = cli.main([*arguments, *options])
    if status:
        raise RuntimeError(f"{prefix}: flt3itd call ended with exit status {status}")
    document = json.loads(Path(f"{prefix}.flt3.json").read_text("utf-8"))
    found: dict[str, Any] = document["itd"]
    return found
