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
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from flt3itd.commands.arguments import check_outputs, positive, share
from flt3itd.commands.simulated_molecules import (
    TaggedSimulation,
    add_umi_arguments,
    hopping_of,
    umi_plan,
)
from flt3itd.common.errors import UserError, why
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import all_or_none
from flt3itd.simulation.design import (
    SampleDesign,
    parse_depths,
    read_design,
    read_references,
    read_targets,
    with_depths,
)
from flt3itd.simulation.haplotypes import build_haplotype
from flt3itd.simulation.sample import Readable, Simulation, TruthRow, seed_of
from flt3itd.simulation.sequencing import (
    Catch,
    Fragments,
    Library,
    Molecule,
    Pool,
    PoorCycles,
    Stretch,
    draw_fragments,
)

FLANK = 100
"""How far outside a target the centre of a captured fragment may lie, by default."""

_COMPRESSION = 4
"""Level of gzip: 6 takes twice as long for files 3 % smaller."""


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
    library = design.library
    on_targets = (references[one.contig][one.start : one.end] for one in targets)
    fragments = draw_fragments(
        Pool(molecules, references, _seeds(seed, design.sample, references)),
        with_depths(targets, design.depths),
        library,
        Catch.of(library, on_targets, flank),
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
    targets: Sequence[str] = (),
) -> Simulation:
    """Read whole haplotypes, given as name, sequence and fraction, at even depth.

    For tests and benchmarks: every haplotype is cut over its whole length, so the fragments
    thin out over the last fragment length at both ends. Capture only. `targets` are sequences
    for whose bases fragments are caught, where the library has `bait_bases`.
    """
    molecules = []
    references = {}
    intervals = []
    for name, sequence, fraction in haplotypes:
        molecules.append(Molecule(name, name, fraction, build_haplotype(sequence)))
        references[name] = sequence
        intervals.append(Stretch(name, 0, len(sequence), name, depth))
    pool = Pool(molecules, references, _seeds(seed, sample, references))
    fragments = draw_fragments(pool, intervals, library, Catch.of(library, targets))
    shuffled = _shuffled(fragments, seed, sample)
    events = ("",) * len(molecules)
    return Simulation(sample, seed, tuple(molecules), events, shuffled, library)


def write_simulation(simulation: Readable, out1: Path, out2: Path, truth: Path | None) -> None:
    """Write both FASTQ files, and the truth if a path is given: all of them or none.

    The gzip files carry neither time nor name, so the same reads are the same bytes.
    """
    finals = [out1, out2, *([truth] if truth else [])]
    try:
        with all_or_none(*finals) as drafts:
            with contextlib.ExitStack() as opened:
                writers = []
                for draft in drafts[:2]:
                    raw = opened.enter_context(draft.open("wb"))
                    writer = gzip.GzipFile("", "wb", _COMPRESSION, raw, mtime=0)
                    writers.append(opened.enter_context(writer))
                for texts in simulation.fastq_blocks():
                    for writer, text in zip(writers, texts, strict=True):
                        writer.write(text)
            if truth:
                write_table(drafts[2], TruthRow, simulation.truth())
    except OSError as error:
        raise UserError(f"{out1.parent}: cannot be written: {why(error)}") from error


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
    parser.add_argument(
        "--bait-bases",
        type=positive,
        default=0,
        metavar="N",
        help="a captured fragment that shares fewer than N bases with the targets is caught with "
        "a chance in proportion: depth falls off beside the targets [by --flank alone]",
    )
    parser.add_argument(
        "--poor-tails",
        type=share,
        default=0.0,
        metavar="SHARE",
        help="reads whose end is poor: qualities of 2 to 15, one base of five wrong [%(default)g]",
    )
    parser.add_argument(
        "--poor-cycles",
        type=_poor_cycles,
        nargs="+",
        default=(),
        metavar="FIRST-LAST=SHARE",
        help="cycles, from 1, that are as poor in a share of the reads",
    )
    parser.add_argument("--seed", type=int, default=1, help="a whole number from 0 [%(default)s]")
    parser.add_argument("--out1", type=Path, required=True, help="read 1, ends in .gz")
    parser.add_argument("--out2", type=Path, required=True, help="read 2, ends in .gz")
    parser.add_argument("--truth", type=Path, help="table of haplotypes with their fragments")
    add_umi_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run ``flt3itd simulate``. Raises UserError; writes nothing then."""
    outputs = [path for path in (args.out1, args.out2, args.truth) if path is not None]
    check_outputs(outputs, (args.reference, args.simulation, args.targets))
    for path in (args.out1, args.out2):
        if path.suffix != ".gz":
            raise UserError(f"{path}: the reads are gzipped; let the name end in .gz")
    if args.seed < 0 or args.flank < 0:
        raise UserError("--seed and --flank are whole numbers from 0")
    design = _as_asked(read_design(args.simulation, args.sample), args)
    if args.depth is not None:
        design = replace(design, depths=parse_depths(args.depth))
    targets = read_targets(args.targets)
    references = read_references(args.reference, targets)
    simulation = simulate(design, references, targets, args.seed, args.flank)
    if not len(simulation.fragments):
        raise UserError(f"sample {design.sample}: no fragment at this depth; raise it")
    if args.umi is None:
        write_simulation(simulation, args.out1, args.out2, args.truth)
        return 0
    place, plan = umi_plan(args)
    tagged = TaggedSimulation.of(simulation, plan, place)
    for name, hopped in map(hopping_of, args.hopping):
        donor = _as_asked(read_design(args.simulation, name), args)
        other = simulate(donor, references, targets, args.seed, args.flank)
        tagged = tagged.with_hopped(TaggedSimulation.of(other, plan, place), hopped)
    write_simulation(tagged, args.out1, args.out2, args.truth)
    return 0


def _as_asked(design: SampleDesign, args: argparse.Namespace) -> SampleDesign:
    """A sample of the table with the baits and the poor bases of the command line."""
    library = design.library
    poor = replace(
        library.qualities, poor_tails=args.poor_tails, poor_cycles=tuple(args.poor_cycles)
    )
    return replace(design, library=replace(library, bait_bases=args.bait_bases, qualities=poor))


def _poor_cycles(text: str) -> PoorCycles:
    """Read ``FIRST-LAST=SHARE``. Raises ArgumentTypeError."""
    match = re.fullmatch(r"(\d+)-(\d+)=(.+)", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected FIRST-LAST=SHARE, as 41-45=0.3")
    return PoorCycles(int(match[1]), int(match[2]), share(match[3]))


def _shuffled(fragments: Fragments, seed: int, sample: str) -> Fragments:
    rng = np.random.default_rng(seed_of(seed, sample, "order"))
    return fragments.take(rng.permutation(len(fragments)))


def _seeds(seed: int, sample: str, contigs: Iterable[str]) -> dict[str, np.random.SeedSequence]:
    return {contig: seed_of(seed, sample, contig) for contig in contigs}
