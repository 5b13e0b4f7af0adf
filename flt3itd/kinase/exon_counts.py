"""What the fragments over an exon show: how many have which codon, and which short changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.kinase.short_changes import ChangeCount, ShortChange
from flt3itd.locus.flt3 import Exon

CODON_LETTERS = tuple(a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT")
"""The codon of each code: 16 x first + 4 x second + third base, with A, C, G, T = 0 to 3."""
_CODE = {codon: code for code, codon in enumerate(CODON_LETTERS)}


class Codon(NamedTuple):
    """What the fragments over an exon show of one codon.

    `first_base` is the c. number of the first base of the codon, `seen` tells which of its
    bases (0 to 2) lie in the exon; `counts` has the fragments by the code of what they show,
    `changed` those with an insertion or deletion there, of whose codon nothing is read.
    """

    residue: int
    first_base: int
    reference: str
    seen: range
    counts: tuple[int, ...]
    changed: int = 0

    @property
    def fragments(self) -> int:
        """Fragments that show the codon, or another change in its place."""
        return sum(self.counts) + self.changed

    @property
    def amino_acid(self) -> str:
        """The reference amino acid, one letter."""
        return CODON_TABLE[self.reference]

    def count(self, codon: str) -> int:
        """Fragments that show these three bases."""
        return self.counts[_CODE[codon]]

    def single_changes(self) -> Iterator[tuple[int, str]]:
        """Each codon that one substitution makes, with the base (0 to 2) that it changes."""
        for i in self.seen:
            for after in "ACGT":
                if after != self.reference[i]:
                    yield i, self.reference[:i] + after + self.reference[i + 1 :]


class ExonCounts(NamedTuple):
    """What the fragments over one exon show, in transcript order.

    `changes` holds the insertions and deletions, `carriers` the fragments whose alignment shows
    each of those and of the rarer ones, `rare_changes` the sum over the rarer ones.
    """

    exon: Exon
    codons: tuple[Codon, ...]
    changes: tuple[ChangeCount, ...]
    carriers: dict[ShortChange, int]
    rare_changes: int
