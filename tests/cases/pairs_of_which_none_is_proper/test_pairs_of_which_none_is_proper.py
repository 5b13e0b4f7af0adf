from dataclasses import replace
from pathlib import Path

from flt3itd.reads.alignment import Flag
from tests.builders import read_pairs, write_fastq
from tests.itd_builders import LOCUS, Aligner, assert_found, call, tandem, write_sample

BESIDE = 4000
"""Bases on both sides of exon 14 that have fragments: more than are read."""


def test_the_mark_of_a_proper_pair_changes_nothing(tmp_path: Path) -> None:
    mutant = tandem(28_034_120, 28_034_149, 0.3)
    low, high = LOCUS.exon(14).start - BESIDE, LOCUS.exon(14).end + BESIDE
    molecule = mutant.haplotype.text()[low : high + 30]
    alleles = [("wildtype", LOCUS.sequence[low:high], 0.7), ("mutant", molecule, mutant.vaf)]
    pairs = read_pairs(alleles, depth=300, seed=1)
    files = [
        write_fastq(tmp_path / "R1.fastq", (pair.first for pair in pairs)),
        write_fastq(tmp_path / "R2.fastq", (pair.second for pair in pairs)),
    ]
    marked = Aligner.built(tmp_path).align(files)
    unmarked = [replace(read, flag=read.flag & ~int(Flag.PROPER_PAIR)) for read in marked]
    itds = []
    for name, reads in (("marked", marked), ("unmarked", unmarked)):
        called = call(tmp_path / name, "--bam", str(write_sample(tmp_path / f"{name}.bam", reads)))
        assert_found(called, [mutant])
        itds.append(called.document["itd"])
    assert itds[0] == itds[1]
