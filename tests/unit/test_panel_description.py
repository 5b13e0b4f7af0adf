"""A haplotype told as the fewest events: what is one, and what is two."""

import random

import pytest

from flt3itd.common.bases import reverse_complement
from scripts.panel.alleles import Allele
from scripts.panel.description import Change, allele_of, describe, parts_of

REFERENCE = "".join(random.Random(11).choices("ACGT", k=80))


def other(base: str) -> str:
    return "CGTA"["ACGT".index(base)]


def substituted(*places: int) -> str:
    return "".join(other(b) if i in places else b for i, b in enumerate(REFERENCE))


def applied(changes: list[Change]) -> str:
    sequence = REFERENCE
    for change in reversed(changes):
        sequence = sequence[: change.start] + change.alternate + sequence[change.end :]
    return sequence


@pytest.mark.parametrize(
    ("places", "events"),
    [
        ((30,), [(30, 31)]),
        ((30, 31), [(30, 32)]),
        ((30, 33), [(30, 34)]),  # two unchanged bases between
        ((30, 34), [(30, 31), (34, 35)]),  # three
        ((30, 32, 36), [(30, 33), (36, 37)]),
        ((30, 41), [(30, 31), (41, 42)]),
    ],
)
def test_substitutions_are_apart_with_more_than_two_bases_between(
    places: tuple[int, ...], events: list[tuple[int, int]]
) -> None:
    changes = describe(REFERENCE, substituted(*places))
    assert [(c.start, c.end) for c in changes] == events
    assert applied(changes) == substituted(*places)


@pytest.mark.parametrize(("shared", "events"), [(6, 1), (7, 2)])
def test_a_replacement_goes_on_over_what_it_shares_by_chance(shared: int, events: int) -> None:
    """Two blocks of other length with so many shared bases between them."""
    kept = REFERENCE[33 : 33 + shared]
    one, two = ("".join(other(b) for b in REFERENCE[s : s + 3]) for s in (30, 33 + shared))
    end = 36 + shared
    molecule = REFERENCE[:30] + one + "AT" + kept + "TA" + two + REFERENCE[end:]
    changes = describe(REFERENCE, molecule)
    assert len(changes) == events
    assert applied(changes) == molecule


def test_mostly_replaced_bases_are_one_event() -> None:
    """Three bases that are the same by chance do not part a replacement."""
    places = {30, 31, 32, 36, 37, 38, 39}
    assert len(describe(REFERENCE, substituted(*places))) == 1
    assert len(describe(REFERENCE, substituted(30, 31, 35, 36))) == 1  # four of seven
    assert len(describe(REFERENCE, substituted(30, 31, 36))) == 2  # three of seven


def test_three_substitutions_together_are_a_replacement_that_goes_on() -> None:
    assert len(describe(REFERENCE, substituted(30, 31, 37))) == 2
    assert len(describe(REFERENCE, substituted(30, 31, 32, 38))) == 1


@pytest.mark.parametrize(("between", "events"), [(2, 1), (5, 2)])
def test_a_gap_beside_a_substitution(between: int, events: int) -> None:
    molecule = substituted(30)
    at = 31 + between
    assert len(describe(REFERENCE, molecule[:at] + molecule[at + 5 :])) == events


@pytest.mark.parametrize(("nearest", "events"), [(2, 1), (3, 2)])
@pytest.mark.parametrize("moves", [1, 2])
@pytest.mark.parametrize("inserted", [False, True])
def test_a_gap_that_moves_is_apart_where_it_is_so_at_its_nearest(
    nearest: int, events: int, moves: int, *, inserted: bool
) -> None:
    """A substitution, bases that stay, and one more or less of a run of equal bases."""
    run = "A" * (moves + 1)
    before, after = "CTGCTGCT" + "GTC"[:nearest], "GTCTGTCTCG"
    reference = f"{before}{run}{after}"
    molecule = f"CTGCTGCA{before[8:]}{run}{'A' if inserted else ''}{after}"
    molecule = molecule if inserted else molecule.replace(f"{run}{after}", f"{run[1:]}{after}")
    changes = describe(reference, molecule)
    assert len(changes) == events
    assert changes[0].start == 7


@pytest.mark.parametrize(("between", "events"), [(3, 1), (4, 2), (6, 2)])
@pytest.mark.parametrize("gap_first", [False, True])
@pytest.mark.parametrize("inserted", [False, True])
def test_two_neighbouring_bases_beside_a_gap(
    between: int, events: int, *, gap_first: bool, inserted: bool
) -> None:
    """Four unchanged bases part them; the gap could stand nowhere else."""
    molecule = substituted(40, 41)
    at = 40 - between if gap_first else 42 + between
    size = 0 if inserted else 5
    new = "".join(map(other, molecule[at - 1 : at + 1])) * 2 if inserted else ""
    molecule = molecule[: at - size * gap_first] + new + molecule[at + size * (not gap_first) :]
    changes = describe(REFERENCE, molecule)
    assert applied(changes) == molecule
    assert len(changes) == events


@pytest.mark.parametrize(("size", "events"), [(7, 2), (9, 1)])
def test_a_long_replacement_shares_more_bases_by_chance(size: int, events: int) -> None:
    """Seven bases in the middle of 21 or 25 that are replaced by two more."""
    start, end = 20, 20 + size + 7 + size
    one = "".join(other(b) for b in REFERENCE[start : start + size])
    two = "".join(other(b) for b in REFERENCE[end - size : end])
    kept = REFERENCE[start + size : end - size]
    molecule = REFERENCE[:start] + one + "A" + kept + "A" + two + REFERENCE[end:]
    changes = describe(REFERENCE, molecule)
    assert applied(changes) == molecule
    assert len(changes) == events


