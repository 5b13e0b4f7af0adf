"""Imports run one way: rooms (sub-packages, and modules at a root) in their declared order."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ORDER = (
    ("flt3itd.common",),
    ("flt3itd.hgvs", "flt3itd.fitness_records", "flt3itd.junction_records", "flt3itd.simulation"),
    ("flt3itd.records",),
    ("flt3itd.one_allele",),
    ("flt3itd.locus",),
    ("flt3itd.reads",),
    ("flt3itd.molecules",),
    ("flt3itd.insertions", "flt3itd.kinase", "flt3itd.fitness", "flt3itd.located"),
    ("flt3itd.long_reads",),
    ("flt3itd.phase",),
    ("flt3itd.events",),
    ("flt3itd.interpretation", "flt3itd.outputs"),
    ("flt3itd.request",),
    ("flt3itd.aligned_source",),
    ("flt3itd.material",),
    ("flt3itd.preparation", "flt3itd.long_analysis"),
    ("flt3itd.analysis",),
    ("flt3itd.commands",),
    ("flt3itd.cli",),
    ("flt3itd.__main__",),
    ("scripts.command", "scripts.records"),
    ("scripts.genome",),
    ("scripts.inputs", "scripts.panel"),
    ("scripts.coverage", "scripts.carry_over"),
    ("scripts.kmt2a", "scripts.classification", "scripts.identity", "scripts.ubtf"),
    ("scripts.answers",),
    ("scripts.report",),
    ("scripts.earlier", "scripts.run_quality", "scripts.exchange"),
    ("scripts.drug_response",),
    ("scripts.trial",),
    ("scripts.patient",),
    ("scripts.cohort",),
    # Beside the flow of a sample: none of the above imports these.
    ("scripts.panel_data", "scripts.workflow"),
    ("scripts.maintenance",),
    ("scripts.benchmark",),
    ("scripts.soak",),
)
"""The rooms from the ground up. A room imports from those above it in this list alone."""

LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}


def modules() -> dict[str, Path]:
    """Every module of the packages by its dotted name; a package is its `__init__`."""
    found = {}
    for package in ("flt3itd", "scripts"):
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def named_modules(source: str, known: set[str]) -> Iterator[str]:
    """The modules of ours that a source imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            deeper = [name for name in inside if name in known]
            yield from deeper
            if node.module in known and len(deeper) < len(inside):
                yield str(node.module)


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def arrows(sources: dict[str, str]) -> dict[str, set[str]]:
    """What each module imports of the others."""
    known = set(sources)
    return {name: set(named_modules(source, known)) for name, source in sources.items()}


def against_the_order(imports: dict[str, set[str]]) -> list[str]:
    """Imports between rooms that do not come from a lower level; a package alone has no room."""
    return sorted(
        f"{importer} imports {imported}"
        for importer, names in imports.items()
        for imported in names
        if "." in importer and "." in imported and room_of(importer) != room_of(imported)
        if LEVEL[room_of(imported)] >= LEVEL[room_of(importer)]
    )


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    return arrows({name: file.read_text("utf-8") for name, file in modules().items()})


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {room_of(name) for name in modules() if "." in name}
    assert rooms == set(LEVEL), "add the room to ORDER, or take it out"


def test_no_room_imports_one_above_it(imports: dict[str, set[str]]) -> None:
    assert against_the_order(imports) == []


def test_no_module_imports_itself_through_others(imports: dict[str, set[str]]) -> None:
    TopologicalSorter(imports).prepare()


def test_the_rule_sees_every_form_of_import() -> None:
    wrong = {
        "scripts.panel.rows": "from scripts.report.model import Report",
        "scripts.coverage.rows": "def late():\n    import scripts.report.model",
        "scripts.kmt2a.rows": "from scripts.report import model",
        "flt3itd.kinase.tkd": "from flt3itd.insertions.itd import x",
        "flt3itd.insertions.itd": "from flt3itd.common import errors",
        "flt3itd.common.errors": "",
        "scripts.report.model": "from scripts.panel.rows import PanelVariant",
    }
    assert against_the_order(arrows(wrong)) == [
        "flt3itd.kinase.tkd imports flt3itd.insertions.itd",
        "scripts.coverage.rows imports scripts.report.model",
        "scripts.kmt2a.rows imports scripts.report.model",
        "scripts.panel.rows imports scripts.report.model",
    ]


def test_tests_share_through_modules_that_hold_none() -> None:
    """What two test files need stands in a module of tests/ that a reader finds by its name."""
    tests = Path(__file__).parents[1]
    sources = {file.stem: file.read_text("utf-8") for file in tests.rglob("*.py")}
    wrong = re.compile(r"^ *(?:from|import) (?:tests\.\S*)?\btest_\w+", re.MULTILINE)
    assert wrong.search("from tests.unit.test_tkd import read")
    assert not wrong.search("from tests.workflow.conftest import Workplace")
    assert [name for name, source in sources.items() if wrong.search(source)] == []
