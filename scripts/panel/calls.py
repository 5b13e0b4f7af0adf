"""The calls of the panel as they come: from VCF, and the long events beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.genome.variant_file import numbers_of, records_of
from scripts.panel.alleles import Allele, AlleleCounts, allele_of
from scripts.panel.annotation_sources import CLINVAR, COSMIC, NORMALS, POPULATION
from scripts.panel.long_events import LongEvent
from scripts.panel.molecules import PlacedEvent
from scripts.panel.shares import Share
from scripts.panel.unresolved import OpenBreak


@dataclass(frozen=True)
class Call:
    """One call of freebayes: the allele, its quality, and reads with either allele.

    The next ones are what the annotation sources say of it. `long` are the fragments and the VAF
    of an event that is too long to be counted like the others; freebayes may have missed it.
    `placed` says which molecules have it, where they were seen whole, `parts` are calls that it
    explains. `part_of_event` and `other_change` say that the molecules show something else: an
    event that holds this one, or another one. `copies_open`: of a tandem duplication, reads do not
    tell how many copies there are.
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
    copies_open: bool = False
    vaf_open: bool = False

    @property
    def share(self) -> Share | None:
        """The share of its molecules, where they were seen whole and it is known."""
        return self.placed.share if self.placed and not self.placed.is_open else None

    @property
    def has_open_vaf(self) -> bool:
        """Whether no amplicon that holds all of it shows how much of it there is."""
        return self.vaf_open or (self.placed is not None and self.placed.is_open)


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
