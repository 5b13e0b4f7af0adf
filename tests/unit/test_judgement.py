"""What depth allows to say of ITDs, and that another minimum depth counts nothing anew."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from flt3itd.cli import main
from flt3itd.fitness_records import Fit, Question, Verdict
from flt3itd.interpretation import judged_at
from flt3itd.outputs import json_text
from flt3itd.records import ExonDepth, FltResult, Status
from scripts.records.files import read_flt3
from scripts.report.readers import read_junctions
from tests.builders import write_fastq
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
    known_itd,
)
from tests.itd_builders import call, sample_pairs, tandem

MINIMUM = 30
LENGTH, FIRST, BEHIND = 133, 9, 132
"""Bases of exon 14, and where residues 572 to 612 (c.1714-1836) begin and end in it."""
ASSESSED = BEHIND - FIRST


def result(fragments: Sequence[int], **changes: object) -> FltResult:
    """A sample with these fragments over the bases of exon 14."""
    blank = flt3_result()
    parameters = {"itd": {"minimum_mutant_fragments": 3, "minimum_depth": 1}, "tkd": {}}
    return dataclasses.replace(
        blank,
        depth=(ExonDepth(14, "chr13", 1, LENGTH, tuple(fragments)),),
        provenance=dataclasses.replace(blank.provenance, parameters=parameters),
        **changes,  # type: ignore[arg-type]
    )


def covered(bases: int, depth: int = MINIMUM) -> list[int]:
    """Exon 14 with so many of the assessed bases at a depth, and the others one fragment below."""
    return [0] * FIRST + [depth] * bases + [MINIMUM - 1] * (ASSESSED - bases) + [0]


def test_four_fifths_of_the_bases_need_the_minimum_depth() -> None:
    assert round(0.8 * ASSESSED, 1) == 98.4
    enough = judged_at(result(covered(99)), MINIMUM).itd
    assert enough.status is Status.NOT_DETECTED
    # Three of 30 fragments with probability 95 %: 1 - exp(-x) (1 + x + x^2 / 2) = 0.95, x = 6.30.
    assert enough.limit_of_detection == pytest.approx(6.2958 / 30, rel=1e-3)
    short = judged_at(result(covered(98)), MINIMUM).itd
    assert (short.status, short.limit_of_detection) == (Status.NOT_ASSESSABLE, None)


def test_what_nothing_explains_stays_without_an_answer_at_any_depth() -> None:
    why = "60 fragments show a change at chr13:1 that could not be explained"
    itd = dataclasses.replace(itd_result(), unanswered=why)
    found = judged_at(result([1000] * LENGTH, itd=itd), MINIMUM).itd
    assert (found.status, found.reason) == (Status.NOT_ASSESSABLE, why)
    assert found.limit_of_detection is None


def test_the_limit_is_that_of_the_least_covered_base_that_counts() -> None:
    depths = covered(ASSESSED, 300)
    for number in (FIRST, BEHIND - 1):
        least = [*depths[:number], 40, *depths[number + 1 :]]
        found = judged_at(result(least), MINIMUM).itd
        assert found.limit_of_detection == pytest.approx(6.2958 / 40, rel=1e-3)
    # What lies beside residues 572 to 612 is no matter.
    for number in (FIRST - 1, BEHIND):
        beside = [*depths[:number], 40, *depths[number + 1 :]]
        found = judged_at(result(beside), MINIMUM).itd
        assert found.limit_of_detection == pytest.approx(6.2958 / 300, rel=1e-3)


@pytest.mark.parametrize(("shown", "limit"), [(1.0, 6.2958 / 60), (0.5, 6.2958 / 30)])
def test_fragments_that_a_capture_does_not_catch_over_a_junction_do_not_count(
    shown: float, limit: float
) -> None:
    itd = dataclasses.replace(itd_result(), junctions_shown=shown)
    found = judged_at(result([60] * LENGTH, itd=itd), MINIMUM).itd
    assert (found.status, found.reason) == (Status.NOT_DETECTED, "")
    assert found.limit_of_detection == pytest.approx(limit, rel=1e-3)


@pytest.mark.parametrize(
    ("shown", "status"), [(0.0631, Status.NOT_DETECTED), (0.0628, Status.NOT_ASSESSABLE)]
)
def test_where_not_even_mutants_alone_would_be_seen_there_is_no_answer(
    shown: float, status: Status
) -> None:
    """6.296 of 100 fragments over junctions are needed, if all molecules are mutant."""
    itd = dataclasses.replace(itd_result(), junctions_shown=shown)
    found = judged_at(result([100] * LENGTH, itd=itd), MINIMUM).itd
    assert found.status is status
    assert ("hardly catches fragments over the junction" in found.reason) == (
        status is Status.NOT_ASSESSABLE
    )


def test_what_was_found_stays_found_at_any_depth() -> None:
    itd = itd_result(itd_event())
    shallow = judged_at(result([10] * LENGTH, itd=itd), 5000).itd
    assert (shallow.status, shallow.limit_of_detection) == (Status.DETECTED, None)
    held_back = itd_result(itd_event(status=Status.NOT_DETECTED, filter="low_support"))
    assert judged_at(result([10] * LENGTH, itd=held_back), 11).itd.status is Status.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("background", "fragments", "status"),
    [
        (0.01, 1, Status.DETECTED),
        (0.0101, MINIMUM, Status.NOT_DETECTED),
        (0.0101, MINIMUM - 1, Status.NOT_ASSESSABLE),
    ],
)
def test_an_earlier_itd_is_judged_by_errors_then_by_depth(
    background: float, fragments: int, status: Status
) -> None:
    known = known_itd(background_probability=background, informative_fragments=fragments)
    itd = dataclasses.replace(itd_result(), known=(known,))
    (judged,) = judged_at(result([100] * LENGTH, itd=itd), MINIMUM).itd.known
    assert judged.status is status


def test_what_unfit_reads_say_does_not_depend_on_depth() -> None:
    verdict = Verdict(Question.ITD, Fit.UNFIT, ("hard clipped",))
    reads = dataclasses.replace(flt3_result().reads, verdicts=(verdict,))
    known = known_itd(status=Status.NOT_ASSESSABLE)
    itd = dataclasses.replace(itd_result(), status=Status.NOT_ASSESSABLE, known=(known,))
    assert judged_at(result([1000] * LENGTH, itd=itd, reads=reads), MINIMUM).itd == itd


def test_an_earlier_itd_that_is_hidden_stays_so() -> None:
    """Assessable by its fragments, and not assessable: something else hides it."""
    known = known_itd(status=Status.NOT_ASSESSABLE, informative_fragments=1)
    itd = dataclasses.replace(itd_result(), known=(known,))
    (judged,) = judged_at(result([1000] * LENGTH, itd=itd), 1).itd.known
    assert judged.status is Status.NOT_ASSESSABLE


def test_the_reason_names_how_many_bases_have_the_minimum() -> None:
    reason = judged_at(result(covered(98)), MINIMUM).itd.reason
    assert reason == "98 of the 123 bases where ITDs arise have 30 informative fragments"
    assert judged_at(result(covered(99)), MINIMUM).itd.reason == ""


def test_bases_below_the_minimum_are_told_by_the_minimum_that_judged() -> None:
    before = judged_at(result([29, *[30] * (LENGTH - 1)], warnings=("another",)), 31)
    assert len(before.warnings) == 2
    assert before.warnings[0] == "another"
    assert f"{LENGTH} of {LENGTH} bases have fewer than 31" in before.warnings[1]
    after = judged_at(before, 30)
    assert f"1 of {LENGTH} bases have fewer than 30" in after.warnings[1]
    assert judged_at(after, 29).warnings == ("another",)
    assert after.provenance.parameters["itd"]["minimum_depth"] == 30


def test_how_long_an_itd_may_be_is_told_where_something_can_be_said() -> None:
    bounded = dataclasses.replace(itd_result(), longest_assessable=120)
    assert judged_at(result(covered(99), itd=bounded), MINIMUM).itd.longest_assessable == 120
    assert judged_at(result(covered(98), itd=bounded), MINIMUM).itd.longest_assessable is None


def test_reads_that_show_too_short_itds_stay_not_assessable_at_another_depth() -> None:
    for longest, status in ((15, Status.NOT_DETECTED), (14, Status.NOT_ASSESSABLE)):
        bounded = dataclasses.replace(itd_result(), longest_assessable=longest)
        found = judged_at(result(covered(99), itd=bounded), MINIMUM).itd
        assert (found.status, found.longest_assessable) == (status, longest)
        assert ("up to 14 bases only" in found.reason) is (longest == 14)


def test_it_says_what_a_call_with_this_minimum_says(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_100, 28_034_160, 0.3)], 100)
    files = [
        str(write_fastq(tmp_path / f"{mate}.fastq", [getattr(pair, name) for pair in pairs]))
        for mate, name in ((1, "first"), (2, "second"))
    ]
    found = call(tmp_path, "--fastq", *files)
    vcf = tmp_path / "known.vcf.gz"
    Path(f"{found.prefix}.itd.vcf.gz").rename(vcf)
    options = ["--fastq", *files, "--known", str(vcf), "--min-mutant-fragments"]
    for mutant_fragments in ("3", "500"):
        called = {}
        for depth in (30, 95, 5000):
            document = call(tmp_path, *options, mutant_fragments, "--min-depth", str(depth))
            called[depth] = read_flt3(Path(f"{document.prefix}.flt3.json"))
        for before in called.values():
            for depth, expected in called.items():
                judged = judged_at(before, depth)
                made = dataclasses.replace(judged.provenance, command=expected.provenance.command)
                text = json_text(dataclasses.replace(judged, provenance=made))
                assert json.loads(text) == json.loads(json_text(expected))


def test_the_reads_over_the_junctions_are_written_with_the_rest(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_100, 28_034_160, 0.3)], 100)
    files = [
        str(write_fastq(tmp_path / f"{mate}.fastq", [getattr(pair, name) for pair in pairs]))
        for mate, name in ((1, "first"), (2, "second"))
    ]
    document, junctions = tmp_path / "a" / "calls.json", tmp_path / "b" / "junctions.json"
    given = ["--fastq", *files, "--json", str(document), "--junctions", str(junctions)]
    assert main(["call", *given, "--out", f"{tmp_path}/out/"]) == 0
    (event,) = read_flt3(document).itd.events
    (pile,) = read_junctions(junctions)
    assert (pile.pos, pile.ref, pile.alt) == (event.pos, event.ref, event.alt)
    assert 0 < pile.fragments <= event.mutant_fragments * 2
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["flt3.tsv", "itd.vcf.gz", "itd.vcf.gz.tbi"]
