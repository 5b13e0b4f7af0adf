"""How one ITD is reported, and what depth and amplicons allow to say of ITDs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.filters import Flt3Filter
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.statistics import poisson_limit_of_detection
from flt3itd.events import event_of, known_of, known_status
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.itd_calls import ItdCall, ItdCalls, KnownCall
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.two_ends import BothEnds
from flt3itd.interpretation import exon_depth, interpret, warnings_of
from flt3itd.located import LocatedTemplate
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.coordinates import Placement
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.read_set import ReadSet
from flt3itd.records import ConfidenceInterval, EventKind, FltEvent, Status
from tests.builders import random_sequence

LOCUS = flt3_locus()
TEMPLATE = genomic_template(LOCUS)
CHR13 = Placement("chr13", LOCUS.first_position - 1, "GRCh38")
LOCATED = LocatedTemplate(TEMPLATE, CHR13)
START = LOCUS.from_grch38(28_034_120)
UNIT = LOCUS.sequence[START : START + 30]
SISTER = UNIT[:12] + "ACGT"[("ACGT".index(UNIT[12]) + 1) % 4] + UNIT[13:]
"""Another base in the copy."""
FIRST, LAST = TEMPLATE.region


def haplotype(inserted: str = UNIT) -> Haplotype:
    made = insertion_between(LOCUS.sequence, START + 30, START + 30, inserted)
    assert made is not None
    return Haplotype(LOCUS.sequence, made)


def called(inserted: str = UNIT, *filters: str, **changes: Any) -> ItdCall:
    vaf = Estimate(0.2, ConfidenceInterval(0.1, 0.3))
    ar = Estimate(0.25, ConfidenceInterval(1 / 9, 3 / 7))
    made = ItdCall(haplotype(inserted), 20, 80, vaf, ar, filters, duplicates_primer=False)
    return made._replace(**changes)


def event(call: ItdCall) -> FltEvent:
    return event_of("S1", call, LOCATED, EVERY_COUNT, others=())


@pytest.mark.parametrize(
    ("sampling", "other", "fragments", "is_said"),
    [
        (Sampling(CountedUnit.READS), UNIT, 21, True),
        (Sampling(CountedUnit.READS), UNIT, 20, False),
        (Sampling(CountedUnit.READS), "AC" + UNIT[2:], 21, False),
        (Sampling(CountedUnit.READS, 1000), UNIT, 21, False),
        (Sampling(CountedUnit.FRAGMENTS), UNIT, 21, False),
    ],
)
def test_one_base_apart_may_be_copies_of_one_molecule(
    sampling: Sampling, other: str, fragments: int, is_said: bool
) -> None:
    call, commoner = called(SISTER), called(other, mutant_fragments=fragments)
    found = event_of("S1", call, LOCATED, sampling, (call, commoner))
    assert ("copies of one molecule with an error" in found.remark) == is_said


def test_a_copy_is_an_itd_and_other_bases_an_insertion() -> None:
    copied, foreign = event(called()), event(called(random_sequence(30, seed=4)))
    assert (copied.event, foreign.event) == (EventKind.ITD, EventKind.INSERTION)
    assert (copied.length_bp, copied.in_frame) == (30, True)
    assert event(called(UNIT[:-1])).in_frame is False
    spliced = event(called(UNIT, Flt3Filter.SPLICE_VARIANT))
    assert spliced.event is EventKind.SPLICE_VARIANT


def test_only_what_passes_is_detected() -> None:
    assert event(called()).status is Status.DETECTED
    held = event(called(UNIT, Flt3Filter.LOW_SUPPORT))
    assert (held.status, held.filter) == (Status.NOT_DETECTED, "low_support")
    assert (held.mutant_fragments, held.informative_fragments) == (20, 100)


def test_an_event_stands_where_the_base_in_front_of_it_does() -> None:
    found = event(called())
    assert found.ref == LOCUS.sequence[found.pos - LOCUS.first_position]
    assert found.alt == found.ref + found.inserted_sequence
    assert len(found.inserted_sequence) == 30


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"duplicates_primer": True}, "allelic ratio biased: primer site duplicated"),
        ({"unread": 7}, "7 bases are taken as copied"),
        ({"uncountable": True}, "more copies cannot be excluded, and then a lower VAF: too few"),
        (
            {"uncountable": True, "vaf_of_more": 0.1234},
            "a lower VAF (0.12 with one copy more): too",
        ),
        (
            {"uncountable": True, "vaf_of_more": 0.2},
            "more copies cannot be excluded, with the same VAF: too few",
        ),
        ({"unresolved": 3}, "3 of its fragments show more"),
        (
            {"vaf_if_even": 0.4321},
            "and would be 0.43 if all were caught alike; the interval holds both",
        ),
        (
            {"vaf_by_baits": 0.4321},
            "and would be 0.43 if baits catch them by all of their bases; the interval holds both",
        ),
    ],
)
def test_what_to_mind_is_remarked(changes: dict[str, Any], words: str) -> None:
    remark = event(called(**changes)).remark
    assert words in remark if words else remark == ""


@pytest.mark.parametrize(
    ("inserted", "words"),
    [
        (UNIT, "more copies cannot be excluded, and then a lower VAF"),
        (UNIT * 2, "more copies cannot be excluded, nor fewer on some molecules, and then a lower"),
        (UNIT + "GATTACA" + UNIT, "nor fewer on some molecules, and then a lower or a higher VAF"),
    ],
)
def test_three_copies_may_be_fewer_on_some_molecules(inserted: str, words: str) -> None:
    assert words in event(called(inserted, uncountable=True)).remark


@pytest.mark.parametrize(
    ("background", "fragments", "hidden", "status"),
    [
        (0.01, 0, False, Status.DETECTED),
        (0.0101, 30, False, Status.NOT_DETECTED),
        (0.0101, 29, False, Status.NOT_ASSESSABLE),
        (0.0101, 30, True, Status.NOT_ASSESSABLE),
        (0.01, 30, True, Status.DETECTED),
    ],
)
def test_an_earlier_itd_is_there_when_errors_rarely_show_as_much(
    background: float, fragments: int, hidden: bool, status: Status
) -> None:
    assert known_status(background, fragments, 30, hidden=hidden) is status
    call = KnownCall(haplotype(), 1, fragments, 0.01, 0.9, background, hidden)
    found = known_of(call, LOCATED, 30, EVERY_COUNT)
    assert (found.status, found.vaf_upper, found.length_bp) == (status, 0.9, 30)


def calls(depth: int, **changes: Any) -> ItdCalls:
    depths = np.full(LAST - FIRST, depth, dtype=np.int64)
    return replace(ItdCalls((), (), None, None, depths, {}), **changes)


READS = ReadSet.__new__(ReadSet)
"""Only its shapes are asked for, which the test gives."""


def test_amplicons_bound_the_length_and_other_reads_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A read of 151 bases passes a junction with 12 bases behind it."""
    read = np.array([151], dtype=np.int64)
    shapes = FragmentShapes(read, read, np.array([250], dtype=np.int64), np.array([1.0]))
    monkeypatch.setattr("flt3itd.interpretation.amplicon_shapes", lambda _: shapes)
    first = LOCUS.from_grch38(28_034_040)
    amplicons = (Amplicon(first, first + 200, 1.0),)
    deep = calls(100, amplicons=amplicons)
    bounded = interpret("S1", deep, LOCATED, ItdParameters(), READS, sampling=EVERY_COUNT)
    # The junction that ends right behind what the left read passes is for the right one:
    # 151 - 12 less the bases from there to the end of the amplicon.
    hidden = first + (151 - 12) + 1
    assert bounded.longest_assessable == 151 - 12 - (first + 200 - hidden)
    assert (
        interpret(
            "S1", deep, LOCATED, ItdParameters(), reads=None, sampling=EVERY_COUNT
        ).longest_assessable
        is None
    )
    unbounded = interpret("S1", calls(100), LOCATED, ItdParameters(), READS, sampling=EVERY_COUNT)
    assert unbounded.longest_assessable is None
    shallow = calls(29, amplicons=amplicons)
    unread = interpret("S1", shallow, LOCATED, ItdParameters(), READS, sampling=EVERY_COUNT)
    assert (unread.status, unread.longest_assessable) == (Status.NOT_ASSESSABLE, None)


