"""Cycles in which the instrument saw nothing, and which it wrote as G: their bases are unknown.

Instruments with two colours take darkness for G. A row of it within a read is no sequence of the
sample, but in reads of an amplicon it may stand at one place, as other bases of an ITD would.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead

Looked = TypeVar("Looked", SplitRead, UnplacedRead, AlignedRead)

DARK = 10
"""G in a row, as the instrument read them: FLT3 has six at most, and of 2,500 pairs of a real
amplicon none has as many. Tails behind an adapter count from as many on, too."""

_FORWARD, _REVERSE = "G" * DARK, "C" * DARK
_ROWS, _ROWS_REVERSED = re.compile(f"G{{{DARK},}}"), re.compile(f"C{{{DARK},}}")


def hide_dark_bases(reads: ReadSet) -> None:
    """Replace the dark bases of a set by N; plain reads have none, or they would not be plain."""
    reads.split[:] = dark_bases_hidden(reads.split)
    reads.unplaced[:] = dark_bases_hidden(reads.unplaced)


def dark_bases_hidden(reads: Sequence[Looked]) -> list[Looked]:
    """Some reads as aligned, their dark bases replaced by N."""
    return [
        _hidden(read) if (_REVERSE if read.is_reverse else _FORWARD) in read.sequence else read
        for read in reads
    ]


def _hidden(read: Looked) -> Looked:
    rows = _ROWS_REVERSED if read.is_reverse else _ROWS
    return read._replace(sequence=rows.sub(lambda row: "N" * len(row[0]), read.sequence))
