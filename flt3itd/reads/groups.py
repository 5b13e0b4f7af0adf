"""Of which lane or read group each fragment is: what was sequenced, or prepared, apart."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import NamedTuple

import numpy as np
import pysam

from flt3itd.common.statistics import evidence_of_two_shares
from flt3itd.reads.columns import IntArray

_FIELDS = {5: 2, 7: 4, 8: 4}
"""Fields of a read name, between colons, and how many of them tell the lane: Casava 1.3 to 1.7
(instrument:lane:tile:x:y), and bcl2fastq (instrument:run:flow cell:lane:tile:x:y, with or without a
UMI)."""
_DNBSEQ = re.compile(r"(.+L\d+)C\d+R\d+")
"""Flow cell, lane, column and row of MGI names."""
_ARCHIVED = re.compile(r"([SED]RR\d+)\.\d+")
"""Run and number of the spot, as the archives (SRA, ENA, DDBJ) name reads."""

_MAY_TELL = (("L", re.compile(r"L\d+C\d")), ("RR", re.compile(r"[SED]RR\d")))
"""In names without so many colons: without any of them none tells a lane. Asked of many names at
once, after the letters that they begin with: text without those is gone through much faster."""
_COLONS = b":" * (min(_FIELDS) - 1)
_NO_COLON = bytes(set(range(256)) - set(b":\n"))


def lane_of(name: str) -> str:
    """The part of a read name that tells the lane, or the archived run; empty where none does."""
    fields = name.split(":")
    telling = _FIELDS.get(len(fields))
    if telling:
        return ":".join(fields[:telling])
    found = _DNBSEQ.match(name) or _ARCHIVED.match(name)
    return found[1] if found else ""


def _any_tells(lines: str) -> bool:
    """Whether some of many names, a line each, may tell a lane."""
    if _COLONS in lines.encode().translate(None, _NO_COLON):
        return True
    return any(letters in lines and telling.search(lines) for letters, telling in _MAY_TELL)


class _Lanes(dict[str, str]):
    """By what stands before the third colon from the end of a name, its lane."""

    def __missing__(self, start: str) -> str:
        """The lane of names that begin so and have three colons more."""
        self[start] = lane = lane_of(f"{start}:0:0:0")
        return lane


@dataclass
class Groups:
    """The `names` of lanes or read groups, and by fragment the number `of` its own.

    Where `by_tag` is set, groups are the read groups (RG) of records; else they are told by names.
    """

    by_tag: bool = False
    names: dict[str, int] = field(default_factory=dict)
    of: array[int] = field(default_factory=lambda: array("I"))
    _lanes: _Lanes = field(default_factory=_Lanes)

    def note(
        self,
        records: Sequence[pysam.AlignedSegment],
        names: Sequence[str | None],
        fragments: IntArray,
    ) -> None:
        """Note the groups of the fragments that some records, with their names, are first reads of.

        Fragments have numbers in the order of their first records.
        """
        before = len(self.of) - 1
        highest = np.maximum.accumulate(np.append(before, fragments))
        is_first = (highest[1:] > highest[:-1]).tolist()
        if self.by_tag:
            first_reads = compress(records, is_first)
            self._add(str(one.get_tag("RG")) if one.has_tag("RG") else "" for one in first_reads)
        else:
            self.note_names([name or "" for name in compress(names, is_first)])

    def note_names(self, names: Sequence[str]) -> None:
        """Note the groups of the fragments that come next, by their names."""
        if not names:
            return
        first, last = min(names), max(names)
        lane = lane_of(first)
        # What stands between two names in order begins as both of them do.
        if lane and first[: len(lane) + 1] == last[: len(lane) + 1]:
            self._add_alike(lane, len(names))
        elif not lane and not _any_tells("\n".join(names)):
            self._add_alike("", len(names))
        else:
            self._add(map(self._lane, names))

    def _lane(self, name: str) -> str:
        start, *rest = name.rsplit(":", 3)
        return self._lanes[start] if len(rest) == 3 else lane_of(name)

    def _add_alike(self, group: str, number: int) -> None:
        names = self.names
        self.of.extend([names.setdefault(group, len(names))] * number)

    def _add(self, groups: Iterable[str]) -> None:
        names = self.names
        self.of.extend([names.setdefault(one, len(names)) for one in groups])

    def of_fragments(self, fragments: IntArray) -> IntArray:
        """The numbers of the groups of some fragments."""
        return np.array(self.of, dtype=np.int64)[fragments]


class FewerThere(NamedTuple):
    """A group that has fewer of something than the others, and by how much.

    `ratio` is that of its share to that of the others; `evidence` the decimal logarithm of how much
    better two shares explain what was seen than one does. Without a name where no group is so.
    """

    name: str = ""
    ratio: float = 1.0
    evidence: float = 0.0


def fewer_somewhere(names: Sequence[str], some: IntArray, of_all: IntArray) -> FewerThere:
    """The group of which a lesser share than of the others is among `some`, by most evidence.

    Both are group numbers: of those that are asked for, and of all that might be.
    """
    part = np.bincount(some, minlength=len(names))
    whole = np.bincount(of_all, minlength=len(names))
    found = FewerThere()
    for name, here, all_here in zip(names, part.tolist(), whole.tolist(), strict=True):
        there, all_there = len(some) - here, len(of_all) - all_here
        if not there or not all_here:
            continue
        ratio = here * all_there / (there * all_here)
        if ratio < 1:
            evidence = evidence_of_two_shares((here, all_here), (there, all_there))
            found = max(found, FewerThere(name, ratio, evidence), key=lambda one: one.evidence)
    return found
