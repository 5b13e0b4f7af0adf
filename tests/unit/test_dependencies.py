"""What the code imports is declared, and what is declared is locked."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.maintenance.setup_tools import IMPORTED
from scripts.workflow.versions import FAMILIES

ROOT = Path(__file__).parents[2]
OWN = {"flt3itd", "scripts", "tests"}
DISTRIBUTION_OF = {
    "fhir": "fhir.resources",
    "ga4gh": "ga4gh.vrs",
    "google": "phenopackets",
    "pydantic_core": "pydantic",
    "snakemake_interface_logger_plugins": "snakemake",
    "spoa": "pyspoa",
    "yaml": "pyyaml",
    "weaver": "hgvs-weaver",
    "xdist": "pytest-xdist",
}
"""Distributions that are not called like their module, or that pin it."""
FOR_TYPES_ALONE = {"_typeshed"}
"""Modules that type checkers know and no interpreter has."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def declared(*extras: str) -> set[str]:
    """Names of the dependencies of the package and of these extras."""
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][name] for name in extras)]
    return {
        re.split(r"[<>=!~ ;\[]", entry, maxsplit=1)[0].lower() for part in lists for entry in part
    }


def imported(folder: str) -> set[str]:
    """Distributions that the modules of a folder import, anywhere in them."""
    known = FOR_TYPES_ALONE | sys.stdlib_module_names
    modules: set[str] = set()
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    return {DISTRIBUTION_OF.get(m, m) for m in modules - OWN - known}


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("flt3itd", ()), ("scripts", ("workflow", "exchange")), ("tests", ("workflow", "dev"))],
)
def test_imports_are_declared(folder: str, extras: tuple[str, ...]) -> None:
    assert imported(folder) <= declared(*extras)


def test_every_package_that_makes_results_is_among_the_versions() -> None:
    """Another version of it runs again what the old one made, and the report names it."""
    # These read what the user gives, run the rest, and write reports anew in other formats.
    aside = {"pyyaml", "snakemake", *(declared("exchange") - declared())}
    makers = (imported("flt3itd") | imported("scripts")) - aside
    assert makers <= set(FAMILIES["flt3itd"])


def test_the_set_up_compiles_every_package_that_a_run_imports() -> None:
    compiled = {name.split(".")[0] for name in IMPORTED}
    assert {DISTRIBUTION_OF.get(name, name) for name in compiled} == declared("workflow")


def test_dependencies_are_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    assert declared("workflow", "slurm", "dev") <= locked, "run `make lock`"


def test_the_package_needs_nothing_of_the_workflow() -> None:
    """flt3itd is usable without Snakemake and without scripts/."""
    for file in (ROOT / "flt3itd").rglob("*.py"):
        text = file.read_text("utf-8")
        assert not re.search(r"^\s*(?:from|import) (?:scripts|snakemake)\b", text, re.MULTILINE)


def modules_of(*programs: str) -> set[str]:
    """The modules that a fresh interpreter has loaded once it has imported these."""
    code = f"import sys, {', '.join(programs)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def loaded_by(*programs: str) -> set[str]:
    """The packages that a fresh interpreter has loaded once it has imported these modules."""
    return {name.split(".")[0] for name in modules_of(*programs)}


def test_a_call_starts_without_heavy_packages() -> None:
    heavy = {"pandas", "pydantic", "scipy", "cyvcf2", "pyfaidx", "jinja2", "xlsxwriter", "spoa"}
    assert not loaded_by("flt3itd.cli", "flt3itd.commands.call") & heavy


def test_a_call_on_a_bam_loads_only_what_it_needs() -> None:
    """What FASTQ, UMIs, long reads, controls and simulation need is loaded with them."""
    loaded = modules_of("flt3itd.cli", "flt3itd.commands.call")
    elsewhere = ("molecules", "long_reads", "simulation", "kinase.background", "reads.fastq")
    for name in elsewhere:
        whole = f"flt3itd.{name}"
        assert not {one for one in loaded if one == whole or one.startswith(f"{whole}.")}, name


def test_no_step_that_runs_once_a_sample_loads_pandas() -> None:
    """Its import takes half a second."""
    programs: set[str] = set()
    for file in (ROOT / "rules").glob("*.smk"):
        programs |= set(re.findall(r"python -m (scripts\.[\w.]+)", file.read_text("utf-8")))
    over_samples = {"scripts.cohort.write"}
    assert over_samples < programs
    assert "pandas" not in loaded_by(*sorted(programs - over_samples))


def test_writing_reports_loads_no_caller_and_reads_no_alignment() -> None:
    """What they take of other stages are records and words, which stand apart from the work."""
    loaded = modules_of(
        "scripts.report.write", "scripts.run_quality.write", "scripts.patient.write"
    )
    work = ("pysam", "cyvcf2", "numpy", "flt3itd.insertions", "flt3itd.reads.streaming")
    assert not {name for name in loaded if name.startswith((*work, "scripts.inputs.settings"))}
