"""Reads that are given twice are refused with what is wrong; names that meet by chance are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.check_fastq import check_lanes
from scripts.inputs.repeated_reads import MOST_REPEATED, WATCHED
from tests.builders import FastqRead, random_sequence, write_fastq


def reads(count: int, seed: int = 0, name: str = "r{}") -> list[FastqRead]:
    return [
        FastqRead(name.format(i), random_sequence(30, seed + i), "I" * 30) for i in range(count)
    ]


def refused(*lanes: list[Path]) -> str:
    with pytest.raises(UserError) as caught:
        check_lanes(lanes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("count", [1, 2, 120])
def test_a_file_joined_to_itself(tmp_path: Path, paired: bool, count: int) -> None:
    files = [
        write_fastq(tmp_path / f"{mate}.fastq", reads(count, 1_000 * mate, f"r{{}} {mate}:N:0") * 2)
        for mate in ((1, 2) if paired else (1,))
    ]
    text = refused(files)
    if count == 1:  # of two reads of one name nothing else can be told
        assert "holds each read twice, one after the other" in text
        return
    first = min(count, WATCHED)
    assert text.startswith(f"{files[0]}: {first} of the first {first} reads come again from read ")
    assert f"read {count + 1} on: the file was joined to itself" in text


def test_reads_one_after_another(tmp_path: Path) -> None:
    twice = [read for read in reads(9) for _ in range(2)]
    assert "holds each read twice, one after the other" in refused(
        [write_fastq(tmp_path / "a.fastq", twice)]
    )
    alike = [replace(read, name="read") for read in reads(3)]
    text = refused([write_fastq(tmp_path / "b.fastq", alike)])
    assert "its first 3 reads are all called 'read'; mates and fragments are told by" in text


@pytest.mark.parametrize("names", ["r{}", "r{}/%d", "r{} %d:N:0:ACGT"])
def test_both_mates_in_one_file_one_behind_the_other(tmp_path: Path, names: str) -> None:
    mates = [reads(20, 100 * mate, names % mate if "%" in names else names) for mate in (1, 2)]
    text = refused([write_fastq(tmp_path / "all.fastq", mates[0] + mates[1])])
    assert "20 of the first 20 reads come again from read 21 on, by name, with other bases" in text
    assert "give mates as fq1 and fq2" in text


def test_a_lane_under_two_names(tmp_path: Path) -> None:
    lanes = [
        [
            write_fastq(tmp_path / f"{lane}_{mate}.fastq.gz", reads(30, 50 * mate, f"{{}}/{mate}"))
            for mate in (1, 2)
        ]
        for lane in "ab"
    ]
    text = refused(*lanes)
    assert text.startswith(f"{lanes[0][0]}: holds 30 of the first 30 reads of {lanes[1][0]} again")
    assert "give each lane once" in text
    assert check_lanes(lanes[:1])[0].reads == 30


def test_a_lane_that_another_holds_in_its_middle(tmp_path: Path) -> None:
    other = write_fastq(tmp_path / "other.fastq", reads(20, 500, "other{}"))
    both = write_fastq(tmp_path / "both.fastq", reads(200) + reads(20, 500, "other{}"))
    assert f"holds 20 of the first 20 reads of {other} again" in refused([other], [both])


def test_lanes_whose_names_begin_anew_are_fine(tmp_path: Path) -> None:
    """As of simulated reads, or of instruments that count reads: the bases are others."""
    lanes = [[write_fastq(tmp_path / f"{n}.fastq", reads(20, 100 * n))] for n in (1, 2)]
    assert [lane.reads for lane in check_lanes(lanes)] == [20, 20]


@pytest.mark.parametrize("repeated", [10, 11])
def test_so_many_reads_may_come_again(tmp_path: Path, repeated: int) -> None:
    """Just at and just above the share from which on reads are there twice."""
    assert MOST_REPEATED == 0.5
    first = reads(20)
    path = write_fastq(tmp_path / "a.fastq", [*first[:19], *first[:repeated], first[19]])
    if repeated > MOST_REPEATED * 20:
        assert "11 of the first 20 reads come again" in refused([path])
    else:
        assert check_lanes([[path]])[0].reads == 30


def test_only_the_first_reads_are_looked_for_again(tmp_path: Path) -> None:
    assert WATCHED == 100
    first = reads(300)
    path = write_fastq(tmp_path / "a.fastq", first + first[WATCHED:])
    assert check_lanes([[path]])[0].reads == 500
