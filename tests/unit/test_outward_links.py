"""Links of a report to public databases: of names alone, and only where they are wanted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from scripts.report.model import Report
from scripts.report.outward_links import LONGEST_ALLELE, looked_up, outward_links
from scripts.report.render import page
from tests.flt3_builders import (
    flt3_result,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    CELLS,
    panel_variant,
    report_of,
)

PRIVATE = replace(CELLS, sample="S1", patient="Secret-77", timepoint="hidden-day")


def linked(tmp_path: Path, wanted: bool = True) -> Report:
    flt3 = flt3_result(tkd=tkd_result(tkd_event()))
    report = report_of(tmp_path, cells=PRIVATE, flt3=flt3, variants=(panel_variant(),))
    return replace(report, outward_links=wanted)


def addresses(html: str) -> list[str]:
    return re.findall(r'href="(https?://[^"]+)"', html)


def test_links_name_the_variant_and_nothing_of_the_patient(tmp_path: Path) -> None:
    html = page(linked(tmp_path))
    found = addresses(html)
    assert len(found) == 6
    assert "https://gnomad.broadinstitute.org/variant/13-28018505-C-A?dataset=gnomad_r4" in found
    for address in found:
        assert not re.search(r"Secret|hidden|S1\b|sample|patient", unquote(address))
    assert html.count('rel="noopener noreferrer"') == len(found)
    assert '<meta name="referrer" content="no-referrer">' in html


def test_links_are_printed_with_their_address(tmp_path: Path) -> None:
    html = page(linked(tmp_path))
    assert '<ul class="outward">' in html
    printed = html.partition("@media print")[2]
    assert ".outward a::after { content:" in printed


def test_no_address_where_links_are_not_wanted(tmp_path: Path) -> None:
    report = linked(tmp_path, wanted=False)
    assert looked_up(report) == []
    assert not re.search(r"https?://", page(report))


def test_links_are_off_unless_asked_for(tmp_path: Path) -> None:
    assert not report_of(tmp_path).outward_links


@pytest.mark.parametrize(
    ("build", "dataset", "host"),
    [("GRCh38", "gnomad_r4", "www.ensembl.org"), ("GRCh37", "gnomad_r2_1", "grch37.ensembl.org")],
)
def test_databases_of_the_build_are_asked(build: str, dataset: str, host: str) -> None:
    links = {one.database: one.address for one in outward_links(panel_variant(), build)}
    assert links["gnomAD"].endswith(f"/5-171410539-C-CTCTG?dataset={dataset}")
    assert links["Ensembl"].startswith(f"https://{host}/")
    assert "NC_000005.10%3Ag.171410540_171410543dup" in links["ClinVar"]


def test_a_name_without_a_public_accession_has_no_link() -> None:
    nameless = panel_variant(hgvs_g="contig7:g.5A>T", hgvs_c="c.860_863dup")
    assert outward_links(nameless, "GRCh38") == ()


def test_the_coding_name_serves_where_the_contig_has_no_accession() -> None:
    variant = panel_variant(hgvs_g="contig7:g.5A>T", hgvs_c="NM_004119.3:c.2503G>T", chrom="7_alt")
    links = {one.database: one.address for one in outward_links(variant, "GRCh38")}
    assert set(links) == {"ClinVar", "Ensembl"}
    assert unquote(links["ClinVar"]).endswith('?term="NM_004119.3:c.2503G>T"')


@pytest.mark.parametrize(("length", "held"), [(LONGEST_ALLELE, True), (LONGEST_ALLELE + 1, False)])
def test_gnomad_is_asked_for_short_alleles(length: int, held: bool) -> None:
    links = outward_links(panel_variant(alt="A" * length), "GRCh38")
    assert ("gnomAD" in [one.database for one in links]) is held


def test_hostile_names_end_no_attribute() -> None:
    hostile = panel_variant(hgvs_g='NC_000005.10:g.1"><script>&term=', ref='"', chrom="chr5")
    for link in outward_links(hostile, "GRCh38"):
        assert not re.search(r'["<>]|&', link.address)
