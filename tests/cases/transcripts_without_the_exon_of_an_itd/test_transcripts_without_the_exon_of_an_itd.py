"""A transcript that could carry no ITD is no wild type of it."""

from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from tests.builders import read_pairs, write_fastq
from tests.itd_builders import Called, call

TEMPLATE = spliced_template(flt3_locus())
WILDTYPE = TEMPLATE.sequence
FIRST, LAST = TEMPLATE.exon(14)


def called_of(tmp_path: Path, haplotypes: list[tuple[str, str, float]]) -> Called:
    pairs = read_pairs(haplotypes, 1000)
    first = write_fastq(tmp_path / "1.fastq", [pair.first for pair in pairs])
    second = write_fastq(tmp_path / "2.fastq", [pair.second for pair in pairs])
    return call(tmp_path, "--fastq", str(first), str(second), "--assay", "rna")


def duplicated(start: int, end: int) -> str:
    return WILDTYPE[:end] + WILDTYPE[start:]


@pytest.mark.parametrize(
    ("start", "end"),
    [(FIRST + 5, FIRST + 35), (FIRST + 40, FIRST + 85), (LAST - 58, LAST - 7)],
    ids=["at_the_donor", "in_the_middle", "at_the_acceptor"],
)
def test_the_share_is_of_transcripts_with_the_exon(tmp_path: Path, start: int, end: int) -> None:
    called = called_of(
        tmp_path,
        [
            ("wildtype", WILDTYPE, 0.42),
            ("without_exon_14", WILDTYPE[:FIRST] + WILDTYPE[LAST:], 0.40),
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
    called = called_of(
        tmp_path,
        [
            ("wildtype", WILDTYPE, 0.42),
            ("shorter", WILDTYPE[:FIRST] + WILDTYPE[FIRST + missing :], 0.40),
            ("itd", duplicated(start, end), 0.18),
        ],
    )
    [event] = called.passing
    assert event["vaf_low"] < expected < event["vaf_high"]
