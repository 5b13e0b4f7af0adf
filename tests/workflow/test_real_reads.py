"""Reads of patients with known ITDs, through the workflow. They are no part of the project:
the tests skip where they are not at hand."""

import shutil
from pathlib import Path

import pytest

from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GRCH37_SHIFT, flt3_locus
from tests.builders import write_fasta
from tests.workflow.conftest import ROOT, Workplace, copy_of_workflow

REAL = ROOT.parent / "shared" / "realdata"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real reads in {REAL}")

LOCUS = flt3_locus()

EXOMES = {
    "P01": {(28_608_227, 39), (28_608_227, 75)},
    "P02": {(28_608_267, 30)},
    "P03": {(28_608_217, 51)},
    "P04": {(28_608_200, 117)},
}
"""The last base before the insertion (GRCh37, left-normalised) and its length."""


def gene_models(path: Path, contig: str, offset: int) -> None:
    """FLT3 exons 12 to 21; `offset` is the 0-based position of the first base of the locus."""
    rows = [
        f"{contig}\tx\t{kind}\t{offset + exon.start + 1}\t{offset + exon.end}\t.\t-\t.\t"
        f'gene_id "FLT3"; gene_name "FLT3"; transcript_id "NM_004119.3"; '
        f'exon_number "{exon.number}"; cds_start "{exon.cds_start}";'
        for exon in LOCUS.exons
        for kind in ("exon", "CDS")
    ]
    path.write_text("\n".join(rows) + "\n")


def targets(path: Path, contig: str, offset: int) -> None:
    rows = [f"{contig}\t{offset + e.start}\t{offset + e.end}\tFLT3" for e in LOCUS.exons]
    path.write_text("\n".join(rows) + "\n")


def genome(
    workplace: Workplace, contig: str, build: str, offset: int, sequence: str
) -> dict[str, object]:
    """Write a genome of one contig that holds the locus; the keys of the configuration."""
    write_fasta(workplace.folder / "genome.fa", {contig: sequence})
    gene_models(workplace.folder / "genes.gtf", contig, offset)
    targets(workplace.folder / "targets.bed", contig, offset)
    return {
        "reference": {"fasta": "genome.fa", "build": build, "gene_models": "genes.gtf"},
        "panel": {"name": "FLT3", "targets": "targets.bed"},
    }


@pytest.fixture(scope="module")
def exomes(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """The four exomes by BAM entry, with chromosome 13 of GRCh37 masked outside FLT3."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("exomes") / "checkout")
    offset = LOCUS.first_position - 1 + GRCH37_SHIFT
    rest = CHROMOSOME_LENGTH["GRCh37"] - offset - len(LOCUS)
    masked = "N" * offset + LOCUS.sequence + "N" * rest
    config = genome(workplace, "chr13", "GRCh37", offset, masked)
    samples = []
    for name in EXOMES:
        shutil.copy(REAL / f"{name}_FLT3.bam", workplace.folder / f"{name}.bam")
        samples.append({"sample": name, "patient": name, "bam": f"{name}.bam"})
    option = workplace.configure("real", samples, **config)
    workplace.successful(option, *(f"real/{name}/flt3.tsv" for name in EXOMES))
    return workplace


@pytest.mark.parametrize("sample", EXOMES)
def test_exomes(exomes: Workplace, sample: str) -> None:
    rows = exomes.table(f"real/{sample}/flt3.tsv")
    found = {
        (int(row["pos"]), int(row["length_bp"]))
        for row in rows
        if row["event"] == "ITD" and row["status"] == "detected"
    }
    assert found == EXOMES[sample]


def test_amplicon(workplace: Workplace) -> None:
    for mate in (1, 2):
        shutil.copy(REAL / f"amplicon21_R{mate}.fastq.gz", workplace.folder)
    config = genome(workplace, "chr13_slice", "GRCh38", 0, LOCUS.sequence)
    cells = {
        "sample": "A21",
        "assay": "amplicon",
        "fq1": "amplicon21_R1.fastq.gz",
        "fq2": "amplicon21_R2.fastq.gz",
    }
    workplace.successful(workplace.configure("real", [cells], **config), "real/A21/flt3.tsv")
    rows = workplace.table("real/A21/flt3.tsv")
    (itd,) = [row for row in rows if row["event"] == "ITD" and row["status"] == "detected"]
    assert itd["hgvs_c"] == "NM_004119.3:c.1775_1795dup"
    assert float(itd["vaf"]) == pytest.approx(0.69, abs=0.05)
