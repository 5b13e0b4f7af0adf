"""A checksum over source files, so that a changed program runs again the rules that use it."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from scripts.workflow.versions import FAMILIES, tools_in_use

CHECKOUT = Path(__file__).resolve().parents[2]

_IMPORT = re.compile(
    r"^[ \t]*(?:from (?P<package>(?:flt3itd|scripts)[\w.]*) import (?P<names>\([^)]*\)|.*)"
    r"|import (?P<module>(?:flt3itd|scripts)[\w.]*))",
    re.MULTILINE,
)
"""An import of ours, as this checkout is formatted (other packages stand in the digest by their
versions). Each start of Snakemake, and on a cluster each job, reads all sources: parsing them took
a third of it."""
_REMARK = re.compile(r"#.*")

DATA = {"flt3itd.locus.flt3": "flt3itd/data", "scripts.report.page": "scripts/templates"}
"""Modules that read files of the checkout, and the folder of these."""


@cache
def source_digest(module: str) -> str:
    """Checksum of a module (dotted), of all that it imports of this checkout, and of their data.

    The digest (16 hex digits) depends on names and content, and on the versions of Python and
    the packages that the sources use, so it is the same in another folder or on another day.

    Raises:
        FileNotFoundError: There is no such module.
    """
    digest = hashlib.sha256(tools_in_use(FAMILIES["flt3itd"]).encode())
    files = set(imported_files(module))
    for reader, folder in DATA.items():
        if _file_of(reader) in files:
            files.update(one for one in (CHECKOUT / folder).rglob("*") if one.is_file())
    for file in sorted(files):
        digest.update(_entry(file))
    return digest.hexdigest()[:16]


@cache
def _entry(file: Path) -> bytes:
    """The path of a file in the checkout, and the checksum of its content."""
    path = file.relative_to(CHECKOUT).as_posix().encode()
    return path + b"\0" + hashlib.sha256(file.read_bytes()).digest()


def imported_files(module: str) -> tuple[Path, ...]:
    """The file of a module of this checkout, and those of all that it imports, directly or not.

    Raises:
        FileNotFoundError: There is no such module.
    """
    if _file_of(module) is None:
        raise FileNotFoundError(f"{module}: there is no such module in {CHECKOUT}")
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen or _file_of(name) is None:
            continue
        seen.add(name)
        waiting += _imports(name)
    return tuple(sorted(file for name in seen if (file := _file_of(name)) is not None))


@cache
def _file_of(module: str) -> Path | None:
    """The source of a dotted name; None where that is no module, but something in one."""
    path = CHECKOUT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _imports(module: str) -> tuple[str, ...]:
    """Dotted names that may be modules: what is imported, what of it, and the packages above."""
    file = _file_of(module)
    assert file is not None
    names = {module.rpartition(".")[0]} if "." in module else set()
    for found in _IMPORT.finditer(file.read_text("utf-8")):
        if found["module"]:
            names.add(found["module"])
            continue
        names.add(found["package"])
        parts = _REMARK.sub("", found["names"]).strip("()").split(",")
        names.update(f"{found['package']}.{part.split()[0]}" for part in parts if part.strip())
    return tuple(sorted(names))
