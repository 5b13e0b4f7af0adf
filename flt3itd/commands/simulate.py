"""``flt3itd simulate``: paired reads of a sample whose haplotypes are known.

The same seed gives the same bytes, whatever other samples are simulated. From Python::

    design = read_design(Path("simulation.tsv"), "P001")
    simulation = simulate(design, references, targets, seed=1)
    for pairs in simulation.read_pairs():
        ...

or, for haplotypes that are at hand as strings, `simulate_haplotypes`.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import unfinished
from flt3itd.simulation.design import (
    SampleDesign,
    parse_depths,
    read_design,
    read_references,
    read_targets,
    with_depths,
)
from flt3itd.simulation.haplotypes import Bases, build_haplotype
from flt3itd.simulation.sequencing import (
    Fragments,
    Library,
    Molecule,
    ReadPairs,
    Stretch,
    draw_fragments,
    read_fragments,
)

FLANK = 100
"""How far outside a target the centre of a captured fragment may lie, by default."""

_COMPRESSION = 4
"""Level of gzip: 6 takes twice as long for files 3 % smaller."""


@dataclass(frozen=True)
class TruthRow:
    """One haplotype of a simulated sample, and how many of its fragments were read."""

    sample: str
    contig: str
    haplotype: str
    vaf: float
    events: str
    fragments: int


@dataclass(frozen=True)
class Simulation:
    """The fragments of a sample in the order of the FASTQ files, and what they come from."""

    sample: str
    seed: int
    molecules: tuple[Molecule, ...]
    events: tuple[str, ...]
    fragments: Fragments
    library: Library

    def read_pairs(self) -> Iterator[ReadPairs]:
        """The reads, block by block; the same ones at every call."""
        rng = np.random.default_rng(_seed(self.seed, self.sample, "reads"))
        return read_fragments(self.fragments, self.library, rng)

    def truth(self) -> list[TruthRow]:
        """One row for one haplotype of one contig."""
        counts = np.bincount(self.fragments.molecules(), minlength=len(self.molecules))
        return [
            TruthRow(self.sample, m.contig, m.name, m.fraction, events, int(count))
            for m, events, count in zip(self.molecules, self.events, counts, strict=True)
        ]


def simulate(
    design: SampleDesign,
    references: dict[str, str],
    targets: Sequence[Stretch],
    seed: int,
    flank: int = FLANK,
) -> Simulation:
    """Draw the fragments of a sample.

    `targets` come without depths (`read_targets`); `references` are the contigs they lie on.
    Raises UserError for an event that does not fit the reference or lies on no target contig.
    """
    for mutant in design.haplotypes:
        if mutant.contig not in references:
            raise UserError(
                f"sample {design.sample}, haplotype {mutant.name}: no target lies on "
                f"{mutant.contig}, so no read would show it"
            )
    events = {(h.contig, h.name): "; ".join(map(str, h.events)) for h in design.haplotypes}
    molecules = design.molecules(references)
    fragments = draw_fragments(
        molecules,
        with_depths(targets, design.depths),
        references,
        design.library,
        flank=flank,
        seeds=_seeds(seed, design.sample, references),
    )
    return Simulation(
        design.sample,
        seed,
        tuple(molecules),
        tuple(events.get((m.contig, m.name), "") for m in molecules),
        _shuffled(fragments, seed, design.sample),
        design.library,
    )


def simulate_haplotypes(
    haplotypes: Iterable[tuple[str, str, float]],
    depth: float,
    library: Library,
    seed: int,
    sample: str = "sample",
) -> Simulation:
    """Read whole haplotypes, given as name, sequence and fraction, at even depth.

    For tests and benchmarks: every haplotype is cut over its whole length, so the fragments
    thin out over the last fragment length at both ends. Capture only.
    """
    molecules = []
    references = {}
    intervals = []
    for name, sequence, fraction in haplotypes:
        molecules.append(Molecule(name, name, fraction, build_haplotype(sequence)))
        references[name] = sequence
        intervals.append(Stretch(name, 0, len(sequence), name, depth))
    seeds = _seeds(seed, sample, references)
    fragments = draw_fragments(molecules, intervals, references, library, flank=0, seeds=seeds)
    shuffled = _shuffled(fragments, seed, sample)
    events = ("",) * len(molecules)
    return Simulation(sample, seed, tuple(molecules), events, shuffled, library)


def fastq_lines(sample: str, first: int, bases: Bases, qualities: Bases) -> bytes:
    """A block of reads as FASTQ text. Reads are named ``sample:00000000`` from `first` on."""
    count = len(bases)
    names = "".join(f"@{sample}:{number:08d}\n" for number in range(first, first + count))
    parts = (
        np.frombuffer(names.encode("ascii"), dtype=np.uint8).reshape(count, -1),
        bases,
        np.tile(np.frombuffer(b"\n+\n", dtype=np.uint8), (count, 1)),
        qualities + np.uint8(33),
        np.full((count, 1), ord("\n"), dtype=np.uint8),
    )
    return np.hstack(parts).tobytes()


def write_simulation(simulation: Simulation, out1: Path, out2: Path, truth: Path | None) -> None:
    """Write both FASTQ files, and the truth if a path is given: all of them or none.

    The gzip files carry neither time nor name, so the same reads are the same bytes.
    """
    finals = [out1, out2, *([truth] if truth else [])]
    drafts = list(map(unfinished, finals))
    try:
        with contextlib.ExitStack() as opened:
            writers = []
            for draft in drafts[:2]:
                raw = opened.enter_context(draft.open("wb"))
                writer = gzip.GzipFile("", "wb", _COMPRESSION, raw, mtime=0)
                writers.append(opened.enter_context(writer))
            number = 0
            name = simulation.sample
            for pairs in simulation.read_pairs():
                writers[0].write(fastq_lines(name, number, pairs.bases_1, pairs.qualities_1))
                writers[1].write(fastq_lines(name, number, pairs.bases_2, pairs.qualities_2))
                number += len(pairs)
        if truth:
            write_table(drafts[2], TruthRow, simulation.truth())
        for draft, final in zip(drafts, finals, strict=True):
            draft.replace(final)
    except OSError as error:
        raise UserError(f"{error.filename}: cannot be written: {error.strerror}") from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``flt3itd simulate``."""
    parser.description = (
        "Simulate the paired reads of one sample: haplotypes with given events and fractions, "
        "base qualities, and sequencing errors that follow them."
    )
    parser.add_argument("--reference", type=Path, required=True, help="FASTA, plain or gzipped")
    parser.add_argument("--simulation", type=Path, required=True, help="table of haplotypes")
    parser.add_argument("--sample", required=True, help="the sample of that table")
    parser.add_argument(
        "--targets", type=Path, required=True, help="BED of targets, or of amplicons with primers"
    )
    parser.add_argument("--depth", help="replaces the depth of the table (same notation)")
    parser.add_argument(
        "--flank",
        type=int,
        default=FLANK,
        help="bases outside a target where captured fragments are centred [%(default)s]",
    )
    parser.add_argument("--seed", type=int, default=1, help="from 0; [%(default)s]")
    parser.add_argument("--out1", type=Path, required=True, help="read 1, ends in .gz")
    parser.add_argument("--out2", type=Path, required=True, help="read 2, ends in .gz")
    parser.add_argument("--truth", type=Path, help="table of haplotypes with their fragments")


