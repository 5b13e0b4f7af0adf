"""Reads of 150 bases laid on a haplotype of a random reference, without errors."""

from __future__ import annotations

from flt3itd.insertions.haplotype import Deletion, Haplotype, Insertion, change_between
from flt3itd.insertions.long_changes import Slice
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 81)
PIECE = Slice("chr1", 0, REFERENCE, (900, 1500))
READ = 150
"""Bases of a read."""
WILDTYPE = Haplotype(REFERENCE)


def deletion(start: int, length: int) -> Deletion:
    found = change_between(REFERENCE, start, start + length, "")
    assert isinstance(found, Deletion)
    return found


def insertion(start: int, bases: str) -> Insertion:
    found = change_between(REFERENCE, start, start, bases)
    assert isinstance(found, Insertion)
    return found


def tandem(start: int, end: int) -> Haplotype:
    return Haplotype(REFERENCE, insertion(end, REFERENCE[start:end]))


class Reads:
    """A set of reads of 150 bases, laid down by where they begin on a haplotype."""

    def __init__(self, length: int = READ) -> None:
        self.set, self.length = ReadSet(), length

    def read(self, haplotype: Haplotype, start: int, flag: int = 0) -> None:
        """One read of the fragment that is going on."""
        text = haplotype.sequence[start : start + self.length]
        on_right = start - haplotype.length_change
        for place in (start, on_right):
            if text == REFERENCE[place : place + self.length]:
                self.set.add_plain(place, self.length, self.set.fragments, flag)
                return
        ends = (start, on_right, 0, self.length, self.length)
        reverse = bool(flag & 0x10)
        self.set.split.append(SplitRead(self.set.fragments, *ends, text, b"\x25" * 150, reverse))

    def fragment(self, haplotype: Haplotype, start: int, end: int | None = None) -> None:
        """A read, or a pair from `start` to `end`."""
        self.read(haplotype, start)
        if end is not None:
            self.read(haplotype, end - self.length, 0x10)
        self.set.fragments += 1
