"""What is added up of the families of a library, and the record that comes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from flt3itd.common.assay import Assay
from flt3itd.molecules.crowding import (
    Crowding,
    mixed_families,
    mixed_sentence,
    unexplained_mixing,
)
from flt3itd.molecules.errors import LARGEST_CLASS, observed_errors
from flt3itd.molecules.families import Families
from flt3itd.molecules.letters import Integers
from flt3itd.molecules.molecules import Molecules
from flt3itd.molecules.pairs import UmiShape
from flt3itd.molecules.records import ConsensusStatistics, ErrorRate, FamiliesOfSize
from flt3itd.molecules.tally import ReadTally

_TOLD_FROM = 3
"""Reads of a family from which a majority is told from an error."""
_WITHOUT_UMI = 0.01
"""Share of the pairs without a whole UMI from which it is told: unread bases make fewer."""
_ALONE = 0.9
"""Families for each pair from which a consensus corrects nothing: nearly all have one pair."""


@dataclass
class FamilyTally:
    """What is added up of families, block by block.

    `split` tells whether reads lack more first bases than those that are put together may.
    """

    families: int = 0
    written: int = 0
    duplex: int = 0
    sizes: Counter[int] = field(default_factory=Counter)
    corrected: int = 0
    collisions: float = 0.0
    crowded: int = 0
    listed: int = 0
    inverse_space: float = 0.0
    large: int = 0
    mixed: int = 0
    split: bool = False
    compared: int = 0
    differing: int = 0
    bases: Integers = field(default_factory=lambda: np.zeros(LARGEST_CLASS + 1, dtype=np.int64))
    errors: Integers = field(default_factory=lambda: np.zeros(LARGEST_CLASS + 1, dtype=np.int64))

    def add_families(self, families: Families) -> None:
        """Count the families of a block."""
        reads = np.bincount(families.family, minlength=families.count)
        self.families += families.count
        sizes, counts = np.unique(reads, return_counts=True)
        self.sizes.update(dict(zip(sizes.tolist(), counts.tolist(), strict=True)))
        other = np.bincount(families.family[families.other_strand], minlength=families.count)
        self.duplex += int(((other > 0) & (other < reads)).sum()) if families.is_duplex else 0
        self.corrected += families.corrected
        if families.crowding is not None:
            self.add_crowding(families.crowding)

    def add_crowding(self, found: Crowding) -> None:
        """Count the molecules that are hidden at some places."""
        self.collisions += found.collisions
        self.crowded += found.crowded
        self.inverse_space += found.families / found.space
        self.listed += found.is_list

    def add_disagreement(self, molecules: Molecules) -> None:
        """Count reads that differ from their consensus (of three or more), and its own errors."""
        rows = np.flatnonzero(molecules.reads >= _TOLD_FROM)
        for side in (molecules.first, molecules.second):
            self.compared += int(side.depth[rows].sum(dtype=np.int64))
            self.differing += int(side.errors[rows].sum(dtype=np.int64))
        for sides, reads in molecules.copied_from_one():
            large, mixed = mixed_families([(one.depth, one.errors) for one in sides], reads)
            self.large += large
            self.mixed += mixed
        bases, errors = observed_errors(molecules)
        self.bases += bases
        self.errors += errors

    @property
    def crowding(self) -> Crowding:
        """What the UMIs of all places hide together."""
        space = self.families / self.inverse_space if self.families else 0.0
        is_list = self.listed > 0
        return Crowding(self.families, space, self.collisions, self.crowded, is_list)

    @property
    def hidden(self) -> float:
        """The share of all molecules that others hide; 1 where families show more than UMIs do."""
        expected = self.crowding.hidden
        return 1.0 if unexplained_mixing(self.large, self.mixed, expected) else expected

    def add(self, other: FamilyTally) -> None:
        """Count those of another tally too."""
        for name in (
            "families",
            "written",
            "duplex",
            "corrected",
            "collisions",
            "crowded",
            "listed",
            "large",
            "mixed",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.sizes.update(other.sizes)
        self.inverse_space += other.inverse_space
        self.compared += other.compared
        self.differing += other.differing
        self.bases += other.bases
        self.errors += other.errors


class Asked(NamedTuple):
    """Of which sample families are formed, where its UMIs are, and of how many reads at least."""

    sample: str
    umi: str
    assay: Assay
    least_reads: int


def statistics(
    asked: Asked, reads: ReadTally, families: FamilyTally, shape: UmiShape
) -> ConsensusStatistics:
    """The record of a library."""
    used = reads.pairs - reads.without_umi
    return ConsensusStatistics(
        sample=asked.sample,
        umi=asked.umi,
        umi_bases=(shape.first, shape.second) if shape.second else (shape.first,),
        assay=asked.assay,
        least_family_size=asked.least_reads,
        read_pairs=reads.pairs,
        without_umi=reads.without_umi,
        unplaced=reads.unplaced,
        mates_missing=reads.mates_missing,
        families=families.families,
        families_written=families.written,
        duplex_families=families.duplex,
        families_by_size=tuple(
            FamiliesOfSize(size, count) for size, count in sorted(families.sizes.items())
        ),
        umi_space=families.crowding.space,
        collisions_expected=families.collisions,
        crowded_places=families.crowded,
        molecules_hidden=families.hidden,
        large_families=families.large,
        mixed_families=families.mixed,
        umis_corrected=families.corrected / used if used else 0.0,
        error_before_consensus=families.differing / families.compared
        if families.compared
        else None,
        error_by_family_size=tuple(
            _error_rate(families, size) for size in range(1, LARGEST_CLASS + 1)
        ),
        warnings=tuple(_warnings(reads, families)),
    )


def _error_rate(families: FamilyTally, size: int) -> ErrorRate:
    """Errors of consensus bases in families of this size; the last class has all larger ones."""
    bases, errors = int(families.bases[size]), int(families.errors[size])
    return ErrorRate(size, size == LARGEST_CLASS, bases, errors, errors / bases if bases else None)


def _warnings(reads: ReadTally, families: FamilyTally) -> list[str]:
    found = []
    used = reads.pairs - reads.without_umi
    if not families.families:
        found.append("there is no read pair with a whole UMI that was placed: nothing was written")
    if reads.without_umi > _WITHOUT_UMI * max(1, reads.pairs):
        found.append(
            f"{reads.without_umi} of {reads.pairs} read pairs have no whole UMI and are left out"
        )
    if families.split:
        found.append(
            "reads of one molecule lack their first bases, and not the same ones, by more than are "
            "put together: molecules are counted several times, and limits and intervals do not "
            "hold; take UMIs and ends from the reads before they are trimmed"
        )
    crowding = families.crowding
    found += crowding.sentences()
    if families.hidden > crowding.hidden:
        found.append(mixed_sentence(families.large, families.mixed))
    if used and families.families > _ALONE * used:
        found.append(
            "nearly every read pair is a family of its own: the library was not read deep enough "
            "for a consensus, or these are not its UMIs"
        )
    return found
