"""Reads in the order in which they came, put down in files until it is known where they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from flt3itd.molecules.drawers import Rows
from flt3itd.molecules.letters import Integers
from flt3itd.molecules.pairs import PairBlock

VOLUME_PAIRS = 500_000
"""Pairs of a volume, or few more."""


class ReadVolumes:
    """Volumes of pairs: files of the reads and ends of `VOLUME_PAIRS` or few more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bounds = [0]
        self._parts: list[list[tuple[int, int, int]]] = []
        self.widths = (0, 0)
        self.pairs = 0

    @property
    def volumes(self) -> int:
        """How many volumes there are."""
        return len(self._parts)

    @property
    def volume(self) -> int:
        """The volume of the pairs that are added next."""
        full = not self._parts or self.pairs - self._bounds[-1] >= VOLUME_PAIRS
        return len(self._parts) - (not full)

    def volumes_of(self, rows: Integers) -> Integers:
        """The volume of each row number."""
        return np.searchsorted(self._bounds, rows, side="right") - 1

    def add(self, pairs: PairBlock) -> None:
        """Keep the reads and ends of some pairs."""
        volume = self.volume
        if volume == len(self._parts):
            self._parts.append([])
            self._bounds[volume:] = [self.pairs]
        widths = pairs.first.shape[1], pairs.second.shape[1]
        rows = np.empty(len(pairs), dtype=_kind_of_reads(*widths))
        rows["end_1"], rows["end_2"] = pairs.end_1, pairs.end_2
        rows["letters"][:, : widths[0]] = pairs.first
        rows["letters"][:, widths[0] :] = pairs.second
        with self._path(volume).open("ab") as file:
            file.write(rows.tobytes())
        self._parts[volume].append((len(pairs), *widths))
        self.widths = max(self.widths[0], widths[0]), max(self.widths[1], widths[1])
        self.pairs += len(pairs)

    def kind_of_shelf(self) -> np.dtype[Any]:
        """A row of a shelf: a pair with reads as wide as the widest, and its family there."""
        read = _kind_of_reads(*self.widths)
        return np.dtype([("family", "<i4"), ("swapped", "?"), *read.descr])

    def parts(self, volume: int) -> Iterator[Rows]:
        """The pairs of a volume as they were added; the volume is gone then."""
        kind = _kind_of_reads(*self.widths)
        with self._path(volume).open("rb") as file:
            for count, first, second in self._parts[volume]:
                own = np.fromfile(file, _kind_of_reads(first, second), count)
                rows = np.zeros(count, dtype=kind)
                rows["end_1"], rows["end_2"] = own["end_1"], own["end_2"]
                rows["letters"][:, :first] = own["letters"][:, :first]
                start = self.widths[0]
                rows["letters"][:, start : start + second] = own["letters"][:, first:]
                yield rows
        self._path(volume).unlink()

    def _path(self, volume: int) -> Path:
        return self._folder / f"letters.{volume}"


def _kind_of_reads(first: int, second: int) -> np.dtype[Any]:
    return np.dtype([("end_1", "<i8"), ("end_2", "<i8"), ("letters", "u1", (first + second,))])
