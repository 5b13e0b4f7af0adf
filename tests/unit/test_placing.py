"""Placing reads without an aligner."""

from collections.abc import Callable

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.foreign_bases import ADAPTERS
from flt3itd.reads.kmer_aligner import KmerIndex, LocusAligner
from flt3itd.reads.read_set import SplitRead
from tests.builders import duplicate, random_sequence

REFERENCE = random_sequence(3000, 71)
ALIGNER = LocusAligner(REFERENCE, [(500, 2500)])


def placed(sequence: str) -> SplitRead:
    found = ALIGNER.place(3, sequence, bytes(range(len(sequence))))
    assert found is not None
    assert found.split.fragment == 3
    return found.split


def test_reverse_complement() -> None:
    assert reverse_complement("AACGTN") == "NACGTT"


def test_both_strands() -> None:
    forward = ALIGNER.place(0, REFERENCE[1000:1100], bytes(range(100)))
    backward = ALIGNER.place(0, reverse_complement(REFERENCE[1000:1100]), bytes(range(100)))
    assert forward is not None
    assert backward is not None
    assert (forward.is_reverse, backward.is_reverse) == (False, True)
    assert forward.split.sequence == backward.split.sequence
    assert forward.split.first_diagonal == backward.split.first_diagonal == 1000
    assert backward.split.qualities == bytes(range(100))[::-1]


def test_reads_of_one_sequence_keep_their_own_qualities() -> None:
    mutant = reverse_complement(duplicate(REFERENCE, 1000, 1200)[1110:1260])
    qualities = [bytes([number]) + bytes(149) for number in (7, 8)]
    found = [ALIGNER.place(number, mutant, row) for number, row in enumerate(qualities)]
    splits = [one.split for one in found if one is not None]
    assert [one.fragment for one in splits] == [0, 1]
    assert [one.qualities[-1] for one in splits] == [7, 8]
    assert splits[0][1:7] == splits[1][1:7]


def test_errors_do_not_move_a_read() -> None:
    bases = list(REFERENCE[1000:1150])
    for place in (3, 40, 80, 120, 147):
        bases[place] = "A" if bases[place] != "A" else "C"
    split = placed("".join(bases))
    assert (split.first_diagonal, split.last_diagonal) == (1000, 1000)
    assert (split.aligned_start, split.aligned_end) == (0, 150)


def test_a_junction_read_is_clipped() -> None:
    mutant = duplicate(REFERENCE, 1000, 1200)
    split = placed(mutant[1110:1260])  # 90 bases of the first copy, 60 of the second
    assert split.first_diagonal == 1110
    assert split.aligned_start == 0
    assert 90 <= split.aligned_end <= 96


@pytest.mark.parametrize("unit", [15, 18, 21, 30])
def test_a_read_that_copies_of_a_short_unit_fill_is_placed_on_one_of_them(unit: int) -> None:
    copies = REFERENCE[1000 : 1000 + unit] * 8
    split = placed(copies[7 : 7 + 75])
    assert (split.first_diagonal - 1007) % unit == 0
    assert 1000 - 75 < split.first_diagonal < 1000 + unit


@pytest.mark.parametrize("unit", ["T", "CA", "ATGCCTGAC"])
def test_a_read_of_a_repeat_of_the_genome_has_no_place(unit: str) -> None:
    run = (unit * 20)[:15]
    aligner = LocusAligner(REFERENCE[:1000] + run + REFERENCE[1000:], [(500, 2500)])
    assert aligner.place(0, (unit * 80)[:75], bytes(75)) is None


@pytest.mark.parametrize("change", [30, -30])
def test_a_short_insertion_or_deletion_is_two_blocks(change: int) -> None:
    if change > 0:
        sequence = REFERENCE[1000:1060] + random_sequence(30, 1) + REFERENCE[1060:1120]
    else:
        sequence = REFERENCE[1000:1060] + REFERENCE[1090:1150]
    split = placed(sequence)
    assert split.first_diagonal - split.last_diagonal == change
    assert (split.aligned_start, split.aligned_end) == (0, len(sequence))
    assert 56 <= split.first_block_end <= 64


@pytest.mark.parametrize(
    "sequence", ["", "ACGT", "N" * 100, "A" * 100, random_sequence(150, 5), REFERENCE[:100]]
)
def test_what_lies_elsewhere_has_no_place(sequence: str) -> None:
    assert ALIGNER.place(0, sequence, bytes(len(sequence))) is None


