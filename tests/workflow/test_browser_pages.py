"""Full pages in a real browser: rules of accessible pages, all widths and schemes, and on paper.

What is crowded is made from the reports of the example (`tests.stress`): no run makes it.
"""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path

import pypdf
import pytest

from scripts.cohort.render import cohort_page, read_cohort
from scripts.patient.render import patient_page, read_patient
from scripts.report.readers import read_report
from scripts.report.render import page as sample_page
from scripts.run_quality.records import read_quality
from scripts.run_quality.write import quality_page
from tests.browser import Browser, Page, needs_browser
from tests.stress import crowded_cohort, crowded_patient, crowded_quality, crowded_sample
from tests.workflow.conftest import Workplace

pytestmark = needs_browser

WIDTHS = (320, 480, 768, 1024, 1280)
LIGHT, DARK = ("prefers-color-scheme", "light"), ("prefers-color-scheme", "dark")
FORCED = ("forced-colors", "active")
CONTRAST = "color-contrast"
"""The rule that takes most of the time: it depends on the scheme, and not on the width."""
ALL_BUT_CONTRAST = f"rules: {{'{CONTRAST}': {{enabled: false}}}}"
CONTRAST_ALONE = f"runOnly: ['{CONTRAST}']"
ASKED = (
    (LIGHT, WIDTHS[0], ALL_BUT_CONTRAST),
    (LIGHT, WIDTHS[-1], ALL_BUT_CONTRAST),
    *((scheme, WIDTHS[-1], CONTRAST_ALONE) for scheme in (LIGHT, DARK, FORCED)),
)
"""Schemes, widths, and which rules hold there."""
OPEN = "document.querySelectorAll('details').forEach(part => part.open = true)"
KINDS = ("sample", "patient", "cohort", "quality")


def axe(rules: str) -> str:
    """What axe finds by some of its rules."""
    return f"""axe.run({{resultTypes: ['violations'], {rules}}}).then(
      result => result.violations.map(
        one => `${{one.id}}: ${{one.nodes.length}}, as ${{one.nodes[0].target}}`))"""


