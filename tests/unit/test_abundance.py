"""The likelihood: known counts give known ratios; intervals hold the truth as often as they say."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from flt3itd.insertions import abundance
from flt3itd.insertions.abundance import Abundances, estimate, pattern_fit, showing
from flt3itd.insertions.haplotype import Haplotype, change_between, insertion_between
from flt3itd.insertions.rates import pattern_rates
from flt3itd.insertions.windows import WindowId, WindowSet, find_windows
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.primers import PrimerPair
from flt3itd.records import ConfidenceInterval
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 21)
WILDTYPE = Haplotype(REFERENCE)


def shapes(read: int = 150, fragments: Sequence[int] = (220, 280, 340)) -> FragmentShapes:
    length = np.array(fragments, dtype=np.int64)
    reads = np.full(len(length), read, dtype=np.int64)
    return FragmentShapes(reads, reads, length, np.full(len(length), 1 / len(length)))


def single_reads(length: int) -> FragmentShapes:
    one = np.array([length], dtype=np.int64)
    return FragmentShapes(one, np.zeros_like(one), one, np.ones(1))


def tandem(start: int, end: int, filler: str = "") -> Haplotype:
    insertion = insertion_between(REFERENCE, end, end, filler + REFERENCE[start:end])
    return Haplotype(REFERENCE, insertion)


class Model:
    """Some insertions and what fragments of each haplotype show."""

    def __init__(
        self,
        *mutants: Haplotype,
        of: FragmentShapes | None = None,
        amplicons: Sequence[Amplicon] = (),
    ) -> None:
        haplotypes = [WILDTYPE, *mutants]
        self.windows: WindowSet = find_windows(haplotypes)
        self.rates = pattern_rates(haplotypes, self.windows, of or shapes(), amplicons)
        self.normal = [n for n, one in enumerate(haplotypes) if one.is_wildtype]
        self.mutants = [n for n, one in enumerate(haplotypes) if not one.is_wildtype]

    def expected(self, molecules: Sequence[float]) -> dict[int, float]:
        counts: dict[int, float] = {}
        for share, rates in zip(molecules, self.rates, strict=True):
            for pattern, rate in rates.items():
                counts[pattern] = counts.get(pattern, 0.0) + share * rate
        return counts

    def estimated(self, molecules: Sequence[float], scale: float = 1000) -> Abundances:
        """From counts as they are expected, scaled up so that rounding does not matter."""
        counts = {
            pattern: round(scale * count) for pattern, count in self.expected(molecules).items()
        }
        return self.abundances(counts)

    def drawn(self, molecules: Sequence[float], rng: np.random.Generator) -> Abundances:
        expected = self.expected(molecules)
        drawn = rng.poisson(list(expected.values()))
        return self.abundances(dict(zip(expected, drawn.tolist(), strict=True)))

    def abundances(self, counts: dict[int, int]) -> Abundances:
        found = estimate(self.rates, counts, self.windows, self.mutants, self.normal)
        assert found is not None
        return found


@pytest.mark.parametrize("vaf", [0.001, 0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    "mutant",
    [tandem(1000, 1006), tandem(1000, 1060, "GATTACAGAT"), tandem(900, 1300)],
    ids=["6 bases", "60 and a filler", "400 bases"],
)
def test_one_insertion(mutant: Haplotype, vaf: float) -> None:
    found = Model(mutant).estimated([1 - vaf, vaf])
    assert found.vaf[0].value == pytest.approx(vaf, rel=0.01)
    assert found.ar[0].value == pytest.approx(vaf / (1 - vaf), rel=0.01)
    assert found.total_vaf.value == pytest.approx(vaf, rel=0.01)
    assert found.vaf[0].interval.low < vaf < found.vaf[0].interval.high


@pytest.mark.parametrize("away", [80, 160])
def test_a_part_of_an_itds_molecules_has_a_change_that_a_part_of_the_wild_types_have(
    away: int,
) -> None:
    """Single windows leave open whose the change is, if no read holds it with the junction."""
    itd = tandem(1000, 1060)
    lost = change_between(REFERENCE, 1060 + away, 1066 + away, "")
    assert lost is not None
    both, normal = (Haplotype(REFERENCE, one, (lost,)) for one in (itd.change, None))
    found = Model(itd, both, normal, of=shapes(75)).estimated([0.6, 0.15, 0.05, 0.2])
    for estimated, vaf in zip(found.vaf, (0.15, 0.05), strict=True):
        assert estimated.value == pytest.approx(vaf, rel=0.01)
        assert estimated.interval.low > 0.8 * vaf
        assert estimated.interval.high < 1.2 * vaf
    assert found.total_vaf.value == pytest.approx(0.2, rel=0.01)


def test_the_short_formula_agrees_for_one_insertion() -> None:
    """VAF = junction / e_new over the mean of the boundaries / e_old (design of the method)."""
    read, filler = 100, "GATTACAGAT"
    mutant = tandem(1000, 1060, filler)
    model = Model(mutant, of=single_reads(read))
    counts = {0b001: 120, 0b010: 700, 0b100: 650}
    (junction,) = [each for each in model.windows.occurrences[1] if each.window == 0]
    e_new = read - (junction.end - junction.start) + 1
    boundaries = [each for each in model.windows.occurrences[0] if each.window > 0]
    molecules = [
        counts[1 << each.window] / (read - (each.end - each.start) + 1) for each in boundaries
    ]
    short = (120 / e_new) / (sum(molecules) / 2)
    found = model.abundances(counts)
    assert found.vaf[0].value == pytest.approx(short, rel=0.03)


def test_placements_of_single_reads_are_counted_by_hand() -> None:
    model = Model(tandem(1000, 1060), of=single_reads(100))
    for window in map(WindowId, (1, 2)):
        (place,) = [each for each in model.windows.occurrences[0] if each.window == window]
        assert showing(model.rates[0], window) == 100 - (place.end - place.start) + 1
    assert showing(model.rates[0], WindowId(0)) == 0


def test_rates_are_the_same_however_many_patterns_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = Model(tandem(1000, 1100), tandem(1040, 1070)).rates
    monkeypatch.setattr("flt3itd.insertions.rates._FEW_PATTERNS", 0)
    assert Model(tandem(1000, 1100), tandem(1040, 1070)).rates == few


def test_mates_count_once_in_a_window() -> None:
    """Both reads of a fragment of 150 show the same bases: one placement, not two."""
    both = Model(tandem(1000, 1060), of=shapes(150, [150]))
    single = Model(tandem(1000, 1060), of=single_reads(150))
    assert both.rates == single.rates


def test_several_insertions_one_of_which_duplicates_a_boundary_of_another() -> None:
    model = Model(tandem(1000, 1100), tandem(1040, 1070), tandem(980, 1050, "ACG"))
    found = model.estimated([0.65, 0.2, 0.1, 0.05])
    assert [each.value for each in found.vaf] == pytest.approx([0.2, 0.1, 0.05], rel=0.02)
    assert [each.value for each in found.ar] == pytest.approx(
        [0.2 / 0.65, 0.1 / 0.65, 0.05 / 0.65], rel=0.02
    )
    assert found.total_vaf.value == pytest.approx(0.35, rel=0.02)
    assert found.total_ar.value == pytest.approx(0.35 / 0.65, rel=0.02)


def test_ratios_agree_with_each_other() -> None:
    rng = np.random.default_rng(4)
    model = Model(tandem(1000, 1100), tandem(1040, 1070))
    for _ in range(5):
        found = model.drawn([0.7, 0.2, 0.1], rng)
        total = sum(each.value for each in found.vaf)
        assert found.total_vaf.value == pytest.approx(total, rel=1e-6)
        for vaf, ar in zip(found.vaf, found.ar, strict=True):
            assert ar.value == pytest.approx(vaf.value / (1 - total), rel=1e-6)
        assert found.total_ar.value == pytest.approx(sum(each.value for each in found.ar), rel=1e-6)


def test_no_mutant_fragment() -> None:
    found = Model(tandem(1000, 1060)).abundances({0b010: 500, 0b100: 500})
    assert found.vaf[0].value == found.ar[0].value == found.vaf[0].interval.low == 0
    assert 0 < found.vaf[0].interval.high < 0.02


def test_only_mutant_molecules() -> None:
    found = Model(tandem(1000, 1060)).abundances({0b001: 600, 0b010: 500, 0b100: 500})
    assert found.vaf[0].value == 1
    assert math.isinf(found.ar[0].value)
    assert math.isinf(found.ar[0].interval.high)
    assert 0.8 < found.vaf[0].interval.low < 1
    assert found.vaf[0].interval.high == 1
    assert found.wildtype_fragments[0] == pytest.approx(0, abs=0.01)


def test_counts_that_no_haplotype_gives_move_no_interval() -> None:
    """As where amplicons miss a boundary, and a few fragments show it all the same."""
    windows = Model(tandem(1000, 1060)).windows
    rates = [{0b010: 0.25}, {0b001: 0.25, 0b010: 0.25}]
    without = estimate(rates, {0b001: 2, 0b010: 1}, windows, [1])
    found = estimate(rates, {0b001: 2, 0b010: 1, 0b100: 5}, windows, [1])
    assert found is not None and without is not None
    assert found.vaf[0].value == 1
    assert 0.1 < found.vaf[0].interval.low < 0.3
    assert found.vaf[0].interval.high == 1
    assert found.vaf[0].interval.low == pytest.approx(without.vaf[0].interval.low, rel=1e-4)


def test_one_haplotype_has_the_counts_that_it_gives() -> None:
    _, found = pattern_fit([{0b010: 4.0, 0b100: 6.0}], {0b010: 8, 0b100: 12, 0b001: 5}, [0])
    assert found == pytest.approx([2.0])


@pytest.mark.parametrize("seed", range(6))
def test_haplotypes_that_are_not_there_end_at_zero_in_few_steps(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conditions of Karush, Kuhn and Tucker: level where present, downwards where absent."""
    steps = []

    def counted(*arguments: Any) -> Any:
        steps.append(newton(*arguments))
        return steps[-1]

    newton = abundance._newton
    monkeypatch.setattr(abundance, "_newton", counted)
    rng = np.random.default_rng(seed)
    g = rng.random((9, 30)) * (rng.random((9, 30)) < 0.5) + 1e-3
    there = 300 * rng.random(9) * (rng.random(9) < 0.4)
    there[0] = 200.0
    problem = abundance._Problem(g, rng.poisson(there @ g).astype(float))
    x = problem.maximise()
    slope = (g @ (problem.y / (x @ g)) - problem.total) / problem.total
    present = x > 1e-6 * x.sum()
    assert present[0]
    assert np.abs(slope[present]).max() < 1e-6
    assert slope.max() <= 1e-6
    assert len(steps) <= 20


