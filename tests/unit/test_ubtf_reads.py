"""UBTF tandem duplications from simulated reads: aligned, called, judged and in the report.

Exons and their places are those of panels/myeloid54_plus; the bases are invented, in frame and
without a stop, because the sequence of UBTF was not at hand.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pysam
import pytest

from flt3itd.commands.simulate import simulate_haplotypes, write_simulation
from flt3itd.common.bases import reverse_complement
from flt3itd.common.tables import read_table
from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.records import Status
from flt3itd.simulation.sequencing import Library
from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.exon_coverage import exon_rows
from scripts.genome.gene_models import read_transcripts
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.panel import annotate, long_events
from scripts.panel.rows import PanelVariant
from scripts.ubtf.duplications import NOT_ON_PANEL, UbtfTd
from tests.builders import duplicate, random_sequence, write_fasta
from tests.report_builders import report_of

pytestmark = pytest.mark.skipif(shutil.which("bwa") is None, reason="bwa is not on PATH")

PLUS = Path(__file__).parents[2] / "panels" / "myeloid54_plus"
SHIFT, SIZE = 44_205_000, 15_000
"""The contig of the tests holds these bases of chromosome 17."""
READ_FROM, READ_TO = 44_210_100 - SHIFT, 44_212_600 - SHIFT
"""Exons 9 to 15 with their introns, which the library holds."""
CONTIG = "chr17"
NO_CALLS = (
    f"##fileformat=VCFv4.2\n##contig=<ID={CONTIG},length={SIZE}>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)


@dataclass(frozen=True)
class Gene:
    """UBTF on the contig of the tests: gene models, targets by exon number, and bases."""

    models: str
    targets: dict[str, tuple[int, int]]
    sequence: str


@cache
def ubtf() -> Gene:
    lines = []
    for line in (PLUS / "genes.GRCh38.gtf").read_text("utf-8").splitlines():
        cells = line.split("\t")
        if 'gene_name "UBTF"' in line:
            places = [str(int(cell) - SHIFT) for cell in cells[3:5]]
            lines.append("\t".join([*cells[:3], *places, *cells[5:]]))
    bases = bytearray(random_sequence(SIZE, seed=17).encode())
    rng = random.Random(17)
    codons = sorted(codon for codon, residue in CODON_TABLE.items() if residue not in "*X")
    coding = "ATG" + "".join(rng.choices(codons, k=763)) + "TGA"
    done = 0
    for line in lines:  # in the order of the transcript, which lies on the minus strand
        _, _, kind, lowest, highest, *_ = line.split("\t")
        if kind == "CDS":
            start, end = int(lowest) - 1, int(highest)
            part = coding[done : done + end - start]
            bases[start:end] = reverse_complement(part).encode()
            done += end - start
    assert done == len(coding)
    targets = {}
    for line in (PLUS / "targets.GRCh38.bed").read_text("utf-8").splitlines():
        contig, first, last, name = line.split("\t")[:4]
        if name.startswith("UBTF|exon"):
            assert contig == CONTIG
            targets[name.partition("|exon")[2]] = int(first) - SHIFT, int(last) - SHIFT
    return Gene("\n".join(lines) + "\n", targets, bases.decode())


def answer_of(
    folder: Path, haplotypes: dict[str, float], depth: int, exons: tuple[str, ...] = ("9", "13")
) -> UbtfTd:
    """The answer of a sample of these sequences and shares, by the programs of the workflow."""
    gene = ubtf()
    fasta = write_fasta(folder / "genome.fa", {CONTIG: gene.sequence})
    pysam.faidx(str(fasta))
    (folder / "genes.gtf").write_text(gene.models, "utf-8")
    targets = sorted((*gene.targets[exon], exon) for exon in exons)
    (folder / "targets.bed").write_text(
        "".join(f"{CONTIG}\t{start}\t{end}\tUBTF|exon{exon}\n" for start, end, exon in targets)
    )
    fastq = folder / "R1.fastq.gz", folder / "R2.fastq.gz"
    molecules = [(f"h{n}", *one) for n, one in enumerate(haplotypes.items())]
    write_simulation(simulate_haplotypes(molecules, depth, Library(), 1), *fastq, None)
    subprocess.run(["bwa", "index", fasta], check=True, capture_output=True)
    mapped = subprocess.run(
        ["bwa", "mem", "-v", "1", fasta, *fastq], check=True, capture_output=True
    )
    (folder / "reads.sam").write_bytes(mapped.stdout)
    pysam.sort("-o", str(folder / "S.bam"), str(folder / "reads.sam"))
    pysam.index(str(folder / "S.bam"))
    (folder / "calls.vcf").write_text(NO_CALLS, "ascii")
    _run(long_events.main, folder, "bam fasta targets out clips", "minimum-vaf 0.005")
    _run(
        annotate.main,
        folder,
        "bam fasta targets gene-models calls long clips vcf table",
        "minimum-vaf 0.01 minimum-depth 100 minimum-alternate-fragments 5 minimum-base-quality 20"
        " build GRCh38",
    )
    regions = merged_targets(folder / "targets.bed")
    transcripts = read_transcripts(folder / "genes.gtf", regions, sequence_reader(fasta))
    depths = pysam.depth("-s", "-J", "-b", str(folder / "targets.bed"), str(folder / "S.bam"))
    (folder / "depth.tsv").write_text(str(depths), "ascii")
    rows = exon_rows(
        transcripts, folder / "targets.bed", BaseDepth(folder / "depth.tsv"), "S1", 100
    )
    variants = tuple(read_table(folder / "panel.tsv", PanelVariant))
    made = folder / "report"
    made.mkdir()
    return report_of(made, variants=variants, exons=tuple(rows)).panel.ubtf_td


FILES = {
    "bam": "S.bam", "fasta": "genome.fa", "targets": "targets.bed", "gene-models": "genes.gtf",
    "calls": "calls.vcf", "long": "long.vcf", "out": "long.vcf", "clips": "clips.bed",
    "vcf": "panel.vcf.gz", "table": "panel.tsv",
}  # fmt: skip


def _run(main: Callable[[list[str]], None], folder: Path, files: str, values: str) -> None:
    given = [word for name in files.split() for word in (f"--{name}", str(folder / FILES[name]))]
    words = values.split()
    given += [f"--{word}" if n % 2 == 0 else word for n, word in enumerate(words)]
    main([*given, "--sample", "S1", "--assay", "capture", "--minimum-mapping-quality", "20"])


def read_part(start: int | None = None, length: int = 0) -> str:
    """What the library holds, with a duplication of so many bases from a place on."""
    part = ubtf().sequence[READ_FROM:READ_TO]
    if start is None:
        return part
    return duplicate(part, start - READ_FROM, start - READ_FROM + length)


@pytest.mark.parametrize(("exon", "length"), [("13", 45), ("13", 102), ("9", 60)])
def test_a_duplication_in_reads_is_detected_with_its_share(
    tmp_path: Path, exon: str, length: int
) -> None:
    """Up to two thirds of a read, which bwa clips."""
    start = ubtf().targets[exon][0] + 20
    mutant = read_part(start, length)
    found = answer_of(tmp_path, {read_part(): 0.7, mutant: 0.3}, depth=400)
    assert found.status is Status.DETECTED
    assert (found.length_bp, found.exons) == (length, "13, 9")
    assert found.vaf is not None and found.vaf_low is not None and found.vaf_high is not None
    assert found.vaf_low < 0.3 < found.vaf_high
    assert found.vaf == pytest.approx(0.3, abs=0.05)
    assert all(name.endswith("dup") for name in found.names)


def test_wild_type_reads_are_a_not_detected_with_its_limit(tmp_path: Path) -> None:
    found = answer_of(tmp_path, {read_part(): 1.0}, depth=400)
    assert (found.status, found.names, found.exons) == (Status.NOT_DETECTED, (), "13, 9")
    assert found.limit_of_detection is not None
    assert 0.01 < found.limit_of_detection < 0.05


def test_too_few_reads_answer_nothing(tmp_path: Path) -> None:
    found = answer_of(tmp_path, {read_part(): 1.0}, depth=60)
    assert found.status is Status.NOT_ASSESSABLE
    assert found.reason.startswith("exon 13 is not assessable")


def test_reads_of_a_panel_without_the_exons_answer_nothing(tmp_path: Path) -> None:
    mutant = read_part(ubtf().targets["13"][0] + 20, 45)
    found = answer_of(tmp_path, {mutant: 1.0}, depth=200, exons=("10", "11"))
    assert (found.status, found.reason) == (Status.NOT_ASSESSABLE, NOT_ON_PANEL)
