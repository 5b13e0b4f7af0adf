"""Families that errors in a UMI made of one molecule are one, where few show an ITD."""

from collections.abc import Sequence

import pysam
import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.haplotype import Insertion
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.split_molecules import repeated_umis
from flt3itd.reads.alignment_file import NO_UMI, family_umi
from tests.laid_reads import PIECE, WILDTYPE, Reads, tandem

ITD = tandem(1120, 1150)
ONE, ERROR, OTHER_ERROR = "AACCAGGAGAAC", "AACCAAGAGAAC", "AACTAGGAGAAC"
STRANGER = "GATTACAGATTA"
READ_2, REVERSE = 0x80, 0x10


def number_of(text: str) -> int:
    record = pysam.AlignedSegment()
    record.set_tag("RX", text)
    return family_umi(record)


def called(*umis: str, known: Sequence[Insertion] = ()) -> ItdCall:
    """The ITD in a fragment of each UMI, among 200 of the wild type."""
    reads, length = Reads(), len(umis[0])
    for number in range(200):
        reads.fragment(WILDTYPE, 1000, 1300)
        text = "T" * length if number else "A" * (length - 1) + "C"
        reads.set.family_umis.append(number_of(text))
    for umi in umis:
        reads.fragment(ITD, 1060)
        gap = ITD.segment[1] - 1060
        reads.set.split.append(reads.set.split.pop()._replace(first_block_end=gap))
        reads.set.family_umis.append(number_of(umi))
    (found,) = call_itds(reads.set, PIECE, ItdParameters(), Search(known=known)).calls
    return found


@pytest.mark.parametrize(
    ("umis", "molecules", "filters"),
    [
        ((ONE, STRANGER, "C" * 12), 3, ()),
        ((ONE, ERROR, STRANGER), 2, (Flt3Filter.LOW_SUPPORT,)),
        ((ONE, ERROR, STRANGER, "C" * 12), 4, ()),  # three are left: nothing is asked
        ((ERROR, OTHER_ERROR, STRANGER), 3, ()),  # they differ in two bases
        (("N" * 12, "N" * 12, "N" * 12), 3, ()),
        (("AAAAAA", "AAAAAC", "GGGGGG"), 3, ()),  # by chance
    ],
)
def test_of_three_molecules_one_is_not_the_error_of_another(
    umis: tuple[str, ...], molecules: int, filters: tuple[Flt3Filter, ...]
) -> None:
    call = called(*umis)
    assert (call.mutant_fragments, call.filters) == (molecules, filters)


def test_molecules_of_a_known_itd_are_not_asked() -> None:
    umis = (ONE, ERROR, STRANGER)
    insertion = called(*umis).haplotype.insertion
    assert insertion is not None
    assert called(*umis, known=[insertion]).mutant_fragments == 3


@pytest.mark.parametrize(
    ("texts", "repeated"),
    [
        ((ONE, ERROR, OTHER_ERROR), 2),
        ((ERROR, OTHER_ERROR, ONE), 2),  # whichever stands first
        ((ONE, ONE), 0),  # two places
        ((ONE, "N" * 12), 0),
        ((), 0),
    ],
)
def test_errors_of_one_umi_are_one(texts: tuple[str, ...], repeated: int) -> None:
    assert repeated_umis(map(number_of, texts), len(ONE)) == repeated


@pytest.mark.parametrize(("length", "repeated"), [(7, 1), (6, 0)])
def test_short_umis_are_side_by_side_by_chance(length: int, repeated: int) -> None:
    """Of three random ones of seven bases two are so in 0.4%, of six bases in 1.3%."""
    umis = ("A" * length, "A" * (length - 1) + "C", "G" * length)
    assert repeated_umis(map(number_of, umis), length) == repeated


def test_more_umis_are_side_by_side_by_chance_sooner() -> None:
    """Of four random ones of seven bases two are so in 0.8%, of five in 1.3%."""
    umis = ("AAAAAAA", "AAAAAAC", "GGGGGGG", "TTTTTTT", "CCCCCCC")
    assert repeated_umis(map(number_of, umis[:4]), 7) == 1
    assert repeated_umis(map(number_of, umis), 7) == 0


def test_a_umi_is_a_number_of_both_parts() -> None:
    assert number_of("AC-GT") == number_of("ACGT") == 0b00011011
    assert number_of("ACNT") == number_of("") == family_umi(pysam.AlignedSegment()) == NO_UMI


def test_fragments_of_dna_that_share_both_ends_are_counted_as_they_are() -> None:
    """Their copies are marked, or were counted once before; of RNA few would be one molecule."""
    reads = Reads()
    for number in range(200):
        reads.fragment(WILDTYPE, 900 + 2 * number, 1300)
    for _ in range(3):
        reads.read(ITD, 1060)
        gap = ITD.segment[1] - 1060
        reads.set.split.append(reads.set.split.pop()._replace(first_block_end=gap))
        reads.read(ITD, 1300, READ_2 | REVERSE)
        reads.set.fragments += 1
    (found,) = call_itds(reads.set, PIECE, ItdParameters(), Search()).calls
    assert (found.mutant_fragments, found.filters) == (3, ())
