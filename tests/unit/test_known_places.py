"""Where reads of FASTQ files begin on a sequence that is known."""

from __future__ import annotations

import numpy as np
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.molecules.known_places import KnownPlaces
from flt3itd.molecules.letters import CODE_OF_BYTE, Bytes
from flt3itd.molecules.pairs import BY_SEQUENCE
from tests.builders import random_sequence

KNOWN = random_sequence(300, 12)
TWICE = KNOWN + KNOWN[100:140]
PLACES = KnownPlaces.of(KNOWN)


def letters(*reads: str) -> Bytes:
    """Reads of good quality, as wide as the longest."""
    width = max(map(len, reads))
    rows = np.zeros((len(reads), width), dtype=np.uint8)
    for row, read in zip(rows, reads, strict=True):
        codes = CODE_OF_BYTE[np.frombuffer(read.encode(), dtype=np.uint8)]
        row[: len(read)] = (codes << 6) + 30
    return rows


def place(read: str, places: KnownPlaces = PLACES) -> int:
    return int(places.ends_of(letters(read))[0])


@pytest.mark.parametrize("lost", [0, 1, 20])
def test_reads_that_lost_their_first_bases_begin_as_much_later(lost: int) -> None:
    forward, backward = KNOWN[50:150], reverse_complement(KNOWN[50:150])
    assert place(forward[lost:]) == place(forward) + 2 * lost
    assert place(backward[lost:]) == place(backward) - 2 * lost
    assert (place(forward) & 1, place(backward) & 1) == (0, 1)


@pytest.mark.parametrize("error", [0, 7, 15])
def test_an_error_in_the_first_bases_moves_nothing(error: int) -> None:
    read = KNOWN[50:150]
    other = "ACGT"[("ACGT".index(read[error]) + 1) % 4]
    assert place(read[:error] + other + read[error + 1 :]) == place(read)


@pytest.mark.parametrize(("filler", "is_known"), [(47, True), (48, False)])
def test_behind_other_bases_a_place_is_looked_for_up_to_a_limit(
    filler: int, is_known: bool
) -> None:
    read = random_sequence(filler, 5) + KNOWN[100:150]
    assert (place(read) & BY_SEQUENCE == 0) == is_known
    if is_known:
        assert place(read) == place(KNOWN[100:150]) - 2 * filler


def test_bases_that_stand_twice_or_are_too_few_tell_no_place() -> None:
    twice = KnownPlaces.of(TWICE)
    assert place(TWICE[105:135], twice) & BY_SEQUENCE
    assert not place(TWICE[105:160], twice) & BY_SEQUENCE  # what stands behind is there once
    assert place(KNOWN[50:65]) & BY_SEQUENCE
    assert not place(KNOWN[50:66]) & BY_SEQUENCE
