"""Which records become plain reads, which split ones, and which none."""

from pathlib import Path

import pysam
import pytest

from flt3itd.reads.aligned import aligned_reads
from flt3itd.reads.kmer_aligner import LocusAligner
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.streaming import LINKED_REACH, Stretch, Taken, collect_reads
from tests.builders import Read, random_sequence, write_bam

REFERENCE = random_sequence(3000, 61)
SHIFT = 1000
CAPTURE = 0x100 | 0x200 | 0x400 | 0x800


def read(start: int, cigar: str = "100M", sequence: str = "", **fields: object) -> Read:
    """A read at a locus coordinate; by default it is the reference there."""
    bases = sequence or REFERENCE[start : start + 100]
    name = str(fields.pop("name", f"r{start}"))
    return Read(name, "c", start + SHIFT, cigar, bases, **fields)  # type: ignore[arg-type]


def records_of(folder: Path, *reads: Read) -> list[pysam.AlignedSegment]:
    path = write_bam(folder / "x.bam", {"c": 100_000}, reads)
    with pysam.AlignmentFile(str(path)) as bam:
        return list(bam.fetch("c"))


def collected(
    folder: Path, *reads: Read, skipped: int = CAPTURE, region: tuple[int, int] = (0, 0)
) -> ReadSet:
    aligner = LocusAligner(REFERENCE, [(0, len(REFERENCE))])

    def place(fragment: int, sequence: str, qualities: bytes) -> SplitRead | None:
        placed = aligner.place(fragment, sequence, qualities)
        return placed.split if placed else None

    return collect_reads(
        records_of(folder, *reads),
        Stretch(REFERENCE, SHIFT, region),
        place,
        Taken(skipped),
    )


@pytest.mark.parametrize(
    ("start", "is_noted"),
    [
        (1000 - LINKED_REACH - 99, True),
        (1000 - LINKED_REACH - 100, False),
        (1050, True),
        (1100 + LINKED_REACH - 1, True),
        (1100 + LINKED_REACH, False),
    ],
)
def test_the_other_base_of_a_plain_read_near_the_target_is_noted(
    tmp_path: Path, start: int, is_noted: bool
) -> None:
    bases = wrong(REFERENCE[start : start + 100], 40)
    found = collected(
        tmp_path, read(10), read(start, sequence=bases, tags=(("NM", 1),)), region=(1000, 1100)
    )
    noted = found.mismatches
    assert (len(found.plain_start), len(found.split)) == (2, 0)
    expected = [(1, start + 40, ord(bases[40]))] if is_noted else []
    assert list(zip(noted.fragment, noted.place, noted.base, strict=True)) == expected
    bare = collected(tmp_path, read(start, sequence=bases, tags=(("NM", 1),)))
    assert not bare.mismatches.fragment


def wrong(sequence: str, *places: int) -> str:
    bases = list(sequence)
    for place in places:
        bases[place] = "A" if bases[place] != "A" else "C"
    return "".join(bases)


@pytest.mark.parametrize("tags", [(("NM", 0),), ()], ids=["NM", "no NM"])
def test_a_read_on_the_reference_is_plain(
    tmp_path: Path, tags: tuple[tuple[str, int], ...]
) -> None:
    found = collected(tmp_path, read(500, tags=tags))
    assert [each.tolist() for each in found.plain()] == [[500], [600], [0]]
    assert not found.split


@pytest.mark.parametrize("with_tag", [True, False])
@pytest.mark.parametrize(("errors", "is_plain"), [(1, True), (2, False)])
def test_one_mismatch_is_plain_two_are_looked_at(
    tmp_path: Path, errors: int, is_plain: bool, with_tag: bool
) -> None:
    bases = wrong(REFERENCE[500:600], *range(10, 10 + errors))
    tags = (("NM", errors),) if with_tag else ()
    found = collected(tmp_path, read(500, "100M", bases, tags=tags))
    assert (len(found.plain_start), len(found.split)) == ((1, 0) if is_plain else (0, 1))


@pytest.mark.parametrize(
    ("cigar", "expected"),
    [
        ("60M40S", (500, 500, 0, 60, 60)),
        ("40S60M", (460, 460, 40, 100, 100)),
        ("10S80M10S", (490, 490, 10, 90, 90)),
        ("40M20I40M", (500, 480, 0, 100, 40)),
        ("40M20D60M", (500, 520, 0, 100, 40)),
        ("20S20M10I40M10S", (480, 470, 20, 90, 40)),
        ("40=20I39=1X", (500, 480, 0, 100, 40)),
        ("40M1000N60M", (500, 1500, 0, 100, 40)),
    ],
)
def test_diagonals_of_a_split_read(
    tmp_path: Path, cigar: str, expected: tuple[int, int, int, int, int]
) -> None:
    (split,) = collected(tmp_path, read(500, cigar)).split
    assert (
        split.first_diagonal, split.last_diagonal, split.aligned_start, split.aligned_end,
        split.first_block_end,
    ) == expected  # fmt: skip
    assert split.sequence == REFERENCE[500:600]


