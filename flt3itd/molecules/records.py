"""The record of ``flt3itd consensus --json``: what is told of the families of a library."""

from __future__ import annotations

from dataclasses import dataclass

from flt3itd.common.assay import Assay

CONSENSUS_SCHEMA_VERSION = 1


@dataclass(frozen=True)
class FamiliesOfSize:
    """How many families have so many read pairs."""

    read_pairs: int
    families: int


@dataclass(frozen=True)
class ErrorRate:
    """Errors of consensus bases of families with so many read pairs; `and_more`: or with more.

    A base is an error where nearly all other families have another one at that place (at most
    2 % of 20 or more families have this one). `rate` is None where nothing could be compared.
    """

    read_pairs: int
    and_more: bool
    bases: int
    errors: int
    rate: float | None


@dataclass(frozen=True)
class ConsensusStatistics:
    """The families of one library.

    `read_pairs` counts pairs (single reads as one); of these `without_umi` have none, or one with
    an N or of another length; `unplaced` are reads of pairs that no aligner placed, and
    `mates_missing` such whose mate the file does not have. `umi_bases` are those of each part of
    the UMI. `umi_space` is the number of UMIs, as if all were equally frequent; of all molecules
    `collisions_expected` share their place and UMI with another one and are not counted, at
    `crowded_places` more than one in a hundred. `molecules_hidden` is their share, or 1 where more
    of the `large_families`, of ten reads and more, are `mixed_families` of several molecules than
    that explains (of duplex molecules each strand is one). `umis_corrected` is the share of the
    pairs whose UMI had an error. `error_before_consensus` is the share of bases that differ from
    the consensus of families of three or more.
    """

    sample: str
    umi: str
    umi_bases: tuple[int, ...]
    assay: Assay
    least_family_size: int
    read_pairs: int
    without_umi: int
    unplaced: int
    mates_missing: int
    families: int
    families_written: int
    duplex_families: int
    families_by_size: tuple[FamiliesOfSize, ...]
    umi_space: float
    collisions_expected: float
    crowded_places: int
    molecules_hidden: float
    large_families: int
    mixed_families: int
    umis_corrected: float
    error_before_consensus: float | None
    error_by_family_size: tuple[ErrorRate, ...]
    warnings: tuple[str, ...] = ()

    @property
    def reads_per_family(self) -> float:
        """Read pairs of a family on average; those without a UMI are in none."""
        pairs = sum(one.read_pairs * one.families for one in self.families_by_size)
        return pairs / max(1, self.families)
