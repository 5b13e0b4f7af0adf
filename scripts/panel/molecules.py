"""The events of the molecules of one place: which there are, on which haplotypes, and how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import pysam

from flt3itd.common.assay import Assay
from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele
from scripts.panel.assembly import assembled_texts, clipped_ends, copied_texts, laid_on
from scripts.panel.candidates import candidate_texts, with_gaps
from scripts.panel.description import Change, allele_of, describe
from scripts.panel.germline import on_germline
from scripts.panel.haplotypes import fragments_on, haplotypes_of
from scripts.panel.known_parts import Known, listed_together, own_events
from scripts.panel.place_reads import PlaceRead, reads_over, unplaced_mates, with_clips_placed
from scripts.panel.places import FEWEST, LONGEST, Place
from scripts.panel.read_rules import ReadRules
from scripts.panel.shares import Mixture, Share
from scripts.panel.turned_reads import as_molecules_have_them, inverted_stretches
from scripts.panel.unresolved import OpenBreak, open_breaks

_REACH = 10
"""Bases beside a place in which gaps of reads are looked for."""
_LONG_GAIN = 40
"""Inserted bases from which reads may hold so few others that an aligner leaves them unplaced."""
UNTOLD = 0.05
"""Share of the molecules of a place that are as no haplotype is, from which some of it is not told:
errors of reads leave about one in 100 so."""
_TIMES_AS_MANY = 2
"""Times an event's own share, from which it may be one of the pieces of what they have."""


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
    def is_open(self) -> bool:
        """Whether no amplicon is known to tell how much of it there is."""
        return self.carriers <= self.mixture.open

    @property
    def is_outnumbered(self) -> bool:
        """Whether more molecules are as no haplotype is: the event may be a piece of theirs."""
        return self.mixture.other >= max(UNTOLD, _TIMES_AS_MANY * self.share.vaf)


@dataclass(frozen=True)
class PlacedEvents:
    """What the molecules of a place show, and how many fragments tell of it.

    `breaks` is where reads go on as no haplotype does.
    """

    place: Place
    texts: tuple[str, ...]
    events: tuple[PlacedEvent, ...]
    fragments: int
    breaks: tuple[OpenBreak, ...] = ()

    def event_over(self, call: Allele) -> PlacedEvent | None:
        """The event that a call, which is none itself, is a part of."""
        for event in self.events:
            own = event.allele
            if own != call and own.start <= call.start + 1 and call.end <= own.end + 1:
                return event
        return None


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
    whole = assembled_texts(ends, place, fetch, mates)
    for some in (whole, with_gaps(whole, place, fetch)):
        texts += [text for text in dict.fromkeys(some) if text not in texts]
    texts += copied_texts(ends, place, fetch, texts, reads)
    long = [text for text in texts if len(text) > len(texts[0]) + _LONG_GAIN]
    if long:
        reads += laid_on(mates(), long, place, fetch)
    haplotypes = haplotypes_of(texts, place, fetch)
    laid = reads
    if any(len(call.ref) > LONGEST + 1 for call in place.calls):
        # What looks like a deletion may be a copy of the bases behind it, on which reads lie.
        laid = [with_clips_placed(read, fetch) for read in reads]
    wholes = [Allele(place.contig, place.start, texts[0], text) for text in texts[1:]]
    stretches = [one for whole in wholes for one in inverted_stretches(whole, fetch)]
    if stretches and not from_primers:
        laid = list(as_molecules_have_them(laid, haplotypes, stretches))
    fragments = fragments_on(haplotypes, laid, from_primers=from_primers)
    if not fragments:
        return None
    mixture = Mixture(fragments, len(texts), max(FEWEST, least_share * len(fragments)))
    events = events_of_mixture(mixture, texts, place, fetch, known)
    present = tuple(texts[h] for h in mixture.present)
    breaks = open_breaks(ends, present, reads, place, fetch)
    return PlacedEvents(place, present, events, len(fragments), breaks)


def events_of_mixture(
    mixture: Mixture, texts: Sequence[str], place: Place, fetch: Fetch, known: Known
) -> tuple[PlacedEvent, ...]:
    """The events of the haplotypes that are present, of which `texts` are the sequences."""
    changes = {h: describe(texts[0], texts[h]) for h in mixture.present if h}

    def of_one_codon(part: Change, whole: Change) -> bool:
        alleles = (allele_of(place.contig, place.start, c, fetch) for c in (part, whole))
        return known.is_of_its_codon(*alleles)

    changes = on_germline(changes, texts, mixture, of_one_codon)
    changes = {h: listed_together(some, place, fetch, known) for h, some in changes.items()}
    changes = own_events(changes, texts[0], place, fetch, mixture, known)
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
