"""The page with IGV: what it is asked for, and with igv-reports installed, the page itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.igv_js import PROGRAM, check_igv_js, require_igv_reports
from scripts.panel.pile_up import VARIANTS_SHOWN
from scripts.records.json_text import json_text
from scripts.report import igv_page
from scripts.report.igv_page import DEPTH_SHOWN, Site, sites_of
from scripts.report.model import Report
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    exon_coverage,
    panel_variant,
    report_of,
)

FAKE = """#!{python}
import json, pathlib, sys
given = sys.argv[1:]
told = dict(zip(given[1::2], given[2::2]))
pathlib.Path({log!r}).write_text(json.dumps([given, pathlib.Path(given[0]).read_text(),
    json.loads(pathlib.Path(told["--track-config"]).read_text())]))
if {fails}:
    sys.exit("no such contig")
page = pathlib.Path(told["--template"]).read_text()
pathlib.Path(given[given.index("--output") + 1]).write_text(
    page.replace("@SESSION_DICTIONARY@", "made"))
"""


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """igv-reports in our place: it notes what it was asked for."""
    return _put_program(tmp_path, monkeypatch, fails=False)


def _put_program(folder: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> Path:
    log = folder / "called.json"
    program = folder / "bin" / PROGRAM
    program.parent.mkdir()
    python = shutil.which("python3")
    program.write_text(FAKE.format(python=python, log=str(log), fails=fails), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return log


def full_report(folder: Path, depth: float = 1000.0) -> Report:
    flt3 = flt3_result(itd=itd_result(itd_event()), tkd=tkd_result(tkd_event()))
    variants = (
        panel_variant(tier="1"),
        panel_variant(tier="3", pos=9),
        panel_variant(tier="1", pos=8, filter="low_vaf"),
    )
    exons = (exon_coverage("NPM1", "11", depth),)
    return report_of(folder, flt3=flt3, variants=variants, exons=exons)


def write(folder: Path, report: Report, igv_js: str = "igv.createBrowser = 1") -> str:
    (folder / "report.json").write_text(json_text(report), "utf-8")
    (folder / "igv.js").write_text(igv_js, "utf-8")
    out = folder / "igv.html"
    given = {"report": "report.json", "bam": "S.bam", "fasta": "g.fa", "igv-js": "igv.js"}
    options = [word for key, name in given.items() for word in (f"--{key}", str(folder / name))]
    igv_page.main([*options, "--out", str(out)])
    return out.read_text("utf-8")


def test_sites_are_what_the_report_shows_reads_of(tmp_path: Path) -> None:
    itd, event = itd_event(), tkd_event()
    assert sites_of(full_report(tmp_path)) == [
        Site("chr13", itd.pos - 1, itd.pos, f"FLT3 57 bp ITD {short(itd.hgvs_p)}, VAF 40.0%"),
        Site("chr13", event.pos - 1, event.pos, "FLT3 p.(Asp835Tyr), VAF 7.0%"),
        Site("chr5", 171_410_538, 171_410_539, "NPM1 p.(Trp288CysfsTer12), VAF 41.0%"),
    ]


def short(name: str) -> str:
    return name.rsplit(":", maxsplit=1)[-1]


def test_no_more_variants_than_in_the_report_and_no_markup(tmp_path: Path) -> None:
    many = tuple(panel_variant(tier="1", pos=n, gene="<b>&X") for n in range(VARIANTS_SHOWN + 5))
    sites = sites_of(report_of(tmp_path, variants=many))
    assert len(sites) == VARIANTS_SHOWN
    assert not any(set("<>&\t\n") & set(one.name) for one in sites)


@pytest.mark.parametrize(
    ("depth", "drawn"), [(DEPTH_SHOWN, None), (DEPTH_SHOWN + 1, "0.997"), (3000, "0.1")]
)
def test_what_igv_reports_is_asked_for(
    tmp_path: Path, called: Path, depth: float, drawn: str | None
) -> None:
    page = write(tmp_path, full_report(tmp_path, depth))
    given, sites, (track,) = json.loads(called.read_text("utf-8"))
    assert sites.count("\n") == 3
    assert sites.splitlines()[2].startswith("chr5\t171410538\t171410539\tNPM1 p.(Trp288CysfsTer12)")
    assert given[given.index("--fasta") + 1] == str(tmp_path / "g.fa")
    assert "--standalone" in given
    assert (given[given.index("--subsample") + 1] if "--subsample" in given else None) == drawn
    assert track["url"] == str(tmp_path / "S.bam")
    assert track["showSoftClips"] is True
    assert "connect-src data: blob:" in page
    assert "http:" not in page.replace("http-equiv", "")
    assert "https:" not in page


def test_a_sample_without_a_variant_says_so(tmp_path: Path, called: Path) -> None:
    page = write(tmp_path, report_of(tmp_path))
    assert "there is nothing to look at" in page
    assert "<script" not in page
    assert not called.exists()


def test_a_missing_program_is_named_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"my.yaml: report.igv_js: .* PATH has no create_report"):
        require_igv_reports("my.yaml: report.igv_js")


@pytest.mark.parametrize("text", ["<html>404</html>", "", b"\xff"])
def test_another_file_in_place_of_igv_js_is_refused(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "igv.js"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError, match=r"igv\.js: (is not igv.js|cannot be read as igv.js)"):
        check_igv_js(path)


def test_a_failure_leaves_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put_program(tmp_path, monkeypatch, fails=True)
    with pytest.raises(UserError, match=r"igv\.html: igv-reports .* failed: no such contig"):
        write(tmp_path, full_report(tmp_path))
    assert not (tmp_path / "igv.html").exists()
