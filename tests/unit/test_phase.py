"""Changes on the molecules of an ITD: their names, and when the whole has one."""

from dataclasses import replace

import pytest

from flt3itd.insertions.flanks import InCopies, PartlyBeside
from flt3itd.insertions.haplotype import Haplotype, Substitution, change_between
from flt3itd.located import LocatedTemplate
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.naming import NEAR
from flt3itd.locus.template import genomic_template
from flt3itd.phase import Phase, on_a_part, phase_of
from flt3itd.reads.coordinates import Placement

LOCUS = flt3_locus()
LOCATED = LocatedTemplate(
    genomic_template(LOCUS), Placement("chr13", LOCUS.first_position - 1, "GRCh38")
)
START = LOCUS.exon(14).start + 40


def itd_with(*deleted: int) -> Haplotype:
    """21 bases duplicated, and six bases deleted so many bases behind the copies."""
    reference = LOCUS.sequence
    main = change_between(reference, START + 21, START + 21, reference[START : START + 21])
    assert main is not None
    beside = []
    for away in deleted:
        first = START + 21 + away
        change = change_between(reference, first, first + 6, "")
        assert change is not None
        beside.append(change)
    return Haplotype(reference, main, tuple(beside))


def test_an_itd_alone_has_no_phase() -> None:
    assert phase_of(itd_with(), LOCATED, in_copies=()) == Phase()
    assert Phase().remark == ""


def test_what_a_part_of_the_molecules_have_is_told_with_their_fragments() -> None:
    reference = LOCUS.sequence
    partly = [
        PartlyBeside(Substitution(place, place + 1, "G"), showing, 30)
        for place, showing in ((START + 40, 12), (START + 41, 7))
    ]
    assert on_a_part(partly, reference, LOCATED) == (
        "on a part of its molecules: c.1757A>C (12 of 30 fragments) "
        "and c.1756G>C (7 of 30 fragments)"
    )
    assert on_a_part([], reference, LOCATED) == ""


def test_a_base_in_each_copy_is_named_and_part_of_the_whole() -> None:
    itd = itd_with()
    base = InCopies(Substitution(START + 10, START + 11, "C"), (START + 10, START + 31))
    phase = phase_of(itd, LOCATED, [base])
    (name,) = phase.in_copies
    unit = LOCUS.sequence[START : START + 10] + "C" + LOCUS.sequence[START + 11 : START + 21]
    whole = LOCATED.name(START, LOCUS.sequence[START : START + 21], unit + unit).hgvs_c
    assert (phase.beside, phase.whole) == ((), whole)
    assert phase.remark == (
        f"on the same molecules: {name.rpartition(':')[2]} in each copy; together {whole}"
    )
    both = phase_of(itd_with(9), LOCATED, [base])
    assert "c.1762_1767del and c." in both.remark
    assert phase_of(itd_with(NEAR + 30), LOCATED, [base]).whole == ""


def test_a_deletion_beside_is_named_and_so_is_the_whole() -> None:
    phase = phase_of(itd_with(9), LOCATED, in_copies=())
    assert phase.beside == ("NM_004119.3:c.1762_1767del",)
    assert phase.whole == "NM_004119.3:c.1762_1775delinsTTCTACGTTGATTTCAGAGAATATGAATA"
    assert phase.remark == (
        "on the same molecules: c.1762_1767del; together "
        "NM_004119.3:c.1762_1775delinsTTCTACGTTGATTTCAGAGAATATGAATA"
    )


@pytest.mark.parametrize(("away", "named"), [(NEAR, True), (NEAR + 1, False)])
def test_far_apart_the_whole_has_no_name_of_its_own(away: int, named: bool) -> None:
    """Bases between the duplicated segment and another base."""
    alone = itd_with()
    place = alone.segment[1] + away
    other = "A" if LOCUS.sequence[place] != "A" else "C"
    haplotype = replace(alone, beside=(Substitution(place, place + 1, other),))
    phase = phase_of(haplotype, LOCATED, in_copies=())
    assert len(phase.beside) == 1
    assert bool(phase.whole) is named
    assert ("together" in phase.remark) is named


@pytest.mark.parametrize("places", [(9, 30)])
def test_several_changes_are_all_named(places: tuple[int, ...]) -> None:
    phase = phase_of(itd_with(*places), LOCATED, in_copies=())
    assert len(phase.beside) == 2
    assert " and c." in phase.remark