def test_depth_is_told_from_the_first_base_of_the_transcript_on() -> None:
    depths = np.arange(LAST - FIRST, dtype=np.int64)
    found = exon_depth(14, replace(calls(0), depth=depths), LOCATED)
    assert (found.start, found.end) == (28_034_082, 28_034_214)
    last = LOCUS.from_grch38(28_034_214) - FIRST
    assert found.fragments == tuple(range(last, last - 133, -1))


def test_passing_events_come_first_then_the_most_frequent() -> None:
    rare = called(UNIT[:-3], vaf=Estimate(0.1, ConfidenceInterval(0.05, 0.2)))
    held = called(UNIT[:-6], Flt3Filter.OFF_TARGET)
    three = calls(100, calls=(held, rare, called()))
    found = interpret("S1", three, LOCATED, ItdParameters(), reads=None, sampling=EVERY_COUNT)
    assert [one.length_bp for one in found.events] == [30, 27, 24]
    assert found.status is Status.DETECTED


def test_clips_that_nothing_explains_are_told_with_their_place() -> None:
    told = calls(100, unexplained={START: 7})
    (sentence,) = warnings_of(told, (), LOCATED, 30)
    assert sentence.startswith("7 fragments are clipped at chr13:28034120 and fit no insertion")


def test_what_many_fragments_show_unexplained_is_no_negative() -> None:
    told = calls(100, unexplained={START: 5})
    found = interpret("S1", told, LOCATED, ItdParameters(), reads=None, sampling=EVERY_COUNT)
    assert (found.status, found.unanswered) == (Status.NOT_DETECTED, "")
    many = calls(100, unexplained={START: 10})
    found = interpret("S1", many, LOCATED, ItdParameters(), reads=None, sampling=EVERY_COUNT)
    why = "10 fragments show a change at chr13:28034120 that could not be explained"
    assert (found.status, found.reason, found.unanswered) == (Status.NOT_ASSESSABLE, why, why)
    long = replace(many, ends={START: BothEnds(111, 10)})
    known = "an insertion of at least 111 bases of other sequence"
    assert (
        interpret("S1", long, LOCATED, ItdParameters(), reads=None, sampling=EVERY_COUNT).reason
        == f"{why}: {known}"
    )
    (sentence,) = warnings_of(long, (), LOCATED, 30)
    assert sentence.endswith(f"fit no insertion that was found: {known}")
    assert found.limit_of_detection is None
    beside = interpret(
        "S1",
        replace(many, calls=(called(),)),
        LOCATED,
        ItdParameters(),
        reads=None,
        sampling=EVERY_COUNT,
    )
    assert (beside.status, beside.reason, beside.unanswered) == (Status.DETECTED, "", why)
    shallow = replace(many, depth=np.full(LAST - FIRST, 29, dtype=np.int64))
    found = interpret("S1", shallow, LOCATED, ItdParameters(), reads=None, sampling=EVERY_COUNT)
    assert found.reason.startswith(f"{why}; 0 of the 123 bases")


