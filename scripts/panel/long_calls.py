"""Long events beside each other and beside other calls: which have molecules of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flt3itd.common.assay import Assay
from flt3itd.insertions.long_changes import Demands
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.molecules import PlacedEvent
from scripts.panel.place_reads import ContigReads
from scripts.panel.places import FEWEST, LONGEST
from scripts.panel.rivals import (
    beside,
    copies,
    is_confirmed,
    is_piece_of_any,
    origins_of,
    share_from_primers,
    told_with,
)
from scripts.panel.tandem_copies import told_in_copies


def confirmed_long_events(calls: Mapping[Allele, Call], source: ContigReads) -> dict[Allele, Call]:
    """The long events of no place, as they stand beside each other and other calls."""
    long = {a for a, call in calls.items() if call.long and call.placed is None}
    others = [a for a, c in calls.items() if not (a in long or c.other_change or c.part_of_event)]
    ordered = _most_first(calls, long)
    found: dict[Allele, Call] = {}
    certain: list[Allele] = []
    for number, (allele, mutant) in enumerate(ordered):
        fewer = beside(allele, [other for other, _ in ordered[number + 1 :]])
        is_piece = is_piece_of_any(allele, fewer, source)
        near = beside(allele, [*others, *certain])
        if is_piece or not is_confirmed(allele, mutant, near, source):
            found[allele] = replace(calls[allele], other_change=True)
        else:
            found[allele] = _seen_by_amplicons(calls[allele], near, source)
            certain.append(allele)
    if source.rules.assay == Assay.CAPTURE:
        placed = [
            a for a in others if calls[a].placed and len(a.alt) - len(a.ref) >= Demands.shortest
        ]
        fallen = {a: n for a, n in ordered if a not in certain}
        for allele in (*certain, *placed):
            call = found.get(allele, calls[allele])
            rivals = beside(allele, certain)
            event = _with_pieces(call, fallen, rivals, source)
            if event is not None:
                found[allele] = replace(call, placed=event)
    return found


def told_in_copies_of(
    calls: Mapping[Allele, Call], source: ContigReads, least_share: float
) -> dict[Allele, Call]:
    """Long insertions in the numbers of copies that their molecules have.

    Each number needs `least_share` of the fragments that tell.
    """
    found: dict[Allele, Call] = {}
    for allele, call in calls.items():
        if call.other_change or call.part_of_event or not (call.long or call.placed):
            continue
        told = told_in_copies(allele, source, least_share)
        if told is None:
            found[allele] = replace(call, copies_open=True)
        elif told:
            found[allele] = replace(call, other_change=True)
        for one, event in (told or {}).items():
            found[one] = replace(calls.get(one, call), allele=one, placed=event, other_change=False)
    return found


def _with_pieces(
    call: Call,
    fallen: Mapping[Allele, int],
    rivals: Sequence[Allele],
    source: ContigReads,
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
        if 2 * fallen[one] >= mutant and not is_confirmed(one, fallen[one], [allele], source)
    ]
    over = [*pieces, *origins_of(allele, source.fetch)]
    return told_with(allele, rivals, source, over=over) if over else None


def beside_long_events(
    calls: Mapping[Allele, Call],
    counts: Mapping[Allele, AlleleCounts],
    source: ContigReads,
) -> dict[Allele, Call]:
    """The calls beside long events that are not told with them.

    A few bases of the reads of a long event, at its ends, may look like another change. What its
    molecules have besides is clipped with one of its sides, or misses it, in half of their reads.
    """
    certain = {a: call for a, call in calls.items() if is_long(call) and not call.other_change}
    found: dict[Allele, Call] = {}
    for allele, call in calls.items():
        near = beside(allele, [a for a, c in certain.items() if not _are_together(call, c)])
        outnumbered = call.placed is not None and call.placed.is_outnumbered
        if not near or is_long(call) or call.part_of_event:
            continue
        if call.other_change and not outnumbered:
            continue
        if not is_confirmed(allele, counts[allele].mutant, near, source):
            found[allele] = replace(call, other_change=True)
        elif source.rules.assay == Assay.CAPTURE and (
            outnumbered
            or all(is_lost_beside(one, allele) for one in near)
            or any(copies(one, allele, source.fetch) for one in near)
        ):
            event = told_with(allele, near, source)
            if event is not None:
                found[allele] = replace(call, placed=event, other_change=event.is_outnumbered)
    return found


def is_long(call: Call) -> bool:
    """Whether a call is a long event, also where it is told with others of its place."""
    return call.long is not None or _is_long_deletion(call.allele)


def _is_long_deletion(allele: Allele) -> bool:
    return len(allele.ref) > LONGEST + 1


def _are_together(call: Call, other: Call) -> bool:
    """Whether two calls are told by the same haplotypes."""
    if call.placed is None or other.placed is None:
        return False
    return call.placed.mixture is other.placed.mixture


def is_lost_beside(deletion: Allele, allele: Allele) -> bool:
    """Whether an allele stands beside a long deletion, so that molecules with it have its bases."""
    apart = allele.end <= deletion.start or deletion.end <= allele.start
    return apart and _is_long_deletion(deletion)


def told_by_long_deletion(calls: Mapping[Allele, Call]) -> list[Allele]:
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
    source: ContigReads,
) -> Call:
    """A long event by the amplicons that hold it between their primers, where those are known.

    Where these show too little of it, its VAF is open.
    """
    event, share = call.long, None
    if source.rules.assay == Assay.AMPLICON:
        share = share_from_primers(call.allele, near, source)
    if event is None or share is None:
        return call
    if share.mutant < FEWEST:
        return replace(call, vaf_open=True)
    counts = replace(
        event.counts,
        mutant=share.mutant,
        wildtype=share.informative - share.mutant,
        informative=share.informative,
    )
    return replace(call, long=replace(event, counts=counts, vaf=share.vaf, interval=share.interval))
