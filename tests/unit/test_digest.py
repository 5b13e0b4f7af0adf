import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.workflow import digest
from scripts.workflow.digest import imported_files, source_digest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout in which one program uses a helper of another package, and data."""
    monkeypatch.setattr(digest, "CHECKOUT", tmp_path)
    monkeypatch.setattr(digest, "DATA", {"flt3itd.helper": "flt3itd/data"})
    for path, text in {
        "scripts/__init__.py": "",
        "scripts/program.py": "import sys\nfrom scripts import part\nfrom scripts.part import x",
        "scripts/part.py": "def late():\n    from flt3itd.helper import y",
        "scripts/other.py": "",
        "flt3itd/__init__.py": "",
        "flt3itd/helper.py": "",
        "flt3itd/data/locus.fa": "ACGT",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    for cached in (source_digest, digest._imports, digest._file_of, digest._entry):
        cached.cache_clear()


def fresh() -> str:
    forget()
    return source_digest("scripts.program")


def test_all_that_a_program_imports_counts_and_nothing_else(checkout: Path) -> None:
    names = {file.relative_to(checkout).as_posix() for file in imported_files("scripts.program")}
    assert names == {
        "scripts/__init__.py",
        "scripts/program.py",
        "scripts/part.py",
        "flt3itd/__init__.py",
        "flt3itd/helper.py",
    }


@pytest.mark.parametrize(
    "changed",
    ["scripts/program.py", "scripts/part.py", "flt3itd/helper.py", "flt3itd/data/locus.fa"],
)
def test_a_change_of_any_source_is_another_program(checkout: Path, changed: str) -> None:
    first = fresh()
    assert fresh() == first
    (checkout / changed).write_text("z = 1")
    assert fresh() != first


def test_a_change_elsewhere_is_none(checkout: Path) -> None:
    first = fresh()
    (checkout / "scripts" / "other.py").write_text("z = 1")
    (checkout / "scripts" / "__pycache__").mkdir()
    (checkout / "scripts" / "__pycache__" / "part.pyc").write_text("x")
    assert fresh() == first


def test_another_version_of_a_package_is_another_program(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fresh()
    monkeypatch.setattr(digest, "tools_in_use", " ".join)
    assert fresh() != first


def imported(file: Path) -> set[str]:
    """The modules and names of ours that a source imports, as Python reads it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert not node.level, file
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.partition(".")[0] in {"flt3itd", "scripts"}}


def test_imports_are_found_as_python_finds_them() -> None:
    """In every source: one that is missed would leave a changed program unnoticed."""
    files = [file for name in ("flt3itd", "scripts") for file in (ROOT / name).rglob("*.py")]
    assert len(files) > 400
    for file in files:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        above = {module.rpartition(".")[0]} - {""}
        assert set(digest._imports(module)) == imported(file) | above, file


@pytest.mark.parametrize(
    "text",
    [
        "from scripts.part import x as y, z  # noqa",
        "from scripts.part import (\n    x,  # (a remark\n    z as y,\n)",
        "import scripts.part as x",
        "def late():\n    from scripts import part",
        "if True:\n\timport scripts.part",
    ],
)
def test_an_import_in_any_form_is_followed(checkout: Path, text: str) -> None:
    (checkout / "scripts" / "program.py").write_text(text)
    assert checkout / "scripts/part.py" in imported_files("scripts.program")


def test_a_source_that_does_not_exist_is_a_bug(checkout: Path) -> None:
    with pytest.raises(FileNotFoundError):
        source_digest("scripts.none")


def test_every_rule_that_runs_a_program_watches_its_sources() -> None:
    for file in sorted((ROOT / "rules").glob("*.smk")):
        for rule in re.split(r"(?m)^(?: {4})?rule ", file.read_text("utf-8"))[1:]:
            for program, command in re.findall(r"python -m ([\w.]+)(?: ([a-z]+))?", rule):
                module = f"flt3itd.commands.{command}" if program == "flt3itd" else program
                assert f'sources=source_digest("{module}")' in rule, f"{file.name}: {rule[:30]}"


def test_the_data_of_the_checkout_is_where_its_readers_say() -> None:
    for reader, folder in digest.DATA.items():
        assert imported_files(reader)
        assert (digest.CHECKOUT / folder).is_dir()


def test_jobs_import_from_the_checkout_also_from_elsewhere(tmp_path: Path) -> None:
    """The prefix of every shell command is enough to run a module of the checkout."""
    code = "from scripts.workflow.environment import shell_prefix; print(shell_prefix().format())"
    prefix = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    command = f"{prefix.strip()} {sys.executable} -m scripts.workflow.versions --help"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
