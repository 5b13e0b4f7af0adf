"""Second reads that are the first ones again: a file that was given twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import Flag
from flt3itd.reads.copies import leave_out_copied_mates, mates_alike
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, sample_pairs, tandem

FIRST, SECOND = Flag(0), Flag.READ_2


def pairs(*reads: tuple[int, int, Flag]) -> ReadSet:
    """Plain reads of one fragment: start, length, FLAG."""
    found = ReadSet(fragments=1)
    for start, length, flag in reads:
        found.add_plain(start, length, 0, int(flag))
    return found


def alike_in(reads: ReadSet) -> int:
    return int(mates_alike(read_spans(reads), reads.split).sum())


@pytest.mark.parametrize(
    ("second", "alike"),
    [
        ((100, 150, SECOND), 1),
        ((100, 140, SECOND), 1),  # its end was trimmed
        ((101, 149, SECOND), 1),  # its beginning was
        ((99, 151, SECOND), 1),  # that of the other read
        ((101, 150, SECOND), 0),
        ((100, 150, SECOND | Flag.REVERSE), 0),  # a fragment as long as its reads
        ((100, 150, FIRST), 0),  # two first reads of one name are no copy of a file
    ],
)
def test_a_copy_lies_on_the_strand_of_its_read_and_within_it(
    second: tuple[int, int, Flag], alike: int
) -> None:
    assert alike_in(pairs((100, 150, FIRST), second)) == alike


def test_reverse_reads_begin_at_their_end() -> None:
    first = (100, 150, Flag.REVERSE)
    assert alike_in(pairs(first, (110, 140, SECOND | Flag.REVERSE))) == 1
    assert alike_in(pairs(first, (90, 160, SECOND | Flag.REVERSE))) == 1
    assert alike_in(pairs(first, (99, 150, SECOND | Flag.REVERSE))) == 0
    assert alike_in(pairs(first)) == alike_in(ReadSet(fragments=0)) == 0


def of_clusters(two: int, one: int, second_length: int = 100) -> ReadSet:
    """Clipped reads that begin alike on one strand, as of an amplicon, of two clusters or one."""
    found = ReadSet(fragments=two + one)
    for fragment in range(found.fragments):
        for second in (False, True):
            length = second_length if second else 100
            row = bytes([12 if second and fragment < two else 37] * length)
            found.split.append(
                SplitRead(
                    fragment, 500, 500, 0, 90, 90, "A" * length, row, is_read2=second,
                )
            )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("two", "one", "second_length", "alike"),
    [(10, 9, 100, 0), (10, 10, 100, 20), (9, 0, 100, 9), (10, 9, 99, 19)],
)
def test_reads_of_two_clusters_are_no_copies(
    two: int, one: int, second_length: int, alike: int
) -> None:
    """Reads of an amplicon begin alike: mates of different fragments may lie on one strand."""
    assert alike_in(of_clusters(two, one, second_length)) == alike


def test_a_file_given_twice_under_two_names_is_told(tmp_path: Path) -> None:
    reads = sample_pairs([tandem(28_034_100, 28_034_150, 0.4)], 100)
    first = [pair.first for pair in reads]
    files = {
        "R1": first,
        "R2": [pair.second for pair in reads],
        "copy": [replace(read, sequence=read.sequence[:140], qualities=read.qualities[:140])
                 for read in first],
    }  # fmt: skip
    paths = {
        name: str(write_fastq(tmp_path / f"{name}.fastq", each)) for name, each in files.items()
    }
    told = [
        any("first ones again" in warning for warning in document["warnings"])
        for document in (
            call(tmp_path / other, "--fastq", paths["R1"], paths[other]).document
            for other in ("R2", "copy")
        )
    ]
    assert told == [False, True]


def turned_pairs(same: int, others: int, plain: int = 0) -> ReadSet:
    """Fragments as long as their reads: of some both reads are one text, of some one has an error.

    Of plain ones nothing tells it.
    """
    found = ReadSet(fragments=same + others + plain)
    for fragment in range(same + others):
        for flag in (FIRST, SECOND | Flag.REVERSE):
            text = "A" * 99 + ("C" if flag and fragment >= same else "G")
            found.split.append(
                SplitRead(
                    fragment, 500, 500, 0, 100, 100, text, b"\x25" * 100,
                    is_reverse=bool(flag), is_read2=bool(flag),
                )
            )  # fmt: skip
    for fragment in range(same + others, same + others + plain):
        for flag in (FIRST, SECOND | Flag.REVERSE):
            found.add_plain(500, 100, fragment, int(flag))
    return found


@pytest.mark.parametrize(
    ("same", "others", "alike"), [(3, 0, 8), (2, 0, 0), (9, 1, 15), (8, 1, 0), (0, 5, 0)]
)
def test_second_reads_that_are_the_first_ones_turned(same: int, others: int, alike: int) -> None:
    assert alike_in(turned_pairs(same, others, plain=5)) == alike


def test_first_reads_turned_as_second_ones_are_told(tmp_path: Path) -> None:
    reads = sample_pairs([tandem(28_034_100, 28_034_150, 0.4)], 100)
    first = [pair.first for pair in reads]
    turned = [
        FastqRead(one.name, reverse_complement(one.sequence), one.qualities[::-1]) for one in first
    ]
    files = [write_fastq(tmp_path / f"{n}.fastq", one) for n, one in enumerate((first, turned))]
    (warning,) = [
        text
        for text in call(tmp_path, "--fastq", *map(str, files)).document["warnings"]
        if "first ones" in text
    ]
    assert warning.startswith("second reads are the first ones again")


@pytest.mark.parametrize(("alike", "left"), [(4, 200), (5, 195), (49, 151), (50, 100)])
def test_from_which_share_on_second_reads_are_left_out(alike: int, left: int) -> None:
    """Five of 100 pairs are copies, and their second reads go; of 50 all do."""
    reads = ReadSet(fragments=100)
    for fragment in range(100):
        second = (100, SECOND) if fragment < alike else (300, SECOND | Flag.REVERSE)
        reads.add_plain(100, 150, fragment, int(FIRST))
        reads.add_plain(second[0], 150, fragment, int(second[1]))
    assert leave_out_copied_mates(reads, read_spans(reads), 0.05) == alike / 100
    assert len(reads.plain_start) == left


@pytest.mark.parametrize("turned", [False, True])
def test_an_amplicon_of_which_first_reads_are_given_twice(turned: bool, tmp_path: Path) -> None:
    """They are single reads: what they cannot reach is said, and their VAF holds."""
    far, near = tandem(28_033_960, 28_034_199, 0.4), tandem(28_034_090, 28_034_149, 0.4)
    found = []
    for itd in (far, near):
        either_way = [(28_033_930, 28_034_240)] * 2
        first = [pair.first for pair in amplicon_pairs([itd], either_way)]
        second = [
            replace(one, sequence=reverse_complement(one.sequence), qualities=one.qualities[::-1])
            if turned
            else one
            for one in first
        ]
        files = [write_fastq(tmp_path / f"{n}.fastq", one) for n, one in enumerate((first, second))]
        found.append(call(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon"))
    assert found[0].document["itd"]["longest_assessable"] < 240
    assert_found(found[1], [near])
