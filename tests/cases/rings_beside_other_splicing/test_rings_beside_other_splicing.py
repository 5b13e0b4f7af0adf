"""Rings of several kinds in one sample, with an ITD or without an exon, are no ITDs."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.isoforms import rings_alone
from flt3itd.reads.splice_sites import UNSPLICED, Splicing
from flt3itd.simulation.sequencing import Library
from tests.rna_builders import FIRST, LAST, TEMPLATE, TRANSCRIPT, call_rna, duplicated

SPLICING = Splicing.of(TEMPLATE)
END_OF_15, END_OF_13 = TEMPLATE.exon(15)[0], TEMPLATE.exon(13)[1]
SIZE = 21
ITD_END = LAST - 80


def around(sequence: str) -> str:
    """A ring of a sequence, several times around."""
    return sequence * 6


def test_rings_of_three_kinds_beside_transcripts_without_exons(tmp_path: Path) -> None:
    shares = [
        ("wildtype", TRANSCRIPT, 0.82),
        ("without 14 and 15", TRANSCRIPT[:END_OF_15] + TRANSCRIPT[LAST:], 0.05),
        ("without 14", TRANSCRIPT[:FIRST] + TRANSCRIPT[LAST:], 0.05),
        ("of 13 to 15", around(TRANSCRIPT[END_OF_15:END_OF_13]), 0.02),
        ("of 14 and 15", around(TRANSCRIPT[END_OF_15:LAST]), 0.02),
        ("of 14", around(TRANSCRIPT[FIRST:LAST]), 0.02),
    ]
    called = call_rna(tmp_path, shares, 300, seed=4, library=Library(read_length=75))
    assert called.status == "not_detected", called.passing


def test_an_itd_that_rings_have_too(tmp_path: Path) -> None:
    itd = duplicated(ITD_END - SIZE, ITD_END)
    ring = around(itd[END_OF_15 : LAST + SIZE])
    shares = [("wildtype", TRANSCRIPT, 0.48), ("itd", itd, 0.48), ("ring", ring, 0.04)]
    [event] = call_rna(tmp_path, shares, 300).passing
    assert event["length_bp"] == SIZE
    assert event["vaf_low"] < 0.5 < event["vaf_high"]


def proposed(mutant: str, splicing: Splicing = SPLICING) -> list[str]:
    """What stays of a proposal, given as the sequence that it makes."""
    change = insertion_between(TRANSCRIPT, 0, len(TRANSCRIPT), mutant)
    assert change is not None
    return [one.sequence for one in rings_alone([Haplotype(TRANSCRIPT, change)], splicing)]


def test_of_a_ring_the_exons_alone_are_proposed() -> None:
    twice = duplicated(FIRST, LAST)
    itd = duplicated(ITD_END - SIZE, ITD_END)
    assert proposed(itd) == [itd]
    assert proposed(itd[: LAST + SIZE] + itd[FIRST:]) == [twice]
    assert proposed(twice) == [twice]
    assert proposed(itd[: LAST + SIZE] + itd[FIRST:], UNSPLICED) == [
        itd[: LAST + SIZE] + itd[FIRST:]
    ]


def test_exons_of_which_one_was_left_out() -> None:
    """Exon 13 behind exon 15, and 16 behind that: the end of 15 meets the beginning of 13."""
    ring = TRANSCRIPT[:END_OF_15] + TRANSCRIPT[LAST:END_OF_13] + TRANSCRIPT[END_OF_15:]
    assert proposed(ring) == [duplicated(END_OF_15, END_OF_13)]


@pytest.mark.parametrize(("wrong", "told"), [(1, True), (2, False)])
@pytest.mark.parametrize("at_end", [False, True])
def test_one_base_of_those_that_meet_may_be_wrong(wrong: int, told: bool, at_end: bool) -> None:
    twice = list(duplicated(FIRST, LAST))
    for place in range(wrong):
        at = LAST - 3 - 3 * place if at_end else LAST + 2 + 3 * place
        twice[at] = "A" if twice[at] != "A" else "C"
    assert SPLICING.rings("".join(twice)) == ([(FIRST, LAST)] if told else [])
