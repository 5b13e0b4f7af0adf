"""A place of 40 bases, and the reads of molecules with other bases there."""

from dataclasses import replace

from flt3itd.reads.alignment import Block
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from tests.panel_builders import CONTIG, GENOME, other, sequence_of

FETCH = sequence_of(CONTIG)
PLACE = Place(CONTIG, 200, 240, ())
COPY = GENOME[200:240] * 2
"""The 40 bases of the place, twice."""
LENGTH = 100


def molecule(text: str) -> str:
    return GENOME[:200] + text + GENOME[240:]


def reads_of(text: str, name: str, first: int = 60, last: int = 300) -> list[PlaceRead]:
    """A read from each base of a molecule, aligned as far as the reference goes on."""
    whole = molecule(text)
    longer = len(text) - 40
    found = []
    for start in range(first, last + longer):
        sequence = whole[start : start + LENGTH]
        blocks = []
        if start < 200:
            blocks.append(Block(start, 0, min(LENGTH, 240 - start)))
        elif start + LENGTH > 240 + longer and start >= 200 + longer:
            blocks.append(Block(start - longer, 0, LENGTH))
        elif start + LENGTH > 240 + longer:
            query = 200 + longer - start
            blocks.append(Block(200, query, LENGTH - query))
        if blocks:
            found.append(PlaceRead(f"{name}{start}", sequence, (), tuple(blocks), start % 2 == 0))
    return found


def with_poor(read: PlaceRead, *places: int) -> PlaceRead:
    """A read with poor bases, misread, at places of the reference before any gap."""
    at = [place - read.first for place in places]
    wrong = "".join(other(b) if i in at else b for i, b in enumerate(read.sequence))
    return replace(read, sequence=wrong, poor=tuple(at))
