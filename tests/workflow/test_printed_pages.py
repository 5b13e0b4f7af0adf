"""Pages as PDF: the rule on the run of the example, each file read back page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
import yaml

from scripts.report.paper import PROGRAMS, print_page
from tests.browser import needs_browser
from tests.workflow.conftest import Workplace

pytestmark = needs_browser

PRINTED = {
    "P001_diagnosis/report": ("Sample P001_diagnosis", "Inserted sequence"),
    "patients/P001/report": ("Patient P001", "log from the lowest"),
    "cohort/report": ("Cohort of 2 patients, 1 control", "Checksums of the sources"),
    "cohort/quality": ("Quality of the run, 5 samples", "Depth by gene"),
}
"""Pages, what each printed page is called, and words that stand near its end or folded."""


def with_pdf(example: Workplace, folder: Path) -> str:
    """The option that selects the configuration of the example with printed reports."""
    config = yaml.safe_load((example.folder / "config" / "config.yaml").read_text("utf-8"))
    path = folder / "paper.yaml"
    path.write_text(yaml.safe_dump(config | {"report": {"pdf": True}}), "utf-8")
    return f"--configfile={path}"


@pytest.fixture(scope="module")
def printed(
    example: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Path]]:
    """A PDF of each kind, printed by the rule; removed again, for the tests that come after."""
    folder = tmp_path_factory.mktemp("paper")
    files = {page: example.folder / "results" / f"{page}.pdf" for page in PRINTED}
    targets = [f"results/{page}.pdf" for page in PRINTED]
    example.successful(with_pdf(example, folder), *targets)
    yield files
    for path in files.values():
        path.unlink()


@pytest.mark.parametrize("page", PRINTED)
def test_each_page_is_printed_whole_and_says_what_it_is(
    printed: dict[str, Path], page: str
) -> None:
    document = pypdf.PdfReader(printed[page])
    name, last = PRINTED[page]
    texts = [one.extract_text() for one in document.pages]
    for number, (one, text) in enumerate(zip(document.pages, texts, strict=True), start=1):
        assert [round(float(side)) for side in one.mediabox[2:]] == [595, 842]
        for words in (name, "draft report, research use only", f"page {number} of {len(texts)}"):
            assert words in text, (page, number)
    assert last in " ".join(texts)


@pytest.mark.parametrize("page", PRINTED)
def test_no_pdf_names_a_folder_of_this_machine(printed: dict[str, Path], page: str) -> None:
    document = pypdf.PdfReader(printed[page])
    links = [
        str(one.get_object().get("/A", {}).get("/URI", ""))
        for sheet in document.pages
        for one in sheet.get("/Annots", ())
    ]
    assert not [link for link in links if link.startswith("file:")]
    dates = {value for key, value in (document.metadata or {}).items() if "Date" in key}
    assert dates == {"D:19800101000000+00'00'"}


def test_the_same_page_is_the_same_bytes_and_nothing_else_is_left(
    example: Workplace, printed: dict[str, Path], tmp_path: Path
) -> None:
    page = "patients/P001/report"
    again = tmp_path / "report.pdf"
    print_page(example.folder / "results" / f"{page}.html", again)
    assert again.read_bytes() == printed[page].read_bytes()
    assert list(tmp_path.iterdir()) == [again]
    logs = example.folder / "results" / "logs" / "print_report"
    assert {path.relative_to(logs).as_posix() for path in logs.rglob("*.log")} == {
        f"{page}.log" for page in PRINTED
    }


def test_without_chromium_a_run_that_prints_does_not_start(
    example: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = with_pdf(example, tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for path in Path("/usr/bin").iterdir():
        if path.name not in PROGRAMS:
            (programs / path.name).symlink_to(path)
    monkeypatch.setenv("PATH", str(programs))
    run = example.snakemake(option)
    assert run.status != 0
    (error,) = run.errors
    assert re.search(r"paper\.yaml: report\.pdf: .* PATH has none", error)
