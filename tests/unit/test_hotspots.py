"""The answers for hotspot codons."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import UNMEASURED
from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from flt3itd.kinase.tkd import TkdParameters
from flt3itd.records import CodonResult, Status, TkdResult
from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.hotspot_answers import (
    Evidence,
    Needs,
    answer,
    hotspot_rows,
    limit_of,
    slippage_remark,
    with_kinase_domain,
)
from scripts.coverage.hotspot_bases import BaseCounts, estimate_errors
from scripts.coverage.hotspot_codons import amino_acid_of, bed_of, codon_bases, codon_of
from scripts.coverage.rows import HotspotAnswer
from scripts.genome.knowledge import Hotspot
from scripts.genome.limits import passing_limit
from scripts.panel.marks import residues_of
from scripts.panel.rows import PanelVariant
from tests.flt3_builders import (
    flt3_result,
    tkd_event,
)
from tests.panel_builders import CONTIG, transcript
from tests.report_builders import panel_variant

NEEDS = Needs(100, 0.01, 5)
# Codon 27 is bases 78-80: two at the end of exon 1 (178, 179), one at the start of exon 2 (240).
SPLIT = Hotspot("GENE", 27, "G", "", CONTIG, 179, 241, 179, 241, "")
WHOLE = replace(SPLIT, residue=10, amino_acid="P")
REGIONS = {CONTIG: [(90, 190), (230, 290)]}
Ask = Callable[..., HotspotAnswer]


def variant(name: str, vaf: float = 0.12, reasons: str = "PASS") -> PanelVariant:
    return replace(panel_variant(), gene="GENE", hgvs_p=f"NP_1.1:{name}", vaf=vaf, filter=reasons)


@pytest.fixture
def asked(tmp_path: Path) -> Ask:
    """The answer for a codon where every base of the contig has the same depth."""

    def ask(
        hotspot: Hotspot = WHOLE,
        depth: int = 500,
        regions: dict[str, list[tuple[int, int]]] = REGIONS,
        variants: tuple[PanelVariant, ...] = (),
        good: int | None = None,
        errors: int = 0,
        gene_is_read: bool = True,
        dip: int | None = None,
    ) -> HotspotAnswer:
        path = tmp_path / "depth.tsv"
        path.write_text("".join(f"{CONTIG}\t{place + 1}\t{depth}\n" for place in range(400)))
        seen = depth if good is None else good
        counts = BaseCounts("A", {"A": seen - errors, "C": errors})
        bases = {(CONTIG, place): counts for place in range(400)}
        if dip is not None:  # at the middle base of codon 10
            bases[CONTIG, 128] = BaseCounts("A", {"A": dip})
        rates = estimate_errors(bases.values())
        evidence = Evidence(regions, variants, BaseDepth(path), bases, rates)
        gene = transcript() if gene_is_read else None
        return answer(hotspot, gene, evidence, NEEDS, "S1")

    return ask


def test_a_codon_may_be_split_between_exons(asked: Ask) -> None:
    assert codon_bases(transcript(), 27) == [(1, 178, 180), (2, 240, 241)]
    assert codon_bases(replace(transcript(), minus_strand=True), 1) == [(1, 177, 180)]
    row = asked(SPLIT)
    assert (row.exon, row.start, row.end, row.status) == ("1/2", 179, 241, Status.NOT_DETECTED)


def test_the_bases_of_codons_inside_the_targets_are_asked_for() -> None:
    models = {"GENE": transcript()}
    elsewhere = replace(WHOLE, gene="OTHER")
    beside = replace(WHOLE, residue=11)
    assert bed_of([SPLIT, beside, WHOLE, SPLIT, elsewhere], models, REGIONS) == "".join(
        f"{CONTIG}\t{start}\t{end}\n" for start, end in ((127, 133), (178, 180), (240, 241))
    )
    assert bed_of([SPLIT], models, {CONTIG: [(90, 190)]}) == ""


def test_a_residue_that_the_transcript_has_not_is_no_codon_of_it(asked: Ask) -> None:
    found = (variant("p.(Met10Thr)"), variant("p.(Met10Val)", reasons="low_vaf"))
    row = asked(replace(WHOLE, amino_acid="W"), variants=found)
    assert (row.status, row.limit_of_detection) == (Status.NOT_ASSESSABLE, None)
    assert (row.variants, row.filtered) == ("", "")
    letter = amino_acid_of(10, transcript())
    assert row.reason == (
        f"the table of hotspots has W there and NM_1.1 {letter}: it counts on another transcript"
    )
    unknown = replace(transcript(), fetch=lambda start, end: "N" * (end - start))
    assert amino_acid_of(10, unknown) == ""


@pytest.mark.parametrize(
    ("name", "residues"),
    [
        ("p.(Asp835Tyr)", [835]),
        ("p.(Trp288CysfsTer12)", [288]),
        ("p.(Phe537_Lys539delinsLeu)", [537, 538, 539]),
        ("p.(Ser840_Asn841insGlySer)", [840, 841]),
        ("p.(Asp835=)", []),
        ("p.(=)", []),
        ("p.?", []),
        ("", []),
    ],
)
def test_a_protein_name_says_which_residues_it_changes(name: str, residues: list[int]) -> None:
    assert list(residues_of(name and f"NP_1.1:{name}")) == residues


def test_covered_and_clean_has_a_limit_of_detection(asked: Ask) -> None:
    row = asked(depth=500)
    assert (row.status, row.reason, row.depth) == (Status.NOT_DETECTED, "", 500)
    assert (row.minimum, row.mean, row.fraction_at_500x, row.fraction_at_1000x) == (500, 500, 1, 0)
    assert row.limit_of_detection == passing_limit(500, 5, 0.01, sampling=EVERY_COUNT)
    assert row.limit_of_detection == pytest.approx(0.0182, abs=3e-4)


def test_the_limit_rests_on_good_bases_and_on_the_errors_of_the_sample(asked: Ask) -> None:
    clean, poor, noisy = asked(depth=500), asked(depth=500, good=200), asked(depth=500, errors=5)
    assert (poor.minimum, poor.depth) == (500, 200)
    assert poor.limit_of_detection == passing_limit(200, 5, 0.01, sampling=EVERY_COUNT)
    limits = [row.limit_of_detection or 0 for row in (clean, noisy)]
    assert limits[1] > 3 * limits[0] > 0
    twice = asked(depth=500, good=900)  # mates of pairs that are not proper
    assert twice.depth == 500
    blind = asked(depth=500, good=99)
    assert (blind.status, blind.reason) == (Status.NOT_ASSESSABLE, "depth below 100")


def test_a_codon_is_as_deep_as_its_shallowest_base(asked: Ask) -> None:
    at, below = asked(depth=500, dip=100), asked(depth=500, dip=99)
    assert (at.depth, at.status) == (100, Status.NOT_DETECTED)
    assert (below.depth, below.status) == (99, Status.NOT_ASSESSABLE)


def test_what_is_not_covered_is_not_called_negative(asked: Ask) -> None:
    shallow = asked(depth=99)
    assert (shallow.status, shallow.reason) == (Status.NOT_ASSESSABLE, "depth below 100")
    outside = asked(regions={CONTIG: [(90, 129)]})  # codon 10 is bases 127-129
    assert (outside.status, outside.reason) == (Status.NOT_ASSESSABLE, "outside the targets")
    assert shallow.limit_of_detection is outside.limit_of_detection is None
    assert outside.minimum is outside.mean is outside.depth is None
    elsewhere = asked(replace(WHOLE, gene="OTHER"), gene_is_read=False)
    assert (elsewhere.chrom, elsewhere.start, elsewhere.depth) == ("", None, None)
    assert elsewhere.reason == "outside the targets"
    half = asked(SPLIT, regions={CONTIG: [(90, 190)]})
    assert half.status is Status.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("residue", "minus", "told"),
    [(2, False, False), (3, False, True), (5, False, True), (7, False, True), (8, False, False),
     (2, True, False), (3, True, True), (7, True, True), (8, True, False)],
)  # fmt: skip
def test_a_run_beside_a_codon_has_a_limit_of_its_own(residue: int, minus: bool, told: bool) -> None:
    # The run reaches from codon 3 to 6; a frameshift in codon 6 may be named by residue 7.
    sequence = "ACTACTACT" + "ACG" * 2 + "AC" + "G" * 8 + "TC" + "ATC" * 20
    exon = TranscriptExon(1, 9, 9 + 60, 0)
    gene = Transcript(
        "GENE", "NM_1.1", "NP_1.1", CONTIG, False, (exon,), 60, lambda a, b: sequence[a:b]
    )
    if minus:
        ends = len(sequence) - 69, len(sequence) - 9
        gene = replace(
            gene, minus_strand=True, exons=(TranscriptExon(1, *ends, 0),),
            fetch=lambda a, b: sequence[::-1][a:b],
        )  # fmt: skip
    codon = codon_of(residue, gene, {CONTIG: [(0, 200)]})
    remark = slippage_remark(codon, gene, 1000, sampling=EVERY_COUNT)
    assert bool(remark) is told
    if told:
        assert "run of 8 G" in remark
        assert "VAF of 9.6% on" in remark
    assert slippage_remark(codon, gene, 0, sampling=EVERY_COUNT) == ""


def test_only_a_passing_variant_detects_and_the_others_are_named(asked: Ask) -> None:
    passing, filtered = variant("p.(Ala10Val)"), variant("p.(Ala10Thr)", 0.004, "low_vaf;x")
    silent = variant("p.(Ala10=)")
    row = asked(variants=(filtered, silent))
    assert (row.status, row.variants) == (Status.NOT_DETECTED, "")
    assert row.filtered == "p.(Ala10Thr) 0.40% (low_vaf, x)"
    assert asked(variants=(passing,), depth=20).status is Status.DETECTED
    row = asked(variants=(passing, filtered))
    assert (row.status, row.variants) == (Status.DETECTED, "p.(Ala10Val) 12.0%")
    assert asked(variants=(replace(passing, gene="OTHER"),)).status is Status.NOT_DETECTED


@pytest.mark.parametrize(
    ("median_length", "molecules", "reason"),
    [
        (150, 40.0, "the input holds 40 molecules, fewer than 100, however often they are read"),
        (150, 100.0, "7 fragments are too few for the kinase domain caller"),
        (700, 40.0, "reads unfit: the reads are long (median 700 bases)"),
    ],
)
def test_a_codon_without_an_answer_has_its_own_reason(
    tmp_path: Path, median_length: int, molecules: float, reason: str
) -> None:
    """Not its depth, where all codons are hidden whatever theirs is."""
    unread = CodonResult(835, "D", Status.NOT_ASSESSABLE, 7, None)
    long = replace(UNMEASURED, reads=100, fragments=100, median_length=median_length)
    found = flt3_result(tkd=TkdResult(Status.NOT_ASSESSABLE, (unread,), ()))
    found = replace(
        found,
        reads=judge_reads(long, Assay.CAPTURE),
        most_molecules=molecules,
        provenance=replace(found.provenance, parameters={"tkd": vars(TkdParameters())}),
    )
    hotspot = Hotspot("FLT3", 835, "D", "", "chr13", 1, 3, 1, 3, "")
    (tmp_path / "depth.tsv").write_text("", "ascii")
    evidence = Evidence({}, (), BaseDepth(tmp_path / "depth.tsv"), {}, estimate_errors([]))
    (row,) = hotspot_rows([hotspot], [], evidence, NEEDS, found)
    assert row.status is Status.NOT_ASSESSABLE
    assert row.reason.startswith(reason)
    assert row.remark == ""
    reads = replace(evidence, sampling=Sampling(CountedUnit.READS))
    (row,) = hotspot_rows([hotspot], [], reads, NEEDS, found)
    assert row.remark == ""  # without a limit nothing is assumed
    low = CodonResult(835, "D", Status.NOT_DETECTED, 2000, 0.004)
    found = replace(
        found,
        tkd=TkdResult(Status.NOT_DETECTED, (low,), ()),
        counted_unit=CountedUnit.READS,
        most_molecules=None,
    )
    evidence = replace(evidence, sampling=found.sampling)
    (row,) = hotspot_rows([hotspot], [], evidence, NEEDS, found)
    assert row.remark == "the limit holds if every read were a molecule"


def test_the_kinase_domain_caller_answers_for_its_codons(asked: Ask) -> None:
    base = replace(asked(depth=20), gene="FLT3", residue=835, amino_acid="D")
    low = CodonResult(835, "D", Status.NOT_DETECTED, 2000, 0.004)
    clean = with_kinase_domain(base, TkdResult(Status.NOT_DETECTED, (low,), ()))
    assert (clean.status, clean.depth, clean.limit_of_detection) == (
        Status.NOT_DETECTED, 2000, 0.004
    )  # fmt: skip
    event = replace(tkd_event(), hgvs_p="NP_1:p.(Asp835Tyr)", vaf=0.006, status=Status.DETECTED)
    found = with_kinase_domain(
        base, TkdResult(Status.DETECTED, (replace(low, status=Status.DETECTED),), (event,))
    )
    assert (found.status, found.variants) == (Status.DETECTED, "p.(Asp835Tyr) 0.60%")
    beside = replace(event, hgvs_p="NP_1:p.(Ile836Phe)")
    elsewhere = with_kinase_domain(base, TkdResult(Status.DETECTED, (low,), (beside,)))
    assert (elsewhere.status, elsewhere.variants) == (Status.NOT_DETECTED, "")
    unread = CodonResult(835, "D", Status.NOT_ASSESSABLE, 0, None)
    missing = with_kinase_domain(base, TkdResult(Status.NOT_ASSESSABLE, (unread,), ()))
    assert missing.status is Status.NOT_ASSESSABLE
    assert missing.reason == "no fragments are too few for the kinase domain caller"
    few = with_kinase_domain(base, TkdResult(Status.DETECTED, (replace(unread, fragments=7),), ()))
    assert few.reason.startswith("7 fragments are too few")
    why = "reads unfit: the reads are short"
    hidden = with_kinase_domain(base, TkdResult(Status.NOT_ASSESSABLE, (unread,), ()), why)
    assert hidden.reason == why
    for other in (replace(base, residue=591), replace(base, amino_acid="V")):
        assert with_kinase_domain(other, TkdResult(Status.NOT_DETECTED, (low,), ())) == other


def test_a_limit_needs_as_many_fragments_as_a_variant_does(tmp_path: Path) -> None:
    path = tmp_path / "depth.tsv"
    path.write_text(f"{CONTIG}\t8\t5\n{CONTIG}\t9\t4\n")
    bases = {(CONTIG, place): BaseCounts("A", {"A": 9}) for place in (7, 8)}
    evidence = Evidence({}, (), BaseDepth(path), bases, estimate_errors(bases.values()))
    assert limit_of([(CONTIG, 7)], evidence, NEEDS) == passing_limit(
        5, 5, 0.01, sampling=EVERY_COUNT
    )
    assert limit_of([(CONTIG, 7), (CONTIG, 8)], evidence, NEEDS) is None
    assert limit_of([], evidence, NEEDS) is None
    assert evidence.fragments((CONTIG, 9)) == 0  # no base of good quality was counted there


def gene_with_run(first: int, length: int, minus: bool = False) -> Transcript:
    """A gene of 60 codons from base 60 of its direction on, with G from a base of it on."""
    in_order = list("ACT" * 80)
    in_order[60 + first : 60 + first + length] = "G" * length
    sequence = "".join(in_order)
    exon = TranscriptExon(1, 60, 240, 0)
    if minus:
        sequence, exon = reverse_complement(sequence), TranscriptExon(1, 0, 180, 0)
    return Transcript(
        "GENE", "NM_1.1", "NP_1.1", CONTIG, minus, (exon,), 180, lambda a, b: sequence[a:b]
    )


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("first", "told"),
    # Codon 20 is bases 57 to 59, and the one in front of it begins with base 54.
    [(54 - 8, False), (54 - 7, True), (54, True), (59, True), (60, False)],
)
def test_a_run_is_told_by_the_codons_that_its_frameshift_may_be_named_by(
    first: int, told: bool, minus: bool
) -> None:
    gene = gene_with_run(first, 8, minus)
    remark = slippage_remark(
        codon_of(20, gene, {CONTIG: [(0, 240)]}), gene, 1000, sampling=EVERY_COUNT
    )
    assert ("in the run of 8 " in remark) is told


def test_a_run_is_looked_at_for_30_bases_beyond_the_codon() -> None:
    gene = gene_with_run(59, 100)  # from the last base of codon 20 on
    assert "run of 31 G" in slippage_remark(
        codon_of(20, gene, {CONTIG: [(0, 240)]}), gene, 1000, sampling=EVERY_COUNT
    )
    gene = gene_with_run(0, 58)  # to the first base of codon 20
    assert "run of 34 G" in slippage_remark(
        codon_of(20, gene, {CONTIG: [(0, 240)]}), gene, 1000, sampling=EVERY_COUNT
    )


def test_a_run_at_the_first_base_of_the_contig_is_seen_whole() -> None:
    sequence = "G" * 8 + "ACT" * 20
    gene = Transcript(
        "GENE", "NM_1.1", "NP_1.1", CONTIG, False, (TranscriptExon(1, 0, 68, 0),), 66,
        lambda a, b: sequence[a:b],
    )  # fmt: skip
    assert "run of 8 G" in slippage_remark(
        codon_of(1, gene, {CONTIG: [(0, 60)]}), gene, 1000, sampling=EVERY_COUNT
    )


def test_the_answer_of_a_covered_codon_tells_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "depth.tsv"
    path.write_text("".join(f"{CONTIG}\t{place + 1}\t500\n" for place in range(240)))
    bases = {(CONTIG, place): BaseCounts("A", {"A": 500}) for place in range(240)}
    errors = estimate_errors(bases.values())
    evidence = Evidence({CONTIG: [(0, 240)]}, (), BaseDepth(path), bases, errors)
    gene = gene_with_run(56, 8)
    asked = replace(WHOLE, residue=20, amino_acid=amino_acid_of(20, gene))
    row = answer(asked, gene, evidence, NEEDS, "S1")
    assert "run of 8 G here passes from a VAF of " in row.remark
    deeper = answer(asked, gene, evidence, replace(NEEDS, minimum_depth=501), "S1")
    assert (deeper.remark, deeper.status) == ("", Status.NOT_ASSESSABLE)


def test_a_codon_at_the_edge_of_a_target_is_inside_it() -> None:
    def inside(*targets: tuple[int, int]) -> bool:
        return codon_of(10, transcript(), {CONTIG: list(targets)}).inside  # bases 127 to 129

    assert inside((127, 130))
    assert not inside((128, 130))
    assert not inside((127, 129))
    assert not inside((127, 128), (128, 130))


def test_a_codon_that_the_reference_does_not_hold_has_no_place() -> None:
    codon = codon_of(1000, transcript(), REGIONS)
    assert (codon.contig, codon.parts, codon.inside) == ("", (), False)


def test_a_codon_that_ends_with_its_exon_has_one_part() -> None:
    exons = (TranscriptExon(1, 100, 106, 0), TranscriptExon(2, 200, 260, 6))
    gene = replace(transcript(), exons=exons)
    assert codon_bases(gene, 2) == [(1, 103, 106)]
    assert codon_bases(gene, 3) == [(2, 200, 203)]


def test_a_variant_that_both_callers_found_is_named_once(asked: Ask) -> None:
    base = replace(asked(depth=500), gene="FLT3", residue=835, amino_acid="D")
    base = replace(base, variants="p.(Asp835Tyr) 0.5 %")
    codon = CodonResult(835, "D", Status.NOT_DETECTED, 2000, 0.004)
    event = replace(tkd_event(), hgvs_p="NP_1:p.(Asp835Tyr)", vaf=0.006, status=Status.DETECTED)
    both = with_kinase_domain(base, TkdResult(Status.DETECTED, (codon,), (event,)))
    assert (both.status, both.variants) == (Status.DETECTED, "p.(Asp835Tyr) 0.5 %")
    seen = replace(codon, status=Status.DETECTED)
    unnamed = with_kinase_domain(
        replace(base, variants=""), TkdResult(Status.DETECTED, (seen,), ())
    )
    assert (unnamed.status, unnamed.variants) == (Status.DETECTED, "")
