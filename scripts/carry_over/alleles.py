"""What the samples of a run show: ITDs and panel variants, with counts, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from flt3itd.common.filters import PASS, reasons_in
from flt3itd.records import AlleleKey, FltResult, Status, allele_key
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant


class AlleleKind(StrEnum):
    """By which caller an allele is counted."""

    ITD = "ITD"
    TKD = "TKD"
    PANEL = "panel"


@dataclass(frozen=True)
class SeenAllele:
    """One row of the table of a run: an allele in a sample, whether it passed or not.

    `recurrent` ones are hotspots or common in the population: many patients have them, so that
    they do not tell whose molecules they are. `copies` are the reads of a molecule of the sample on
    average, where UMIs tell them.
    """

    run: str
    sample: str
    patient: str
    kind: AlleleKind
    chrom: str
    pos: int
    ref: str
    alt: str
    mutant: int
    informative: int
    vaf: float
    passes: bool
    recurrent: bool
    copies: float = 1.0

    @property
    def key(self) -> tuple[AlleleKind, AlleleKey]:
        """What is the same in two samples."""
        return self.kind, allele_key(self)


def seen_alleles(
    run: str,
    patient: str,
    flt3: FltResult,
    variants: Iterable[PanelVariant],
    copies: float = 1.0,
) -> Iterator[SeenAllele]:
    """The ITDs, mutations of the kinase domain and panel variants of a sample.

    ITDs of earlier samples that were looked for are there with what was seen of them. A molecule
    of the sample has so many `copies`.
    """

    def seen(
        kind: AlleleKind,
        allele: AlleleKey,
        counts: tuple[int, int, float],
        *,
        passes: bool,
        recurrent: bool = False,
    ) -> SeenAllele:
        return SeenAllele(
            run, flt3.sample, patient, kind, *allele, *counts, passes, recurrent, copies
        )

    called = {allele_key(event): event for event in flt3.itd.events}
    for allele, event in called.items():
        counts = event.mutant_fragments, event.informative_fragments, event.vaf
        yield seen(AlleleKind.ITD, allele, counts, passes=event.status is Status.DETECTED)
    for known in flt3.itd.known:
        if allele_key(known) not in called:
            counts = known.mutant_fragments, known.informative_fragments, known.vaf
            detected = known.status is Status.DETECTED
            yield seen(AlleleKind.ITD, allele_key(known), counts, passes=detected)
    for event in flt3.tkd.events:  # of hotspot codons all
        counts = event.mutant_fragments, event.informative_fragments, event.vaf
        found = event.status is Status.DETECTED
        yield seen(AlleleKind.TKD, allele_key(event), counts, passes=found, recurrent=True)
    for row in variants:
        counts = row.alternate_fragments, row.depth, row.vaf
        yield seen(
            AlleleKind.PANEL,
            allele_key(row),
            counts,
            passes=row.filter == PASS,
            recurrent=bool(row.hotspot) or _is_common(row),
        )


def _is_common(row: PanelVariant) -> bool:
    return PanelFilter.COMMON in (*reasons_in(row.filter), *row.rescued.split(";"))
