"""A checksum over source files, so that a changed program runs again the rules that use it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from scripts.versions import FAMILIES, tools_in_use

CHECKOUT = Path(__file__).resolve().parent.parent


@cache
def source_digest(*sources: str) -> str:
    """Checksum of files and folders of the checkout (paths relative to it), 16 hex digits.

    A folder stands for every file in it that is not a by-product of Python. The digest depends
    on names and content, and on the versions of Python and the packages that the sources use, so
    it is the same in another folder or on another day.

    Raises:
        FileNotFoundError: A source does not exist.
    """
    digest = hashlib.sha256(tools_in_use(FAMILIES["flt3itd"]).encode())
    for source in sources:
        path = CHECKOUT / source
        if not path.exists():
            raise FileNotFoundError(path)
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(CHECKOUT).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
