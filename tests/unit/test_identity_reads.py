"""Swapped BAM files, and one with 5 % of the reads of another, through the programs of a run."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest

from flt3itd.common.tables import read_table, write_table
from scripts.answers import measure
from scripts.coverage.rows import ExonCoverage
from scripts.identity import take_snps, write
from scripts.identity.genotypes import SnpCount
from scripts.identity.records import Contamination, IdentityReport
from scripts.records.json_text import record_from
from tests.builders import Read, random_sequence, write_bam, write_fasta

CHROMOSOMES = [f"chr{number}" for number in range(1, 16)]
SIZE, READ, DEPTH = 1000, 100, 200
PLACES = (300, 700)
"""0-based; SNPs of one chromosome are so far apart that no read shows two."""
BASES = {name: random_sequence(SIZE, seed) for seed, name in enumerate(CHROMOSOMES)}
OTHER = {"A": "G", "G": "A", "C": "T", "T": "C"}


@dataclass(frozen=True)
class Laboratory:
    """A folder with a genome, a list of SNPs, and the BAM files of two people."""

    folder: Path

    @property
    def snps(self) -> Path:
        return self.folder / "snps.tsv"

    def bam(self, name: str) -> Path:
        return self.folder / f"{name}.bam"


def reads_of(person: int, sample: str) -> list[Read]:
    """The reads of a sample: genotypes are those of the person, the rest is drawn by the sample."""
    genotypes = random.Random(person)
    drawn = random.Random(sample)
    reads = []
    for contig in CHROMOSOMES:
        for place in PLACES:
            share = genotypes.choice((0.0, 0.5, 0.5, 1.0))
            for number in range(DEPTH):
                start = place - drawn.randrange(READ)
                bases = list(BASES[contig][start : start + READ])
                if drawn.random() < share:
                    bases[place - start] = OTHER[bases[place - start]]
                if drawn.random() < 0.1:  # one error in a thousand bases
                    bases[drawn.randrange(READ)] = drawn.choice("ACGT")
                name = f"{sample}:{contig}:{place}:{number}"
                reads.append(Read(name, contig, start, f"{READ}M", "".join(bases)))
    return reads


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    made = Laboratory(tmp_path_factory.mktemp("laboratory"))
    fasta = write_fasta(made.folder / "genome.fa", BASES)
    pysam.faidx(str(fasta))
    rows = [
        f"{contig}\t{place + 1}\t.\t{base}\t{OTHER[base]}\t.\t.\tAF=0.5\n"
        for contig in CHROMOSOMES
        for place in PLACES
        for base in [BASES[contig][place]]
    ]
    listed = made.folder / "own.vcf"
    listed.write_text(
        '##fileformat=VCFv4.3\n##INFO=<ID=AF,Number=A,Type=Float,Description="AF">\n'
        + "".join(f"##contig=<ID={contig},length={SIZE}>\n" for contig in CHROMOSOMES)
        + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        + "".join(rows)
    )
    given = ["--snps", listed, "--build", "GRCh38", "--fasta", fasta, "--out", made.snps]
    take_snps.main(list(map(str, given)))
    (made.folder / "targets.bed").write_text(
        "".join(f"{contig}\t200\t800\tT{contig}\n" for contig in CHROMOSOMES)
    )
    (made.folder / "genes.gtf").write_text(
        "".join(
            f'chr1\tX\t{kind}\t901\t960\t.\t+\t.\tgene_name "G"; transcript_id "ENST1.1"; '
            'protein_id "ENSP1.1"; exon_number "1";\n'
            for kind in ("exon", "CDS")
        )
    )
    lengths = dict.fromkeys(CHROMOSOMES, SIZE)
    for person, sample in ((1, "P1_a"), (1, "P1_b"), (2, "P2_a"), (2, "P2_b")):
        write_bam(made.bam(sample), lengths, reads_of(person, sample), sample)
    return made


def identity_of(laboratory: Laboratory, folder: Path, bams: dict[str, Path]) -> IdentityReport:
    """What the run says of samples (patient_timepoint) with these BAM files."""
    tubes = []
    for rank, (sample, bam) in enumerate(bams.items()):
        given = {
            "bam": bam, "panel-bam": bam, "fasta": laboratory.folder / "genome.fa",
            "gene-models": laboratory.folder / "genes.gtf", "snps": laboratory.snps,
            "targets": laboratory.folder / "targets.bed", "snp-table": folder / f"{sample}.tsv",
            "out": folder / f"{sample}.json", "sample": sample, "assay": "capture",
            "minimum-mapping-quality": 20, "minimum-base-quality": 20,
        }  # fmt: skip
        measure.main([word for key, value in given.items() for word in (f"--{key}", str(value))])
        assert len(read_table(folder / f"{sample}.tsv", SnpCount)) == 2 * len(CHROMOSOMES)
        coverage = folder / f"{sample}.coverage.tsv"
        write_table(coverage, ExonCoverage, [])
        tubes.append(
            {
                "sample": sample, "patient": sample[:2], "assay": "capture", "earlier": False,
                "rank": rank, "transplanted": "no", "counts": str(folder / f"{sample}.tsv"),
                "coverage": str(coverage),
            }
        )  # fmt: skip
    (folder / "tubes.json").write_text(json.dumps(tubes))
    document = folder / "identity.json"
    files = {"tubes": folder / "tubes.json", "json": document, "pairs": folder / "pairs.tsv"}
    write.main([word for key, path in files.items() for word in (f"--{key}", str(path))])
    return record_from(IdentityReport, json.loads(document.read_text("utf-8")))


def right_tubes(laboratory: Laboratory) -> dict[str, Path]:
    return {name: laboratory.bam(name) for name in ("P1_a", "P1_b", "P2_a", "P2_b")}


def test_right_tubes_raise_no_alarm(laboratory: Laboratory, tmp_path: Path) -> None:
    found = identity_of(laboratory, tmp_path, right_tubes(laboratory))
    assert found.alarms == ()
    assert [(one.first, one.second, one.verdict) for one in found.pairs] == [
        ("P1_a", "P1_b", "same"),
        ("P2_a", "P2_b", "same"),
    ]


def test_two_swapped_bam_files_are_noticed(laboratory: Laboratory, tmp_path: Path) -> None:
    tubes = right_tubes(laboratory)
    tubes["P1_b"], tubes["P2_a"] = tubes["P2_a"], tubes["P1_b"]
    found = identity_of(laboratory, tmp_path, tubes)
    told = {(one.first, one.second): (one.verdict, bool(one.alarm)) for one in found.pairs}
    assert told == {
        ("P1_a", "P1_b"): ("different", True),
        ("P2_a", "P2_b"): ("different", True),
        ("P1_a", "P2_a"): ("same", True),
        ("P1_b", "P2_b"): ("same", True),
    }
    assert "P1_a and P1_b are both of patient P1, but their genotypes differ" in found.alarms[0]


def mixed(laboratory: Laboratory, folder: Path, own: str, other: str, share: float) -> Path:
    """A BAM with so many of another sample's reads among its own, drawn read by read."""
    draw = random.Random(5)
    path = folder / "mixed.bam"
    with (
        pysam.AlignmentFile(str(laboratory.bam(own))) as first,
        pysam.AlignmentFile(str(laboratory.bam(other))) as second,
        pysam.AlignmentFile(str(path), "wb", template=first) as out,
    ):
        kept = [read for read in first if draw.random() >= share]
        kept += [read for read in second if draw.random() < share]
        for read in sorted(kept, key=lambda one: (one.reference_id, one.reference_start)):
            out.write(read)
    pysam.index(str(path))
    return path


def contamination_of(found: IdentityReport, sample: str) -> Contamination:
    return next(one.contamination for one in found.samples if one.sample == sample)


def test_five_percent_of_another_samples_reads_are_noticed(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    tubes = right_tubes(laboratory)
    tubes["P1_b"] = mixed(laboratory, tmp_path, "P1_b", "P2_a", 0.05)
    found = identity_of(laboratory, tmp_path, tubes)
    told = contamination_of(found, "P1_b")
    assert told.status == "detected"
    assert told.low is not None and told.high is not None
    assert told.low < 0.05 < told.high
    assert len(found.alarms) == 1
    assert found.alarms[0].startswith("P1_b: ")
    assert contamination_of(found, "P1_a").status == "not_detected"