def test_hard_clips_are_counted_and_their_coordinates_are_those_of_the_bases_left(
    tmp_path: Path,
) -> None:
    found = collected(tmp_path, read(500, "30H100M20H"))
    assert found.tally.hard_clipped == 1
    (split,) = found.split
    assert (split.aligned_start, split.aligned_end, split.first_diagonal) == (0, 100, 500)


def test_mates_share_a_fragment_and_unpaired_reads_of_one_name_do_not(tmp_path: Path) -> None:
    mates = [
        read(500, name="a", flag=99, mate=("c", 1650)),
        read(650, name="a", flag=147, mate=("c", 1500)),
        read(700, name="b"),
        read(710, name="b"),
    ]
    found = collected(tmp_path, *mates)
    assert found.plain_fragment.tolist() == [0, 0, 1, 2]
    assert found.fragments == 3


@pytest.mark.parametrize("flag", [0x100, 0x200, 0x400, 0x800])
def test_skipped_records(tmp_path: Path, flag: int) -> None:
    found = collected(tmp_path, read(500), read(600, flag=flag))
    assert (found.fragments, found.reads) == (1, 1)


def test_duplicates_count_where_they_are_not_skipped(tmp_path: Path) -> None:
    skipped = CAPTURE & ~0x400
    found = collected(tmp_path, read(500), read(500, flag=0x400, name="d"), skipped=skipped)
    assert found.fragments == 2


def test_an_unmapped_mate_is_placed(tmp_path: Path) -> None:
    mate = Read(
        "a", "c", 500 + SHIFT, "", REFERENCE[700:800], flag=0x1 | 0x4 | 0x80, mapping_quality=0
    )
    found = collected(tmp_path, read(500, name="a", flag=0x1 | 0x8 | 0x40), mate)
    (split,) = found.split
    assert (split.fragment, split.first_diagonal) == (found.plain_fragment[0], 700)


def test_an_unmapped_mate_of_elsewhere_is_left_out(tmp_path: Path) -> None:
    mate = Read("a", "c", 1500, "", random_sequence(100, 9), flag=0x1 | 0x4 | 0x80)
    found = collected(tmp_path, read(500, name="a", flag=0x1 | 0x8 | 0x40), mate)
    assert not found.split


def test_missing_qualities_and_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "x.sam"
    path.write_text(
        "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100000\n"
        f"r\t0\tc\t1501\t60\t60M40S\t*\t0\t0\t{REFERENCE[500:600].lower()}\t*\n"
        "s\t0\tc\t1501\t60\t60M40S\t*\t0\t0\t*\t*\n"
    )
    with pysam.AlignmentFile(str(path)) as sam:
        records = list(sam)
    found = collect_reads(records, Stretch(REFERENCE, SHIFT), lambda *_: None, Taken(CAPTURE))
    (split,) = found.split
    assert split.sequence == REFERENCE[500:600]
    assert len(set(split.qualities)) == 1
    assert split.qualities[0] >= 20


@pytest.mark.parametrize("start", [-50, 2950])
def test_reads_over_the_edge_of_the_locus(tmp_path: Path, start: int) -> None:
    found = collected(tmp_path, read(start, sequence="A" * 100))
    assert found.fragments == 1


def test_reads_for_the_kinase_domain(tmp_path: Path) -> None:
    reads = [read(500, flag=16), read(510, flag=0x1 | 0x80), read(520, flag=0x400)]
    first, second = aligned_reads(records_of(tmp_path, *reads), shift=SHIFT, skipped_flags=CAPTURE)
    assert (first.start, first.is_reverse, first.is_read1) == (500, True, True)
    assert (second.start, second.is_reverse, second.is_read1) == (510, False, False)


@pytest.mark.parametrize(("at_most", "reads", "missing"), [(2, 2, 1), (3, 3, 2), (4, 3, 3)])
def test_mates_behind_the_last_record_that_is_looked_at_are_not_missing(
    tmp_path: Path, at_most: int, reads: int, missing: int
) -> None:
    """Of three pairs the first reads alone are there, the last of them at 120."""
    first = [
        read(start, name=f"p{start}", flag=0x1 | 0x2 | 0x40, mate=("c", SHIFT + mate))
        for start, mate in ((100, 110), (112, 115), (120, 130))
    ]
    found = collect_reads(
        records_of(tmp_path, *first),
        Stretch(REFERENCE, SHIFT, (0, 200)),
        lambda *_: None,
        Taken(CAPTURE, at_most=at_most),
    )
    assert (found.reads, found.tally.mates_missing) == (reads, missing)
