"""A transcript that could carry no ITD is no wild type of it."""

from pathlib import Path

import pytest

from tests.rna_builders import FIRST, LAST, TRANSCRIPT, call_rna, duplicated


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (FIRST + 5, FIRST + 35),
        (FIRST + 40, FIRST + 85),
        (LAST - 58, LAST - 7),
        (FIRST - 50, FIRST + 10),
        (LAST - 30, LAST + 20),
    ],
    ids=["at_the_donor", "in_the_middle", "at_the_acceptor", "over_14_and_15", "over_13_and_14"],
)
def test_the_share_is_of_transcripts_with_the_exon(tmp_path: Path, start: int, end: int) -> None:
    called = call_rna(
        tmp_path,
        [
            ("wildtype", TRANSCRIPT, 0.42),
            ("without_exon_14", TRANSCRIPT[:FIRST] + TRANSCRIPT[LAST:], 0.40),
            ("itd", duplicated(start, end), 0.18),
        ],
    )
    [event] = called.passing
    assert event["length_bp"] == end - start
    assert event["vaf_low"] < 0.3 < event["vaf_high"]


@pytest.mark.parametrize(("missing", "expected"), [(29, 0.18), (30, 0.30)])
def test_what_lacks_but_a_part_of_the_segment_is_wild_type(
    tmp_path: Path, missing: int, expected: float
) -> None:
    start, end = FIRST, FIRST + 30
    called = call_rna(
        tmp_path,
        [
            ("wildtype", TRANSCRIPT, 0.42),
            ("shorter", TRANSCRIPT[:FIRST] + TRANSCRIPT[FIRST + missing :], 0.40),
            ("itd", duplicated(start, end), 0.18),
        ],
    )
    [event] = called.passing
    assert event["vaf_low"] < expected < event["vaf_high"]


def test_they_are_wild_type_of_an_itd_of_the_next_exon(tmp_path: Path) -> None:
    called = call_rna(
        tmp_path,
        [
            ("wildtype", TRANSCRIPT, 0.42),
            ("without_exon_14", TRANSCRIPT[:FIRST] + TRANSCRIPT[LAST:], 0.40),
            ("itd", duplicated(FIRST - 70, FIRST - 22), 0.18),
        ],
    )
    [event] = called.passing
    assert event["vaf_low"] < 0.18 < event["vaf_high"]
