"""What pages refer to is there: files, headings, modules, options, targets of make."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for pattern in ("*.md", "docs/*.md", "config/**/*.md", "panels/**/*.md", "envs/*.md")
    for path in sorted(ROOT.glob(pattern))
}
FOLDERS = ("config", "docs", "flt3itd", "panels", "rules", "scripts", "tests")
MODULE = re.compile(r"python -m ((?:scripts|flt3itd)[\w.]*)([^`\n]*(?:\\\n[^`\n]*)*)")
OF_FLT3ITD = re.compile(
    r"flt3itd (call|simulate|consensus|background)\b([^`\n]*(?:\\\n[^`\n]*)*)(?:`|\n)"
)
OPTION = re.compile(r"(?<![\w-])(--[a-z][\w-]*)")


def anchors(page: str) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"(?m)^#+ (.*)$", page)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files_and_headings(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[name]):
        if re.match(r"https?:", target):
            continue
        file, _, heading = target.partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        assert path.exists(), target
        assert not heading or heading in anchors(path.read_text("utf-8")), target


def commands() -> Iterator[tuple[str, str, str]]:
    """Each command in the pages: page, module, and what stands behind it."""
    for name, page in PAGES.items():
        for module, arguments in MODULE.findall(page):
            yield name, module, arguments
        for command, arguments in OF_FLT3ITD.findall(page):
            yield name, f"flt3itd.commands.{command}", arguments.partition("#")[0]


def sources(module: str) -> str:
    """The code of a program, and of the modules beside it that may add its options."""
    found = importlib.util.find_spec(module)
    assert found is not None, module
    assert found.origin is not None, module
    return "".join(file.read_text("utf-8") for file in Path(found.origin).parent.glob("*.py"))


def test_commands_are_programs_with_these_options() -> None:
    seen = list(commands())
    assert len(seen) > 50
    for name, module, arguments in seen:
        text = sources(module)
        for option in set(OPTION.findall(arguments)) - {"--help"}:
            word = option.removeprefix("--")
            assert re.search(rf'"(--)?{word}"', text), f"{name}: {module} has no {option}"


def test_targets_of_make_are_there() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
    for name, page in PAGES.items():
        named = set(re.findall(r"`make ([a-z-]+)", page)) | set(
            re.findall(r"(?m)^ +make ([a-z-]+)", page)
        )
        assert named <= targets, f"{name}: {named - targets}"


def test_files_of_the_repository_that_are_named_are_there() -> None:
    path_in = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`")
    for name, page in PAGES.items():
        for named in path_in.findall(page):
            assert (ROOT / named).exists(), f"{name}: {named}"
