import gzip
from collections.abc import Mapping
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GRCH37_SHIFT, flt3_locus
from scripts.inputs.preflight import FEWEST_SHARED, Preflight, ReferenceFiles, preflight
from tests.builders import random_sequence, write_fasta

LOCUS = flt3_locus()
EXON_14 = LOCUS.exon(14)


def exon_14_start(build: str) -> int:
    """0-based start of exon 14 on chromosome 13 of a build."""
    shift = GRCH37_SHIFT if build == "GRCh37" else 0
    return LOCUS.to_grch38(EXON_14.start) - 1 + shift


def masked_chromosome_13(path: Path, contig: str, build: str) -> Path:
    """Chromosome 13 of N with real length, and FLT3 at its place."""
    start = LOCUS.first_position - 1 + (GRCH37_SHIFT if build == "GRCh37" else 0)
    rest = CHROMOSOME_LENGTH[build] - start - len(LOCUS)
    write_fasta(path, {contig: "N" * start + LOCUS.sequence + "N" * rest})
    return path


ATTRIBUTES = 'transcript_id "T1"; exon_number "14"; cds_start "1705"; partial "true";'
"""A model of exon 14 alone, whose first base is c.1705."""


def gtf(path: Path, contig: str, start: int, gene: str = "FLT3") -> Path:
    """Gene models of one exon with the length of exon 14, 0-based start."""
    place = f"{start + 1}\t{start + len(EXON_14)}"
    lines = [
        f'{contig}\tx\t{kind}\t{place}\t.\t-\t{frame}\tgene_name "{gene}"; {ATTRIBUTES}\n'
        for kind, frame in (("exon", "."), ("CDS", "0"))
    ]
    path.write_text("".join(["#!genome-build\n", *lines]))
    return path


def bed(path: Path, *rows: str) -> Path:
    path.write_text("".join(f"{row}\n" for row in rows))
    return path


class Inputs:
    """Slices as a small genome, with gene models and targets that fit."""

    contig = "chr13_slice"

    def __init__(self, folder: Path) -> None:
        self.build = "GRCh38"
        self.fasta = self.genome({"chr1_slice": "GCA" * 170, self.contig: LOCUS.sequence}, folder)
        self.gene_models = gtf(folder / "genes.gtf", self.contig, EXON_14.start)
        self.targets = bed(
            folder / "targets.bed", f"{self.contig}\t{EXON_14.start - 2}\t{EXON_14.end + 2}\tFLT3"
        )

    @staticmethod
    def genome(sequences: Mapping[str, str], folder: Path) -> Path:
        return write_fasta(folder / "genome.fa", sequences)

    def check(self) -> Preflight:
        pysam.faidx(str(self.fasta))
        files = self.fasta, "my/genome.fa", self.build, self.gene_models, self.targets
        return preflight(ReferenceFiles(*files), genes=(), known=None)

    def message(self) -> str:
        with pytest.raises(UserError) as caught:
            self.check()
        assert "\n" not in str(caught.value)
        return str(caught.value)


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path)


def test_slices_that_fit(inputs: Inputs) -> None:
    result = inputs.check()
    assert (result.build, result.chr_prefix, result.warnings) == ("GRCh38", True, ())
    assert result.reference == "my/genome.fa"
    assert len(result.reference_sha256) == 64


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
@pytest.mark.parametrize("contig", ["chr13", "13"])
def test_whole_chromosome_of_each_build_and_naming(
    inputs: Inputs, tmp_path: Path, build: str, contig: str
) -> None:
    inputs.fasta = masked_chromosome_13(tmp_path / "chromosome.fa", contig, build)
    start = exon_14_start(build)
    inputs.gene_models = gtf(tmp_path / "genes.gtf", contig, start)
    inputs.targets = bed(tmp_path / "targets.bed", f"{contig}\t{start - 2}\t{start + 10}")
    inputs.build = build
    assert inputs.check().chr_prefix == contig.startswith("chr")
    inputs.build = "GRCh37" if build == "GRCh38" else "GRCh38"
    assert f"the genome is {build}, but reference.build is {inputs.build}" in inputs.message()
    inputs.build = build
    other = "GRCh37" if build == "GRCh38" else "GRCh38"
    inputs.gene_models = gtf(tmp_path / "genes.gtf", contig, exon_14_start(other))
    assert f"use gene models of {build}" in inputs.message()