def axe_source() -> str:
    found = importlib.util.find_spec("axe_core_python")
    assert found is not None and found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def pages(example: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page of each kind: 200 variants, 25 alterations, 100 patients."""
    folder, results = tmp_path_factory.mktemp("pages"), example.folder / "results"
    sample = read_report(results / "P001_progression/report.json")
    patient = read_patient(results / "patients/P001/report.json")
    cohort = read_cohort(results / "cohort/report.json")
    quality = read_quality(results / "cohort/quality.json")
    for kind, text in (
        ("sample", sample_page(crowded_sample(sample))),
        ("patient", patient_page(crowded_patient(patient))),
        ("cohort", cohort_page(crowded_cohort(cohort))),
        ("quality", quality_page(crowded_quality(quality))),
        ("few_samples", quality_page(crowded_quality(quality, 6))),
        ("few_patients", cohort_page(crowded_cohort(cohort, 20))),
        ("few_alterations", patient_page(crowded_patient(patient, 9))),
        ("few_variants", sample_page(crowded_sample(sample, 5))),
    ):
        (folder / f"{kind}.html").write_text(text, "utf-8")
    return folder


def resize(page: Page, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page.call("Emulation.setDeviceMetricsOverride", **size)


@pytest.mark.parametrize("kind", ["few_variants", "few_alterations", "few_patients", "few_samples"])
def test_pages_keep_the_rules_of_axe(pages: Path, browser: Browser, kind: str) -> None:
    """With everything unfolded."""
    browser.complaints.clear()
    with browser.page(pages / f"{kind}.html") as page:
        page.run(f"{OPEN}; {axe_source()}; 0")
        for (name, value), width, rules in ASKED:
            resize(page, width)
            page.call("Emulation.setEmulatedMedia", features=[{"name": name, "value": value}])
            assert page.later(axe(rules)) == [], (name, value, width)
    assert browser.complaints == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_its_window(pages: Path, browser: Browser, kind: str) -> None:
    """With everything unfolded."""
    with browser.page(pages / f"{kind}.html") as page:
        page.run(f"{OPEN}; 0")
        for width in WIDTHS:
            resize(page, width)
            wide = page.run("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{wide} px wider than a window of {width} px"


def test_every_table_has_a_caption_and_every_filter_a_name_of_its_own(
    pages: Path, browser: Browser
) -> None:
    for kind in KINDS:
        with browser.page(pages / f"{kind}.html") as page:
            bare = "[...document.querySelectorAll('table')].filter(t => !t.caption).length"
            assert page.run(bare) == 0
            names = page.run(
                "[...document.querySelectorAll('.filter input')].map(f => f.ariaLabel)"
            )
            assert all(name.startswith("Filter rows: ") for name in names)
            mouse = "document.querySelectorAll('main [title]:not(svg *)').length"
            assert page.run(mouse) == 0, "a title that only a mouse shows"


def test_names_in_the_figure_of_a_patient_never_collide(pages: Path, browser: Browser) -> None:
    overlaps = """(() => {
      const texts = [...document.querySelectorAll('svg[viewBox] text')].filter(t => t.textContent);
      const boxes = texts.map(t => [t.closest('svg'), t.getBoundingClientRect(), t.textContent]);
      const found = [];
      boxes.forEach(([svg, a, name], i) => {
        const frame = svg.getBoundingClientRect();
        if (a.right > frame.right + 1 || a.left < frame.left - 1) found.push(`outside: ${name}`);
        for (const [other, b, second] of boxes.slice(i + 1)) {
          const apart = a.right <= b.left + 1 || b.right <= a.left + 1
            || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
          if (svg === other && !apart) found.push(`${name} | ${second}`);
        }
      });
      return found;
    })()"""
    with browser.page(pages / "patient.html") as page:
        page.run(OPEN)
        assert page.run(overlaps) == []


def test_four_lines_tell_a_crowded_patient(pages: Path, browser: Browser) -> None:
    """Each is at most two rows of text on a wide screen, and all of them stand on the first one."""
    rows = """[...document.querySelector('.answers').querySelectorAll('p')].map(p => Math.round(
      p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)))"""
    end = "document.querySelector('.answers').getBoundingClientRect().bottom"
    with browser.page(pages / "patient.html", width=1280, height=900) as page:
        assert len(found := page.run(rows)) == 4
        assert max(found) <= 2, found
        assert page.run(end) <= 900
    with browser.page(pages / "patient.html", width=320, height=900) as page:
        assert max(page.run(rows)) <= 7


def on_paper(browser: Browser, path: Path) -> list[str]:
    """The text of each page of a report as it prints."""
    with browser.page(path, width=1000) as page:
        document = pypdf.PdfReader(io.BytesIO(page.pdf()))
        left = "document.querySelectorAll('details[open], table.block, th span > button').length"
        assert page.run(left) == 0, "what was changed for paper stays on the screen"
    return [one.extract_text() for one in document.pages]


@pytest.fixture(scope="module")
def sheets(pages: Path, browser: Browser) -> dict[str, list[str]]:
    """The text of each sheet of paper, by kind."""
    return {kind: on_paper(browser, pages / f"{kind}.html") for kind in KINDS}


WIDE = """(() => {
  dispatchEvent(new Event('beforeprint'));
  const edge = document.body.getBoundingClientRect().right + 1;
  const found = [...document.querySelectorAll('table, svg, ul, p')].filter(
    one => one.getBoundingClientRect().right > edge).map(one => one.textContent.slice(0, 60));
  dispatchEvent(new Event('afterprint'));
  return found;
})()"""
PAPER_WIDTH = 688
"""Of A4 with margins of 14 mm, in CSS pixels; Chromium cuts off what is wider."""


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wider_than_the_paper(pages: Path, browser: Browser, kind: str) -> None:
    with browser.page(pages / f"{kind}.html", width=PAPER_WIDTH) as page:
        page.call("Emulation.setEmulatedMedia", media="print")
        assert page.run(WIDE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_printed_page_says_what_it_is_and_which(
    sheets: dict[str, list[str]], kind: str
) -> None:
    texts = sheets[kind]
    names = {
        "sample": "P001_progression",
        "patient": "P001",
        "cohort": "67 patients, 33 controls",
        "quality": "100",
    }
    for number, text in enumerate(texts, start=1):
        assert f"page {number} of {len(texts)}" in text
        assert "myeloid panel pipeline" in text
        assert names[kind] in text


def test_what_is_folded_is_printed_and_heads_of_tables_repeat(sheets: dict[str, list[str]]) -> None:
    texts = sheets["sample"]
    everything = " ".join(texts)
    assert "Inserted sequence" in everything
    assert "Authorised by" in everything
    # A page of pictures names up to four variants, one of the table more.
    with_variants = [text for text in texts if text.count("GlyfsTer") > 5]
    assert len(with_variants) > 5
    assert all("Consequence" in text for text in with_variants)


@pytest.mark.parametrize(
    ("kind", "heading"), [("cohort", "Patients by genes"), ("quality", "Depth by gene")]
)
def test_all_patients_of_a_wide_table_are_printed(
    sheets: dict[str, list[str]], kind: str, heading: str
) -> None:
    everything = " ".join(sheets[kind]).rpartition(heading)[2]
    assert {f"P{number:03}" for number in range(100)} <= set(re.findall(r"P\d{3}", everything))
