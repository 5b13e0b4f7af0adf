"""Rules on reads over a junction, and on lengths of pairs: which of them were taken away."""

from dataclasses import replace
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import OF_MOLECULES, judge_reads
from flt3itd.fitness.junction_rules import cut_to_one_place
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.tally import LONG_CLIP
from tests.fitness_builders import GOOD, LIMITS, verdict


def test_pairs_over_a_junction_are_missed_where_no_read_is_clipped() -> None:
    few: dict[str, Any] = {"soft_clipped": 0.0, "reads": 100}
    limit = LIMITS.crossing_deficit
    assert verdict(Question.ITD, crossing_deficit=limit * 0.999, **few).fit is Fit.FIT
    found = verdict(Question.ITD, crossing_deficit=limit, **few)
    assert "no read is clipped at all, and fewer go over one place" in found.reasons[0]
    assert verdict(Question.TKD, crossing_deficit=limit, **few).fit is Fit.FIT
    assert verdict(Question.ITD, crossing_deficit=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, crossing_deficit=limit, **few).fit is Fit.FIT
    for longest, fit in ((LONG_CLIP - 1, Fit.UNFIT), (LONG_CLIP, Fit.FIT)):
        found = verdict(Question.ITD, crossing_deficit=limit, longest_clip=longest, reads=100)
        assert found.fit is fit
        told = f"no read is clipped by {LONG_CLIP} bases or more, and" in " ".join(found.reasons)
        assert told is (fit is Fit.UNFIT)


def test_fragments_of_an_itd_that_are_longer_than_all_others_were_filtered() -> None:
    limit = LIMITS.fragments_cut
    assert verdict(Question.ITD, fragments_cut=limit * 0.999).fit is Fit.REMARK
    found = verdict(Question.ITD, fragments_cut=limit)
    assert "TLEN" in found.reasons[0]
    assert not found.misleads
    assert verdict(Question.LONG_EVENTS, fragments_cut=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, fragments_cut=limit).fit is Fit.FIT


@pytest.mark.parametrize(
    ("reads", "fit"), [(3, Fit.FIT), (4, Fit.REMARK), (7, Fit.REMARK), (8, Fit.UNFIT)]
)
def test_clips_of_a_junction_that_all_stop_short_are_missed(reads: int, fit: Fit) -> None:
    """(12 / 67.5) ** 8 is 9.98e-7: none of eight reads has more than 12 of 67 bases clipped.

    Of four reads it is 1.0e-3, of three 5.6e-3.
    """
    few: dict[str, Any] = {"stopped_short": reads, "longest_clip": 12, "reads": 3000}
    found = verdict(Question.ITD, **few)
    assert (found.fit, found.misleads) == (fit, False)
    assert verdict(Question.TKD, **few).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **few).fit is Fit.REMARK
    assert judge_reads(replace(GOOD, **few), Assay.CAPTURE, None, OF_MOLECULES).verdicts[0].fit is (
        Fit.FIT
    )


@pytest.mark.parametrize(("longest", "fit"), [(67, Fit.UNFIT), (68, Fit.FIT)])
def test_clips_of_nearly_half_a_read_are_as_long_as_any(longest: int, fit: Fit) -> None:
    assert verdict(Question.ITD, stopped_short=10_000, longest_clip=longest).fit is fit


@pytest.mark.parametrize(("longest", "fit"), [(25, Fit.REMARK), (26, Fit.FIT)])
def test_few_clips_that_stop_short_are_remarked_for_itds(longest: int, fit: Fit) -> None:
    """As filters leave them at 80x: (25 / 67.5) ** 6 is 2.6e-3, of 26 bases 3.3e-3."""
    few: dict[str, Any] = {"stopped_short": 6, "longest_clip": longest, "reads": 3000}
    assert verdict(Question.ITD, **few).fit is fit
    assert verdict(Question.LONG_EVENTS, **few).fit is Fit.FIT


@pytest.mark.parametrize(
    ("places", "said"),
    [((200, 0), "stop at 200 bases"), ((0, 400), "at 400 "), ((200, 400), "at 200 and 400 ")],
)
def test_where_lengths_of_pairs_stop_ratios_are_remarked(
    places: tuple[int, int], said: str
) -> None:
    """Of 60 bases at 0.30, pairs of 200 bases or more read 0.16, of 240 bases 0.06."""
    found = verdict(Question.ITD, least_pair=places[0], greatest_pair=places[1])
    assert found.fit is Fit.REMARK
    assert said in found.remarks[0]
    least: dict[str, Any] = {"least_pair": places[0], "greatest_pair": places[1]}
    assert verdict(Question.LONG_EVENTS, **least).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **least).fit is Fit.FIT
    assert verdict(Question.ITD, **least, placed_here=True).fit is Fit.FIT
    unfit = verdict(Question.ITD, **least, fragments_cut=LIMITS.fragments_cut)
    assert (unfit.fit, len(unfit.remarks)) == (Fit.UNFIT, 0)


@pytest.mark.parametrize(("side", "words"), [(1, "near their ends"), (-1, "in their middle")])
def test_reads_with_the_junction_elsewhere_are_missed(side: int, words: str) -> None:
    limit = side * LIMITS.junction_places
    assert verdict(Question.ITD, junction_places=limit * 0.999, long_gaps=1).fit is Fit.FIT
    found = verdict(Question.ITD, junction_places=limit)
    assert words in found.reasons[0]
    assert not found.misleads
    assert verdict(Question.TKD, junction_places=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, junction_places=limit).fit is Fit.FIT


