"""What cells of sheets may be, where the limit depends on the day."""

from datetime import date, timedelta

import pytest

from scripts.inputs.fields import why_not_a_day

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
