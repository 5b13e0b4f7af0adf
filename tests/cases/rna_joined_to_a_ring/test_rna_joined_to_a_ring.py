"""The junction of a ring of exons is no ITD; exons that stand twice in a transcript are one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from flt3itd.insertions.isoforms import is_splicing
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.splice_sites import Splicing
from tests.rna_builders import FIRST, LAST, TEMPLATE, TRANSCRIPT, call_rna, duplicated

if TYPE_CHECKING:
    from flt3itd.insertions.counting import Settled
    from flt3itd.reads.read_set import ReadSet

SPLICING = Splicing.of(TEMPLATE)
ITD = duplicated(FIRST + 20, FIRST + 65)


def ring(first: int, last: int) -> str:
    """A ring of two exons and what lies between, several times around; by numbers of exons."""
    return TRANSCRIPT[TEMPLATE.exon(last)[0] : TEMPLATE.exon(first)[1]] * 6


@pytest.mark.parametrize(
    ("first", "last"), [(14, 14), (14, 15), (13, 14), (13, 15), (12, 14), (14, 16), (15, 15)]
)
def test_a_ring_is_a_splice_variant(tmp_path: Path, first: int, last: int) -> None:
    called = call_rna(tmp_path, [("wildtype", TRANSCRIPT, 0.97), ("ring", ring(first, last), 0.03)])
    assert called.status == "not_detected", called.passing
    assert "splice_variant" in [event["filter"] for event in called.events]


def test_an_itd_beside_a_ring(tmp_path: Path) -> None:
    molecules = [("wildtype", TRANSCRIPT, 0.795), ("itd", ITD, 0.2), ("ring", ring(14, 15), 0.005)]
    [event] = call_rna(tmp_path, molecules).passing
    assert event["length_bp"] == 45
    assert event["vaf_low"] < 0.2 < event["vaf_high"]


def test_an_exon_that_stands_twice_in_linear_transcripts_is_an_itd(tmp_path: Path) -> None:
    twice = duplicated(FIRST, LAST)
    called = call_rna(tmp_path, [("wildtype", TRANSCRIPT, 0.8), ("itd", twice, 0.2)])
    [event] = called.passing
    assert event["length_bp"] == LAST - FIRST
    assert event["vaf_low"] < 0.2 < event["vaf_high"]


def test_exons_joined_again() -> None:
    exons = FIRST, LAST
    assert SPLICING.rings(duplicated(*exons)) == [exons]
    assert SPLICING.rings(duplicated(FIRST + 1, LAST)) == []
    assert SPLICING.rings(duplicated(FIRST, LAST - 1)) == []
    assert SPLICING.rings(duplicated(*exons, "A")) == []
    assert SPLICING.rings(TRANSCRIPT) == []


@pytest.mark.parametrize(("size", "told"), [(6, False), (10, True), (100, True), (132, True)])
def test_as_much_of_them_as_reads_show(size: int, told: bool) -> None:
    start = TEMPLATE.exon(15)[0]
    end_shown = TRANSCRIPT[:start] + TRANSCRIPT[LAST - size : LAST] + TRANSCRIPT[start:]
    begin_shown = TRANSCRIPT[:LAST] + TRANSCRIPT[start : start + size] + TRANSCRIPT[LAST:]
    for shown in (end_shown, begin_shown):
        assert SPLICING.rings(shown) == ([(start, LAST)] if told else [])


def exon_14_twice(joined: int, beyond: int, *, at_end: bool) -> bool:
    """Whether so many fragments over its junction, some with a read beyond, are of a ring."""
    first, last = FIRST - ANCHOR, LAST + ANCHOR
    names = np.arange(joined)
    start, end = (np.full(joined, one, dtype=np.int64) for one in (first + 1, last - 1))
    (end if at_end else start)[:beyond] += 1 if at_end else -1
    nothing = np.zeros(0, dtype=np.int64)
    settled = SimpleNamespace(
        haplotypes=[SimpleNamespace(sequence=duplicated(FIRST, LAST), length_change=LAST - FIRST)],
        at_junction=lambda _: names,
        counts=SimpleNamespace(
            fits=[SimpleNamespace(start=nothing, end=nothing)], fragment=nothing, chosen=nothing
        ),
    )
    reads = SimpleNamespace(plain=lambda: (start, end, names))
    return is_splicing(cast("Settled", settled), 0, SPLICING, cast("ReadSet", reads))


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize(
    ("joined", "beyond", "of_a_ring"),
    [(5, 2, True), (5, 3, False), (40, 3, True), (40, 4, False), (41, 4, True), (41, 5, False)],
)
def test_three_fragments_and_one_in_ten_go_on_beyond_exons_that_stand_twice(
    joined: int, beyond: int, at_end: bool, of_a_ring: bool
) -> None:
    assert exon_14_twice(joined, beyond, at_end=at_end) is of_a_ring
