"""Turn `report.json` into one self-contained page."""

from __future__ import annotations

from urllib.parse import quote

from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage, HotspotAnswer
from scripts.inputs.sample_cells import SampleCells
from scripts.report import flt3_words, panel_words
from scripts.report.class_words import class_words
from scripts.report.counted_words import burden_sentence, counted_sentences
from scripts.report.depth_drawing import CURVE_HEIGHT, CURVE_WIDTH, depth_figure
from scripts.report.drawing import protein_figure, ratio_figure
from scripts.report.junction_drawing import pileup_figures, trace_figure
from scripts.report.kmt2a_drawing import dosage_figure
from scripts.report.kmt2a_words import is_told, ptd_sentences
from scripts.report.model import (
    CoverageSection,
    Report,
)
from scripts.report.outward_links import looked_up
from scripts.report.page import page_environment
from scripts.report.page_parts import finished
from scripts.report.pile_drawing import kinase_figures, variant_figures


def page(report: Report) -> str:
    """The whole page: markup, style and drawings; nothing in it is loaded from a network."""
    ptd = report.panel.kmt2a_ptd
    markup = (
        page_environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            links=links_of(report.sample),
            looked_up=looked_up(report),
            counted=counted_sentences(report.flt3),
            burden=burden_sentence(report.sample),
            itd_events=flt3_words.detected_itds(report.flt3.itd),
            protein=protein_figure(report.flt3.itd, report.flt3.tkd, report.flt3.depth),
            ratios=ratio_figure(report.flt3.itd),
            genes=exons_by_gene(report.coverage),
            trace=trace_figure(report.flt3.itd),
            pileups=pileup_figures(report.junctions, report.flt3.itd),
            states=states_in(report),
            class_words=class_words,
            hotspots=hotspots_by_gene(report),
            variant_figures=variant_figures(report),
            kinase_figures=kinase_figures(report),
            depth_curves=depth_figure(report),
            curve_size=(CURVE_WIDTH, CURVE_HEIGHT),
            kmt2a=ptd_sentences(ptd) if is_told(ptd) else [],
            dosage=dosage_figure(ptd),
            found_by_flt3itd=flt3_words.flt3_names(report.flt3),
            blind_hotspots=panel_words.blind_hotspots(report.hotspots),
        )
    )
    return finished(markup)


FILES = (
    *("report.xlsx", "report.json", "flt3.tsv", "itd.vcf.gz", "panel.tsv", "panel.vcf.gz"),
    *("coverage.tsv", "hotspots.tsv", "kmt2a_ptd.tsv"),
)
"""What lies beside the page of a sample."""


def links_of(sample: SampleCells) -> list[tuple[str, str]]:
    """Addresses, from the page of a sample, of other pages and files, with their names."""
    return [
        (f"../patients/{quote(sample.patient)}/report.html", f"Patient {sample.patient}"),
        ("../cohort/report.html", "Cohort"),
        *((name, name) for name in FILES),
    ]


def exons_by_gene(coverage: CoverageSection) -> dict[str, list[ExonCoverage]]:
    """The exons of each gene, genes and exons in the order of the table."""
    genes: dict[str, list[ExonCoverage]] = {}
    for exon in coverage.exons:
        genes.setdefault(exon.gene, []).append(exon)
    return genes


def hotspots_by_gene(report: Report) -> dict[str, list[HotspotAnswer]]:
    """The hotspot codons of each gene that has at least one with an answer."""
    genes: dict[str, list[HotspotAnswer]] = {}
    for answer in report.hotspots:
        genes.setdefault(answer.gene, []).append(answer)
    return {
        gene: answers
        for gene, answers in genes.items()
        if any(answer.status is not Status.NOT_ASSESSABLE for answer in answers)
    }


def states_in(report: Report) -> list[str]:
    """The states that occur in this report; the page explains these and no others."""
    found = {
        report.headlines.itd.status,
        report.headlines.tkd.status,
        report.headlines.panel.status,
    }
    found |= {codon.status for codon in report.flt3.tkd.codons}
    found |= {one.status for one in report.classifications}
    found.add(report.panel.ubtf_td.status)
    if is_told(report.panel.kmt2a_ptd):
        found.add(report.panel.kmt2a_ptd.status)
    return [state for state in ("detected", "not_detected", "not_assessable") if state in found]
