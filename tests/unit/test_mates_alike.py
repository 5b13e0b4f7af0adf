"""Second reads that are the first ones again: a file that was given twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.reads.alignment import Flag
from flt3itd.reads.copies import mates_alike
from flt3itd.reads.streaming import ReadSet
from tests.builders import write_fastq
from tests.itd_builders import call, sample_pairs, tandem

FIRST, SECOND = Flag(0), Flag.READ_2


def pairs(*reads: tuple[int, int, Flag]) -> ReadSet:
    """Plain reads of one fragment: start, length, FLAG."""
    found = ReadSet(fragments=1)
    for start, length, flag in reads:
        found.add_plain(start, length, 0, int(flag))
    return found


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
    assert mates_alike(pairs((100, 150, FIRST), second)) == alike


def test_reverse_reads_begin_at_their_end() -> None:
    first = (100, 150, Flag.REVERSE)
    assert mates_alike(pairs(first, (110, 140, SECOND | Flag.REVERSE))) == 1
    assert mates_alike(pairs(first, (100, 149, SECOND | Flag.REVERSE))) == 0
    assert mates_alike(pairs(first)) == mates_alike(ReadSet(fragments=0)) == 0


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
