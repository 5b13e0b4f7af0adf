"""How far a long step is: in a terminal and in a log."""

import io
import logging

import pytest

from flt3itd.common.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_a_bar_that_fills() -> None:
    terminal = Terminal()
    progress = Progress("fragments read", 200, terminal)
    progress.show(50, 1_000)
    progress.show(400, 8_000)
    progress.close()
    first, last = terminal.getvalue().removeprefix("\r").removesuffix("\n").split("\r")
    assert first == "[#######.......................]  25% 1,000 fragments read"
    assert last == "[##############################] 100% 8,000 fragments read"


def lines_of(caplog: pytest.LogCaptureFixture, seconds: float) -> list[str]:
    """Lines of the log of a step that takes so long."""
    stream = io.StringIO()
    now = 0.0
    progress = Progress("fragments read", 100, stream, lambda: now)
    with caplog.at_level(logging.INFO, "flt3itd"):
        for done in range(0, 101, 5):
            now = seconds * done / 100
            progress.show(done, done * 10)
    progress.close()
    assert stream.getvalue() == ""
    return [record.getMessage() for record in caplog.records]


def test_a_log_has_a_line_for_every_tenth(caplog: pytest.LogCaptureFixture) -> None:
    lines = lines_of(caplog, 1_000.0)
    assert len(lines) == 10
    assert lines[0] == "10 %: 100 fragments read"


@pytest.mark.parametrize(("seconds", "told"), [(1.9, []), (2.0, ["100 %: 1,000 fragments read"])])
def test_a_log_has_no_line_of_what_ends_within_moments(
    caplog: pytest.LogCaptureFixture, seconds: float, told: list[str]
) -> None:
    assert lines_of(caplog, seconds) == told
