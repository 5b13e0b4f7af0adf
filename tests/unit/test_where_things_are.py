"""The page that shows a reader around: what it names is there."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "where-things-are.md").read_text("utf-8")
ROOMS = re.findall(r"^### `([\w/]+)/`: ", PAGE, re.MULTILINE)
"""Folders whose every module the page names."""


def test_every_file_that_the_page_names_is_there() -> None:
    assert {"flt3itd/reads", "flt3itd/insertions", "flt3itd/fitness", "scripts/panel"} <= set(ROOMS)
    named = re.findall(r"`((?:flt3itd|scripts|config|rules|tests)/[\w./]*)`", PAGE)
    assert len(named) > 50
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_list_of_pages_has_each_page_and_schema() -> None:
    text = (ROOT / "docs" / "README.md").read_text("utf-8")
    files = {path.name for path in (ROOT / "docs").iterdir() if path.suffix in {".md", ".json"}}
    assert set(re.findall(r"\]\(([\w.-]+)\)", text)) == files - {"README.md"}


def test_every_rule_that_the_page_names_is_there() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "rules").glob("*.smk"))
    steps = PAGE.split("## One sample")[1].split("\n\nSteps exchange")[0]
    rules = set(re.findall(r"`(\w+)`", steps))
    assert {"call_flt3", "write_report", "write_cohort"} <= rules
    assert [name for name in rules if f"rule {name}:" not in text] == []


def test_every_room_has_its_place_on_the_page() -> None:
    rooms = [path.parent for path in (ROOT / "scripts").glob("*/__init__.py")]
    rooms += [path.parent for path in (ROOT / "flt3itd").glob("*/__init__.py")]
    flow = PAGE.split("Imports run one way")[1].split("## ")[0]
    assert [room.name for room in rooms if not re.search(rf"\b{room.name}\b", flow)] == []


def named_in(section: str) -> set[str]:
    return set(re.findall(r"`(\w+\.py)`", section))


def modules_of(folder: str) -> set[str]:
    return {path.name for path in (ROOT / folder).glob("[!_]*.py")}


@pytest.mark.parametrize("room", ROOMS)
def test_the_section_of_a_room_names_its_modules_and_no_others(room: str) -> None:
    section = PAGE.split(f"### `{room}/`: ")[1].split("\n#")[0]
    assert named_in(section) == modules_of(room)


def test_the_modules_at_the_root_of_the_package_have_their_question() -> None:
    section = PAGE.split("## FLT3: ")[1].split("\n#")[0]
    assert named_in(section) == modules_of("flt3itd") - {"analysis.py", "cli.py"}


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], project["optional-dependencies"]["workflow"]]
    declared = {re.split(r"[<>=!~]", one)[0].lower() for part in lists for one in part}
    section = PAGE.split("## Dependencies")[1].split("\nTests:")[0]
    told = {name.lower() for name in re.findall(r"^- \*\*([\w-]+)\*\*", section, re.MULTILINE)}
    assert told == declared
