"""The calls of the panel: read from VCF, counted, and put together where they are one event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pysam

from flt3itd.common.assay import Assay
from flt3itd.hgvs.transcript import Fetch
from flt3itd.insertions.long_changes import Demands
from scripts.genome.variant_file import numbers_of, records_of
from scripts.panel.alleles import Allele, AlleleCounts, allele_of, count_alleles
from scripts.panel.annotation_sources import CLINVAR, COSMIC, NORMALS, POPULATION
from scripts.panel.filters import Thresholds
from scripts.panel.haplotypes import Share
from scripts.panel.held_deletions import held_deletions
from scripts.panel.known_parts import Known, NothingKnown
from scripts.panel.long_events import LongEvent
from scripts.panel.molecules import PlacedEvent, PlacedEvents, events_of_place
from scripts.panel.places import LONGEST, Clip, places_of
from scripts.panel.read_rules import ReadRules
from scripts.panel.rivals import (
    beside,
    is_confirmed,
    is_piece_of_any,
    origins_of,
    share_from_primers,
    told_with,
)
from scripts.panel.tandem_copies import told_in_copies
from scripts.panel.unresolved import OpenBreak

_NO_TABLES = NothingKnown()
_NOTHING_COUNTED = AlleleCounts(0, 0, 0, (0, 0), (0, 0))


@dataclass(frozen=True)
class Call:
    """One call of freebayes: the allele, its quality, and reads with either allele.

    The next ones are what the annotation sources say of it. `long` are the fragments and the VAF
    of an event that is too long to be counted like the others; freebayes may have missed it.
    `placed` says which molecules have it, where they were seen whole, `parts` are calls that it
    explains. `part_of_event` and `other_change` say that the molecules show something else: an
    event that holds this one, or another one.
    """

    allele: Allele
    quality: float
    alternate_reads: int
    depth: int
    population_frequency: float | None = None
    in_normals: bool = False
    clinvar: str = ""
    cosmic: str = ""
    long: LongEvent | None = None
    placed: PlacedEvent | None = None
    parts: tuple[Allele, ...] = ()
    part_of_event: bool = False
    other_change: bool = False

    @property
    def share(self) -> Share | None:
        """The share of its molecules, where they were seen whole."""
        return self.placed.share if self.placed else None


@dataclass(frozen=True)
class CountedCalls:
    """The calls of a sample in the order of the genome, with the fragments of each allele.

    `breaks` is where reads go on as no haplotype of their place does.
    """

    calls: list[Call]
    counts: dict[Allele, AlleleCounts]
    breaks: list[OpenBreak]


def read_calls(path: Path) -> list[Call]:
    """The calls of a VCF whose records have one alternate allele each."""
    calls = []
    for record in records_of(path):
        if not record.REF or not record.ALT:
            continue
        alternate, depth = (numbers_of(record, key) or [0] for key in ("AO", "DP"))
        frequency = _first(record.INFO.get(POPULATION))
        calls.append(
            Call(
                allele_of(record),
                record.QUAL or 0.0,
                alternate[0] or 0,
                depth[0] or 0,
                population_frequency=float(frequency) if frequency is not None else None,
                in_normals=bool(record.INFO.get(NORMALS)),
                clinvar=_text(record.INFO.get(CLINVAR)),
                cosmic=_text(record.INFO.get(COSMIC)),
            )
        )
    return calls


def with_long_events(
    calls: Iterable[Call], events: Iterable[LongEvent], contigs: Iterable[str]
) -> list[Call]:
    """The calls and the long events in the order of the genome; these replace equal calls.

    Of equal calls the last one stays.
    """
    found = {call.allele: call for call in calls}
    for event in events:
        call = found.get(event.allele, Call(event.allele, 0.0, 0, 0))
        found[event.allele] = replace(call, long=event)
    order = {contig: number for number, contig in enumerate(contigs)}
    return sorted(found.values(), key=lambda c: (order[c.allele.contig], c.allele))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


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
        fetch = sequence_of(contig)
        here = {call.allele: call for call in calls if call.allele.contig == contig}
        weak = {a for a, c in here.items() if c.alternate_reads < thresholds.minimum_vaf * c.depth}
        held = held_deletions(here, bam, thresholds.reads)
        for place in places_of(contig, here, clips.get(contig, ()), fetch, weak, held):
            placed = events_of_place(
                bam,
                place,
                fetch,
                thresholds.reads,
                least_share=thresholds.minimum_vaf / 2,
                known=known,
            )
            if placed is not None:
                here |= _told_by(placed, here, held)
                breaks += placed.breaks
        rules = thresholds.reads
        here |= _long_events_of(here, bam, fetch, rules)
        here |= _in_copies(here, bam, fetch, thresholds)
        # Whole reads have been compared with these already, but for the biases of single bases.
        long = {a for a, call in here.items() if call.long and call.placed is None}
        told = {a for a, c in here.items() if c.share and not len(a.ref) == len(a.alt) == 1}
        counted = count_alleles(bam, here.keys() - long - told, fetch, rules)
        numbers = {allele: _counts_of(here[allele], counted.get(allele)) for allele in here}
        beside_long = _beside_long_events(here, numbers, bam, fetch, rules)
        here |= beside_long
        counts |= {allele: _counts_of(here[allele], numbers[allele]) for allele in here}
        placed_beside = [a for a, call in beside_long.items() if call.placed]
        for allele in (*_by_long_deletion(here), *placed_beside):
            # Reads are clipped there: where the allele stands in them is the aligner's doing.
            counts[allele] = replace(counts[allele], mutant_ends=(0, 0), wildtype_ends=(0, 0))
        found += sorted(here.values(), key=lambda call: call.allele)
    return CountedCalls(found, counts, breaks)


def _long_events_of(
    calls: Mapping[Allele, Call], bam: pysam.AlignmentFile, fetch: Fetch, rules: ReadRules
) -> dict[Allele, Call]:
    """The long events of no place, as they stand beside each other and other calls."""
    long = {a for a, call in calls.items() if call.long and call.placed is None}
    others = [a for a, c in calls.items() if not (a in long or c.other_change or c.part_of_event)]
    ordered = _most_first(calls, long)
    found: dict[Allele, Call] = {}
    certain: list[Allele] = []
    for number, (allele, mutant) in enumerate(ordered):
        fewer = beside(allele, [other for other, _ in ordered[number + 1 :]])
        is_piece = is_piece_of_any(allele, fewer, bam, fetch, rules)
        near = beside(allele, [*others, *certain])
        if is_piece or not is_confirmed(allele, mutant, near, bam, fetch, rules):
            found[allele] = replace(calls[allele], other_change=True)
        else:
            found[allele] = _seen_by_amplicons(calls[allele], near, bam, fetch, rules)
            certain.append(allele)
    if rules.assay == Assay.CAPTURE:
        placed = [
            a for a in others if calls[a].placed and len(a.alt) - len(a.ref) >= Demands.shortest
        ]
        fallen = {a: n for a, n in ordered if a not in certain}
        for allele in (*certain, *placed):
            call = found.get(allele, calls[allele])
            rivals = beside(allele, certain)
            event = _with_pieces(call, fallen, rivals, bam, fetch, rules)
            if event is not None:
                found[allele] = replace(call, placed=event)
    return found


def _in_copies(
    calls: Mapping[Allele, Call], bam: pysam.AlignmentFile, fetch: Fetch, thresholds: Thresholds
) -> dict[Allele, Call]:
    """Long insertions in the numbers of copies that their molecules have."""
    found: dict[Allele, Call] = {}
    for allele, call in calls.items():
        if call.other_change or call.part_of_event or not (call.long or call.placed):
            continue
        told = told_in_copies(allele, bam, fetch, thresholds.reads, thresholds.minimum_vaf / 2)
        if told:
            found[allele] = replace(call, other_change=True)
        for one, event in told.items():
            found[one] = replace(calls.get(one, call), allele=one, placed=event, other_change=False)
    return found


def _with_pieces(
    call: Call,
    fallen: Mapping[Allele, int],
    rivals: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> PlacedEvent | None:
    """A call with molecules that were ascribed to what are pieces of it, or lie on what it copies.

    None without any. `fallen` are long events with their mutant fragments; what has few of them
    changes nothing.
    """
    allele = call.allele
    mutant = call.share.mutant if call.share else call.long.counts.mutant if call.long else 0
    pieces = [
        one
        for one in beside(allele, fallen)
        if 2 * fallen[one] >= mutant
        and not is_confirmed(one, fallen[one], [allele], bam, fetch, rules)
    ]
    over = [*pieces, *origins_of(allele, fetch)]
    return told_with(allele, rivals, bam, fetch, rules, over=over) if over else None


def _beside_long_events(
    calls: Mapping[Allele, Call],
    counts: Mapping[Allele, AlleleCounts],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> dict[Allele, Call]:
    """The calls beside long events that are not told with them.

    A few bases of the reads of a long event, at its ends, may look like another change. What its
    molecules have besides is clipped with one of its sides, or misses it, in half of their reads.
    """
    certain = {a: call for a, call in calls.items() if _is_long(call) and not call.other_change}
    found: dict[Allele, Call] = {}
    for allele, call in calls.items():
        near = beside(allele, [a for a, c in certain.items() if not _are_together(call, c)])
        outnumbered = call.placed is not None and call.placed.is_outnumbered
        if not near or _is_long(call) or call.part_of_event:
            continue
        if call.other_change and not outnumbered:
            continue
        if not is_confirmed(allele, counts[allele].mutant, near, bam, fetch, rules):
            found[allele] = replace(call, other_change=True)
        elif rules.assay == Assay.CAPTURE and (
            outnumbered or all(_is_lost_beside(one, allele) for one in near)
        ):
            event = told_with(allele, near, bam, fetch, rules)
            if event is not None:
                found[allele] = replace(call, placed=event, other_change=event.is_outnumbered)
    return found


def _is_long(call: Call) -> bool:
    """Whether a call is a long event, also where it is told with others of its place."""
    return call.long is not None or _is_long_deletion(call.allele)


def _is_long_deletion(allele: Allele) -> bool:
    return len(allele.ref) > LONGEST + 1


def _are_together(call: Call, other: Call) -> bool:
    """Whether two calls are told by the same haplotypes."""
    if call.placed is None or other.placed is None:
        return False
    return call.placed.mixture is other.placed.mixture


def _is_lost_beside(deletion: Allele, allele: Allele) -> bool:
    """Whether an allele stands beside a long deletion, so that molecules with it have its bases."""
    apart = allele.end <= deletion.start or deletion.end <= allele.start
    return apart and _is_long_deletion(deletion)


def _by_long_deletion(calls: Mapping[Allele, Call]) -> list[Allele]:
    """The events of places that have a deletion of more than `LONGEST` bases."""
    deletions = [call for call in calls.values() if _is_long_deletion(call.allele)]
    return [a for a, call in calls.items() if any(_are_together(call, one) for one in deletions)]


def _most_first(calls: Mapping[Allele, Call], some: Iterable[Allele]) -> list[tuple[Allele, int]]:
    """Long events and their mutant fragments, those with the most first.

    What fewer fragments show may be made of the reads of another one.
    """
    counted = [
        (event.counts.mutant, allele)
        for allele in some
        if (event := calls[allele].long) and not calls[allele].other_change
    ]
    return [
        (allele, mutant) for mutant, allele in sorted(counted, key=lambda one: (-one[0], one[1]))
    ]


def _seen_by_amplicons(
    call: Call,
    near: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> Call:
    """A long event without the fragments of amplicons whose primer lies in what it changes."""
    event, share = call.long, None
    if rules.assay == Assay.AMPLICON:
        share = share_from_primers(call.allele, near, bam, fetch, rules)
    if event is None or share is None:
        return call
    counts = replace(
        event.counts,
        mutant=share.mutant,
        wildtype=share.informative - share.mutant,
        informative=share.informative,
    )
    return replace(call, long=replace(event, counts=counts, vaf=share.vaf, interval=share.interval))


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
    )
