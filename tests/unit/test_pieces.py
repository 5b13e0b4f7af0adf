"""Reads whose larger part lies elsewhere are taken whole."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import SKIPPED, Flag
from flt3itd.reads.columns import names_of
from flt3itd.reads.mates import MateElsewhere, Mates
from flt3itd.reads.pieces import OtherPart, mates_elsewhere, other_parts, whole_reads
from tests.builders import random_sequence

READ = random_sequence(100, 12)
SPAN = ("chr13", 1000, 2000)
PAIR = int(Flag.PAIRED | Flag.READ_1)
ELSEWHERE = ("chr2", 5000)
BEFORE, BEHIND = (4849, 4850), (5150, 5151)


def record(
    name: str,
    flag: int,
    place: tuple[str, int],
    cigar: str,
    sequence: str,
    mate: str = "",
) -> pysam.AlignedSegment:
    one = pysam.AlignedSegment(HEADER)
    one.query_name, one.flag, one.cigarstring = name, flag, cigar
    one.reference_name, one.reference_start = place
    one.query_sequence = sequence
    one.query_qualities = pysam.qualitystring_to_array("I" * len(sequence))
    one.mapping_quality = 60
    if mate:
        one.set_tag("SA", mate)
    return one


HEADER = pysam.AlignmentHeader.from_references(["chr2", "chr13"], [100_000, 100_000])


@pytest.fixture
def bam(tmp_path: Path) -> Iterator[pysam.AlignmentFile]:
    """Records of chr2: the primary one of `read`, another, one of its mate's, and some beside."""
    path = tmp_path / "some.bam"
    with pysam.AlignmentFile(path, "wb", header=HEADER) as out:
        out.write(record("first", PAIR, ("chr2", SPAN[1]), "60M40S", READ))
        for start in BEFORE:
            out.write(record(str(start), PAIR, ("chr2", start), "100M", READ))
        out.write(record("read", PAIR, ELSEWHERE, "60M40S", READ))
        out.write(record("other", PAIR, ELSEWHERE, "100M", READ[::-1]))
        copy = PAIR | int(Flag.DUPLICATE)
        out.write(record("copy", copy, ELSEWHERE, "60M40S", READ))
        out.write(record("turned", PAIR | 16, ELSEWHERE, "40S60M", reverse_complement(READ)))
        for start in BEHIND:
            out.write(record(str(start), PAIR, ("chr2", start), "100M", READ))
    pysam.index(str(path))
    with pysam.AlignmentFile(path) as opened:
        yield opened


def piece(
    name: str = "read", mark: Flag = Flag.SUPPLEMENTARY, sa: str = ""
) -> pysam.AlignedSegment:
    """The last 40 bases of the read on the locus, the others cut off."""
    where = sa or "chr2,5001,+,60M40S,60,0;"
    return record(name, PAIR | int(mark), ("chr13", 1200), "60H40M", READ[60:], where)


def made(bam: pysam.AlignmentFile, *pieces: pysam.AlignedSegment) -> list[pysam.AlignedSegment]:
    return list(whole_reads(bam, pieces, SPAN, int(SKIPPED[Assay.CAPTURE])))


@pytest.mark.parametrize("mark", [Flag.SUPPLEMENTARY, Flag.SECONDARY])
def test_a_piece_gets_the_bases_of_its_read(bam: pysam.AlignmentFile, mark: Flag) -> None:
    (found,) = made(bam, piece(mark=mark))
    assert (found.query_sequence, found.cigarstring) == (READ, "60S40M")
    assert (found.flag, found.reference_start) == (PAIR, 1200)
    assert found.query_qualities is not None
    assert len(found.query_qualities) == 100


def test_a_primary_record_on_the_other_strand_is_turned(bam: pysam.AlignmentFile) -> None:
    (found,) = made(bam, piece("turned", sa="chr2,5001,-,40S60M,60,0;"))
    assert found.query_sequence == READ
    assert found.query_qualities is not None
    assert len(found.query_qualities) == len(READ)


def test_a_read_of_another_contig_is_sought_where_it_lies(bam: pysam.AlignmentFile) -> None:
    """Its place there may be as great as those that were read on the locus."""
    (found,) = made(bam, piece("first", sa=f"chr2,{SPAN[1] + 1},+,60M40S,60,0;"))
    assert found.query_sequence == READ


def test_a_piece_of_which_bases_are_lacking_stays_out(bam: pysam.AlignmentFile) -> None:
    fewer = piece()
    fewer.cigarstring = "59H40M"
    assert not made(bam, fewer)


def test_of_pieces_as_long_the_first_stands_for_the_read(bam: pysam.AlignmentFile) -> None:
    later = piece()
    later.reference_start += 1
    assert [one.reference_start for one in made(bam, piece(), later)] == [1200]


