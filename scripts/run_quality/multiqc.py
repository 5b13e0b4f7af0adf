"""The measures of a run as a section of a MultiQC report: the same numbers as on the page."""

from __future__ import annotations

from typing import Any

from scripts.run_quality.records import RunQuality


def quality_section(quality: RunQuality) -> dict[str, Any]:
    """Custom content as MultiQC reads it from a file that ends in _mqc.json."""
    headers: dict[str, dict[str, Any]] = {
        one.key: {"title": one.name, "format": "{:.4g}"} for one in quality.measures
    }
    return {
        "id": "run_quality",
        "section_name": "Quality of the run",
        "description": "The numbers of cohort/quality.html. Fractions are from 0 to 1.",
        "plot_type": "table",
        "pconfig": {
            "id": "run_quality_table",
            "title": "Quality of the run",
            "namespace": "myeloid panel",
        },
        "headers": headers,
        "data": {
            sample.sample: {one.key: one.value for one in sample.values if one.value is not None}
            for sample in quality.samples
        },
    }
