"""Versions of installed libraries."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_METADATA = ".dist-info"


def versions(names: Sequence[str]) -> dict[str, str]:
    """The versions of libraries by name (lower case, without hyphens), as pip would tell them.

    They stand in the names of the folders of metadata: `importlib.metadata` would read and parse
    the files in them, which takes longer than all that a call does with a few hundred reads. It is
    asked where a library has no such folder, or two.

    Raises PackageNotFoundError of `importlib.metadata` where one is not installed.
    """
    return {name: _from_folders(name) or _from_metadata(name) for name in names}


def _from_folders(name: str) -> str:
    """The version of a library in the first place of the path that has it; empty if not clear."""
    for place in sys.path:
        try:
            folders = os.listdir(place or os.curdir)  # noqa: PTH208 - a Path for each takes longer
        except OSError:
            continue
        found = [
            folder.removesuffix(_METADATA).removeprefix(f"{name}-")
            for folder in folders
            if folder.startswith(f"{name}-") and folder.endswith(_METADATA)
        ]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def _from_metadata(name: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slows every call

    return version(name)