def test_the_further_parts_of_a_read_are_those_of_its_tag() -> None:
    parts = other_parts(piece(sa="chr2,5001,-,10S90M,60,0;chr9,11,+,30M2D70S,7,1;"))
    assert list(parts) == [
        OtherPart("chr2", 5000, True, "10S90M", 60),
        OtherPart("chr9", 10, False, "30M2D70S", 7),
    ]
    assert [part.end for part in other_parts(piece(sa="chr9,11,+,30M2D70S,7,1;"))] == [42]


def test_of_two_pieces_the_longer_one_stands_for_the_read(bam: pysam.AlignmentFile) -> None:
    short = record(
        "read",
        PAIR | int(Flag.SUPPLEMENTARY),
        ("chr13", 1100),
        "30M70H",
        READ[:30],
        "chr2,5001,+,60M40S,60,0;",
    )
    for both in ((short, piece()), (piece(), short)):
        assert [one.reference_start for one in made(bam, *both)] == [1200]


@pytest.mark.parametrize(
    "sa",
    [
        "chr13,1501,+,60M40S,60,0;",
        "chr2,5002,+,60M40S,60,0;",
        "chr9,5001,+,60M40S,60,0;",
    ],
)
def test_reads_that_are_known_or_not_there_are_none(bam: pysam.AlignmentFile, sa: str) -> None:
    assert not made(bam, piece(sa=sa))


def test_a_read_that_is_left_out_stays_out(bam: pysam.AlignmentFile) -> None:
    assert not made(bam, piece("copy"))
    assert not made(bam, piece("third"))


TOGETHER = [MateElsewhere("read", 0, 5000), MateElsewhere("other", 0, 5000)]


@pytest.mark.parametrize(
    ("place", "fragments", "found"),
    [
        (5150, 3000, 3),
        (5151, 3000, 0),
        (4850, 3000, 3),
        (4849, 3000, 0),
        (5150, 3001, 0),
    ],
)
def test_mates_that_lie_together_are_found(
    bam: pysam.AlignmentFile, place: int, fragments: int, found: int
) -> None:
    mates = [*TOGETHER, MateElsewhere(str(place), 0, place)]
    records = list(mates_elsewhere(bam, mates, fragments, int(SKIPPED[Assay.CAPTURE])))
    assert len(records) == found
    assert all(record.is_unmapped for record in records)


def test_two_mates_are_too_few_to_lie_together(bam: pysam.AlignmentFile) -> None:
    assert not list(mates_elsewhere(bam, TOGETHER, 10, int(SKIPPED[Assay.CAPTURE])))


def test_other_records_there_are_no_mates(bam: pysam.AlignmentFile) -> None:
    mates = [*TOGETHER, MateElsewhere("copy", 0, 5000)]
    records = mates_elsewhere(bam, mates, 10, int(SKIPPED[Assay.CAPTURE]))
    assert sorted(str(record.query_name) for record in records) == ["other", "read"]


def test_a_read_that_reaches_to_where_its_mate_begins_is_not_its_mate(
    bam: pysam.AlignmentFile,
) -> None:
    mates = [MateElsewhere(name, 0, 5001) for name in ("read", "other", "turned")]
    assert not list(mates_elsewhere(bam, mates, 10, int(SKIPPED[Assay.CAPTURE])))


def with_mate(name: str, flag: int, contig: int, start: int) -> pysam.AlignedSegment:
    one = record(name, flag, ("chr13", 1200), "100M", READ)
    one.next_reference_id, one.next_reference_start = contig, start
    return one


def test_mates_elsewhere_are_those_of_no_proper_pair_that_were_not_seen() -> None:
    proper, unmapped = int(Flag.PROPER_PAIR), int(Flag.MATE_UNMAPPED)
    records = [
        with_mate("away", PAIR, 0, 500),
        with_mate("far", PAIR, 1, 9000),
        with_mate("near", PAIR | proper, 1, 9000),
        with_mate("alone", PAIR | unmapped, 1, 1200),
        with_mate("single", 0, -1, -1),
        with_mate("seen", PAIR, 1, 1200),
        with_mate("seen", PAIR, 1, 1200),
    ]
    mates = Mates()
    mates.fragments_of(records, names_of(records), np.array([one.flag for one in records]))
    assert mates.elsewhere() == [MateElsewhere("away", 0, 500), MateElsewhere("far", 1, 9000)]


@pytest.mark.parametrize("names", ["abcb", "aabbc", "abab", "aabcaab", "aaab", "abaa"])
@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_mates_get_one_number_however_many_are_taken_at_once(names: str, at_once: int) -> None:
    records = [with_mate(name, PAIR | int(Flag.PROPER_PAIR), 1, 1200) for name in names]
    mates = Mates()
    found: list[int] = []
    for first in range(0, len(records), at_once):
        batch = records[first : first + at_once]
        flags = np.array([one.flag for one in batch])
        found += mates.fragments_of(batch, names_of(batch), flags).tolist()
    pending: dict[str, int] = {}
    expected: list[int] = []
    for name in names:
        new = max(expected, default=-1) + 1
        expected.append(pending.pop(name, new))
        if expected[-1] == new:
            pending[name] = new
    assert found == expected
    assert mates.fragments == max(expected) + 1
