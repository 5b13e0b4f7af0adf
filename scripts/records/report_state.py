"""Whether a report has been authorised: it stands on every page."""

from __future__ import annotations

from enum import StrEnum


class ReportState(StrEnum):
    """Whether somebody has authorised the reports of a run."""

    DRAFT = "draft"
    FINAL = "final"
