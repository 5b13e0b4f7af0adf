"""The background of controls at its bounds, from counts: who carries, what differs, which gaps."""

from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.tables import write_table
from flt3itd.kinase.background import BackgroundSite, build_background, read_background
from flt3itd.kinase.exon_counts import CODON_LETTERS, ExonCounts
from flt3itd.kinase.short_changes import ShortChange
from flt3itd.kinase.tkd import TkdParameters, count_kinase_domain
from flt3itd.locus.flt3 import TRANSCRIPT, flt3_locus

LOCUS = flt3_locus()
D835Y = f"{TRANSCRIPT}:c.2503G>T"
EMPTY = count_kinase_domain([], TkdParameters())[2]
I836DEL = ShortChange(LOCUS.from_grch38(28_018_498), "ATG", "")


def control(errors: int, gaps: int = 0, fragments: int = 2000) -> ExonCounts:
    """Exon 20 of a control: all codons clean, but for D835Y and a deletion."""
    codons = []
    for codon in EMPTY.codons:
        counts = [0] * len(codon.counts)
        wrong = errors if codon.residue == 835 else 0
        counts[CODON_LETTERS.index(codon.reference)] = fragments - wrong
        counts[CODON_LETTERS.index("TAT")] += wrong
        codons.append(codon._replace(counts=tuple(counts)))
    return EMPTY._replace(codons=tuple(codons), carriers={I836DEL: gaps} if gaps else {})


def sites(*controls: ExonCounts) -> dict[str, BackgroundSite]:
    named = [(f"N{number}", [one]) for number, one in enumerate(controls)]
    return {one.hgvs_c: one for one in build_background(named, Assay.CAPTURE, 0.01)}


def of_d835y(*errors: int) -> BackgroundSite:
    return sites(*map(control, errors))[D835Y]


@pytest.mark.parametrize(("errors", "left_out"), [(200, 0), (201, 2)])
def test_a_control_carries_what_more_than_a_tenth_of_its_fragments_show(
    errors: int, left_out: int
) -> None:
    """Two of three are too many for outliers, so that nothing else leaves them out."""
    assert of_d835y(errors, errors, 0).left_out == left_out


def test_of_few_controls_one_may_be_left_out_and_two_may_not() -> None:
    assert of_d835y(0, 40).left_out == 1
    assert of_d835y(0, 0, 40).left_out == 1
    assert of_d835y(0, 0, 0, 40, 40).left_out == 0
    assert of_d835y(0, 0, 0, 0, 40, 40).left_out == 2


@pytest.mark.parametrize(("errors", "left_out"), [(4, 0), (5, 1)])
def test_a_control_stands_out_from_two_without_errors(errors: int, left_out: int) -> None:
    assert of_d835y(0, 0, errors).left_out == left_out


def test_without_errors_controls_differ_as_usual() -> None:
    assert of_d835y(0, 0, 0).overdispersion == pytest.approx(0.1)


def test_a_spread_of_errors_counts_beside_ten_usual_places() -> None:
    """Of 14 and 26: squares of deviations 2 x 72, less 40, beside two squared means of 400."""
    assert of_d835y(14, 26).overdispersion == pytest.approx((104 + 0.1 * 10) / (800 + 10))


def test_controls_alike_differ_by_a_fiftieth_at_least() -> None:
    assert of_d835y(100, 100).overdispersion == 0.02


@pytest.mark.parametrize(("gaps", "named"), [(2, False), (3, True)])
def test_a_gap_has_a_row_from_three_fragments_of_all_controls(gaps: int, named: bool) -> None:
    found = sites(control(0, gaps - 1), control(0, 1), control(0))
    assert (f"{TRANSCRIPT}:c.2508_2510del" in found) is named


def test_a_table_without_rows_is_of_no_control(tmp_path: Path) -> None:
    write_table(tmp_path / "none.tsv", BackgroundSite, [])
    assert read_background(tmp_path / "none.tsv", Assay.CAPTURE).controls == 0
