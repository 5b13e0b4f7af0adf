"""The tables of a sample's `report.json` as a workbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from flt3itd.records import CodonResult, FltEvent, KnownItd, Status
from scripts.classification.records import Classification
from scripts.coverage.rows import ExonCoverage, HotspotAnswer
from scripts.identity.records import Pair
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.panel.rows import PanelVariant
from scripts.report.counted_words import counted_sentences
from scripts.report.model import Formula, Metric, Report, ReportWarning, TierMeaning
from scripts.report.workbook import Entry, Sheet, entries
from scripts.ubtf.duplications import UbtfTd


@dataclass(frozen=True)
class ClassRow:
    """A row of the sheet of classes: one rule of one classification."""

    classification: str
    version: str
    group: str
    rule: str
    status: Status
    words: str
    found: str
    reason: str
    source: str


def class_rows(classifications: Iterable[Classification]) -> list[ClassRow]:
    """The rules of all classifications, one below the other."""
    return [
        ClassRow(
            one.title,
            one.version,
            rule.group,
            rule.rule,
            rule.status,
            rule.words,
            "; ".join(rule.found),
            rule.reason,
            one.source,
        )
        for one in classifications
        for rule in one.rules
    ]


def shown_metric(metric: Metric) -> Metric:
    """A metric as the workbook shows it: a fraction is a percentage."""
    return dataclasses.replace(metric, unit="%") if metric.unit == "fraction" else metric


def sheets(report: Report) -> list[Sheet]:
    """The sheets of a report, what matters most first."""
    flt3, panel = report.flt3, report.panel
    lines = dataclasses.asdict(report.headlines)
    answers = {name: f"{line['status']}: {line['text']}" for name, line in lines.items()}
    counted = " ".join(counted_sentences(flt3))
    first = {
        **dataclasses.asdict(report.sample),
        **answers,
        "counted": counted,
        "notice": report.notice,
        "state": report.state,
        "comment": report.comment,
    }
    run_of = {
        "reference": report.reference.path,
        "build": report.reference.build,
        "reference_sha256": report.reference.sha256,
        "flt3_locus_sha256": flt3.provenance.reference_sha256,
        "flt3itd_command": flt3.provenance.command,
        **report.versions,
        **{f"parameter_{name}": value for name, value in report.parameters.items()},
    }
    return [
        Sheet("Answers", Entry, entries(first)),
        Sheet("FLT3 events", FltEvent, [*flt3.itd.events, *flt3.tkd.events]),
        Sheet("Earlier ITDs", KnownItd, flt3.itd.known),
        Sheet("FLT3 codons", CodonResult, flt3.tkd.codons),
        Sheet("Panel variants", PanelVariant, panel.variants),
        Sheet("Held back by filters", PanelVariant, panel.filtered),
        Sheet("Tiers", TierMeaning, report.tiers),
        Sheet("KMT2A-PTD", Kmt2aPtd, [panel.kmt2a_ptd]),
        Sheet("UBTF-TD", UbtfTd, [panel.ubtf_td]),
        Sheet("Hotspots", HotspotAnswer, report.hotspots),
        Sheet("Classes", ClassRow, class_rows(report.classifications)),
        Sheet("Coverage", ExonCoverage, report.coverage.exons),
        Sheet("Identity", Pair, report.identity.pairs if report.identity else ()),
        Sheet("Sequencing", Metric, [shown_metric(one) for one in report.metrics]),
        Sheet("Formulas", Formula, report.formulas),
        Sheet("Warnings", ReportWarning, report.warnings),
        Sheet("Versions", Entry, entries(run_of)),
    ]
