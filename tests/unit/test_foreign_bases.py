"""Foreign bases in front of reads are cut off; junctions and adapters are not."""

import random
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.foreign_bases import (
    ADAPTERS,
    adapter_bases,
    cut_adapters,
    cut_foreign_bases,
)
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import FastqRead, random_sequence, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

REFERENCE = random_sequence(2000, 8)
REGION = (300, 1700)
TAIL = "GGTTCCAATTGGCC"


def clipped(
    fragment: int, foreign: str, *, reverse: bool = False, read2: bool = False, start: int = 500
) -> SplitRead:
    """A read of 100 bases of the reference behind foreign ones."""
    own = REFERENCE[start : start + 100]
    size, tail = 100 + len(foreign), len(foreign)
    quality = b"\x25" * size
    if reverse:
        return SplitRead(fragment, start, start, 0, 100, 100, own + foreign, quality, True, read2)
    return SplitRead(
        fragment, start - tail, start - tail, tail, size, size, foreign + own, quality, False, read2
    )


def reads_of(foreign: int, plain: int, tail: str = TAIL[:5]) -> ReadSet:
    reads = ReadSet(fragments=foreign + plain)
    reads.split += [clipped(n, tail, reverse=n % 2 == 1) for n in range(foreign)]
    for number in range(plain):
        reads.add_plain(500, 100, foreign + number)
    return reads


@pytest.mark.parametrize(("foreign", "cut"), [(30, 5), (29, 0)])
def test_foreign_bases_are_those_of_many_reads(foreign: int, cut: int) -> None:
    reads = reads_of(foreign, 100 - foreign)
    assert cut_foreign_bases(reads, REFERENCE, REGION) == cut
    assert len(reads.split) == (0 if cut else foreign)
    starts, ends, _ = reads.plain()
    assert set(starts.tolist()) == {500}
    assert set(ends.tolist()) == {600}


def test_first_and_second_reads_are_judged_apart() -> None:
    reads = ReadSet(fragments=100)
    reads.split += [clipped(n, TAIL[:6], read2=True) for n in range(40)]
    reads.split.append(clipped(41, TAIL[:6]))
    for number in range(40, 100):
        reads.add_plain(500, 100, number)
    assert cut_foreign_bases(reads, REFERENCE, REGION) == 6
    assert [read.fragment for read in reads.split] == [41]


def test_a_long_clip_that_is_the_locus_elsewhere_is_a_junction() -> None:
    reads = reads_of(40, 0, REFERENCE[900:912])
    assert cut_foreign_bases(reads, REFERENCE, REGION) == 0
    reads = reads_of(40, 0, TAIL[:12])
    assert cut_foreign_bases(reads, REFERENCE, REGION) == 12


def junction(fragment: int, tag: int, own: int) -> SplitRead:
    """A read behind a tag that begins so many bases before a junction from elsewhere."""
    return clipped(fragment, TAIL[:tag] + REFERENCE[900 - own : 900])


@pytest.mark.parametrize(("own", "left"), [(4, 4), (11, 11), (12, 12), (30, 30)])
def test_behind_the_tag_of_one_construct_a_junction_stays(own: int, left: int) -> None:
    reads = reads_of(99, 0)
    reads.split.append(junction(99, 5, own))
    assert cut_foreign_bases(reads, REFERENCE, REGION, of_one_construct=True) == 5
    [read] = reads.split
    assert read.sequence == REFERENCE[900 - left : 900] + REFERENCE[500:600]


@pytest.mark.parametrize(("bases", "left"), [(16, 11), (17, 0)])
def test_what_is_too_long_for_one_construct_and_of_nowhere_is_cut(bases: int, left: int) -> None:
    reads = reads_of(99, 0)
    reads.split.append(clipped(99, (TAIL + TAIL)[:bases]))
    cut_foreign_bases(reads, REFERENCE, REGION, of_one_construct=True)
    assert [len(read.sequence) for read in reads.split] == [100 + left] * (left > 0)


@pytest.mark.parametrize(("longer", "most"), [(9, 5), (11, 9)])
def test_one_construct_has_the_size_of_nine_in_ten_clips(longer: int, most: int) -> None:
    reads = reads_of(100 - longer, 0)
    reads.split += [clipped(100 + n, TAIL[:9]) for n in range(longer)]
    assert cut_foreign_bases(reads, REFERENCE, REGION, of_one_construct=True) == most


def test_primers_of_an_amplicon_have_constructs_of_their_own() -> None:
    reads = reads_of(99, 0)
    reads.split.append(clipped(99, TAIL[:11]))
    cut_foreign_bases(reads, REFERENCE, REGION)
    assert not reads.split


