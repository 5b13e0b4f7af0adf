"""What the terminal shows while a run goes on."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from scripts.workflow.pace import LEAST_FINISHED, Pace, spoken
from scripts.workflow.terminal import LONGEST_LINE, Progress, ShortLines, is_wanted, shortened


def record(message: str | None, event: LogEvent | None = None, **said: Any) -> logging.LogRecord:
    made = logging.LogRecord("snakemake", logging.INFO, "", 0, message, None, None)
    made.__dict__ |= said | ({} if event is None else {"event": event})
    return made


def test_time_left_is_that_of_steps_of_the_same_rule() -> None:
    pace = Pace(0.0)
    for number in range(LEAST_FINISHED):
        pace.started(number, "short", 2.0 * number)
        pace.finished(number, 2.0 * number + 2)
    now = 2.0 * LEAST_FINISHED
    assert pace.left(["short"] * 3, now) == pytest.approx(6)
    assert pace.left(["never seen"] * 3, now) == pytest.approx(6)
    pace.started(9, "long", now)
    pace.finished(9, now + 30)
    assert pace.left(["long", "long"], now + 30) == pytest.approx(60)


def test_steps_beside_each_other_halve_the_time_left() -> None:
    pace = Pace(0.0)
    for number in range(6):
        pace.started(number, "a", number // 2 * 10.0)
    for number in range(6):
        pace.finished(number, number // 2 * 10.0 + 10)
    assert pace.left(["a"] * 4, 30.0) == pytest.approx(20)


def test_a_time_left_is_told_when_enough_steps_have_ended() -> None:
    pace = Pace(0.0)
    for number in range(LEAST_FINISHED - 1):
        pace.started(number, "a", 0.0)
        pace.finished(number, 1.0)
    assert pace.left(["a"], 1.0) is None
    pace.finished(99, 1.0)  # its begin was not told
    assert pace.left(["a"], 1.0) is None
    pace.started(9, "a", 0.0)
    pace.finished(9, 1.0)
    assert pace.left(["a"], 1.0) is not None


def test_times_are_spoken() -> None:
    words = ["5 s", "5 s", "50 s", "1 min", "2 min", "59 min", "1 h 0 min", "2 h 5 min"]
    assert [spoken(x) for x in (0, 7, 52, 56, 100, 3540, 3600, 7500)] == words


def test_long_lines_are_cut_and_say_so() -> None:
    line = "input: " + ", ".join(f"results/S{number}/report.json" for number in range(191))
    cut = shortened(f"rule x:\n{line}\nend")
    assert [len(one) <= LONGEST_LINE for one in cut.split("\n")] == [True] * 3
    assert cut.split("\n")[1].endswith(" letters more")
    assert shortened("x" * LONGEST_LINE) == "x" * LONGEST_LINE
    assert len(shortened("x" * (LONGEST_LINE + 1))) <= LONGEST_LINE


def test_an_error_of_snakemake_itself_is_told_whole() -> None:
    formatter = ShortLines(logging.Formatter())
    error = logging.LogRecord("snakemake", logging.ERROR, "", 0, "x" * 999, None, None)
    assert formatter.format(error) == "x" * 999
    assert len(formatter.format(record("x" * 999))) <= LONGEST_LINE


@pytest.mark.parametrize(
    ("exception", "text", "told"),
    [
        ("LockException", "Error: Directory cannot be locked.\nPlease", "is going on in"),
        (
            "FileNotFoundError",
            "Traceback\n: '/x/.snakemake/locks/0.input.lock'",
            "has just ended in",
        ),
    ],
)
def test_a_run_beside_another_one_is_refused_in_one_line(
    exception: str, text: str, told: str
) -> None:
    line = ShortLines(logging.Formatter()).format(record(text, LogEvent.ERROR, exception=exception))
    assert line.startswith(f"error: another run {told} {Path.cwd()}: ")
    assert "type the command again" in line
    assert "\n" not in line


def test_another_file_that_is_not_there_is_an_error_as_it_is() -> None:
    text = "Traceback\n: '/x/.snakemake/metadata/a'"
    formatter = ShortLines(logging.Formatter())
    assert formatter.format(record(text, LogEvent.ERROR, exception="FileNotFoundError")) == text


def test_what_every_job_says_is_hidden_and_all_else_is_not() -> None:
    assert not is_wanted(record("rule x", LogEvent.JOB_INFO))
    assert not is_wanted(record("Select jobs to execute..."))
    assert is_wanted(record("Job stats:", LogEvent.RUN_INFO))
    assert is_wanted(record("Trying to restart job 7."))


def test_progress_and_failures_have_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now, complete = [0.0], []
    progress = Progress(
        lambda: ["a"] * 10, tmp_path, lambda: complete.append(True), clock=lambda: now[0]
    )
    for number in range(12):
        progress.emit(record("", LogEvent.JOB_INFO, jobid=number, rule_name="a"))
        now[0] += 1
        progress.emit(record("", LogEvent.JOB_FINISHED, job_id=number))
        progress.emit(record(None, LogEvent.PROGRESS, done=number + 1, total=12))
    told = capsys.readouterr().err.splitlines()
    assert [line.partition("] ")[2] for line in told] == [
        "10 of 12 steps done (83 %), about 10 s left",
        "12 of 12 steps done (100 %)",
    ]
    progress.emit(record("", LogEvent.JOB_ERROR, rule_name="b", log=["logs/b.log"]))
    assert capsys.readouterr().err.partition("] ")[2] == "failed: b; log: logs/b.log\n"
    assert (progress.on_full_disk, complete) == (set(), [])
    progress.emit(record("Nothing to be done (all requested files are present)."))
    assert complete == [True]
