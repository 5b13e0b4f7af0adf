"""The records of `junctions.json`: reads over the junction of each ITD."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A stretch of the window, 0-based half-open."""

    start: int
    end: int


@dataclass(frozen=True)
class Mismatch:
    """A base that differs from the haplotype; lower case where its quality is below 20."""

    at: int
    base: str


@dataclass(frozen=True)
class JunctionRead:
    """One read in the window; `clips` are the parts that the aligner had clipped."""

    start: int
    end: int
    clips: tuple[Span, ...]
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True)
class JunctionPileup:
    """Reads over the junction of one ITD.

    `pos`, `ref` and `alt` are those of the VCF record. `sequence` is the plus strand of the
    mutant haplotype in the window; the spans tell where the copies and the filler lie in it, cut
    to the window. `fragments` fit the mutant better than the wild type over the junction; one
    read of each is in `reads`, of many an even selection.
    """

    pos: int
    ref: str
    alt: str
    sequence: str
    first_copy: Span
    filler: Span
    second_copy: Span
    fragments: int
    reads: tuple[JunctionRead, ...]
