"""Reports that are full, made from real ones: pages are tried with more than an example has."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

from flt3itd.records import Status
from scripts.cohort.model import CohortReport, OncoprintCell, OncoprintPatient
from scripts.inputs.clinical_rows import ClinicalKind
from scripts.panel.pile_up import shown_variants
from scripts.panel.rows import PanelVariant
from scripts.patient.model import (
    Alteration,
    AlterationKind,
    ClinicalEntry,
    FollowedSample,
    PatientReport,
    Point,
)
from scripts.report.model import Report
from scripts.run_quality.records import RunQuality

DAYS = (0, 3, 28, 60, 61, 180, 400, 900)
GENES = ("DNMT3A", "TET2", "NPM1", "IDH2", "RUNX1", "ASXL1", "SRSF2", "WT1", "NRAS", "KMT2D")


def crowded_patient(report: PatientReport, alterations: int = 25) -> PatientReport:
    """A patient with eight dated timepoints and as many alterations as are asked for."""
    samples = tuple(_sample(report.samples[0], number) for number in range(len(DAYS)))
    made = [_alteration(report, number, samples) for number in range(alterations)]
    clinical = [
        ClinicalEntry(
            ClinicalKind.TREATMENT,
            f"sorafenib with omacetaxine, cycle {number + 1} of six, 400 mg twice a day",
            "day",
            "day",
            float(day),
            day + 20.0,
        )
        for number, day in enumerate((1, 29, 62, 860))
    ]
    clinical += [
        ClinicalEntry(ClinicalKind.RESPONSE, words, "day", "", float(day), None)
        for words, day in (("CRi", 28), ("CR without MRD", 60), ("relapse, molecular", 400))
    ]
    return replace(
        report,
        axis="days",
        samples=samples,
        alterations=tuple(made),
        clinical=tuple(clinical),
        drug_response=None,
    )


def _sample(sample: FollowedSample, number: int) -> FollowedSample:
    timepoint = f"remission {number}" if number else "diagnosis"
    name = f"P900_{timepoint.replace(' ', '_')}"
    return replace(sample, sample=name, timepoint=timepoint, rank=number, day=DAYS[number])


def _alteration(
    report: PatientReport, number: int, samples: tuple[FollowedSample, ...]
) -> Alteration:
    """Every third falls and rises again; those of tier 3 follow those of tiers 1 and 2."""
    base = report.alterations[0]
    points = tuple(
        _point(base.points[0], sample.sample, number, place) for place, sample in enumerate(samples)
    )
    if number == 0:
        return replace(base, points=points, pos=base.pos + number)
    gene = GENES[number % len(GENES)]
    name = f"{gene} p.(Arg{100 + number}GlyfsTer{number})"
    tier = str(1 + number // 9)
    return replace(
        base,
        kind=AlterationKind.PANEL,
        gene=gene,
        name=name,
        words=f"{name} {base.words.partition(' ')[2]}",
        pos=base.pos + number,
        points=points,
        tier=tier,
    )


def _point(point: Point, sample: str, number: int, place: int) -> Point:
    vaf = (0.45 - 0.01 * number) * (0.03 if number % 3 == 0 and place in (2, 3) else 1)
    if number % 4 == 1 and place == 4:
        unseen = replace(point, vaf=None, vaf_low=None, vaf_high=None, vaf_bound=0.004)
        unseen = replace(unseen, ar=None, ar_low=None, ar_high=None)
        return replace(unseen, sample=sample, status=Status.NOT_DETECTED)
    ratio = vaf / (1 - vaf)
    return replace(
        point,
        sample=sample,
        status=Status.DETECTED,
        vaf=vaf,
        vaf_low=0.9 * vaf,
        vaf_high=1.1 * vaf,
        ar=ratio,
        ar_low=0.85 * ratio,
        ar_high=1.15 * ratio,
        vaf_bound=None,
    )


def crowded_sample(report: Report, variants: int = 200) -> Report:
    """A sample with as many passing panel variants as are asked for, and the curves of 54 genes.

    As in a run, of the variants of tiers 1 and 2 the first ones have a picture of reads.
    """
    base, pile = report.panel.variants[0], report.pileups[0]
    made = tuple(
        replace(
            base,
            gene=GENES[number % len(GENES)],
            pos=base.pos + number,
            hgvs_p=f"NP_1.1:p.(Arg{number + 1}GlyfsTer{number + 2})",
            tier=str(1 + number % 4),
        )
        for number in range(variants)
    )
    drawn = shown_variants(made)
    curves = report.coverage.curves
    many = tuple(
        replace(curves[number % len(curves)], gene=f"GENE{number}") for number in range(54)
    )
    return replace(
        report,
        panel=replace(report.panel, variants=made),
        coverage=replace(report.coverage, curves=many),
        pileups=tuple(replace(pile, **_allele(one)) for one in drawn),
    )


def _allele(variant: PanelVariant) -> dict[str, Any]:
    return {"chrom": variant.chrom, "pos": variant.pos, "ref": variant.ref, "alt": variant.alt}


def crowded_cohort(report: CohortReport, patients: int = 100) -> CohortReport:
    """A cohort of as many patients as are asked for; every patient of the example comes again."""
    many = tuple(
        _patient(report.patients[number % len(report.patients)], number)
        for number in range(patients)
    )
    groups = tuple(
        replace(group, patients=sum(one.group == group.name for one in many))
        for group in report.groups
    )
    return dataclasses.replace(report, patients=many, groups=groups)


def _patient(patient: OncoprintPatient, number: int) -> OncoprintPatient:
    cells = tuple(_cell(cell, number) for cell in patient.cells)
    return replace(patient, patient=f"P{number:03}", cells=cells)


def _cell(cell: OncoprintCell, number: int) -> OncoprintCell:
    return replace(cell, text=f"{cell.text} no. {number}" if cell.text else "")


def crowded_quality(quality: RunQuality, samples: int = 100) -> RunQuality:
    """A run of as many samples as are asked for; every sample of the example comes again."""
    count = len(quality.samples)
    many = tuple(
        replace(quality.samples[number % count], sample=f"P{number:03}_progression")
        for number in range(samples)
    )
    genes = tuple(
        replace(gene, depths=tuple(gene.depths[number % count] for number in range(samples)))
        for gene in quality.genes
    )
    return replace(quality, samples=many, genes=genes)
