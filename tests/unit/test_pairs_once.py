"""Amplicons of which pairs of the same bases were removed."""

from collections.abc import Sequence

import numpy as np
import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.pairs_once import pairs_once
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.alignment import Flag
from flt3itd.reads.read_set import ReadSet
from tests.fitness_builders import verdict

READ = 100
REFERENCE = "ACGT" * 50
MATE = int(Flag.REVERSE) | int(Flag.READ_2)
LIMIT = Thresholds().pairs_once


def add_pair(reads: ReadSet, errors: Sequence[int], start: int = 0) -> None:
    """Mates that begin 60 bases apart, the first one with an error at each of some places."""
    for place in errors:
        base = "A" if REFERENCE[place] != "A" else "C"
        text = REFERENCE[:place] + base + REFERENCE[place + 1 : READ]
        reads.mismatches.note(reads.fragments, text, 0, REFERENCE)
    reads.add_plain(start, READ, reads.fragments)
    reads.add_plain(start + 60, READ, reads.fragments, MATE)
    reads.fragments += 1


def reads_with(errors: Sequence[Sequence[int]]) -> ReadSet:
    found = ReadSet()
    for each in errors:
        add_pair(found, each)
    return found


EACH = [(place,) for place in range(READ)]


@pytest.mark.parametrize(("none", "found"), [(0, READ), (1, READ), (2, 0)])
def test_one_pair_without_errors_at_most(none: int, found: int) -> None:
    assert pairs_once(reads_with([*EACH, *[()] * none])) == found


@pytest.mark.parametrize(("times", "found"), [(1, 101), (2, 0)])
def test_an_error_may_be_in_either_mate(times: int, found: int) -> None:
    """A change that all molecules have is in more of them."""
    assert pairs_once(reads_with([*EACH, *[(7,)] * times])) == found


def test_pairs_of_another_place_and_other_mates_do_not_count() -> None:
    reads = reads_with([*EACH, (3, 5)])
    for _ in range(5):
        add_pair(reads, (), start=1)
        reads.add_plain(0, READ, reads.fragments)
        reads.fragments += 1
    assert pairs_once(reads) == READ
    turned = reads_with(EACH)
    for _ in range(9):
        turned.add_plain(0, READ, turned.fragments, int(Flag.READ_2))
        turned.add_plain(60, READ, turned.fragments, int(Flag.REVERSE))
        turned.fragments += 1
    assert pairs_once(turned) == READ
    assert pairs_once(ReadSet()) == 0


@pytest.mark.parametrize(("pairs", "fit"), [(LIMIT - 1, Fit.FIT), (LIMIT, Fit.REMARK)])
def test_they_are_remarked(pairs: int, fit: Fit) -> None:
    found = verdict(Question.ITD, Assay.AMPLICON, pairs_once=pairs)
    assert found.fit is fit
    assert ("VAFs are wrong" in "".join(found.remarks)) == (fit is Fit.REMARK)
    assert verdict(Question.TKD, Assay.AMPLICON, pairs_once=pairs).fit is fit
    assert verdict(Question.ITD, Assay.CAPTURE, pairs_once=pairs).fit is Fit.FIT


def test_without_the_pairs_of_the_same_bases_each_text_is_there_once() -> None:
    """As many errors as chance puts there: the pairs as sequenced are not remarked."""
    rng = np.random.default_rng(3)
    pairs = [
        tuple(sorted(rng.choice(READ, size=min(2, rng.poisson(0.8)), replace=False).tolist()))
        for _ in range(2000)
    ]
    assert pairs_once(reads_with(pairs)) == 0
    assert pairs_once(reads_with(sorted(set(pairs)))) >= LIMIT
