"""Variants and exons of which published classes are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.classification.tables import read_classifications
from scripts.coverage.rows import ExonCoverage, ExonState
from scripts.panel.rows import PanelVariant
from tests.flt3_builders import itd_result
from tests.report_builders import (
    exon_coverage,
    panel_variant,
)

FOLDER = Path(__file__).parents[1] / "panels" / "classifications"
TABLES = read_classifications(FOLDER)
GENES = {row.gene for rows in TABLES.lesions.values() for row in rows} - {"FLT3"}
NO_ITD = itd_result()


def variant(gene: str, vaf: float = 0.3, **changes: Any) -> PanelVariant:
    """A mutation that counts in a gene, unless changed."""
    changes = {"consequence": "missense_variant", "hgvs_p": "p.(Ala1Val)", **changes}
    return panel_variant(gene=gene, vaf=vaf, **changes)


def stop(gene: str, vaf: float = 0.3, **changes: Any) -> PanelVariant:
    return variant(gene, vaf, consequence="stop_gained", hgvs_p="p.(Arg150Ter)", **changes)


def at(gene: str, residue: int, vaf: float = 0.3) -> PanelVariant:
    return variant(gene, vaf, hgvs_p=f"NP_1.1:p.(Arg{residue}His)")


def exons(blind: dict[str, str], missing: tuple[str, ...]) -> dict[str, list[ExonCoverage]]:
    number = {"NPM1": "11", "CEBPA": "1"}
    return {
        gene: [
            exon_coverage(
                gene,
                number.get(gene, "2"),
                status=ExonState.NOT_ASSESSABLE if gene in blind else ExonState.COVERED,
                reason=blind.get(gene, ""),
            )
        ]
        for gene in sorted(GENES)
        if gene not in missing
    }
