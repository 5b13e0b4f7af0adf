"""The kinds of events of the panel's benchmark: how they are drawn and scored."""

import random
from itertools import pairwise

import pytest

from flt3itd.common.assay import Assay
from flt3itd.simulation.design import SampleDesign
from scripts.benchmark.kind_amplicons import amplicons_over, primers_of
from scripts.benchmark.kind_cases import KINDS, Case, draw_cases, shares_of
from scripts.benchmark.kind_descriptions import is_told_as_drawn, table_lines, told_alleles
from scripts.benchmark.kind_reads import sample_of
from scripts.benchmark.kind_scores import (
    ELSEWHERE,
    HEADER,
    KindScore,
    MeasuredVaf,
    score_cases,
    table_of,
)
from scripts.benchmark.panel_data import Slice, SmallGenome
from scripts.panel.rows import PanelVariant
from tests.builders import random_sequence
from tests.report_builders import panel_variant

SEQUENCE = random_sequence(60_000, seed=9)
GENOME = SmallGenome({"G": (Slice("chr1", 0, SEQUENCE, 500),)})
CONTIG = GENOME.sequence("G")
TARGETS = {f"G|exon{i}": ("G", at, at + 700) for i, at in enumerate(range(1000, 59_000, 1500))}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_kind_is_drawn_so_that_it_can_be_simulated(seed: int) -> None:
    cases = draw_cases(GENOME, TARGETS, seed, 2 * len(KINDS), kinds=())
    assert {case.kind for case in cases} == set(KINDS)
    starts = sorted(case.start for case in cases)
    assert all(second - first >= 700 for first, second in pairwise(starts))
    design = sample_of(cases, 0.2, 500, assay=Assay.CAPTURE)
    assert isinstance(design, SampleDesign)
    design.molecules({"G": CONTIG})  # refuses events that overlap or change nothing
    for case in cases:
        for start, end, new in case.expected(CONTIG, 0.2):
            assert CONTIG[start:end] != new


def test_the_shares_of_the_haplotypes_are_all_molecules() -> None:
    shares = shares_of(0.2)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["A"] + shares["C"] == pytest.approx(0.5)


def test_neighbours_on_one_haplotype_are_one_event_but_for_a_polymorphism() -> None:
    near = ((1000, 1001, "A"), (1003, 1004, "C"))
    far = ((1000, 1001, "A"), (1004, 1005, "C"))
    between = CONTIG[1001:1003]
    assert Case("neighbours in cis", "G", 1000, {"A": near}).expected(CONTIG, 0.2) == {
        (1000, 1004, f"A{between}C"): 0.2
    }
    assert len(Case("neighbours in cis", "G", 1000, {"A": far}).expected(CONTIG, 0.2)) == 2
    beside = Case("mutation beside a polymorphism", "G", 1000, {"A": near, "C": near[:1]})
    assert beside.expected(CONTIG, 0.2) == pytest.approx({near[0]: 0.5, near[1]: 0.2})


def row(start: int, ref: str, alt: str, vaf: float, **cells: object) -> PanelVariant:
    """A row of the contig with a VAF and its interval."""
    usual = {"filter": "PASS", "vaf_low": vaf - 0.01, "vaf_high": vaf + 0.01, **cells}
    return panel_variant(chrom="G", pos=start + 1, ref=ref, alt=alt, vaf=vaf, depth=500, **usual)


def test_alleles_vafs_frames_and_false_rows_are_scored() -> None:
    deletion = Case("deletion, 1 to 19", "G", 2000, {"A": ((2000, 2003, ""),)})
    missed = Case("deletion, 1 to 19", "G", 4000, {"A": ((4000, 4003, ""),)})
    anchored = CONTIG[1999:2003]
    rows = [
        row(1999, anchored, anchored[0], 0.22, vaf_low=0.205),
        row(4010, CONTIG[4010:4012], CONTIG[4010], 0.1),  # false, and a frameshift
        row(4050, CONTIG[4050:4052], CONTIG[4050], 0.1, filter="low_vaf"),
    ]
    scores, words = score_cases([deletion, missed], rows, GENOME, 0.2)
    (score,) = scores.values()
    assert (score.cases, score.exact, score.false, score.wrong_frame) == (2, 1, 1, 1)
    ((vaf,),) = [some for some in score.vafs if some]
    assert vaf.ratio == pytest.approx(1.1)
    assert not vaf.inside
    assert words[0].startswith("deletion, 1 to 19: G:4001")
    lines = table_of(scores.values())
    assert lines[:2] == list(HEADER)
    assert lines[-1].startswith("| all | 2 | 50.0% | 0 | 1 | 1 | 1 | +10.0% ± 0.0% |")


def test_what_passes_far_from_all_cases_is_false() -> None:
    case = Case("deletion, 1 to 19", "G", 2000, {"A": ((2000, 2003, ""),)})
    beside, far = (row(2000 + by, CONTIG[2000 + by], "N", 0.1) for by in (-398, -401))
    held_back = row(5000, CONTIG[5000], "N", 0.1, filter="other_change")
    scores, words = score_cases([case], [beside, far, held_back], GENOME, 0.2)
    assert [score.false for score in scores.values()] == [1, 1]
    assert words[0] == ELSEWHERE
    assert [line.split(" | ")[4] for line in table_of(scores.values())[2:]] == ["1", "1", "2"]


