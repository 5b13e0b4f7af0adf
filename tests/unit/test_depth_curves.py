"""Depth along each gene: from the depth of bases to the drawing on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.answers.records import Pictures
from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.depth_curves import MOST_STRETCHES, depth_curves
from scripts.coverage.rows import ExonCoverage, ExonState, GeneCurve
from scripts.report.depth_drawing import CURVE_HEIGHT, CURVE_WIDTH, depth_figure
from scripts.report.render import page
from tests.report_builders import exon_coverage, report_of


def exon(
    number: str, start: int, length: int, depth: int = 500, gene: str = "TP53"
) -> ExonCoverage:
    return exon_coverage(
        gene, number, depth, start=start, end=start + length - 1, length_bp=length, minimum=depth
    )


def curves(folder: Path, *exons: ExonCoverage, hole: int = 0) -> tuple[GeneCurve, ...]:
    """The curves of exons of even depth; `hole` is a position without any."""
    lines = [
        f"{one.chrom}\t{place}\t{int(one.mean or 0) if place != hole else 0}\n"
        for one in exons
        for place in range(one.start, one.end + 1)
    ]
    (folder / "depth.tsv").write_text("".join(lines), "ascii")
    return depth_curves(exons, BaseDepth(folder / "depth.tsv"))


def test_one_base_without_reads_is_seen_in_a_long_gene(tmp_path: Path) -> None:
    (gene,) = curves(tmp_path, exon("2", 1, 6000), hole=4321)
    assert gene.stretch_bp == 6000 // MOST_STRETCHES == 100
    (depths,) = (one.depths for one in gene.exons)
    assert len(depths) == MOST_STRETCHES
    assert [at for at, depth in enumerate(depths) if not depth] == [43]


@pytest.mark.parametrize(
    ("length", "stretch"), [(MOST_STRETCHES, 1), (MOST_STRETCHES + 1, 2), (1, 1)]
)
def test_stretches_of_a_gene(tmp_path: Path, length: int, stretch: int) -> None:
    (gene,) = curves(tmp_path, exon("2", 1, length))
    assert gene.stretch_bp == stretch
    assert len(gene.exons[0].depths) == -(-length // stretch)


def test_exons_run_with_the_contig_and_are_weighed_by_their_length(tmp_path: Path) -> None:
    """As of a gene on the minus strand, whose second exon lies above the third."""
    rows = exon("2", 901, 100, 1000), exon("3", 1, 300, 200), exon("4", 2001, 10, gene="KIT")
    tp53, kit = curves(tmp_path, *rows)
    assert [one.exon for one in tp53.exons] == ["3", "2"]
    assert (tp53.minimum, tp53.mean) == (200, 400)
    assert (kit.gene, kit.minimum) == ("KIT", 500)


def test_the_page_draws_every_gene_and_frames_what_is_blind(tmp_path: Path) -> None:
    blind = exon_coverage(
        "TP53", "3", 10, start=1, end=90, length_bp=90, minimum=10,
        status=ExonState.NOT_ASSESSABLE,
    )  # fmt: skip
    rows = blind, exon("2", 901, 100, 1000), exon("4", 2001, 10, gene="KIT")
    report = report_of(tmp_path, exons=rows, pictures=Pictures((), curves(tmp_path, *rows)))
    figure = depth_figure(report)
    assert figure is not None
    assert (figure.highest, figure.minimum_depth) == (1000, 100)
    assert figure.limit == pytest.approx(CURVE_HEIGHT / 3, abs=0.1)
    tp53, kit = figure.genes
    assert (tp53.blind.count("M"), kit.blind) == (1, "")
    numbers = [float(one) for one in re.findall(r"[\d.]+", tp53.path)]
    assert max(numbers) == CURVE_WIDTH
    html = page(report)
    assert "Depth along TP53: least 10, mean 531" in html
    assert html.count('class="depth-curve"') == 2
    assert html.count('class="blind-exon"') == 1


def test_nothing_measured_draws_nothing(tmp_path: Path) -> None:
    report = report_of(tmp_path)
    assert depth_figure(report) is None
    assert "Depth along each gene" not in page(report)


def test_no_read_at_all_lies_on_the_floor(tmp_path: Path) -> None:
    rows = (exon("2", 1, 10, 0),)
    report = report_of(tmp_path, exons=rows, pictures=Pictures((), curves(tmp_path, *rows)))
    figure = depth_figure(report)
    assert figure is not None
    assert set(re.findall(r"V([\d.]+)", figure.genes[0].path)) == {str(CURVE_HEIGHT)}
