"""The program behind `measure_sample`: both of its files are written, or none."""

from pathlib import Path

from flt3itd.common.tables import read_table, write_table
from scripts.answers.measure import main
from scripts.identity.genotypes import SnpCount
from scripts.identity.snps import Snp
from tests.builders import Read, random_sequence, write_bam, write_fasta

SEQUENCE = random_sequence(600, seed=11)
SNP = 250  # 0-based


def test_reads_and_snps_are_written_together(tmp_path: Path) -> None:
    """Of ten RNA reads, of which no gene is measured."""
    folder, other = tmp_path, next(base for base in "ACGT" if base != SEQUENCE[SNP])
    reads = [Read(f"r{n}", "1", 200 + n, "100M", SEQUENCE[200 + n : 300 + n]) for n in range(10)]
    bam = write_bam(folder / "s.bam", {"1": len(SEQUENCE)}, reads)
    fasta = write_fasta(folder / "genome.fa", {"1": SEQUENCE})
    snps = folder / "snps.tsv"
    write_table(snps, Snp, [Snp("1", SNP + 1, SEQUENCE[SNP], other, 0.5)])
    out = folder / "out"
    out.mkdir()
    given = {
        "sample": "S", "assay": "rna", "bam": bam, "panel-bam": bam, "fasta": fasta,
        "gene-models": folder / "none.gtf", "targets": folder / "none.bed",
        "snps": snps, "snp-table": out / "identity.tsv", "minimum-mapping-quality": 20,
        "minimum-base-quality": 20, "out": out / "target_reads.json",
    }  # fmt: skip
    main([word for name, value in given.items() for word in (f"--{name}", str(value))])
    assert (out / "target_reads.json").is_file()
    (row,) = read_table(out / "identity.tsv", SnpCount)
    assert (row.pos, row.reference_fragments, row.alternate_fragments) == (SNP + 1, 10, 0)
