"""Which steps of a run failed, and why: from Snakemake's jobs and what their logs say."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.records.failure import Failure

_USER_ERROR = re.compile(r"^(?:flt3itd: )?error: (.+)$")
_FULL_DISK = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LAST_BYTES = 100_000
"""Of a log, as much of its end is read."""

NO_MESSAGE = (
    "it left no message (a step that is killed, for want of memory or time, or whose disk is full "
    "while it writes, leaves none)"
)
FULL_DISK = "no space left on device"


def cause_in(text: str) -> str:
    """Why a step failed, from the text of its log: one line without control characters.

    A mistake of the user is told by its own line; a full disk is said in plain words; otherwise it
    is the last line, as that of a traceback.
    """
    lines = [line for line in (_CONTROL.sub(" ", one).strip() for one in text.splitlines()) if line]
    told = [match.group(1) for line in lines if (match := _USER_ERROR.match(line))]
    if told:
        return told[-1]
    full = [line for line in lines if _FULL_DISK.search(line)]
    if full:
        return FULL_DISK
    return lines[-1] if lines else NO_MESSAGE


def cause_of(logs: Iterable[Path]) -> str:
    """The same for the log files of a step; logs that cannot be read say nothing."""
    return cause_in("\n".join(map(_end_of, logs)))


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LAST_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def disk_is_full(folder: Path) -> bool:
    """Whether a file of 64 kB cannot be written there, for want of room or of quota."""
    probe = folder / ".room"
    try:
        probe.write_bytes(b"\0" * 65_536)
    except OSError as error:
        return bool(_FULL_DISK.search(str(error.strerror)))
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return False


def failures(
    jobs: Iterable[Any], patients: Mapping[str, str], full: frozenset[str]
) -> list[Failure]:
    """The steps of Snakemake's failed jobs, those of one sample beside each other.

    `patients` has the patient of each sample, `full` the logs of the jobs that failed when the disk
    was full: what they wrote there may be lost.
    """
    found = []
    for step in steps(jobs):
        of = step.wildcards_dict
        logs = [str(log) for log in step.log]
        sample = of.get("sample", "")
        cause = cause_of(map(Path, logs))
        if cause == NO_MESSAGE and not full.isdisjoint(logs):
            cause = FULL_DISK
        found.append(
            Failure(
                step=step.rule.name,
                sample=sample,
                patient=of.get("patient", patients.get(sample, "")),
                cause=cause,
                log=str(Path(logs[0]).absolute()) if logs else "",
            )
        )
    return sorted(found, key=lambda one: (one.sample, one.patient, one.step))


def steps(jobs: Iterable[Any]) -> Iterator[Any]:
    """The jobs themselves; of a group, those whose outputs are not there, up to the first."""
    for job in jobs:
        if not job.is_group():
            yield job
            continue
        broken = [one for one in job if not all(Path(path).exists() for path in one.output)]
        told = [one for one in broken if any(Path(log).exists() for log in one.log)]
        yield from (told or broken)[:1]
