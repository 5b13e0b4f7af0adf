"""What others find the project by: recipe, citation, catalogue, and a second way in."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from flt3itd import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OTHER_NAMES = {"edlib": "python-edlib"}
"""What Bioconda calls a package of PyPI otherwise."""


def recipe() -> dict[str, Any]:
    """The recipe with its template filled in as conda-build does."""
    text = (ROOT / "recipe" / "meta.yaml").read_text("utf-8")
    version = re.search(r'set version = "([^"]+)"', text)
    assert version
    text = re.sub(r"\{%.*?%\}", "", text).replace("{{ version }}", version[1])
    text = re.sub(r"\{\{.*?\}\}", "filled", text)
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_the_recipe_is_that_of_the_package() -> None:
    made = recipe()
    assert made["package"] == {"name": PROJECT["name"], "version": __version__}
    assert made["about"]["license"] == PROJECT["license"]
    entries = [f"{name} = {target}" for name, target in PROJECT["scripts"].items()]
    assert made["build"]["entry_points"] == entries


def test_the_recipe_asks_for_what_the_package_asks_for() -> None:
    run = recipe()["requirements"]["run"]
    wanted = [f"python {PROJECT['requires-python']}"]
    for one in PROJECT["dependencies"]:
        name, bound = re.match(r"([\w-]+)(.*)", one).groups()  # type: ignore[union-attr]
        wanted.append(f"{OTHER_NAMES.get(name, name)} {bound}")
    assert sorted(run) == sorted(wanted)


def test_version_and_licence_are_cited_as_they_are() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["license"]) == (__version__, PROJECT["license"])
    assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_catalogue_is_told_what_it_asks_for() -> None:
    told = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text("utf-8"))
    assert set(told["usage"]) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert (ROOT / "config" / "README.md").exists()
    text = (ROOT / "workflow" / "Snakefile").read_text("utf-8")
    assert 'include: "../Snakefile"' in text
    # What is included loses its default target: this one names it again.
    assert "default_target: True" in text


def test_every_rule_with_an_environment_runs_in_the_image_of_the_laboratory() -> None:
    """One image for all rules (envs/Dockerfile), by the directive that stands for every rule."""
    text = (ROOT / "rules" / "common" / "settings.smk").read_text("utf-8")
    assert "container: SETTINGS.container" in text
