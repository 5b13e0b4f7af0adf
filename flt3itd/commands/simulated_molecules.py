"""The part of ``flt3itd simulate`` with UMIs: molecules that are read several times."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from flt3itd.commands.arguments import positive, share
from flt3itd.common.errors import UserError
from flt3itd.molecules.umi import TAG, parse_umi_source
from flt3itd.simulation.amplification import (
    Amplification,
    Copies,
    FamilyLaw,
    amplified,
    with_alterations,
)
from flt3itd.simulation.sample import Simulation, TruthRow, fastq_text, seed_of
from flt3itd.simulation.sequencing import read_fragments
from flt3itd.simulation.tagged_reads import UmiPlace

_MOST_PARTS = 2


@dataclass(frozen=True)
class TaggedSimulation:
    """A sample whose molecules carry UMIs and were copied; `hopped` are those of other samples."""

    simulation: Simulation
    place: UmiPlace
    copies: Copies
    hopped: tuple[TruthRow, ...] = ()

    @classmethod
    def of(cls, simulation: Simulation, plan: Amplification, place: UmiPlace) -> TaggedSimulation:
        """The copies of the fragments of a sample, in the order in which they are read."""
        rng = np.random.default_rng(seed_of(simulation.seed, simulation.sample, "copies"))
        copies = amplified(simulation.fragments, plan, rng)
        return cls(simulation, place, copies.take(rng.permutation(len(copies.fragments))))

    def with_hopped(self, donor: TaggedSimulation, share: float) -> TaggedSimulation:
        """The same with a share of the read pairs of another sample among its own."""
        simulation = self.simulation
        rng = np.random.default_rng(
            seed_of(simulation.seed, simulation.sample, f"hopped from {donor.simulation.sample}")
        )
        chosen = np.flatnonzero(rng.random(len(donor.copies.fragments)) < share)
        moved = donor.copies.take(chosen)
        joined = self.copies.with_hopped(moved, len(simulation.molecules))
        rows = replace(donor, copies=moved).truth()
        mixed = joined.take(rng.permutation(len(joined.fragments)))
        return replace(self, copies=mixed, hopped=(*self.hopped, *rows))

    def fastq_blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """The text of both FASTQ files, block by block."""
        simulation, copies = self.simulation, self.copies
        rng = np.random.default_rng(seed_of(simulation.seed, simulation.sample, "reads"))
        first = 0
        for block in read_fragments(copies.fragments, simulation.library, rng):
            umi = copies.umi[first : first + len(block)]
            pairs = self.place.tagged(with_alterations(block, first, copies), umi)
            yield fastq_text(simulation.sample, first, pairs, self.place.name_ends(umi))
            first += len(block)

    def truth(self) -> list[TruthRow]:
        """One row for one haplotype of one contig, then those of reads that hopped over."""
        own = self.simulation.truth()
        owners = self.copies.fragments.molecules()
        counts = np.bincount(owners[owners < len(own)], minlength=len(own)).tolist()
        rows = [replace(row, read_pairs=count) for row, count in zip(own, counts, strict=True)]
        return [*rows, *self.hopped]


def umi_plan(args: argparse.Namespace) -> tuple[UmiPlace, Amplification]:
    """What the options say of UMIs and copies. Raises UserError."""
    place = _place(args)
    if not args.family_size >= 1:
        raise UserError(f"--family-size: found {args.family_size:g}, expected a number from 1")
    if args.duplex and (len(place.lengths) != _MOST_PARTS or len(set(place.lengths)) > 1):
        raise UserError("--duplex: needs a UMI of two parts of one length, one in each read")
    plan = Amplification(
        args.family_size,
        FamilyLaw(args.family_law),
        place.lengths,
        args.umi_errors,
        args.early_errors,
        args.chimeras,
        args.duplex,
    )
    return place, plan


def _place(args: argparse.Namespace) -> UmiPlace:
    source = parse_umi_source(args.umi)
    if not source.in_bases:
        if len(args.umi_length) > _MOST_PARTS:
            raise UserError("--umi-length: a UMI has one or two parts")
        before = "_" if source.in_name else f"\t{TAG}:Z:"
        return UmiPlace(tuple(args.umi_length), before)
    if len(source.structures) != _MOST_PARTS:
        raise UserError(f"--umi: {args.umi!r}: pairs are simulated; give two read structures")
    columns, widths = [], []
    for one in source.structures:
        start, end = one.template
        if end is not None or any(last > start for _, last in one.umi):
            raise UserError(f"--umi: {args.umi!r}: the molecule must come last in a read, as +T")
        columns.append(tuple(place for first, last in one.umi for place in range(first, last)))
        widths.append(start)
    lengths = tuple(len(own) for own in columns if own)
    return UmiPlace(lengths, "", tuple(columns), tuple(widths))


def hopping_of(text: str) -> tuple[str, float]:
    """The sample and share of ``SAMPLE=SHARE``. Raises UserError."""
    name, sign, number = text.rpartition("=")
    try:
        if not sign or not name:
            raise argparse.ArgumentTypeError("expected SAMPLE=SHARE")
        return name, share(number)
    except argparse.ArgumentTypeError as error:
        raise UserError(f"--hopping: {text!r}: {error}") from error


def add_umi_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of molecules that carry UMIs and are read several times."""
    group = parser.add_argument_group(
        "UMIs", "with --umi the depth is that of molecules, and each of them is read several times"
    )
    plan = Amplification()
    group.add_argument(
        "--umi",
        metavar="WHERE",
        help="RX (in the comment), name, or read structures such as '12M+T +T' [no UMIs]",
    )
    group.add_argument(
        "--umi-length",
        type=positive,
        nargs="+",
        default=list(plan.umi),
        metavar="N",
        help="bases of its one or two parts, for RX and name [12]",
    )
    group.add_argument(
        "--family-size",
        type=float,
        default=plan.family_mean,
        metavar="MEAN",
        help="read pairs of a molecule [%(default)g]",
    )
    group.add_argument(
        "--family-law",
        choices=[law.value for law in FamilyLaw],
        default=plan.law,
        help="[%(default)s]",
    )
    for option, default, what in (
        ("--umi-errors", plan.umi_errors, "errors in UMIs, by base and copy"),
        ("--early-errors", plan.early_errors, "errors by base and cycle in the first six of PCR"),
        ("--chimeras", plan.chimeras, "share of copies that go on in another molecule"),
    ):
        group.add_argument(
            option, type=share, default=default, metavar="SHARE", help=f"{what} [%(default)g]"
        )
    group.add_argument(
        "--duplex", action="store_true", help="both strands are read, the parts of the UMI in turn"
    )
    group.add_argument(
        "--hopping",
        nargs="+",
        default=[],
        metavar="SAMPLE=SHARE",
        help="samples of the table of whose read pairs this share is found in this one",
    )
