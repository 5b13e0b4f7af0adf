"""Read pairs of FASTQ files with UMIs: told by their first bases, as nothing is aligned yet.

The files are not sorted by anything: `flt3itd.molecules.pair_sorter` does that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from xopen import xopen

from flt3itd.common.errors import UserError, unread_fastq
from flt3itd.common.progress import Progress
from flt3itd.molecules.known_places import KnownPlaces
from flt3itd.molecules.letters import (
    CODE_OF_BYTE,
    Booleans,
    Bytes,
    Integers,
    Words,
    hashed,
    join_letters,
    packed,
    windows,
)
from flt3itd.molecules.pairs import PairBlock, UmiShape, sequence_ends, shows_one
from flt3itd.molecules.tally import ReadTally
from flt3itd.molecules.umi import TAG, UmiSource
from flt3itd.molecules.umi_text import (
    FIRST_READS,
    UmiText,
    shape_of,
    stands_between,
    take_structure,
    umi_in_names,
    usual_umi,
)

_CHUNK = 1 << 24
"""Bytes of text that are taken at a time."""
_LINES = 4
_PHRED_ZERO = ord("!")
_SPACES = b" \t\n\r"


class FastqPairs:
    """The pairs of one FASTQ file or of the two files of pairs, as they are read.

    `wanted` are first bases (`sequence_ends`) of which one of four places of a pair must have one;
    None: all pairs are wanted. Ends are first bases, or `places` on a sequence that is known.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        source: UmiSource,
        tally: ReadTally,
        wanted: Integers | None = None,
        places: KnownPlaces | None = None,
    ) -> None:
        """Say where the pairs are; `tally` counts them.

        Raises:
            UserError: there is not a read structure for each file.
        """
        self._paths = paths
        self._umis = _FastqUmis(paths, source)
        self._tally = tally
        self._wanted = wanted
        self._ends_of = places.ends_of if places else sequence_ends

    @property
    def shape(self) -> UmiShape:
        """The parts of the UMIs; known once the first pairs were read."""
        return self._umis.shape

    def blocks(self) -> Iterator[PairBlock]:
        """The pairs that have a UMI, in the order of the files.

        Raises:
            UserError: a file cannot be read, is cut short or empty, the mates do not pair up, or
                there are no such UMIs.
        """
        tally, done = self._tally, 0
        for records in _records_in_step(self._paths):
            tally.pairs += len(records[0])
            tally.reads += len(records[0]) * len(records)
            self._check_names(records)
            letters = [each.letters() for each in records]
            letters, umi, whole = self._umis.of(records, letters)
            if len(letters) < 2:
                letters.append(letters[0][:, :0])
            rows = whole & np.any([each.any(axis=1) for each in letters], axis=0)
            if self._wanted is not None:
                rows &= shows_one(letters, self._wanted)
            tally.without_umi += int((~whole).sum())
            first, second = letters[0][rows], letters[1][rows]
            ends = self._ends_of(first)
            other = self._ends_of(second) if second.shape[1] else ends
            later = np.arange(done, done + len(first))
            done += len(first)
            yield PairBlock(first, second, ends, other, umi[rows], later)

    def _check_names(self, records: Sequence[_Records]) -> None:
        if len(records) < 2:
            return
        one, other = (_name_numbers(each) for each in records)
        differ = np.flatnonzero(one != other)
        if len(differ):
            row = int(differ[0])
            raise UserError(
                f"{self._paths[0]} and {self._paths[1]}: the mates do not pair up: "
                f"{records[0].name(row)!r} and {records[1].name(row)!r}"
            )


