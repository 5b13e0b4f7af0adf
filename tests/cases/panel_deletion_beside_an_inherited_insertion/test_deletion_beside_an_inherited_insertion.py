"""A deletion that could be told as two other changes, on molecules with an inherited insertion."""

import pytest

from scripts.panel.description import Change, describe
from scripts.panel.germline import on_germline
from tests.panel_builders import mixture_of

CALR = "AGCAGAGGCTTAAGGAGGAGGAAGAAGACAAGAAACGCAAAGAGGAGGAGGAGGCAGAGG"
"""Around c.1102_1135, the bases 10 to 44."""
DELETION = Change(10, 44, "")


def told(start: int, inserted: str, *counts: int) -> list[Change]:
    """The changes of molecules with the deletion and an insertion, beside some with this alone."""
    texts = [CALR, CALR[:start] + inserted + CALR[start:]]
    texts.append(texts[1][:10] + texts[1][44:])
    changes = {h: describe(CALR, texts[h]) for h in (1, 2)}
    return on_germline(changes, texts, mixture_of(*counts), lambda *_: False)[2]


@pytest.mark.parametrize("start", [51, 52])
def test_both_are_told_where_the_insertion_is_inherited(start: int) -> None:
    insertion = Change(start, start, "CT")
    assert told(start, "CT", 200, 100, 100) == [DELETION, insertion]
    assert told(start, "CT", 300, 20, 80) != [DELETION, insertion]


def test_more_changes_than_without_it_undo_it() -> None:
    """Molecules without three bases, and others in which three are replaced by as many."""
    texts = ["GCACCCTTCGCA", "GCCTTCGCA", "GCCCACTTCGCA"]
    changes = {h: describe(texts[0], texts[h]) for h in (1, 2)}
    found = on_germline(changes, texts, mixture_of(0, 120, 280), lambda *_: False)
    assert found == changes