def run(args: argparse.Namespace) -> int:
    """Run ``flt3itd simulate``. Raises UserError; writes nothing then."""
    outputs = [path for path in (args.out1, args.out2, args.truth) if path is not None]
    inputs = [args.reference, args.simulation, args.targets]
    resolved = [path.resolve() for path in outputs + inputs]
    if any(resolved.count(path.resolve()) > 1 for path in outputs):
        raise UserError("--out1, --out2 and --truth must differ from each other and every input")
    for path in (args.out1, args.out2):
        if path.suffix != ".gz":
            raise UserError(f"{path}: the reads are gzipped; let the name end in .gz")
    if args.seed < 0 or args.flank < 0:
        raise UserError("--seed and --flank are whole numbers from 0")
    design = read_design(args.simulation, args.sample)
    if args.depth is not None:
        design = replace(design, depths=parse_depths(args.depth))
    targets = read_targets(args.targets)
    references = read_references(args.reference, targets)
    simulation = simulate(design, references, targets, args.seed, args.flank)
    if not len(simulation.fragments):
        raise UserError(f"sample {design.sample}: no fragment at this depth; raise it")
    write_simulation(simulation, args.out1, args.out2, args.truth)
    return 0


def _shuffled(fragments: Fragments, seed: int, sample: str) -> Fragments:
    rng = np.random.default_rng(_seed(seed, sample, "order"))
    return fragments.take(rng.permutation(len(fragments)))


def _seeds(seed: int, sample: str, contigs: Iterable[str]) -> dict[str, np.random.SeedSequence]:
    return {contig: _seed(seed, sample, contig) for contig in contigs}


def _seed(seed: int, sample: str, purpose: str) -> np.random.SeedSequence:
    """A seed of its own for each sample and purpose, so that neither depends on the others."""
    digest = hashlib.sha256(f"{seed}\t{sample}\t{purpose}".encode()).digest()
    return np.random.SeedSequence(int.from_bytes(digest[:16], "big"))
