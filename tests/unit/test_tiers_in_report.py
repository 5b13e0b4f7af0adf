"""A report says what its tiers mean, in the words of the table that gave them."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from scripts.panel.marks import TierRule
from scripts.report.build import gather
from scripts.report.model import Report
from scripts.report.render import page
from scripts.report.tabulate import sheets
from tests.report_builders import CELLS, PARAMETERS, panel_variant, report_files, report_of

PUBLISHED = Path(__file__).parents[2] / "panels" / "tiers.tsv"


def report_with(folder: Path, tiers: Path) -> Report:
    files = report_files(folder, variants=(panel_variant(tier="1"),))
    return gather(CELLS, replace(files, tiers=tiers), PARAMETERS)


def test_every_row_of_the_published_table_is_explained(tmp_path: Path) -> None:
    report = report_with(tmp_path, PUBLISHED)
    rows = read_table(PUBLISHED, TierRule)
    assert [(one.tier, one.meaning) for one in report.tiers] == [(r.tier, r.meaning) for r in rows]
    text = page(report)
    assert all(f"<td>{row.tier}</td><td>{html.escape(row.meaning)}</td>" in text for row in rows)
    assert "not the tiers I to IV of AMP, ASCO and CAP" in text
    (sheet,) = (one for one in sheets(report) if one.name == "Tiers")
    assert tuple(sheet.rows) == report.tiers


def test_words_of_a_table_of_the_laboratory_are_shown_as_text(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    write_table(own, TierRule, [TierRule("A", "", "", "", "", "*", "<b>ours</b> & only ours")])
    text = page(report_with(tmp_path, own))
    assert "<td>A</td><td>&lt;b&gt;ours&lt;/b&gt; &amp; only ours</td>" in text
    assert "changes a hotspot codon" not in text


def test_nothing_is_said_of_tiers_without_a_table(tmp_path: Path) -> None:
    report = report_of(tmp_path, variants=(panel_variant(),))
    assert report.tiers == ()
    assert "What the tiers mean" not in page(report)


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "tiers.tsv"
    damaged.write_text("tier\tmeaning\n1\tx\n", "utf-8")
    with pytest.raises(UserError, match=r"tiers\.tsv: row 1: found 'tier meaning'"):
        report_with(tmp_path, damaged)
