"""What others find the project by: recipe, citation, catalogue, and a second way in."""

from __future__ import annotations

import hashlib
import re
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from flt3itd import __version__
from flt3itd.common.errors import UserError
from scripts.maintenance import release_recipe

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OTHER_NAMES = {"edlib": "python-edlib"}
"""What Bioconda calls a package of PyPI otherwise."""


def recipe() -> dict[str, Any]:
    """The recipe of the checkout."""
    return filled((ROOT / "recipe" / "meta.yaml").read_text("utf-8"))


def filled(text: str) -> dict[str, Any]:
    """A recipe with its template filled in as conda-build does."""
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


def archive_of(folder: Path, version: str = __version__) -> Path:
    """A source archive as a release has it: one folder."""
    package = folder / f"flt3itd-{version}" / "flt3itd"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        f'"""A package."""\n\n__version__ = "{version}"\n', "utf-8"
    )
    path = folder / f"{version}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(package.parent, package.parent.name)
    return path


def released_recipe(folder: Path, **changes: str) -> str:
    given = {
        "archive": str(archive_of(folder)), "url": "https://host/flt3itd.tar.gz",
        "home": "https://host/flt3itd", "maintainer": "somebody", "out": str(folder / "meta.yaml"),
    } | changes  # fmt: skip
    release_recipe.main([word for name, value in given.items() for word in (f"--{name}", value)])
    return (folder / "meta.yaml").read_text("utf-8")


def test_the_recipe_of_a_release_names_its_archive(tmp_path: Path) -> None:
    text = released_recipe(tmp_path)
    made, checkout = filled(text), recipe()
    digest = hashlib.sha256((tmp_path / f"{__version__}.tar.gz").read_bytes()).hexdigest()
    assert made.pop("source") == {"url": "https://host/flt3itd.tar.gz", "sha256": digest}
    assert made["about"].pop("home") == "https://host/flt3itd"
    assert made.pop("extra") == {"recipe-maintainers": ["somebody"]}
    assert checkout.pop("source") == {"path": ".."}
    assert made == checkout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://host/x.tar.gz"}, "is no address"),
        ({"home": "https://host/ {{ version }}"}, "is no address"),
        ({"maintainer": "a\n- b"}, "is no name of a maintainer"),
        ({"archive": "none.tar.gz"}, "none.tar.gz: cannot be read as a source archive"),
    ],
)
def test_what_does_not_fit_a_release_is_refused(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        released_recipe(tmp_path, **change)
    assert not (tmp_path / "meta.yaml").exists()


def test_an_archive_of_another_version_or_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds version 0\.0\.1, the recipe is of"):
        released_recipe(tmp_path, archive=str(archive_of(tmp_path, "0.0.1")))
    empty = tmp_path / "empty.tar.gz"
    with tarfile.open(empty, "w:gz") as archive:
        archive.add(tmp_path / f"{__version__}.tar.gz", "flt3itd-0/other")
    with pytest.raises(UserError, match=r"no flt3itd/__init__\.py with a version"):
        released_recipe(tmp_path / "second", archive=str(empty))


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
    assert len(text.splitlines()) == 3


def test_every_rule_with_an_environment_can_run_in_the_image_of_the_laboratory() -> None:
    """One image for all rules (envs/Dockerfile), named beside the environment of each."""
    rules = [path.read_text("utf-8") for path in (ROOT / "rules").glob("*.smk")]
    with_environment = sum(text.count("    conda:\n") for text in rules)
    both = re.compile(r'( +)conda:\n\1 {4}"../envs/[\w{}]+\.yaml"\n\1container:\n\1 {4}IMAGE\n')
    assert with_environment == sum(len(both.findall(text)) for text in rules) > 40
    settings = (ROOT / "rules" / "common" / "settings.smk").read_text("utf-8")
    assert "\nIMAGE = SETTINGS.container\n" in settings
