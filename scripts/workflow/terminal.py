"""What a run says in the terminal while it goes on: how far it is, and what failed.

Snakemake tells ten lines of every job, some of them as long as the sample sheet. All of it stays
in its own log (`.snakemake/log/`), and in the terminal with `--printshellcmds` or `--verbose`.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from snakemake.logging import logger
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from flt3itd.common.standard_error import say
from scripts.workflow.failures import disk_is_full
from scripts.workflow.pace import Pace, spoken

LONGEST_LINE = 200
"""Characters; what a line has more is counted."""

_HIDDEN_EVENTS = frozenset(
    {
        LogEvent.WORKFLOW_STARTED,
        LogEvent.JOB_INFO,
        LogEvent.JOB_STARTED,
        LogEvent.JOB_FINISHED,
        LogEvent.JOB_ERROR,
        LogEvent.GROUP_INFO,
        LogEvent.GROUP_ERROR,
        LogEvent.SHELLCMD,
        LogEvent.PROGRESS,
        LogEvent.RESOURCES_INFO,
    }
)
_HIDDEN_WORDS = (
    "Select jobs to execute",
    "Execute ",
    "Removing temporary output",
    "Removing output files of failed job",
    "Assuming unrestricted shared filesystem",
    "Building DAG of jobs",
    "Using shell",
    "Conda environments: ignored",
    "RuleException:\nCalledProcessError",
)
_LOCKS = "/.snakemake/locks/"
_NOTHING_TO_DO = "Nothing to be done"
_OFTEN, _SELDOM = 10.0, 1 / 30
"""A line of progress comes every so many seconds, or after so much of the time that has passed."""


def shortened(text: str) -> str:
    """The text with its long lines cut."""
    return "\n".join(map(_shortened, text.split("\n")))


def _shortened(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    kept = LONGEST_LINE - len(" ... and 100000 letters more")
    return f"{line[:kept]} ... and {len(line) - kept} letters more"


def lock_words(exception: str, text: str) -> str | None:
    """What to say of an error of Snakemake about the lock of its folder; None of another error."""
    if exception == "LockException":
        return (
            f"error: another run is going on in {Path.cwd()}: type the command again when it has "
            f"ended; if none is (one was killed), type first: {sys.argv[0]} --unlock, with the "
            "same --configfile"
        )
    # A run that ends takes the folder of all locks away, also from one that is about to begin.
    if exception == "FileNotFoundError" and _LOCKS in text:
        return f"error: another run has just ended in {Path.cwd()}: type the command again"
    return None


class ShortLines(logging.Formatter):
    """Another formatter, with long lines cut; errors of Snakemake itself are told whole."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The text of a message."""
        text = self._inner.format(record)
        said = lock_words(getattr(record, "exception", ""), str(record.msg))
        if said is not None:
            return said
        whole = record.levelno >= logging.ERROR and getattr(record, "event", None) is None
        return text if whole or not isinstance(text, str) else shortened(text)


def is_wanted(record: logging.LogRecord) -> bool:
    """Whether a message of Snakemake is worth a line between those of `Progress`."""
    if getattr(record, "event", None) in _HIDDEN_EVENTS:
        return False
    return not str(record.msg).startswith(_HIDDEN_WORDS)


class Progress(logging.Handler):
    """Tells how far a run is, and each step that fails, in a line each."""

    def __init__(
        self,
        waiting: Callable[[], Iterable[str]],
        output: Path,
        nothing_to_do: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count the time.

        `waiting` gives the rules of the steps that have not ended, `output` is the folder of the
        results, and `nothing_to_do` is called when Snakemake finds it complete.
        """
        super().__init__()
        self.on_full_disk: set[str] = set()
        """The logs of the steps that failed when the disk was full."""
        self._waiting, self._output, self._nothing_to_do = waiting, output, nothing_to_do
        self._clock = clock
        self._begun = self._told = clock()
        self._pace = Pace(self._begun)

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of a message of Snakemake, and tell what a person waits for."""
        event, said = getattr(record, "event", None), record.__dict__
        if event is LogEvent.JOB_INFO:
            self._pace.started(said["jobid"], said["rule_name"], self._clock())
        elif event is LogEvent.JOB_FINISHED:
            self._pace.finished(said["job_id"], self._clock())
        elif event is LogEvent.PROGRESS:
            self._tell_progress(said["done"], said["total"])
        elif event is LogEvent.JOB_ERROR:
            self._tell_failure(said["rule_name"], said["log"])
        elif event is LogEvent.GROUP_ERROR:
            for one in said["job_error_info"]:
                self._tell_failure(one["rule_name"], one["log"])
        elif str(record.msg).startswith(_NOTHING_TO_DO):
            self._nothing_to_do()

    def _tell_progress(self, done: int, total: int) -> None:
        now = self._clock()
        if done < total and now - self._told < max(_OFTEN, _SELDOM * (now - self._begun)):
            return
        self._told = now
        text = f"{done} of {total} steps done ({100 * done // total} %)"
        left = self._pace.left(self._waiting(), now) if done < total else None
        if left is not None:
            text += f", about {spoken(left)} left"
        say(f"{time.strftime('[%H:%M:%S]')} {text}")

    def _tell_failure(self, rule: str, logs: list[str]) -> None:
        full = disk_is_full(self._output)
        if full:
            self.on_full_disk.update(logs)
        place = f"; log: {', '.join(logs)}" if logs else ""
        reason = f": no space left on device ({self._output.absolute()})" if full else ""
        say(f"{time.strftime('[%H:%M:%S]')} failed: {rule}{reason}{place}")


def is_silent(workflow: Any) -> bool:
    """Whether nothing at all is to be said (`--quiet all`)."""
    return Quietness.ALL in (workflow.output_settings.quiet or ())


def speak_briefly(workflow: Any, output: Path, nothing_to_do: Callable[[], None]) -> Progress:
    """Let the terminal show progress and failures in place of every job.

    A run that only plans keeps its jobs in sight, with long lines cut; one that asks for the
    commands or for more words hears all.
    """

    def waiting() -> Iterable[str]:
        jobs = workflow.dag.needrun_jobs()
        return [job.rule.name for job in jobs if not job.is_norun]

    progress = Progress(waiting, output, nothing_to_do)
    settings = workflow.output_settings
    screen = next((one for one in logger.handlers if one.name == "DefaultStreamHandler"), None)
    wordy = settings.verbose or settings.printshellcmds
    if screen is None or wordy or not workflow.is_main_process or is_silent(workflow):
        return progress
    screen.setFormatter(ShortLines(screen.formatter or logging.Formatter()))
    if not workflow.dryrun:
        screen.addFilter(is_wanted)
        logger.addHandler(progress)
    return progress
