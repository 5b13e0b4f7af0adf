"""The reports of the example in a real browser, with the network off."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.browser import Browser, Page, needs_browser
from tests.workflow.conftest import Workplace

PICTURES = os.environ.get("PICTURES", "")
"""A folder for the pictures; `docs` renews those of the README."""

pytestmark = needs_browser

REPORTS = {
    "sample": "results/P001_diagnosis/report.html",
    "patient": "results/patients/P001/report.html",
    "cohort": "results/cohort/report.html",
}
HEIGHTS = {"sample": 1330, "patient": 1430, "cohort": 1300}


@pytest.mark.parametrize("kind", REPORTS)
def test_report_opens_without_network_and_complaint(
    example: Workplace, browser: Browser, kind: str, tmp_path: Path
) -> None:
    path = example.folder / REPORTS[kind]
    assert path.stat().st_size < 2_000_000
    browser.complaints.clear()
    folder = Path(PICTURES) if PICTURES else tmp_path
    with browser.page(path) as page:
        page.picture(folder / f"{kind}.png", HEIGHTS[kind])
        wide = page.run("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, "the page is wider than the window"
        unnamed = "[...document.querySelectorAll('svg[role=img]')].filter(s => !s.querySelector"
        assert page.run(f"{unnamed}('title')).length") == 0
    assert (folder / f"{kind}.png").stat().st_size > 30_000
    assert browser.complaints == []


@pytest.mark.parametrize("kind", REPORTS)
def test_report_is_readable_in_the_dark_and_prints_on_a4(
    example: Workplace, browser: Browser, kind: str
) -> None:
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    with browser.page(example.folder / REPORTS[kind]) as page:
        page.call("Emulation.setEmulatedMedia", features=dark)
        colours = "[getComputedStyle(document.body).color, getComputedStyle(document.body)"
        ink, paper = page.run(f"{colours}.backgroundColor]")
        assert _contrast(ink, paper) > 7
        sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf()))
    ((width, height),) = sizes
    assert (round(float(width)), round(float(height))) == (595, 842)


def _contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def column(page: Page, table: str, number: int) -> list[str]:
    """The visible cells of a column."""
    rows = f"[...document.querySelectorAll('{table} tbody tr')].filter(r => !r.hidden)"
    cells: list[str] = page.run(f"{rows}.map(r => r.cells[{number}].textContent.trim())")
    return cells


def test_a_click_sorts_by_number_and_a_second_one_turns_round(
    example: Workplace, browser: Browser
) -> None:
    table = "#sample-table"
    with browser.page(example.folder / REPORTS["cohort"]) as page:
        head = f"document.querySelectorAll('{table} thead th')[5]"
        orders = []
        for _ in range(2):
            page.run(f"{head}.querySelector('button').click()")
            ratios = [cell for cell in column(page, table, 5) if cell]
            orders.append([float(cell) for cell in ratios])
            assert page.run(f"{head}.ariaSort") == ("ascending", "descending")[len(orders) - 1]
    assert orders[0] == sorted(orders[0])
    assert orders[1] == sorted(orders[0], reverse=True)
    assert len(orders[0]) == 4


def test_words_filter_the_rows_and_tell_how_many_are_left(
    example: Workplace, browser: Browser
) -> None:
    with browser.page(example.folder / REPORTS["cohort"]) as page:
        field = "document.querySelector('#samples ~ .filter input')"
        page.run(f"{field}.value = 'p001 day28'; {field}.dispatchEvent(new Event('input'))")
        assert column(page, "#sample-table", 1) == ["P001"]
        assert page.run(f"{field}.nextElementSibling.textContent") == "1 of 5 rows"
        page.run(f"{field}.value = ''; {field}.dispatchEvent(new Event('input'))")
        assert len(column(page, "#sample-table", 1)) == 5


def test_a_script_in_a_report_that_is_not_ours_does_not_run(
    example: Workplace, browser: Browser, tmp_path: Path
) -> None:
    """The policy of the page is the second lock behind escaping."""
    text = (example.folder / REPORTS["sample"]).read_text("utf-8")
    forged = tmp_path / "forged.html"
    attack = "<img src=x onerror='window.broken = 1'><script>window.broken = 1</script></main>"
    forged.write_text(text.replace("</main>", attack), "utf-8")
    with browser.page(forged) as page:
        assert page.run("window.broken === undefined")
        assert page.run("document.querySelectorAll('th button').length") > 0
    assert any("Content Security Policy" in line for line in browser.complaints)
