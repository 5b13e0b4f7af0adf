"""Events of one allele: an ITD whose molecules differ in small changes that lie far beside it.

Each kind of molecule is an event of its own, but the inserted bases and their place are the same.
So a VCF record, and the course of an ITD over samples, are of all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flt3itd.common.filters import filter_text, reasons_in
from flt3itd.records import AlleleKey, FltEvent, Status, allele_key

_REMARKS = "; "


def by_allele(events: Iterable[FltEvent]) -> list[tuple[FltEvent, ...]]:
    """The events of each allele, in the order of the first of them."""
    found: dict[AlleleKey, list[FltEvent]] = {}
    for event in events:
        found.setdefault(allele_key(event), []).append(event)
    return [tuple(group) for group in found.values()]


def together(events: Sequence[FltEvent]) -> FltEvent:
    """All molecules with an allele as one event, `events` (one at least) being those of it.

    Shares, their bounds and fragments are sums: the interval is as wide as one that holds for each
    of the events, so wider than that of their sum. It passes where one of them does.
    """
    first = events[0]
    if len(events) == 1:
        return first
    mutant = sum(event.mutant_fragments for event in events)
    wildtype = max(event.wildtype_fragments for event in events)
    passes = not all(reasons_in(event.filter) for event in events)
    reasons = dict.fromkeys(reason for event in events for reason in reasons_in(event.filter))
    remarks = [_kinds_remark(events), *_common(event.remark.split(_REMARKS) for event in events)]
    same = {event.whole_hgvs_c for event in events}
    return replace(
        first,
        status=Status.DETECTED if passes else first.status,
        filter=filter_text(() if passes else reasons),
        vaf=sum(event.vaf for event in events),
        vaf_low=sum(event.vaf_low for event in events),
        vaf_high=min(1.0, sum(event.vaf_high for event in events)),
        ar=sum(event.ar for event in events),
        ar_low=sum(event.ar_low for event in events),
        ar_high=sum(event.ar_high for event in events),
        mutant_fragments=mutant,
        wildtype_fragments=wildtype,
        informative_fragments=mutant + wildtype,
        remark=_REMARKS.join(filter(None, remarks)),
        on_same_molecules=";".join(_common(map(_changes, events))),
        whole_hgvs_c=first.whole_hgvs_c if len(same) == 1 else "",
    )


def kinds_of_molecules(events: Iterable[FltEvent]) -> tuple[str, ...]:
    """For each event its VAF and, behind a colon, the changes beside it; `none` without any."""
    return tuple(f"{event.vaf:.4g}:{'&'.join(_short_changes(event)) or 'none'}" for event in events)


def _kinds_remark(events: Iterable[FltEvent]) -> str:
    kinds = (
        f"VAF {event.vaf:.4g} "
        + (f"with {' and '.join(changes)}" if changes else "without changes")
        for event in events
        for changes in (_short_changes(event),)
    )
    return f"its molecules differ beside it: {', '.join(kinds)}"


def _short_changes(event: FltEvent) -> list[str]:
    """The changes beside an event, without the name of the transcript."""
    return [name.rpartition(":")[2] for name in _changes(event)]


def _changes(event: FltEvent) -> list[str]:
    return [name for name in event.on_same_molecules.split(";") if name]


def _common(texts: Iterable[Sequence[str]]) -> list[str]:
    """What stands in all of several lists, in the order of the first."""
    first, *others = texts
    return [one for one in first if all(one in other for other in others)]
