"""Broken input ends with an exit status, one line that says what and where, and no result."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pysam
import pytest

from tests.builders import FastqRead, Read, random_sequence, write_bam, write_fasta, write_fastq
from tests.workflow.conftest import Run, Workplace, copy_of_workflow

CONTIGS = {"chr13_28015001_28037000": 22000, "chr2_25233601_25235000": 1400}
GENOME = "panels/example/reference.fa"


@dataclass
class Case:
    """What a test breaks before the run: files in `folder`, cells of the sheet, keys.

    The reads are those of the sample `name`.
    """

    folder: Path
    name: str = "x"
    cells: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reads = [FastqRead(f"r{i}", "ACGT" * 20, "I" * 80) for i in range(100)]
        for mate in (1, 2):
            self.cells[f"fq{mate}"] = write_fastq(self.fastq(mate), reads).name

    def fastq(self, mate: int) -> Path:
        return self.folder / f"{self.name}_R{mate}.fastq.gz"

    def reference(self, **changes: str) -> None:
        example = {"fasta": GENOME, "build": "GRCh38", "gene_models": "panels/example/genes.gtf"}
        self.config["reference"] = example | changes

    def bam(self, contigs: dict[str, int] | None = None) -> Path:
        """Give a BAM in place of FASTQ files."""
        self.cells = {"bam": f"{self.name}.bam"}
        contig, *_ = contigs or CONTIGS
        reads = [Read(f"r{i}", contig, 10 * i, "50M", "A" * 50) for i in range(50)]
        return write_bam(self.folder / f"{self.name}.bam", contigs or CONTIGS, reads)


@pytest.fixture(scope="module")
def bad_place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A workplace for all cases of this file; each has an output folder of its own."""
    return copy_of_workflow(tmp_path_factory.mktemp("bad") / "checkout")


def truncated_fastq(case: Case) -> None:
    path = case.fastq(2)
    path.write_bytes(path.read_bytes()[:-10])


def uneven_fastq(case: Case) -> None:
    reads = [FastqRead(f"r{i}", "ACGT" * 20, "I" * 80) for i in range(99)]
    write_fastq(case.fastq(2), reads)


def empty_fastq(case: Case) -> None:
    for mate in (1, 2):
        case.fastq(mate).write_bytes(gzip.compress(b""))


def missing_fastq(case: Case) -> None:
    case.fastq(2).unlink()


def truncated_bam(case: Case) -> None:
    path = case.bam()
    path.write_bytes(path.read_bytes()[:-100])


def unsorted_bam(case: Case) -> None:
    path = case.bam()
    pysam.samtools.sort("-n", "-o", f"{path}.by_name", str(path))
    Path(f"{path}.by_name").replace(path)


def bam_of_another_build(case: Case) -> None:
    case.bam({"chr13_28015001_28037000": 22001})


def bam_with_other_names(case: Case) -> None:
    case.bam({"13_28015001_28037000": 22000})


def text_as_bam(case: Case) -> None:
    case.bam().write_text("no BAM\n")


def genome_without_flt3(case: Case) -> None:
    write_fasta(
        case.folder / "other.fa", {name: random_sequence(n, n) for name, n in CONTIGS.items()}
    )
    case.reference(fasta="other.fa")


def gzipped_genome(case: Case) -> None:
    (case.folder / "genome.fa").write_bytes(gzip.compress((case.folder / GENOME).read_bytes()))
    case.reference(fasta="genome.fa")


def missing_genome(case: Case) -> None:
    case.reference(fasta="none.fa")


def unknown_build(case: Case) -> None:
    case.reference(build="hg38")


def targets_of_another_genome(case: Case) -> None:
    (case.folder / "other.bed").write_text("chr13\t28000000\t28000100\n")
    case.config["panel"] = {"name": "x", "targets": "other.bed"}


def gene_models_as_targets(case: Case) -> None:
    case.config["panel"] = {"name": "wrong", "targets": "panels/example/genes.gtf"}


def targets_as_gene_models(case: Case) -> None:
    case.reference(gene_models="panels/example/targets.bed")


def unknown_key(case: Case) -> None:
    case.config["tresholds"] = {"minimum_depth": 5}


def hostile_name(case: Case) -> None:
    case.cells["sample"] = "S1;touch pwned"


def unknown_clinical_kind(case: Case) -> None:
    table = "patient\tkind\tlabel\tstart\tend\nP1\tdrug\tx\tdiagnosis\t\n"
    (case.folder / "clinic.tsv").write_text(table, "utf-8")
    case.config["clinical"] = "clinic.tsv"


def dead_before_the_last_follow_up(case: Case) -> None:
    rows = ("E1 enrolment t 2025-01-01", "E1 death x 2025-02-01", "E1 last_follow_up y 2025-03-01")
    table = "\n".join(row.replace(" ", "\t") for row in ("patient kind label start", *rows))
    (case.folder / "trial.tsv").write_text(f"{table}\n", "utf-8")
    case.config["clinical"] = "trial.tsv"


