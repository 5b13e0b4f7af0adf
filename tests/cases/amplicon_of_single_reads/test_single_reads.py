from pathlib import Path

from tests.builders import write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem


def test_single_reads_of_an_amplicon(tmp_path: Path) -> None:
    mutants = [tandem(28_034_110, 28_034_145, 0.25)]
    pairs = amplicon_pairs(mutants, [(28_034_060, 28_034_240)], depth=800)
    reads = write_fastq(tmp_path / "R1.fastq", [pair.first for pair in pairs])
    assert_found(call(tmp_path, "--fastq", str(reads), "--assay", "amplicon"), mutants)
