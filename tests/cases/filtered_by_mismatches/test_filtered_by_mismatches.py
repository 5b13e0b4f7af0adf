"""Pairs with eleven mismatches in a read (bases of gaps count as such) left out of a capture."""

from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import Read, write_mates
from tests.itd_builders import Aligner, Called, call, sample_pairs, tandem, write_sample

ITD = tandem(28_034_131, 28_034_148, 0.15)
WORDS = "hardly any read over the junction of an ITD has it in the middle"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    folder = tmp_path_factory.mktemp("reads")
    pairs = sample_pairs([ITD], 400, 3, Library(read_length=150))
    files = write_mates(folder, pairs)
    return Aligner.built(tmp_path_factory.getbasetemp()).align(files)


def called(folder: Path, records: list[Read]) -> Called:
    return call(folder, "--bam", str(write_sample(folder / "S.bam", records)))


def test_a_ratio_of_which_pairs_were_filtered_has_a_remark(
    tmp_path: Path, records: list[Read]
) -> None:
    filtered = {read.name for read in records if int(dict(read.tags)["NM"]) > 10}
    found = called(tmp_path, [read for read in records if read.name not in filtered])
    (event,) = found.passing
    assert event["vaf_high"] < ITD.vaf
    (warning,) = found.document["warnings"]
    assert WORDS in warning


def test_the_same_reads_unfiltered_have_none(tmp_path: Path, records: list[Read]) -> None:
    found = called(tmp_path, records)
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert not found.document["warnings"]
