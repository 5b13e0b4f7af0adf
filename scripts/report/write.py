"""Write what is known of a sample: `report.json`, its page, and its tables as a workbook."""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import fields
from pathlib import Path

from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.inputs.sample_cells import SampleCells
from scripts.records.json_text import json_text, record_from
from scripts.records.report_state import ReportState
from scripts.report.build import ReportFiles, gather
from scripts.report.model import Report
from scripts.report.readers import read_report
from scripts.report.render import page
from scripts.report.tabulate import sheets
from scripts.report.workbook import write_workbook


def write_report(gathered: Report, document: Path, html: Path, workbook: Path) -> Report:
    """Write the report of one sample for machines, for people and as tables; all or none.

    Page and workbook show what is read back from the document, so they never say more than it.
    """
    with all_or_none(document, html, workbook) as (json_draft, html_draft, workbook_draft):
        json_draft.write_text(json_text(gathered), "utf-8")
        report = read_report(json_draft)
        html_draft.write_text(page(report), "utf-8")
        write_workbook(workbook_draft, sheets(report))
    return report


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", required=True, help="cells of the sample sheet, as JSON")
    parser.add_argument("--parameters", required=True, help="settings of the run, as JSON")
    for name in (
        "flt3",
        "junctions",
        "pictures",
        "panel",
        "coverage",
        "hotspots",
        "kmt2a",
        "stats",
        "preflight",
        "versions",
    ):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--classifications", type=Path, help="folder of published classes")
    parser.add_argument("--identity", type=Path, help="identity.json of the run")
    parser.add_argument("--snps", type=Path, help="identity.tsv of the sample")
    parser.add_argument("--tiers", type=Path, help="table of tiers of the panel")
    parser.add_argument("--unresolved", type=Path, help="what reads show and no row names")
    parser.add_argument("--copies", type=Path, help="statistics of samtools markdup")
    parser.add_argument("--families", type=Path, help="of flt3itd consensus, for UMIs")
    parser.add_argument("--fastp", type=Path, nargs="*", default=[])
    parser.add_argument(
        "--outward-links", action="store_true", help="link variants to public databases"
    )
    parser.add_argument("--state", type=ReportState, default=ReportState.DRAFT)
    parser.add_argument("--comment", default="", help="text of the laboratory")
    for name in ("json", "html", "workbook"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="to be written")
    return parser.parse_args()


def main() -> None:
    """The command that the rule `write_report` runs."""
    options = _options()
    given = vars(options) | {"fastp": tuple(options.fastp)}
    files = ReportFiles(**{one.name: given[one.name] for one in fields(ReportFiles)})
    gathered = gather(
        record_from(SampleCells, json.loads(options.cells)),
        files,
        json.loads(options.parameters),
        outward_links=options.outward_links,
        state=options.state,
        comment=options.comment,
    )
    report = write_report(gathered, options.json, options.html, options.workbook)
    logging.info(
        "%s: %d FLT3 events, %d panel variants, %d held back, %d exons, %d hotspot codons",
        report.sample.sample,
        len(report.flt3.itd.events) + len(report.flt3.tkd.events),
        len(report.panel.variants),
        len(report.panel.filtered),
        len(report.coverage.exons),
        len(report.hotspots),
    )


if __name__ == "__main__":
    run(main)
