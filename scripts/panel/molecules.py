"""The events of the molecules of one place: which there are, on which haplotypes, and how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Protocol

import pysam

from flt3itd.common.assay import Assay
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele
from scripts.panel.assembly import assembled_texts, clipped_ends, copied_texts, laid_on
from scripts.panel.candidates import are_apart, candidate_texts, text_with
from scripts.panel.description import Change, allele_of, describe, parts_of
from scripts.panel.germline import is_germline, on_germline
from scripts.panel.haplotypes import (
    Haplotype,
    Mixture,
    Share,
    fragments_on,
    haplotypes_of,
)
from scripts.panel.place_reads import PlaceRead, reads_over, unplaced_mates
from scripts.panel.places import FEWEST, LONGEST, Place
from scripts.panel.read_rules import ReadRules
from scripts.panel.unresolved import OpenBreak, open_breaks

_OWN_SHARE = 0.5
"""Share of the fragments counted for a long event that must fit it better than all else."""
_REACH = 10
"""Bases beside a place in which gaps of reads are looked for."""
_LISTED_BETWEEN = 6
"""Unchanged bases between two changes that a table may list as one: two codons."""
_LONG_GAIN = 40
"""Inserted bases from which reads may hold so few others that an aligner leaves them unplaced."""
UNTOLD = 0.05
"""Share of the molecules of a place that are as no haplotype is, from which some of it is not told:
errors of reads leave about one in 100 so."""
_TIMES_AS_MANY = 2
"""Times an event's own share, from which it may be one of the pieces of what they have."""
_NEAR = 60
"""Bases beside an event within which another one may be taken for it."""


@dataclass(frozen=True)
class PlacedEvent:
    """An event of a place: the haplotypes that carry it, and its share.

    `phase_set` is the same for events of the same molecules: the first 1-based position of any of
    them; None for an event that stands alone.
    """

    allele: Allele
    carriers: frozenset[int]
    mixture: Mixture
    share: Share
    phase_set: int | None = None

    @property
    def is_outnumbered(self) -> bool:
        """Whether more molecules are as no haplotype is: the event may be a piece of theirs."""
        return self.mixture.other >= max(UNTOLD, _TIMES_AS_MANY * self.share.vaf)


@dataclass(frozen=True)
class PlacedEvents:
    """What the molecules of a place show; `breaks` is where reads go on as no haplotype does."""

    place: Place
    texts: tuple[str, ...]
    events: tuple[PlacedEvent, ...]
    breaks: tuple[OpenBreak, ...] = ()

    def event_over(self, call: Allele) -> PlacedEvent | None:
        """The event that a call, which is none itself, is a part of."""
        for event in self.events:
            own = event.allele
            if own != call and own.start <= call.start + 1 and call.end <= own.end + 1:
                return event
        return None


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


def events_of_place(
    bam: pysam.AlignmentFile,
    place: Place,
    fetch: Fetch,
    rules: ReadRules,
    *,
    least_share: float,
    known: Known,
) -> PlacedEvents | None:
    """The events of a place; None where no fragment tells anything.

    A haplotype needs `FEWEST` fragments of its own and `least_share` of all that speak.
    """
    reads = reads_over(bam, place, rules)
    wider = _widened(place, reads)
    if wider != place:
        place, reads = wider, reads_over(bam, wider, rules)
    from_primers = rules.assay == Assay.AMPLICON
    texts = candidate_texts(reads, place, fetch, least_share, from_primers=from_primers)
    ends = clipped_ends(reads)
    mates = cache(lambda: unplaced_mates(bam, place, rules))
    texts += [t for t in assembled_texts(ends, place, fetch, mates) if t not in texts]
    texts += copied_texts(ends, place, fetch, texts, reads)
    long = [text for text in texts if len(text) > len(texts[0]) + _LONG_GAIN]
    if long:
        reads += laid_on(mates(), long, place, fetch)
    haplotypes = haplotypes_of(texts, place, fetch)
    fragments = fragments_on(haplotypes, reads, from_primers=from_primers)
    if not fragments:
        return None
    mixture = Mixture(fragments, len(texts), max(FEWEST, least_share * len(fragments)))
    events = events_of_mixture(mixture, texts, place, fetch, known)
    present = tuple(texts[h] for h in mixture.present)
    return PlacedEvents(place, present, events, open_breaks(ends, present, reads, place, fetch))