def test_an_inversion_is_one_event_whatever_reads_alike_on_both_strands() -> None:
    """Twenty-two bases of CEBPA, eight of which are there on the other strand in one row."""
    before, old, after = "ATTCA", "GGCGGCCGCGCAGCCGTAGCCG", "TATTC"
    (change,) = describe(before + old + after, before + reverse_complement(old) + after)
    assert (before + old + after)[change.start : change.end] == reverse_complement(change.alternate)


@pytest.mark.parametrize(("inverted", "events"), [(4, 2), (5, 1)])
def test_few_bases_on_the_other_strand_are_chance(inverted: int, events: int) -> None:
    """Of an inversion more than half of the bases are others: eight of 16, ten of 18."""
    old = "A" * inverted + "GGCGCGCC" + "C" * inverted
    changes = describe(f"CTGTC{old}GATTA", f"CTGTC{reverse_complement(old)}GATTA")
    assert len(changes) == events


def test_a_duplication_is_one_insertion() -> None:
    molecule = REFERENCE[:40] + REFERENCE[28:40] + REFERENCE[40:]
    (change,) = describe(REFERENCE, molecule)
    assert change.end - change.start == 0
    assert len(change.alternate) == 12


def test_two_gaps_are_two_events() -> None:
    molecule = REFERENCE[:20] + REFERENCE[24:40] + "GATTACA" + REFERENCE[40:]
    assert len(describe(REFERENCE, molecule)) == 2


@pytest.mark.parametrize(("deleted", "events"), [(7, 2), (8, 1)])
def test_long_gaps_with_few_bases_between_are_a_replacement(deleted: int, events: int) -> None:
    """Five inserted bases, four that stay, and then at most three times four altogether."""
    molecule = REFERENCE[:20] + "CTCTT" + REFERENCE[20:24] + REFERENCE[24 + deleted :]
    changes = describe(REFERENCE, molecule)
    assert len(changes) == events
    assert applied(changes) == molecule


def test_a_gap_longer_than_all_that_stays_is_apart_from_another() -> None:
    molecule = REFERENCE[:21] + REFERENCE[27:31] + other(REFERENCE[31]) + REFERENCE[31:]
    changes = describe(REFERENCE, molecule)
    assert len(changes) == 2
    assert applied(changes) == molecule


def test_what_is_told_makes_the_molecule() -> None:
    rng = random.Random(2)
    ones = 0
    for _ in range(300):
        old, new = rng.randint(2, 25), rng.randint(2, 25)
        alternate = "".join(rng.choices("ACGT", k=new))
        alternate = other(REFERENCE[20]) + alternate[1:-1] + other(REFERENCE[19 + old])
        molecule = REFERENCE[:20] + alternate + REFERENCE[20 + old :]
        changes = describe(REFERENCE, molecule)
        assert applied(changes) == molecule
        ones += len(changes) == 1
    assert ones > 280


def test_an_allele_is_left_aligned_and_anchored() -> None:
    contig = "GGCAGCAGCAGTT"
    fetch = lambda start, end: contig[max(0, start) : end]  # noqa: E731
    assert allele_of("c", 0, Change(8, 11, ""), fetch) == Allele("c", 0, "GGCA", "G")
    assert allele_of("c", 2, Change(0, 0, "CAG"), fetch) == Allele("c", 0, "G", "GGCA")
    assert allele_of("c", 0, Change(2, 4, "TTT"), fetch) == Allele("c", 2, "CA", "TTT")


def test_the_parts_of_a_replacement_of_equal_length() -> None:
    parts = parts_of(REFERENCE, Change(30, 33, substituted(30, 32)[30:33]))
    assert [(p.start, p.end) for p in parts] == [(30, 31), (32, 33)]
    whole = Change(30, 33, "A")
    assert parts_of(REFERENCE, whole) == [whole]


@pytest.mark.parametrize(
    ("inserted", "events"),
    [
        ("TGTC", 1),  # a base lost and four gained: three more, in frame
        ("TGTCT", 2),
    ],
)
def test_gaps_that_keep_the_frame_only_together_are_one_event(inserted: str, events: int) -> None:
    reference, molecule = "TTAAGCGAAGCCGC", f"TTAACGAA{inserted}GCCGC"
    changes = describe(reference, molecule)
    assert len(changes) == events
    assert sum(len(c.alternate) - c.end + c.start for c in changes) == len(inserted) - 1


@pytest.mark.parametrize("inserted", [0, 8])
def test_a_gap_and_substitutions_a_few_bases_beside_it_are_apart(inserted: int) -> None:
    """Eight bases are lost, or gained, with a substitution on either side."""
    reference = "TCATGTATGCCTTAGATCTGGCGAAGCTAGGCACCAAAGTAAGTTGCTAGACCCAATCGA"
    lost = 0 if inserted else 8
    between = reference[22:28] + "GCATTCGC"[:inserted] + reference[28 + lost : 46]
    found = describe(reference, reference[:21] + "T" + between + "A" + reference[47:])
    gap = Change(28, 28 + lost, "GCATTCGC"[:inserted])
    assert found == [Change(21, 22, "T"), gap, Change(46, 47, "A")]


def test_three_bases_that_fifteen_replace_are_one_event() -> None:
    """One of the fifteen that is as before, three beside a gap, is so by chance."""
    reference = "GCTCAAAAACTCGTCGGTCGTTAGTTACGACACGTTATTTCTCTAGTCTGTATCATAACT"
    new = reference[:23] + "TACCCTTGCTAAGTA" + reference[26:]
    assert describe(reference, new) == [Change(23, 26, "TACCCTTGCTAAGTA")]
