"""What the sample sheet says of a sample, but for its files: in rules, reports and their JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flt3itd.common.assay import Assay


@dataclass(frozen=True)
class SampleCells:
    """The cells of the sample sheet that describe a sample; `order` sorts timepoints.

    None where the sheet does not say. `umi` says where UMIs stand (None: there are
    none), `input_ng` is the DNA that went into the library in nanograms, and samples of one `run`
    were sequenced together. `blast_percent`, what a microscope or cytometer counted, is shown
    beside burden, which it never changes. `date` is the day of sampling, YYYY-MM-DD. `requester`
    asked for the analysis and `specimen` is what came, both in words of the laboratory.
    """

    sample: str
    patient: str
    timepoint: str
    order: int | None
    tissue: str
    cohort: str
    assay: Assay
    umi: str | None = None
    input_ng: float | None = None
    blast_percent: float | None = None
    run: str | None = None
    date: str | None = None
    requester: str | None = None
    specimen: str | None = None


DESCRIBING = tuple(one.name for one in fields(SampleCells))
"""The columns of the sheet that these are."""
