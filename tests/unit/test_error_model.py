"""How the error rates of the kinase domain are learnt, on counts that are made by hand."""

from collections.abc import Mapping

import pytest

from flt3itd.common.statistics import RATE_FLOOR
from flt3itd.kinase.error_model import PlaceFactor, estimate_errors, name_of, unlike_controls
from flt3itd.kinase.exon_counts import CODON_LETTERS, Codon, ExonCounts
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.residue_classes import HOTSPOTS

EXON = flt3_locus().exon(20)
SIGNIFICANCE = 0.01
FRAGMENTS = 2000
ELSEWHERE = range(700, 740)


def codon(residue: int, changed: Mapping[str, int], fragments: int = FRAGMENTS) -> Codon:
    """A codon GGG with so many fragments that show others."""
    shown = {"GGG": fragments - sum(changed.values()), **changed}
    counts = tuple(shown.get(one, 0) for one in CODON_LETTERS)
    return Codon(residue, 3 * residue - 2, "GGG", range(3), counts, (0,) * 64)


def exon(*codons: Codon, gaps: int = 0) -> list[ExonCounts]:
    return [ExonCounts(EXON, codons, (), {}, gaps)]


CLEAN = [codon(residue, {}) for residue in ELSEWHERE]


def test_half_of_the_significance_is_for_hotspots_and_half_for_the_others() -> None:
    """Each codon has nine changes of one base."""
    both = estimate_errors(exon(*CLEAN, codon(HOTSPOTS[0], {})), SIGNIFICANCE)
    assert both.levels == pytest.approx({True: 0.005 / 9, False: 0.005 / (9 * len(CLEAN))})
    assert both.level(codon(HOTSPOTS[0], {})) == both.levels[True]
    assert both.level(CLEAN[0]) == both.levels[False]
    without = estimate_errors(exon(*CLEAN), SIGNIFICANCE)
    assert without.levels[True] == 0.005


def test_two_bases_at_once_are_changed_by_errors_once_in_100_000() -> None:
    model = estimate_errors(exon(*CLEAN), SIGNIFICANCE)
    for changed in ("AAG", "GAA", "ATC"):
        assert model.of_codon(CLEAN[0], changed) == PlaceFactor(1e-5, model.shape)
    assert model.of_codon(CLEAN[0], "GAG").mean == RATE_FLOOR


def test_a_mutation_below_two_percent_teaches_nothing() -> None:
    mutant = codon(720, {"GGA": 30})
    others = [one for one in CLEAN if one.residue != mutant.residue]
    model = estimate_errors(exon(*others, mutant), SIGNIFICANCE)
    assert model.rates["G", "A"].once == RATE_FLOOR
    assert model.p_value(mutant, "GGA") < model.level(mutant)


def test_rate_and_spread_are_those_of_the_counts() -> None:
    errors = dict.fromkeys(("AGG", "GAG", "GGA"), 3)
    noisy = [codon(residue, errors if residue % 2 else {}) for residue in ELSEWHERE]
    model = estimate_errors(exon(*noisy), SIGNIFICANCE)
    # 60 of 120 places have 3 errors of 2000.
    rate = 60 * 3 / (120 * FRAGMENTS)
    # All three substitutions of G together have a third of it, worth one error.
    assert model.rates["G", "A"].once == pytest.approx(181 / (120 * FRAGMENTS + 3 / rate))
    assert model.rates["G", "C"].once == RATE_FLOOR
    mean = FRAGMENTS * rate
    excess = 60 * ((3 - mean) ** 2 - mean) + 60 * (mean**2 - mean)
    assert model.shape == pytest.approx(120 * mean**2 / excess)
    assert 0.5 < model.shape < 4


def test_a_substitution_that_few_codons_could_show_is_thought_as_frequent_as_others() -> None:
    """40 errors of 2,000 fragments of two codons: none is G to C, by chance as it may be."""
    noisy = [codon(residue, {"GGA": 20}) for residue in (700, 701)]
    rates = estimate_errors(exon(*noisy), SIGNIFICANCE).rates
    usual = 40 / (18 * FRAGMENTS)
    assert rates["G", "C"].once == pytest.approx(1 / (6 * FRAGMENTS + 1 / usual))
    assert rates["G", "A"].once == pytest.approx(41 / (6 * FRAGMENTS + 1 / usual))
    assert rates["G", "C"].once > RATE_FLOOR


def test_hotspots_and_what_no_base_shows_have_no_rate_of_their_own() -> None:
    model = estimate_errors(exon(*CLEAN, codon(HOTSPOTS[0], {"GAG": 10})), SIGNIFICANCE)
    assert model.rates["G", "A"].once == RATE_FLOOR
    assert model.rates["A", "C"].once == RATE_FLOOR


def test_gaps_are_counted_by_covered_base() -> None:
    bases = 3 * FRAGMENTS * len(CLEAN)
    assert estimate_errors(exon(*CLEAN, gaps=24), SIGNIFICANCE).gap_rate == 24 / bases
    assert estimate_errors(exon(*CLEAN), SIGNIFICANCE).gap_rate == RATE_FLOOR
    unread = [codon(residue, {}, fragments=0) for residue in ELSEWHERE]
    assert estimate_errors(exon(*unread, gaps=1), SIGNIFICANCE).gap_rate == RATE_FLOOR


def test_a_place_that_controls_know_has_its_factor_and_never_less_than_the_floor() -> None:
    noisy = [codon(residue, {"GAG": 1}) for residue in ELSEWHERE]
    name = name_of(noisy[0], 1, "GAG")
    louder, silent = PlaceFactor(3.0, 9.0), PlaceFactor(1e-3, 7.0)
    for factor in (louder, silent):
        model = estimate_errors(exon(*noisy), SIGNIFICANCE, {name: factor})
        here, there = (model.of_codon(one, "GAG") for one in noisy[:2])
        assert here.mean == pytest.approx(max(model.rates["G", "A"].once * factor.mean, RATE_FLOOR))
        assert (here.shape, there.shape) == (factor.shape, model.shape)
        assert there.mean == model.rates["G", "A"].once


@pytest.mark.parametrize(("factor", "unlike"), [(99.0, False), (102.0, True)])
def test_controls_are_unlike_where_they_let_ten_errors_be_missed(
    factor: float, unlike: bool
) -> None:
    """Of 2,000 fragments 0.1 show an error; none does where controls say so many times as many."""
    silent = codon(HOTSPOTS[0], {})
    exons = exon(*CLEAN, silent)
    factors = {name_of(silent, 1, "GAG"): PlaceFactor(factor, 1e9)}
    assert unlike_controls(exons, factors, SIGNIFICANCE) is unlike
