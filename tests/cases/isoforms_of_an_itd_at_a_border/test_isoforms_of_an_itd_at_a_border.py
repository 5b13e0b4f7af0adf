"""What splicing makes of an ITD beside a border is the same ITD."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from flt3itd.reads.splice_sites import borders
from tests.builders import read_pairs, write_fastq
from tests.itd_builders import Called, call

TEMPLATE = spliced_template(flt3_locus())
WILDTYPE = TEMPLATE.sequence
FIRST, LAST = TEMPLATE.exon(14)
INTRON = next(one.intron for one in borders(TEMPLATE) if one.place == FIRST)


def called_of(tmp_path: Path, haplotypes: list[tuple[str, str, float]]) -> Called:
    pairs = read_pairs(haplotypes, 1000)
    first = write_fastq(tmp_path / "1.fastq", [pair.first for pair in pairs])
    second = write_fastq(tmp_path / "2.fastq", [pair.second for pair in pairs])
    return call(tmp_path, "--fastq", str(first), str(second), "--assay", "rna")


def duplicated(start: int, end: int, filler: str = "") -> str:
    return WILDTYPE[:end] + filler + WILDTYPE[start:]


def short_at_donor(sequence: str) -> str:
    return sequence[:FIRST] + sequence[FIRST + 12 :]


def short_at_acceptor(sequence: str) -> str:
    end = LAST + len(sequence) - len(WILDTYPE)
    return sequence[: end - 12] + sequence[end:]


def with_intron(sequence: str) -> str:
    return sequence[:FIRST] + INTRON[-12:] + sequence[FIRST:]


@pytest.mark.parametrize(
    ("mutant", "isoform", "share"),
    [
        (duplicated(FIRST, FIRST + 60), short_at_donor, 0.2),
        (duplicated(FIRST, FIRST + 60), short_at_donor, 0.85),
        (duplicated(FIRST + 5, FIRST + 50, "GATC"), short_at_donor, 0.2),
        (duplicated(LAST - 51, LAST), short_at_acceptor, 0.2),
        (duplicated(FIRST, FIRST + 60), with_intron, 0.2),
    ],
    ids=["donor", "most_at_the_donor", "beside_the_donor_with_filler", "acceptor", "intron"],
)
def test_it_is_one_itd(
    tmp_path: Path, mutant: str, isoform: Callable[[str], str], share: float
) -> None:
    called = called_of(
        tmp_path,
        [
            ("wildtype", WILDTYPE, 0.7 * (1 - share)),
            ("isoform", isoform(WILDTYPE), 0.7 * share),
            ("itd", mutant, 0.3 * (1 - share)),
            ("both", isoform(mutant), 0.3 * share),
        ],
    )
    [event] = called.passing
    assert event["length_bp"] == len(mutant) - len(WILDTYPE)
    assert event["vaf_low"] < 0.3 < event["vaf_high"]


@pytest.mark.parametrize("other", [(FIRST + 12, FIRST + 60), (FIRST, FIRST + 48)])
def test_two_itds_of_one_breakpoint_stay_two(tmp_path: Path, other: tuple[int, int]) -> None:
    called = called_of(
        tmp_path,
        [
            ("wildtype", WILDTYPE, 0.6),
            ("one", duplicated(FIRST, FIRST + 60), 0.25),
            ("other", duplicated(*other), 0.15),
        ],
    )
    found = {event["length_bp"]: event for event in called.passing}
    assert sorted(found) == [48, 60]
    assert found[60]["vaf_low"] < 0.25 < found[60]["vaf_high"]
    assert found[48]["vaf_low"] < 0.15 < found[48]["vaf_high"]


@pytest.mark.parametrize(
    ("start", "end"),
    [(FIRST - 50, FIRST + 10), (LAST - 30, LAST + 20)],
    ids=["over_14_and_15", "over_13_and_14"],
)
def test_transcripts_without_an_exon_tell_nothing_of_its_itds(
    tmp_path: Path, start: int, end: int
) -> None:
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


def test_they_are_wild_type_of_an_itd_of_the_next_exon(tmp_path: Path) -> None:
    called = called_of(
        tmp_path,
        [
            ("wildtype", WILDTYPE, 0.42),
            ("without_exon_14", WILDTYPE[:FIRST] + WILDTYPE[LAST:], 0.40),
            ("itd", duplicated(FIRST - 70, FIRST - 22), 0.18),
        ],
    )
    [event] = called.passing
    assert event["vaf_low"] < 0.18 < event["vaf_high"]
