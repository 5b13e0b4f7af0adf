"""What cells of sheets may be: names that all sheets share, and days."""

from datetime import date, timedelta

import pytest

from scripts.earlier.sheet import EarlierRow
from scripts.inputs.clinical_rows import ClinicalRow
from scripts.inputs.drug_response import PlateRow
from scripts.inputs.fields import LONGEST_NAME, Record, why_not_a_day
from scripts.inputs.mistakes import Mistake, read_record
from scripts.inputs.samples import SampleRow

TODAY = date.today()


@pytest.mark.parametrize(
    "day", [date(1900, 1, 1), date(2024, 2, 29), TODAY, TODAY + timedelta(days=1)]
)
def test_days_that_have_come(day: date) -> None:
    assert why_not_a_day(day) == ""


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date.min, "the year is before 1900; correct it"),
        (date(1899, 12, 31), "the year is before 1900; correct it"),
        (TODAY + timedelta(days=3), "the day is still to come; correct the date"),
        (date.max, "the day is still to come; correct the date"),
    ],
)
def test_days_on_which_nothing_can_have_happened(day: date, reason: str) -> None:
    assert why_not_a_day(day) == reason


@pytest.mark.parametrize("sheet", [SampleRow, ClinicalRow, PlateRow, EarlierRow])
@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        ("P 1", "found 'P 1'; letters, digits and _ . - are allowed, the first a letter or digit"),
        ("-P1", "found '-P1'; letters, digits and _ . - are allowed, the first a letter or digit"),
        ("P/1", "found 'P/1'; letters, digits and _ . - are allowed, the first a letter or digit"),
        ("P..1", "found 'P..1'; '..' is refused"),
        ("P" * (LONGEST_NAME + 1), f"of {LONGEST_NAME + 1} characters; {LONGEST_NAME} at most"),
    ],
)
def test_a_patient_has_a_name_in_one_sheet_that_every_other_takes(
    sheet: type[Record], patient: str, reason: str
) -> None:
    with pytest.raises(Mistake) as caught:
        read_record(sheet, {"patient": patient})
    assert caught.value.key == "patient"
    assert reason in caught.value.sentence


@pytest.mark.parametrize("sheet", [SampleRow, ClinicalRow, PlateRow, EarlierRow])
@pytest.mark.parametrize("patient", ["007", "P.1_a-b", "0123456789" * (LONGEST_NAME // 10)])
def test_a_name_that_one_sheet_takes_is_taken_by_all(sheet: type[Record], patient: str) -> None:
    with pytest.raises(Mistake) as caught:
        read_record(sheet, {"patient": patient})
    assert "is missing" in caught.value.sentence  # of another column
