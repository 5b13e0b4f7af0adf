"""How jobs find the programs and the Python modules of this checkout."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.workflow.digest import CHECKOUT

TOLD_AT_ONCE = "^(flt3itd: )?error: |No space left on device|Disk quota exceeded"
"""The lines of a step (as `grep -E` has it) that go to the terminal as well as to its log."""
_WARNED_AT_ONCE = f"{TOLD_AT_ONCE}|^warning: "
"""The same of steps whose warnings can be mended before much was computed."""


def shell_prefix() -> str:
    """What every shell command starts with: stop at the first error, and the import path.

    It is set in the command because Snakemake removes PYTHONPATH where a job runs in a
    conda environment; it is no param, so that another folder re-runs nothing.

    `keep_log` writes what it reads to a file, and of this what a person must know to the terminal;
    `tell_log` does so with warnings too. They have no braces, since Snakemake formats the prefix as
    it does a command.
    """
    return (
        f"set -euo pipefail; export PYTHONPATH={shlex.quote(str(CHECKOUT))}; "
        f"{_log_function('keep_log', TOLD_AT_ONCE)} {_log_function('tell_log', _WARNED_AT_ONCE)} "
    )


def _log_function(name: str, told: str) -> str:
    """A function of the shell that keeps a log, and tells lines that fit an expression."""
    told_lines = f"grep -aE --line-buffered {shlex.quote(told)}"
    return f'{name}() ( tee "$@" | ( {told_lines} >&2 || : ) );'


def require_conda() -> None:
    """Raises UserError where environments of conda are asked for and there is no conda."""
    if shutil.which("conda") is None:
        raise UserError(
            "--sdm conda: rules run in environments of conda, and PATH has none; install it, or "
            "leave the option out: rules then use the programs on PATH"
        )


def put_own_python_first() -> None:
    """Let `python` in a job be the one that runs Snakemake, also where .venv is not activated."""
    own = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if path[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, *path])
