"""The build that the configuration names stands in every file, also where reads do not tell it."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from flt3itd.cli import main
from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GRCH37_SHIFT, flt3_locus
from flt3itd.reads.coordinates import Placement, build_in_name, place_in_build, place_in_genome
from tests.builders import Read, write_bam, write_fasta, write_mates
from tests.itd_builders import call, sample_pairs, tandem

LOCUS = flt3_locus()
SLICE = "slice"
START, END = LOCUS.exon(14).start + 40, LOCUS.exon(14).start + 70
"""A stretch of exon 14 that is there twice, for a duplication of 30 bases."""

ACCESSIONS = {"GRCh37": "NC_000013.10", "GRCh38": "NC_000013.11"}


def mutant_reads(contig: str, shift: int, count: int = 60) -> list[Read]:
    """Single reads over the junction of the duplication, and as many of the wild type."""
    mutant = LOCUS.sequence[:END] + LOCUS.sequence[START:]
    reads = []
    for number in range(count):
        first = END - 20 - number % 45
        wild = LOCUS.sequence[first : first + 100]
        duplicated = mutant[first : first + 100]
        matched = END - first
        cigar = f"{matched}M{END - START}I{100 - matched - (END - START)}M"
        reads.append(Read(f"w{number}", contig, first + shift, "100M", wild))
        reads.append(Read(f"m{number}", contig, first + shift, cigar, duplicated))
    return sorted(reads, key=lambda read: read.position)


@pytest.fixture
def slices(tmp_path: Path) -> tuple[Path, Path]:
    """A BAM on a slice of a genome, whose build nobody can tell from it, and that genome."""
    fasta = write_fasta(tmp_path / "genome.fa", {SLICE: LOCUS.sequence})
    reads = mutant_reads(SLICE, 0)
    return write_bam(tmp_path / "sample.bam", {SLICE: len(LOCUS)}, reads), fasta


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_slices_have_the_build_that_is_given(
    tmp_path: Path, slices: tuple[Path, Path], build: str
) -> None:
    bam, fasta = slices
    options = ("--reference", str(fasta), "--build", build)
    called = call(tmp_path, "--bam", str(bam), *options)
    assert called.document["provenance"]["build"] == build
    (table,) = tmp_path.rglob("*flt3.tsv")
    assert [line.split("\t")[-1] for line in table.read_text().splitlines()] == ["build", build]
    (itd,) = called.document["itd"]["events"]
    assert itd["hgvs_g"].startswith(ACCESSIONS[build])
    assert itd["chrom"] == SLICE
    (vcf,) = tmp_path.rglob("*itd.vcf.gz")
    with pysam.VariantFile(str(vcf)) as records:
        text = str(records.header)
    assert f"##reference={build}" in text
    again = call(tmp_path / "again", "--bam", str(bam), *options, "--known", str(vcf))
    (same,) = again.document["itd"]["events"]
    assert (same["hgvs_g"], same["pos"]) == (itd["hgvs_g"], itd["pos"])


@pytest.mark.parametrize(("own", "shift"), [("GRCh38", 0), ("GRCh37", GRCH37_SHIFT)])
def test_a_slice_that_is_named_by_its_place_has_its_own_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], own: str, shift: int
) -> None:
    first = LOCUS.first_position + shift
    name = f"chr13_{first}_{first + len(LOCUS) - 1}"
    fasta = write_fasta(tmp_path / "genome.fa", {name: LOCUS.sequence})
    bam = write_bam(tmp_path / "sample.bam", {name: len(LOCUS)}, mutant_reads(name, 0))
    of_reads = ("--bam", str(bam), "--reference", str(fasta))
    called = call(tmp_path, *of_reads)
    assert called.document["provenance"]["build"] == own
    (itd,) = called.document["itd"]["events"]
    assert itd["hgvs_g"].startswith(ACCESSIONS[own])
    again = call(tmp_path / "again", *of_reads, "--build", own)
    assert again.document["provenance"]["build"] == own
    (other,) = {*ACCESSIONS} - {own}
    out = tmp_path / "refused" / "S"
    assert main(["call", *of_reads, "--build", other, "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert f"{name} has FLT3 by its name where {own} has it, but --build says {other}" in message
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("first", "length", "build"),
    [
        (LOCUS.first_position, len(LOCUS), "GRCh38"),
        (LOCUS.first_position + GRCH37_SHIFT, len(LOCUS), "GRCh37"),
        (LOCUS.first_position + 1, len(LOCUS), ""),
        (LOCUS.first_position, len(LOCUS) + 1, ""),
    ],
)
def test_the_build_in_the_name_of_a_slice(first: int, length: int, build: str) -> None:
    """Named as samtools faidx does; of another length or place it is no slice of FLT3."""
    name = f"13:{first}-{first + len(LOCUS) - 1}"
    assert build_in_name(name, length, 0) == build
    assert build_in_name(SLICE, length, 0) == ""


def fastq_pair(folder: Path) -> list[str]:
    """Two files of pairs with a duplication of 61 bases."""
    pairs = sample_pairs([tandem(28_034_100, 28_034_160, 0.3)], 150)
    return list(map(str, write_mates(folder, pairs)))


@pytest.mark.parametrize(("build", "shift"), [("GRCh37", GRCH37_SHIFT), ("GRCh38", 0)])
def test_fastq_is_reported_in_the_build_that_is_given(
    tmp_path: Path, build: str, shift: int
) -> None:
    files = fastq_pair(tmp_path)
    plain = call(tmp_path / "plain", "--fastq", *files)
    called = call(tmp_path, "--fastq", *files, "--build", build)
    assert plain.document["provenance"]["build"] == "GRCh38"
    assert called.document["provenance"]["build"] == build
    (itd,) = called.passing
    assert itd["pos"] == plain.passing[0]["pos"] + shift
    assert itd["hgvs_g"].startswith(ACCESSIONS[build])
    with pysam.VariantFile(f"{called.prefix}.itd.vcf.gz") as records:
        assert records.header.contigs["chr13"].length == CHROMOSOME_LENGTH[build]


def test_a_chromosome_of_another_build_is_a_contradiction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reads = mutant_reads("chr13", LOCUS.first_position - 1)
    bam = write_bam(tmp_path / "s.bam", {"chr13": CHROMOSOME_LENGTH["GRCh38"]}, reads)
    out = tmp_path / "out" / "S"
    assert main(["call", "--bam", str(bam), "--build", "GRCh37", "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert "chr13 has the length of GRCh38, but --build says GRCh37" in message
    assert not out.parent.exists()
    assert call(tmp_path, "--bam", str(bam), "--build", "GRCh38").status == "detected"


def test_only_a_contig_that_tells_no_build_takes_another_name() -> None:
    whole = place_in_build(LOCUS, "GRCh38")
    length = CHROMOSOME_LENGTH["GRCh38"]
    assert whole.called(None, length, "x") == whole
    assert whole.called("GRCh38", length, "x") == whole
    with pytest.raises(UserError, match="x: chr13 has the length of GRCh38"):
        whole.called("GRCh37", length, "x")
    assert whole.called("GRCh37", length - 1, "x") == whole._replace(build="GRCh37")
    part = Placement(SLICE, 0, "GRCh38")
    assert part.called("GRCh37", length, "x") == Placement(SLICE, 0, "GRCh37")


@pytest.mark.parametrize("indexed", [True, False])
def test_fastq_is_placed_on_the_genome_that_is_given(tmp_path: Path, indexed: bool) -> None:
    """A slice is searched; a whole chromosome 13 is known by its index, without reading it."""
    fasta = tmp_path / "genome.fa"
    write_fasta(fasta, {"other": "ACGT" * 20, SLICE: "GATTACA" + LOCUS.sequence})
    if indexed:
        Path(f"{fasta}.fai").write_text("13\t115169878\t4\t60\t61\n", "utf-8")
        expected = (place_in_build(LOCUS, "GRCh37", "13"), 115_169_878)
    else:
        expected = (Placement(SLICE, 7, "GRCh38"), len(LOCUS) + 7)
    assert place_in_genome(LOCUS, fasta, None) == expected
    if indexed:
        with pytest.raises(UserError, match="length of GRCh37, but --build says GRCh38"):
            place_in_genome(LOCUS, fasta, "GRCh38")
    else:
        assert place_in_genome(LOCUS, fasta, "GRCh37")[0].build == "GRCh37"


def test_fastq_without_a_genome_is_placed_on_its_build() -> None:
    placed = place_in_genome(LOCUS, None, "GRCh37")
    assert placed == (place_in_build(LOCUS, "GRCh37"), CHROMOSOME_LENGTH["GRCh37"])
    assert place_in_genome(LOCUS, None, None)[0].build == "GRCh38"


def test_the_contig_of_the_genome_stands_in_the_results_of_fastq(tmp_path: Path) -> None:
    """So a FASTQ of one timepoint and a BAM of another can be compared."""
    fasta = write_fasta(tmp_path / "genome.fa", {SLICE: LOCUS.sequence})
    files = fastq_pair(tmp_path)
    called = call(tmp_path, "--fastq", *files, "--reference", str(fasta))
    (itd,) = called.document["itd"]["events"]
    assert itd["chrom"] == SLICE