def test_what_stands_behind_the_insert_stays() -> None:
    reads = ReadSet(fragments=10)
    for number in range(10):
        text = REFERENCE[500:580] + TAIL
        reads.split.append(SplitRead(number, 500, 500, 0, 80, 80, text, b"\x25" * 94))
    assert cut_foreign_bases(reads, REFERENCE, REGION) == 0


@pytest.mark.parametrize("tail", [1, 3, 8, 20, -1], ids=lambda n: "staggered" if n < 0 else n)
def test_an_amplicon_behind_foreign_bases(tmp_path: Path, tail: int) -> None:
    mutants = [tandem(28_034_110, 28_034_145, 0.4)]
    pairs = amplicon_pairs(mutants, [(28_034_020, 28_034_240)], 300, read_length=150)
    rng = random.Random(4)
    files = []
    for mate, side in enumerate(("first", "second")):
        reads = []
        for pair in pairs:
            read: FastqRead = getattr(pair, side)
            size = rng.randrange(8) if tail < 0 else tail
            bases = "".join(rng.choices("ACGT", k=size))
            reads.append(FastqRead(read.name, bases + read.sequence, "I" * size + read.qualities))
        files.append(str(write_fastq(tmp_path / f"R{mate}.fastq", reads)))
    assert_found(call(tmp_path, "--fastq", *files, "--assay", "amplicon"), mutants)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("by_chance", [0, 9, 10])
def test_adapters_behind_the_insert_are_cut_on_both_strands(adapter: str, by_chance: int) -> None:
    reads = ReadSet(fragments=3)
    text = REFERENCE[500:580] + adapter + "ACGTACG"
    size, end = len(text), 80 + by_chance
    reads.split.append(SplitRead(0, 500, 500, 0, end, end, text, b"\x25" * size))
    turned = reverse_complement(adapter + "ACGTACG") + REFERENCE[500:580]
    start, diagonal = size - end, 500 - (size - 80)
    reads.split.append(
        SplitRead(1, diagonal, diagonal, start, size, size, turned, b"\x25" * size, True)
    )
    reads.split.append(clipped(2, TAIL))
    cut = 2 if by_chance <= 9 else 0
    assert cut_adapters(reads, REFERENCE) == (cut, 0)
    assert len(reads.split) == 3 - cut
    starts, ends, _ = reads.plain()
    assert starts.tolist() == [500] * cut
    assert ends.tolist() == [580] * cut


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("is_reverse", [False, True])
@pytest.mark.parametrize(
    ("misread", "by_chance", "is_cut"),
    [
        ((), 0, True),
        ((0,), -1, True),
        ((3,), 0, True),
        ((11,), 9, True),
        ((12,), 0, True),
        ((3, 11), 0, False),
        ((3,), 10, False),
        ((3,), -2, False),  # a sequence of the sample stands between
    ],
)
def test_adapters_may_have_one_error_where_a_clip_begins_with_them(
    adapter: str, is_reverse: bool, misread: tuple[int, ...], by_chance: int, is_cut: bool
) -> None:
    bases = list(adapter)
    for at in misread:
        bases[at] = "CGTA"["ACGT".index(bases[at])]
    text = REFERENCE[500:580] + "".join(bases) + "ACGTACG"
    behind = len(adapter) + 7
    shown = reverse_complement(text) if is_reverse else text
    found = adapter_bases(shown, behind - by_chance, is_reverse=is_reverse)
    assert found == (behind if is_cut else 0)


@pytest.mark.parametrize(
    ("tail", "cut"),
    [
        ("A" * 10, 10),
        ("G" * 40, 40),
        ("A" * 9, 0),
        ("A" * 9 + "C", 10),
        ("C" + "A" * 8 + "C", 0),
        ("AC" * 20, 0),
        ("A" * 5 + "C" + "A" * 5, 11),
    ],
)
@pytest.mark.parametrize("is_reverse", [False, True])
def test_tails_of_one_base_are_cut(tail: str, cut: int, is_reverse: bool) -> None:
    insert = REFERENCE[500:580]
    text = tail + insert if is_reverse else insert + tail
    assert adapter_bases(text, len(tail), is_reverse=is_reverse) == cut


@pytest.mark.parametrize("in_front", [False, True])
@pytest.mark.parametrize("is_reverse", [False, True])
@pytest.mark.parametrize("bases", [9, 10])
def test_tails_are_cut_off_both_ends_of_reads(bases: int, is_reverse: bool, in_front: bool) -> None:
    """Those behind an adapter are the adapter's."""
    reads = ReadSet(fragments=2)
    on_left = in_front is not is_reverse
    insert, tail = REFERENCE[500:580], "T" * bases
    text = tail + insert if on_left else insert + tail
    first = bases if on_left else 0
    quality = b"\x25" * len(text)
    reads.split.append(
        SplitRead(
            0, 500 - first, 500 - first, first, first + 80, first + 80, text, quality, is_reverse
        )
    )
    behind = ADAPTERS[0] + "ACGT" + "G" * 20
    text = insert + behind
    reads.split.append(SplitRead(1, 500, 500, 0, 80, 80, text, b"\x25" * len(text)))
    assert cut_adapters(reads, REFERENCE) == (1, bases == 10)
    assert [len(read.sequence) for read in reads.split] == [80 + bases] * (bases < 10)


