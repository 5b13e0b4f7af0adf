"""Rows that are sorted into files of a folder, so that no more than one file is held at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from flt3itd.molecules.letters import Integers

Rows = npt.NDArray[Any]
"""A structured array: rows of one size."""


class Drawers:
    """Files of rows, by number; each is taken out once, and is gone then.

    The folder is its caller's, who removes it with what was left in it.
    """

    def __init__(self, folder: Path, name: str, kind: np.dtype[Any]) -> None:
        self._folder, self._name, self.kind = folder, name, kind

    def put(self, drawers: Integers, rows: Rows) -> None:
        """Put each row behind those that are in its drawer.

        Raises:
            OSError: there is no room for them.
        """
        order = np.argsort(drawers, kind="stable")
        ordered, sorted_rows = drawers[order], rows[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        for start, end in zip(starts, np.append(starts[1:], len(ordered)), strict=True):
            self.append(int(ordered[start]), sorted_rows[start:end])

    def append(self, drawer: int, rows: Rows) -> None:
        """Put rows into one drawer, behind those that are there.

        Raises:
            OSError: there is no room for them.
        """
        with self._path(drawer).open("ab") as file:
            file.write(rows.tobytes())

    def take(self, drawer: int) -> Rows:
        """The rows of a drawer, in the order in which they were put there."""
        rows = self.seen(drawer)
        self._path(drawer).unlink(missing_ok=True)
        return rows

    def seen(self, drawer: int) -> Rows:
        """The same, which stay there."""
        path = self._path(drawer)
        if not path.exists():
            return np.zeros(0, dtype=self.kind)
        rows: Rows = np.fromfile(path, dtype=self.kind)
        return rows

    def _path(self, drawer: int) -> Path:
        return self._folder / f"{self._name}.{drawer}"
