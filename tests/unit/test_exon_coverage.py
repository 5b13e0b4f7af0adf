"""The depth of the targets, of their exons, and the bases of hotspot codons."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pysam
import pytest
from pysam import bcftools
from scipy import stats

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.hgvs.transcript import TranscriptExon
from flt3itd.reads.alignment import skipped_flags
from scripts.coverage.base_depth import BaseDepth, depth_options, summarise
from scripts.coverage.exon_coverage import ExonPart, coverage_row, exon_parts, target_names
from scripts.coverage.hotspot_bases import (
    BaseCounts,
    ErrorRates,
    GenomicPosition,
    estimate_errors,
    read_bases,
)
from scripts.coverage.rows import ExonState
from tests.panel_builders import CONTIG, DELETION, GENOME, SNV, bam_of, read, transcript

RULES = "".join(
    (Path(__file__).parents[2] / "rules" / name).read_text("utf-8")
    for name in ("qc.smk", "coverage.smk")
)


def options_of(program: str, **values: str) -> list[str]:
    """The options that a rule gives to a program; `values` replace what stands in braces."""
    match = re.search(rf"\b{program} (.*?)\{{input\.(?:panel_)?bam:q\}}", RULES, re.DOTALL)
    assert match is not None
    text = re.sub(r'"\s+"', "", match[1])
    return shlex.split(re.sub(r"\{(?:\w+\.)?(\w+)(?::q)?\}", lambda m: values[m[1]], text))


def depth_of(
    tmp_path: Path, reads: list[pysam.AlignedSegment], targets: str, assay: Assay = Assay.CAPTURE
) -> BaseDepth:
    """What the rule `alignment_stats` counts."""
    bam_of(tmp_path, reads).close()
    bed, out = tmp_path / "targets.bed", tmp_path / "depth.tsv"
    bed.write_text(targets)
    options = options_of(
        "samtools depth", counted=" ".join(depth_options(assay)), mapping_quality="20",
        targets=str(bed), depth=str(out),
    )  # fmt: skip
    pysam.depth(*options, str(tmp_path / "reads.bam"))
    return BaseDepth(out)


def test_depth_counts_fragments_not_reads(tmp_path: Path) -> None:
    reads = [
        read("a", 100, flag=0x40, mate=150),
        read("a", 150, flag=0x90, mate=100),
        read("b", 120),
        read("poor bases", 130, quality=2),
        read("duplicate", 120, flag=0x400),
        read("secondary", 120, flag=0x100),
        read("supplementary", 120, flag=0x800),
        read("elsewhere too", 120, mapping_quality=19),
        read("deleted", 200, DELETION),
    ]
    depth = depth_of(tmp_path, reads, f"{CONTIG}\t90\t310\n{CONTIG}\t290\t320\n")
    expected = [0] * 230
    # A fragment that lacks a base was looked at there.
    for start, end in ((100, 250), (120, 220), (130, 230), (200, 306)):
        for i in range(start, end):
            expected[i - 90] += 1
    assert depth.at(CONTIG, 90, 320) == expected
    assert depth.at(CONTIG, 60, 95) == [0] * 35
    amplicon = depth_of(tmp_path, reads, f"{CONTIG}\t90\t310\n", Assay.AMPLICON)
    assert amplicon.at(CONTIG, 120, 121) == [depth.at(CONTIG, 120, 121)[0] + 1]
    assert depth.at("chr2", 0, 3) == [0, 0, 0]


def test_a_broken_table_of_depths_is_the_users_to_know(tmp_path: Path) -> None:
    path = tmp_path / "depth.tsv"
    for text in ("chr1\t5\n", "chr1\t5\tmany\n"):
        path.write_text(text)
        with pytest.raises(UserError, match=r"depth.tsv: cannot be read as the output of samtools"):
            BaseDepth(path)


def test_a_summary_counts_the_bases_with_at_least_a_depth() -> None:
    summary = summarise([1000, 99, 100, 499, 500, 2000, 999, 101])
    assert summary.minimum == 99
    assert summary.mean == pytest.approx(662.25)
    assert summary.fraction_at_100x == 7 / 8
    assert summary.fraction_at_500x == 4 / 8
    assert summary.fraction_at_1000x == 2 / 8


def test_an_exon_is_assessable_only_when_every_base_is_deep_enough() -> None:
    depths = [199, *[200] * 9]
    part = ExonPart("GENE", "1", CONTIG, 100, 110)
    row = coverage_row(part, depths, "S1", 199)
    assert (row.start, row.end, row.length_bp) == (101, 110, 10)
    assert row.minimum == 199
    assert row.mean == pytest.approx(199.9)
    assert (row.fraction_at_100x, row.fraction_at_500x) == (1.0, 0.0)
    assert row.status is ExonState.COVERED
    assert coverage_row(part, depths, "S1", 200).status is ExonState.NOT_ASSESSABLE


def test_exon_parts_are_coding_and_inside_the_targets() -> None:
    regions = {CONTIG: [(90, 130), (260, 320), (500, 510)]}
    names = {(CONTIG, *span): f"t{span[0]}" for span in regions[CONTIG]}
    assert exon_parts([transcript()], regions, names) == [
        ExonPart("GENE", "1", CONTIG, 100, 130),
        ExonPart("GENE", "2", CONTIG, 260, 280),  # the CDS ends before the exon does
        ExonPart("t500", "", CONTIG, 500, 510),
    ]


def test_a_target_that_only_touches_an_exon_has_a_row_of_its_own() -> None:
    """Exon 1 in the target ends at 130, where the next target begins."""
    regions = {CONTIG: [(90, 130)]}
    names = {(CONTIG, 90, 130): "exon", (CONTIG, 130, 140): "after", (CONTIG, 80, 100): "before"}
    assert exon_parts([transcript()], regions, names) == [
        ExonPart("GENE", "1", CONTIG, 100, 130),
        ExonPart("after", "", CONTIG, 130, 140),
        ExonPart("before", "", CONTIG, 80, 100),
    ]
    inside = exon_parts([transcript()], regions, {(CONTIG, 129, 140): "a", (CONTIG, 80, 101): "b"})
    assert inside == [ExonPart("GENE", "1", CONTIG, 100, 130)]


def test_targets_have_the_names_of_their_fourth_column(tmp_path: Path) -> None:
    bed = tmp_path / "targets.bed"
    bed.write_text(
        "track\tname=x\ty\n#chr1\t1\t2\tnote\nbrowser\tposition\tchr1\nbrowser hide all\n"
        "chr1\t10\t20\nchr1\t30\t40\texon\nchr2\t1\t2\tlast\t7\n\n"
    )
    assert target_names(bed) == {
        ("chr1", 10, 20): "",
        ("chr1", 30, 40): "exon",
        ("chr2", 1, 2): "last",
    }


def test_bases_of_codons_are_counted_by_good_quality(tmp_path: Path) -> None:
    """With the options of the rule `hotspot_bases`."""
    reads = [read(f"w{i}", 100) for i in range(20)]
    reads += [read(f"m{i}", 101, SNV) for i in range(3)]
    reads += [read("poor", 101, SNV, quality=19), read("marked", 101, SNV, flag=0x400)]
    reads += [read("alone", 110, flag=0x49), read("other place", 110, mapping_quality=19)]
    bam_of(tmp_path, reads).close()
    fasta, codons, out = (tmp_path / name for name in ("g.fa", "codons.bed", "bases.vcf"))
    fasta.write_text(f">{CONTIG}\n{GENOME.lower()}\n")
    pysam.faidx(str(fasta))
    codons.write_text(f"{CONTIG}\t{SNV.start}\t{SNV.start + 2}\n{CONTIG}\t390\t391\n")

    def counted(assay: Assay) -> Mapping[GenomicPosition, BaseCounts]:
        options = options_of(
            "bcftools mpileup", codons=str(codons), genome=str(fasta), mapping_quality="20",
            base_quality="20", output=str(out), skipped=str(skipped_flags(assay, unmapped=True)),
        )  # fmt: skip
        bcftools.mpileup(*options, str(tmp_path / "reads.bam"), catch_stdout=False)
        return read_bases(out)

    counts = counted(Assay.CAPTURE)
    assert counts.keys() == {(CONTIG, SNV.start), (CONTIG, SNV.start + 1)}
    assert counts[CONTIG, SNV.start] == BaseCounts(SNV.ref, {SNV.ref: 21, SNV.alt: 3})
    assert counts[CONTIG, SNV.start + 1].total == 24
    # A mark on a fragment of an amplicon says nothing.
    assert counted(Assay.AMPLICON)[CONTIG, SNV.start].reads[SNV.alt] == 4


def bases(reference: str, errors: int = 0, total: int = 1000, other: str = "T") -> BaseCounts:
    return BaseCounts(reference, {reference: total - errors, other: errors})


def test_errors_of_the_sample_ask_for_more_mutant_fragments() -> None:
    clean = estimate_errors([bases("C") for _ in range(60)])
    noisy = estimate_errors([bases("C", 4) for _ in range(60)])
    assert clean.rates["C", "T"] == 5e-5
    assert noisy.rates["C", "T"] == pytest.approx(0.004)
    assert noisy.rates["C", "A"] == 5e-5
    assert clean.needed(bases("C"), 1000, 10) == 10
    assert noisy.needed(bases("C"), 1000, 10) > 40
    assert noisy.needed(bases("A"), 1000, 10) == 10
    assert noisy.needed(bases("C"), 100, 5) < noisy.needed(bases("C"), 1000, 5)


def test_variants_teach_nothing_about_errors() -> None:
    clean = [bases("C", i % 2) for i in range(60)]
    high, low = bases("C", 400), bases("C", 18)
    rates = [estimate_errors(each).rates["C", "T"] for each in (clean, [*clean, high, low])]
    assert rates[1] == pytest.approx(rates[0])
    assert rates[0] == pytest.approx(0.0005)


def test_without_reads_nothing_is_known_of_errors() -> None:
    assert set(estimate_errors([]).rates.values()) == {5e-5}
    assert set(estimate_errors([], 1e-5).rates.values()) == {1e-5}


def test_a_broken_pile_is_the_users_to_know(tmp_path: Path) -> None:
    path = tmp_path / "bases.vcf"
    path.write_text("chr1\t5\t.\tA\tC\t0\t.\t.\tPL\t0,1,2\n")
    with pytest.raises(UserError, match=r"bases.vcf: cannot be read as the output of bcftools"):
        read_bases(path)


def test_untranslated_bases_belong_to_no_part() -> None:
    exons = (TranscriptExon(1, 100, 150, -60), TranscriptExon(2, 200, 250, -10))
    gene = replace(transcript(), exons=exons)
    assert exon_parts([gene], {CONTIG: [(0, 400)]}, {}) == [ExonPart("GENE", "2", CONTIG, 210, 250)]


def test_a_target_that_ends_where_an_exon_begins_holds_nothing_of_it() -> None:
    targets = [(80, 100), (180, 190), (240, 241)]
    names = {(CONTIG, *span): "named" for span in targets}
    assert exon_parts([transcript()], {CONTIG: targets}, names) == [
        ExonPart("GENE", "2", CONTIG, 240, 241),
        ExonPart("named", "", CONTIG, 80, 100),
        ExonPart("named", "", CONTIG, 180, 190),
    ]


def test_depth_counts_fragments_by_assay_and_hides_primers_of_amplicons_alone() -> None:
    # 0x4 unmapped, 0x100 secondary, 0x200 failed, 0x400 duplicate, 0x800 supplementary.
    always = ("-s", "-J", "-g", "UNMAP,SECONDARY,QCFAIL,DUP", "-G")
    assert depth_options(Assay.CAPTURE) == (*always, str(0xF04))
    assert depth_options(Assay.AMPLICON) == (*always, str(0xB04), "-q", "1")


def test_the_chance_that_errors_show_a_change_is_one_in_a_hundred_for_all_tests() -> None:
    """Against the negative binomial of scipy: mean 4 of 1000 fragments, shape 1, 100 tests."""
    errors = ErrorRates({("C", "T"): 0.004, ("A", "G"): 0.5}, 100)
    needed = errors.needed(bases("C"), 1000, 3)
    by_chance = [float(stats.nbinom.sf(count - 1, 1, 1 / 5)) for count in (needed, needed - 1)]
    assert by_chance[0] <= 0.01 / 100 < by_chance[1]
    assert needed == 42
    assert [ErrorRates({}, tests).level for tests in (0, 1, 2)] == [0.01, 0.01, 0.005]
    # Of a base that is unknown no errors are known.
    assert errors.needed(BaseCounts("N", {}), 1000, 3) == 3


def test_each_other_base_of_a_known_one_is_a_test() -> None:
    assert estimate_errors([bases("C"), bases("A")]).tests == 6
    assert estimate_errors([BaseCounts("N", {"A": 100})]).tests == 0


def test_numbers_that_a_pile_lacks_are_none_and_an_empty_file_has_no_codons(tmp_path: Path) -> None:
    path = tmp_path / "bases.vcf"
    path.write_text("")
    assert read_bases(path) == {}
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=100>\n"
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
        "chr1\t5\t.\tA\tC,<*>\t0\t.\t.\tAD\t9,.,0\n"
    )
    assert read_bases(path) == {("chr1", 4): BaseCounts("A", {"A": 9, "C": 0})}
