"""From calls to panel.tsv and panel.vcf.gz."""

import gzip
import re
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import wilson_interval
from flt3itd.common.tables import read_table, write_table
from flt3itd.fitness_records import Fit, GeneFitness, Question, Verdict
from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from scripts.genome.targets import chunk_count, main, merged_targets, split_targets
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call, read_calls
from scripts.panel.filters import Thresholds, filters_of
from scripts.panel.naming import name_call
from scripts.panel.read_fitness import TargetFitness
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant
from scripts.panel.vcf import Origin, write_panel_vcf
from tests.panel_builders import (
    CONTIG,
    DELETION,
    DUP,
    GENOME,
    READ,
    SNV,
    THRESHOLDS,
    bam_of,
    clean,
    counts_of,
    read,
    rows_annotated,
    sequence_of,
    transcript,
)

ORIGIN = Origin("GRCh38", {CONTIG: len(GENOME)}, "python -m scripts.panel.annotate")


@pytest.mark.parametrize("allele", [SNV, DUP, DELETION])
def test_fragments_count_once_and_mates_must_agree(tmp_path: Path, allele: Allele) -> None:
    start = allele.start - 50
    reads = []
    for i in range(30):
        first, second = allele if i < 12 else None, allele if i < 10 else None
        reads.append(read(f"f{i}", start, first, flag=0x40, mate=start + 5))
        reads.append(read(f"f{i}", start + 5, second, flag=0x90, mate=start))
    counts = counts_of(tmp_path, allele, reads)
    assert (counts.mutant, counts.wildtype, counts.informative) == (10, 18, 28)
    assert counts.mutant_reads == (12, 10)
    assert counts.wildtype_reads == (18, 20)


@pytest.mark.parametrize("allele", [SNV, DUP, DELETION])
def test_both_alleles_have_equally_many_places_in_a_read(tmp_path: Path, allele: Allele) -> None:
    starts = range(allele.start - READ + 1, allele.start + 1)
    reads = [read(f"m{s}", s, allele) for s in starts] + [read(f"w{s}", s) for s in starts]
    counts = counts_of(tmp_path, allele, reads)
    assert counts.mutant == counts.wildtype > 50


@pytest.mark.parametrize("allele", [SNV, DUP, DELETION])
def test_mismatches_written_as_such_change_nothing(tmp_path: Path, allele: Allele) -> None:
    """Some aligners write = and X in place of M."""
    starts = range(allele.start - READ + 1, allele.start + 1, 3)
    reads = [read(f"m{s}", s, allele) for s in starts] + [read(f"w{s}", s) for s in starts]
    whole = counts_of(tmp_path, allele, reads)
    for segment in reads:
        parts = re.findall(r"(\d+)([MID])", segment.cigarstring or "")
        written = [
            f"{int(n) // 3}=1X{int(n) - int(n) // 3 - 1}=" if code == "M" and int(n) > 5
            else n + code.replace("M", "=")
            for n, code in parts
        ]  # fmt: skip
        segment.cigarstring = "".join(written)
    assert counts_of(tmp_path, allele, reads) == whole
    assert whole.mutant > 10


def test_reads_that_do_not_count(tmp_path: Path) -> None:
    start = SNV.start - 50
    reads = [
        read("wild type", start),
        read("good", start, SNV),
        read("duplicate", start, SNV, flag=0x400),
        read("secondary", start, SNV, flag=0x100),
        read("supplementary", start, SNV, flag=0x800),
        read("failed", start, SNV, flag=0x200),
        read("elsewhere", start, SNV, mapping_quality=19),
        read("bad bases", start, SNV, quality=19),
    ]
    counts = counts_of(tmp_path, SNV, reads)
    assert (counts.mutant, counts.wildtype, counts.informative) == (1, 1, 2)
    # The fragments of an amplicon share their ends: a mark on one says nothing.
    counts = counts_of(tmp_path, SNV, reads, ReadRules(Assay.AMPLICON, 20, 20))
    assert (counts.mutant, counts.wildtype, counts.informative) == (2, 1, 3)


def test_a_third_allele_is_informative_but_neither(tmp_path: Path) -> None:
    other = Allele(
        CONTIG, SNV.start, SNV.ref, next(b for b in "ACGT" if b not in SNV.ref + SNV.alt)
    )
    start = SNV.start - 50
    reads = [read("a", start), read("b", start, SNV), read("c", start, other)]
    counts = counts_of(tmp_path, SNV, reads)
    assert (counts.mutant, counts.wildtype, counts.informative) == (1, 1, 3)


