"""The SLURM profile runs the workflow through a real scheduler."""

import re

import pytest
import yaml

from tests.workflow import slurm_node
from tests.workflow.conftest import ROOT, Workplace
from tests.workflow.small import NAMES, write_small_run

PROFILE = ROOT / "config" / "profiles" / "slurm" / "config.yaml"


@pytest.mark.skipif(bool(slurm_node.why_not()), reason=slurm_node.why_not() or "-")
def test_the_workflow_runs_through_a_scheduler(workplace: Workplace) -> None:
    """Every job that is not local is submitted and ends well; small ones share a job."""
    sample = NAMES[0]
    option = write_small_run(workplace)
    profile = ("--workflow-profile", "config/profiles/slurm", "--slurm-status-command", "squeue")
    impatient = ["--slurm-init-seconds-before-status-checks", "1"]
    impatient += ["--seconds-between-status-checks", "1", "--latency-wait", "5"]
    targets = (f"small/{sample}/report.html", f"small/{sample}/itd.vcf.gz")
    with slurm_node.slurm_node() as node:
        run = workplace.successful(*targets, option, *profile, *impatient)
        jobs = node.finished_jobs()
    submitted = [int(number) for number in re.findall(r"SLURM jobid '?(\d+)", run.text)]
    assert sorted(job.number for job in jobs) == sorted(submitted), run.text[-3000:]
    assert {job.state for job in jobs} == {"COMPLETED"}
    # Grouped are at least trimming with its check, naming with gathering, and the two reports.
    assert 0 < len(jobs) <= sum(run.jobs.values()) - 3
    (itd,) = [row for row in workplace.table(f"small/{sample}/flt3.tsv") if row["event"] == "ITD"]
    assert (itd["status"], itd["length_bp"]) == ("detected", "45")


def test_groups_of_the_profile_are_rules() -> None:
    groups = yaml.safe_load(PROFILE.read_text("utf-8"))["groups"]
    rules = "".join(file.read_text("utf-8") for file in (ROOT / "rules").glob("*.smk"))
    assert set(groups) <= set(re.findall(r"^ *rule (\w+):", rules, re.MULTILINE))