def test_the_ratio_of_two_haplotypes_that_are_not_there_is_open() -> None:
    both = [239.0, 239.0, 0.0, 239.0, 239.0]
    g = np.array([[0, 0, *both], [297, 177, *both], [237, 0, *both]])
    g[2, 4] = 111
    y = np.array([1600, 1472, 1099, 1452, 0, 1099, 1463], dtype=float)
    problem = abundance._Problem(g, y)
    x = problem.maximise()
    profiles = abundance._Profiles(problem, x, np.diag(y))
    assert profiles.ratio(2, [0]).interval == ConfidenceInterval(0.0, math.inf)
    assert profiles.ratio(1, [0]).interval.low > 10


def test_nothing_informative() -> None:
    model = Model(tandem(1000, 1060))
    assert estimate(model.rates, {}, model.windows, [1]) is None


@pytest.mark.parametrize("vaf", [0.2, 1.0])
def test_amplicon_fragments_are_placements(vaf: float) -> None:
    amplicon = Amplicon(900, 1200, 1.0)
    model = Model(tandem(1000, 1060), of=shapes(250, [300]), amplicons=[amplicon])
    found = model.estimated([1 - vaf, vaf])
    assert found.vaf[0].value == pytest.approx(vaf, rel=0.01)


def test_two_amplicons_of_different_depth() -> None:
    amplicons = [Amplicon(900, 1200, 0.9), Amplicon(950, 1300, 0.1)]
    model = Model(tandem(1000, 1060), of=shapes(250, [300]), amplicons=amplicons)
    assert model.estimated([0.7, 0.3]).vaf[0].value == pytest.approx(0.3, rel=0.01)


