"""A capture of two lanes of which one was filtered by clips, and one whose lanes differ."""

import dataclasses
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import Pair, Read, write_mates
from tests.itd_builders import Aligner, Called, call, sample_pairs, tandem, write_sample

ITD = tandem(28_034_101, 28_034_160, 0.3)
OTHER = tandem(28_034_112, 28_034_150, 0.4)


def in_lanes(pairs: list[Pair]) -> list[Pair]:
    """The pairs under names of two lanes, by turns."""
    named = []
    for number, pair in enumerate(pairs):
        name = f"A00123:45:HXX:{1 + number % 2}:1101:1000:{number}"
        first, second = (dataclasses.replace(one, name=name) for one in (pair.first, pair.second))
        named.append(dataclasses.replace(pair, first=first, second=second))
    return named


def files_of(folder: Path, pairs: list[Pair]) -> list[Path]:
    return write_mates(folder, pairs)


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return in_lanes(sample_pairs([ITD], 300, 3, Library(read_length=150)))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory, pairs: list[Pair]) -> list[Read]:
    files = files_of(tmp_path_factory.mktemp("reads"), pairs)
    return Aligner.built(tmp_path_factory.getbasetemp()).align(files)


def filtered_names(records: list[Read]) -> set[str]:
    return {one.name for one in records if ":HXX:2:" in one.name and "S" in one.cigar}


def called(folder: Path, records: list[Read]) -> Called:
    return call(folder, "--bam", str(write_sample(folder / "S.bam", records)))


def test_a_lane_that_was_filtered_is_named(tmp_path: Path, records: list[Read]) -> None:
    gone = filtered_names(records)
    found = called(tmp_path, [one for one in records if one.name not in gone])
    (event,) = found.passing
    assert event["vaf_high"] < ITD.vaf
    (warning,) = found.document["warnings"]
    assert warning.startswith("no read of A00123:45:HXX:2 (lane or read group) is clipped as far")


def test_the_same_of_fastq(tmp_path: Path, records: list[Read], pairs: list[Pair]) -> None:
    gone = filtered_names(records)
    kept = [pair for pair in pairs if pair.first.name not in gone]
    found = call(tmp_path, "--fastq", *map(str, files_of(tmp_path, kept)))
    assert "A00123:45:HXX:2 (lane or read group)" in "".join(found.document["warnings"])


def test_a_lane_of_another_sample_is_named(tmp_path: Path, pairs: list[Pair]) -> None:
    other = in_lanes(sample_pairs([OTHER], 300, 4, Library(read_length=150)))
    mixed = [one for one in pairs if ":HXX:1:" in one.first.name]
    mixed += [one for one in other if ":HXX:2:" in one.first.name]
    found = call(tmp_path, "--fastq", *map(str, files_of(tmp_path, mixed)))
    assert len(found.passing) == 2
    (warning,) = found.document["warnings"]
    assert "(lane or read group) show an ITD" in warning


def test_lanes_as_they_were_sequenced_have_no_remark(tmp_path: Path, records: list[Read]) -> None:
    found = called(tmp_path, records)
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert not found.document["warnings"]
