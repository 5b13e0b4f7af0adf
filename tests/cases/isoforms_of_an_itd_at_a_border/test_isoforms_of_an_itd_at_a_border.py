"""What splicing makes of an ITD beside a border is the same ITD."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.reads.splice_sites import borders
from tests.rna_builders import FIRST, LAST, TEMPLATE, TRANSCRIPT, call_rna, duplicated

INTRON = next(one.intron for one in borders(TEMPLATE) if one.place == FIRST)


def short_at_donor(sequence: str) -> str:
    return sequence[:FIRST] + sequence[FIRST + 12 :]


def short_at_acceptor(sequence: str) -> str:
    end = LAST + len(sequence) - len(TRANSCRIPT)
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
    called = call_rna(
        tmp_path,
        [
            ("wildtype", TRANSCRIPT, 0.7 * (1 - share)),
            ("isoform", isoform(TRANSCRIPT), 0.7 * share),
            ("itd", mutant, 0.3 * (1 - share)),
            ("both", isoform(mutant), 0.3 * share),
        ],
    )
    [event] = called.passing
    assert event["length_bp"] == len(mutant) - len(TRANSCRIPT)
    assert event["vaf_low"] < 0.3 < event["vaf_high"]


@pytest.mark.parametrize("other", [(FIRST + 12, FIRST + 60), (FIRST, FIRST + 48)])
def test_two_itds_of_one_breakpoint_stay_two(tmp_path: Path, other: tuple[int, int]) -> None:
    called = call_rna(
        tmp_path,
        [
            ("wildtype", TRANSCRIPT, 0.6),
            ("one", duplicated(FIRST, FIRST + 60), 0.25),
            ("other", duplicated(*other), 0.15),
        ],
    )
    found = {event["length_bp"]: event for event in called.passing}
    assert sorted(found) == [48, 60]
    assert found[60]["vaf_low"] < 0.25 < found[60]["vaf_high"]
    assert found[48]["vaf_low"] < 0.15 < found[48]["vaf_high"]
