"""Why a step failed, told from its log; whom it was of, told from Snakemake's job."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.workflow.failures import FULL_DISK, NO_MESSAGE, cause_in, disk_is_full, failures

CAUSES = {
    "": NO_MESSAGE,
    " \n\n": NO_MESSAGE,
    "S1: 3 reads\nerror: x.fq: cut short; copy it again\n": "x.fq: cut short; copy it again",
    "flt3itd: error: no reads\nlast words\n": "no reads",
    "error: first\nerror: second\n": "second",
    "ERROR: igzip: broken stream\n": "ERROR: igzip: broken stream",
    "Traceback (most recent call last):\n  File x\nKeyError: 'a'\n": "KeyError: 'a'",
    "OSError: [Errno 28] No space left on device: 'x'\nclosing\n": FULL_DISK,
    "write: Disk quota exceeded\n": FULL_DISK,
    "bad \x1b[31mred\x07 word\n": "bad  [31mred  word",
}


@pytest.mark.parametrize("text", CAUSES)
def test_the_cause_is_the_line_that_a_person_needs(text: str) -> None:
    assert cause_in(text).split() == CAUSES[text].split()


@dataclass(frozen=True)
class Job:
    """A job as Snakemake has it, as far as it is looked at."""

    rule: Any
    wildcards_dict: dict[str, str]
    log: list[str]
    output: list[str] = field(default_factory=list)

    def is_group(self) -> bool:
        return False


class Group(list[Job]):
    def is_group(self) -> bool:
        return True


def job(folder: Path, name: str, text: str | None, **wildcards: str) -> Job:
    """A job that has not written its output, with its log where a text is given."""
    log = folder / f"{name}.log"
    if text is not None:
        log.write_text(text, "utf-8")
    return Job(SimpleNamespace(name=name), wildcards, [str(log)], [str(folder / f"{name}.out")])


def test_failures_are_told_by_sample_with_their_patient(tmp_path: Path) -> None:
    jobs = [
        job(tmp_path, "trim", "error: no\n", sample="S2", lane="L1"),
        job(tmp_path, "page", "error: page\n", patient="P9"),
        job(tmp_path, "preflight", "error: genome\n"),
        job(tmp_path, "align", "killed\n", sample="S1"),
    ]
    found = failures(jobs, {"S1": "P1", "S2": "P2"}, frozenset())
    assert [(one.of, one.patient, one.reason) for one in found] == [
        ("all samples", "", "preflight: genome"),
        ("patient P9", "P9", "page: page"),
        ("sample S1", "P1", "align: killed"),
        ("sample S2", "P2", "trim: no"),
    ]
    assert all(Path(one.log).is_absolute() for one in found)


def test_of_a_group_the_step_is_named_that_left_a_log(tmp_path: Path) -> None:
    group = Group([job(tmp_path, "later", None), job(tmp_path, "first", "error: here\n")])
    done = job(tmp_path, "done", "all is well\n")
    Path(done.output[0]).touch()
    (found,) = failures([Group([done, *group])], {}, frozenset())
    assert found.reason == "first: here"


def test_an_empty_log_on_a_full_disk_tells_of_the_disk(tmp_path: Path) -> None:
    silent = job(tmp_path, "sort", None, sample="S1")
    (known,) = failures([silent], {}, frozenset(silent.log))
    (unknown,) = failures([silent], {}, frozenset())
    assert (known.cause, unknown.cause) == (FULL_DISK, NO_MESSAGE)


def test_a_disk_with_room_is_not_full(tmp_path: Path) -> None:
    assert not disk_is_full(tmp_path)
    assert not disk_is_full(tmp_path / "not there")
    assert list(tmp_path.iterdir()) == []
