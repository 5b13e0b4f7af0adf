"""The tables of filters are what VCF headers, reports and docs say."""

import re
from pathlib import Path

from flt3itd.common.filters import Filter, Flt3Filter, filter_text, header_lines, reasons_in
from flt3itd.records import Status
from scripts.panel.filter_table import PanelFilter
from scripts.report.render import page
from scripts.report.words import filters_shown
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)
from tests.report_builders import (
    panel_variant,
    report_of,
)

DOCS = Path(__file__).parents[2] / "docs"
EVERY: list[Filter] = [*Flt3Filter, *PanelFilter]


def rows_of(page: str, heading: str) -> list[list[str]]:
    """The cells of the table below a heading of a page, without the table's own head."""
    (section,) = re.findall(rf"(?ms)^## {heading}\n(.*?)(?:^## |\Z)", (DOCS / page).read_text())
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_docs_name_each_with_its_words() -> None:
    rows = rows_of("outputs.md", "Reasons in the filter columns")
    assert rows == [[f"`{one}`", one.applies, one.words] for one in EVERY]


def test_docs_say_which_are_soft() -> None:
    said = {row[0]: row[2] for row in rows_of("panel.md", "Filters")}
    assert said == {f"`{one}`": "yes" if one.soft else "no" for one in PanelFilter}


def test_tags_are_what_vcf_allows_and_descriptions_break_no_header() -> None:
    for table in (Flt3Filter, PanelFilter):
        for one in table:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", one)
            assert not set(one.words) & {'"', "\\", "\n"}
    assert header_lines([PanelFilter.LOW_VAF]) == [
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##FILTER=<ID=low_vaf,Description="VAF below the minimum">',
    ]


def test_a_column_is_written_and_read_back() -> None:
    assert filter_text([]) == "PASS"
    assert reasons_in("PASS") == ()
    both = filter_text([PanelFilter.LOW_DEPTH, PanelFilter.SLIPPAGE])
    assert both == "low_depth;slippage"
    assert reasons_in(both) == (PanelFilter.LOW_DEPTH, PanelFilter.SLIPPAGE)


def test_a_report_says_in_words_what_holds_its_calls_back(tmp_path: Path) -> None:
    outside = itd_event(28_034_120, 28_034_140, status=Status.NOT_DETECTED, filter="off_target")
    report = report_of(
        tmp_path,
        flt3=flt3_result(itd=itd_result(itd_event(), outside)),
        variants=(panel_variant(), panel_variant(gene="TP53", filter="slippage;low_vaf")),
    )
    shown = filters_shown(report)
    assert shown == [Flt3Filter.OFF_TARGET, PanelFilter.LOW_VAF, PanelFilter.SLIPPAGE]
    text = page(report)
    assert [one.words in text for one in shown] == [True] * 3
    assert PanelFilter.OFF_TARGET.words not in text
