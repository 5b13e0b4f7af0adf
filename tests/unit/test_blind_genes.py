"""Genes without an answer are named with their reason: unfit reads, assays, small inputs."""

from dataclasses import replace

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.fitness_records import Fit, GeneFitness, Question, Verdict
from flt3itd.records import Status
from scripts.coverage.blind_genes import (
    OF_LONG_READS,
    OF_RNA,
    is_for_depth,
    reason_of_all,
    with_reasons,
    with_reasons_of_genes,
)
from scripts.coverage.rows import ExonCoverage, ExonState
from scripts.panel.read_fitness import TargetFitness
from tests.report_builders import hotspot

COPIED = Verdict(Question.PANEL, Fit.UNFIT, ("all reads have a mapping quality of 0",))
OF_ONE_GENE = TargetFitness(genes=(GeneFitness("U2AF1", (COPIED,)),))
OF_THE_SAMPLE = TargetFitness(verdicts=(COPIED,))


def exon(gene: str, start: int, state: ExonState = ExonState.NOT_ASSESSABLE) -> ExonCoverage:
    return ExonCoverage("S", gene, "1", "c", start, start + 99, 100, 0, 0.0, 0.0, 0.0, 0.0, state)


EXONS = [exon("U2AF1", 1001, ExonState.COVERED), exon("TP53", 5000)]


def test_a_gene_with_unfit_reads_is_named_with_their_reason() -> None:
    copied, shallow = with_reasons(EXONS, OF_ONE_GENE, Assay.CAPTURE, 100, EVERY_COUNT)
    assert (copied.status, copied.reason) == (ExonState.NOT_ASSESSABLE, COPIED.reasons[0])
    assert (shallow.reason, is_for_depth(shallow)) == ("depth below 100", True)
    assert reason_of_all([copied, shallow]) == ""


def test_unfit_reads_of_a_sample_leave_no_exon() -> None:
    rows = with_reasons(EXONS, OF_THE_SAMPLE, Assay.CAPTURE, 100, EVERY_COUNT)
    assert {row.status for row in rows} == {ExonState.NOT_ASSESSABLE}
    assert reason_of_all(rows) == COPIED.reasons[0]


def test_fit_reads_leave_depth_to_decide() -> None:
    covered, shallow = with_reasons(EXONS, TargetFitness(), Assay.CAPTURE, 50, EVERY_COUNT)
    assert (covered.status, covered.reason) == (ExonState.COVERED, "")
    assert shallow.reason == "depth below 50"
    assert reason_of_all([shallow]) == ""


@pytest.mark.parametrize(("mean", "assessable"), [(150.0, True), (300.0, False)])
def test_umis_that_are_too_few_for_flt3_may_do_for_a_shallower_amplicon(
    mean: float, assessable: bool
) -> None:
    """Where 300 molecules are counted four in five share their UMI; where 150 are, one in four."""
    rows = [replace(exon("TP53", 1, ExonState.COVERED), mean=mean)]
    crowded = Sampling(CountedUnit.MOLECULES, None, 0.8, hidden_among=300)
    [row] = with_reasons(rows, TargetFitness(), Assay.AMPLICON, 100, crowded)
    assert row.assessable == assessable


@pytest.mark.parametrize("molecules", [99.9, 100.0])
def test_an_input_of_fewer_molecules_than_the_depth_leaves_no_exon_and_no_codon(
    molecules: float,
) -> None:
    """Five thousand reads of three molecules are no depth of 100."""
    rows = [exon("TP53", 1, ExonState.COVERED)]
    sampling = Sampling(CountedUnit.READS, molecules)
    [row] = with_reasons(rows, TargetFitness(), Assay.AMPLICON, 100, sampling)
    negative = replace(hotspot(), gene="TP53", residue=175, status=Status.NOT_DETECTED)
    found = replace(negative, residue=248, status=Status.DETECTED)
    of_kinase_caller = replace(negative, gene="FLT3", residue=835)
    codon, *kept = with_reasons_of_genes([negative, found, of_kinase_caller], [row])
    assert kept == [found, of_kinase_caller]
    if molecules == 100:
        assert (row, codon) == (rows[0], negative)
        return
    assert (row.assessable, codon.status, codon.limit_of_detection) == (
        False, Status.NOT_ASSESSABLE, None,
    )  # fmt: skip
    assert row.reason == codon.reason == reason_of_all([row])
    assert "the input holds 99 molecules, fewer than 100" in row.reason


@pytest.mark.parametrize(("assay", "reason"), [("rna", OF_RNA), ("long", OF_LONG_READS)])
def test_some_assays_say_nothing_of_the_panel(assay: Assay, reason: str) -> None:
    rows = with_reasons(
        [exon("TP53", 1, ExonState.COVERED)], TargetFitness(), assay, 100, EVERY_COUNT
    )
    assert [(row.status, row.reason) for row in rows] == [(ExonState.NOT_ASSESSABLE, reason)]
    known = replace(hotspot(), gene="FLT3", residue=835, status=Status.NOT_DETECTED)
    other = replace(known, gene="IDH1", residue=132, status=Status.DETECTED)
    kept, blind = with_reasons_of_genes([known, other], rows)
    assert kept == known
    assert (blind.status, blind.reason, blind.limit_of_detection) == (
        Status.NOT_ASSESSABLE, reason, None,
    )  # fmt: skip


@pytest.mark.parametrize("fitness", [OF_ONE_GENE, OF_THE_SAMPLE])
def test_a_hotspot_has_the_reason_of_its_gene(fitness: TargetFitness) -> None:
    rows = with_reasons(EXONS, fitness, Assay.CAPTURE, 100, EVERY_COUNT)
    negative = replace(hotspot(), gene="U2AF1", residue=34, status=Status.NOT_DETECTED)
    found = replace(negative, residue=157, status=Status.DETECTED)
    unknown, kept = with_reasons_of_genes([negative, found], rows)
    assert (unknown.status, unknown.reason) == (Status.NOT_ASSESSABLE, COPIED.reasons[0])
    assert kept == found


def test_codons_of_flt3_beside_those_of_its_caller_and_of_genes_with_depth() -> None:
    """Only the codons that the kinase domain caller answers for stay as they are."""
    unfit = exon("FLT3", 1)
    rows = [replace(unfit, reason="copied"), replace(exon("TP53", 9), reason="depth below 100")]
    answer = replace(hotspot(), status=Status.NOT_DETECTED)
    of_caller = replace(answer, gene="FLT3", residue=835)
    of_panel = replace(answer, gene="FLT3", residue=612)
    same_number = replace(answer, gene="TP53", residue=835)
    told = with_reasons_of_genes([of_caller, of_panel, same_number], rows)
    assert [one.status for one in told] == [
        Status.NOT_DETECTED, Status.NOT_ASSESSABLE, Status.NOT_DETECTED,
    ]  # fmt: skip
    elsewhere = [replace(unfit, gene="IDH1", reason="copied"), exon("FLT3", 1, ExonState.COVERED)]
    assert with_reasons_of_genes([of_panel], elsewhere) == [of_panel]
    of_other = replace(answer, gene="IDH1", residue=842)
    assert with_reasons_of_genes([of_other], elsewhere)[0].status is Status.NOT_ASSESSABLE
