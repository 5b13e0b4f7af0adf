"""A step that failed, and the files that a run leaves which failed."""

from __future__ import annotations

from dataclasses import dataclass

FAILED = "failed.tsv"
"""Each step that failed, with its cause and its log."""
SUMMARY = "summary.partial.tsv"
TABLE = "cohort/cohort.partial.tsv"
DOCUMENT = "cohort/report.partial.json"
PAGE = "cohort/report.partial.html"
QUALITY_TABLE = "cohort/quality.partial.tsv"
QUALITY_DOCUMENT = "cohort/quality.partial.json"
QUALITY_PAGE = "cohort/quality.partial.html"

PARTIAL = (
    *(FAILED, SUMMARY, TABLE, DOCUMENT, PAGE),
    *(QUALITY_TABLE, QUALITY_DOCUMENT, QUALITY_PAGE),
)
"""All of them, in the output folder; a later run takes them away."""


@dataclass(frozen=True)
class Failure:
    """A row of failed.tsv: a step that failed, or was not reached (`step` is empty).

    `sample` and `patient` are empty where it is not of one.
    """

    sample: str
    patient: str
    step: str
    cause: str
    log: str

    @property
    def of(self) -> str:
        """Of whom it was, in words."""
        if self.sample:
            return f"sample {self.sample}"
        return f"patient {self.patient}" if self.patient else "all samples"

    @property
    def reason(self) -> str:
        """Step and cause, in words."""
        return f"{self.step}: {self.cause}" if self.step else self.cause
