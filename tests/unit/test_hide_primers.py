"""Primers in the reads of amplicons: hidden by a quality of 0, aligned as they were."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from scripts.panel.hide_primers import TOLERANCE, ContigPrimers, main
from scripts.panel.read_rules import HIDDEN
from tests.builders import Read, random_sequence, write_bam

LENGTH = 600
BASES = random_sequence(LENGTH, seed=4)
LEFT, RIGHT = (100, 120), (280, 300)
GOOD = 37


def hidden_in(folder: Path, read: Read) -> tuple[int, int]:
    """How many bases are hidden at the start and at the end of a read; none between."""
    fasta = folder / "genome.fa"
    fasta.write_text(f">chr1\n{BASES}\n")
    pysam.faidx(str(fasta))
    primers = folder / "primers.bed"
    sites = ((LEFT, "+"), (RIGHT, "-"), ((112, 130), "-"))
    primers.write_text(
        "".join(f"chr1\t{s}\t{e}\tprimer\t0\t{strand}\n" for (s, e), strand in sites)
    )
    bam = write_bam(folder / "aligned.bam", {"chr1": LENGTH}, [read])
    out = folder / "hidden.bam"
    files = {
        "bam": bam,
        "primers": primers,
        "fasta": fasta,
        "out": out,
        "index": folder / "hidden.bam.bai",
    }
    main([part for name, path in files.items() for part in (f"--{name}", str(path))])
    with pysam.AlignmentFile(str(out)) as reads:
        [made] = reads.fetch("chr1")
    assert (made.cigarstring, made.query_sequence) == (read.cigar, read.sequence)
    good = [at for at, quality in enumerate(made.query_qualities or ()) if quality != HIDDEN]
    assert good == list(range(good[0], good[-1] + 1))
    return good[0], len(read.sequence) - 1 - good[-1]


def plain(start: int, end: int, flag: int = 0) -> Read:
    return Read("r", "chr1", start, f"{end - start}M", BASES[start:end], flag)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (plain(100, 250), (20, 0)),
        (plain(150, 300, flag=16), (0, 20)),
        (plain(100, 300), (20, 20)),
        (plain(105, 295), (15, 15)),
        (plain(100 - TOLERANCE, 250), (20 + TOLERANCE, 0)),
        (plain(100 - TOLERANCE - 1, 250), (0, 0)),
        (plain(150, 300 + TOLERANCE), (0, 20 + TOLERANCE)),
        (plain(150, 300 + TOLERANCE + 1), (0, 0)),
        (plain(119, 250), (1, 0)),
        (plain(120, 250), (0, 0)),
        (plain(150, 281), (0, 1)),
        (plain(150, 280), (0, 0)),
        # A read that runs across the primers of other amplicons keeps its bases.
        (plain(20, 400), (0, 0)),
    ],
)
def test_a_read_hides_the_primers_that_it_begins_with_and_reaches(
    tmp_path: Path, read: Read, expected: tuple[int, int]
) -> None:
    assert hidden_in(tmp_path, read) == expected


def test_a_deletion_right_behind_a_primer_keeps_its_anchor(tmp_path: Path) -> None:
    sequence = BASES[100:121] + BASES[123:250]
    assert hidden_in(tmp_path, Read("r", "chr1", 100, "21M2D127M", sequence)) == (20, 0)


def test_clipped_bases_in_front_of_a_primer_are_hidden_too(tmp_path: Path) -> None:
    read = Read("r", "chr1", 100, "7S150M", "ACGTACG" + BASES[100:250])
    assert hidden_in(tmp_path, read) == (27, 0)


def test_of_two_primers_at_one_place_the_longer_one_is_hidden() -> None:
    primers = ContigPrimers([(98, 118), (100, 125)], [(280, 300), (275, 302)])
    assert primers.end_of_left(100, 100) == 125
    assert primers.start_of_right(300, 300) == 275


def test_primers_are_looked_for_around_a_place_whatever_their_order() -> None:
    primers = ContigPrimers(
        right=[(2001, 2002), (399, 400), (2000, 2001), (1400, 1402), (400, 402)]
    )
    asked: list[tuple[int, int]] = []

    def fetch(start: int, end: int) -> str:
        asked.append((start, end))
        return ""

    list(primers.texts(1000, fetch, right=True))
    assert asked == [(1400, 1402)]
    list(primers.texts(1400, fetch, right=True))
    assert asked[1:] == [(1400, 1402), (2000, 2001)]


def mate_of(last: int, read: Read) -> Read:
    """A forward read of a fragment that ends in front of base `last`."""
    start = read.position
    return replace(
        read, flag=0x61, mate=("chr1", last - 100), template_length=last - start
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "hidden"), [(300, 70), (300 + TOLERANCE, 70), (300 + TOLERANCE + 1, 0), (400, 0)]
)
def test_a_clip_in_the_primer_of_another_amplicon_keeps_its_bases(
    tmp_path: Path, last: int, hidden: int
) -> None:
    """A mutant read is clipped where it goes on otherwise: there may lie a primer that it crosses.

    Its fragment tells whether the primer is its own.
    """
    clipped = Read("r", "chr1", 150, "140M60S", BASES[150:290] + BASES[400:460])
    assert hidden_in(tmp_path, mate_of(last, clipped)) == (0, hidden)


@pytest.mark.parametrize(("last", "hidden"), [(300, 0), (300 + TOLERANCE + 1, 18)])
def test_a_read_that_ends_in_a_copy_of_another_primer_keeps_its_bases(
    tmp_path: Path, last: int, hidden: int
) -> None:
    """It is clipped where [112, 250) begins again, of which the first bases are a right primer.

    Where its mate begins with a primer, that is the one of its product.
    """
    read = Read("r", "chr1", 110, "140M18S", BASES[110:250] + BASES[112:130])
    assert hidden_in(tmp_path, mate_of(last, read)) == (10, hidden)


def test_a_mirrored_clip_keeps_its_bases_too(tmp_path: Path) -> None:
    """A reverse read that begins, clipped, in the left primer of an amplicon farther in."""
    clipped = Read("r", "chr1", 110, "60S140M", BASES[400:460] + BASES[110:250], flag=0x91)
    own = replace(clipped, mate=("chr1", 100), template_length=-150)
    other = replace(clipped, mate=("chr1", 40), template_length=-210)
    assert hidden_in(tmp_path, own) == (70, 0)
    assert hidden_in(tmp_path, other) == (0, 0)


@pytest.mark.parametrize(
    ("front", "misread", "hidden"),
    [
        ("", 0, 20),
        ("", 2, 20),
        ("", 3, 80),  # no primer is seen: all that is clipped, and the one where it is aligned
        ("ACGTACG", 0, 27),
        ("ACGTACGACGTACGACGTAC", 0, 40),
        ("ACGTACGACGTACGACGTACG", 0, 101),
    ],
)
def test_of_a_clipped_duplication_only_the_primer_at_its_begin_is_hidden(
    tmp_path: Path, front: str, misread: int, hidden: int
) -> None:
    """The first copy of [100, 160) is clipped; the second one begins with the primer again."""
    other = "".join("CGTA"["ACGT".index(base)] for base in BASES[100 : 100 + misread])
    copy = other + BASES[100 + misread : 160]
    clipped = len(front) + len(copy)
    read = Read("r", "chr1", 100, f"{clipped}S90M", front + copy + BASES[100:190])
    assert hidden_in(tmp_path, read) == (hidden, 0)


def test_a_mirrored_duplication_hides_the_primer_at_its_begin_too(tmp_path: Path) -> None:
    """A reverse read that begins in the second copy of [240, 300), which is clipped."""
    sequence = BASES[200:300] + BASES[240:300]
    assert hidden_in(tmp_path, Read("r", "chr1", 200, "100M60S", sequence, flag=16)) == (0, 20)
    # It ends there: what stands in front of its last bases is no adapter.
    read = Read("r", "chr1", 200, "100M67S", sequence + "ACGTACG")
    assert hidden_in(tmp_path, read) == (0, 87)


ADAPTER = "AGATCGGAAGAGCACACGTCTGAACTCC"


def test_an_adapter_behind_the_primer_at_the_end_is_hidden_with_it(tmp_path: Path) -> None:
    """A deletion behind which the read is clipped: primer and adapter, the molecule between."""
    behind = BASES[250:300]
    read = Read("r", "chr1", 100, "100M78S", BASES[100:200] + behind + ADAPTER)
    assert hidden_in(tmp_path, read) == (20, 20 + len(ADAPTER))


@pytest.mark.parametrize(("end", "hidden"), [(294, 0), (295, 15 + 40)])
def test_a_clip_within_a_primer_is_no_primer_where_nothing_else_tells(
    tmp_path: Path, end: int, hidden: int
) -> None:
    """The mates of a short product may both be clipped in the primer of another amplicon."""
    bases = BASES[150:end] + BASES[400:440]
    read = Read("r", "chr1", 150, f"{end - 150}M40S", bases)
    assert hidden_in(tmp_path, read) == (0, hidden)


@pytest.mark.parametrize(("shown", "hidden"), [(19, 19), (8, 8), (7, 0)])
def test_a_read_may_end_within_the_primer_that_it_reaches(
    tmp_path: Path, shown: int, hidden: int
) -> None:
    """Behind an insertion it is clipped, so that only its last bases tell."""
    bases = BASES[100:200] + BASES[400:460] + BASES[270 : 280 + shown]
    read = Read("r", "chr1", 100, f"100M{len(bases) - 100}S", bases)
    assert hidden_in(tmp_path, read) == (20, hidden)


@pytest.mark.parametrize(("beyond", "hidden"), [(2, 22 + 40), (3, 0)])
def test_a_clip_behind_a_primer_is_no_adapter_where_the_molecule_goes_on(
    tmp_path: Path, beyond: int, hidden: int
) -> None:
    end = RIGHT[1] + beyond
    read = Read("r", "chr1", 150, f"{end - 150}M40S", BASES[150:end] + BASES[400:440])
    assert hidden_in(tmp_path, read) == (0, hidden)
