"""Events written in one line, and the haplotypes that carry them.

The grammar of one event; positions are 1-based inclusive on the plus strand of the contig::

    CONTIG:100A>G                        substitution; the base A is checked
    CONTIG:100-105del                    deletion (one base: CONTIG:100del)
    CONTIG:100-101insACGT                insertion between two neighbouring bases
    CONTIG:100-105delinsACGT             replacement
    CONTIG:100-160dup                    tandem duplication
    CONTIG:100-160dup filler=ACGT        the same with bases between the two copies

A haplotype carries several events of one contig, separated by ``;``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from flt3itd.common.errors import UserError

Bases = npt.NDArray[np.uint8]
"""A sequence as ASCII codes, upper case."""
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

GRAMMAR = (
    "CONTIG:100A>G, CONTIG:100-105del, CONTIG:100-101insACGT, CONTIG:100-105delinsACGT "
    "or CONTIG:100-160dup, the last also with ' filler=ACGT'"
)

_EVENT = re.compile(
    r"(?P<contig>\S+):(?P<start>\d+)(?:-(?P<end>\d+))?"
    r"(?:(?P<old>[ACGT])>(?P<new>[ACGT])|(?P<del>del)|ins(?P<ins>[ACGT]+)"
    r"|delins(?P<delins>[ACGT]+)|(?P<dup>dup)(?:\s+filler=(?P<filler>[ACGT]+))?)"
)


class Alteration(StrEnum):
    """What an event does to its bases."""

    SUBSTITUTION = "substitution"
    DELETION = "deletion"
    INSERTION = "insertion"
    REPLACEMENT = "replacement"
    DUPLICATION = "duplication"


@dataclass(frozen=True)
class Event:
    """One change of one contig.

    `start` and `end` are 0-based half-open on the plus strand (an insertion is empty: it lies
    before base `start`). `bases` are the new bases; for a duplication the filler between the
    copies. `expected` is the reference base that a substitution names.
    """

    contig: str
    start: int
    end: int
    change: Alteration
    bases: str = ""
    expected: str = ""

    def __str__(self) -> str:
        first, last = self.start + 1, self.end
        span = f"{self.contig}:{first}" if first == last else f"{self.contig}:{first}-{last}"
        match self.change:
            case Alteration.SUBSTITUTION:
                return f"{span}{self.expected}>{self.bases}"
            case Alteration.DELETION:
                return f"{span}del"
            case Alteration.INSERTION:
                return f"{self.contig}:{self.start}-{self.start + 1}ins{self.bases}"
            case Alteration.REPLACEMENT:
                return f"{span}delins{self.bases}"
        return f"{span}dup filler={self.bases}" if self.bases else f"{span}dup"


def parse_event(text: str) -> Event:
    """Read one event (grammar: see the module). Raises UserError."""
    match = _EVENT.fullmatch(text.strip())
    if match is None:
        raise UserError(f"event {text.strip()!r}: not understood; allowed is {GRAMMAR}")
    start = int(match["start"]) - 1
    end = int(match["end"] or match["start"])
    if start < 0 or end <= start:
        raise UserError(f"event {text.strip()!r}: positions are 1-based and start <= end")
    contig = match["contig"]
    if match["ins"]:
        if end != start + 2:
            raise UserError(
                f"event {text.strip()!r}: an insertion lies between two neighbouring bases, "
                "for example CONTIG:100-101insACGT"
            )
        return Event(contig, start + 1, start + 1, Alteration.INSERTION, match["ins"])
    if match["old"]:
        if end != start + 1:
            raise UserError(f"event {text.strip()!r}: a substitution has one position")
        return Event(contig, start, end, Alteration.SUBSTITUTION, match["new"], match["old"])
    if match["del"]:
        return Event(contig, start, end, Alteration.DELETION)
    if match["delins"]:
        return Event(contig, start, end, Alteration.REPLACEMENT, match["delins"])
    return Event(contig, start, end, Alteration.DUPLICATION, match["filler"] or "")


def parse_events(text: str) -> tuple[Event, ...]:
    """Read the events of one haplotype, separated by ``;``. Raises UserError."""
    events = tuple(parse_event(part) for part in text.split(";"))
    contigs = sorted({event.contig for event in events})
    if len(contigs) > 1:
        raise UserError(
            f"events on {' and '.join(contigs)} cannot lie on one haplotype; "
            "give each contig a haplotype of its own"
        )
    return events


@dataclass(frozen=True)
class Haplotype:
    """A sequence and where each of its bases comes from.

    `origin` holds, for each base, the 0-based reference position it is a copy of; a base
    that is new carries the position of its left neighbour in the reference.
    """

    sequence: Bases
    origin: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sequence)

    def text(self) -> str:
        """The sequence as a string."""
        return self.sequence.tobytes().decode("ascii")


def as_bases(sequence: str) -> Bases:
    """A sequence as upper-case ASCII codes."""
    return np.frombuffer(sequence.upper().encode("ascii"), dtype=np.uint8)


def build_haplotype(reference: str, events: Sequence[Event] = ()) -> Haplotype:
    """The haplotype that carries the events (all on this contig) and nothing else.

    Raises UserError when an event lies outside the contig, two events overlap, or a
    substitution names another base than the reference has.
    """
    source = as_bases(reference)
    pieces: list[Bases] = []
    origins: list[npt.NDArray[np.int64]] = []

    def copy(start: int, end: int) -> None:
        pieces.append(source[start:end])
        origins.append(np.arange(start, end, dtype=np.int64))

    def insert(bases: str, origin: int) -> None:
        pieces.append(as_bases(bases))
        origins.append(np.full(len(bases), max(origin, 0), dtype=np.int64))

    done = 0
    for event in sorted(events, key=lambda event: (event.start, event.end)):
        if event.end > len(source) or event.start > len(source):
            raise UserError(f"event '{event}': outside {event.contig} of {len(source)} bases")
        if event.start < done:
            raise UserError(f"event '{event}': overlaps another event of its haplotype")
        copy(done, event.start)
        if event.change is Alteration.DUPLICATION:
            copy(event.start, event.end)
            insert(event.bases, event.end - 1)
            copy(event.start, event.end)
        elif event.change is Alteration.SUBSTITUTION:
            found = chr(source[event.start])
            if found != event.expected:
                raise UserError(f"event '{event}': the reference base is {found}")
            insert(event.bases, event.start)
        else:
            insert(event.bases, event.start - 1)
        done = event.end
    copy(done, len(source))
    return Haplotype(np.concatenate(pieces), np.concatenate(origins))
