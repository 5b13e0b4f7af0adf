"""The record of a pile-up of a panel variant: reads laid on the changed molecule."""

from __future__ import annotations

from dataclasses import dataclass

from flt3itd.junction_records import JunctionRead, Span


@dataclass(frozen=True)
class VariantPileup:
    """Reads that show one variant.

    `pos` (1-based), `ref` and `alt` are those of panel.tsv. `sequence` is the plus strand of the
    changed molecule around it; `changed` are its bases in there that are `inserted` in place of
    `replaced`, of a long insertion the first. What could stand in several places is shown in the
    rightmost.
    `fragments` fit the changed molecule better than the reference; one read of each is in `reads`,
    of many an even selection. `forward` and `reverse` count these fragments by the strand of that
    read. The VAF does not rest on these numbers, which take no other haplotype into account.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    sequence: str
    changed: Span
    inserted: str
    replaced: str
    fragments: int
    forward: int
    reverse: int
    reads: tuple[JunctionRead, ...]
