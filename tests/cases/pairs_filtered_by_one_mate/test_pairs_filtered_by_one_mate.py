"""A capture without the pairs of which one mate, always the first or the second, is clipped."""

import re
import shutil
from pathlib import Path

import pytest

from flt3itd.reads.alignment import Flag
from flt3itd.simulation.sequencing import Library
from tests.builders import Read, write_fastq
from tests.itd_builders import Aligner, Called, Mutant, call, sample_pairs, tandem, write_sample

ITD = tandem(28_034_100, 28_034_144, 0.3)
SHORT = tandem(28_034_110, 28_034_130, 0.3)
LONGEST_CLIP = 10


@pytest.fixture(scope="module", params=[100, 150])
def records(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    return aligned(ITD, request.param, tmp_path_factory)


def aligned(itd: Mutant, length: int, tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    if shutil.which("bwa") is None:
        pytest.skip("bwa is not on PATH")
    pairs = sample_pairs([itd], 500, 101, Library(read_length=length))
    folder = tmp_path_factory.mktemp("reads")
    mates = [pair.first for pair in pairs], [pair.second for pair in pairs]
    files = [write_fastq(folder / f"R{at}.fastq", reads) for at, reads in enumerate(mates)]
    return Aligner.built(tmp_path_factory.getbasetemp()).align(files)


def called(folder: Path, records: list[Read]) -> Called:
    return call(folder, "--bam", str(write_sample(folder / "S.bam", records)))


def filtered(records: list[Read], mate: Flag) -> list[Read]:
    clipped = {
        one.name
        for one in records
        if one.flag & mate and any(int(n) > LONGEST_CLIP for n in re.findall(r"(\d+)S", one.cigar))
    }
    return [one for one in records if one.name not in clipped]


@pytest.mark.parametrize("mate", [Flag.READ_1, Flag.READ_2])
def test_pairs_filtered_by_one_mate(tmp_path: Path, records: list[Read], mate: Flag) -> None:
    found = called(tmp_path, filtered(records, mate))
    (event,) = found.passing
    assert event["vaf_high"] < ITD.vaf
    assert any("of one mate more often than others" in one for one in found.document["warnings"])
    assert found.document["reads"]["verdicts"][0]["fit"] == "unfit"


def test_all_pairs(tmp_path: Path, records: list[Read]) -> None:
    found = called(tmp_path, records)
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert found.document["reads"]["measured"]["mate_missed"] < 1


@pytest.mark.parametrize("mate", [Flag.READ_1, Flag.READ_2])
def test_of_a_short_itd_the_clips_tell(
    tmp_path: Path, mate: Flag, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = called(tmp_path, filtered(aligned(SHORT, 150, tmp_path_factory), mate))
    (event,) = found.passing
    assert event["vaf_high"] < SHORT.vaf
    assert found.document["reads"]["measured"]["clips_of_one_mate"] > 4
    assert any("longest clips are all of one mate" in one for one in found.document["warnings"])
