"""Captures filtered by what a junction does to reads of one kind."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.reads.alignment import Flag
from tests.builders import Read
from tests.itd_builders import aligned_capture, call_records, tandem

ITD = tandem(28_034_100, 28_034_144, 0.3)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    if shutil.which("bwa") is None:
        pytest.skip("bwa is not on PATH")
    return aligned_capture(ITD, 500, 101, 150, tmp_path_factory.mktemp("reads"))


def clips(read: Read) -> tuple[int, int]:
    """Bases clipped at the 5' end of the read as it was sequenced, and at its 3' end."""
    left, right = (
        int(found[1]) if (found := re.search(pattern, read.cigar)) else 0
        for pattern in (r"^(\d+)S", r"(\d+)S$")
    )
    return (right, left) if read.flag & Flag.REVERSE else (left, right)


FILTERS: dict[str, Callable[[Read], bool]] = {
    "lies on the reverse strand": lambda read: (
        bool(read.flag & Flag.REVERSE) and max(clips(read)) > 20
    ),
    "passes it early": lambda read: clips(read)[0] > 5,
    "lies on the forward strand and passes it late": lambda read: (
        not read.flag & Flag.REVERSE and clips(read)[1] > 10
    ),
}


@pytest.mark.parametrize("kind", FILTERS)
def test_the_kind_that_is_missing_is_told(tmp_path: Path, records: list[Read], kind: str) -> None:
    left_out = {read.name for read in records if FILTERS[kind](read)}
    found = call_records(tmp_path, [one for one in records if one.name not in left_out])
    (event,) = found.passing
    assert event["vaf_high"] < ITD.vaf
    words = f"hardly any read over the junction of an ITD {kind}, though as many should"
    assert any(words in one for one in found.document["warnings"])


def test_as_sequenced_none_is_missing(tmp_path: Path, records: list[Read]) -> None:
    found = call_records(tmp_path, records)
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert found.document["reads"]["measured"]["kind_missed"] < 1
    assert found.document["reads"]["verdicts"][0]["fit"] == "fit"
