"""A capture without the pairs of which one mate, always the first or the second, is clipped."""

import re
from pathlib import Path

import pytest

from flt3itd.reads.alignment import Flag
from tests.builders import Read
from tests.itd_builders import Mutant, aligned_capture, call_records, tandem

ITD = tandem(28_034_100, 28_034_144, 0.3)
SHORT = tandem(28_034_110, 28_034_130, 0.3)
LONGEST_CLIP = 10


@pytest.fixture(scope="module", params=[100, 150])
def records(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    return aligned(ITD, request.param, tmp_path_factory)


def aligned(itd: Mutant, length: int, tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    return aligned_capture(itd, 500, 101, length, tmp_path_factory.mktemp("reads"))


def filtered(records: list[Read], mate: Flag) -> list[Read]:
    clipped = {
        one.name
        for one in records
        if one.flag & mate and any(int(n) > LONGEST_CLIP for n in re.findall(r"(\d+)S", one.cigar))
    }
    return [one for one in records if one.name not in clipped]


@pytest.mark.parametrize("mate", [Flag.READ_1, Flag.READ_2])
def test_pairs_filtered_by_one_mate(tmp_path: Path, records: list[Read], mate: Flag) -> None:
    found = call_records(tmp_path, filtered(records, mate))
    (event,) = found.passing
    assert event["vaf_high"] < ITD.vaf
    mate_of_filter = "first" if mate == Flag.READ_1 else "second"
    words = f"hardly any read over the junction of an ITD is a {mate_of_filter} read"
    assert any(words in one for one in found.document["warnings"])
    assert found.document["reads"]["verdicts"][0]["fit"] == "unfit"


def test_all_pairs(tmp_path: Path, records: list[Read]) -> None:
    found = call_records(tmp_path, records)
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert found.document["reads"]["measured"]["kind_missed"] < 1


@pytest.mark.parametrize("mate", [Flag.READ_1, Flag.READ_2])
def test_of_a_short_itd_those_near_the_ends_are_of_one_mate(
    tmp_path: Path, mate: Flag, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = call_records(tmp_path, filtered(aligned(SHORT, 150, tmp_path_factory), mate))
    (event,) = found.passing
    assert event["vaf_high"] < SHORT.vaf
    assert found.document["reads"]["measured"]["clips_of_one_mate"] > 4
    mate_of_filter = "first" if mate == Flag.READ_1 else "second"
    words = f"is a {mate_of_filter} read and has it near an end"
    assert any(words in one for one in found.document["warnings"])
