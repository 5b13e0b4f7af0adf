"""A checksum over source files, so that a changed program runs again the rules that use it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.workflow.versions import FAMILIES, tools_in_use

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("flt3itd", "scripts")
"""What of an import is ours: other packages stand in the digest by their versions."""


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
        digest.update(file.relative_to(CHECKOUT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


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
    for node in ast.walk(ast.parse(file.read_bytes())):
        names.update(name for name in _named(node) if name.partition(".")[0] in PACKAGES)
    return tuple(sorted(names - {""}))


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