@pytest.mark.parametrize(
    ("own", "tail", "cut"),
    [
        ("GCACC", "A" * 20, 20),
        ("GCACC", "A" * 9, 0),
        ("GCACC", "A" * 10, 10),
        ("GCTA", "A" * 12 + "G" + "A" * 7, 21),
        ("GGCTACAGGC", "T" * 15, 15),
    ],
)
@pytest.mark.parametrize("is_reverse", [False, True])
def test_a_tail_behind_clipped_bases_of_the_sample_is_cut_alone(
    own: str, tail: str, cut: int, is_reverse: bool
) -> None:
    """An error near the end of the insert clips the bases behind it, too."""
    clip = own + tail
    insert = REFERENCE[500:580]
    text = clip[::-1] + insert if is_reverse else insert + clip
    assert adapter_bases(text, len(clip), is_reverse=is_reverse) == cut


@pytest.mark.parametrize(
    ("before_mate", "own", "paired", "cut"),
    [
        (0, "", True, 9),
        (5, "", True, 9),
        (6, "", True, 0),  # a junction of which the bases were masked
        (0, "", False, 0),
        (6, "GCATTCAG", True, 9),  # a junction behind which the fragment ends
        (6, "GCATTCAG", False, 9),
    ],
)
@pytest.mark.parametrize("is_reverse", [False, True])
def test_adapters_that_were_masked_are_cut_at_the_end_of_the_fragment(
    before_mate: int, own: str, paired: bool, cut: int, is_reverse: bool
) -> None:
    clip, insert = own + "N" * 9, REFERENCE[500:580]
    text = clip[::-1] + insert if is_reverse else insert + clip
    first = len(clip) if is_reverse else 0
    diagonal = 500 - first
    reads = ReadSet(fragments=2)
    last, quality = first + 80, b"\x25" * len(text)
    reads.split.append(
        SplitRead(0, diagonal, diagonal, first, last, last, text, quality, is_reverse)
    )
    reads.add_plain(500 - before_mate if is_reverse else 500 + before_mate, 80, 0 if paired else 1)
    assert cut_adapters(reads, REFERENCE) == (cut > 0, 0)
    left = [len(read.sequence) for read in reads.split]
    assert left == ([] if cut and not own else [len(text) - cut])


@pytest.mark.parametrize("base", ["A", "G"])
def test_amplicon_reads_that_go_on_with_one_base(tmp_path: Path, base: str) -> None:
    """A wild type was called an ITD of 1,028 bases, and a VAF of 0.40 read 0.28."""
    mutants = [tandem(28_034_060, 28_034_182, 0.4, "GATCCA")]
    pairs = amplicon_pairs(mutants, [(28_033_930, 28_034_240)], 300, 5, read_length=251)
    rng = random.Random(11)
    files = []
    for mate, side in enumerate(("first", "second")):
        reads: list[FastqRead] = []
        for pair in pairs:
            read: FastqRead = getattr(pair, side)
            text = read.sequence
            if rng.random() < 0.33:
                end = rng.choice((rng.randrange(70, 120), len(text)))
                text = text[:end] + base * (len(text) - end + 20)
            reads.append(FastqRead(read.name, text, "I" * len(text)))
        files.append(str(write_fastq(tmp_path / f"R{mate}.fastq", reads)))
    assert_found(call(tmp_path, "--fastq", *files, "--assay", "amplicon"), mutants)


@pytest.mark.parametrize("is_mutant", [False, True])
def test_reads_that_begin_with_rows_of_one_base(tmp_path: Path, is_mutant: bool) -> None:
    """Of a wild type, tails of T in 30 % of the reads were ITDs of 3,337 bases at 1.0."""
    mutants = [tandem(28_034_090, 28_034_149, 0.35)] if is_mutant else []
    pairs = amplicon_pairs(mutants, [(28_033_930, 28_034_240)], 300, 5, read_length=251)
    rng = random.Random(3)
    files = []
    for mate, side in enumerate(("first", "second")):
        reads = []
        for pair in pairs:
            read: FastqRead = getattr(pair, side)
            size = rng.randrange(15, 41) if rng.random() < 0.3 else 0
            text = "T" * size + read.sequence[: len(read.sequence) - size]
            reads.append(FastqRead(read.name, text, read.qualities))
        files.append(str(write_fastq(tmp_path / f"R{mate}.fastq", reads)))
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert_found(called, mutants)
    assert called.status == ("detected" if is_mutant else "not_detected")
    assert any("row of one base" in text for text in called.document["warnings"])
