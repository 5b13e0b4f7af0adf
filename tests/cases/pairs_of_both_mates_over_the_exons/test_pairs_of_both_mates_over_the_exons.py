"""A capture of which the pairs were kept whose reads both overlap the exons."""

from collections import Counter
from pathlib import Path

import pytest

from tests.builders import Read
from tests.itd_builders import aligned_capture, call_records, tandem

ITD = tandem(28_033_950, 28_034_189, 0.3)
EXONS = ((28_034_080, 28_034_214), (28_033_886, 28_033_991))
"""Exons 14 and 15 of GRCh38, 0-based half-open."""
SAID = "reads stop at the ends of the exons"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    return aligned_capture(ITD, 400, 105, 150, tmp_path_factory.mktemp("reads"))


def over_the_exons(records: list[Read], padding: int) -> list[Read]:
    return [
        one
        for one in records
        if one.cigar
        and any(
            one.position < end + padding and one.position + len(one.sequence) > start - padding
            for start, end in EXONS
        )
    ]


@pytest.mark.parametrize("padding", [0, 20])
def test_pairs_of_both_mates(tmp_path: Path, records: list[Read], padding: int) -> None:
    over = over_the_exons(records, padding)
    mates = Counter(one.name for one in over if not one.flag & 0x900)
    found = call_records(tmp_path, [one for one in over if mates[one.name] == 2])
    (event,) = found.passing
    assert event["vaf"] > ITD.vaf
    assert any(SAID in one and "too high" in one for one in found.document["warnings"])
    assert found.document["reads"]["measured"]["pairs_within"] > 0.04


def test_reads_over_the_exons(tmp_path: Path, records: list[Read]) -> None:
    found = call_records(tmp_path, over_the_exons(records, 0))
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert not any(SAID in one for one in found.document["warnings"])


def test_all_pairs(tmp_path: Path, records: list[Read]) -> None:
    found = call_records(tmp_path, records)
    assert found.document["reads"]["measured"]["pairs_within"] == 0
