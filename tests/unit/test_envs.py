"""Every rule has what it needs, and its environment has the programs that it calls."""

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from flt3itd.common.errors import UserError
from scripts.workflow.environment import require_conda
from scripts.workflow.versions import COMMANDS, FAMILIES

ROOT = Path(__file__).parents[2]
PACKAGE_OF = {
    "tabix": "htslib",
    "bgzip": "htslib",
    "edlib": "python-edlib",
    "fhir": "fhir.resources",
    "ga4gh": "ga4gh.vrs",
    "google": "protobuf",
    "pydantic_core": "pydantic",
    "spoa": "pyspoa",
    "yaml": "pyyaml",
}
"""Conda packages that are not called like the program."""

PROGRAMS = (
    *COMMANDS,
    "bgzip",
    "multiqc",
    "python",
    "snakemake",
    "vt",
    "vep",
    "bedtools",
    "mosdepth",
)
"""Programs to look for in commands: ours, and some that a later rule may call."""


@dataclass(frozen=True)
class Rule:
    name: str
    text: str

    def directive(self, name: str) -> str:
        """The lines of a directive; empty where the rule has none."""
        found = re.search(rf"^( +){name}:(.*(?:\n\1 +.*|\n)*)", self.text, re.MULTILINE)
        return found.group(2) if found else ""


def _rules() -> list[Rule]:
    rules = []
    for file in sorted((ROOT / "rules").glob("*.smk")):
        parts = re.split(r"^ *(?:rule|checkpoint) (\w+):\n", file.read_text("utf-8"), flags=re.M)
        rules += [Rule(name, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)]
    return rules


RULES = _rules()


def packages(env: Path) -> set[str]:
    """Names of the conda and pip packages of an environment; each must be pinned."""
    names = set()
    for entry in yaml.safe_load(env.read_text("utf-8"))["dependencies"]:
        for package in entry["pip"] if isinstance(entry, dict) else [entry]:
            name, equals, version = package.partition("=")
            assert name == "pip" or (equals and version), f"{env.name}: {package} is not pinned"
            names.add(name)
    return names


def test_rules_are_found() -> None:
    assert {"align_lane", "call_flt3", "preflight"} <= {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_a_scheduler_needs(rule: Rule) -> None:
    for directive in ("log", "benchmark", "threads", "conda"):
        assert rule.directive(directive).strip(), f"{rule.name} has no {directive}"
    for resource in ("mem_mb", "runtime"):
        assert f"{resource}=growing(" in rule.directive("resources"), f"{rule.name}: {resource}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_environment_of_a_rule_has_its_programs(rule: Rule) -> None:
    name = re.search(r'"\.\./envs/([\w{}]+)\.yaml"', rule.directive("conda"))
    assert name, rule.name
    families = FAMILIES if name.group(1) == "{family}" else [name.group(1)]
    commands = rule.directive("shell") + rule.directive("params")
    called = {p for p in PROGRAMS if re.search(rf"(?<![\w./-]){p} +[-\w{{]", commands)}
    if "scripts.inputs.bwa_index" in commands:
        called.add("bwa")
    for family in families:
        there = packages(ROOT / "envs" / f"{family}.yaml")
        needed = {PACKAGE_OF.get(program, program) for program in called}
        assert needed <= there, f"{rule.name}: envs/{family}.yaml lacks {needed - there}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_another_version_of_a_program_runs_a_rule_again(rule: Rule) -> None:
    """Reports name the versions that are there: they must be those that made the results."""
    commands = rule.directive("shell") + rule.directive("params")
    called = {p for p in COMMANDS if re.search(rf"(?<![\w./-]){p} +[-\w{{]", commands)}
    if "scripts.panel.annotation_sources" in commands:
        called.add("bcftools")
    listed = re.search(r"\bin_use\((.*?)\)", rule.directive("params"))
    assert called <= set(re.findall(r'"(\w+)"', listed.group(1) if listed else ""))


@cache
def needed_by(module: str) -> frozenset[str]:
    """Third-party packages that a module of this checkout imports, itself or through others."""
    path = ROOT.joinpath(*module.split("."))
    if path.is_dir():
        path = path / "__init__.py"
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.with_suffix(".py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            if top in ("flt3itd", "scripts"):
                file = ROOT.joinpath(*name.split("."))
                if file != path.parent and (file.is_dir() or file.with_suffix(".py").exists()):
                    found |= needed_by(name)
            elif top not in sys.stdlib_module_names | {"_typeshed"}:  # only type checkers have it
                found.add(PACKAGE_OF.get(top, top))
    return frozenset(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_environment_of_a_rule_has_what_its_modules_import(rule: Rule) -> None:
    name = re.search(r'"\.\./envs/([\w{}]+)\.yaml"', rule.directive("conda"))
    assert name, rule.name
    families = FAMILIES if name.group(1) == "{family}" else [name.group(1)]
    for module in re.findall(r"python -m ([\w.]+)", rule.directive("shell")):
        needed = needed_by("flt3itd.__main__" if module == "flt3itd" else module)
        for family in families:
            assert needed <= packages(ROOT / "envs" / f"{family}.yaml"), f"{module}: {family}"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_versions_of_a_family_can_be_asked_in_its_environment(family: str) -> None:
    needed = {PACKAGE_OF.get(tool, tool) for tool in FAMILIES[family]}
    assert needed <= packages(ROOT / "envs" / f"{family}.yaml")


def test_the_package_has_its_dependencies() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert block
    needed = {PACKAGE_OF.get(name, name) for name in re.findall(r'"([\w-]+)', block.group(1))}
    assert needed <= packages(ROOT / "envs" / "flt3itd.yaml")


def test_environments_of_conda_are_asked_for_only_where_conda_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        UserError, match="--sdm conda: rules run in environments of conda, and PATH"
    ):
        require_conda()
    (tmp_path / "conda").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "conda").chmod(0o755)
    require_conda()
