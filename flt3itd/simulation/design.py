"""What to simulate: the table of haplotypes, the targets, and the reference they lie on.

The table is tab-separated, one row for one haplotype of one sample, with these columns:

=============  ==========================================================================
sample         name of the sample
haplotype      name of the haplotype, once in a sample
vaf            share of the molecules of its contig that carry the haplotype, above 0 to 1;
               empty on the one row of a sample without mutations
events         events on one contig, separated by ``;`` (grammar: `flt3itd.simulation.haplotypes`)
assay          ``capture`` or ``amplicon``
depth          mean fragments whose reads show a base of a target; then, optionally, other
               depths for a target, a gene (the target name up to ``|``) or a contig:
               ``1000;KIT|exon17=20;chr2_1_900=500``. The most specific one counts.
read_length    bases of each of the two reads
fragment_mean  mean length of captured fragments
fragment_sd    standard deviation of that length
=============  ==========================================================================

The columns from `assay` on describe the sample and are the same on all its rows. What the
haplotypes of a contig leave of 1 is wild type. Different contigs are independent loci.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.bed import read_bed
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.simulation.haplotypes import Event, build_haplotype, parse_events
from flt3itd.simulation.sequencing import Library, Molecule, Stretch

WILD_TYPE = "wildtype"
SIMULATED = (Assay.CAPTURE, Assay.AMPLICON)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class SimulationRow:
    """One row of the simulation table; field order is column order."""

    sample: str
    haplotype: str
    vaf: float | None
    events: str
    assay: Assay
    depth: str
    read_length: int
    fragment_mean: float
    fragment_sd: float


@dataclass(frozen=True)
class Depths:
    """The depth of a sample and its exceptions by name of target, gene or contig."""

    usual: float
    exceptions: tuple[tuple[str, float], ...] = ()

    def of(self, target: Stretch) -> float:
        """The depth of a target: by its name, else its gene, else its contig, else as usual."""
        exceptions = dict(self.exceptions)
        for key in (target.name, target.name.partition("|")[0], target.contig):
            if key in exceptions:
                return exceptions[key]
        return self.usual


@dataclass(frozen=True)
class MutantHaplotype:
    """A haplotype of a sample: its events and its share of the molecules of the contig."""

    name: str
    vaf: float
    events: tuple[Event, ...]

    @property
    def contig(self) -> str:
        """The contig that all events lie on."""
        return self.events[0].contig


@dataclass(frozen=True)
class SampleDesign:
    """Everything that is asked of one sample."""

    sample: str
    haplotypes: tuple[MutantHaplotype, ...]
    depths: Depths
    library: Library

    def molecules(self, references: dict[str, str]) -> list[Molecule]:
        """The haplotypes of every contig, wild type first, with their fractions.

        Raises UserError for an event that does not fit the reference.
        """
        molecules = []
        for contig, sequence in references.items():
            mutants = [h for h in self.haplotypes if h.contig == contig]
            rest = 1.0 - math.fsum(mutant.vaf for mutant in mutants)
            if rest > 1e-9:
                molecules.append(Molecule(contig, WILD_TYPE, rest, build_haplotype(sequence)))
            for mutant in mutants:
                haplotype = build_haplotype(sequence, mutant.events)
                molecules.append(Molecule(contig, mutant.name, mutant.vaf, haplotype))
        return molecules


def parse_depths(text: str) -> Depths:
    """Read ``1000`` or ``1000;NAME=20;...``. Raises UserError."""
    usual, *others = text.split(";")
    exceptions = []
    for other in others:
        name, sign, number = other.rpartition("=")
        if not sign or not name.strip():
            raise UserError(f"depth {text!r}: expected NAME=NUMBER in {other!r}")
        exceptions.append((name.strip(), _depth(number, text)))
    return Depths(_depth(usual, text), tuple(exceptions))


def _depth(number: str, text: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (0 <= value < math.inf):
        raise UserError(f"depth {text!r}: {number!r} is not a number from 0")
    return value


def read_design(path: Path, sample: str) -> SampleDesign:
    """Read one sample from the simulation table.

    All rows are checked. Raises UserError, naming file, row (1 is the header) and column.
    """
    designs = read_designs(path)
    for design in designs:
        if design.sample == sample:
            return design
    known = ", ".join(design.sample for design in designs)
    raise UserError(f"{path}: no row for the sample {sample!r}; the table has {known}")


def read_designs(path: Path) -> list[SampleDesign]:
    """Read all samples of the simulation table, in its order. Raises UserError."""
    samples: dict[str, list[tuple[int, SimulationRow]]] = {}
    for row, record in enumerate(read_table(path, SimulationRow), start=2):
        samples.setdefault(record.sample, []).append((row, record))
    if not samples:
        raise UserError(f"{path}: the table has no rows below its header")
    return [_design(path, rows) for rows in samples.values()]


def _design(path: Path, rows: Sequence[tuple[int, SimulationRow]]) -> SampleDesign:
    def fail(row: int, column: str, message: str) -> UserError:
        return UserError(f"{path}: row {row}, column {column}: {message}")

    first_row, first = rows[0]
    if not _NAME.fullmatch(first.sample):
        raise fail(
            first_row,
            "sample",
            f"found {first.sample!r}; allowed are letters, digits, '.', '_', '-'",
        )
    _check_settings(first, lambda column, message: fail(first_row, column, message))
    haplotypes: list[MutantHaplotype] = []
    for row, record in rows:
        for column in ("assay", "depth", "read_length", "fragment_mean", "fragment_sd"):
            found, expected = getattr(record, column), getattr(first, column)
            if found != expected:
                raise fail(
                    row,
                    column,
                    f"found {found}, but row {first_row} of the same sample has {expected}",
                )
        if record.vaf is None and not record.events:
            if len(rows) > 1:
                raise fail(row, "events", "empty, but the sample has other rows; remove this one")
            continue
        if record.vaf is None or not 0 < record.vaf <= 1:
            raise fail(row, "vaf", f"found {record.vaf}; allowed is above 0 to 1")
        if not record.haplotype or record.haplotype in (
            WILD_TYPE,
            *(haplotype.name for haplotype in haplotypes),
        ):
            raise fail(
                row,
                "haplotype",
                f"found {record.haplotype!r}; the name must be given, not {WILD_TYPE!r}, "
                "and used once in a sample",
            )
        try:
            events = parse_events(record.events)
        except UserError as error:
            raise fail(row, "events", str(error)) from error
        haplotypes.append(MutantHaplotype(record.haplotype, record.vaf, events))
        total = math.fsum(h.vaf for h in haplotypes if h.contig == events[0].contig)
        if total > 1 + 1e-9:
            raise fail(row, "vaf", f"the haplotypes on {events[0].contig} add up to {total:.6g}")
    library = Library(first.assay, first.read_length, first.fragment_mean, first.fragment_sd)
    return SampleDesign(first.sample, tuple(haplotypes), parse_depths(first.depth), library)


def _check_settings(record: SimulationRow, fail: Callable[[str, str], UserError]) -> None:
    try:
        parse_depths(record.depth)
    except UserError as error:
        raise fail("depth", str(error)) from error
    if record.assay not in SIMULATED:
        raise fail("assay", f"found {record.assay}; allowed: {', '.join(SIMULATED)}")
    if not 20 <= record.read_length <= 1000:
        raise fail("read_length", f"found {record.read_length}; allowed is 20 to 1000")
    if not 30 <= record.fragment_mean <= 10_000:
        raise fail("fragment_mean", f"found {record.fragment_mean:g}; allowed is 30 to 10000")
    if not 0 <= record.fragment_sd <= record.fragment_mean:
        raise fail("fragment_sd", f"found {record.fragment_sd:g}; allowed is 0 to the mean")


def read_targets(path: Path) -> list[Stretch]:
    """Read a BED file of targets (capture) or amplicons from primer to primer.

    Column 4 is the name, column 6 the strand: on ``-`` read 1 of an amplicon starts at the
    right end. Depths are 0 until `with_depths`. Raises UserError, naming file and row.
    """
    return [
        Stretch(
            one.contig,
            one.start,
            one.end,
            one.name or f"{one.contig}:{one.start + 1}-{one.end}",
            0.0,
            one.strand == "-",
        )
        for one in read_bed(path)
    ]


def with_depths(targets: Sequence[Stretch], depths: Depths) -> list[Stretch]:
    """The targets with the depths of a sample.

    Raises UserError when an exception names no target, gene or contig: it would be lost.
    """
    names = {key for t in targets for key in (t.name, t.name.partition("|")[0], t.contig)}
    for name, _ in depths.exceptions:
        if name not in names:
            raise UserError(f"depth: {name!r} is neither a target, a gene nor a contig")
    return [replace(target, depth=depths.of(target)) for target in targets]


def read_references(path: Path, targets: Collection[Stretch]) -> dict[str, str]:
    """The contigs that the targets lie on, in upper case, in the order of the FASTA file.

    Raises UserError when the file cannot be read or a target does not lie on it.
    """
    wanted = {target.contig for target in targets}
    try:
        with pysam.FastxFile(str(path)) as records:
            found = {r.name: (r.sequence or "").upper() for r in records if r.name in wanted}
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: the reference cannot be read: {error}") from error
    for target in targets:
        if target.contig not in found:
            raise UserError(
                f"{path}: no contig {target.contig!r}, which target {target.name} names"
            )
        if target.end > len(found[target.contig]):
            raise UserError(
                f"{path}: {target.contig} has {len(found[target.contig])} bases, "
                f"target {target.name} ends at {target.end}"
            )
    return found
