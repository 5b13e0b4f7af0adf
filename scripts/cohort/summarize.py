"""The table over all samples: one row for one `report.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.fitness.judgement import UNFIT_READS
from flt3itd.fitness_records import Question
from flt3itd.records import ItdResult, Status, TkdResult, ends_of
from scripts.coverage.blind_genes import reason_of_all
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.records.number_words import percent
from scripts.report.class_words import class_words
from scripts.report.flt3_words import detected_itds
from scripts.report.model import Quality, Report
from scripts.report.words import short_protein


@dataclass(frozen=True)
class SummaryRow:
    """One row of summary.tsv.

    The main ITD is the passing one with the largest VAF. Lists are separated by "; ".
    Numbers of an ITD are empty unless one passed; `itd_limit_of_detection` and
    `itd_informative_fragments` tell how much a sample without one says, and of ITDs above
    `itd_longest_assessable` (bases; None: no such bound) nothing. The reasons (`itd_reason`
    to `kmt2a_ptd_reason`) say why nothing can be said, or why a positive answer comes from unfit
    reads; those of `panel_reason` and `long_events_reason` may name single genes.
    `counted_unit` is what the counts of the sample are, `most_molecules` what its input holds, and
    `assumption` what its intervals and limits assume; `blast_percent` changes no number.
    `classes` are the published classes by genes alone, as "scheme: class".
    """

    sample: str
    patient: str
    timepoint: str
    order: int | None
    tissue: str
    cohort: str
    assay: Assay
    itd_status: Status
    itd_count: int
    itd_lengths_bp: str
    itd_main_hgvs_c: str
    itd_main_hgvs_p: str
    itd_total_vaf: float | None
    itd_total_vaf_low: float | None
    itd_total_vaf_high: float | None
    itd_total_ar: float | None
    itd_total_ar_low: float | None
    itd_total_ar_high: float | None
    itd_informative_fragments: int
    itd_limit_of_detection: float | None
    itd_longest_assessable: int | None
    itd_reason: str
    tkd_status: Status
    tkd_mutations: str
    tkd_codons_not_assessable: str
    tkd_reason: str
    panel_status: Status
    panel_variant_count: int
    panel_variants: str
    panel_reason: str
    long_events_reason: str
    classes: str
    kmt2a_ptd_status: Status
    kmt2a_ptd_exons: str
    kmt2a_ptd_vaf: float | None
    kmt2a_ptd_vaf_low: float | None
    kmt2a_ptd_vaf_high: float | None
    kmt2a_ptd_limit_of_detection: float | None
    kmt2a_ptd_reason: str
    counted_unit: CountedUnit
    input_ng: float | None
    most_molecules: float | None
    assumption: str
    blast_percent: float | None
    run: str
    ubtf_td_status: Status
    ubtf_td: str
    ubtf_td_reason: str
    quality: Quality
    mean_coverage: float | None
    exons_not_assessable: int
    warnings: int
    identity_alarms: str
    build: str


def summary_row(report: Report) -> SummaryRow:
    """The row of one sample."""
    cells, panel, flt3, coverage = report.sample, report.panel, report.flt3, report.coverage
    return SummaryRow(
        sample=cells.sample,
        patient=cells.patient,
        timepoint=cells.timepoint,
        order=cells.order,
        tissue=cells.tissue,
        cohort=cells.cohort,
        assay=cells.assay,
        **_itd_cells(flt3.itd),
        itd_reason=_reason(report, Question.ITD, flt3.itd.reason),
        tkd_status=flt3.tkd.status,
        tkd_mutations=_tkd_mutations(flt3.tkd),
        tkd_codons_not_assessable=_codons_not_assessable(flt3.tkd),
        tkd_reason=_reason(report, Question.TKD, flt3.tkd.reason),
        panel_status=panel.status,
        panel_variant_count=len(panel.variants),
        panel_variants=_panel_variants(report),
        panel_reason=_reason_or_genes(report, Question.PANEL, reason_of_all(coverage.exons)),
        long_events_reason=_reason_or_genes(report, Question.LONG_EVENTS, ""),
        classes="; ".join(f"{one.scheme}: {class_words(one)}" for one in report.classifications),
        **_kmt2a_cells(panel.kmt2a_ptd),
        kmt2a_ptd_reason=_kmt2a_reason(report),
        counted_unit=flt3.counted_unit,
        input_ng=flt3.input_ng,
        most_molecules=flt3.most_molecules,
        assumption=flt3.assumption,
        blast_percent=cells.blast_percent,
        run=cells.run or "",
        ubtf_td_status=panel.ubtf_td.status,
        ubtf_td="; ".join(panel.ubtf_td.names),
        ubtf_td_reason=panel.ubtf_td.reason,
        quality=Quality(report.headlines.quality.status),
        mean_coverage=coverage.mean,
        exons_not_assessable=len(coverage.not_assessable),
        warnings=len(report.warnings),
        identity_alarms="; ".join(report.identity.alarms) if report.identity else "",
        build=report.reference.build,
    )


def _itd_cells(itd: ItdResult) -> dict[str, Any]:
    """The columns of the ITDs; lengths, names and totals are those of ITDs that passed."""
    events = detected_itds(itd)
    main = events[0] if events else None
    vaf_low, vaf_high = ends_of(itd.total_vaf_interval if main else None)
    ar_low, ar_high = ends_of(itd.total_ar_interval if main else None)
    return {
        "itd_status": itd.status,
        "itd_count": len(events),
        "itd_lengths_bp": "; ".join(str(event.length_bp) for event in events),
        "itd_main_hgvs_c": main.hgvs_c if main else "",
        "itd_main_hgvs_p": main.hgvs_p if main else "",
        "itd_total_vaf": itd.total_vaf if main else None,
        "itd_total_vaf_low": vaf_low,
        "itd_total_vaf_high": vaf_high,
        "itd_total_ar": itd.total_ar if main else None,
        "itd_total_ar_low": ar_low,
        "itd_total_ar_high": ar_high,
        "itd_informative_fragments": itd.informative_fragments,
        "itd_limit_of_detection": itd.limit_of_detection,
        "itd_longest_assessable": itd.longest_assessable,
    }


def _kmt2a_cells(ptd: Kmt2aPtd) -> dict[str, Any]:
    """The columns of KMT2A; exons and VAF are those of a duplication that was found."""
    found = ptd.status is Status.DETECTED
    return {
        "kmt2a_ptd_status": ptd.status,
        "kmt2a_ptd_exons": ptd.exons if found else "",
        "kmt2a_ptd_vaf": ptd.vaf if found else None,
        "kmt2a_ptd_vaf_low": ptd.vaf_low if found else None,
        "kmt2a_ptd_vaf_high": ptd.vaf_high if found else None,
        "kmt2a_ptd_limit_of_detection": ptd.limit_of_detection,
    }


def _tkd_mutations(tkd: TkdResult) -> str:
    return "; ".join(
        f"{short_protein(event)} {percent(event.vaf)}"
        for event in tkd.events
        if event.status is Status.DETECTED
    )


def _codons_not_assessable(tkd: TkdResult) -> str:
    return "; ".join(
        f"{codon.reference_amino_acid}{codon.residue}"
        for codon in tkd.codons
        if codon.status is Status.NOT_ASSESSABLE
    )


def _panel_variants(report: Report) -> str:
    return "; ".join(
        f"{variant.gene} {short_protein(variant)} {percent(variant.vaf)}"
        for variant in report.panel.variants
    )


def _kmt2a_reason(report: Report) -> str:
    ptd = report.panel.kmt2a_ptd
    said = ptd.reason if ptd.status is Status.NOT_ASSESSABLE else ""
    return _reason(report, Question.KMT2A, said)


def _reason(report: Report, question: Question, said: str) -> str:
    return said or "; ".join(report.flt3.reads.verdict(question).reasons)


def _reason_or_genes(report: Report, question: Question, said: str) -> str:
    """The reason of the sample, else those of the genes that are unfit alone, by gene."""
    return _reason(report, question, said) or "; ".join(
        text for text in report.flt3.reads.verdict(question).remarks if UNFIT_READS in text
    )
