"""Genes without an answer are named with their reason: copies in the genome, RNA, long reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.records import Status
from scripts.coverage.blind_genes import (
    LEAST_READS,
    OF_LONG_READS,
    OF_RNA,
    with_reasons,
    with_reasons_of_genes,
)
from scripts.coverage.rows import ExonCoverage, ExonState
from scripts.panel.read_rules import ReadRules
from tests.builders import Read, write_bam
from tests.report_builders import hotspot

RULES = ReadRules("capture", 20)


def exon(gene: str, start: int, state: ExonState = ExonState.NOT_ASSESSABLE) -> ExonCoverage:
    return ExonCoverage("S", gene, "1", "c", start, start + 99, 100, 0, 0.0, 0.0, 0.0, 0.0, state)


def bam(folder: Path, qualities: list[int]) -> Path:
    reads = [
        Read(f"r{n}", "c", 1000 + n, "50M", "A" * 50, mapping_quality=quality)
        for n, quality in enumerate(qualities)
    ]
    return write_bam(folder / "x.bam", {"c": 10_000}, reads)


@pytest.mark.parametrize(
    ("zeros", "others", "named"),
    [
        (LEAST_READS, 0, True),
        (LEAST_READS - 1, 0, False),
        (27, 3, True),
        (26, 4, False),
    ],
)
def test_reads_without_a_place_of_their_own(
    tmp_path: Path, zeros: int, others: int, named: bool
) -> None:
    path = bam(tmp_path, [0] * zeros + [60] * others)
    rows = [exon("U2AF1", 1001), exon("TP53", 5000), exon("FLT3", 7000, ExonState.COVERED)]
    copied, shallow, covered = with_reasons(rows, path, RULES, 100)
    assert ("mapping quality of 0" in copied.reason) is named
    assert copied.reason.startswith("the genome holds" if named else "depth below 100")
    assert (shallow.reason, covered.reason) == ("depth below 100", "")


def test_a_gene_with_a_covered_exon_is_not_blind(tmp_path: Path) -> None:
    rows = [exon("U2AF1", 1001), exon("U2AF1", 1500, ExonState.COVERED)]
    first, _ = with_reasons(rows, bam(tmp_path, [0] * 50), RULES, 100)
    assert first.reason == "depth below 100"


@pytest.mark.parametrize(("assay", "reason"), [("rna", OF_RNA), ("long", OF_LONG_READS)])
def test_some_assays_say_nothing_of_the_panel(tmp_path: Path, assay: str, reason: str) -> None:
    rows = with_reasons(
        [exon("TP53", 1, ExonState.COVERED)], tmp_path / "none.bam", ReadRules(assay, 20), 100
    )
    assert [(row.status, row.reason) for row in rows] == [(ExonState.NOT_ASSESSABLE, reason)]
    known = replace(hotspot(), gene="FLT3", residue=835, status=Status.NOT_DETECTED)
    other = replace(known, gene="IDH1", residue=132)
    kept, blind = with_reasons_of_genes([known, other], rows)
    assert kept == known
    assert (blind.status, blind.reason, blind.limit_of_detection) == (
        Status.NOT_ASSESSABLE, reason, None,
    )  # fmt: skip


def test_a_hotspot_has_the_reason_of_its_gene(tmp_path: Path) -> None:
    rows = with_reasons([exon("U2AF1", 1001)], bam(tmp_path, [0] * 50), RULES, 100)
    answer = replace(hotspot(), gene="U2AF1", status=Status.NOT_ASSESSABLE)
    [found] = with_reasons_of_genes([answer], rows)
    assert "mapping quality of 0" in found.reason
