"""Our sections of a MultiQC report: FLT3 and coverage, from the report.json of the cohort."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pandas as pd

from scripts.cohort.model import CohortReport
from scripts.records.number_words import ratio
from scripts.report.words import STATE_WORDS, after_comma

_NUMBERS = [
    *("itd_total_vaf", "itd_total_ar", "itd_limit_of_detection"),
    *("itd_longest_assessable", "mean_coverage"),
]


def _samples(report: CohortReport) -> pd.DataFrame:
    """The rows of the samples as a table, by name; numbers that are not known are NaN."""
    table = pd.DataFrame([dataclasses.asdict(row) for row in report.samples]).set_index("sample")
    return table.astype(dict.fromkeys(_NUMBERS, float))


def flt3_section(report: CohortReport) -> dict[str, Any]:
    """FLT3 of every sample; what does not apply is left out."""
    columns: dict[str, dict[str, Any]] = {
        "itd": {"title": "FLT3-ITD"},
        "lengths": {"title": "ITD lengths (bp)"},
        "ratio": {"title": "Total AR", "min": 0, "format": "{:.3f}"},
        "limit": {"title": "ITD limit of detection (VAF, %)", "min": 0, "format": "{:.2f}"},
        "counted": {"title": "Limit in"},
        "longest": {"title": "ITDs assessable up to (bp)", "min": 0, "format": "{:.0f}"},
        "tkd": {"title": "FLT3-TKD"},
        "mutations": {"title": "TKD mutations"},
    }
    table = _samples(report)
    # With a total VAF the ratio is known: one that is missing is infinite.
    ratios = table["itd_total_ar"].fillna(math.inf).where(table["itd_total_vaf"].notna())
    cells = pd.DataFrame(
        {
            "itd": table["itd_status"].map(STATE_WORDS),
            "lengths": table["itd_lengths_bp"],
            "ratio": ratios.astype(object).mask(ratios == math.inf, ratio(math.inf)),
            "limit": 100 * table["itd_limit_of_detection"],
            "counted": table["counted_unit"]
            .str.cat(table["assumption"].map(after_comma))
            .where(table["itd_limit_of_detection"].notna()),
            "longest": table["itd_longest_assessable"],
            "tkd": table["tkd_status"].map(STATE_WORDS),
            "mutations": table["tkd_mutations"],
        }
    )
    return _table(
        "flt3",
        "FLT3",
        "Detected, not detected (with limit of detection) or not assessable. Research use only.",
        columns,
        cells,
    )


def coverage_section(report: CohortReport) -> dict[str, Any]:
    """Depth over the targets of every sample."""
    columns: dict[str, dict[str, Any]] = {
        "depth": {"title": "Mean depth", "min": 0, "format": "{:,.0f}"},
        "blind": {"title": "Exons not assessable", "min": 0, "format": "{:d}"},
        "quality": {"title": "Quality"},
        "warnings": {"title": "Warnings", "min": 0, "format": "{:d}"},
    }
    table = _samples(report)
    cells = pd.DataFrame(
        {
            "depth": table["mean_coverage"],
            "blind": table["exons_not_assessable"],
            "quality": table["quality"].map(STATE_WORDS),
            "warnings": table["warnings"],
        }
    )
    return _table(
        "panel_coverage",
        "Coverage of the panel",
        "Fragments over the targets, mates once, duplicates not.",
        columns,
        cells,
    )


def _table(
    name: str,
    title: str,
    description: str,
    columns: dict[str, dict[str, Any]],
    cells: pd.DataFrame,
) -> dict[str, Any]:
    """Custom content as MultiQC reads it from a file that ends in _mqc.json.

    `cells` has a row for each sample and a column for each of `columns`; what is missing is left
    out.
    """
    rows = cells.astype(object).where(cells.notna(), "").to_dict("index")
    return {
        "id": name,
        "section_name": title,
        "description": description,
        "plot_type": "table",
        "pconfig": {"id": f"{name}_table", "title": title, "namespace": "myeloid panel"},
        "headers": columns,
        "data": {
            name: {key: cell for key, cell in row.items() if cell != ""}
            for name, row in rows.items()
        },
    }