def test_genome_without_flt3(inputs: Inputs, tmp_path: Path) -> None:
    inputs.genome({inputs.contig: random_sequence(len(LOCUS), 2)}, tmp_path)
    assert inputs.message() == "my/genome.fa: the genome has no FLT3 locus: exon 14 is not in it"


def test_genome_with_flt3_twice(inputs: Inputs, tmp_path: Path) -> None:
    inputs.genome({inputs.contig: LOCUS.sequence, "decoy": LOCUS.sequence}, tmp_path)
    text = inputs.message()
    assert "more than once" in text
    assert "decoy" in text


def test_masked_exon_14(inputs: Inputs, tmp_path: Path) -> None:
    length = CHROMOSOME_LENGTH["GRCh38"]
    write_fasta(inputs.fasta, {"chr13": "N" * length})
    assert "does not have the sequence of FLT3 exon 14" in inputs.message()


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("13_slice\t5\t10", ["row 1", "'13_slice' is called 'chr13_slice' in the genome"]),
        ("chr7\t5\t10", ["row 1", "'chr7' is not in the genome, which has chr1_slice"]),
        ("chr13_slice\t-5\t10", ["row 1: start", "'-5'", "whole number"]),
        ("chr13_slice\t5\tx", ["row 1: end", "'x'"]),
        ("chr13_slice\t10\t10", ["row 1", "has no bases"]),
        ("chr13_slice\t10\t5", ["row 1", "has no bases"]),
        ("chr13_slice\t5\t99999999", ["row 1", "ends behind the contig", "another build"]),
        ("chr13_slice 5 10", ["row 1", "found 1 columns", "tabs"]),
        ("chr13_slice\t5\t10\r", ["row 1", "Windows line ends"]),
        ("# nothing", ["no targets"]),
        ("chr1_slice\t5\t10", ["0 of 1 targets lie on an exon", "another build"]),
    ],
)
def test_wrong_targets(inputs: Inputs, row: str, parts: list[str]) -> None:
    bed(inputs.targets, row)
    text = inputs.message()
    assert str(inputs.targets) in text
    for part in parts:
        assert part in text


def test_the_first_row_of_a_bed_is_a_target(inputs: Inputs) -> None:
    bed(inputs.targets, "chr7\t5\t10", f"{inputs.contig}\t{EXON_14.start}\t{EXON_14.end}")
    assert "row 1" in inputs.message()


def test_targets_without_flt3_are_a_warning(inputs: Inputs, tmp_path: Path) -> None:
    cells = 'gene_name "OTHER"; transcript_id "T2"; exon_number "1"; cds_start "1"; partial "true";'
    other = [
        f"chr1_slice\tx\t{kind}\t1\t99\t.\t+\t{frame}\t{cells}\n"
        for kind, frame in (("exon", "."), ("CDS", "0"))
    ]
    inputs.gene_models.write_text(inputs.gene_models.read_text() + "".join(other))
    bed(inputs.targets, "chr1_slice\t0\t110")
    missing, start = inputs.check().warnings
    assert missing == f"{inputs.targets} does not cover FLT3 exon 14"
    assert "OTHER (T2) begins with GCA in place of ATG" in start


@pytest.mark.parametrize("beside", [1, 6])
def test_targets_on_no_exon_are_a_warning(inputs: Inputs, beside: int) -> None:
    """Whoever wants exons, and has a row of an intron, gets no variant of it."""
    on_exon = f"{inputs.contig}\t{EXON_14.start - 2}\t{EXON_14.end + 2}"
    start = EXON_14.end
    rows = [f"{inputs.contig}\t{start + 9 * n}\t{start + 9 * n + 5}" for n in range(beside)]
    bed(inputs.targets, on_exon, *rows)
    [warning] = inputs.check().warnings
    told = "1 target of 2" if beside == 1 else "6 targets of 7"
    place = f"{inputs.contig}:{start + 1}-{start + 5}"
    assert f"targets.bed: {told} on no exon of the gene models (row 2, {place}" in warning
    assert ("and 1 more): variants there" in warning) is (beside == 6)


@pytest.mark.parametrize(
    ("others", "shown"),
    [(1, "G0"), (5, "G0, G1, G2, G3, G4"), (6, "G0, G1, G2, G3, G4 and 1 more")],
)
def test_genes_that_targets_name_and_models_lack_are_a_warning(
    inputs: Inputs, others: int, shown: str
) -> None:
    row = f"{inputs.contig}\t{EXON_14.start - 2}\t{EXON_14.end + 2}\tFLT3|exon14"
    bed(inputs.targets, row, *(f"chr1_slice\t{n}\t{n + 9}\tG{n}|exon1" for n in range(others)))
    beside, warning = inputs.check().warnings
    assert f"{others} target" in beside
    assert "does not have there: G0" in warning
    assert f"{shown}; their variants get no names" in warning


