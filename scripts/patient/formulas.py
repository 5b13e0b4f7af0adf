"""What stands behind each group of numbers in a patient's report."""

from __future__ import annotations

from flt3itd import __version__
from scripts.report.model import Formula

_FORMULAS = (
    (
        "alterations",
        "The same alteration is the same alleles at the same place, left-aligned. Everything that "
        "passes in at least one sample is followed through all.",
    ),
    (
        "alterations.points.vaf, ar",
        "As in the report of the sample, where formula, program and version stand for each.",
    ),
    (
        "alterations.points.vaf_bound",
        "What the VAF is below where it is not detected. For an ITD of an earlier sample and a "
        "small variant of any other sample, the one-sided upper 95% bound from the fragments of "
        "this sample; else the limit of detection: of ITDs in this sample, of the codon, or of the "
        "exon at its least covered base.",
    ),
    (
        "alterations.points (basis genotyped, kinds panel and TKD)",
        "A variant of another sample is detected with 3 or more mutant fragments, when "
        "errors would show as many with a probability of 0.01 or less. Of molecules told by UMIs "
        "those of fewer reads than molecules.minimum_family_residual are left out. The error rate "
        "is that of the same change at up to 60 places near by; it varies like a gamma variable.",
    ),
    (
        "alterations.points.left, left_bound",
        "VAF / VAF of the first sample of the same tissue (RNA apart) that shows it; for the "
        "bound, the upper end of the 95% interval, or vaf_bound, over the same. The uncertainty "
        "of the first VAF is not in it. log10_change and log10_change_bound are their base-10 "
        "logarithms; log10_above_lowest is that of the share over the lowest one before (or over "
        "its bound, so that it is at least so much).",
    ),
    (
        "alterations.course",
        "From the states of the timepoints that have an answer. A timepoint with several samples "
        "counts as detected when one of them is. Of what is always detected, the VAF fell or rose "
        "where its 95% interval and that of the other sample do not overlap, in one tissue; else "
        "it is steady.",
    ),
)

_OF_DRUGS = (
    (
        "drug_response.curves.fit.ic50, relative_ic50, slope",
        "Viability = 100 (signal - blank) / (vehicle - blank), means of each plate; "
        "y(x) = c + (d - c) / (1 + (x / e)^b) by least squares with c and d from 0 to 150. "
        "Absolute IC50: y = 50; relative: e; profile intervals by the F distribution.",
    ),
    (
        "drug_response.curves.fit.area, dss1, dss2, dss3, slope intervals",
        "Area: mean of y over log10 of the tested doses. DSS: Yadav et al. 2014, activity from 10% "
        "on. Intervals: 200 refits with residuals drawn again.",
    ),
    (
        "drug_response.combinations.scores",
        "Mean inhibition beyond Bliss (a + b - ab), the stronger drug alone (HSA), Loewe "
        "(a / D_a + b / D_b = 1) and ZIP (Yadav et al. 2015), with Student's interval over "
        "replicates.",
    ),
    (
        "drug_response.curves.reason",
        "Nothing is scored where Z' = 1 - 3 (sd + sd) / |difference of means| of the controls is "
        "below 0.5, or replicates vary by more than 20% (median).",
    ),
)


def formulas_of(*, with_drugs: bool) -> tuple[Formula, ...]:
    """The formulas of a report, those of drug response where there are plates."""
    pairs = (*_FORMULAS, *(_OF_DRUGS if with_drugs else ()))
    return tuple(Formula(what, formula, f"pipeline {__version__}") for what, formula in pairs)
