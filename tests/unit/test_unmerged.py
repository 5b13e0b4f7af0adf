"""Pairs of an amplicon that a program could not merge, given alone."""

from pathlib import Path

import pytest

from tests.builders import write_fastq
from tests.itd_builders import amplicon_pairs, call, tandem

AMPLICON = [(28_033_930, 28_034_240)]


@pytest.mark.parametrize(
    ("length", "bases", "only", "warned"),
    [
        (60, 180, True, True),
        (60, 180, False, False),
        (33, 180, True, False),
        (60, 220, True, False),
    ],
)
def test_an_itd_whose_mates_alone_do_not_overlap_is_remarked(
    length: int, bases: int, only: bool, warned: bool, tmp_path: Path
) -> None:
    """Of 311 bases and of 60 more: mates of 180 overlap by 49 bases or not at all."""
    mutant = tandem(28_034_090, 28_034_089 + length, 1.0 if only else 0.4)
    pairs = amplicon_pairs([mutant], AMPLICON, 200, 5, read_length=bases)
    files = [
        str(write_fastq(tmp_path / f"R{mate}.fastq", [getattr(one, name) for one in pairs]))
        for mate, name in enumerate(("first", "second"))
    ]
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert called.status == "detected"
    assert any("could not merge" in one for one in called.document["warnings"]) is warned
