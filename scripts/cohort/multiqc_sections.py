"""Our sections of a MultiQC report: FLT3 and coverage, from the report.json of the cohort."""

from __future__ import annotations

from typing import Any

from scripts.cohort.model import CohortReport
from scripts.report.words import STATE_WORDS


def flt3_section(report: CohortReport) -> dict[str, Any]:
    """FLT3 of every sample; what does not apply is left out."""
    columns: dict[str, dict[str, Any]] = {
        "itd": {"title": "FLT3-ITD"},
        "lengths": {"title": "ITD lengths (bp)"},
        "ratio": {"title": "Total AR", "min": 0, "format": "{:.3f}"},
        "limit": {"title": "ITD limit of detection (VAF, %)", "min": 0, "format": "{:.2f}"},
        "tkd": {"title": "FLT3-TKD"},
        "mutations": {"title": "TKD mutations"},
    }
    data: dict[str, dict[str, Any]] = {}
    for row in report.samples:
        limit = row.itd_limit_of_detection
        cells = {
            "itd": STATE_WORDS[row.itd_status],
            "lengths": row.itd_lengths_bp,
            "ratio": row.itd_total_ar if row.itd_count else None,
            "limit": None if limit is None else 100 * limit,
            "tkd": STATE_WORDS[row.tkd_status],
            "mutations": row.tkd_mutations,
        }
        data[row.sample] = {name: cell for name, cell in cells.items() if cell not in (None, "")}
    return _table(
        "flt3",
        "FLT3",
        "Detected, not detected (with limit of detection) or not assessable. Research use only.",
        columns,
        data,
    )


def coverage_section(report: CohortReport) -> dict[str, Any]:
    """Depth over the targets of every sample."""
    columns: dict[str, dict[str, Any]] = {
        "depth": {"title": "Mean depth", "min": 0, "format": "{:,.0f}"},
        "blind": {"title": "Exons not assessable", "min": 0, "format": "{:d}"},
        "quality": {"title": "Quality"},
        "warnings": {"title": "Warnings", "min": 0, "format": "{:d}"},
    }
    data: dict[str, dict[str, Any]] = {
        row.sample: {
            "depth": row.mean_coverage or 0.0,
            "blind": row.exons_not_assessable,
            "quality": STATE_WORDS[row.quality],
            "warnings": row.warnings,
        }
        for row in report.samples
    }
    return _table(
        "panel_coverage",
        "Coverage of the panel",
        "Fragments over the targets, mates once, duplicates not.",
        columns,
        data,
    )


def _table(
    name: str,
    title: str,
    description: str,
    columns: dict[str, dict[str, Any]],
    data: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Custom content as MultiQC reads it from a file that ends in _mqc.json."""
    return {
        "id": name,
        "section_name": title,
        "description": description,
        "plot_type": "table",
        "pconfig": {"id": f"{name}_table", "title": title, "namespace": "myeloid panel"},
        "headers": columns,
        "data": data,
    }
