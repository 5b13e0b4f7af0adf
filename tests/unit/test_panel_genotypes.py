"""Panel variants of one sample of a patient, looked for in the reads of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.tables import read_table, write_table
from flt3itd.records import Status
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.measured import Measured, of_fragments
from scripts.panel.read_fitness import TargetReads
from scripts.panel.rows import PanelVariant
from scripts.patient.genotypes import (
    background,
    can_be_counted,
    decoys,
    genotype,
    main,
    passing_alleles,
    wanted,
)
from scripts.patient.model import PanelGenotype
from scripts.records.json_text import json_text
from tests.builders import Read, random_sequence, write_bam, write_fasta
from tests.flt3_builders import (
    flt3_result,
    tkd_event,
)
from tests.report_builders import (
    panel_variant,
    write_flt3,
    write_text,
)

CONTIG = "chr5"
GENOME = random_sequence(600, seed=11)[:300] + "CTCTGTCTGGC" + random_sequence(300, seed=12)
INSERTION = Allele(CONTIG, 300, "C", "CTCTG")
OTHER = {"A": "C", "C": "A", "G": "T", "T": "G"}
SUBSTITUTION = Allele(CONTIG, 250, GENOME[250], OTHER[GENOME[250]])
READ = 150


def fetch(start: int, end: int) -> str:
    return GENOME[max(0, start) : end]


def reads_of(wildtype: int, mutants: dict[Allele, int]) -> list[Read]:
    """Reads of 150 bases that all hold bases 200 to 340."""
    reads = [
        Read(f"w{i}", CONTIG, 195 + i % 5, f"{READ}M", fetch(195 + i % 5, 195 + i % 5 + READ))
        for i in range(wildtype)
    ]
    for allele, count in mutants.items():
        longer = len(allele.alt) - len(allele.ref)
        sequence = GENOME[: allele.start] + allele.alt + GENOME[allele.start + len(allele.ref) :]
        before = allele.start + 1 - 198
        cigar = f"{before}M{longer}I{READ - before - longer}M" if longer else f"{READ}M"
        reads += [
            Read(f"{allele.alt}{allele.start}.{i}", CONTIG, 198, cigar, sequence[198 : 198 + READ])
            for i in range(count)
        ]
    return reads


def measured(counts: AlleleCounts, sampling: Sampling = EVERY_COUNT) -> Measured:
    return of_fragments(counts.mutant, counts.wildtype, counts.informative, sampling)


def row(allele: Allele, sample: str, filters: str = "PASS") -> PanelVariant:
    return panel_variant(
        sample=sample, chrom=allele.contig, pos=allele.start + 1, ref=allele.ref, alt=allele.alt,
        filter=filters,
    )  # fmt: skip


def genotypes(
    folder: Path, wildtype: int, mutants: dict[Allele, int], asked: Allele
) -> list[PanelGenotype]:
    """What sample B says of a variant that passes in sample A."""
    fasta = write_fasta(folder / "genome.fa", {CONTIG: GENOME})
    bam = write_bam(folder / "B.bam", {CONTIG: len(GENOME)}, reads_of(wildtype, mutants))
    for sample, rows in (("A", [row(asked, "A")]), ("B", [row(asked, "B", "low_vaf")])):
        write_table(folder / f"{sample}.tsv", PanelVariant, rows)
    result = write_flt3(folder / "flt3.json", flt3_result())
    panels = [str(folder / "A.tsv"), str(folder / "B.tsv")]
    flt3 = ["--flt3", str(result), str(result)]
    out = folder / "genotypes.tsv"
    bams = [str(folder / "absent.bam"), str(bam)]
    thresholds = (
        "--minimum-depth 100 --minimum-alternate-fragments 5 --minimum-mapping-quality 20 "
        "--minimum-base-quality 20"
    )
    reads = str(write_text(folder / "target_reads.json", json_text(TargetReads({}))))
    files = ["--bams", *bams, "--reads", reads, reads, "--fasta", str(fasta), "--out", str(out)]
    samples = ["--samples", "A", "B", "--assays", "capture", "capture"]
    main([*samples, "--panels", *panels, *flt3, *files, *thresholds.split()])
    return read_table(out, PanelGenotype)


@pytest.mark.parametrize("asked", [INSERTION, SUBSTITUTION])
def test_four_fragments_in_a_thousand_are_found_again(tmp_path: Path, asked: Allele) -> None:
    """The caller starts at 0.5 %; a known variant is there when errors do not explain it."""
    (found,) = genotypes(tmp_path, 996, {asked: 4}, asked)
    assert (found.sample, found.status) == ("B", Status.DETECTED)
    assert (found.mutant_fragments, found.informative_fragments) == (4, 1000)
    assert found.vaf == pytest.approx(0.004)
    assert found.vaf_low < 0.004 < found.vaf_high
    assert found.p_value < 0.01


def test_two_fragments_are_not_enough_and_bound_the_vaf(tmp_path: Path) -> None:
    (found,) = genotypes(tmp_path, 998, {SUBSTITUTION: 2}, SUBSTITUTION)
    assert found.status is Status.NOT_DETECTED
    # Garwood's upper bound for 2 events is 6.296.
    assert found.vaf_upper == pytest.approx(0.006296, rel=1e-3)


@pytest.mark.parametrize(
    ("mutant", "chance", "depth", "status"),
    [
        (3, 0.01, 1000, Status.DETECTED),
        (3, 0.010001, 1000, Status.NOT_DETECTED),
        (2, 1e-9, 1000, Status.NOT_DETECTED),
        (3, 1e-9, 5, Status.DETECTED),
        (2, 1e-9, 100, Status.NOT_DETECTED),
        (2, 1e-9, 99, Status.NOT_ASSESSABLE),
        (3, 0.5, 99, Status.NOT_ASSESSABLE),
        (0, 1.0, 100, Status.NOT_DETECTED),
        (0, 1.0, 0, Status.NOT_ASSESSABLE),
    ],
)
def test_three_fragments_that_errors_do_not_explain_are_a_variant(
    monkeypatch: pytest.MonkeyPatch, mutant: int, chance: float, depth: int, status: Status
) -> None:
    monkeypatch.setattr("scripts.patient.genotypes.overdispersed_tail", lambda *_: chance)
    counts = AlleleCounts(mutant, depth - mutant, depth, (mutant, 0), (depth - mutant, 0))
    found = genotype("B", SUBSTITUTION, measured(counts), background([counts]), 100, EVERY_COUNT)
    assert (found.status, found.p_value) == (status, chance)
    assert found.vaf_upper <= 1


@pytest.mark.parametrize(("mutant", "status"), [(4, Status.NOT_DETECTED), (5, Status.DETECTED)])
def test_copies_of_one_error_are_no_variant_of_an_earlier_sample(
    monkeypatch: pytest.MonkeyPatch, mutant: int, status: Status
) -> None:
    """Of 3,000 molecules each read four times: p is 0.0115 and 0.0094."""
    monkeypatch.setattr("scripts.patient.genotypes.overdispersed_tail", lambda *_: 0.0)
    counts = AlleleCounts(mutant, 12_000 - mutant, 12_000, (mutant, 0), (12_000 - mutant, 0))
    known = Sampling(CountedUnit.READS, 3000.0)
    found = genotype("B", SUBSTITUTION, measured(counts, known), background([counts]), 100, known)
    assert found.status is status
    inserted = genotype("B", INSERTION, measured(counts, known), background([counts]), 100, known)
    assert inserted.status is Status.DETECTED


def test_without_reads_nothing_is_said(tmp_path: Path) -> None:
    (found,) = genotypes(tmp_path, 50, {SUBSTITUTION: 1}, SUBSTITUTION)
    assert found.status is Status.NOT_ASSESSABLE


def test_as_many_errors_near_by_explain_a_substitution(tmp_path: Path) -> None:
    """A base that is misread everywhere in four of a thousand fragments is no variant."""
    others = [one for one in decoys(SUBSTITUTION, fetch) if 200 <= one.start < 340]
    assert len(others) >= 5
    noise = dict.fromkeys(others, 4)
    (found,) = genotypes(tmp_path, 900, {SUBSTITUTION: 4, **noise}, SUBSTITUTION)
    assert found.mutant_fragments == 4
    assert found.status is Status.NOT_DETECTED


def test_a_variant_near_by_is_no_error() -> None:
    quiet = AlleleCounts(0, 1000, 1000, (0, 0), (500, 500))
    variant = AlleleCounts(300, 700, 1000, (150, 150), (350, 350))
    assert background([quiet] * 20) == background([*[quiet] * 20, variant])


def test_decoys_are_the_same_change_beside_the_variant() -> None:
    for one in decoys(SUBSTITUTION, fetch):
        assert (one.ref, one.alt) == (SUBSTITUTION.ref, SUBSTITUTION.alt)
        assert 20 <= abs(one.start - SUBSTITUTION.start) <= 120
    for one in decoys(INSERTION, fetch):
        assert one.alt == one.ref + "TCTG"


def test_runs_and_long_events_are_left_to_the_callers() -> None:
    sequence = random_sequence(50, seed=1)[:49] + "A" + "G" * 8 + "T" + random_sequence(50, seed=2)
    assert not can_be_counted(Allele("c", 49, "A", "AG"), lambda s, e: sequence[max(0, s) : e])
    assert not can_be_counted(Allele(CONTIG, 200, "A" + "C" * 52, "A"), fetch)
    assert can_be_counted(INSERTION, fetch)


@pytest.mark.parametrize(("bases", "counted"), [(19, True), (20, False)])
def test_alleles_of_up_to_19_bases_are_counted(bases: int, counted: bool) -> None:
    long, first = fetch(200, 200 + bases), GENOME[200]
    for ref, alt in ((first, first + random_sequence(bases - 1, seed=3)), (long, first)):
        assert can_be_counted(Allele(CONTIG, 200, ref, alt), fetch) == counted
    # Another base in place of those that are gone is no slippage.
    assert can_be_counted(Allele(CONTIG, 200, long, OTHER[first]), fetch) == counted


@pytest.mark.parametrize(
    ("run", "inserted", "counted"),
    [("G" * 5, "G", True), ("G" * 6, "G", False), ("CA" * 3, "CA", False), ("CA" * 2, "CA", True),
     ("CAT" * 3, "CAT", False), ("CATG" * 2, "CATG", True)],
)  # fmt: skip
def test_runs_of_six_bases_and_three_copies_slip(run: str, inserted: str, counted: bool) -> None:
    sequence = "AGTCATTCGA" * 3 + "T" + run + "T" + "ACTTGACCTA" * 3
    anchor = 30
    allele = Allele("c", anchor, "T", "T" + inserted)
    assert can_be_counted(allele, lambda s, e: sequence[max(0, s) : e]) == counted


def test_each_sample_is_asked_for_what_passes_elsewhere_only() -> None:
    assert passing_alleles([row(INSERTION, "A"), row(SUBSTITUTION, "A", "strand_bias")], ()) == {
        INSERTION
    }
    event = tkd_event()
    mutation = Allele(event.chrom, event.pos - 1, event.ref, event.alt)
    assert passing_alleles((), [event]) == {mutation}
    passing = {"A": {INSERTION, mutation}, "B": {INSERTION}, "C": set[Allele]()}
    assert wanted(passing) == {"A": [], "B": [mutation], "C": sorted([INSERTION, mutation])}


def test_decoys_lie_20_to_120_bases_away_and_are_60_at_most() -> None:
    sequence = "ACGT" * 100
    at = Allele(CONTIG, 200, "A", "G")
    found = decoys(at, lambda start, end: sequence[start:end])
    distances = range(20, 121, 4)
    assert {one.start for one in found} == {200 + sign * d for d in distances for sign in (1, -1)}
    dense = "AC" * 200
    many = decoys(at, lambda start, end: dense[start:end])
    assert len(many) == 60
    assert {abs(one.start - 200) for one in many} == set(range(20, 80, 2))
    first = decoys(Allele(CONTIG, 20, "A", "G"), lambda start, end: sequence[max(0, start) : end])
    assert min(one.start for one in first) == 0


def test_the_spread_of_errors_is_that_of_the_decoys() -> None:
    def seen(mutant: int) -> AlleleCounts:
        return AlleleCounts(mutant, 1000 - mutant, 1000, (0, 0), (0, 0))

    errors = background([*[seen(3)] * 5, *[seen(0)] * 5])
    mean = 1000 * errors.rate
    assert mean == pytest.approx(1.55)  # 15 and a half in 10,000
    excess = 5 * ((3 - mean) ** 2 - mean) + 5 * (mean**2 - mean)
    assert errors.shape == pytest.approx(10 * mean**2 / excess)
    # Nothing is known without decoys: every second fragment may be an error.
    assert background([]).rate == 0.5
    deep = [AlleleCounts(0, 10_000, 10_000, (0, 0), (0, 0))] * 20
    assert background(deep).rate == 5e-5
    assert background(deep, 1e-5).rate == 1e-5


def test_a_genotype_stands_where_its_variant_does() -> None:
    counts = AlleleCounts(0, 200, 200, (0, 0), (0, 200))
    found = genotype("B", SUBSTITUTION, measured(counts), background([counts]), 100, EVERY_COUNT)
    assert (found.chrom, found.pos, found.ref, found.alt) == (
        CONTIG, 251, SUBSTITUTION.ref, SUBSTITUTION.alt
    )  # fmt: skip
    assert found.vaf_upper == pytest.approx(2.9957 / 200, rel=1e-4)
    few = AlleleCounts(0, 2, 2, (0, 0), (0, 2))
    seen = genotype("B", SUBSTITUTION, measured(few), background([few]), 100, EVERY_COUNT)
    assert seen.vaf_upper == 1.0
    none = AlleleCounts(0, 0, 0, (0, 0), (0, 0))
    unread = genotype("B", SUBSTITUTION, measured(none), background([none]), 100, EVERY_COUNT)
    assert (unread.vaf, unread.vaf_upper) == (0.0, 1.0)
