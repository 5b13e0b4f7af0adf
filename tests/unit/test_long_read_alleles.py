"""How an insertion of long reads is written: never as less than one."""

from __future__ import annotations

from flt3itd.long_reads.alleles import _Cost, _edited, _written
from flt3itd.long_reads.jump import Jump
from flt3itd.long_reads.spanning import Window
from tests.builders import random_sequence

REFERENCE = random_sequence(160, 1)
WINDOW = Window(30, 130)


def test_bases_are_not_taken_away_until_nothing_is_left() -> None:
    """Reads with many errors may be nearer to the wild type than to what they proposed."""
    wildtype = REFERENCE[WINDOW.start : WINDOW.end]
    cost = _Cost([wildtype] * 5, REFERENCE, WINDOW)
    for inserted in ("ACG", "ACGT", "ACGTA"):
        assert len(_edited((80, inserted), 0, REFERENCE, cost)[1]) == 3


def test_what_the_consensus_does_not_hold_is_no_insertion() -> None:
    consensus = REFERENCE[30:80] + "ACG" + REFERENCE[80:130]
    assert _written(consensus, Jump(80, 80, "ACG", 50, 53)) == [(80, "ACG")] * 2
    assert _written(consensus, Jump(80, 80, "ACG", 50, 52)) == []
    assert _written(consensus, Jump(80, 80, "ACG", 50, 50)) == []
