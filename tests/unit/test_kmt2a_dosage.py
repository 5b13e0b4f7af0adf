"""KMT2A dosage on made-up depths: an assay with uneven exons, waves and counting error."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest

from flt3itd.common.statistics import student_quantile
from flt3itd.records import Status
from scripts.benchmark.kmt2a import Assay
from scripts.kmt2a.dosage import (
    FALSE_POSITIVE_RATE,
    MINIMUM_CONTROLS,
    Comparison,
    Dosage,
    Doses,
    ExonDose,
    assess,
    unlike_the_others,
    usable_exons,
)

MINIMUM_DEPTH = 100


def controls_of(assay: Assay, number: int = 20) -> list[Doses]:
    return [assay.doses() for _ in range(number)]


def only(doses: Doses, exons: Iterable[int]) -> dict[int, ExonDose]:
    return {number: doses[number] for number in exons}


def assessed(doses: Doses, controls: Sequence[Doses], exons: Iterable[int] = ()) -> Dosage:
    """The answer when only some exons are read (all without)."""
    kept = list(exons) or list(doses)
    return assess(only(doses, kept), [only(one, kept) for one in controls], MINIMUM_DEPTH)


def test_the_quantiles_of_students_t_are_those_of_printed_tables() -> None:
    table = {(0.975, 1): 12.706, (0.975, 4): 2.776, (0.995, 10): 3.169, (0.999, 19): 3.579}
    for (probability, degrees), value in table.items():
        assert student_quantile(probability, degrees) == pytest.approx(value, abs=0.001)


@pytest.mark.parametrize("run", [(2, 6), (2, 8), (2, 9), (2, 10)])
def test_a_duplication_is_found_with_its_exons_and_its_fraction(run: tuple[int, int]) -> None:
    assay = Assay(seed=1)
    controls = controls_of(assay)
    answers = [assessed(assay.doses({run: 1.5}), controls) for _ in range(20)]
    assert {one.status for one in answers} == {Status.DETECTED}
    assert sum(one.exons == run for one in answers) >= 16
    assert np.mean([one.ratio for one in answers]) == pytest.approx(1.5, abs=0.03)
    inside = [
        one.interval is not None and one.interval[0] < 1.5 < one.interval[1] for one in answers
    ]
    assert sum(inside) >= 17


def test_what_lies_at_the_limit_is_found_and_wild_type_is_not() -> None:
    assay = Assay(seed=2)
    controls = controls_of(assay)
    wild = [assessed(assay.doses(), controls) for _ in range(100)]
    assert {one.status for one in wild} == {Status.NOT_DETECTED}
    assert {one.exons for one in wild} == {(2, 8)}
    limit = wild[0].limit
    assert limit is not None and 0.08 < limit < 0.3
    found = [assessed(assay.doses({(2, 8): 1 + limit}), controls) for _ in range(100)]
    assert sum(one.status is Status.DETECTED for one in found) >= 95


def test_a_gain_of_the_whole_gene_is_no_duplication() -> None:
    assay = Assay(seed=3)
    controls = controls_of(assay)
    for gain in (0.5, 1.5, 2.0):
        answer = assessed(assay.doses({(1, 36): gain}), controls)
        assert answer.status is Status.NOT_DETECTED
        assert answer.ratio == pytest.approx(1, abs=0.1)


def test_a_gain_of_exon_1_as_well_is_a_rearrangement() -> None:
    assay = Assay(seed=4)
    controls = controls_of(assay)
    for changes in ({(1, 9): 1.5}, {(10, 36): 0.5}):
        answer = assessed(assay.doses(changes), controls)
        assert answer.status is Status.NOT_ASSESSABLE
        assert "exon 1 is raised" in answer.reason
        blind = assessed(assay.doses(changes), controls, range(2, 37))
        assert blind.status is Status.DETECTED
        assert not blind.exon_1_read


def test_one_exon_alone_is_no_duplication() -> None:
    assay = Assay(seed=5)
    controls = controls_of(assay)
    for exon in (3, 4, 7):
        assert assessed(assay.doses({(exon, exon): 1.7}), controls).status is Status.NOT_DETECTED


def test_a_deletion_of_reference_exons_is_no_duplication() -> None:
    assay = Assay(seed=12)
    controls = controls_of(assay)
    for deleted in ((27, 27), (30, 33)):
        answer = assessed(assay.doses({deleted: 0.5}), controls, range(2, 37))
        assert answer.status is Status.NOT_DETECTED
        assert answer.ratio == pytest.approx(1, abs=0.08)


@pytest.mark.parametrize(
    ("exons", "number", "reason"),
    [
        (range(5, 9), 20, "no exon behind exon 11"),
        (range(7, 37), 20, "none of exons 3 to 6"),
        (range(1, 37), 0, "0 controls"),
        (range(1, 37), MINIMUM_CONTROLS - 1, "needs 5 or more"),
    ],
)
def test_what_cannot_be_compared_is_not_assessable(exons: range, number: int, reason: str) -> None:
    assay = Assay(seed=6)
    answer = assessed(assay.doses({(2, 8): 2.0}), controls_of(assay, number), exons)
    assert answer.status is Status.NOT_ASSESSABLE
    assert reason in answer.reason
    assert answer.ratio is None
    assert answer.limit is None


def test_a_shallow_sample_is_not_assessable_and_a_shallower_one_has_a_higher_limit() -> None:
    assay = Assay(seed=7)
    controls = controls_of(assay)
    assert "mean depth of 100" in assessed(assay.doses(depth=40), controls).reason
    limits = [
        assessed({n: ExonDose(d.bases, depth) for n, d in assay.doses().items()}, controls).limit
        for depth in (1000, 101)
    ]
    assert limits[0] is not None
    assert limits[1] is not None
    assert limits[1] > limits[0]


def test_controls_that_differ_too_much_give_no_answer() -> None:
    assay = Assay(seed=8, noise=0.5)
    answer = assessed(assay.doses(), controls_of(assay, MINIMUM_CONTROLS))
    assert answer.status is Status.NOT_ASSESSABLE
    assert "differ too much" in answer.reason


def test_two_exons_as_in_a_small_panel_are_enough() -> None:
    """Exon 3 over exon 27 (McKerrell et al. 2016)."""
    assay = Assay(seed=9)
    controls = controls_of(assay)
    answer = assessed(assay.doses({(2, 8): 1.5}), controls, (3, 27))
    assert answer.status is Status.DETECTED
    assert answer.exons == (3, 3)
    assert assessed(assay.doses(), controls, (3, 27)).status is Status.NOT_DETECTED


def test_the_ratio_is_that_of_the_exons_of_a_junction() -> None:
    assay = Assay(seed=10)
    controls = controls_of(assay)
    doses = assay.doses({(2, 10): 1.08})
    answer = assess(doses, controls, MINIMUM_DEPTH, junction=(2, 10))
    assert answer.status is Status.NOT_DETECTED
    assert answer.exons == (2, 10)


def test_a_patient_among_the_controls_is_left_out() -> None:
    assay = Assay(seed=11)
    named: Mapping[str, Doses] = {
        **{f"C{i}": assay.doses() for i in range(12)},
        "patient": assay.doses({(2, 8): 1.5}),
        "shallow": assay.doses(depth=50),
    }
    reasons = unlike_the_others(named, MINIMUM_DEPTH)
    assert set(reasons) == {"patient", "shallow"}
    assert "differs" in reasons["patient"]
    assert "depth" in reasons["shallow"]


@pytest.mark.parametrize(("exons", "runs"), [(range(2, 37), 12), ((3, 4, 12, 13), 1)])
def test_the_false_positive_rate_is_shared_by_the_runs_that_are_looked_for(
    exons: Sequence[int], runs: int
) -> None:
    assay = Assay(seed=9)
    controls = [only(one, exons) for one in controls_of(assay)]
    comparison = Comparison(list(exons), controls[0], controls)
    assert len(comparison.runs) == runs
    expected = student_quantile(1 - FALSE_POSITIVE_RATE / runs, len(controls) - 1)
    assert comparison.threshold == pytest.approx(expected)


def test_a_run_is_raised_from_the_threshold_of_all_runs_on() -> None:
    """Just inside it is found; what one test alone would call significant is not."""
    assay = Assay(seed=10, noise=0.0)
    controls = controls_of(assay)
    sample = {
        n: ExonDose(dose.bases, float(np.mean([one[n].mean for one in controls])))
        for n, dose in controls[0].items()
    }
    comparison = Comparison(sorted(sample), sample, controls)
    at_rest = comparison.relative(sample)
    run = comparison.run(2, 8)
    alone = student_quantile(1 - FALSE_POSITIVE_RATE, len(controls) - 1)
    found = {}
    for times in (0.5 * (alone + comparison.threshold), 1.01 * comparison.threshold):
        needed = times * comparison.deviation(run, sample) - float(run.weights @ at_rest)
        raised = {
            n: ExonDose(d.bases, d.mean * np.exp(needed)) if n in run.exons else d
            for n, d in sample.items()
        }
        found[times > comparison.threshold] = assess(raised, controls, MINIMUM_DEPTH).status
    assert found == {False: Status.NOT_DETECTED, True: Status.DETECTED}


def test_without_an_answer_there_are_no_controls_and_no_exon_1() -> None:
    nothing = Dosage(Status.NOT_ASSESSABLE)
    assert (nothing.controls, nothing.exon_1_read, nothing.limit) == (0, False, None)


@pytest.mark.parametrize(("reference", "is_enough"), [(12, True), (11, False)])
def test_exon_12_is_the_first_to_compare_with(reference: int, is_enough: bool) -> None:
    doses = {number: ExonDose(300, 1000.0) for number in (3, reference)}
    exons, reason = usable_exons(doses, [doses] * MINIMUM_CONTROLS, MINIMUM_DEPTH)
    assert (exons, bool(reason)) == (([3, 12], False) if is_enough else ([], True))


def quiet(exons: Iterable[int], *, uneven: int = 0) -> list[Doses]:
    """Ten controls that hardly differ, but for one exon."""
    return [
        {
            n: ExonDose(
                300, 1000.0 * (1 + 0.002 * ((i + n) % 3)) * (2.0 if n == uneven and i % 2 else 1)
            )
            for n in exons
        }
        for i in range(10)
    ]


def raised(doses: Doses, logs: Mapping[int, float]) -> Doses:
    return {n: ExonDose(d.bases, d.mean * np.exp(logs.get(n, 0))) for n, d in doses.items()}


@pytest.mark.parametrize(("of_three", "status"), [(1, Status.NOT_DETECTED), (2, Status.DETECTED)])
def test_more_than_half_of_the_exons_of_a_run_are_raised(of_three: int, status: Status) -> None:
    """Of two exons one is not enough, of three two are."""
    exons = (3, 4, 12, 13) if of_three == 1 else (3, 4, 5, 12, 13)
    controls = quiet(exons)
    sample = raised(controls[0], dict.fromkeys(exons[:of_three], 1.4))
    assert assess(sample, controls, MINIMUM_DEPTH).status is status


@pytest.mark.parametrize(
    ("share", "uneven", "status"),
    [
        (0.45, 0, Status.DETECTED),
        (0.55, 0, Status.NOT_ASSESSABLE),
        (0.7, 1, Status.DETECTED),  # exon 1 varies so much that it tells nothing
    ],
)
def test_exon_1_counts_as_raised_from_half_of_the_gain_on(
    share: float, uneven: int, status: Status
) -> None:
    exons = (1, 3, 4, 5, 12, 13)
    controls = quiet(exons, uneven=uneven)
    gain = 0.4
    sample = raised(controls[0], {3: gain, 4: gain, 5: gain, 1: share * gain + 0.35 * uneven})
    assert assess(sample, controls, MINIMUM_DEPTH).status is status


def test_the_spread_of_an_exon_is_steadied_by_that_of_all() -> None:
    """Four degrees of freedom of the median, and the error of the mean of the controls."""
    assay = Assay(seed=13)
    controls = controls_of(assay)
    exons = sorted(controls[0])
    comparison = Comparison(exons, controls[0], controls)
    spread = np.var([comparison.relative(one) for one in controls], axis=0, ddof=1)
    steady = (19 * spread + 4 * np.median(spread)) / 23
    deep = {n: ExonDose(d.bases, 1e9) for n, d in controls[0].items()}
    assert comparison.precision(deep) == pytest.approx(1 / (steady * (1 + 1 / 20)))
