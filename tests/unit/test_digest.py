import subprocess
import sys
from pathlib import Path

import pytest

from scripts import digest
from scripts.digest import source_digest


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(digest, "CHECKOUT", tmp_path)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "a.py").write_text("one")
    source_digest.cache_clear()
    return tmp_path


def fresh() -> str:
    source_digest.cache_clear()
    return source_digest("package")


def test_digest_follows_content_and_names_only(checkout: Path) -> None:
    first = fresh()
    (checkout / "package" / "__pycache__").mkdir()
    (checkout / "package" / "__pycache__" / "a.pyc").write_text("x")
    (checkout / "package" / "a.py").write_text("one")
    assert fresh() == first
    (checkout / "package" / "a.py").write_text("two")
    second = fresh()
    (checkout / "package" / "a.py").rename(checkout / "package" / "b.py")
    assert len({first, second, fresh()}) == 3


def test_another_version_of_a_package_is_another_program(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fresh()
    monkeypatch.setattr(digest, "tools_in_use", " ".join)
    assert fresh() != first


def test_a_source_that_does_not_exist_is_a_bug(checkout: Path) -> None:
    with pytest.raises(FileNotFoundError):
        source_digest("package/none.py")


def test_jobs_import_from_the_checkout_also_from_elsewhere(tmp_path: Path) -> None:
    """The prefix of every shell command is enough to run a module of the checkout."""
    code = "from scripts.environment import shell_prefix; print(shell_prefix())"
    root = Path(__file__).parents[2]
    prefix = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    command = f"{prefix.strip()} {sys.executable} -m scripts.versions --help"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
