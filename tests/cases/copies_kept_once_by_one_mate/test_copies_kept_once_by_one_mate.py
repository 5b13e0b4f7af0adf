"""A capture of which one pair was kept of those that one of their reads begins alike."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import write_mates
from tests.itd_builders import call, sample_pairs, tandem

ITD = tandem(28_034_060, 28_034_182, 0.3, "GATCCA")
BEGIN = 30
"""Bases at which reads begin alike."""
Key = Callable[[str, str], object]
KEYS: dict[str, Key] = {
    "first reads": lambda first, _: first,
    "second reads": lambda _, second: second,
    "both": lambda first, second: (first, second),
}


@pytest.mark.parametrize("kept_by", KEYS)
def test_copies_kept_once(tmp_path: Path, kept_by: str) -> None:
    pairs = sample_pairs([ITD], 400, 104, Library(read_length=100))
    kept = {
        KEYS[kept_by](pair.first.sequence[:BEGIN], pair.second.sequence[:BEGIN]): pair
        for pair in pairs
    }
    files = write_mates(tmp_path, kept.values())
    itd = call(tmp_path, "--fastq", *map(str, files)).document["itd"]
    assert itd["status"] == ("detected" if kept_by == "both" else "not_assessable")
    assert (itd["reason"] is not None and "by one end" in itd["reason"]) is (kept_by != "both")
