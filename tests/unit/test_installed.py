"""Versions of libraries are told from folders of metadata, and are those that pip knows."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from flt3itd.common.installed import versions

LIBRARIES = ("pysam", "numpy", "dnaio", "edlib")


def test_versions_are_those_of_the_metadata() -> None:
    assert versions(LIBRARIES) == {name: version(name) for name in LIBRARIES}


def test_a_folder_that_comes_first_in_the_path_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy-9.8.7.dist-info").mkdir()
    (tmp_path / "numpy_groupies-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path / "missing"))
    assert versions(["numpy"]) == {"numpy": "9.8.7"}


def test_two_folders_of_one_library_are_left_to_the_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("1.0", "2.0"):
        folder = tmp_path / f"edlib-{number}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Name: edlib\nVersion: {number}\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert versions(["edlib"])["edlib"] == version("edlib")


def test_a_library_that_is_not_installed_is_refused() -> None:
    with pytest.raises(PackageNotFoundError):
        versions(["no_such_library"])