@pytest.mark.parametrize(
    ("places", "long_gaps", "fit"),
    [
        (2.5, 0, Fit.REMARK),
        (2.499, 0, Fit.FIT),
        (4.499, 0, Fit.REMARK),
        (3.06, 3, Fit.FIT),
        (2.5, 1, Fit.FIT),
        (-4.499, 0, Fit.FIT),
    ],
)
def test_junctions_nearer_to_the_ends_are_a_remark_where_no_read_has_a_long_gap(
    places: float, long_gaps: int, fit: Fit
) -> None:
    """A real exome as sequenced has 3.06 and three reads with long gaps."""
    found = verdict(Question.ITD, junction_places=places, long_gaps=long_gaps)
    assert found.fit is fit
    assert ["ratios are too low" in one for one in found.remarks] == [True] * (fit is Fit.REMARK)
    assert verdict(Question.TKD, junction_places=places, long_gaps=long_gaps).fit is Fit.FIT


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("middle_missed", "near their ends"),
        ("nearer_missed", "nearer to each other on the reference are missing"),
        ("kind_missed", "hardly any read over the junction of an ITD"),
    ],
)
def test_reads_that_are_missed_over_a_junction_were_filtered(name: str, words: str) -> None:
    limit = getattr(LIMITS, name)
    assert verdict(Question.ITD, **{name: limit * 0.999}).fit is not Fit.UNFIT
    found = verdict(Question.ITD, **{name: limit})
    assert [words in reason for reason in found.reasons] == [True]
    assert not found.misleads
    assert verdict(Question.TKD, **{name: limit}).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, **{name: limit}).fit is Fit.FIT


def test_that_few_pairs_lie_nearer_to_each_other_is_remarked() -> None:
    """Proper pairs alone, 150x: 120 bases at 0.20 read 0.13 with 3.9, 156 bases 0.08 with 2.7."""
    limit = LIMITS.nearer_missed_remark
    assert verdict(Question.ITD, nearer_missed=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, nearer_missed=limit)
    assert (found.fit, "lie nearer to each other than" in found.remarks[0]) == (Fit.REMARK, True)
    assert verdict(Question.LONG_EVENTS, nearer_missed=limit).fit is Fit.FIT


def test_that_reads_of_a_kind_are_missing_is_remarked() -> None:
    limit = LIMITS.kind_missed_remark
    assert verdict(Question.ITD, kind_missed=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, kind_missed=limit, missed_kind="is a first read")
    assert (found.fit, len(found.remarks)) == (Fit.REMARK, 1)
    assert "hardly any read over the junction of an ITD is a first read, though" in found.remarks[0]
    assert verdict(Question.LONG_EVENTS, kind_missed=limit).fit is Fit.FIT
    unfit = verdict(Question.LONG_EVENTS, kind_missed=LIMITS.kind_missed)
    assert (unfit.fit, unfit.misleads) == (Fit.UNFIT, False)


@pytest.mark.parametrize(
    ("name", "words"), [("middle_missed", "ratios are too low"), ("fragments_cut", "too high")]
)
def test_what_few_fragments_of_an_itd_show_of_a_filter_is_a_remark(name: str, words: str) -> None:
    limit = getattr(LIMITS, f"{name}_remark")
    assert verdict(Question.ITD, **{name: limit * 0.999}).fit is Fit.FIT
    found = verdict(Question.ITD, **{name: limit})
    assert (found.fit, words in found.remarks[0]) == (Fit.REMARK, True)
    assert verdict(Question.ITD, Assay.AMPLICON, **{name: limit}).fit is Fit.FIT


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_reads_of_an_itd_with_fewer_errors_were_filtered(assay: Assay) -> None:
    limit = LIMITS.fewer_errors
    assert verdict(Question.ITD, assay, fewer_errors=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, assay, fewer_errors=limit)
    assert "fewer wrong bases than those of the wild type" in found.reasons[0]
    assert not found.misleads
    assert verdict(Question.TKD, assay, fewer_errors=limit).fit is Fit.FIT


def test_reads_that_nearly_all_show_an_itd_are_those_that_were_not_placed() -> None:
    assert verdict(Question.ITD, with_itds=LIMITS.with_itds * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, with_itds=LIMITS.with_itds)
    assert "60% of the fragments show an ITD" in found.reasons[0]
    assert found.misleads
    cut: dict[str, Any] = {"spread": LIMITS.spread - 1, "fragments": LIMITS.spread_of}
    limit = LIMITS.with_itds_where_cut
    assert not verdict(Question.ITD, with_itds=limit * 0.999, **cut).misleads
    assert verdict(Question.ITD, with_itds=limit, **cut).misleads
    assert verdict(Question.TKD, with_itds=1.0).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, with_itds=1.0).fit is Fit.FIT


def test_records_without_bases_lie_at_no_one_place() -> None:
    for length, told in ((0, 0), (1, 1)):
        few = replace(GOOD, spread=0, fragments=LIMITS.spread_of, median_length=length)
        assert len(list(cut_to_one_place(few, LIMITS))) == told
