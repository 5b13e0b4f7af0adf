"""The fragments of all calls, put together where they are one event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import pysam

from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele, AlleleCounts, count_alleles
from scripts.panel.calls import Call, CountedCalls
from scripts.panel.filters import Thresholds
from scripts.panel.held_deletions import held_deletions
from scripts.panel.known_parts import Known, NothingKnown
from scripts.panel.long_calls import (
    beside_long_events,
    confirmed_long_events,
    told_by_long_deletion,
    told_in_copies_of,
)
from scripts.panel.molecules import PlacedEvents, events_of_place
from scripts.panel.place_reads import ContigReads
from scripts.panel.places import LONGEST, Clip, places_of
from scripts.panel.unresolved import OpenBreak

_NO_TABLES = NothingKnown()
_NOTHING_COUNTED = AlleleCounts(0, 0, 0, (0, 0), (0, 0))


def count_calls(
    calls: Sequence[Call],
    bam: pysam.AlignmentFile,
    sequence_of: Callable[[str], Fetch],
    thresholds: Thresholds,
    clips: Mapping[str, Sequence[Clip]] | None = None,
    known: Known = _NO_TABLES,
) -> CountedCalls:
    """The fragments of all calls, and of what molecules show besides where changes crowd.

    `clips` are places, by contig, where several reads are clipped alike. All calls come back, and
    the events that no call names, in the order of the genome; contigs in that of the calls.
    """
    counts: dict[Allele, AlleleCounts] = {}
    found: list[Call] = []
    breaks: list[OpenBreak] = []
    clips = clips or {}
    for contig in dict.fromkeys([*(call.allele.contig for call in calls), *clips]):
        source = ContigReads(bam, sequence_of(contig), thresholds.reads)
        here = {call.allele: call for call in calls if call.allele.contig == contig}
        places, held = _places(contig, here, clips.get(contig, ()), source, thresholds, known)
        for placed in places:
            here |= _told_by(placed, here, held)
            breaks += placed.breaks
        here |= confirmed_long_events(here, source)
        here |= told_in_copies_of(here, source, thresholds.minimum_vaf / 2)
        here, numbers = _numbered(here, source)
        counts |= numbers
        found += sorted(here.values(), key=lambda call: call.allele)
    return CountedCalls(found, counts, breaks)


def _places(
    contig: str,
    calls: Mapping[Allele, Call],
    clips: Sequence[Clip],
    source: ContigReads,
    thresholds: Thresholds,
    known: Known,
) -> tuple[list[PlacedEvents], Collection[Allele]]:
    """What the molecules of each place of a contig show, and the deletions that reads hold."""
    weak = {a for a, c in calls.items() if c.alternate_reads < thresholds.minimum_vaf * c.depth}
    held = held_deletions(calls, source.bam, source.rules)
    shown = (
        events_of_place(
            source.bam,
            place,
            source.fetch,
            source.rules,
            least_share=thresholds.minimum_vaf / 2,
            known=known,
        )
        for place in places_of(contig, calls, clips, source.fetch, weak, held)
    )
    return [placed for placed in shown if placed is not None], held


def _numbered(
    calls: Mapping[Allele, Call], source: ContigReads
) -> tuple[dict[Allele, Call], dict[Allele, AlleleCounts]]:
    """The calls of a contig, those beside long events asked once more, and their fragments."""
    # Whole reads have been compared with these already, but for the biases of single bases.
    long = {a for a, call in calls.items() if call.long and call.placed is None}
    told = {a for a, c in calls.items() if c.share and not len(a.ref) == len(a.alt) == 1}
    counted = count_alleles(source.bam, calls.keys() - long - told, source.fetch, source.rules)
    numbers = {allele: _counts_of(calls[allele], counted.get(allele)) for allele in calls}
    beside_long = beside_long_events(calls, numbers, source)
    found = {**calls, **beside_long}
    counts = {allele: _counts_of(found[allele], numbers[allele]) for allele in found}
    placed_beside = [a for a, call in beside_long.items() if call.placed]
    for allele in (*told_by_long_deletion(found), *placed_beside):
        # Reads are clipped there: where the allele stands in them is the aligner's doing.
        counts[allele] = replace(counts[allele], mutant_ends=(0, 0), wildtype_ends=(0, 0))
    return found, counts


def _told_by(
    placed: PlacedEvents, calls: Mapping[Allele, Call], held: Collection[Allele]
) -> dict[Allele, Call]:
    """The calls of a place as its molecules tell them, with the events that no call names.

    Where a long deletion is its only event, or none is, those of `held` keep their own numbers.
    """
    told = {}
    events = {event.allele: event for event in placed.events}
    parts: dict[Allele, list[Allele]] = {allele: [] for allele in events}
    for allele in placed.place.calls:
        whole = placed.event_over(allele)
        if allele not in events and _shows_more(calls[allele], placed):
            told[allele] = calls[allele]
            continue
        if allele not in events:
            told[allele] = replace(
                calls[allele], part_of_event=whole is not None, other_change=whole is None
            )
        if whole is not None:
            parts[whole.allele].append(allele)
    for allele, event in events.items():
        some = [calls[part] for part in parts[allele]]
        quality = max((part.quality for part in some), default=0.0)
        new = Call(allele, quality, event.share.mutant, event.share.informative)
        told[allele] = replace(
            calls.get(allele, new),
            placed=event,
            parts=tuple(parts[allele]),
            other_change=event.is_outnumbered,
        )
    # Held deletions overlap, as one place has them: one that is told takes the others' place.
    is_told = len(events) > 1 and any(len(allele.ref) > LONGEST + 1 for allele in events)
    return told if is_told else told | {a: calls[a] for a in held if a in told and a in calls}


def _shows_more(call: Call, placed: PlacedEvents) -> bool:
    """Whether more fragments show a call than tell of its place, which then says nothing of it.

    A place may reach beyond the amplicons of a call, whose reads then do not count in it.
    """
    return call.alternate_reads > 2 * placed.fragments


def _counts_of(call: Call, counted: AlleleCounts | None) -> AlleleCounts:
    """The fragments of a call: those of its haplotypes, of a long event, or counted by itself."""
    share = call.share
    if share is None:
        counts = call.long.counts if call.long else counted
        assert counts is not None
        return counts
    return replace(
        counted or _NOTHING_COUNTED,
        mutant=share.mutant,
        wildtype=share.informative - share.mutant,
        informative=share.informative,
        mutant_reads=share.mutant_reads,
        wildtype_reads=share.wildtype_reads,
        by_span=share.by_span,
    )