class _FastqUmis:
    """Takes the UMIs of FASTQ records from where the user says that they are."""

    def __init__(self, paths: Sequence[Path], source: UmiSource) -> None:
        if source.in_bases and len(source.structures) != len(paths):
            raise UserError(
                f"--umi: {source.text!r} has {len(source.structures)} read structures, expected "
                f"one for each FASTQ file: {len(paths)}"
            )
        self._where = str(paths[0])
        self._source = source
        self._text: UmiText | None = None

    @property
    def shape(self) -> UmiShape:
        return shape_of(self._source, self._text)

    def of(
        self, records: Sequence[_Records], letters: list[Bytes]
    ) -> tuple[list[Bytes], Words, Booleans]:
        """The letters of the molecules, their UMIs, and which of these are whole."""
        if self._source.in_bases:
            return self._of_bases(letters)
        first = records[0]
        if self._source.in_name:
            ends = first.name_ends()
            if self._text is None:
                self._text = umi_in_names(first.first(FIRST_READS).names(), self._where)
            starts, before = ends - self._text.width, b":_"
        else:
            starts, before = first.comment_starts(f"{TAG}:Z:"), b""
            if self._text is None:
                self._text = usual_umi(self._first_comments(first, starts), self._where)
        umi, whole = self._text.read(first.buffer, starts)
        behind = _SPACES + b"/"
        whole &= stands_between(first.buffer, starts, self._text.width, before, behind)
        return letters, umi, whole

    def _first_comments(self, records: _Records, starts: Integers) -> Iterator[str]:
        tagged = np.flatnonzero(starts >= 0)
        if not len(tagged):
            raise UserError(
                f"{self._where}: no read has {TAG}:Z: in the comment behind its name; say where "
                "the UMIs are"
            )
        for row in tagged[:FIRST_READS].tolist():
            text = records.buffer[starts[row] : records.ends[row, 0]].tobytes()
            yield "".join(text.decode("ascii", "replace").split()[:1])

    def _of_bases(self, letters: list[Bytes]) -> tuple[list[Bytes], Words, Booleans]:
        templates, whole = [], np.ones(len(letters[0]), dtype=bool)
        umi = np.zeros(len(letters[0]), dtype=np.uint64)
        for rows, structure in zip(letters, self._source.structures, strict=True):
            template, codes, complete = take_structure(rows, structure)
            templates.append(template)
            umi = (umi << np.uint64(2 * structure.umi_length)) | packed(codes)
            whole &= complete
        return templates, umi, whole


@dataclass(frozen=True)
class _Records:
    """FASTQ records in a buffer: where the lines of each begin and end (without line feed)."""

    buffer: Bytes
    starts: Integers
    ends: Integers

    def __len__(self) -> int:
        return len(self.starts)

    def first(self, count: int) -> _Records:
        """The first ones."""
        return _Records(self.buffer, self.starts[:count], self.ends[:count])

    def name(self, row: int) -> str:
        """The first word of a name, without /1 or /2."""
        rows = slice(row, row + 1)
        return next(_Records(self.buffer, self.starts[rows], self.ends[rows]).names())

    def names(self) -> Iterator[str]:
        """The first word of each name, without /1 or /2."""
        for start, end in zip(self.starts[:, 0] + 1, self.name_ends(), strict=True):
            yield self.buffer[start:end].tobytes().decode("ascii", "replace")

    def name_ends(self) -> Integers:
        """Where the first word of each name ends, without /1 or /2."""
        starts, ends = self.starts[:, 0], self.ends[:, 0]
        longest = int((ends - starts).max(initial=0))
        text = windows(self.buffer, starts, longest)
        space = np.isin(text, np.frombuffer(_SPACES, dtype=np.uint8))
        space |= np.arange(longest) >= (ends - starts)[:, None]
        found = starts + np.where(space.any(axis=1), space.argmax(axis=1), longest)
        number = self.buffer[found - 1]
        mate = (self.buffer[found - 2] == ord("/")) & ((number == ord("1")) | (number == ord("2")))
        return np.where(mate, found - 2, found)

    def comment_starts(self, sign: str) -> Integers:
        """Where what follows a sign in the first line begins; -1 where it is not there."""
        sought = np.frombuffer(sign.encode(), dtype=np.uint8)
        hits = np.flatnonzero(self.buffer[: -len(sought)] == sought[0])
        for place in range(1, len(sought)):
            hits = hits[self.buffer[hits + place] == sought[place]]
        owner = np.searchsorted(self.starts[:, 0], hits, side="right") - 1
        inside = (owner >= 0) & (hits < self.ends[owner, 0])
        found = np.full(len(self), -1, dtype=np.int64)
        found[owner[inside]] = hits[inside] + len(sought)
        return found

    def letters(self) -> Bytes:
        """The reads."""
        lengths = self.ends[:, 1] - self.starts[:, 1]
        width = int(lengths.max(initial=0))
        codes = CODE_OF_BYTE[windows(self.buffer, self.starts[:, 1], width)]
        signs = windows(self.buffer, self.starts[:, 3], width)
        low = (signs < _PHRED_ZERO) & (np.arange(width) < lengths[:, None])
        if low.any():
            name = self.name(int(np.flatnonzero(low.any(axis=1))[0]))
            raise UserError(f"read {name!r}: a quality lies below '!', the lowest of FASTQ")
        return join_letters(codes, signs - np.uint8(_PHRED_ZERO), lengths)


