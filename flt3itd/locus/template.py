"""Templates: the sequence that reads are compared with, and how it lies on the FLT3 locus.

Reads of DNA are compared with the locus as it is. Reads of RNA are compared with its exons joined,
so that a read across a splice junction lies on the template without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

from flt3itd.common.assay import Assay
from flt3itd.locus.flt3 import Exon, Locus, flt3_locus

_FLANK = 500
_FLANK_BEYOND_EXON_13 = 300
"""Bases around exons 13 to 15 in which one end of a duplication is looked for."""
REACH = 450
"""Bases around the region in which the other end of a change may lie."""
_READ_BEYOND = 100
"""Bases beyond that of which reads are taken: the other end has a wild type beside it too."""


class Searched(Protocol):
    """What the engine has to know of a reference; plus strand, coordinates 0-based half-open."""

    @property
    def sequence(self) -> str:
        """The bases that reads are compared with."""

    @property
    def region(self) -> tuple[int, int]:
        """Where junctions are looked for."""

    @property
    def target(self) -> tuple[int, int]:
        """A change that does not touch it is off target."""


class Block(NamedTuple):
    """An unbroken part: template bases [start, end) are locus bases from `locus_start` on."""

    start: int
    end: int
    locus_start: int


@dataclass(frozen=True)
class Template:
    """Plus strand; coordinates 0-based half-open, on the template unless said otherwise."""

    kind: Literal["genomic", "spliced"]
    locus: Locus
    blocks: tuple[Block, ...]

    @cached_property
    def sequence(self) -> str:
        """The bases of the template."""
        return "".join(
            self.locus.sequence[block.locus_start : block.locus_start + block.end - block.start]
            for block in self.blocks
        )

    @property
    def region(self) -> tuple[int, int]:
        """Where junctions are looked for: exons 13 to 15 with flanks."""
        first, last = self.exon(15), self.exon(13)
        return max(0, first[0] - _FLANK), min(len(self.sequence), last[1] + _FLANK_BEYOND_EXON_13)

    @property
    def reach(self) -> tuple[int, int]:
        """Where reads are taken from: the region and wherever the other end of a change may lie."""
        beyond = REACH + _READ_BEYOND
        return max(0, self.region[0] - beyond), min(len(self.sequence), self.region[1] + beyond)

    @property
    def target(self) -> tuple[int, int]:
        """Exons 14 and 15 and what lies between them: an insertion elsewhere is off target."""
        return self.exon(15)[0], self.exon(14)[1]

    @property
    def repeats(self) -> tuple[tuple[int, int], ...]:
        """Stretches like many others of the genome; they lie in introns."""
        return self.locus.repeats if self.kind == "genomic" else ()

    def exon(self, number: int) -> tuple[int, int]:
        """The interval of an exon. Raises KeyError when the template does not hold it."""
        exon = self.locus.exon(number)
        start = self.from_locus(exon.start)
        return start, start + len(exon)

    def from_locus(self, offset: int) -> int:
        """Template coordinate of a base of the locus. Raises KeyError for one that is cut out."""
        for block in self.blocks:
            if 0 <= offset - block.locus_start < block.end - block.start:
                return block.start + offset - block.locus_start
        raise KeyError(offset)

    def to_locus(self, offset: int) -> int:
        """Locus coordinate of a base of the template."""
        block = self.block_at(offset)
        return block.locus_start + offset - block.start

    def block_at(self, offset: int) -> Block:
        """The block that holds a base of the template. Raises KeyError beyond its ends."""
        for block in self.blocks:
            if block.start <= offset < block.end:
                return block
        raise KeyError(offset)


def template_of(assay: Assay) -> Template:
    """FLT3 as the reads of an assay show it: with its introns, or without them (rna)."""
    locus = flt3_locus()
    return spliced_template(locus) if assay == Assay.RNA else genomic_template(locus)


def genomic_template(locus: Locus) -> Template:
    """The locus as it is."""
    return Template("genomic", locus, (Block(0, len(locus), 0),))


def spliced_template(locus: Locus) -> Template:
    """The exons of the locus joined, in genomic order (that is, 3' to 5' of the transcript)."""
    blocks: list[Block] = []
    exons: list[Exon] = sorted(locus.exons, key=lambda exon: exon.start)
    for exon in exons:
        start = blocks[-1].end if blocks else 0
        blocks.append(Block(start, start + len(exon), exon.start))
    return Template("spliced", locus, tuple(blocks))
