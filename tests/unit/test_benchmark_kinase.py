"""The benchmark of the kinase domain: what it draws is what it says, and its score is right."""

import numpy as np
import pytest

from flt3itd.kinase.tkd import TkdParameters, count_kinase_domain
from flt3itd.locus.flt3 import flt3_locus
from scripts.benchmark.kinase import (
    _SOUGHT,
    CHANGES,
    ERROR_RATE,
    NOISE,
    draw_sample,
    place_rates,
    score_backgrounds,
    substitution,
)

LOCUS = flt3_locus()


def test_substitutions_are_on_the_plus_strand() -> None:
    assert substitution("2503G>T") == (LOCUS.from_grch38(28_018_505), "A")


@pytest.mark.parametrize("name", _SOUGHT)
def test_what_is_sought_starts_from_the_reference(name: str) -> None:
    offset, _ = substitution(name)
    assert LOCUS.sequence[offset] == {"A": "T", "C": "G", "G": "C", "T": "A"}[name[-3]]


@pytest.mark.parametrize("change", list(CHANGES))
def test_changes_start_from_the_reference(change: str) -> None:
    offset, lost, _ = CHANGES[change]
    assert LOCUS.sequence[offset : offset + len(lost)] == lost


def test_errors_are_drawn_at_the_rates_of_the_places() -> None:
    rates = place_rates(np.random.default_rng(1))
    noisy, base = substitution("2503G>T")
    assert rates[20][noisy - LOCUS.exon(20).start, "ACGT".index(base)] == ERROR_RATE * NOISE
    reads = draw_sample(rates, np.random.default_rng(2), 2000, {substitution("2504A>G"): 0.1})
    codons = {
        codon.residue: codon
        for exon in count_kinase_domain(reads, TkdParameters())
        for codon in exon.codons
    }
    assert codons[835].fragments == 2000
    assert codons[835].count("GGT") == pytest.approx(200, abs=50)
    errors = sum(c.fragments - c.count(c.reference) for c in codons.values() if c.residue != 835)
    bases = sum(2000 * len(c.seen) for c in codons.values())
    assert 2 * ERROR_RATE < errors / bases < 6 * ERROR_RATE


def test_controls_take_the_false_calls_away() -> None:
    alone, known = score_backgrounds(6, (0, 8), 3)
    assert (alone.samples, alone.controls, known.controls) == (6, 0, 8)
    assert known.false_calls <= alone.false_calls
    assert known.false_calls == 0
    assert known.found >= 5
    assert known.limit_of_noisy > known.limit_of_others
