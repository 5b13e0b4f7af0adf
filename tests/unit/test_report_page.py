"""What the page of a report shows, and that it shows it as text, alone and in one look."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import re
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.records import Status
from scripts.inputs.sample_cells import SampleCells
from scripts.report.build import gather
from scripts.report.readers import read_report
from scripts.report.render import FILES, page
from scripts.report.write import write_report
from tests.example_reports import full_report, text_of
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    CELLS,
    PARAMETERS,
    exon_coverage,
    hotspot,
    panel_variant,
    report_files,
    report_of,
)


def test_panel_variants_stand_by_tier_with_their_remarks(tmp_path: Path) -> None:
    rare = panel_variant(gene="KIT", vaf=0.05, tier="1", known="pathogenic", rescued="low_vaf")
    common = panel_variant(gene="TET2", vaf=0.5, tier="4", origin="germline-like")
    report = report_of(tmp_path, variants=(common, panel_variant(gene="WT1"), rare))
    assert [variant.gene for variant in report.panel.variants] == ["KIT", "TET2", "WT1"]
    text = text_of(page(report))
    assert "passes because it is known, despite low VAF" in text
    assert "germline-like" in text


def test_an_older_name_stands_as_it_is_written(tmp_path: Path) -> None:
    older = "p.(Asp579_Glu580insGly)"
    report = report_of(tmp_path, variants=(panel_variant(tier="1", legacy=older),))
    assert f"older name: {older}" in html.unescape(text_of(page(report)))


def test_each_parameter_of_flt3_has_a_row_in_words(tmp_path: Path) -> None:
    report = full_report(tmp_path)
    wide = report.flt3.provenance.parameters | {"itd": {"minimum_depth": 30}, "alone": 7}
    made = dataclasses.replace(report.flt3.provenance, parameters=wide)
    report = dataclasses.replace(report, flt3=dataclasses.replace(report.flt3, provenance=made))
    shown = page(report)
    assert '<tr><th scope="row">FLT3 ITD: minimum depth</th><td>30</td></tr>' in shown
    assert '<tr><th scope="row">FLT3 alone</th><td>7</td></tr>' in shown
    assert "{&#39;" not in shown


def test_residue_class_and_probability_of_a_kinase_domain_mutation_are_shown(
    tmp_path: Path,
) -> None:
    event = tkd_event(residue_class="described <here>", p_value=1e-9)
    html = page(report_of(tmp_path, flt3=flt3_result(tkd=tkd_result(event))))
    assert "published of this residue: described &lt;here&gt;" in html
    assert "from errors alone: p below 0.0001" in html


def test_remark_of_an_event_is_shown(tmp_path: Path) -> None:
    event = itd_event(remark="allelic ratio biased: primer site duplicated")
    assert event.remark in page(report_of(tmp_path, flt3=flt3_result(itd=itd_result(event))))


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    hostile = '<img src=x onerror="alert(1)">&\'{{ 7 * 7 }}'
    cells = SampleCells(hostile, hostile, hostile, None, hostile, hostile, Assay.CAPTURE)
    event = itd_event(hgvs_p=hostile, hgvs_c=hostile, hgvs_g=hostile, domain=hostile, chrom=hostile)
    event = dataclasses.replace(event, remark=hostile, filter=hostile)
    flt3 = flt3_result(
        itd=itd_result(event), tkd=tkd_result(tkd_event(hgvs_p=hostile)), warnings=(hostile,)
    )
    answered = (hotspot(hostile, status=Status.DETECTED, variants=hostile, filtered=hostile),)
    report = report_of(
        tmp_path,
        cells=cells,
        flt3=dataclasses.replace(flt3, sample=hostile),
        variants=(panel_variant(gene=hostile, filter=hostile, consequence=hostile),),
        exons=(exon_coverage(hostile, hostile),),
        hotspots=(hotspot(hostile, reason=hostile, legacy=hostile), *answered),
        warnings=(hostile,),
    )
    html = page(report)
    assert "<img" not in html
    assert "&lt;img src=x onerror=" in html
    assert "{{ 7 * 7 }}" in html
    assert 'onerror="' not in html


def test_page_needs_no_network_and_stays_small(tmp_path: Path) -> None:
    html = page(full_report(tmp_path))
    assert not re.search(r"https?://|//[a-z]|url\((?!#)|@import|<link|<iframe|src=", html)
    assert "default-src 'none'" in html
    (script,) = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    checksum = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{checksum}'" in html
    exons = tuple(exon_coverage(f"GENE{n // 15}", str(n % 15)) for n in range(54 * 15))
    assert len(page(report_of(tmp_path, exons=exons)).encode()) < 2_000_000


def test_first_screen_comes_before_everything_else(tmp_path: Path) -> None:
    text = text_of(page(full_report(tmp_path)))
    order = ["Patient", "FLT3-ITD", "FLT3-TKD", "Panel", "Quality", "Research use only", "domains"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_every_number_has_formula_and_version(tmp_path: Path) -> None:
    report = full_report(tmp_path)
    explained = " ".join(formula.applies_to for formula in report.formulas)
    for name in ("vaf", "ar", "limit_of_detection", "fragments", "coverage.mean", "panel.variants"):
        assert name in explained
    assert {f"metrics.{metric.key}" for metric in report.metrics} <= set(explained.split())
    made_by = {formula.made_by for formula in report.formulas}
    assert "samtools 1.16.1" in made_by
    assert "fastp 0.23.2" in made_by
    assert all(re.search(r"\d", maker) for maker in made_by)


def test_page_and_workbook_show_what_the_document_holds(tmp_path: Path) -> None:
    names = [tmp_path / "out" / f"report.{kind}" for kind in ("json", "html", "xlsx")]
    report = write_report(gather(CELLS, report_files(tmp_path), PARAMETERS), *names)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in names
    )
    assert read_report(names[0]) == report
    assert html.escape(report.headlines.itd.text) in names[1].read_text("utf-8")


def test_links_lead_from_a_sample_to_its_patient_and_files(tmp_path: Path) -> None:
    text = page(full_report(tmp_path))
    assert '<a href="../cohort/report.html">Cohort</a>' in text
    assert all(f'<a href="{name}">{name}</a>' in text for name in FILES)
    assert '<a class="skip" href="#main">' in text