def plate_of_another_unit(case: Case) -> None:
    """Its content was read by the rule that analyses it, after hours of alignment."""
    columns = "drug\tconcentration\tunit\tsignal\twell_type\n"
    plate = f"{columns}OM\t10\tng\t512\tsample\n"
    (case.folder / "plate.tsv").write_text(plate, "utf-8")
    table = "patient\ttimepoint\ttissue\tplate\nP1\tdiagnosis\tBM\tplate.tsv\n"
    (case.folder / "plates.tsv").write_text(table, "utf-8")
    case.config["drug_response"] = "plates.tsv"


def missing_primers(case: Case) -> None:
    targets = "panels/example/targets.bed"
    case.config["panel"] = {"name": "x", "targets": targets, "primers": "none.bedpe"}


def damaged_behind_the_first_reads(case: Case) -> None:
    reads = [FastqRead(f"r{i}", "ACGT" * 20, "I" * 80) for i in range(10_050)]
    for mate in (1, 2):
        write_fastq(case.fastq(mate), reads)
    path = case.fastq(1)
    text = gzip.decompress(path.read_bytes()).replace(b"@r10020\nACGT", b"@r10020\nAC")
    path.write_bytes(gzip.compress(text))


def plain_text_named_as_gzipped(case: Case) -> None:
    path = case.fastq(2)
    path.write_bytes(gzip.decompress(path.read_bytes()))


