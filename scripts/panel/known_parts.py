"""Which neighbouring changes of a haplotype are one event, and which parts of one are events alone.

Tables say so of known variants, and the share of the molecules of germline ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele
from scripts.panel.description import Change, allele_of, describe, parts_of
from scripts.panel.germline import is_germline
from scripts.panel.places import Place
from scripts.panel.shares import Mixture

_LISTED_BETWEEN = 6
"""Unchanged bases between two changes that a table may list as one: two codons."""


class Known(Protocol):
    """What tables say of alleles that are seen together."""

    def stays_apart(self, part: Allele, whole: Allele) -> bool:
        """Whether a part of an event is an event of its own beside the whole."""
        ...

    def is_of_its_codon(self, part: Allele, whole: Allele) -> bool:
        """Whether a known mutation is a part of another change of its codon alone."""
        ...

    def is_listed(self, allele: Allele) -> bool:
        """Whether a table lists an allele."""
        ...


class NothingKnown:
    """No table: no part is an event of its own, and nothing is listed."""

    def stays_apart(self, part: Allele, whole: Allele) -> bool:
        """No part is an event of its own."""
        del part, whole
        return False

    def is_of_its_codon(self, part: Allele, whole: Allele) -> bool:
        """No mutation is known."""
        del part, whole
        return False

    def is_listed(self, allele: Allele) -> bool:
        """Nothing is listed."""
        del allele
        return False


def listed_together(
    changes: list[Change], place: Place, fetch: Fetch, known: Known
) -> list[Change]:
    """Changes of a haplotype, neighbours as one where a table lists them so.

    SF3B1 c.2094_2098delinsACAGG is listed as one, with three unchanged bases in its middle.
    """
    found: list[Change] = []
    for change in changes:
        if found and change.start - found[-1].end <= _LISTED_BETWEEN:
            last = found[-1]
            between = fetch(place.start + last.end, place.start + change.start)
            together = Change(last.start, change.end, last.alternate + between + change.alternate)
            if known.is_listed(allele_of(place.contig, place.start, together, fetch)):
                found[-1] = together
                continue
        found.append(change)
    return found


def own_events(
    changes: Mapping[int, list[Change]],
    reference: str,
    place: Place,
    fetch: Fetch,
    mixture: Mixture,
    known: Known,
) -> dict[int, list[Change]]:
    """The changes of haplotypes, with those parts on their own that are events by themselves.

    That is a germline variant beside a mutation, and a known mutation that stays apart.
    """
    singles = {p for some in changes.values() for c in some for p in parts_of(reference, c)}
    carriers = {
        part: {h for h, some in changes.items() if any(_has(whole, part) for whole in some)}
        for part in sorted(singles)
    }

    def own(part: Change, whole: Change, h: int) -> bool:
        if part == whole:
            return False
        one, all_of_it = (
            allele_of(place.contig, place.start, change, fetch) for change in (part, whole)
        )
        usual = carriers[part] - {h} and is_germline(mixture, carriers[part])
        if usual and not known.is_of_its_codon(one, all_of_it):
            return not is_germline(mixture, {h})
        return not known.is_listed(all_of_it) and known.stays_apart(one, all_of_it)

    found: dict[int, list[Change]] = {}
    for h, some in changes.items():
        found[h] = []
        for whole in some:
            apart = [p for p in carriers if _has(whole, p) and own(p, whole, h)]
            found[h] += _without(reference, whole, apart)
    return found


def _offset_in(whole: Change, part: Change) -> int | None:
    """Where a substitution stands in the new bases of a change; None if it is none of them.

    In a change of another length only its first and last base have a place.
    """
    if part.end - part.start != len(part.alternate) or len(part.alternate) != 1:
        return None
    if not whole.start <= part.start < whole.end or not whole.alternate:
        return None
    offset = part.start - whole.start
    if len(whole.alternate) == whole.end - whole.start:
        return offset if whole.alternate[offset] == part.alternate else None
    if offset == 0 and whole.alternate[0] == part.alternate:
        return 0
    last = len(whole.alternate) - 1
    return last if part.end == whole.end and whole.alternate[last] == part.alternate else None


def _has(whole: Change, part: Change) -> bool:
    return whole == part or _offset_in(whole, part) is not None


def _without(reference: str, whole: Change, apart: Iterable[Change]) -> list[Change]:
    """A change in the parts that are on their own, and the rest."""
    for part in apart:
        offset = _offset_in(whole, part)
        if offset is None or part == whole:
            continue
        new = whole.alternate
        text = new[:offset] + reference[part.start] + new[offset + 1 :]
        rest = [
            change.shifted(whole.start)
            for change in describe(reference[whole.start : whole.end], text)
        ]
        return sorted(
            [part, *(one for change in rest for one in _without(reference, change, apart))]
        )
    return [whole]
