"""Identity: concordance, swapped tubes, contamination, chimerism and sex, from counts at SNPs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from flt3itd.records import Status
from scripts.benchmark.identity import CONTIGS, Laboratory, run_of, scores
from scripts.genome.knowledge import PanelGene
from scripts.identity import compare as comparing
from scripts.identity import take_snps
from scripts.identity.compare import compare
from scripts.identity.concordance import (
    DIFFERENT,
    SAME,
    Concordance,
    concordance,
    needed_to_agree,
)
from scripts.identity.contamination import chimerism, contamination
from scripts.identity.count import count_snps
from scripts.identity.genotypes import called, genotype_of
from scripts.identity.mixture import Site, second_share
from scripts.identity.records import (
    Pair,
    PersonVerdict,
    Sex,
    Transplanted,
    alarms_of_pairs,
    identity_of,
)
from scripts.identity.sex import FEMALE, MALE, sex_of
from scripts.identity.snps import Snp, SnpRow, read_snps
from scripts.identity.transplantation import transplanted
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.inputs.fields import as_date
from scripts.panel.read_rules import ReadRules
from tests.builders import write_fasta
from tests.identity_builders import OTHER, SHARED, count, exons, row_of, tube

PANEL = Path(__file__).parents[2] / "panels" / "myeloid54"
SNPS = read_snps(PANEL / "identity_snps.tsv", "GRCh38", CONTIGS)


def test_the_list_lies_in_the_targets_of_both_builds() -> None:
    genes = {row.gene for row in read_table(PANEL / "genes.tsv", PanelGene)}
    rows = (PANEL / "identity_snps.tsv").read_text("utf-8").splitlines()[1:]
    assert {row.split("\t")[0] for row in rows} <= genes
    assert len(SNPS) == len(rows) == 27
    assert len({one.chrom for one in SNPS}) == 13
    tp53 = Snp("chr17", 7_676_154, "G", "C", 0.5429)
    assert tp53 in SNPS
    old = read_snps(PANEL / "identity_snps.tsv", "GRCh37", [name[3:] for name in CONTIGS])
    assert Snp("17", 7_579_472, "G", "C", 0.5429) in old


def test_a_vcf_of_the_user_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "own.vcf"
    head = '##fileformat=VCFv4.3\n##INFO=<ID=AF,Number=A,Type=Float,Description="AF">\n'
    head += "##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    path.write_text(head + "1\t5\t.\tA\tG\t.\t.\tAF=0.25\n", "utf-8")
    assert read_snps(path, "GRCh38", ["chr1"]) == [Snp("chr1", 5, "A", "G", 0.25)]
    assert read_snps(path, "GRCh38", ["chr2"]) == []
    path.write_text(head + "1\t5\t.\tA\tG\t.\t.\t.\n", "utf-8")
    with pytest.raises(UserError, match="1:5: needs one alternate allele"):
        read_snps(path, "GRCh38", ["chr1"])
    path.write_text(head + "1\t5\t.\tA\tGT\t.\t.\tAF=0.25\n", "utf-8")
    with pytest.raises(UserError, match="is no substitution"):
        read_snps(path, "GRCh38", ["chr1"])


@pytest.mark.parametrize(
    ("contig", "bases", "said"),
    [
        ("chr1", "TTTTA", None),
        (
            "chr1",
            "AAAAC",
            "chr1:5 has the reference base A, the genome C; give a list of the build",
        ),
        ("chr1", "AAAA", "chr1:5 has the reference base A, the genome nothing"),
        ("chr2", "TTTTA", "none of its SNPs lies on a contig of the genome"),
    ],
)
def test_a_list_for_another_genome_is_refused_before_anything_is_aligned(
    tmp_path: Path, contig: str, bases: str, said: str | None
) -> None:
    listed, out = tmp_path / "own.tsv", tmp_path / "snps.tsv"
    write_table(listed, SnpRow, [SnpRow("G", "chr1", 5, 50, "A", "G", 0.25, "own")])
    fasta = write_fasta(tmp_path / "genome.fa", {contig: bases})
    pysam.faidx(str(fasta))
    given = ["--snps", listed, "--build", "GRCh38", "--fasta", fasta, "--out", out]
    if said is None:
        take_snps.main(list(map(str, given)))
        assert read_table(out, Snp) == [Snp("chr1", 5, "A", "G", 0.25)]
        return
    with pytest.raises(UserError, match=said):
        take_snps.main(list(map(str, given)))
    assert not out.exists()


@pytest.mark.parametrize(
    ("alternate", "fragments", "genotype"),
    [
        (0, 20, 0), (0, 19, None), (100, 1000, 0), (101, 1000, None), (199, 1000, None),
        (200, 1000, 1), (800, 1000, 1), (801, 1000, None), (900, 1000, 2), (899, 1000, None),
    ],
)  # fmt: skip
def test_genotypes_just_inside_and_outside(
    alternate: int, fragments: int, genotype: int | None
) -> None:
    assert genotype_of(count(alternate, fragments)) == genotype


def test_the_odds_of_one_person_and_of_two() -> None:
    same = concordance(called(row_of("0h1h0")), called(row_of("0h1h0", "S2")))
    assert (same.compared, same.agreeing, same.opposite) == (5, 5, 0)
    assert same.lod == pytest.approx(3 * 0.602 + 2 * 0.301, abs=0.01)
    apart = concordance(called(row_of("01010")), called(row_of("10h0h")))
    assert (apart.opposite, apart.agreeing) == (3, 0)
    assert apart.lod < DIFFERENT


def test_the_loss_of_an_arm_costs_once() -> None:
    """Two SNPs of one chromosome that turn homozygous together are one event."""

    def lod(first: str, second: str) -> float:
        here = [count(500, chrom=first, pos=1), count(500, chrom=second, pos=2)]
        lost = [count(0, chrom=first, pos=1), count(1000, chrom=second, pos=2)]
        return concordance(called(here), called(lost)).lod

    assert lod("chr9", "chr9") > lod("chr9", "chr2") + 0.9


def test_odds_needed_grow_with_the_pairs() -> None:
    assert needed_to_agree(0) == needed_to_agree(1) == SAME
    assert needed_to_agree(1000) == SAME + 3


def test_a_swapped_pair_is_told_in_both_patients() -> None:
    report = compare(
        [
            tube("A1", "A", SHARED),
            tube("A2", "A", OTHER, rank=1),
            tube("B1", "B", OTHER),
            tube("B2", "B", SHARED, rank=1),
        ]
    )
    assert len([one for one in report.alarms if "a swapped tube" in one]) == 4
    mine = identity_of(report, "A2")
    assert mine is not None
    assert len(mine.alarms) == 2
    assert "A1 and A2 are both of patient A, but their genotypes differ" in mine.alarms[0]
    assert "A2 (patient A) and B1 (patient B) have one person's genotypes" in mine.alarms[1]
    assert identity_of(report, "nobody") is None


def test_one_dna_under_several_names_is_one_alarm() -> None:
    tubes = [tube(name, name[0], SHARED) for name in ("A1", "B1", "B2", "C1")]
    report = compare([*tubes, tube("D1", "D", OTHER), tube("E1", "E", OTHER)])
    assert len([one for one in report.pairs if one.alarm]) == 6
    of_three, of_two = report.alarms
    assert "A1 (patient A), B1, B2 (patient B) and C1 (patient C) have one person's" in of_three
    assert "D1 (patient D) and E1 (patient E) have one person's" in of_two
    for name, alarm in (("A1", of_three), ("C1", of_three), ("E1", of_two)):
        mine = identity_of(report, name)
        assert mine is not None
        assert mine.alarms == (alarm,)


def test_pairs_that_a_third_one_joins_are_one_group() -> None:
    ends = (("A1", "B1", 20), ("C1", "D1", 9), ("B1", "C1", 12))
    pairs = [
        Pair(one, other, one[0], other[0], snps, snps, 0, 9.0, PersonVerdict.SAME, "alarm", "")
        for one, other, snps in ends
    ]
    ((names, text),) = alarms_of_pairs(pairs)
    assert set(names) == {"A1", "B1", "C1", "D1"}
    assert "genotypes at 9 to 20 common SNPs" in text


def test_one_patient_is_one_person_and_strangers_say_nothing() -> None:
    report = compare([tube("A1", "A", SHARED), tube("A2", "A", SHARED), tube("B1", "B", OTHER)])
    assert [(one.first, one.second, one.verdict) for one in report.pairs] == [
        ("A1", "A2", PersonVerdict.SAME)
    ]
    assert report.alarms == ()


def test_few_snps_decide_nothing() -> None:
    report = compare([tube("A1", "A", "0101"), tube("A2", "A", "1010")])
    assert report.pairs[0].verdict is PersonVerdict.UNDECIDED
    assert "do not tell" in report.pairs[0].remark
    assert report.alarms == ()


def test_two_samples_of_earlier_runs_are_not_compared_again() -> None:
    tubes = [tube("A1", "A", SHARED, earlier=True), tube("A2", "A", OTHER, earlier=True)]
    assert compare(tubes).pairs == ()
    told = compare([*tubes, tube("A3", "A", SHARED, rank=2)]).pairs
    assert {(one.first, one.second) for one in told} == {("A1", "A3"), ("A2", "A3")}


@pytest.mark.parametrize(
    ("after", "alarm", "remark"),
    [
        (Transplanted.YES, "", "chimerism after transplantation"),
        (Transplanted.UNKNOWN, "give the dates of sampling", ""),
        (Transplanted.NO, "a swapped tube, a wrong name", ""),
    ],
)
def test_a_donor_is_expected_after_transplantation(
    after: Transplanted, alarm: str, remark: str
) -> None:
    tubes = [tube("A1", "A", SHARED), tube("A2", "A", OTHER, rank=1, transplanted=after)]
    report = compare(tubes)
    assert alarm in report.pairs[0].alarm
    assert bool(report.pairs[0].alarm) == bool(alarm)
    assert remark in report.pairs[0].remark
    later = next(one for one in report.samples if one.sample == "A2")
    assert (later.chimerism is not None) == (after is Transplanted.YES)
    assert (later.contamination.status is Status.NOT_ASSESSABLE) == (after is not Transplanted.NO)


def test_the_share_of_the_recipient() -> None:
    before = called(row_of("0000011111"))
    mixed = [
        count(round(1000 * (0.3 * own + 0.7 * donor)), chrom=f"chr{n}")
        for n, (own, donor) in enumerate(
            zip([0] * 5 + [1] * 5, [1, 0.5, 0, 1, 0.5, 0, 0.5, 1, 0, 0.5], strict=True), start=1
        )
    ]
    found = chimerism(mixed, before, "A1")
    assert found.status is Status.DETECTED
    assert found.low is not None and found.high is not None
    assert found.low <= 0.3 <= found.high
    assert found.high - found.low < 0.15
    assert chimerism(row_of("0000011111"), before, "A1").status is Status.NOT_DETECTED
    few = chimerism(mixed[:2], before, "A1")
    assert (few.status, few.recipient) == (Status.NOT_ASSESSABLE, None)


def test_no_sample_of_before_tells_no_chimerism() -> None:
    report = compare([tube("A2", "A", OTHER, transplanted=Transplanted.YES)])
    found = report.samples[0].chimerism
    assert found is not None
    assert (found.status, found.against) == (Status.NOT_ASSESSABLE, "")


def test_another_persons_dna_and_whose_it_is() -> None:
    mixed = row_of("ccddd000hh")
    donor = called(row_of("11hhh00000", "D"))
    found = contamination(mixed, called(mixed), (), {"D": donor, "E": called(row_of("0" * 10))})
    assert found.status is Status.DETECTED
    assert found.low is not None and found.high is not None
    assert found.low <= 0.05 <= found.high
    assert found.fits == ("D",)
    assert "Contamination: about " in found.alarm
    clean = contamination(row_of("00000000hh"), called(row_of("00000000hh")), (), {})
    assert (clean.status, clean.alarm) == (Status.NOT_DETECTED, "")
    assert clean.high is not None and clean.high < 0.01


def test_one_chromosome_alone_may_be_a_loss() -> None:
    mixed = row_of("c000000000")
    found = contamination(mixed, called(mixed), (), {})
    assert found.status is Status.NOT_ASSESSABLE
    assert "Contamination or loss" in found.alarm
    excused = contamination(mixed, called(mixed), {mixed[0].snp.allele}, {})
    assert (excused.status, excused.alarm) == (Status.NOT_DETECTED, "")


def test_few_homozygous_snps_cannot_show_a_stranger() -> None:
    for shares, reason in (("00hhhh", "too few homozygous"), ("000hhh", "with a chance of 98%")):
        counts = row_of(shares)
        rare = tuple(dataclasses.replace(one, frequency=0.01) for one in counts)
        found = contamination(rare, called(rare), (), {})
        assert found.status is Status.NOT_ASSESSABLE
        assert "too few homozygous" in found.reason or reason in found.reason


def test_the_interval_of_a_share_holds_the_truth() -> None:
    sites = [Site(f"chr{n}", 0, 0.5, 25 * (n % 3), 1000) for n in range(12)]
    found = second_share(sites, 0.0003)
    assert found.low <= 0.05 <= found.high
    nothing = second_share([Site("chr1", 0, 0.5, 0, 1000)] * 5, 0.0003)
    assert (nothing.share, nothing.gain) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("depth", "sex"),
    [
        (1000 * MALE, Sex.MALE),
        (1000 * MALE + 1, Sex.NOT_ASSESSABLE),
        (1000 * FEMALE - 1, Sex.NOT_ASSESSABLE),
        (1000 * FEMALE, Sex.FEMALE),
    ],
)
def test_sex_by_the_depth_of_chrx(depth: float, sex: Sex) -> None:
    assert sex_of(exons(depth), Assay.CAPTURE)[0] is sex
    assert sex_of(exons(depth), Assay.AMPLICON)[0] is Sex.NOT_ASSESSABLE
    assert sex_of(exons(depth, genes=2), Assay.CAPTURE)[2].startswith("fewer than 3 genes of chrX")


def test_samples_of_both_sexes_in_one_patient() -> None:
    tubes = [
        tube("A1", "A", SHARED, exons=tuple(exons(1000.0))),
        tube("A2", "A", SHARED, exons=tuple(exons(500.0)), rank=1),
    ]
    assert "one is female and one male" in compare(tubes).alarms[0]


ROWS = [
    ClinicalRow(patient="A", kind=ClinicalKind.TRANSPLANTATION, label="x", start="2024-05-01"),
    ClinicalRow(patient="B", kind=ClinicalKind.TRANSPLANTATION, label="x", start="day28"),
]


@pytest.mark.parametrize(
    ("patient", "day", "rank", "answer"),
    [
        ("A", "2024-05-02", 1, Transplanted.YES),
        ("A", "2024-05-01", 1, Transplanted.NO),
        ("A", "", 1, Transplanted.UNKNOWN),
        ("B", "", 0, Transplanted.NO),
        ("B", "", 1, Transplanted.UNKNOWN),
        ("B", "", 2, Transplanted.YES),
        ("C", "", 1, Transplanted.NO),
    ],
)
def test_after_the_transplantation(patient: str, day: str, rank: int, answer: Transplanted) -> None:
    ranks = {"diagnosis": 0, "day28": 1, "later": 2}
    assert transplanted(ROWS, patient, as_date(day), rank, ranks) is answer


def test_fragments_are_counted_at_the_snps(tmp_path: Path) -> None:
    (tmp_path / "genome.fa").write_text(">chr1\n" + "ACGT" * 100 + "\n", "ascii")
    bam = tmp_path / "s.bam"
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": 400}]}
    with pysam.AlignmentFile(str(bam), "wb", header=header) as out:
        for number in range(10):
            read = pysam.AlignedSegment(out.header)
            bases = list(("ACGT" * 20)[:60])
            bases[20] = "G" if number < 4 else "A" if number < 9 else "T"
            read.query_name, read.query_sequence = f"r{number}", "".join(bases)
            read.flag, read.reference_id, read.reference_start = 0, 0, 100
            read.mapping_quality, read.cigarstring = 60, "60M"
            read.query_qualities = pysam.qualitystring_to_array("I" * 60)
            out.write(read)
    pysam.index(str(bam))
    snps = [Snp(*one, "A", "G", 0.5) for one in (("chr1", 121), ("chr1", 301), ("chr2", 5))]
    rows = count_snps("S1", bam, snps, tmp_path / "genome.fa", ReadRules(Assay.CAPTURE, 20, 20))
    numbers = [
        (row.reference_fragments, row.alternate_fragments, row.other_fragments) for row in rows
    ]
    assert numbers == [(5, 4, 1), (0, 0, 0)]


def test_simulated_swaps_and_contaminations_are_found() -> None:
    """A part of `make bench-identity`, whose figures are in docs/identity.md."""
    found = {one.kind: one for one in scores(SNPS, runs=2, clean=24)}
    assert found["a swapped pair of tubes"].noticed == 2
    assert found["5% of another patient's DNA"].noticed == 2
    assert found["samples with a false alarm, fault: none"].noticed == 0


def test_strangers_that_hardly_agree_are_left_out_early(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(*genotypes: Any) -> Concordance:
        asked.append(1)
        return concordance(*genotypes)

    monkeypatch.setattr(comparing, "concordance", counted)
    run_of(Laboratory(SNPS, 5))
    assert len(asked) < 12 + 0.5 * 264