def gene_models_without_coding_lines(case: Case) -> None:
    lines = (case.folder / "panels/example/genes.gtf").read_text("utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if "\tCDS\t" not in line)
    (case.folder / "nocds.gtf").write_text(text, "utf-8")
    case.reference(gene_models="nocds.gtf")


def gene_models_on_the_wrong_strand(case: Case) -> None:
    text = (case.folder / "panels/example/genes.gtf").read_text("utf-8")
    flipped = text.replace("\t.\t-\t", "\t.\t?\t").replace("\t.\t+\t", "\t.\t-\t")
    (case.folder / "flipped.gtf").write_text(flipped.replace("\t.\t?\t", "\t.\t+\t"), "utf-8")
    case.reference(gene_models="flipped.gtf")


def annotation(case: Case, contig: str) -> None:
    field = '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">'
    header = f"##fileformat=VCFv4.2\n##contig=<ID={contig}>\n{field}\n"
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    path = case.folder / "clinvar.vcf"
    path.write_text(f"{header}{columns}{contig}\t773\t1\tG\tT\t.\t.\tCLNSIG=x\n", "utf-8")
    pysam.tabix_index(str(path), preset="vcf", force=True)
    case.config["annotation"] = {"clinvar": "clinvar.vcf.gz"}


def annotation_with_other_names(case: Case) -> None:
    annotation(case, "2_25233601_25235000")


def annotation_of_another_build(case: Case) -> None:
    annotation(case, "chr2_25233601_25235000")


Breaks = Callable[[Case], None]
READS: dict[Breaks, str] = {
    truncated_fastq: "{name}_R2.fastq.gz: the file is cut short",
    uneven_fastq: "{name}_R1.fastq.gz has 100 reads and {name}_R2.fastq.gz has 99",
    empty_fastq: "{name}_R1.fastq.gz: the file is empty",
    truncated_bam: "{name}.bam: the BAM is cut short",
    unsorted_bam: "{name}.bam: the BAM is not sorted by coordinate",
    bam_of_another_build: "has 22001 bases in the BAM and 22000 in the genome",
    bam_with_other_names: "{name}.bam: contig 'chr",
    text_as_bam: "{name}.bam: this is not a BAM file",
    damaged_behind_the_first_reads: "{name}_R1.fastq.gz: record 10021, line 40081: sequence and",
    plain_text_named_as_gzipped: "{name}_R2.fastq.gz: is named as gzipped, but is not",
}
"""Reads of a sample that a step of it refuses, and what is said of them."""

CASES: dict[Breaks, str] = {
    missing_fastq: "row 2: column fq2: 'x_R2.fastq.gz' does not exist",
    genome_without_flt3: "other.fa: the genome has no FLT3 locus",
    gzipped_genome: "reference.fasta: 'genome.fa': the genome is compressed",
    missing_genome: "reference.fasta: 'none.fa' does not exist",
    unknown_build: "reference.build: found 'hg38'; allowed: GRCh37, GRCh38",
    targets_of_another_genome: "other.bed: row 1: contig 'chr13' is not in the genome",
    gene_models_as_targets: "genes.gtf: row 1: start: found 'MANE', expected a whole number",
    targets_as_gene_models: "targets.bed: row 1: found 6 columns, a GTF file has 9",
    unknown_key: "'tresholds' is not known here",
    unknown_clinical_kind: "clinic.tsv: row 2: column kind: found 'drug'; allowed: treatment",
    dead_before_the_last_follow_up: "trial.tsv: row 4: column start: '2025-03-01' of the last",
    plate_of_another_unit: "plate.tsv: row 2: column unit: found the unit 'ng'",
    missing_primers: "panel.primers: 'none.bedpe' does not exist",
    gene_models_without_coding_lines: "nocds.gtf: none of the 9 genes on the targets has a CDS",
    gene_models_on_the_wrong_strand: "flipped.gtf: row 2: exon 2 of NRAS",
    annotation_with_other_names: "bcftools annotate --rename-chrs",
    annotation_of_another_build: "chr2_25233601_25235000:773 has G, the genome C): it is of",
    hostile_name: "row 2: column sample: found 'S1;touch pwned'",
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run]:
    """One run of a sample with each kind of broken reads, which goes on with the others."""
    place = copy_of_workflow(tmp_path_factory.mktemp("reads") / "checkout")
    samples = []
    for breaks in READS:
        case = Case(place.folder, breaks.__name__)
        breaks(case)
        samples.append({"sample": case.name, "patient": case.name, **case.cells})
    return place, place.snakemake(place.configure("refused", samples), "--keep-going")


@pytest.mark.parametrize("breaks", READS, ids=lambda breaks: breaks.__name__)
def test_broken_reads(refused: tuple[Workplace, Run], breaks: Breaks) -> None:
    place, run = refused
    name = breaks.__name__
    told = [error for error in run.errors if READS[breaks].format(name=name) in error]
    assert len(told) == 1, run.text[-3000:]
    assert not list((place.folder / "refused" / name).glob("*"))


def test_broken_reads_are_a_line_each_and_no_result(refused: tuple[Workplace, Run]) -> None:
    place, run = refused
    assert run.status != 0
    assert len(run.errors) == len(READS), run.text[-3000:]
    assert "Traceback" not in run.text
    assert not (place.folder / "refused/summary.tsv").exists()


@pytest.mark.parametrize("breaks", CASES, ids=lambda breaks: breaks.__name__)
def test_broken_input(bad_place: Workplace, breaks: Breaks) -> None:
    case = Case(bad_place.folder)
    breaks(case)
    output = breaks.__name__
    run = bad_place.snakemake(bad_place.configure(output, [case.cells], **case.config))
    assert run.status != 0
    assert len(run.errors) == 1, run.text[-3000:]
    assert CASES[breaks] in run.errors[0]
    assert "Traceback" not in run.text
    assert not list((bad_place.folder / output).glob("S1*/*"))
    assert not (bad_place.folder / output / "summary.tsv").exists()
    assert not (bad_place.folder / "pwned").exists()


def test_a_key_that_is_there_twice_is_named(bad_place: Workplace) -> None:
    text = (bad_place.folder / "config/config.yaml").read_text("utf-8")
    (bad_place.folder / "twice.yaml").write_text(f"{text}\noutput: elsewhere\n", "utf-8")
    run = bad_place.snakemake("--configfile", "twice.yaml")
    assert run.status == 2
    (error,) = run.errors
    assert re.search(r"twice.yaml: row \d+: output: the key is already in row 6; keep one", error)
    assert not (bad_place.folder / "elsewhere").exists()


def test_what_can_be_mended_early_is_told_at_once(bad_place: Workplace) -> None:
    """Targets that stop at the exon, and trimming that leaves next to nothing."""
    rows = (bad_place.folder / "panels/example/targets.bed").read_text("utf-8").splitlines()
    cells = [row.split("\t") for row in rows]
    tight = ["\t".join((c[0], str(int(c[1]) + 10), str(int(c[2]) - 10), *c[3:])) for c in cells]
    (bad_place.folder / "tight.bed").write_text("\n".join([*tight, ""]), "utf-8")
    ends = "CACACGTCTGAACTCCAGTCA", "CGTCGTGTAGGGAAAGAGTGT"
    for mate, end in enumerate(ends, start=1):
        reads = [FastqRead(f"r{i}", f"AGATCGGAAGAG{end}", "I" * 33) for i in range(100)]
        write_fastq(bad_place.folder / f"dimers_R{mate}.fastq.gz", reads)
    sample = {"fq1": "dimers_R1.fastq.gz", "fq2": "dimers_R2.fastq.gz"}
    panel = {"name": "x", "targets": "tight.bed"}
    until = bad_place.configure("early", [sample], panel=panel), "--until", "trim_reads"
    text = bad_place.successful(*until).text
    assert "warning: tight.bed: targets stop at the exon" in text
    assert "warning: dimers_R1.fastq.gz and dimers_R2.fastq.gz: trimming left 0 of 200" in text


def test_a_configuration_does_not_mix_with_the_example(bad_place: Workplace) -> None:
    """What a user's file leaves out is missing, not taken from the example."""
    (bad_place.folder / "half.yaml").write_text("samples: config/samples.tsv\n")
    run = bad_place.snakemake("--configfile", "half.yaml")
    assert run.status != 0
    assert run.errors[0].endswith("half.yaml: 'reference' is missing")
