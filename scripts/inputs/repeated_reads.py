"""Reads that are given twice: a file joined to itself, a lane under two names, mates in a row.

Each of them would count as another molecule, so that depths are doubled and intervals too narrow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dnaio

from flt3itd.common.errors import UserError
from scripts.inputs.fastq_file import FirstRead, stem

WATCHED = 100
"""Reads at the start of a file that are looked for again, in it and in the other lanes."""

MOST_REPEATED = 0.5
"""Share of them above which reads are there twice; names that meet by chance are fewer."""


@dataclass(frozen=True)
class _Opening:
    """One of the first reads of a file, by its number from 1."""

    file: Path
    number: int
    sequence: str
    qualities: str


@dataclass(frozen=True)
class _Repeat:
    """How first reads of a file come again: whether with the same bases, and from which read on."""

    file: Path
    same: bool


@dataclass
class RepeatWatch:
    """Counts in one pass over the files of a sample which first reads of them come again.

    `names` has the first reads by name, with and without the /1 or /2 of a mate.
    """

    names: dict[str, list[_Opening]] = field(default_factory=dict)
    _watched: Counter[Path] = field(default_factory=Counter)

    def add(self, file: Path, reads: Sequence[FirstRead]) -> None:
        """Watch for the first reads of a file: read 1 of pairs, or single reads."""
        seen: set[str] = set()
        for number, read in enumerate(reads[:WATCHED], start=1):
            opening = _Opening(file, number, read.sequence, read.qualities)
            bare = stem(read.name)
            if bare in seen:
                continue
            seen.add(bare)
            for name in {bare, f"{bare}/1", f"{bare}/2"}:
                self.names.setdefault(name, []).append(opening)
        self._watched[file] = len(seen)

    def reader(self, file: Path) -> RepeatReader:
        """What looks at the reads of one file."""
        return RepeatReader(file, self.names, self._watched)


@dataclass
class RepeatReader:
    """Looks at those reads of `file` whose name is in `names`, and judges at its end."""

    file: Path
    names: dict[str, list[_Opening]]
    _watched: Counter[Path]
    _seen: Counter[_Repeat] = field(default_factory=Counter)
    _first: dict[_Repeat, int] = field(default_factory=dict)

    def look(self, number: int, read: dnaio.SequenceRecord) -> None:
        """Note a read, by its number from 1, whose name is watched."""
        for opening in self.names[read.id]:
            if opening.file == self.file and opening.number >= number:
                continue
            same = (opening.sequence, opening.qualities) == (read.sequence, read.qualities)
            repeat = _Repeat(opening.file, same)
            self._seen[repeat] += 1
            self._first.setdefault(repeat, number)

    def check(self) -> None:
        """Judge what was noted, at the end of the file.

        Raises:
            UserError: Reads are there twice.
        """
        for repeat, seen in self._seen.items():
            watched = self._watched[repeat.file]
            count = min(seen, watched)  # a file may hold them more than twice
            if count <= MOST_REPEATED * watched:
                continue
            some = f"{count} of the first {watched} reads"
            if repeat.file != self.file and repeat.same:
                raise UserError(
                    f"{self.file}: holds {some} of {repeat.file} again: reads of one lane are "
                    "given twice and would count twice; give each lane once"
                )
            if repeat.file != self.file:
                continue
            start = f"{self.file}: {some} come again from read {self._first[repeat]} on"
            if repeat.same:
                raise UserError(
                    f"{start}: the file was joined to itself, and its reads would count twice; "
                    "make it again of each lane once"
                )
            raise UserError(
                f"{start}, by name, with other bases: both mates of a fragment are in one file, or "
                "files of reads with the same names were joined; give mates as fq1 and fq2, and "
                "reads with the names that the instrument gave them"
            )