@pytest.mark.parametrize(
    ("counts", "reasons"),
    [
        (clean(20, 80), []),
        (clean(1, 9), ["low_depth", "few_fragments"]),
        (clean(5, 995), ["low_vaf"]),
        (AlleleCounts(20, 80, 100, (20, 0), (40, 40)), ["strand_bias"]),
        # All reads of an amplicon may come from one strand: that says nothing.
        (AlleleCounts(20, 80, 100, (20, 0), (80, 0)), []),
    ],
)
def test_filters_give_their_reasons(counts: AlleleCounts, reasons: list[str]) -> None:
    vaf = counts.mutant / counts.informative
    assert filters_of(vaf, counts.informative, counts, THRESHOLDS) == reasons


@pytest.mark.parametrize(
    ("sampling", "alternate", "held_back"),
    [
        (Sampling(CountedUnit.READS, 100), SNV.alt, True),
        (Sampling(CountedUnit.READS, 3000), SNV.alt, False),
        (Sampling(CountedUnit.READS), SNV.alt, False),
        (Sampling(CountedUnit.FRAGMENTS, 100), SNV.alt, False),
        (Sampling(CountedUnit.READS, 100), f"{SNV.ref}{SNV.alt}", False),
    ],
)
def test_few_reads_of_little_dna_may_be_copies_of_an_error(
    tmp_path: Path, sampling: Sampling, alternate: str, held_back: bool
) -> None:
    """Ten of 100 reads of 100 molecules; a substitution, not an insertion."""
    allele = Allele(CONTIG, SNV.start, SNV.ref, alternate)
    reads = [read(f"f{i}", SNV.start - 50, allele if i < 10 else None) for i in range(100)]
    with bam_of(tmp_path, reads) as bam:
        [row] = rows_annotated([Call(allele, 99.5, 10, 100)], bam, sampling=sampling)
    assert ("copied_error" in row.filter.split(";")) is held_back


@pytest.mark.parametrize(("assay", "held_back"), [("capture", False), ("rna", True)])
def test_nothing_passes_from_rna(tmp_path: Path, assay: Assay, held_back: bool) -> None:
    start = SNV.start - 50
    reads = [read(f"f{i}", start, SNV if i < 20 else None) for i in range(100)]
    thresholds = Thresholds(50, 0.01, 5, ReadRules(assay, 20, 20))
    with bam_of(tmp_path, reads) as bam:
        [row] = rows_annotated([Call(SNV, 99.5, 20, 100)], bam, thresholds=thresholds)
    assert ("of_rna" in row.filter.split(";")) is held_back


@pytest.mark.parametrize(
    ("gene", "misleads", "held_back"),
    [("GENE", True, True), ("GENE", False, False), ("OTHER", True, False)],
)
def test_nothing_passes_of_a_gene_whose_reads_mislead(
    tmp_path: Path, gene: str, misleads: bool, held_back: bool
) -> None:
    start = SNV.start - 50
    reads = [read(f"f{i}", start, SNV if i < 20 else None) for i in range(100)]
    unfit = Verdict(Question.PANEL, Fit.UNFIT, ("bases are wrong",), (), misleads)
    fitness = TargetFitness(genes=(GeneFitness(gene, (unfit,)),))
    with bam_of(tmp_path, reads) as bam:
        [row] = rows_annotated([Call(SNV, 99.5, 20, 100)], bam, fitness=fitness)
    assert ("unfit_reads" in row.filter.split(";")) is held_back


def rows_of(tmp_path: Path) -> list[PanelVariant]:
    start = SNV.start - 50
    reads = [read(f"f{i}", start, SNV if i < 20 else None) for i in range(100)]
    for segment in reads[::2]:
        segment.flag |= 0x10
    outside = Allele(CONTIG, 50, GENOME[50], next(b for b in "ACGT" if b != GENOME[50]))
    with bam_of(tmp_path, reads) as bam:
        return rows_annotated([Call(outside, 1.0, 7, 70), Call(SNV, 99.5, 20, 100)], bam)


def test_rows_have_counts_names_and_filters(tmp_path: Path) -> None:
    outside, variant = rows_of(tmp_path)
    assert (variant.gene, variant.transcript, variant.exon) == ("GENE", "NM_1.1", "1")
    assert variant.hgvs_g == f"NC_000001.11:g.151{SNV.ref}>{SNV.alt}"
    assert variant.hgvs_c == f"NM_1.1:c.51{SNV.ref}>{SNV.alt}"
    assert variant.hgvs_p.startswith("NP_1.1:p.(")
    assert (variant.alternate_fragments, variant.depth, variant.filter) == (20, 100, "PASS")
    assert (variant.vaf, variant.vaf_low, variant.vaf_high) == pytest.approx(
        (0.2, *wilson_interval(20, 100))
    )
    # No read lies over the other: the caller's numbers stand, and the filter says so.
    assert outside.filter.split(";")[0] == "not_spanned"
    assert (outside.alternate_fragments, outside.depth) == (7, 70)
    assert (outside.gene, outside.hgvs_c, outside.consequence) == ("", "", "intergenic_variant")


