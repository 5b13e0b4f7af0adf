"""The SLURM profile runs a sample of the example through a real scheduler."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.workflow import slurm_node
from tests.workflow.conftest import ROOT, Workplace

PROFILE = ROOT / "config" / "profiles" / "slurm" / "config.yaml"
SAMPLE, LENGTH = "P001_diagnosis", "45"
"""Its ITD has so many bases; its alignment is killed at first."""
TABLE = f"results/{SAMPLE}/flt3.tsv"
"""What is asked for: each job imports Snakemake twice, and what follows is made the same way."""
LOCAL = {
    "take_genome",
    "preflight",
    "check_annotation",  # there is none to check
    "split_targets",
    "cut_gene_models",
    "take_identity_snps",
}
OUT_OF_MEMORY = """#!/bin/sh
case "$*" in *{killed}*) [ -e {mark} ] || {{ : > {mark}; kill -9 $$; }};; esac
exec {program} "$@"
"""
WHEN_A_JOB_ENDED = """#!/bin/sh
case "$*" in *--name*) ;; *) exec {program} "$@";; esac
told=$(cat {mark} 2>/dev/null || echo 0)
for turn in $(seq 100); do
  jobs=$({program} "$@") || exit
  ended=$(printf '%s' "$jobs" | grep -cE '[|](COMPLETED|FAILED|CANCELLED|TIMEOUT|OUT_OF_MEMORY)')
  [ "$ended" -gt "$told" ] && break
  sleep 0.2
done
echo "$ended" > {mark}
printf '%s\n' "$jobs"
"""
"""The queue, told as soon as one more job has ended. Snakemake asks for it ten seconds later each
time it finds none that has, which would be two thirds of the time of this test."""


def put_before(folder: Path, name: str, script: str, patch: pytest.MonkeyPatch) -> None:
    """Put a script before the program of its name on PATH; it knows `program` and a file `mark`."""
    folder.mkdir()
    path = folder / name
    known = {"program": shutil.which(name), "mark": folder / "mark", "killed": SAMPLE}
    path.write_text(script.format(**known), "utf-8")
    path.chmod(0o755)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def leave_one_sample(workplace: Workplace) -> None:
    """Leave the diagnosis of a patient in the tables of the example."""
    gone = {
        "samples": r"P001_day28|P001_progression|P002_relapse|C001_control",
        "clinical": r"P00[12]\tsampling\t(day28|progression|relapse)",
        "drug_response": r"P001\tprogression|P002",
    }
    for table, start in gone.items():
        path = workplace.folder / "config" / f"{table}.tsv"
        rows = path.read_text("utf-8").splitlines(keepends=True)
        left = [row for row in rows if not re.match(start, row)]
        assert 1 < len(left) < len(rows)
        path.write_text("".join(left), "utf-8")


@pytest.mark.skipif(bool(slurm_node.why_not()), reason=slurm_node.why_not() or "-")
def test_a_sample_runs_through_a_scheduler(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler's own log has every job; one alignment is killed at first, and repeated."""
    put_before(tmp_path / "bin", "bwa", OUT_OF_MEMORY, monkeypatch)
    put_before(tmp_path / "queue", "squeue", WHEN_A_JOB_ENDED, monkeypatch)
    leave_one_sample(workplace)
    impatient = ["--slurm-init-seconds-before-status-checks", "1"]
    impatient += ["--seconds-between-status-checks", "1", "--latency-wait", "5"]
    with slurm_node.slurm_node() as node:
        profile = ["--workflow-profile", "config/profiles/slurm", "--printshellcmds"]
        run = workplace.as_typed(TABLE, *profile, *impatient)
        jobs = {job.number: job for job in node.finished_jobs()}
    assert not node.folder.exists()
    assert not slurm_node.CONFIGURATION.is_symlink()
    # In the terminal the lines of threads run into each other.
    (log,) = (workplace.folder / ".snakemake/log").glob("*.snakemake.log")
    told = log.read_text("utf-8")
    submitted = re.findall(r"SLURM jobid '?(\d+).*?slurm_logs/(?:rule|group)_([^/]+)/", told)
    assert sorted(jobs) == sorted(int(number) for number, _ in submitted), run.text[-3000:]
    failed = [job.number for job in jobs.values() if job.state != "COMPLETED"]
    aligned = [jobs[int(number)] for number, rule in submitted if rule.startswith("align_lane")]
    assert failed == [job.number for job in aligned if job.state == "FAILED"]
    (first,) = [job for job in aligned if job.state == "FAILED"]
    (second,) = [job for job in aligned if job.memory_mb > first.memory_mb]
    assert second.state == "COMPLETED"
    assert (second.memory_mb, second.minutes) == (2 * first.memory_mb, 2 * first.minutes)
    # Its preparation, alignment (twice), merging, FLT3, panel in two parts, what follows these, and
    # carry-over held back; of all, the index of the genome and the list of the run.
    assert len(jobs) == 11
    assert set(re.findall(r"^localrule (\w+):$", told, re.MULTILINE)) == LOCAL
    rows = workplace.table(TABLE)
    found = [row for row in rows if row["event"] == "ITD" and row["status"] == "detected"]
    assert [row["length_bp"] for row in found] == [LENGTH]
    assert "Nothing to be done" in workplace.successful(TABLE).text


def test_no_group_of_the_profile_waits_for_itself(workplace: Workplace) -> None:
    """Steps that compare samples end a group; without a scheduler the plan shows it, too."""
    workplace.successful("--workflow-profile", "config/profiles/slurm", "--dry-run")


def test_groups_of_the_profile_are_rules() -> None:
    groups = yaml.safe_load(PROFILE.read_text("utf-8"))["groups"]
    rules = "".join(file.read_text("utf-8") for file in (ROOT / "rules").glob("*.smk"))
    assert set(groups) <= set(
        re.findall(r"^ *(?:use rule \w+ as |rule )(\w+)", rules, re.MULTILINE)
    )