@pytest.mark.parametrize("over", [1, 2, 5, 6, 50])
def test_over_the_edge_of_the_reference(over: int) -> None:
    aligner = LocusAligner(REFERENCE, [(0, len(REFERENCE))])
    for sequence, diagonal in (
        (random_sequence(over, 6) + REFERENCE[:100], -over),
        (REFERENCE[-100:] + random_sequence(over, 6), 2900),
    ):
        found = aligner.place(0, sequence, bytes(100 + over))
        assert found is not None
        assert found.split.first_diagonal == diagonal
        begin, end = found.split.aligned_start + diagonal, found.split.aligned_end + diagonal
        assert begin >= 0
        assert end <= len(REFERENCE)


def test_diagonals_count_kmers() -> None:
    index = KmerIndex.of("ACGTACGTTT", 4, [(0, 10)])
    assert index.diagonals("ACGTT") == {4: 2, 0: 1}
    assert index.positions["ACGT"] == (0, 4)


@pytest.mark.parametrize(
    ("wrong", "clipped"),
    [([], False), ([95, 99], False), ([92, 97], False), ([92, 95, 98], True), ([0, 2, 5], True)],
)
def test_what_other_aligners_would_clip(wrong: list[int], clipped: bool) -> None:
    """Of bwa mem an end loses 4 for a mismatch, wins 1 for a match, and has 5 for not being cut."""
    bases = list(REFERENCE[1000:1100])
    for at in wrong:
        bases[at] = "ACGT"["CGTA".index(bases[at])]
    placed = ALIGNER.place(0, "".join(bases), b"\x25" * 100)
    assert placed is not None
    assert placed.is_clipped is clipped


def beside_a_repeat(sequence: str) -> bool:
    """Whether a read is placed where bases 1000 to 1300 are a repeat of the genome."""
    aligner = LocusAligner(REFERENCE, [(500, 2500)], [(1000, 1300)])
    return aligner.place(0, sequence, bytes(len(sequence))) is not None


def changed(sequence: str, count: int) -> str:
    """So many of its bases are others, far apart and away from its ends."""
    bases = list(sequence)
    for place in range(10, 10 + 20 * count, 20):
        bases[place] = "A" if bases[place] != "A" else "C"
    return "".join(bases)


def test_a_read_within_a_repeat_is_of_this_copy_where_it_agrees() -> None:
    own = REFERENCE[1100:1200]
    assert beside_a_repeat(changed(own, 3))
    assert not beside_a_repeat(changed(own, 4))
    assert not beside_a_repeat(own[:60] + random_sequence(40, 3))
    assert not beside_a_repeat(REFERENCE[1100:1150] + REFERENCE[1170:1220])


@pytest.mark.parametrize("strand", [str, reverse_complement])
def test_an_adapter_behind_a_fragment_in_a_repeat_is_no_difference(
    strand: Callable[[str], str],
) -> None:
    """Fragments that are shorter than reads lost a mate, and the other one seemed to be cut."""
    behind = ADAPTERS[0] + random_sequence(27, 3)
    own = strand(REFERENCE[1100:1160])
    assert beside_a_repeat(own + behind)
    assert beside_a_repeat(changed(own, 1) + behind)
    assert not beside_a_repeat(changed(own, 2) + behind)
    assert not beside_a_repeat(behind + own)


def test_a_read_that_goes_on_beside_a_repeat_is_of_the_locus() -> None:
    # A 14-mer of every fifth base is looked at: two of them stand beside the repeat, or one.
    assert beside_a_repeat(changed(REFERENCE[1220:1320], 4))
    assert not beside_a_repeat(changed(REFERENCE[1219:1319], 4))
    assert beside_a_repeat(REFERENCE[1100:1160] + REFERENCE[1500:1540])


@pytest.mark.parametrize(("beside", "place"), [(19, 2024), (18, None)])
def test_a_read_with_a_filler_from_a_repeat_lies_where_the_rest_does(
    beside: int, place: int | None
) -> None:
    """Of 19 bases two 14-mers are looked at, of 18 one."""
    aligner = LocusAligner(REFERENCE, [(500, 2500)], [(1000, 1300)])
    read = REFERENCE[2024 : 2024 + beside] + REFERENCE[1100:1150]
    found = aligner.place(0, read, bytes(len(read)))
    assert (found and found.split.first_diagonal) == place