def test_an_exon_names_a_variant_rather_than_the_intron_of_another_gene() -> None:
    around = Transcript(
        gene="AROUND",
        accession="NM_2.1",
        protein_accession="",
        contig=CONTIG,
        minus_strand=True,
        exons=(TranscriptExon(1, 400, 450, 0), TranscriptExon(2, 10, 40, 50)),
        coding_length=60,
        fetch=sequence_of(CONTIG),
    )
    for order in ([around, transcript()], [transcript(), around]):
        found, names = name_call(SNV, order, sequence_of(CONTIG), "GRCh38")
        assert found is not None
        assert (found.gene, names.exon) == ("GENE", 1)


def test_the_vcf_is_indexed_and_its_text_is_encoded(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    path = tmp_path / "panel.vcf.gz"
    write_panel_vcf(path, [(row, 80) for row in rows], "S1", ORIGIN)
    with pysam.VariantFile(str(path)) as file:
        (record,) = file.fetch(CONTIG, SNV.start, SNV.start + 1)
        assert record.filter.keys() == ["PASS"]
        assert record.info["HGVSC"] == rows[1].hgvs_c
        assert record.samples["S1"]["DP"] == 100
        assert record.samples["S1"]["AF"] == pytest.approx((0.2,))
    assert b";HGVSP=NP_1.1:p.(" in gzip.decompress(path.read_bytes())
    assert sorted(p.name for p in tmp_path.glob("*panel*")) == ["panel.vcf.gz", "panel.vcf.gz.tbi"]


def test_an_equals_sign_in_a_name_does_not_break_info(tmp_path: Path) -> None:
    path = tmp_path / "panel.vcf.gz"
    row = rows_of(tmp_path)[1]
    row = PanelVariant(**{**vars(row), "hgvs_p": "NP_1.1:p.(Ala5=)"})
    write_panel_vcf(path, [(row, 80)], "S1", ORIGIN)
    with pysam.VariantFile(str(path)) as file:
        assert next(iter(file)).info["HGVSP"] == "NP_1.1:p.(Ala5Ala)"


def test_no_calls_give_a_valid_empty_vcf(tmp_path: Path) -> None:
    path = tmp_path / "panel.vcf.gz"
    write_panel_vcf(path, [], "S1", ORIGIN)
    with pysam.VariantFile(str(path)) as file:
        assert list(file) == []
        assert list(file.header.samples) == ["S1"]


def test_calls_are_read_in_upper_case(tmp_path: Path) -> None:
    path = tmp_path / "calls.vcf"
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=600>\n"
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="d">\n'
        '##FORMAT=<ID=AO,Number=A,Type=Integer,Description="a">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
        "chr1\t5\t.\ta\tg\t12.5\t.\t.\tDP:AO\t40:7\n"
    )
    assert read_calls(path) == [Call(Allele("chr1", 4, "A", "G"), 12.5, 7, 40)]


def test_targets_are_merged_and_split_without_cutting(tmp_path: Path) -> None:
    bed = tmp_path / "t.bed"
    bed.write_text(
        "track name=x\n#remark\nchr2\t50\t60\tb\nchr2\t10\t30\ta\nchr2\t30\t40\nchr1\t0\t100\n"
    )
    regions = merged_targets(bed)
    assert regions == {"chr2": [(10, 40), (50, 60)], "chr1": [(0, 100)]}
    everything = [("chr2", 10, 40), ("chr2", 50, 60), ("chr1", 0, 100)]
    for chunks in (1, 2, 3, 50):
        groups = split_targets(regions, chunks)
        assert [interval for group in groups for interval in group] == everything
        assert all(groups)
        assert len(groups) == chunk_count(bed, chunks) <= chunks
    assert len(split_targets(regions, 2)) == 2
    index, out = tmp_path / "genome.fa.fai", tmp_path / "o"
    index.write_text("chr1\t101\t6\t60\t61\nchr2\t500\t200\t60\t61\n")
    given = ["--targets", str(bed), "--genome-index", str(index), "--out", str(out)]
    # With 20 bases in front and 10 behind, as far as the contig goes; what then touches is one.
    main([*given, "--chunks", "2", "--chunk", "1"])
    assert out.read_text() == "chr1\t0\t101\n"
    main([*given, "--chunks", "2", "--chunk", "0"])
    assert out.read_text() == "chr2\t0\t70\n"


def test_tables_have_the_columns_of_their_records(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    write_table(tmp_path / "panel.tsv", PanelVariant, rows)
    back = read_table(tmp_path / "panel.tsv", PanelVariant)
    assert [row.hgvs_c for row in back] == [row.hgvs_c for row in rows]
