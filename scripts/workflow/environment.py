"""How jobs find the programs and the Python modules of this checkout."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from scripts.workflow.digest import CHECKOUT


def shell_prefix() -> str:
    """What every shell command starts with: stop at the first error, and the import path.

    It is set in the command because Snakemake removes PYTHONPATH where a job runs in a
    conda environment; it is no param, so that another folder re-runs nothing.
    """
    return f"set -euo pipefail; export PYTHONPATH={shlex.quote(str(CHECKOUT))}; "


def put_own_python_first() -> None:
    """Let `python` in a job be the one that runs Snakemake, also where .venv is not activated."""
    own = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if path[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, *path])
