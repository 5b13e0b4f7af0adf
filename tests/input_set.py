"""One input file of each kind, which belong together and are right."""

from __future__ import annotations

import gzip
from pathlib import Path

import pysam

from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, flt3_locus
from tests.builders import Read, write_bam

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "panels" / "example"
LOCUS = flt3_locus()
EXON = LOCUS.exon(14)
CONTIG = "chr13_28015001_28037000"
with pysam.FastxFile(str(EXAMPLE / "reference.fa")) as _genome:
    SLICES = {str(contig.name): len(contig.sequence or "") for contig in _genome}
SHEET = b"""sample\tpatient\ttimepoint\torder\ttissue\tcohort\tassay\tfq1\tfq2\tbam
S1\tP1\tdiagnosis\t1\tBM\tnewly_diagnosed\tcapture\ta_R1.fastq\ta_R2.fastq\t
S2\tP1\tday28\t2\tBM\tnewly_diagnosed\tcapture\t\t\tslice.bam
"""
CONFIG = b"""samples: samples.tsv
output: results
reference: {fasta: genome.fa, build: GRCh38, gene_models: genes.gtf}
panel: {name: mine, targets: targets.bed}
thresholds: {minimum_vaf: 0.01}
"""
FASTQ = b"".join(b"@r%d\n%s\n+\n%s\n" % (i, b"ACGT" * 20, b"I" * 80) for i in range(50))
POSITION = LOCUS.to_grch38(EXON.start + 40)
BASE = LOCUS.sequence[EXON.start + 40]
KNOWN = (
    "##fileformat=VCFv4.3\n##reference=GRCh38\n##contig=<ID=chr13,length=114364328>\n"
    '##FILTER=<ID=low_support,Description="x">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    f"chr13\t{POSITION}\t.\t{BASE}\t{BASE}ACCTGA\t.\tPASS\t.\n"
).encode()
PRIMERS = (
    f"chr13\t{POSITION - 100}\t{POSITION - 80}\tchr13\t{POSITION + 100}\t{POSITION + 120}\n"
).encode()


def write_set(folder: Path) -> None:
    """One file of each kind that belongs together and is right."""
    (folder / "samples.tsv").write_bytes(SHEET)
    (folder / "config.yaml").write_bytes(CONFIG)
    for mate in (1, 2):
        (folder / f"a_R{mate}.fastq").write_bytes(FASTQ)
        (folder / f"a_R{mate}.fastq.gz").write_bytes(gzip.compress(FASTQ, mtime=0))
    for name, source in (("genome.fa", "reference.fa"), ("genes.gtf", "genes.gtf")):
        (folder / name).write_bytes((EXAMPLE / source).read_bytes())
    (folder / "targets.bed").write_bytes((EXAMPLE / "targets.bed").read_bytes())
    reads = [Read(f"r{i}", CONTIG, 10 * i, "50M", "A" * 50) for i in range(50)]
    write_bam(folder / "slice.bam", SLICES, reads)
    start = EXON.start - 100
    over_flt3 = [
        Read(f"r{i}", "chr13", LOCUS.to_grch38(start + i) - 1, "90M", LOCUS.sequence[at : at + 90])
        for i, at in ((i, start + i) for i in range(120))
    ]
    write_bam(folder / "sample.bam", {"chr13": CHROMOSOME_LENGTH["GRCh38"]}, over_flt3)
    (folder / "known.vcf").write_bytes(KNOWN)
    (folder / "primers.bedpe").write_bytes(PRIMERS)
