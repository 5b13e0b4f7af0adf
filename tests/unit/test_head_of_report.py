"""What the sheet says of a sample beyond its results stands in the head of its report."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.fields import LONGEST_NOTE
from scripts.inputs.samples import read_samples
from scripts.report.render import page
from tests.report_builders import CELLS, report_of

HEADER = [
    *("sample", "patient", "timepoint", "tissue", "cohort", "assay", "bam"),
    *("requester", "specimen"),
]


def sheet(folder: Path, *notes: tuple[str, str]) -> Path:
    """A sheet with a sample for each pair of requester and specimen."""
    rows = [HEADER]
    for number, (requester, specimen) in enumerate(notes):
        bam = folder / f"{number}.bam"
        bam.touch()
        cells = [f"S{number}", "P1", "diagnosis", "BM", "newly_diagnosed", "capture", str(bam)]
        rows.append([*cells, requester, specimen])
    path = folder / "samples.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    return path


def test_requester_and_specimen_are_read_and_may_be_empty(tmp_path: Path) -> None:
    given = ("Dr. Müller, ward 3 <b>", "EDTA marrow; 24-0815")
    samples = read_samples(sheet(tmp_path, given, ("", "")))
    assert (samples["S0"].requester, samples["S0"].specimen) == given
    assert (samples["S1"].requester, samples["S1"].specimen) == (None, None)


@pytest.mark.parametrize("column", ["requester", "specimen"])
def test_a_note_is_printable_and_of_limited_length(tmp_path: Path, column: str) -> None:
    def note(text: str) -> tuple[str, str]:
        return (text, "") if column == "requester" else ("", text)

    assert read_samples(sheet(tmp_path, note("x" * LONGEST_NOTE)))
    for wrong in ("x" * (LONGEST_NOTE + 1), "a\x07b"):
        with pytest.raises(UserError, match=rf"row 2: column {column}: .*\b100\b"):
            read_samples(sheet(tmp_path, note(wrong)))


def test_the_head_shows_what_the_sheet_says(tmp_path: Path) -> None:
    cells = dataclasses.replace(
        CELLS, requester="<i>ward</i>", specimen="EDTA marrow", date="2024-03-31"
    )
    head = page(report_of(tmp_path, cells=cells)).partition("</header>")[0]
    assert "<dt>Requester</dt><dd>&lt;i&gt;ward&lt;/i&gt;</dd>" in head
    assert "<dt>Specimen</dt><dd>EDTA marrow</dd>" in head
    assert "<dt>Sampled</dt><dd>2024-03-31</dd>" in head


def test_the_head_is_silent_of_what_the_sheet_does_not_say(tmp_path: Path) -> None:
    head = page(report_of(tmp_path)).partition("</header>")[0]
    assert not any(word in head for word in ("Requester", "Specimen", "Sampled"))
