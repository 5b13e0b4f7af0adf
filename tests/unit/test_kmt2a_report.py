"""What a report says of KMT2A, and what it must not say."""

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.hgvs.names import GenomicNumbering
from flt3itd.records import Status
from scripts.cohort.summarize import summary_row
from scripts.kmt2a.dosage import Dosage
from scripts.kmt2a.junction import Breakpoints, PtdJunction
from scripts.kmt2a.ptd import kmt2a_row
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.report.kmt2a_drawing import dosage_figure
from scripts.report.kmt2a_words import ptd_line, ptd_sentences
from scripts.report.render import page
from tests.report_builders import NO_KMT2A, report_of

RATIOS = tuple((number, 1.5 if 2 <= number <= 8 else 1.0) for number in range(1, 37))
RAISED = kmt2a_row(
    "S1",
    Dosage(
        Status.DETECTED, "", (2, 8), 1.5, (1.42, 1.58), 0.12, tuple(range(12, 37)), 20, RATIOS,
        exon_1_read=True,
    ),
)  # fmt: skip
CLEAR = kmt2a_row(
    "S1",
    Dosage(
        Status.NOT_DETECTED, "", (2, 8), 0.99, (0.95, 1.03), 0.12, tuple(range(12, 37)), 20, RATIOS
    ),
)
BLIND = kmt2a_row("S1", Dosage(Status.NOT_ASSESSABLE, "0 controls of this assay"))
JUNCTION = PtdJunction(
    Breakpoints(118_482_520, 118_468_700, "", 3), (2, 8), False,
    "intron 8 to intron 1, chr11:118482520 to chr11:118468701", 12, 40.0,
)  # fmt: skip
SPLIT = kmt2a_row(
    "S1",
    Dosage(Status.NOT_ASSESSABLE, "0 controls of this assay"),
    [JUNCTION],
    GenomicNumbering("NC_000011.10"),
)


@pytest.mark.parametrize(
    ("row", "line", "words"),
    [
        (RAISED, "duplication of exons 2 to 8 (by dosage, VAF 50.0%).", "42.0% to 58.0%"),
        (CLEAR, "KMT2A-PTD not detected (VAF below 12.0%).", "12.0% or more would have been found"),
        (BLIND, "KMT2A-PTD not assessable.", "Nothing can be said"),
        (SPLIT, "duplication of exons 2 to 8 (by junction).", "12 fragments, 30.0% of those"),
        (replace(RAISED, vaf=0.01, vaf_low=0.0, vaf_high=0.05), "VAF at most 5.0%", "0% to 5.0%"),
        (replace(RAISED, vaf=1.4), "VAF over 100% (1.4 extra copies for each allele)", "extra"),
    ],
)
def test_sentences(row: Kmt2aPtd, line: str, words: str) -> None:
    assert line in ptd_line(row)
    assert words in " ".join(ptd_sentences(row))


@pytest.mark.parametrize(
    ("status", "limit"),
    [
        (Status.DETECTED, 0.12),
        (Status.NOT_DETECTED, 0.12),
        (Status.NOT_ASSESSABLE, None),
    ],
)
def test_a_limit_is_shown_only_where_dosage_can_be_assessed(
    tmp_path: Path, status: Status, limit: float | None
) -> None:
    """Dosage that cannot be assessed may have been calculated up to its limit; it holds nothing."""
    dosage = Dosage(status, "too few controls", (2, 8), 1.1, (0.9, 1.3), 0.12)
    row = kmt2a_row("S1", dosage)
    assert row.limit_of_detection == limit
    report = report_of(tmp_path, kmt2a=row)
    assert summary_row(report).kmt2a_ptd_limit_of_detection == limit
    told = "12.0%" in " ".join([ptd_line(row), *ptd_sentences(row)])
    assert told == (status is Status.NOT_DETECTED)


def test_numbers_of_a_duplication_are_told_only_of_a_detected_one(tmp_path: Path) -> None:
    for row, told in ((RAISED, True), (CLEAR, False), (replace(BLIND, vaf=0.2), False)):
        line = summary_row(report_of(tmp_path, kmt2a=row))
        numbers = (line.kmt2a_ptd_vaf, line.kmt2a_ptd_vaf_low, line.kmt2a_ptd_vaf_high)
        expected = (row.vaf, row.vaf_low, row.vaf_high) if told else (None,) * 3
        assert numbers == pytest.approx(expected)
        assert line.kmt2a_ptd_exons == ("2-8" if told else "")


def test_a_clean_junction_search_never_reads_as_absence() -> None:
    text = " ".join([ptd_line(BLIND), *ptd_sentences(BLIND)])
    assert "not detected" not in text.lower()
    assert "No read shows a junction, which says nothing" in text


def test_a_finding_leads_the_first_screen_of_a_panel_without_variants(tmp_path: Path) -> None:
    report = report_of(tmp_path, kmt2a=RAISED)
    headline = report.headlines.panel
    assert headline.status is Status.DETECTED
    assert headline.text.startswith("KMT2A partial tandem duplication of exons 2 to 8")
    assert "No variant passed" in headline.text
    assert report.panel.status is Status.NOT_DETECTED
    html = page(report)
    assert "KMT2A partial tandem duplication</h3>" in html
    assert html.count("<title>exon ") == 36
    row = summary_row(report)
    assert row.kmt2a_ptd_status is Status.DETECTED
    assert (row.kmt2a_ptd_exons, row.kmt2a_ptd_vaf) == ("2-8", 0.5)


def test_what_cannot_be_assessed_is_told_without_changing_the_panel(tmp_path: Path) -> None:
    report = report_of(tmp_path, kmt2a=BLIND)
    assert report.headlines.panel.status is Status.NOT_DETECTED
    assert report.headlines.panel.text.endswith("KMT2A-PTD not assessable.")
    assert "0 controls of this assay" in page(report)
    row = summary_row(report)
    assert row.kmt2a_ptd_status is Status.NOT_ASSESSABLE
    assert row.kmt2a_ptd_vaf is None


def test_a_panel_without_the_gene_says_nothing_of_it(tmp_path: Path) -> None:
    report = report_of(tmp_path, kmt2a=NO_KMT2A)
    assert "KMT2A" not in report.headlines.panel.text
    assert "KMT2A partial tandem duplication</h3>" not in page(report)
    assert report.panel.kmt2a_ptd.status is Status.NOT_ASSESSABLE


def test_the_drawing_marks_the_run_and_holds_high_ratios() -> None:
    figure = dosage_figure(replace(RAISED, exon_ratios="1:1.02 2:3.1 3:3 12:1", exons="2-3"))
    assert figure is not None
    assert [dot.raised for dot in figure.dots] == [False, True, True, False]
    assert all(12 <= dot.y <= 172 for dot in figure.dots)
    assert figure.dots[1].y < figure.dots[0].y
    assert dosage_figure(BLIND) is None
