"""What one set of `make bench` is, and what a sample of it carries.

Coordinates are those of the locus that the package carries: 0-based, plus strand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flt3itd.records import EventKind
from flt3itd.simulation.long_reads import LongLibrary
from flt3itd.simulation.sequencing import Library


class Design(StrEnum):
    """Which mutants the samples of a set carry."""

    WILD_TYPE = "none"
    TANDEM = "tandem duplications"
    SAME_LENGTH = "two duplications of one length"
    SIMILAR = "two duplications that differ by a few bases"
    INSERTION = "insertions of random bases"
    IMPERFECT = "duplications with a mismatch in the second copy"
    GRID = "duplications between two primers"
    PUBLISHED = "insertions of a table"
    COPIES = "three to five copies of a unit"
    INNER = "duplications with a gap, an insertion or other bases within a copy"
    CIS = "duplications with a small change on the same molecules"
    TRANS = "duplications beside an inherited small change of the other allele"
    BOTH_ALLELES = "duplications beside an inherited small change of both alleles"


@dataclass(frozen=True)
class SmallChange:
    """Locus bases [start, end) replaced by others."""

    start: int
    end: int
    bases: str

    def made_to(self, sequence: str, shift: int = 0) -> str:
        """A sequence in which the locus lies shifted by so many bases, with the change."""
        return sequence[: self.start + shift] + self.bases + sequence[self.end + shift :]


@dataclass(frozen=True)
class Mutant:
    """A mutant allele: locus[:start] + inserted + locus[start:], and its share of molecules.

    `beside` is a small change on the same molecules, which a call need not tell.
    """

    start: int
    inserted: str
    vaf: float
    kind: EventKind = EventKind.ITD
    beside: SmallChange | None = None

    def sequence(self, reference: str) -> str:
        """The whole mutant sequence of a reference that starts where the locus starts."""
        return reference[: self.start] + self.inserted + reference[self.start :]

    def molecule(self, reference: str) -> str:
        """The same with what stands beside it: what is read."""
        if self.beside is None:
            return self.sequence(reference)
        shift = len(self.inserted) if self.beside.start >= self.start else 0
        return self.beside.made_to(self.sequence(reference), shift)


@dataclass(frozen=True)
class NormalAllele:
    """Molecules that count as wild type and carry an inherited change."""

    change: SmallChange
    share: float


@dataclass(frozen=True)
class BenchmarkSet:
    """Samples of one kind.

    `depth` is the mean read depth (read bases over a base, both mates counted); for the
    amplicon grid, pairs. `samples` are made in a full run, `quick` in a quick one. With
    `follow_up` the caller is given the ITD as known from an earlier sample. The samples of a
    set with `intervals_only` are called inside the process, without time and memory. Samples of a
    set with `long_libraries` are single long reads (`depth` of them), made by these in turn. With
    `amplicon` the reads start at primers, and all changes lie between these.
    """

    name: str
    samples: int
    quick: int
    depth: float
    library: Library
    vafs: tuple[float, ...] = ()
    lengths: tuple[int, int] = (3, 240)
    filler_share: float = 0.4
    design: Design = Design.TANDEM
    mutants: int = 1
    fastq: bool = False
    follow_up: bool = False
    intervals_only: bool = False
    long_libraries: tuple[LongLibrary, ...] = ()
    amplicon: bool = False

    @property
    def pooled(self) -> bool:
        """Whether its fragments are drawn at even depth, so that z means the same in all."""
        return not (self.amplicon or self.long_libraries or self.library.bait_bases)


@dataclass(frozen=True)
class SamplePlan:
    """One sample of a set: what it carries, and what an earlier sample of it carried."""

    name: str
    number: int
    mutants: tuple[Mutant, ...]
    earlier: tuple[Mutant, ...] = ()
    normal: tuple[NormalAllele, ...] = ()
