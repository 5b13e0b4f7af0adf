"""Second reads that are the first ones again: a file that was given twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import Flag
from flt3itd.reads.copies import mates_alike
from flt3itd.reads.library import read_spans
from flt3itd.reads.streaming import ReadSet, SplitRead
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import call, sample_pairs, tandem

FIRST, SECOND = Flag(0), Flag.READ_2


def pairs(*reads: tuple[int, int, Flag]) -> ReadSet:
    """Plain reads of one fragment: start, length, FLAG."""
    found = ReadSet(fragments=1)
    for start, length, flag in reads:
        found.add_plain(start, length, 0, int(flag))
    return found


def alike_in(reads: ReadSet) -> int:
    return mates_alike(read_spans(reads), reads.split)


@pytest.mark.parametrize(
    ("second", "alike"),
    [
        ((100, 150, SECOND), 1),
        ((100, 140, SECOND), 1),  # its end was trimmed
        ((101, 150, SECOND), 0),
        ((100, 150, SECOND | Flag.REVERSE), 0),  # a fragment as long as its reads
        ((100, 150, FIRST), 0),  # two first reads of one name are no copy of a file
    ],
)
def test_a_copy_lies_on_the_strand_and_begins_at_the_base_of_its_read(
    second: tuple[int, int, Flag], alike: int
) -> None:
    assert alike_in(pairs((100, 150, FIRST), second)) == alike


def test_reverse_reads_begin_at_their_end() -> None:
    first = (100, 150, Flag.REVERSE)
    assert alike_in(pairs(first, (110, 140, SECOND | Flag.REVERSE))) == 1
    assert alike_in(pairs(first, (100, 149, SECOND | Flag.REVERSE))) == 0
    assert alike_in(pairs(first)) == alike_in(ReadSet(fragments=0)) == 0


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
    assert warning.startswith("the second reads are the first ones again")
