"""Kinase domain mutations that the same fragments show: named beside each other, with counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from flt3itd.kinase.exon_counts import ExonCounts, Mutation
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.naming import NEAR, Names, name_variant
from flt3itd.records import FltEvent, Status

_LEAST_TOGETHER = 3
"""Fragments with both: fewer are chimeras of PCR, or errors."""
_TOGETHER = 0.5
"""The share of the fragments of the rarer mutation from which on it lies on molecules of the
other."""


class FoundMutation(NamedTuple):
    """A mutation as it is reported, and as the fragments have it.

    `offset` is the locus coordinate (0-based) of the first base of `event.ref`.
    """

    event: FltEvent
    exon: ExonCounts
    mutation: Mutation
    offset: int


class _Beside(NamedTuple):
    """Another mutation on the molecules of one: `both` of the `seen` fragments that can show it."""

    found: FoundMutation
    both: int
    seen: int

    @property
    def on_most(self) -> bool:
        """Whether the molecules of the one have the other for the greater part."""
        return self.both >= _TOGETHER * self.seen

    def __str__(self) -> str:
        name = self.found.event.hgvs_c.rpartition(":")[2]
        return f"{name} ({self.both} of {self.seen} fragments that show both places)"


def linked(found: Sequence[FoundMutation], build: str) -> Iterator[FltEvent]:
    """The events, each with the detected ones that its molecules carry too."""
    for one in found:
        beside = list(_beside(one, found))
        if not beside:
            yield one.event
            continue
        most = [other for other in beside if other.on_most]
        part = [other for other in beside if not other.on_most]
        remarks = [one.event.remark] if one.event.remark else []
        whole = _whole([one, *(other.found for other in most)], build) if most else None
        if most:
            remarks.append("on the same molecules: " + " and ".join(map(str, most)))
        if whole is not None:
            remarks[-1] += f"; together {whole.hgvs_c.rpartition(':')[2]}, "
            remarks[-1] += whole.hgvs_p.rpartition(":")[2]
        if part:
            remarks.append("on a part of its molecules: " + " and ".join(map(str, part)))
        yield replace(
            one.event,
            remark="; ".join(remarks),
            on_same_molecules=";".join(other.found.event.hgvs_c for other in most),
            whole_hgvs_c="" if whole is None else whole.hgvs_c,
        )


def _beside(one: FoundMutation, found: Sequence[FoundMutation]) -> Iterator[_Beside]:
    if one.event.status is not Status.DETECTED:
        return
    for other in found:
        if other is one or other.exon is not one.exon or other.event.status is not Status.DETECTED:
            continue
        both, seen = one.exon.together(one.mutation, other.mutation)
        _, seen_of_other = one.exon.together(other.mutation, one.mutation)
        if both >= max(_LEAST_TOGETHER, _TOGETHER * min(seen, seen_of_other)):
            yield _Beside(other, both, seen)


def _whole(parts: Sequence[FoundMutation], build: str) -> Names | None:
    """The name of all of it as one replacement; None where changes are far apart, or overlap."""
    parts = sorted(parts, key=lambda part: part.offset)
    for one, other in pairwise(parts):
        if not 0 <= other.offset - one.offset - len(one.event.ref) <= NEAR:
            return None
    reference = flt3_locus().sequence
    start, end = parts[0].offset, parts[-1].offset + len(parts[-1].event.ref)
    replacement, at = "", start
    for part in parts:
        replacement += reference[at : part.offset] + part.event.alt
        at = part.offset + len(part.event.ref)
    return name_variant(start, reference[start:end], replacement, build)
