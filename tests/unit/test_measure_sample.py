"""The program behind `measure_sample`: both of its files are written, or none."""

from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from scripts.answers.measure import main
from scripts.identity.genotypes import SnpCount
from tests.builders import Read, random_sequence, write_bam, write_fasta

SEQUENCE = random_sequence(600, seed=11)
SNP = 250  # 0-based


def measured(folder: Path, reference: str) -> Path:
    """Run over ten RNA reads, of which no gene is measured, with one SNP of the given REF."""
    other = next(base for base in "ACGT" if base not in (reference, SEQUENCE[SNP]))
    reads = [Read(f"r{n}", "1", 200 + n, "100M", SEQUENCE[200 + n : 300 + n]) for n in range(10)]
    bam = write_bam(folder / "s.bam", {"1": len(SEQUENCE)}, reads)
    fasta = write_fasta(folder / "genome.fa", {"1": SEQUENCE})
    snps = folder / "snps.vcf"
    snps.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
        '##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        f"1\t{SNP + 1}\t.\t{reference}\t{other}\t.\t.\tAF=0.5\n",
        "ascii",
    )
    out = folder / "out"
    out.mkdir()
    given = {
        "sample": "S", "assay": "rna", "build": "GRCh38", "bam": bam, "panel-bam": bam,
        "fasta": fasta, "gene-models": folder / "none.gtf", "targets": folder / "none.bed",
        "snps": snps, "snp-table": out / "identity.tsv", "minimum-mapping-quality": 20,
        "minimum-base-quality": 20, "out": out / "target_reads.json",
    }  # fmt: skip
    main([word for name, value in given.items() for word in (f"--{name}", str(value))])
    return out


def test_reads_and_snps_are_written_together(tmp_path: Path) -> None:
    out = measured(tmp_path, SEQUENCE[SNP])
    assert (out / "target_reads.json").is_file()
    (row,) = read_table(out / "identity.tsv", SnpCount)
    assert (row.pos, row.reference_fragments, row.alternate_fragments) == (SNP + 1, 10, 0)


def test_snps_of_another_genome_leave_nothing(tmp_path: Path) -> None:
    wrong = next(base for base in "ACGT" if base != SEQUENCE[SNP])
    with pytest.raises(UserError, match=r"snps\.vcf"):
        measured(tmp_path, wrong)
    assert not list((tmp_path / "out").iterdir())
