"""Long measurements of the workflow, and the page that shows them: ``python -m scripts.soak.page``.

Each part is a section of the page: what a sample costs beside its tools, one sample at rising
depth, gene models of a whole genome, many samples at once, a sheet of thousands, and runs that are
killed in every rule. Only the sections of the parts that were run are renewed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scripts.command import run, write_whole
from scripts.soak.cost import cost_section
from scripts.soak.depth import depth_section
from scripts.soak.kills import kills_section
from scripts.soak.models import models_section
from scripts.soak.samples import samples_section
from scripts.soak.sheet import sheet_section
from scripts.workflow.digest import CHECKOUT

Section = Callable[[Path, int], str]
"""What makes the text of a section, from a folder to work in and a number of cores."""


def sections(data: Path) -> dict[str, tuple[str, Section]]:
    """Heading and text of each section by the name of its part; `data` is for `cost`."""
    return {
        "cost": ("One sample against its tools", partial(cost_section, data)),
        "depth": ("One sample at rising depth", depth_section),
        "models": ("Gene models of a whole genome", models_section),
        "samples": ("Many samples", samples_section),
        "sheet": ("A sheet of thousands", sheet_section),
        "kills": ("Killed in every rule", kills_section),
    }


def with_section(page: str, heading: str, text: str) -> str:
    """The page with this text below a heading of second rank; at its end where that is new."""
    section = f"## {heading}\n\n{text}"
    pattern = rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)"
    there = re.compile(pattern, re.MULTILINE | re.DOTALL)
    if there.search(page):
        return there.sub(lambda _: section + "\n", page).rstrip("\n") + "\n"
    return f"{page}\n{section}"


def main() -> None:
    """The command behind `make soak`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="[all]")
    parser.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared")
    parser.add_argument("--work", type=Path, default=Path("results/soak"))
    parser.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    a = parser.parse_args()
    known = sections(a.data)
    unknown = set(a.parts) - set(known)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    for part in a.parts or known:
        heading, section = known[part]
        work = a.work.absolute() / part
        shutil.rmtree(work, ignore_errors=True)  # of an earlier soak: all is measured anew
        text = section(work, os.cpu_count() or 1)
        write_whole(a.page, with_section(a.page.read_text("utf-8"), heading, text))


if __name__ == "__main__":
    run(main)
