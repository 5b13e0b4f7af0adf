"""Groups of patients side by side at the first timepoint: states of genes, allelic ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from flt3itd.common.assay import Assay
from flt3itd.records import Status
from scripts.cohort.model import CohortGroup, GeneCount, OncoprintPatient
from scripts.inputs.samples import Cohort
from scripts.report.model import Report


def cohort_groups(
    patients: Sequence[OncoprintPatient], reports: Mapping[str, Report]
) -> tuple[CohortGroup, ...]:
    """The groups by name, controls last. `reports` are those of the samples, by name."""
    genes = [cell.gene for cell in patients[0].cells] if patients else []
    states = _states(patients)
    ratios = _spread_of_ratios(patients, reports)
    members = pd.Series([patient.group for patient in patients]).value_counts()
    samples = pd.Series([report.sample.cohort for report in reports.values()]).value_counts()
    return tuple(
        CohortGroup(
            name=name,
            patients=int(members[name]),
            samples=int(samples.get(name, 0)),
            genes=tuple(GeneCount(gene, *map(int, states.loc[name, gene])) for gene in genes),
            ar_median=_known(ratios.loc[name, "median"]),
            ar_lowest=_known(ratios.loc[name, "min"]),
            ar_highest=_known(ratios.loc[name, "max"]),
        )
        for name in sorted(members.index, key=lambda name: (name == Cohort.CONTROL, name))
    )


def _states(patients: Sequence[OncoprintPatient]) -> pd.DataFrame:
    """How many patients are in each state, by group and gene; a column for each state."""
    cells = [(one.group, cell.gene, cell.state.value) for one in patients for cell in one.cells]
    table = pd.DataFrame(cells, columns=["group", "gene", "state"])
    counts = pd.crosstab([table["group"], table["gene"]], table["state"])
    return counts.reindex(columns=[state.value for state in Status], fill_value=0)


def _spread_of_ratios(
    patients: Sequence[OncoprintPatient], reports: Mapping[str, Report]
) -> pd.DataFrame:
    """Median, lowest and highest total allelic ratio by group, over the patients that have one.

    Of several samples of the first timepoint, the largest ratio counts; of RNA only where there is
    no other.
    """
    totals = [
        (one.group, one.patient, report.flt3.itd.total_ar)
        for one in patients
        for report in _dna_first([reports[sample] for sample in one.first_samples])
    ]
    table = pd.DataFrame(totals, columns=["group", "patient", "ratio"]).astype({"ratio": float})
    of_patient = table.groupby(["group", "patient"])["ratio"].max()
    return of_patient.groupby("group").agg(["median", "min", "max"])


def _dna_first(reports: Sequence[Report]) -> Sequence[Report]:
    """Those of DNA; all where there is none. Ratios of transcripts are not those of genes."""
    return [one for one in reports if one.sample.assay is not Assay.RNA] or reports


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
