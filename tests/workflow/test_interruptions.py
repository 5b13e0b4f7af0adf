"""What is killed, breaks or runs twice never leaves a wrong answer behind."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.soak.kills import files, killed_in_a_rule
from scripts.soak.runs import results
from tests.workflow.conftest import Workplace, copy_of_workflow
from tests.workflow.small import NAMES, write_small_run

OUTPUT = "small"
PATIENCE = 300


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """An undisturbed run of the small configuration, on eight cores: threads and jobs together."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("undisturbed") / "checkout")
    workplace.successful(write_small_run(workplace), "--cores", "8")
    return workplace


@pytest.fixture
def copy(finished: Workplace, tmp_path: Path) -> Workplace:
    """The same with its results, in another folder, to be disturbed."""
    shutil.copytree(finished.folder, tmp_path / "copy", symlinks=True)
    return Workplace(tmp_path / "copy")


def option() -> str:
    return f"--configfile={OUTPUT}.yaml"


def started(workplace: Workplace, *arguments: str) -> subprocess.Popen[str]:
    """A run in a process group of its own, as a terminal or a scheduler has it."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", option(), *arguments]
    return subprocess.Popen(
        command, cwd=workplace.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file is there; fail when the run ends before."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        assert process.poll() is None, process.communicate()[0][-3000:]
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


STAGES = (
    "trim_reads",
    "align_lane",
    "merge_lanes",
    "call_flt3",
    "call_panel",
    "annotate_panel",
    "write_report",
    "write_cohort",
)
SIGNALS = (signal.SIGTERM, signal.SIGKILL)


def test_killed_at_every_stage_it_ends_with_the_same_bytes(
    finished: Workplace, workplace: Workplace
) -> None:
    """One run on two cores in another folder, killed again and again, against the undisturbed one.

    Each stage is killed once, by the signals in turn; `make soak` does so in every rule by both.
    """
    write_small_run(workplace)
    folder = str(workplace.folder)
    run = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", folder]
    run += ["--snakefile", f"{folder}/Snakefile", "--rerun-incomplete"]
    run += ["--configfile", f"{folder}/{OUTPUT}.yaml"]
    left = set(STAGES)
    for how in itertools.cycle(SIGNALS):
        rule = killed_in_a_rule(run, left.__contains__, how, 0.1)
        if rule is None:
            break
        left.remove(rule)
    assert left == set()
    assert results(workplace.folder / OUTPUT) == results(finished.folder / OUTPUT)
    assert files(workplace.folder / OUTPUT) == files(finished.folder / OUTPUT)


def test_temporary_files_of_a_killed_run_do_not_stay(copy: Workplace) -> None:
    """Killed just before the removal of a temporary file."""
    left = copy.folder / OUTPUT / "work" / NAMES[0] / "panel.0.vcf"
    left.touch()
    os.utime(left, (1, 1))
    (copy.folder / OUTPUT / NAMES[0] / "report.html").unlink()
    run = copy.successful(option())
    after = {"write_patient", "write_run_quality", "write_cohort", "all"}
    assert run.jobs.keys() == {"write_report"} | after
    assert not left.exists()


def test_any_number_of_cores_gives_the_same_bytes(finished: Workplace, copy: Workplace) -> None:
    """One core for a sample's results, against eight; two are those of the run that is killed."""
    before = results(finished.folder / OUTPUT)
    assert len(before) > 10
    shutil.rmtree(copy.folder / OUTPUT)
    one = [f"{OUTPUT}/{NAMES[0]}/{file}" for file in ("panel.tsv", "flt3.tsv")]
    copy.successful(*one, option(), "--cores", "1")
    after = results(copy.folder / OUTPUT)
    assert set(one) <= {f"{OUTPUT}/{path}" for path in after}
    assert after == {path: before[path] for path in after}


def test_a_failing_rerun_leaves_no_report_of_the_earlier_run(copy: Workplace) -> None:
    """The reads of a sample are replaced by broken ones: nothing may answer for them."""
    sample, other = NAMES
    reads = copy.folder / f"example/fastq/{other}_R2.fastq.gz"
    config = copy.folder / f"{OUTPUT}.yaml"
    lines = config.read_text("utf-8").splitlines()
    config.write_text("\n".join(line for line in lines if "simulation" not in line), "utf-8")
    reads.write_bytes(reads.read_bytes()[:-100])
    run = copy.snakemake(option(), "--keep-going")
    assert run.status != 0
    told = run.text.partition("The run is not complete: 1 step failed, in 1 sample.")[2]
    assert f"sample {other}: " in told
    assert "cut short" in told
    rows = copy.table(f"{OUTPUT}/summary.partial.tsv")
    assert [(row["sample"], bool(row["itd_status"])) for row in rows] == [
        (sample, True), (other, False)
    ]  # fmt: skip
    for name in ("failed.tsv", "summary.partial.tsv"):
        (copy.folder / OUTPUT / name).unlink()
    left = {path for path in results(copy.folder / OUTPUT) if other in path}
    assert left == set()
    assert not list((copy.folder / OUTPUT / other).glob("report.*"))
    assert not (copy.folder / OUTPUT / "summary.tsv").exists()
    assert (copy.folder / OUTPUT / sample / "report.html").exists()


def test_a_second_run_in_the_same_folder_is_refused(copy: Workplace) -> None:
    shutil.rmtree(copy.folder / OUTPUT)
    process = started(copy)
    try:
        wait_for(copy.folder / OUTPUT / "logs", process)
        os.killpg(process.pid, signal.SIGSTOP)  # it may not end before the second run looks
        second = copy.snakemake(option(), "--rerun-incomplete")
    finally:
        os.killpg(process.pid, signal.SIGCONT)
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert second.status != 0
    told = [line for line in second.text.splitlines() if "another run is going on in" in line]
    assert len(told) == 1, second.text
    assert told[0].startswith("error: ")
    assert "--unlock" in told[0]
    assert "Traceback" not in second.text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk needs root and the right to mount")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_named_and_leaves_nothing(copy: Workplace, small_disk: Path) -> None:
    config = copy.folder / f"{OUTPUT}.yaml"
    text = config.read_text("utf-8").replace(f"output: {OUTPUT}", f"output: {small_disk}/out")
    config.write_text(text, "utf-8")
    run = copy.snakemake(option())
    assert run.status != 0
    assert "No space left on device" in run.text, run.text
    told = run.text.partition("The run is not complete: ")[2]
    assert "no space left on device" in " ".join(told.lower().split()), told
    assert not list(small_disk.rglob("report.*"))
    assert not list(small_disk.rglob("flt3.*"))


def test_a_read_only_disk_is_named_before_anything_runs(copy: Workplace, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    config = copy.folder / f"{OUTPUT}.yaml"
    text = config.read_text("utf-8").replace(f"output: {OUTPUT}", f"output: {small_disk}/out")
    config.write_text(text, "utf-8")
    run = copy.snakemake(option())
    assert run.status != 0
    assert len(run.errors) == 1, run.text
    assert f"{str(small_disk)!r} is read-only" in run.errors[0]
