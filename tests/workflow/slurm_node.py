"""A SLURM cluster of one node on this machine, for a test: no systemd, no accounting, no cgroups.

It needs root and Debian's slurm-wlm and munge. All its files are in one temporary folder, but for
a link /etc/slurm/slurm.conf: jobs lose the variable SLURM_CONF on their way to the node, so the
configuration must lie where SLURM looks for it. What it starts are children of this process, and
only those are stopped.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = Path("/etc/slurm/slurm.conf")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "sinfo")
PATIENCE = 30
"""Seconds to wait for a daemon to come up or to end."""


def why_not() -> str:
    """What keeps a node from being started here; empty where nothing does."""
    if os.geteuid() != 0:
        return "a SLURM node needs root"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} missing; on Debian: apt-get install slurm-wlm munge"
    if CONFIGURATION.exists() or CONFIGURATION.is_symlink():
        return f"{CONFIGURATION} exists: this machine has a SLURM of its own"
    return ""


@dataclass(frozen=True)
class FinishedJob:
    """A job in the scheduler's own log."""

    number: int
    state: str
    minutes: int
    memory_mb: int


@dataclass(frozen=True)
class SlurmNode:
    """A running node; `folder` holds its configuration, state and logs."""

    folder: Path

    def finished_jobs(self) -> list[FinishedJob]:
        """All jobs in the log that SLURM writes when a job has ended."""
        log = self.folder / "jobs.log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        jobs = []
        for line in lines:
            cells = dict(cell.split("=", 1) for cell in line.split() if "=" in cell)
            (memory,) = re.findall(r"mem=(\d+)M", cells["Tres"])
            minutes = int(cells["TimeLimit"])
            jobs.append(FinishedJob(int(cells["JobId"]), cells["JobState"], minutes, int(memory)))
        return jobs

    def cancel_all(self) -> None:
        """End what still runs, and wait until it is gone."""
        subprocess.run(["scancel", "--user", "root"], check=False, capture_output=True)
        _wait(lambda: not _output(["squeue", "--noheader"]).strip())


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def _wait(condition: Callable[[], bool]) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _configuration(folder: Path, cpus: int, memory_mb: int) -> str:
    """slurm.conf; more processors and memory than there are may be declared."""
    host = socket.gethostname().split(".")[0]
    settings = {
        "ClusterName": "one_node",
        "SlurmctldHost": f"{host}(127.0.0.1)",
        "SlurmctldPort": _free_port(),
        "SlurmdPort": _free_port(),
        "SlurmUser": "root",
        "SlurmdUser": "root",
        "AuthType": "auth/munge",
        "AuthInfo": f"socket={folder}/munge.socket",
        "CredType": "cred/munge",
        "StateSaveLocation": folder / "state",
        "SlurmdSpoolDir": folder / "spool",
        "SlurmctldPidFile": folder / "slurmctld.pid",
        "SlurmdPidFile": folder / "slurmd.pid",
        "SlurmdParameters": "config_overrides",
        "ProctrackType": "proctrack/linuxproc",
        "TaskPlugin": "task/none",
        "JobAcctGatherType": "jobacct_gather/none",
        "AccountingStorageType": "accounting_storage/none",
        "JobCompType": "jobcomp/filetxt",
        "JobCompLoc": folder / "jobs.log",
        "MpiDefault": "none",
        "SwitchType": "switch/none",
        "SelectType": "select/cons_tres",
        "SelectTypeParameters": "CR_CPU_Memory",
        "SchedulerParameters": "batch_sched_delay=0,sched_min_interval=100000,bf_interval=5",
        "MinJobAge": 3600,  # squeue remembers finished jobs, in place of accounting
        "KillWait": 5,
        "ReturnToService": 2,
    }
    lines = [f"{key}={value}" for key, value in settings.items()]
    node = f"NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} State=UNKNOWN"
    partition = f"PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP"
    return "\n".join([*lines, node, partition]) + "\n"


@contextmanager
def _daemon(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child process in the foreground, ended when the block is left."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _link() -> Iterator[Path]:
    """The place where SLURM looks for its configuration; taken away again."""
    target = Path(tempfile.mkdtemp(prefix="slurm_node."))
    CONFIGURATION.symlink_to(target / "slurm.conf")
    try:
        yield target
    finally:
        CONFIGURATION.unlink()
        shutil.rmtree(target, ignore_errors=True)


@contextmanager
def slurm_node(cpus: int = 4, memory_mb: int = 64_000) -> Iterator[SlurmNode]:
    """A node that takes jobs, until the block is left.

    Raises:
        RuntimeError: A daemon did not come up; the message holds its log.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(_link())
        folder.chmod(0o755)  # munge wants its socket to be reachable by everybody
        for name in ("state", "spool"):
            (folder / name).mkdir()
        secret = folder / "secret"
        secret.mkdir(0o700)
        (secret / "key").touch(0o600)
        (secret / "key").write_bytes(secrets.token_bytes(128))
        (folder / "slurm.conf").write_text(_configuration(folder, cpus, memory_mb), "utf-8")
        node = SlurmNode(folder)
        munge = ["munged", "--foreground", f"--socket={folder}/munge.socket"]
        munge += [f"--key-file={secret}/key", f"--pid-file={folder}/munged.pid"]
        munge += [f"--seed-file={secret}/seed", f"--log-file={folder}/munge.log"]
        stack.enter_context(_daemon(munge, folder / "munged.log"))
        _wait((folder / "munge.socket").exists)
        stack.enter_context(_daemon(["slurmctld", "-D", "-c"], folder / "slurmctld.log"))
        stack.enter_context(_daemon(["slurmd", "-D"], folder / "slurmd.log"))
        stack.callback(node.cancel_all)
        if not _wait(lambda: _output(["sinfo", "--noheader", "--format=%t"]).strip() == "idle"):
            logs = [log.read_text("utf-8", "replace")[-2000:] for log in folder.glob("*.log")]
            raise RuntimeError("the SLURM node did not come up:\n" + "\n".join(logs))
        yield node
