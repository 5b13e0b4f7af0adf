r"""Write the reads over a sample's variants as one page with IGV in it, by igv-reports, offline.

    python -m scripts.report.igv_page --report report.json --bam S.bam --fasta genome.fa \
        --igv-js igv.min.js --out igv.html

igv-reports takes igv.js from an address as a rule; here it gets a template of ours that names the
file of the user, which it embeds. The page forbids itself any network.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.records import FltEvent, Status
from scripts.command import run, write_whole
from scripts.coverage.rows import mean_depth
from scripts.inputs.igv_js import check_igv_js, holds_igv, require_igv_reports
from scripts.panel.pile_up import shown_variants
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent
from scripts.report.model import Report
from scripts.report.page import page_environment
from scripts.report.readers import read_report
from scripts.report.words import abbreviated, event_label, short_protein

FLANKING = 400
"""Bases of the genome around a variant in the page, half on each side."""
WINDOW = 150
"""Bases that are in sight at first."""
DEPTH_SHOWN = 300
"""Reads at a base, about: of deeper samples a part is drawn, or the page has many megabytes."""
_MARKUP = re.compile(r"[<>&\t\n]")


@dataclass(frozen=True)
class Site:
    """A place to look at: 0-based half-open, with its name."""

    contig: str
    start: int
    end: int
    name: str


def sites_of(report: Report) -> list[Site]:
    """FLT3 events that pass, then the panel variants that the report shows reads of."""
    events = (*report.flt3.itd.events, *report.flt3.tkd.events)
    passing = [one for one in events if one.status is Status.DETECTED]
    variants = shown_variants(report.panel.variants)
    return [
        *(_site(one, f"FLT3 {event_label(one)}" if one.length_bp else "FLT3") for one in passing),
        *(_site(one, one.gene) for one in variants),
    ]


def _site(one: FltEvent | PanelVariant, name: str) -> Site:
    start = one.pos - 1
    words = f"{name} {abbreviated(short_protein(one))}, VAF {percent(one.vaf)}"
    return Site(one.chrom, start, start + len(one.ref), _MARKUP.sub(" ", words))


def write_igv_page(report: Report, bam: Path, fasta: Path, igv_js: Path, out: Path) -> None:
    """Write the page, whole or not at all; without a variant it says so.

    Raises UserError when igv-reports is not there or fails, or `igv_js` is something else.
    """
    program = require_igv_reports(str(out))
    check_igv_js(igv_js)
    sites = sites_of(report)
    template = page_environment().get_template("igv.html.j2")
    if not sites:
        write_whole(out, template.render(report=report, script_address=""))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(igv_js, folder / "igv.min.js")
        page = template.render(report=report, script_address=(folder / "igv.min.js").as_uri())
        (folder / "template.html").write_text(page, "utf-8")
        (folder / "sites.bed").write_text(
            "".join(f"{s.contig}\t{s.start}\t{s.end}\t{s.name}\n" for s in sites), "utf-8"
        )
        (folder / "tracks.json").write_text(json.dumps([_track(bam)]), "utf-8")
        made = folder / "page.html"
        _call(
            [
                program, str(folder / "sites.bed"), "--fasta", str(fasta),
                "--track-config", str(folder / "tracks.json"), "--flanking", str(FLANKING),
                "--window", str(WINDOW), "--template", str(folder / "template.html"),
                *_subsample(report), "--output", str(made), "--standalone",
            ],
            out,
        )  # fmt: skip
        text = made.read_text("utf-8") if made.exists() else ""
        if not holds_igv(text) or "@SESSION_DICTIONARY@" in text:
            raise UserError(f"{out}: igv-reports ({program}) made no page of the reads; look there")
        write_whole(out, text)


def _track(bam: Path) -> dict[str, object]:
    """The alignment as IGV shows it: with the clipped bases, in which long insertions stand."""
    shown = {"type": "alignment", "format": "bam", "showSoftClips": True, "height": 600}
    return {"name": "reads", "url": str(bam.absolute()), **shown}


def _subsample(report: Report) -> list[str]:
    """The option that draws a part of the reads of a deep sample."""
    exons = report.coverage.exons
    depth = mean_depth(exons) or 0.0
    return ["--subsample", f"{DEPTH_SHOWN / depth:.3g}"] if depth > DEPTH_SHOWN else []


def _call(command: list[str], out: Path) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it says nothing"]
        raise UserError(f"{out}: igv-reports ({command[0]}) failed: {lines[-1]}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `write_igv_page` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("report", "bam", "fasta", "igv-js", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    report = read_report(options.report)
    write_igv_page(report, options.bam, options.fasta, options.igv_js, options.out)


if __name__ == "__main__":
    run(main)
