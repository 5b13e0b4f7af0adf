"""Geometry of the pile-ups over panel variants.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from flt3itd.records import Status, allele_key
from scripts.panel.pile_records import VariantPileup
from scripts.panel.rows import PanelVariant
from scripts.report.drawing import WIDTH
from scripts.report.junction_drawing import ROW_HEIGHT, LetterScale, ReadRow, Stretch
from scripts.report.model import Report
from scripts.report.words import abbreviated, short_allele, short_protein


@dataclass(frozen=True)
class VariantFigure:
    """The reads of one variant under the letters of the changed molecule.

    `places` are the middles of the letters of `sequence`, as an SVG text takes them. `changed` is
    where they differ from the reference: without width where bases are deleted.
    """

    label: str
    words: str
    fragments: int
    forward: int
    reverse: int
    sequence: str
    places: str
    changed: Stretch
    rows: tuple[ReadRow, ...]
    height: float


def variant_figures(report: Report) -> tuple[tuple[PanelVariant, VariantFigure], ...]:
    """A figure for each panel variant that has reads to show, in the order of the table."""
    piles = {allele_key(pile): pile for pile in report.pileups}
    return tuple(
        (variant, _figure(pile, f"{variant.gene} {abbreviated(short_protein(variant))}"))
        for variant in report.panel.variants
        if (pile := piles.get(allele_key(variant))) is not None
    )


def kinase_figures(report: Report) -> tuple[VariantFigure, ...]:
    """The figures of the kinase domain mutations of FLT3, in the order of its section."""
    piles = {allele_key(pile): pile for pile in report.pileups}
    return tuple(
        _figure(pile, f"FLT3 {abbreviated(short_protein(event))}")
        for event in report.flt3.tkd.events
        if event.status is Status.DETECTED
        if (pile := piles.get(allele_key(event))) is not None
    )


def change_words(pile: VariantPileup) -> str:
    """What is marked above the reads, on the plus strand."""
    new, old = short_allele(pile.inserted), short_allele(pile.replaced)
    if not old:
        return f"{new} is inserted"
    return f"{new} stands in place of {old}" if new else f"{old} is deleted at the line"


def _figure(pile: VariantPileup, label: str) -> VariantFigure:
    scale = LetterScale(WIDTH / len(pile.sequence), 1)
    rows = scale.rows(pile.reads)
    return VariantFigure(
        label,
        change_words(pile),
        pile.fragments,
        pile.forward,
        pile.reverse,
        pile.sequence,
        " ".join(f"{scale.middle(at):g}" for at in range(len(pile.sequence))),
        scale.stretch(pile.changed),
        rows,
        len(rows) * ROW_HEIGHT,
    )
