"""Snakemake in a process that has imported it and forks for each run.

To import it takes longer than many a run. A run is a process of its own, with the folder, the
environment and the arguments that it is given, and sees no module of another checkout.

As a program it reads a run from each line of standard input (JSON), and answers each with the exit
status.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PRELOADED = ("snakemake.cli", "numpy", "pydantic", "pysam", "yaml")
"""What the workflow imports of packages."""


class ReadySnakemake:
    """Runs Snakemake as `python -m snakemake` does; started at the first run."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None

    def run(self, arguments: Sequence[str], folder: Path, said: Path) -> int:
        """The exit status of a run in a folder; `said` is where its words are written."""
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        run = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": dict(os.environ),
            "said": str(said),
        }
        print(json.dumps(run), file=self._server.stdin, flush=True)
        return int(self._server.stdout.readline())

    def close(self) -> None:
        """End the process that waits for runs."""
        if self._server is not None:
            self._server.communicate()


READY = ReadySnakemake()
"""That of all tests of a core."""


def _become(arguments: Sequence[str], folder: str, environment: dict[str, str], said: str) -> None:
    """Make this process that of a run."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    nothing, words = os.open(os.devnull, os.O_RDONLY), os.open(said, os.O_WRONLY | os.O_CREAT)
    for source, standard in ((nothing, 0), (words, 1), (words, 2)):
        os.dup2(source, standard)
    sys.path[0] = folder
    sys.argv = ["snakemake", *arguments]


def main() -> None:
    """Fork for each run; the forked process returns from here to be that run."""
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _become(**json.loads(line))
            return
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    sys.exit()


if __name__ == "__main__":
    for module in PRELOADED:
        __import__(module)
    main()
    from snakemake.cli import main as snakemake

    snakemake()