def test_models_without_flt3_are_a_warning(inputs: Inputs) -> None:
    inputs.gene_models.write_text(inputs.gene_models.read_text().replace("FLT3", "FLT_3"))
    [warning] = inputs.check().warnings
    assert "has no model of the gene FLT3: panel variants in it get no names" in warning


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["no gene models"]),
        ("chr13_slice\tx\texon\t5\t6\n", ["row 1", "found 5 columns"]),
        ('slice\tx\texon\t5\t6\t.\t+\t.\tgene_name "A"\n', ["no exon lies on the genome"]),
        ('chr13_slice\tx\texon\t5\tsix\t.\t+\t.\tgene_name "A"\n', ["row 1: end", "'six'"]),
    ],
)
def test_wrong_gene_models(inputs: Inputs, text: str, parts: list[str]) -> None:
    inputs.gene_models.write_text(text)
    message = inputs.message()
    assert str(inputs.gene_models) in message
    for part in parts:
        assert part in message


def test_gene_models_may_be_gzipped(inputs: Inputs, tmp_path: Path) -> None:
    zipped = tmp_path / "genes.gtf.gz"
    zipped.write_bytes(gzip.compress(inputs.gene_models.read_bytes()))
    inputs.gene_models = zipped
    assert inputs.check().warnings == ()
    zipped.write_bytes(zipped.read_bytes()[:20])
    assert "genes.gtf.gz: cannot be read" in inputs.message()


def test_binary_targets(inputs: Inputs) -> None:
    inputs.targets.write_bytes(b"\x1f\x8b\xff\xfe")
    assert "targets.bed: cannot be read" in inputs.message()
    inputs.targets.write_bytes(b"\xff\xfe")
    assert "targets.bed: not UTF-8 text" in inputs.message()


@pytest.mark.parametrize("on_exons", [1, 2])
def test_few_targets_on_exons_are_another_build(inputs: Inputs, on_exons: int) -> None:
    """Just below and just at a tenth of the targets, where the models hold many more genes."""
    others = [
        f'chr1_slice\tx\texon\t{n}\t{n}\t.\t+\t.\tgene_name "G{n}"; transcript_id "T{n}";\n'
        for n in range(400, 450)
    ]
    inputs.gene_models.write_text(inputs.gene_models.read_text() + "".join(others))
    inside = [f"{inputs.contig}\t{EXON_14.start + i}\t{EXON_14.end + 2}" for i in range(on_exons)]
    outside = [f"chr1_slice\t{n}\t{n + 1}" for n in range(20 - on_exons)]
    bed(inputs.targets, *inside, *outside)
    assert FEWEST_SHARED == 0.1
    if on_exons / 20 < FEWEST_SHARED:
        assert "1 of 20 targets lie on an exon" in inputs.message()
    else:
        assert inputs.check().build == "GRCh38"


@pytest.mark.parametrize("form", ["chr13_{}_{}", "13:{}-{}"])
@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_a_slice_named_by_its_coordinates_tells_its_build(
    tmp_path: Path, inputs: Inputs, build: str, form: str
) -> None:
    first = LOCUS.first_position + (GRCH37_SHIFT if build == "GRCh37" else 0)
    other = {"GRCh37": "GRCh38", "GRCh38": "GRCh37"}[build]
    for length, is_told in ((len(LOCUS), True), (len(LOCUS) + 1, False)):
        inputs.contig = form.format(first, first + length - 1)
        inputs.fasta = inputs.genome({inputs.contig: LOCUS.sequence}, tmp_path)
        inputs.gene_models = gtf(tmp_path / "genes.gtf", inputs.contig, EXON_14.start)
        place = f"{inputs.contig}\t{EXON_14.start}\t{EXON_14.end}\tFLT3"
        inputs.targets = bed(tmp_path / "targets.bed", place)
        inputs.build = build
        assert inputs.check().build == build
        inputs.build = other
        if is_told:
            told = f"{inputs.contig} has FLT3 exon 14 where {build} has it"
            assert told in inputs.message()
        else:
            assert inputs.check().build == other
