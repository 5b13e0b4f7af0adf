"""The calls of the panel: read from VCF, counted, and put together where they are one event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pysam

from flt3itd.hgvs.names import Fetch
from scripts.genome.variant_file import numbers_of, records_of
from scripts.panel.alleles import Allele, AlleleCounts, allele_of, count_alleles
from scripts.panel.annotation_sources import CLINVAR, COSMIC, NORMALS, POPULATION
from scripts.panel.events import joined_events
from scripts.panel.filters import Thresholds
from scripts.panel.gaps import FEWEST, fits_another, missed_gaps
from scripts.panel.long_events import LongEvent


@dataclass(frozen=True)
class Call:
    """One call of freebayes: the allele, its quality, and reads with either allele.

    The last ones are what the annotation sources say of it, the fragments and the VAF of an event
    that is too long to be counted like the others (then `long`; freebayes may have missed it), and
    the calls that an event was put together from.
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
    parts: tuple[Allele, ...] = ()
    other_change: bool = False


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


def with_joined_events(
    calls: Sequence[Call], events: Mapping[Allele, tuple[Allele, ...]]
) -> list[Call]:
    """The calls and the events that some of them are parts of, in the order of the genome."""
    found = {call.allele: call for call in calls}
    contigs = list(dict.fromkeys(call.allele.contig for call in calls))
    for event, parts in events.items():
        some = [found[part] for part in parts]
        joined = Call(
            event,
            min(call.quality for call in some),
            min(call.alternate_reads for call in some),
            min(call.depth for call in some),
        )
        found[event] = replace(found.get(event, joined), parts=parts)
    return sorted(found.values(), key=lambda c: (contigs.index(c.allele.contig), c.allele))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def count_calls(
    calls: Sequence[Call],
    bam: pysam.AlignmentFile,
    sequence_of: Callable[[str], Fetch],
    thresholds: Thresholds,
) -> tuple[list[Call], dict[Allele, AlleleCounts]]:
    """The fragments of all calls, and of what reads show of them besides.

    That is the gaps that overlap a called one, and the events that neighbouring calls are parts
    of; both are among the calls that come back, in the order of the genome.
    """
    rules = thresholds.reads
    counts = {call.allele: call.long.counts for call in calls if call.long is not None}
    events: dict[Allele, tuple[Allele, ...]] = {}
    more: list[Call] = []
    doubtful: set[Allele] = set()
    for contig in dict.fromkeys(call.allele.contig for call in calls):
        fetch = sequence_of(contig)
        here = [c for c in calls if c.allele.contig == contig and c.allele not in counts]
        called = {c.allele for c in calls if c.allele.contig == contig}
        missed = missed_gaps(bam, called, fetch, rules)
        found = count_alleles(bam, {c.allele for c in here} | missed, fetch, rules)
        for allele in missed:
            count = found[allele]
            if count.mutant >= max(FEWEST, thresholds.minimum_vaf / 2 * count.informative):
                here.append(Call(allele, 0.0, count.mutant, count.informative))
                more.append(here[-1])
        # What the sources know by itself is looked up by itself.
        seen = {
            c.allele: _reads_seen(c, found[c.allele])
            for c in here
            if not c.in_normals
            and (c.population_frequency or 0) <= thresholds.maximum_population_frequency
        }
        joined = joined_events(bam, seen, fetch, rules)
        counts |= found
        doubtful |= {
            c.allele
            for c in calls
            if c.long is not None
            and c.allele.contig == contig
            and fits_another(c.allele, c.long.counts.mutant, bam, found, fetch, rules)
        }
        counts |= count_alleles(bam, joined.keys() - counts.keys(), fetch, rules)
        events |= joined
    checked = [replace(call, other_change=call.allele in doubtful) for call in calls]
    return with_joined_events([*checked, *more], events), counts


def _reads_seen(call: Call, counts: AlleleCounts) -> int:
    """How many reads show a call: the caller's, if a change beside it may hide it from others."""
    if len(call.allele.ref) == len(call.allele.alt) == 1:
        return counts.mutant
    return max(counts.mutant, call.alternate_reads)
