"""Whether reads of an insertion have as many wrong bases as those of the wild type."""

import random
from collections.abc import Sequence

import pytest

from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.errors_by_allele import fewer_errors
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junction_places import showing
from flt3itd.reads.read_set import ReadSet, SplitRead

SIZE = 150
_CHANCE = random.Random(7)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=1000))
WILDTYPE = Haplotype(REFERENCE)
MUTANT = Haplotype(REFERENCE, Insertion(500, 500, REFERENCE[460:500]))
START = 430


def other(base: str) -> str:
    return "ACGT"[("ACGT".index(base) + 1) % 4]


def read_of(
    haplotype: Haplotype, fragment: int, wrong: Sequence[int], mate: int, start: int = START
) -> SplitRead:
    """A read over the place of the insertion, with wrong bases at some of its own."""
    bases = list(haplotype.sequence[start : start + SIZE])
    for place in wrong:
        bases[place] = other(bases[place])
    inserted = haplotype.length_change
    first_block = MUTANT.duplication.end - start if inserted else SIZE
    last = start - inserted
    text = "".join(bases)
    return SplitRead(
        fragment, start, last, 0, SIZE, first_block, text, b"\x25" * SIZE, is_read2=mate == 1
    )


def sample(
    mutants: Sequence[Sequence[int]],
    wildtypes: Sequence[Sequence[int]],
    mate: int = 0,
    more: Sequence[SplitRead] = (),
) -> float:
    """The measure of reads of both alleles, each with its wrong bases; few ones are plain."""
    reads = ReadSet()
    reads.split.extend(more)
    for fragment, wrong in enumerate([*mutants, *wildtypes]):
        mutant = fragment < len(mutants)
        if mutant or len(wrong) > 1:
            reads.split.append(read_of(MUTANT if mutant else WILDTYPE, fragment, wrong, mate))
        else:
            reads.add_plain(START, SIZE, fragment, 128 * mate)
    reads.fragments = reads.reads = len(mutants) + len(wildtypes) + len(more)
    compared = ComparedReads.of(reads.split)
    return fewer_errors(reads, compared, MUTANT, showing(compared, MUTANT))


def some(number: int, wrong: int, of: int = 3) -> list[list[int]]:
    """Reads of which one in so many has wrong bases, each at places of its own."""
    places = random.Random(number)
    return [
        sorted(places.sample(range(10, 50), wrong)) if read % of == 0 else []
        for read in range(number)
    ]


@pytest.mark.parametrize("mate", [0, 1])
def test_mutants_without_errors_beside_wild_types_that_have_them(mate: int) -> None:
    assert sample(some(60, 0), some(90, 2), mate) > 3.5
    assert sample(some(120, 0), some(180, 2), mate) > 5


@pytest.mark.parametrize(
    ("mutants", "wildtypes"),
    [
        (some(120, 2), some(180, 2)),
        (some(120, 2, of=6), some(180, 2)),
        (some(120, 3), some(180, 0)),
    ],
)
def test_as_many_or_half_as_many_or_more_are_no_sign(
    mutants: list[list[int]], wildtypes: list[list[int]]
) -> None:
    assert sample(mutants, wildtypes) == 0


def test_a_third_of_the_odds_is_the_limit() -> None:
    """One in seven against one in three: odds of 1/6 and 1/2."""
    assert sample(some(210, 2, of=7), some(90, 2)) == pytest.approx(0, abs=1e-6)
    assert 0 < sample(some(240, 2, of=8), some(90, 2)) < 1


def test_one_error_counts_for_none_as_in_plain_reads() -> None:
    assert sample(some(120, 1), some(180, 1)) == 0


def test_a_base_that_the_wild_type_has_at_one_place_is_inherited() -> None:
    """Beside it two wrong bases count, as in reads that do not have it."""
    inherited = [[25, *(place for place in wrong if place != 25)] for wrong in some(180, 1)]
    assert sample(some(120, 0), inherited) == 0


def test_one_kind_alone_tells_nothing() -> None:
    assert sample(some(60, 2), []) == 0
    assert sample([], some(60, 2)) == 0
    assert sample([], []) == 0


def apart(number: int) -> list[list[int]]:
    """Two wrong bases in each of some reads, all at places of their own."""
    return [[2 * read, 2 * read + 1] for read in range(number)]


@pytest.mark.parametrize(("alike", "others"), [(4, 4), (10, 30)])
def test_four_reads_and_a_quarter_that_differ_at_one_place_have_no_error_there(
    alike: int, others: int
) -> None:
    clean: list[list[int]] = [[]] * 20
    of_one_place = [[120, 60 + read] for read in range(alike)]
    own = apart(others)
    without = sample(some(60, 0), [*own, *[[]] * alike, *clean])
    assert sample(some(60, 0), [*own, *of_one_place, *clean]) == pytest.approx(without)
    fewer = [*own, *of_one_place[1:], [120 + alike, 121 + alike], *clean]
    assert sample(some(60, 0), fewer) > without + 0.1


def test_what_follows_the_stretch_that_fits_is_no_error() -> None:
    """Two of the last three bases, where aligners clip; one error is left in each read."""
    ends = [
        read_of(WILDTYPE, 90 + number, [40, SIZE - 3, SIZE - 1], 0, START - number)
        for number in range(30)
    ]
    clean: list[list[int]] = [[]] * 30
    assert sample(some(60, 0), clean, more=ends) == 0


def test_unknown_bases_are_no_errors() -> None:
    whole = read_of(WILDTYPE, 0, [], 0).sequence
    reads = [
        read_of(WILDTYPE, 90 + number, [], 0)._replace(
            sequence=f"{whole[: 2 * number]}NN{whole[2 * number + 2 :]}"
        )
        for number in range(30)
    ]
    clean: list[list[int]] = [[]] * 30
    assert sample(some(60, 0), clean, more=reads) == 0


def test_reads_that_fit_both_alleles_are_of_neither() -> None:
    """They begin in front of what is copied, and end in it."""
    both = [read_of(WILDTYPE, 150 + number, [5, 2 * number + 7], 0, 340) for number in range(40)]
    alone = sample(some(60, 0), some(90, 2))
    assert sample(some(60, 0), some(90, 2), more=both) == pytest.approx(alone)