def events_of_mixture(
    mixture: Mixture, texts: Sequence[str], place: Place, fetch: Fetch, known: Known
) -> tuple[PlacedEvent, ...]:
    """The events of the haplotypes that are present, of which `texts` are the sequences."""
    changes = {h: describe(texts[0], texts[h]) for h in mixture.present if h}

    def of_one_codon(part: Change, whole: Change) -> bool:
        alleles = (allele_of(place.contig, place.start, c, fetch) for c in (part, whole))
        return known.is_of_its_codon(*alleles)

    changes = on_germline(changes, texts, mixture, of_one_codon)
    changes = {h: _listed_together(some, place, fetch, known) for h, some in changes.items()}
    changes = _own_events(changes, texts[0], place, fetch, mixture, known)
    written = {_as_written(call, fetch): call for call in place.calls}
    carriers: dict[Allele, set[int]] = defaultdict(set)
    for h, some in changes.items():
        for change in some:
            allele = allele_of(place.contig, place.start, change, fetch)
            carriers[written.get(allele, allele)].add(h)
    of_event = {allele: frozenset(some) for allele, some in sorted(carriers.items())}
    phases = _phase_sets(of_event)
    return tuple(
        PlacedEvent(allele, some, mixture, mixture.share(some), phases[allele])
        for allele, some in of_event.items()
    )


def _widened(place: Place, reads: Iterable[PlaceRead]) -> Place:
    """A place with the gaps of reads that begin or end in it or right beside it.

    A caller names one change of overlapping bases: it writes the more frequent of two deletions.
    """
    names: dict[tuple[int, int], set[str]] = defaultdict(set)
    for read in reads:
        for one, other in pairwise(read.blocks):
            names[one.end, other.reference].add(read.name)
    shared = [gap for gap, some in names.items() if len(some) >= FEWEST]
    near = [
        (start, end)
        for start, end in shared
        if start <= place.end + _REACH and place.start - _REACH <= end <= start + LONGEST
    ]
    start = min([place.start, *(start for start, _ in near)])
    return replace(place, start=start, end=max([place.end, *(end for _, end in near)]))


def _as_written(call: Allele, fetch: Fetch) -> Allele:
    """A call as `allele_of` writes it; a caller need not have moved it to the left."""
    return allele_of(call.contig, call.start, Change(0, len(call.ref), call.alt), fetch)


def _listed_together(
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


def _own_events(
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


def _phase_sets(carriers: Mapping[Allele, frozenset[int]]) -> dict[Allele, int | None]:
    """The phase set of each event, the same for those that share a haplotype."""
    groups: list[tuple[set[Allele], set[int]]] = []
    for allele, some in carriers.items():
        touched = [group for group in groups if group[1] & some]
        groups = [group for group in groups if not group[1] & some]
        alleles, haplotypes = {allele}, set(some)
        for group in touched:
            alleles |= group[0]
            haplotypes |= group[1]
        groups.append((alleles, haplotypes))
    return {
        allele: min(a.start for a in alleles) + 1 if len(alleles) > 1 else None
        for alleles, _ in groups
        for allele in alleles
    }


def beside(allele: Allele, others: Iterable[Allele]) -> list[Allele]:
    """Those of some events of the contig that another one may be made of, in order.

    What an event gains may be a copy of bases as far away, with a change that stands there.
    """
    reach = _NEAR + max(0, len(allele.alt) - len(allele.ref))
    return sorted(
        other
        for other in others
        if other != allele
        and other.start - reach <= allele.end
        and allele.start <= other.end + reach
    )


def is_confirmed(
    allele: Allele,
    mutant: int,
    others: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> bool:
    """Whether an event has molecules that fit none of others beside it as well.

    `mutant` fragments were counted for it; `_OWN_SHARE` of them must be its own.
    """
    haplotypes, reads = _beside_rivals(allele, others, bam, fetch, rules)
    mixture = Mixture(fragments_on(haplotypes, reads, inside=True), len(haplotypes), 0)
    return mixture.own(range(len(haplotypes)))[1] >= max(FEWEST, _OWN_SHARE * mutant)


def share_from_primers(
    allele: Allele,
    others: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> Share | None:
    """How much of a long event there is by the amplicons that make a product of it.

    None where all of them do, or too few fragments of those that do show it.
    """
    haplotypes, reads = _beside_rivals(allele, others, bam, fetch, rules)
    sites = {site for read in reads for site in read.primers}
    if not any(haplotypes[1].lacks(site, haplotypes[0]) for site in sites):
        return None
    mixture = Mixture(fragments_on(haplotypes, reads, from_primers=True), len(haplotypes), FEWEST)
    return mixture.share(frozenset({1})) if 1 in mixture.present else None


def _beside_rivals(
    allele: Allele,
    others: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> tuple[list[Haplotype], list[PlaceRead]]:
    """The wild type, the haplotype with an event, and those with others; and the reads there."""
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    start = min([change.leftmost, *(other.start for other in others)])
    end = max([change.end, *(other.end for other in others)])
    place = Place(allele.contig, start, end, ())
    texts = dict.fromkeys([fetch(start, end), text_with([allele], place, fetch)])
    for one in others:
        texts.setdefault(text_with([one], place, fetch))
    if len(others) > 1 and are_apart(others):
        texts.setdefault(text_with(others, place, fetch))
    return haplotypes_of(texts, place, fetch), reads_over(bam, place, rules)
