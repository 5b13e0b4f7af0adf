"""What the fragments over an exon show: how many have which codon, and which short changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.kinase.compared_alleles import ChangeCount, Shown
from flt3itd.kinase.short_changes import ShortChange
from flt3itd.locus.flt3 import Exon

CODON_LETTERS = tuple(a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT")
"""The codon of each code: 16 x first + 4 x second + third base, with A, C, G, T = 0 to 3."""
_CODE = {codon: code for code, codon in enumerate(CODON_LETTERS)}

UNSEEN = 255
"""The code of a codon, or of the place of a change, that a read or fragment does not show."""
CONFLICT = 254
"""The code where the mates of a fragment do not agree."""


def code_of(codon: str) -> int:
    """The code of three bases."""
    return _CODE[codon]


class Codon(NamedTuple):
    """What the fragments over an exon show of one codon.

    `first_base` is the c. number of the first base of the codon, `seen` tells which of its
    bases (0 to 2) lie in the exon; `counts` has the fragments by the code of what they show,
    `repeated` those among them of which more than one read shows it: both mates, or the reads of
    a family. `changed` are those with an insertion or deletion there, of whose codon nothing is
    read.
    """

    residue: int
    first_base: int
    reference: str
    seen: range
    counts: tuple[int, ...]
    repeated: tuple[int, ...]
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
        return self.counts[code_of(codon)]

    def repeated_count(self, codon: str) -> int:
        """Fragments of which more than one read shows these three bases."""
        return self.repeated[code_of(codon)]

    def single_changes(self) -> Iterator[tuple[int, str]]:
        """Each codon that one substitution makes, with the base (0 to 2) that it changes."""
        for i in self.seen:
            for after in "ACGT":
                if after != self.reference[i]:
                    yield i, self.reference[:i] + after + self.reference[i + 1 :]


class Mutation(NamedTuple):
    """A mutation of an exon as fragments have it: a column of `ExonCounts.shown`, and its code."""

    column: int
    code: int


class ExonCounts(NamedTuple):
    """What the fragments over one exon show, in transcript order.

    `changes` holds the insertions and deletions, `carriers` the fragments whose alignment shows
    each of those and of the rarer ones, `rare_changes` the sum over the rarer ones. `shown` has a
    row for each fragment and a column for each codon, with the code of what the fragment shows of
    it, then one for each of `changes`, with a `Shown`; None where fragments are not known one by
    one.
    """

    exon: Exon
    codons: tuple[Codon, ...]
    changes: tuple[ChangeCount, ...]
    carriers: dict[ShortChange, int]
    rare_changes: int
    shown: npt.NDArray[np.uint8] | None = None

    def change(self, index: int) -> Mutation:
        """One of `changes`, as the fragments have it."""
        return Mutation(len(self.codons) + index, Shown.MUTANT)

    def together(self, one: Mutation, other: Mutation) -> tuple[int, int]:
        """Fragments of one mutation that show the other too, and those that show its place."""
        if self.shown is None:
            return 0, 0
        there = self.shown[self.shown[:, one.column] == one.code, other.column]
        return int(np.count_nonzero(there == other.code)), int(np.count_nonzero(there < CONFLICT))
