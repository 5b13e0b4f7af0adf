"""A duplication of 80 bases in reads of 100, and a base in both of its copies or in one."""

from pathlib import Path

import pytest

from flt3itd.common.filters import PASS
from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.long_events import LongEvent
from scripts.panel.rivals import copies
from scripts.panel.rows import PanelVariant
from tests.copy_builders import FIRST, copies_of, reads_of_copies
from tests.panel_builders import CONTIG, GENOME, called, other, rows_of, sequence_of, substitution

SIZE, AT = 80, 30
UNIT = GENOME[FIRST : FIRST + SIZE]
PLAIN = copies_of(1, UNIT)
BASE = substitution(FIRST + AT)


def rows(tmp_path: Path, duplication: Allele, changed: tuple[int, ...]) -> list[PanelVariant]:
    """The rows of the duplication and of the base; two of five molecules have a copy."""
    interval = ConfidenceInterval(*wilson_interval(160, 400))
    event = LongEvent(duplication, AlleleCounts(160, 240, 400, (0, 0), (0, 0)), 0.4, interval)
    reads = reads_of_copies({1: 4, 0: 6}, SIZE, changed)
    return rows_of(tmp_path, reads, Call(duplication, 0.0, 0, 0, long=event), *called(BASE))


def test_a_base_of_both_copies_has_the_vaf_of_its_molecules(tmp_path: Path) -> None:
    both = rows(tmp_path, PLAIN, (FIRST + AT, FIRST + SIZE + AT))
    assert [row.filter for row in both] == [PASS, PASS]
    assert both[1].vaf == pytest.approx(0.4, abs=0.05)


def test_a_copy_with_another_base_is_an_event_of_its_own(tmp_path: Path) -> None:
    """All of it is told by the insertion of the copy in front; the usual bases follow."""
    anchor = GENOME[FIRST - 1]
    copy = UNIT[:AT] + other(UNIT[AT]) + UNIT[AT + 1 :]
    whole, base = rows(tmp_path, Allele(CONTIG, FIRST - 1, anchor, anchor + copy), (FIRST + AT,))
    assert whole.filter == PASS
    assert "other_change" in base.filter


@pytest.mark.parametrize(("at", "is_copied"), [(-1, False), (0, True), (80, True), (81, False)])
def test_what_a_duplication_copies(at: int, *, is_copied: bool) -> None:
    """Its first base follows behind it, so that it may equally stand one base further on."""
    base = substitution(FIRST + at)
    assert copies(PLAIN, base, sequence_of(CONTIG)) is is_copied
