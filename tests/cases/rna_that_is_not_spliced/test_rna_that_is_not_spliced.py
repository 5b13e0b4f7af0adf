"""Reads that go on into an intron leave nothing unexplained; others that are clipped there do."""

from pathlib import Path

import pytest

from flt3itd.insertions.isoforms import beyond_splicing
from flt3itd.insertions.residues import Residue
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.splice_sites import Splicing, borders
from tests.builders import random_sequence
from tests.rna_builders import FIRST, TEMPLATE, TRANSCRIPT, call_rna, duplicated

LOCUS = flt3_locus().sequence[: flt3_locus().exon(12).end]
END = TEMPLATE.exon(15)[0]
"""Where exon 15 meets exon 16."""


@pytest.mark.parametrize("depth", [100, 400, 2000])
def test_the_sample_has_an_answer(tmp_path: Path, depth: float) -> None:
    molecules = [("spliced", TRANSCRIPT, 0.88), ("unspliced", LOCUS, 0.12)]
    called = call_rna(tmp_path, molecules, depth)
    assert called.status == "not_detected", called.document["itd"]["reason"]
    assert not any("clipped" in one for one in called.document["warnings"])


def test_an_itd_beside_it(tmp_path: Path) -> None:
    itd = duplicated(FIRST + 20, FIRST + 65)
    molecules = [("spliced", TRANSCRIPT, 0.68), ("unspliced", LOCUS, 0.12), ("itd", itd, 0.2)]
    [event] = call_rna(tmp_path, molecules).passing
    assert event["length_bp"] == 45


def test_other_bases_at_the_border_are_still_unexplained(tmp_path: Path) -> None:
    other = TRANSCRIPT[:END] + random_sequence(700, 3) + TRANSCRIPT[END:]
    called = call_rna(tmp_path, [("spliced", TRANSCRIPT, 0.8), ("other", other, 0.2)])
    assert called.status != "not_detected"


def left_over(place: int, fragments: int, unspliced: int) -> list[int]:
    """The fragments that are left of a residue where so many read into the intron."""
    border = next(one for one in borders(TEMPLATE) if one.place == END)
    sequence = TRANSCRIPT[END - 40 : END] + border.intron[:40]
    reads = ReadSet()
    for number in range(unspliced):
        diagonal = END - 40
        reads.split.append(
            SplitRead(number, diagonal, diagonal, 0, 40, END, sequence, bytes([37]) * 80)
        )
    residue = Residue(0, place, fragments, None)
    return [one.fragments for one in beyond_splicing([residue], reads, Splicing.of(TEMPLATE))]


@pytest.mark.parametrize(
    ("place", "unspliced", "left"),
    [
        (END, 0, [5]), (END, 4, [1]), (END, 5, []), (END, 9, []),
        (END - 3, 5, []), (END + 3, 5, []), (END - 4, 5, [5]), (END + 4, 5, [5]),
    ],
)  # fmt: skip
def test_they_are_taken_from_what_is_clipped_beside_the_border(
    place: int, unspliced: int, left: list[int]
) -> None:
    assert left_over(place, 5, unspliced) == left
