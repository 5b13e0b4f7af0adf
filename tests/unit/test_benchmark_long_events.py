"""The long events of the benchmark: what they are, how they are spread, how they are scored."""

from dataclasses import replace

import pytest

from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from scripts.benchmark.long_events import (
    DESIGNS,
    Design,
    apart,
    as_truth,
    drawn_designs,
    table_of_kinds,
)
from scripts.benchmark.panel_data import Truth
from scripts.panel.rows import PanelVariant
from tests.builders import random_sequence

SEQUENCE = random_sequence(600, seed=8)
SEQUENCE = SEQUENCE[:300] + "CAG" * 8 + SEQUENCE[324:]
EXON = TranscriptExon(1, 200, 500, 0)
TRANSCRIPT = Transcript(
    "GENE", "NM_1", "NP_1", "GENE", False, (EXON,), 300, lambda start, end: SEQUENCE[start:end]
)
TRUTH = Truth("GENE", 100, "A", "ACGT", "c.1dup", 0.1)
ROW = PanelVariant(
    *("S", "GENE", "", "", "", "", "", ""),
    0.12,
    0.1,
    0.14,
    900,
    108,
    9.0,
    "PASS",
    "GENE",
    101,
    "A",
    "C",
)


@pytest.mark.parametrize(
    ("design", "kind", "mutant"),
    [
        (Design("", 50, 40), "tandem duplication", SEQUENCE[:290] + SEQUENCE[250:]),
        (Design("", 50, 40, deleted=True), "deletion", SEQUENCE[:250] + SEQUENCE[290:]),
        # In the repeat the leftmost of the equal alleles is meant.
        (Design("", 106, 6), "tandem duplication", SEQUENCE[:312] + SEQUENCE[306:]),
        (Design("", 106, 6, deleted=True), "deletion", SEQUENCE[:306] + SEQUENCE[312:]),
    ],
)
def test_designs_become_leftmost_alleles(design: Design, kind: str, mutant: str) -> None:
    truth = as_truth(design, TRANSCRIPT, SEQUENCE, 200, 0.05)
    start, ref, alt = truth.start, truth.ref, truth.alt
    assert design.kind == kind
    assert SEQUENCE[:start] + alt + SEQUENCE[start + len(ref) :] == mutant
    assert min(len(ref), len(alt)) == 1
    assert ref[-1] != alt[-1]


def test_new_bases_stand_between_the_copies_or_in_place_of_others() -> None:
    filled = as_truth(Design("", 50, 40, 5), TRANSCRIPT, SEQUENCE, 200, 0.05)
    assert filled.alt.count(SEQUENCE[252:288]) == 1
    assert len(filled.alt) == 1 + 40 + 5
    replaced = as_truth(Design("", 50, 40, 5, deleted=True), TRANSCRIPT, SEQUENCE, 200, 0.05)
    assert len(replaced.alt) - len(replaced.ref) == -35
    assert len(set(DESIGNS)) == len(DESIGNS)


def test_drawn_events_are_the_same_for_a_seed_and_of_every_kind() -> None:
    targets = {"A|exon1": ("A", 100, 300), "B|exon2": ("B", 0, 80), "FLT3|exon14": ("F", 0, 300)}
    designs = drawn_designs(targets)
    assert designs == drawn_designs(targets) != drawn_designs(targets, seed=2)
    assert {design.target for design in designs} == {"A|exon1"}
    assert {design.kind for design in designs} == {design.kind for design in DESIGNS}


def test_events_of_a_sample_lie_far_apart_or_on_other_contigs() -> None:
    near = replace(TRUTH, start=1500)
    far, other = replace(TRUTH, start=1700), replace(TRUTH, gene="OTHER")
    assert apart([far, near, TRUTH, other]) == [[TRUTH, far, other], [near]]


def test_the_table_shows_misses_and_the_bias() -> None:
    lost = replace(TRUTH, start=200)
    kinds = [("deletion", TRUTH), ("deletion", lost)]
    *_, line = table_of_kinds(kinds, [(TRUTH, ROW), (lost, None)])
    # (0.12 - 0.1) / sqrt(0.1 * 0.9 / 900) = 2
    assert line == "| deletion | 10% | 2 | 1 | 1 | +20.0% | +2.0 |"
