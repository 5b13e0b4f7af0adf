"""Which neighbouring changes are one event, and which parts of one are events alone."""

from dataclasses import dataclass

import pytest

from scripts.panel.alleles import Allele
from scripts.panel.description import Change, allele_of
from scripts.panel.known_parts import NothingKnown, listed_together, own_events
from scripts.panel.places import Place
from tests.panel_builders import mixture_of

REFERENCE = "GATTACAGATTCCAGGTCAACTGA"
PLACE = Place("c", 0, len(REFERENCE), ())
PART, OTHER_BASE, BEHIND, FAR = (
    Change(5, 6, "G"), Change(6, 7, "T"), Change(7, 8, "C"), Change(15, 16, "A"),
)  # fmt: skip
REST = Change(6, 7, "G")
WHOLE = Change(5, 7, "GG")


def fetch(start: int, end: int) -> str:
    return REFERENCE[start:end]


def allele(change: Change) -> Allele:
    return allele_of(PLACE.contig, PLACE.start, change, fetch)


@dataclass(frozen=True)
class Told:
    """Tables with these words on the whole change, and on its part."""

    apart: bool = False
    codon: bool = False
    listed: frozenset[Allele] = frozenset()

    def stays_apart(self, part: Allele, whole: Allele) -> bool:
        return self.apart and (part, whole) == (allele(PART), allele(WHOLE))

    def is_of_its_codon(self, part: Allele, whole: Allele) -> bool:
        return self.codon and (part, whole) == (allele(PART), allele(WHOLE))

    def is_listed(self, one: Allele) -> bool:
        return one in self.listed


@pytest.mark.parametrize(("start", "listed", "count"), [(8, True, 1), (9, True, 2), (8, False, 2)])
def test_changes_up_to_six_bases_apart_are_one_where_a_table_lists_them(
    start: int, listed: bool, count: int
) -> None:
    first, second = Change(1, 2, "G"), Change(start, start + 1, "C")
    together = Change(1, start + 1, "G" + REFERENCE[2:start] + "C")
    known = Told(listed=frozenset({allele(together)} if listed else ()))
    found = listed_together([first, second], PLACE, fetch, known)
    assert found == ([together] if count == 1 else [first, second])
    assert listed_together([first, second], PLACE, fetch, NothingKnown()) == [first, second]


@pytest.mark.parametrize(
    ("with_both", "with_part", "known", "apart"),
    [
        (60, 140, Told(), True),  # half of the molecules have the part: it is inherited
        (60, 40, Told(), False),
        (200, 20, Told(), False),  # half have both: they are inherited as one
        (60, 140, Told(codon=True), False),
        (60, 40, Told(apart=True), True),
        (60, 40, Told(apart=True, listed=frozenset({allele(WHOLE)})), False),
        (60, 140, Told(codon=True, apart=True), True),
        (60, 140, NothingKnown(), True),
        (60, 40, NothingKnown(), False),
    ],
)
def test_a_part_is_an_event_alone_where_it_is_inherited_or_known(
    with_both: int, with_part: int, known: Told | NothingKnown, apart: bool
) -> None:
    changes = {1: [WHOLE, FAR], 2: [PART], 3: [OTHER_BASE], 4: [BEHIND]}
    others = 380 - with_both - with_part
    mixture = mixture_of(others, with_both, with_part, 10, 10)
    found = own_events(changes, REFERENCE, PLACE, fetch, mixture, known)
    assert found == changes | {1: [*([PART, REST] if apart else [WHOLE]), FAR]}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Change(5, 6, "G"), [Change(5, 6, "G"), Change(6, 7, "TCT")]),
        (Change(6, 7, "T"), [Change(5, 5, "GT"), Change(6, 7, "T")]),
        (Change(6, 7, "C"), None),
        (Change(5, 6, "T"), None),
        (Change(5, 5, "G"), None),  # an insertion is no base of it
    ],
)
def test_of_a_change_of_another_length_the_first_and_the_last_base_have_a_place(
    part: Change, told: list[Change] | None
) -> None:
    whole = Change(5, 7, "GTCT")
    found = own_events(
        {1: [whole], 2: [part]}, REFERENCE, PLACE, fetch, mixture_of(200, 60, 140), NothingKnown()
    )
    assert found[1] == (told or [whole])
    assert found[2] == [part]


def test_a_deletion_has_no_parts() -> None:
    changes = {1: [Change(5, 8, "")], 2: [PART]}
    mixture = mixture_of(200, 60, 140)
    assert own_events(changes, REFERENCE, PLACE, fetch, mixture, NothingKnown()) == changes