COVERAGE = {
    "5 % of 1000x": (1000, [tandem(1000, 1060)], [3.3, 0.17]),
    "40 % of 60x": (700, [tandem(1000, 1060, "GATTACA")], [0.12, 0.08]),
    "90 % of 300x": (300, [tandem(900, 1200)], [0.1, 0.9]),
    "two": (60, [tandem(1000, 1100), tandem(1040, 1070)], [2.0, 0.6, 0.3]),
}
"""Draws, mutants, molecules at each base of wild type and mutants."""


@pytest.mark.parametrize("name", COVERAGE)
def test_intervals_hold_the_truth_as_often_as_they_say(name: str) -> None:
    draws, mutants, molecules = COVERAGE[name]
    model = Model(*mutants)
    truth = np.array(molecules[1:]) / sum(molecules)
    rng = np.random.default_rng(1)
    found = [model.drawn(molecules, rng).vaf for _ in range(draws)]
    low = np.array([[each.interval.low for each in vafs] for vafs in found])
    value = np.array([[each.value for each in vafs] for vafs in found])
    high = np.array([[each.interval.high for each in vafs] for vafs in found])
    assert 0.93 <= np.mean((low <= truth) & (truth <= high)) <= 0.97
    assert np.mean(value / truth, axis=0) == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize(
    ("start", "end", "replaced"),
    [
        (1000, 1026, True),  # the left primer is 1000 to 1027: its last base is behind the copies
        (1000, 1027, False),
        (1174, 1199, True),  # the right one is 1173 to 1200: its first base is in front of them
        (1173, 1199, False),
    ],
)
def test_copies_within_a_primer_give_the_product_of_the_wild_type(
    start: int, end: int, replaced: bool
) -> None:
    mutant, pair = tandem(start, end), PrimerPair(1000, 1027, 1173, 1200)
    assert mutant.segment == (start, end)
    _, given = Model(mutant, amplicons=[Amplicon(1000, 1200, 1.0, primers=pair)]).rates
    wildtype, assumed = Model(mutant, amplicons=[Amplicon(1000, 1200, 1.0)]).rates
    assert assumed != wildtype
    assert given == (wildtype if replaced else assumed)


def test_example_of_the_page_on_the_method() -> None:
    """docs/method.md: single reads of 100 bases, 30 duplicated bases behind a filler of 12."""
    other = str.maketrans("ACGT", "CGTA")
    filler = f"{REFERENCE[1230].translate(other)}ATTACAGATT{REFERENCE[1199].translate(other)}"
    haplotypes = [WILDTYPE, tandem(1200, 1230, filler)]
    windows = find_windows(haplotypes, 100)
    rates = pattern_rates(haplotypes, windows, single_reads(100))
    (junction,), boundaries = windows.own[1].junctions, windows.own[1].boundaries
    assert showing(rates[1], junction) == 77
    assert {showing(of, boundary) for of in rates for boundary in boundaries} == {89}
    left, right = boundaries
    found = estimate(rates, {1 << junction: 40, 1 << left: 400, 1 << right: 420}, windows, [1])
    assert found is not None
    (vaf,), (ar,) = found.vaf, found.ar
    assert (round(vaf.value, 3), round(ar.value, 3)) == (0.113, 0.127)
    assert (round(vaf.interval.low, 3), round(vaf.interval.high, 3)) == (0.081, 0.153)