def test_an_earlier_itd_that_is_not_found_has_the_least_limit_of_its_questions() -> None:
    """Of those that can be answered; without an answer there is no limit."""
    needed = ((10, 500.0), (3, 1000.0), (3, 1.0))
    for fragments, limit in ((30, poisson_limit_of_detection(1000.0, 3)), (29, None)):
        call = KnownCall(haplotype(), 0, fragments, 0.0, 0.01, 1.0, needed=needed)
        assert known_of(call, LOCATED, 30, EVERY_COUNT).limit_of_detection == limit
    unanswered = KnownCall(haplotype(), 0, 30, 0.0, 0.01, 1.0, needed=((3, 1.0),))
    assert known_of(unanswered, LOCATED, 30, EVERY_COUNT).limit_of_detection is None


def test_the_bound_of_an_earlier_itd_is_no_more_than_everything() -> None:
    few = EVERY_COUNT._replace(most_molecules=10.0)
    call = KnownCall(haplotype(), 3, 3000, 0.001, 0.9, 1.0)
    assert known_of(call, LOCATED, 30, few).vaf_upper == 1.0


def test_bases_between_two_copies_are_the_filler_of_an_itd() -> None:
    assert event(called("GATTACA" + UNIT)).filler == "GATTAC"
    assert event(called()).filler == ""
