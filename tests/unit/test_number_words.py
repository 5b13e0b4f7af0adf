"""Percentages are written by one function, whatever page, table or sentence they stand in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flt3itd.common.plurals import counted, counted_are
from scripts.records.number_words import percent, rounded, signed
from scripts.report.words import spelled
from scripts.run_quality.gather import shown_value

ROOT = Path(__file__).parents[2]
WORDED_HERE = {
    "scripts/records/number_words.py",
    "scripts/cohort/trial_drawing.py",  # signed steps of an axis
    "scripts/patient/drawing.py",  # powers of ten of an axis
    "scripts/report/counted_words.py",  # blasts, which the sheet gives as a percentage
    "scripts/patient/dose_drawing.py",  # per cent of a control, which the plate gives
}
BESIDE = ("benchmark", "soak", "maintenance", "panel_data", "workflow")
"""Rooms whose words stand in no report."""
_OWN_FORM = re.compile(r":[+,]?(?:\.\d[fg]|g|\.\d)\}?%")


@pytest.mark.parametrize(
    ("fraction", "words"),
    [
        (0, "0%"), (0.00034, "0.034%"), (0.00996, "1.00%"), (0.01, "1.0%"), (0.05, "5.0%"),
        (0.1, "10.0%"), (0.9994, "99.9%"), (0.9995, "100%"), (1, "100%"),
    ],
)  # fmt: skip
def test_a_fraction_as_a_percentage(fraction: float, words: str) -> None:
    assert percent(fraction) == words
    assert shown_value("fraction", fraction) == words


def test_nothing_is_below_zero_that_rounds_to_it() -> None:
    assert [signed(x) for x in (-0.04, 0.04, -0.06, 1.44)] == ["0.0", "0.0", "-0.1", "+1.4"]
    assert [rounded(x) for x in (-0.4, 0.4, -0.6)] == ["0", "0", "-1"]
    assert [rounded(x, 2) for x in (-0.004, 0.7, -0.7)] == ["0.00", "0.70", "-0.70"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("low_vaf;misaligned_itd", "low VAF;misaligned ITD"),
        ("of_rna", "of RNA"),
        ("minimum_itd_depth", "minimum ITD depth"),
        ("relapsed_refractory", "relapsed or refractory"),
        ("damage", "damage"),
    ],
)
def test_filters_and_keys_as_words(text: str, words: str) -> None:
    assert spelled(text) == words


def test_no_other_module_writes_percentages_in_a_form_of_its_own() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "scripts").rglob("*.py")
        if path.relative_to(ROOT).parts[1] not in BESIDE
        and _OWN_FORM.search(path.read_text("utf-8"))
    }
    assert found <= WORDED_HERE


def test_nouns_follow_their_numbers() -> None:
    assert [counted(n, "read") for n in (0, 1, 2, 1200)] == [
        "0 reads",
        "1 read",
        "2 reads",
        "1,200 reads",
    ]
    assert [counted_are(n, "read") for n in (1, 2)] == ["1 read is", "2 reads are"]
