"""Ask the tools for their versions; each is asked in the environment that it runs in."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FAMILIES: dict[str, tuple[str, ...]] = {
    "align": ("bwa", "fastp", "samtools"),
    "panel": ("bcftools", "freebayes", "tabix"),
    "flt3itd": (
        *("python", "cyvcf2", "dnaio", "edlib", "jinja2", "numpy", "pandas", "pydantic"),
        *("pyfaidx", "pysam", "pyspoa", "scipy", "xlsxwriter", "xopen"),
    ),
}
"""Programs and Python packages by environment (the file of this name in envs/)."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "bwa": ("bwa",),
    "fastp": ("fastp", "--version"),
    "samtools": ("samtools", "--version"),
    "bcftools": ("bcftools", "--version"),
    "freebayes": ("freebayes", "--version"),
    "tabix": ("tabix", "--version"),
}
"""How each external program is asked. bwa names its version only in its usage text."""

_VERSION = re.compile(r"\bv?(\d+\.\d+(?:[.\w-]*\w)?)")


def version_of(tool: str) -> str:
    """The version of a program on PATH or of a Python package.

    Raises:
        FileNotFoundError: The program is not there.
        ValueError: It does not tell a version.
    """
    if tool == "python":
        return platform.python_version()
    if tool not in COMMANDS:
        return importlib.metadata.version(tool)
    answer = subprocess.run(COMMANDS[tool], capture_output=True, check=False)
    found = _VERSION.search((answer.stdout + answer.stderr).decode("utf-8", "replace"))
    if not found:
        raise ValueError(f"{tool} tells no version")
    return found.group(1)


@cache
def version_if_there(tool: str) -> str:
    """The same; empty where it is not there or tells none."""
    try:
        return version_of(tool)
    except (OSError, ValueError, importlib.metadata.PackageNotFoundError):
        return ""


def tools_in_use(tools: Iterable[str]) -> str:
    """Tools with the versions that are there now, as a param of the rules that use them.

    Another version then runs again what the old one made, so that a report, which names the
    versions that are there, never names one that had no part in it.
    """
    return " ".join(f"{tool}={version_if_there(tool)}" for tool in tools)


def main() -> None:
    """The command that the rules `tool_versions` and `collect_versions` run."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="the versions of one family")
    ask.add_argument("family", choices=sorted(FAMILIES))
    collect = commands.add_parser("collect", help="one table of all families")
    collect.add_argument("--snakemake", required=True)
    collect.add_argument("files", type=Path, nargs="+")
    a = parser.parse_args()
    if a.command == "ask":
        versions = {tool: version_of(tool) for tool in FAMILIES[a.family]}
    else:
        versions = {"snakemake": a.snakemake}
        for file in a.files:
            versions.update(json.loads(file.read_text("utf-8")))
    json.dump(dict(sorted(versions.items())), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
