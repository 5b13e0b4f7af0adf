"""Remarks of panel rows: the protein of several changes of one molecule, two readings, damage."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.hgvs.transcript import Fetch, Transcript, TranscriptExon
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.damage import DamageOfSample
from scripts.panel.marks import NOTHING_KNOWN
from scripts.panel.molecules import PlacedEvent
from scripts.panel.naming import Named, Namer, name_calls
from scripts.panel.remarks import FRAGMENT, damage_remark, together, told_together
from scripts.panel.shares import Fragment, Mixture
from tests.panel_builders import NEAR, OXIDISED, A, called, fragments, other, rows_of, shown

_CODONS = ("GCT", "CTC", "CAG", "GAC", "TTC", "AGA", "CCA", "GTG", "ACC", "TGG")
CODING = "ATG" + "".join(random.Random(3).choices(_CODONS, k=130)) + "TAA"
CONTIG = "c"
GENOME = "CCTTGGAACC" * 3 + CODING + "GGATCCAAGG" * 3
TRANSCRIPT = Transcript(
    gene="GENE",
    accession="NM_1.1",
    protein_accession="NP_1.1",
    contig=CONTIG,
    minus_strand=False,
    exons=(TranscriptExon(1, 30, 30 + len(CODING), 0),),
    coding_length=len(CODING),
    fetch=lambda start, end: GENOME[max(0, start) : end],
)


def sequence_of(contig: str) -> Fetch:
    assert contig == CONTIG
    return TRANSCRIPT.fetch


def at(c: int) -> int:
    """The place of a base of the coding sequence (1-based) on the contig."""
    return 29 + c


def substitution(c: int) -> Allele:
    return Allele(CONTIG, at(c), GENOME[at(c)], other(GENOME[at(c)]))


def inserted(c: int, bases: str) -> Allele:
    """Bases behind one of the coding sequence."""
    return Allele(CONTIG, at(c), GENOME[at(c)], GENOME[at(c)] + bases)


def deleted(c: int, length: int) -> Allele:
    """Bases behind one of the coding sequence are lost."""
    return Allele(CONTIG, at(c), GENOME[at(c) : at(c) + length + 1], GENOME[at(c)])


def told(*places: dict[int, tuple[Allele, ...]]) -> dict[Allele, Named]:
    """The names of the events of places, by the fragments of each of their haplotypes."""
    calls = [call for place in places for call in calls_of(place)]
    namer = Namer({CONTIG: [TRANSCRIPT]}, sequence_of, "GRCh38", NOTHING_KNOWN)
    return told_together(calls, name_calls(calls, namer), namer, sequence_of)


def calls_of(molecules: dict[int, tuple[Allele, ...]], count: int = 200) -> list[Call]:
    haplotypes = list(molecules.items())
    size = len(haplotypes) + 1
    some = [
        fragment
        for h, (fragments_of_it, _) in enumerate(haplotypes, start=1)
        for fragment in [_of(h, size)] * fragments_of_it
    ]
    mixture = Mixture([*some, *[_of(0, size)] * (count - len(some))], size, 3)
    carriers: dict[Allele, frozenset[int]] = {}
    for h, (_, alleles) in enumerate(haplotypes, start=1):
        for allele in alleles:
            carriers[allele] = carriers.get(allele, frozenset()) | {h}
    return [
        Call(a, 9.0, 20, 200, placed=PlacedEvent(a, some, mixture, mixture.share(some)))
        for a, some in carriers.items()
    ]


def _of(haplotype: int, size: int) -> Fragment:
    return Fragment(tuple(9 * (h != haplotype) for h in range(size)), 1.0, False, (False,))


LOST, BACK = deleted(40, 1), inserted(52, "C")
"""A base lost, and one gained behind it."""


def test_two_gaps_that_restore_the_frame_have_their_protein_together() -> None:
    found = told({40: (LOST, BACK)})
    first, second = found[LOST], found[BACK]
    assert first.names.hgvs_c.endswith("del")
    assert first.names.hgvs_p == second.names.hgvs_p
    assert "delins" in first.names.hgvs_p
    assert not any("frameshift" in one.names.consequence for one in (first, second))
    cis = second.names.hgvs_c.split(":")[1]
    assert first.remark.startswith(f"protein together with {cis}, on the same molecules; alone")
    assert "fsTer" in first.remark


def test_two_gaps_of_other_molecules_shift_the_frame() -> None:
    found = told({40: (LOST,), 30: (BACK,)})
    assert all("frameshift" in one.names.consequence for one in found.values())
    assert not any(one.remark for one in found.values())


def test_a_gap_that_some_molecules_have_alone_shifts_the_frame() -> None:
    """Only what all molecules of an event have besides tells its protein."""
    found = told({40: (LOST, BACK), 30: (LOST,)})
    assert "frameshift" in found[LOST].names.consequence
    assert "frameshift" not in found[BACK].names.consequence


def test_gaps_that_leave_the_frame_shifted_keep_their_names() -> None:
    more = inserted(52, "CC")
    found = told({40: (LOST, more)})
    assert all("frameshift" in one.names.consequence for one in found.values())
    assert all("together p.(" in one.remark for one in found.values())


def test_substitutions_of_other_codons_have_no_remark() -> None:
    found = told({40: (substitution(40), substitution(47))})
    assert not any(one.remark for one in found.values())


@pytest.mark.parametrize(("alone", "doubtful"), [(60, True), (20, False)])
def test_what_is_told_on_an_inherited_base_may_be_two_clones(alone: int, doubtful: bool) -> None:
    usual, new = substitution(40), substitution(41)
    found = told({40: (usual, new), alone: (usual,)})
    assert ("told as inherited (VAF near 50%)" in found[usual].remark) == doubtful
    assert ("told as inherited (VAF near 50%)" in found[new].remark) == doubtful
    assert "on the same molecules as" in found[new].remark  # one codon
    if doubtful:
        assert "(20.0%)" in found[new].remark
        assert "alone (30.0%)" in found[new].remark


@pytest.mark.parametrize(("alone", "doubtful"), [(37, True), (36, False)])
def test_three_clones_whose_sum_may_be_that_of_an_inherited_base(
    alone: int, doubtful: bool
) -> None:
    """As far from one half as a base is that is told as inherited, 77 of 200 molecules."""
    shared, first, third = (substitution(c) for c in (41, 40, 42))
    found = told({alone: (shared,), 25: (first, shared), 15: (shared, third)})
    for one in (first, third):
        assert ("is told as inherited (VAF near 50%)" in found[one].remark) == doubtful


def test_what_is_homozygous_is_no_second_clone() -> None:
    usual, new = substitution(40), substitution(41)
    found = told({40: (usual, new), 160: (usual,)})
    assert "told as inherited" not in found[new].remark


@pytest.mark.parametrize(("between", "doubtful"), [(2, True), (3, False)])
def test_what_lies_farther_apart_is_two_events_either_way(between: int, doubtful: bool) -> None:
    usual = substitution(40)
    new = substitution(41 + between)
    found = told({40: (usual, new), 60: (usual,)})
    assert ("told as inherited" in found[new].remark) == doubtful


@pytest.mark.parametrize(("fragments_of_it", "doubtful"), [(30, True), (80, False)])
def test_gaps_that_are_not_seen_together_may_restore_the_frame(
    fragments_of_it: int, doubtful: bool
) -> None:
    far = inserted(130, "G")
    found = told({40: (LOST,)}, {fragments_of_it: (far,)})
    for one in found.values():
        assert "frameshift" in one.names.consequence
        assert (
            "on the same molecules both restore the reading frame, p.(" in one.remark
        ) == doubtful
    assert not any(one.remark for one in told({40: (LOST,)}, {40: (inserted(130, "GG"),)}).values())


def test_gaps_beyond_a_fragment_are_not_put_together() -> None:
    near, far = inserted(40, "G"), (deleted(40 + FRAGMENT + n, 1) for n in (1, 2))
    remarks = [told({40: (near,)}, {40: (one,)})[near].remark for one in far]
    assert list(map(bool, remarks)) == [True, False]


def test_gaps_that_undo_each_other_are_not_put_together() -> None:
    """A base of a run that is lost and one that is inserted: together they are the reference."""
    run = next(c for c in range(4, 300) if GENOME[at(c + 1)] == GENOME[at(c + 2)])
    lost, more = deleted(run, 1), inserted(run + 2, GENOME[at(run + 2)])
    assert together([lost, more], TRANSCRIPT.fetch) is None
    assert not any(one.remark for one in told({40: (lost,)}, {40: (more,)}).values())


def test_changes_that_overlap_are_not_put_together() -> None:
    assert together([deleted(40, 3), substitution(42)], TRANSCRIPT.fetch) is None
    whole = together([LOST, BACK], TRANSCRIPT.fetch)
    assert whole is not None
    assert (whole.start, whole.end) == (LOST.start, BACK.end)
    assert whole.alt == GENOME[at(40)] + GENOME[at(42) : at(53)] + "C"


def test_one_change_of_the_same_codon_is_enough_for_a_remark() -> None:
    first, second, third = (substitution(c) for c in (40, 42, 47))
    found = told({40: (first, second, third)})
    assert "together p.(" in found[first].remark
    assert "together p.(" in found[second].remark
    assert not found[third].remark


@pytest.mark.parametrize(
    ("counts", "passes", "remarked"),
    [
        (shown(6, 0), True, True),
        (shown(6, 0), False, False),
        (shown(6, 3), True, False),
    ],
)
def test_a_call_of_one_orientation_that_passes_may_be_damage(
    counts: AlleleCounts, passes: bool, remarked: bool
) -> None:
    damage = DamageOfSample({OXIDISED: counts})
    words = damage_remark(OXIDISED, counts, damage, passes=passes)
    assert words == (
        "6 of 6 fragments have one orientation: it may be oxidation of the DNA" if remarked else ""
    )
    change = replace(OXIDISED, alt="C")
    assert damage_remark(change, counts, DamageOfSample({change: counts}), passes=True) == ""


@pytest.mark.parametrize(("usual", "remarked"), [(7, True), (6, False)])
def test_damage_that_is_likelier_than_not_has_a_remark(usual: int, remarked: bool) -> None:
    counts = shown(usual, 1)  # probabilities of 0.53 and 0.36
    damage = DamageOfSample({OXIDISED: counts})
    assert bool(damage_remark(OXIDISED, counts, damage, passes=True)) is remarked


def test_remarks_stand_in_the_rows(tmp_path: Path) -> None:
    reads = fragments((40, (A, NEAR)), (60, (A,)), (100, ()))
    rows = rows_of(tmp_path, reads, *called(A, NEAR))
    assert [("told as inherited" in row.remark) for row in rows] == [True, True]