def _name_numbers(records: _Records) -> Words:
    starts, ends = records.starts[:, 0], records.name_ends()
    names = windows(records.buffer, starts, int((ends - starts).max(initial=0)))
    names[np.arange(names.shape[1]) >= (ends - starts)[:, None]] = 0
    return hashed(names)


def _records_in_step(paths: Sequence[Path]) -> Iterator[list[_Records]]:
    """Blocks of records, as many of each file. Raises UserError for what is no FASTQ."""
    where = " and ".join(map(str, paths))
    try:
        with ExitStack() as opened:
            raw = opened.enter_context(paths[0].open("rb"))
            progress = Progress("read pairs", paths[0].stat().st_size)
            opened.callback(progress.close)
            files: list[BinaryIO] = [
                opened.enter_context(xopen(raw if path is paths[0] else path, "rb"))
                for path in paths
            ]
            rest, done = [b""] * len(files), 0
            while True:
                data = [_topped_up(file, text) for file, text in zip(files, rest, strict=True)]
                records = [_parsed(text, str(path)) for text, path in zip(data, paths, strict=True)]
                count = min(map(len, records))
                if not count:
                    break
                rest = [
                    text[int(each.ends[count - 1, 3]) + 1 :].lstrip(b"\n")
                    for text, each in zip(data, records, strict=True)
                ]
                done += count
                progress.show(raw.tell(), done)
                yield [each.first(count) for each in records]
    except (EOFError, OSError, ValueError) as error:
        raise unread_fastq(where, error) from error
    for path, text in zip(paths, data, strict=True):
        if not text.strip() and not done:
            raise UserError(f"{path}: the file has no reads; check that it is complete")
    for path, text in zip(paths, data, strict=True):
        if text.strip():
            what = "has more reads than the other" if len(paths) > 1 else "ends within a read"
            raise UserError(f"{path}: the file {what} or is cut short, after {done} reads")


def _topped_up(file: BinaryIO, rest: bytes) -> bytes:
    """What was left over, with as much behind it as makes a block; a last line feed at the end."""
    chunk = file.read(max(_CHUNK - len(rest), 1 << 16))
    if not chunk and rest and not rest.endswith(b"\n"):
        return rest + b"\n"
    return rest + chunk


def _parsed(text: bytes, path: str) -> _Records:
    """The whole records of a text. Raises UserError for what is no FASTQ."""
    buffer = np.frombuffer(text, dtype=np.uint8)
    breaks = np.flatnonzero(buffer == ord("\n"))
    count = len(breaks) // _LINES
    ends = breaks[: count * _LINES].reshape(count, _LINES).astype(np.int64)
    starts = np.concatenate(([0], breaks[: count * _LINES] + 1))[:-1].reshape(count, _LINES)
    stripped = ends - ((ends > starts) & (buffer[np.maximum(ends - 1, 0)] == ord("\r")))
    records = _Records(buffer, starts.astype(np.int64), stripped)
    if not count:
        return records
    length = stripped - starts
    good = (buffer[starts[:, 0]] == ord("@")) & (buffer[starts[:, 2]] == ord("+"))
    good &= length[:, 1] == length[:, 3]
    if not good.all():
        name = records.name(int(np.flatnonzero(~good)[0]))
        raise UserError(
            f"{path}: the record at {name!r} is no FASTQ: expected @name, bases, + and as many "
            "qualities"
        )
    return records
