"""Every column of every table of the results stands in docs/outputs.md, and no other."""

import re
from pathlib import Path

import pytest

from flt3itd.common.tables import columns_of
from flt3itd.kinase.background import BackgroundSite
from flt3itd.records import FltEvent
from scripts.cohort.model import CohortRow, GeneTest, RatioPair
from scripts.cohort.summarize import SummaryRow
from scripts.coverage.rows import ExonCoverage, HotspotAnswer
from scripts.drug_response.records import DrugResponseRow
from scripts.identity.genotypes import SnpCount
from scripts.identity.records import Pair
from scripts.kmt2a.rows import ControlExon, Kmt2aPtd
from scripts.panel.rows import PanelVariant
from scripts.patient.model import FollowUpRow, PanelGenotype
from scripts.records.failure import Failure
from scripts.run_quality.write import QualityRow
from scripts.trial.tables import TrialNumber, TrialRow, TrialStep

OUTPUTS = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text("utf-8")
EXPLAINED_TOGETHER = re.compile(
    r"^(newly_diagnosed_|relapsed_refractory_|event_free_|relapse_free_)"
    r"|(?<=itd_vaf)_(low|high)$|(?<=itd_ar)_(low|high)$|(?<=_change)_(low|high|is_bound|reason)$"
)
"""Beginnings and ends of names that the page explains once for several columns."""


def section(heading: str) -> str:
    (found,) = re.findall(rf"(?ms)^## {re.escape(heading)}[^\n]*\n(.*?)(?=^## |\Z)", OUTPUTS)
    return str(found)


def words_in(text: str) -> set[str]:
    """Everything between backticks, and its parts."""
    return {word for tick in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"\W+", tick)}


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        ("flt3.tsv", [FltEvent]),
        ("controls/flt3_background", [BackgroundSite]),
        ("panel.tsv", [PanelVariant]),
        ("hotspots.tsv", [HotspotAnswer]),
        ("coverage.tsv", [ExonCoverage]),
        ("kmt2a_ptd.tsv", [Kmt2aPtd]),
        ("patients/<patient>: report.json", [FollowUpRow, PanelGenotype]),
        ("identity.tsv of a sample", [SnpCount, Pair]),
        ("summary.tsv", [SummaryRow]),
    ],
)
def test_the_tables_of_a_section_are_its_columns(heading: str, rows: list[type]) -> None:
    listed = {
        name
        for line in section(heading).splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert listed == {column for row in rows for column in columns_of(row)}


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("patients/<patient>/drug_response.tsv", DrugResponseRow),
        ("cohort: report.json", GeneTest),
        ("cohort: report.json", RatioPair),
        ("cohort/trial.tsv", TrialRow),
        ("cohort/trial.tsv", TrialNumber),
        ("cohort/trial.tsv", TrialStep),
        ("cohort/quality.html", QualityRow),
        ("After a run that failed", Failure),
    ],
)
def test_sentences_name_every_column(heading: str, row: type) -> None:
    known = words_in(section(heading))
    bare = {EXPLAINED_TOGETHER.sub("", column) for column in columns_of(row)}
    assert {name for name in bare if {name, f"overall_{name}"}.isdisjoint(known)} == set()


def test_what_one_table_has_more_than_another_is_named() -> None:
    more = set(columns_of(CohortRow)) - set(columns_of(SummaryRow))
    assert more <= words_in(section("cohort: report.json"))
    assert set(columns_of(ControlExon)) <= words_in(section("kmt2a_ptd.tsv"))