def test_one_event_that_two_clones_were_drawn_with_has_their_sum() -> None:
    sequence = CONTIG[:2000] + "CATTTATTTATG" + CONTIG[2012:]
    genome = SmallGenome({"G": (Slice("chr1", 0, sequence[500:], 500),)})
    case = Case(
        "two overlapping deletions", "G", 2001, {"A": ((2001, 2005, ""),), "B": ((2004, 2008, ""),)}
    )
    assert genome.sequence("G")[2000:2012] == "CATTTATTTATG"
    rows = [row(2000, "CATTT", "C", 0.35)]
    (score,) = score_cases([case], rows, genome, 0.2)[0].values()
    assert (score.exact, score.false) == (1, 0)
    assert [vaf.ratio for some in score.vafs for vaf in some] == [pytest.approx(1.0)]


@pytest.mark.parametrize("seed", [1, 2])
def test_an_amplicon_holds_all_changes_of_a_case_and_others_tile_beside_it(seed: int) -> None:
    cases = draw_cases(GENOME, TARGETS, seed, len(KINDS), kinds=())
    rng = random.Random(seed)
    for case in cases:
        tiles = amplicons_over(case, CONTIG, 22, rng)
        edits = [edit for some in case.edits.values() for edit in some]
        first, last = min(e[0] for e in edits), max(e[1] for e in edits)
        holding = [t for t in tiles if t.start + 34 <= first and last <= t.end - 34]
        assert len(holding) >= 1
        inserts = [(t.start + 22, t.end - 22) for t in tiles]
        assert all(one[1] - other[0] in range(2, 26) for one, other in pairwise(inserts))
        assert inserts[0][0] <= case.start - 250
        assert inserts[-1][1] >= case.start + 250
        assert [t.reverse for t in tiles[:2]] == [False, True]
    sites = primers_of(amplicons_over(cases[0], CONTIG, 22, random.Random(seed)), 22)["G"]
    assert {end - start for start, end in (*sites.left, *sites.right)} == {22}
    design = sample_of(cases, 0.2, 500, Assay.AMPLICON)
    assert design.library.assay is Assay.AMPLICON


def test_the_amplicon_of_a_duplication_holds_what_is_copied() -> None:
    for first, shift in ((2000, 0), (2000, 1)):
        copy = list(CONTIG[first : first + 40])
        if shift:
            copy[20] = "CGTA"["ACGT".index(copy[20])]
        case = Case(
            "duplication, 20 to 60", "G", first, {"A": ((first + 40, first + 40, "".join(copy)),)}
        )
        tiles = amplicons_over(case, CONTIG, 22, random.Random(3))
        assert any(t.start + 34 <= first and first + 40 <= t.end - 34 for t in tiles)


def test_vafs_of_a_case_are_not_counted_as_independent() -> None:
    def score(*cases: tuple[float, ...]) -> KindScore:
        vafs = [tuple(MeasuredVaf(one, 0.0, one < 1.05) for one in case) for case in cases]
        return KindScore("repeat", cases=len(cases), vafs=vafs)

    by_case = score((0.9, 0.9), (1.1, 1.1)).line().split(" | ")
    alone = score((0.9,), (0.9,), (1.1,), (1.1,)).line().split(" | ")
    assert (by_case[7], alone[7]) == ("+0.0% ± 7.1%", "+0.0% ± 5.0%")
    assert (by_case[9], alone[9]) == ("50.0% ± 35.4% |", "50.0% ± 25.0% |")


def test_the_same_molecules_in_other_words_are_not_false() -> None:
    """A substitution and a deletion with two bases between, told as one replacement."""
    edits = ((2000, 2001, "CGTA"["ACGT".index(CONTIG[2000])]), (2004, 2006, ""))
    case = Case("neighbours in cis", "G", 2000, {"A": edits})
    whole = row(2000, CONTIG[2000:2006], edits[0][2] + CONTIG[2001:2004], 0.2)
    for rows, otherwise, false in (
        ([whole], 1, 0),
        ([whole, row(2050, CONTIG[2050:2052], CONTIG[2050], 0.1)], 0, 2),
    ):
        (score,) = score_cases([case], rows, GENOME, 0.2)[0].values()
        assert (score.exact, score.otherwise, score.false) == (0, otherwise, false)


def test_what_has_one_description_is_told_by_it() -> None:
    lines = list(table_lines(GENOME, TARGETS, [1], 30, 0.2, ("substitution", "deletion, 1 to 19")))
    assert lines[2:] == [
        "| substitution | 15 | 0 |",
        "| deletion, 1 to 19 | 15 | 0 |",
        "| all | 30 | 0 |",
    ]


def test_what_has_two_descriptions_may_be_told_by_the_other_one() -> None:
    """A base replaced, and three bases behind it one inserted, drawn as one replacement."""
    old = CONTIG[2000:2005]
    base, more = ("CGTA"["ACGT".index(one)] for one in (old[0], CONTIG[2005]))
    case = Case(
        "replacement, 2 to 6 bases", "G", 2000, {"A": ((2000, 2005, base + old[1:] + more),)}
    )
    rng = random.Random(1)
    assert not is_told_as_drawn(case, CONTIG, 0.2, rng)
    assert len(told_alleles(case, CONTIG, 0.2, rng)) == 2
