"""Long measurements of the workflow, and the page that shows them: ``python -m scripts.soak.page``.

Three parts, each a section of the page: one sample at rising depth, many samples at once, and runs
that are killed in every rule. Only the sections of the parts that were run are renewed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from scripts.command import run, write_whole
from scripts.soak.depth import depth_section
from scripts.soak.kills import kills_section
from scripts.soak.samples import samples_section

PARTS: dict[str, tuple[str, Callable[[Path, int], str]]] = {
    "depth": ("One sample at rising depth", depth_section),
    "samples": ("Many samples", samples_section),
    "kills": ("Killed in every rule", kills_section),
}
"""Heading and text of each section, from a folder to work in and a number of cores."""


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
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--work", type=Path, default=Path("results/soak"))
    parser.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    a = parser.parse_args()
    unknown = set(a.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    for part in a.parts:
        heading, section = PARTS[part]
        work = a.work.absolute() / part
        shutil.rmtree(work, ignore_errors=True)  # of an earlier soak: all is measured anew
        text = section(work, os.cpu_count() or 1)
        write_whole(a.page, with_section(a.page.read_text("utf-8"), heading, text))


if __name__ == "__main__":
    run(main)
