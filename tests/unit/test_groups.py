"""Lanes and read groups: how names tell them, and which of them was filtered."""

from typing import Any

import numpy as np
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.statistics import evidence_of_two_shares
from flt3itd.fitness.groups import FilteredGroup, filtered_group
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.groups import FewerThere, Groups, fewer_somewhere, lane_of
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.fitness_builders import LIMITS, verdict

LANES = {
    "A00123:45:HXX:1:1101:1000:2000": "A00123:45:HXX:1",
    "A00123:45:HXX:2:1101:1000:2000:ACGTACGT": "A00123:45:HXX:2",
    "HWUSI-EAS100R:6:73:941:1973": "HWUSI-EAS100R:6",
    "V350012345L3C001R0020000017": "V350012345L3",
    "SRR123456.77": "SRR123456",
    "read77": "",
    "A:1:2": "",
    "a:b:c:d:e:f": "",
}


@pytest.mark.parametrize("name", LANES)
def test_names_tell_the_lane(name: str) -> None:
    assert lane_of(name) == LANES[name]


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_groups_are_the_same_however_many_names_come_together(at_once: int) -> None:
    names = [name for name in LANES for _ in range(2)]
    groups = Groups()
    for first in range(0, len(names), at_once):
        groups.note_names(names[first : first + at_once])
    lanes = list(groups.names)
    assert [lanes[number] for number in groups.of] == [LANES[name] for name in names]


def test_names_of_one_lane_are_one_group() -> None:
    groups = Groups()
    groups.note_names([f"A00123:45:HXX:1:1101:1000:{y}" for y in range(9)])
    groups.note_names([f"A00123:45:HXX:1:1101:1000:{y}" for y in range(9, 12)])
    assert groups.names == {"A00123:45:HXX:1": 0}
    assert groups.of_fragments(np.arange(12)).tolist() == [0] * 12


def test_lanes_whose_numbers_begin_alike_are_two() -> None:
    groups = Groups()
    groups.note_names(["A:1:F:1:2:3:4", "A:1:F:11:2:3:4", "A:1:F:1:2:3:5"])
    assert list(groups.of) == [0, 1, 0]


def test_evidence_of_two_shares() -> None:
    """0 of 20 against 20 of 20: each has its share with certainty, one share has 2 ** -40."""
    assert evidence_of_two_shares((0, 20), (20, 20)) == pytest.approx(40 * np.log10(2))
    assert evidence_of_two_shares((5, 20), (25, 100)) == pytest.approx(0)


def test_the_group_with_fewer_is_that_with_most_evidence() -> None:
    def numbers(*counts: int) -> Any:
        return np.repeat(np.arange(len(counts)), counts)

    names = ["a", "b", "c"]
    found = fewer_somewhere(names, numbers(30, 10, 28), numbers(100, 100, 100))
    assert found.name == "b"
    assert found.ratio == pytest.approx(10 / 29)
    assert fewer_somewhere(names, numbers(0, 0, 0), numbers(9, 9, 9)) == FewerThere()
    assert fewer_somewhere(["a"], numbers(3), numbers(9)) == FewerThere()


def reads_of(clips: list[tuple[str, int, int]], plain: int) -> ReadSet:
    """Reads of 100 bases by lane, bases clipped and bases of a gap, and plain ones of each lane."""
    reads, names = ReadSet(), []
    for number, (lane, clip, gap) in enumerate(clips):
        names.append(f"I:1:F:{lane}:1:1:{number}")
        reads.split.append(
            SplitRead(number, 500, 500 - gap, clip, 100, 50, "A" * 100, bytes([30] * 100))
        )
    for lane in "12":
        for _ in range(plain):
            reads.add_plain(500, 100, len(names))
            names.append(f"I:1:F:{lane}:1:1:{len(names)}")
    reads.groups.note_names(names)
    return reads


def found(clips: list[tuple[str, int, int]], plain: int = 200) -> FilteredGroup:
    reads = reads_of(clips, plain)
    return filtered_group(reads, read_spans(reads))


def test_a_lane_without_the_longest_clips_was_filtered() -> None:
    """14 longer ones, all of the other lane, which has 214 of 424 fragments."""
    few = [("2", 9, 0)] * 10
    lane, evidence = found([("1", 30, 0)] * 14 + few)
    assert lane == "I:1:F:2"
    assert evidence == pytest.approx(-14 * np.log10(214 / 424))
    assert found([("1", 30, 0)] * 14 + [*few, ("2", 30, 0)]) == FilteredGroup()


def test_clips_beyond_two_fifths_of_a_read_are_as_long_as_each_other() -> None:
    assert found([("1", 70, 0)] * 14 + [("2", 40, 0)]) == FilteredGroup()
    assert found([("1", 70, 0)] * 14 + [("2", 39, 0)]).filtered_group == "I:1:F:2"


def test_a_lane_without_gaps_was_filtered() -> None:
    gaps = [("1", 0, 21)] * 14
    assert found([*gaps, ("2", 0, 5)]).filtered_group == "I:1:F:2"
    assert found([*gaps, ("2", 0, 6)]) == FilteredGroup()


def test_mates_of_one_fragment_count_once() -> None:
    reads = reads_of([("1", 30, 0)] * 14, 200)
    once = filtered_group(reads, read_spans(reads))
    reads.split += [read._replace(is_read2=True) for read in reads.split]
    assert filtered_group(reads, read_spans(reads)) == once


def test_where_lanes_are_unknown_nothing_is_asked() -> None:
    reads = reads_of([("1", 30, 0)] * 14, 200)
    reads.groups = Groups()
    assert filtered_group(reads, read_spans(reads)) == ("", 0.0)


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_a_filtered_lane_is_remarked(assay: Assay) -> None:
    limit = LIMITS.filtered_evidence
    named = {"filtered_group": "I:1:F:2"}
    inside = verdict(Question.ITD, assay, filtered_evidence=limit * 0.999, **named)
    assert inside.fit is Fit.FIT
    outside = verdict(Question.ITD, assay, filtered_evidence=limit, **named)
    assert outside.fit is Fit.REMARK
    assert "I:1:F:2" in outside.remarks[0]
    assert verdict(Question.TKD, assay, filtered_evidence=limit, **named).fit is Fit.FIT


@pytest.mark.parametrize(
    ("evidence", "ratio", "fit"),
    [(5.0, 0.7, Fit.REMARK), (4.99, 0.7, Fit.FIT), (5.0, 0.701, Fit.FIT)],
)
def test_a_lane_with_fewer_fragments_of_an_itd_is_remarked(
    evidence: float, ratio: float, fit: Fit
) -> None:
    for assay in (Assay.CAPTURE, Assay.AMPLICON):
        found = verdict(
            Question.ITD,
            assay,
            fewer_itds=evidence,
            fewer_itds_ratio=ratio,
            group_with_fewer="I:1:F:2",
        )
        assert found.fit is fit
        assert "I:1:F:2" in "".join(found.remarks) or fit is Fit.FIT


@pytest.mark.parametrize(
    "name",
    [
        "HWI:3:1:5:7",
        "A0:12:FC1:4:1101:5:7",
        "A0:12:FC1:4:1101:5:7:ACGT",
        "V35L1C002R003_9",
        "ERR9.12",
    ],
)
def test_one_name_among_others_tells_its_lane(name: str) -> None:
    groups = Groups()
    groups.note_names(["a:1", name, "molecule_2"])
    assert list(groups.names) == ["", lane_of(name)]
    assert lane_of(name)
    assert groups.of.tolist() == [0, 1, 0]
