"""Long reads in the sheet: from FASTQ or a given BAM to the report, without trimming or bwa."""

from __future__ import annotations

from pathlib import Path

import edlib
import pysam
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.simulation.long_reads import (
    LongHaplotype,
    LongLibrary,
    LongReadSimulator,
    SimulatedRead,
)
from scripts.coverage.blind_genes import OF_LONG_READS
from tests.builders import FastqRead, Read, write_bam, write_fastq
from tests.workflow.conftest import Run, Workplace, copy_of_workflow

AMPLICON = slice(3_300, 19_700)
"""Exons 14 to 20, locus coordinates: ITDs and the kinase domain."""
MUTANT, WILDTYPE = "LONG_itd", "LONG_wildtype"
LIBRARY = LongLibrary(0.002)
READS = 150


def molecules(mutant: float) -> list[SimulatedRead]:
    """Reads of an amplicon, so many (a fraction) with 48 bases of exon 14 twice."""
    locus = flt3_locus().sequence
    itd = locus[:19_150] + locus[19_102:]
    shift = len(itd) - len(locus)
    cut = slice(AMPLICON.start, AMPLICON.stop + shift)
    haplotypes = [
        LongHaplotype(locus[AMPLICON], 1 - mutant),
        *([LongHaplotype(itd[cut], mutant)] if mutant else []),
    ]
    return list(LongReadSimulator(haplotypes, LIBRARY, 1).reads(READS))


def write_fastq_of(path: Path, reads: list[SimulatedRead]) -> str:
    named = [FastqRead(f"r{n}", one.sequence, one.qualities) for n, one in enumerate(reads)]
    return str(write_fastq(path, named))


def write_bam_of(path: Path, fasta: Path, reads: list[SimulatedRead]) -> str:
    """Reads aligned to the FLT3 contig of a genome, from end to end."""
    with pysam.FastaFile(str(fasta)) as genome:
        lengths = dict(zip(genome.references, genome.lengths, strict=True))
        [contig] = [name for name in lengths if name.startswith("chr13_")]
        sequence = genome.fetch(contig).upper()
    records = []
    for number, one in enumerate(reads):
        read = reverse_complement(one.sequence) if one.is_reverse else one.sequence
        found = edlib.align(read, sequence, mode="HW", task="path")
        flag = 16 if one.is_reverse else 0
        start = found["locations"][0][0]
        records.append(Read(f"r{number}", contig, start, found["cigar"], read, flag))
    return str(write_bam(path, lengths, records, "LONG_wildtype"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run]:
    """A finished run of a mutated sample in FASTQ and a wild type in BAM, of one patient."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("long") / "checkout")
    folder = workplace.folder
    fastq = write_fastq_of(folder / "long.fastq.gz", molecules(0.3))
    fasta = folder / "panels" / "example" / "reference.fa"
    bam = write_bam_of(folder / "long.bam", fasta, molecules(0.0))
    sheet = [
        {"sample": MUTANT, "assay": "long", "fq1": fastq},
        {"sample": WILDTYPE, "assay": "long", "bam": bam, "timepoint": "day28", "order": "2"},
    ]
    option = workplace.configure("long", sheet)
    return workplace, workplace.successful(option)


def test_long_reads_are_neither_trimmed_nor_aligned(run: tuple[Workplace, Run]) -> None:
    jobs = run[1].jobs
    assert jobs["check_fastq"] == jobs["take_bam"] == 1
    assert jobs["call_flt3"] == 2
    for rule in ("trim_reads", "trim_single_reads", "index_genome_for_bwa", "align_lane"):
        assert rule not in jobs


def test_flt3_is_answered(run: tuple[Workplace, Run]) -> None:
    workplace, _ = run
    mutant, wildtype = workplace.table("long/summary.tsv")
    assert (mutant["sample"], mutant["itd_status"]) == (MUTANT, "detected")
    assert (wildtype["sample"], wildtype["itd_status"]) == (WILDTYPE, "not_detected")
    [event] = [row for row in workplace.table(f"long/{MUTANT}/flt3.tsv") if row["event"] == "ITD"]
    assert (event["length_bp"], event["filter"]) == ("48", "PASS")
    assert float(event["vaf_low"]) < 0.3 < float(event["vaf_high"])
    [known] = workplace.json(f"long/{WILDTYPE}/flt3.json")["itd"]["known"]
    assert (known["hgvs_c"], known["status"]) == (event["hgvs_c"], "not_detected")


@pytest.mark.parametrize("sample", [MUTANT, WILDTYPE])
def test_what_needs_short_reads_is_not_assessable_with_its_reason(
    run: tuple[Workplace, Run], sample: str
) -> None:
    workplace, _ = run
    assert workplace.table(f"long/{sample}/panel.tsv") == []
    exons = workplace.table(f"long/{sample}/coverage.tsv")
    assert {(row["status"], row["reason"]) for row in exons} == {("not_assessable", OF_LONG_READS)}
    hotspots = workplace.table(f"long/{sample}/hotspots.tsv")
    kinase = [row for row in hotspots if row["gene"] == "FLT3" and row["residue"] == "835"]
    others = [row for row in hotspots if row["gene"] != "FLT3"]
    assert {row["status"] for row in kinase} == {"not_detected"}
    assert {(row["status"], row["reason"]) for row in others} == {("not_assessable", OF_LONG_READS)}
    [kmt2a] = workplace.table(f"long/{sample}/kmt2a_ptd.tsv")
    assert kmt2a["status"] == "not_assessable"
    report = workplace.json(f"long/{sample}/report.json")
    for name in ("panel", "quality"):
        assert report["headlines"][name]["status"] == "not_assessable"
        assert OF_LONG_READS in report["headlines"][name]["text"]
    metrics = {one["key"]: one["value"] for one in report["metrics"]}
    assert metrics["reads"] == READS
    # Of FASTQ nothing is known of an alignment: no reads "mapped: 0".
    assert ("reads_mapped" in metrics) is (sample == WILDTYPE)


def test_the_pages_say_so(run: tuple[Workplace, Run]) -> None:
    workplace, _ = run
    page = (workplace.folder / f"long/{MUTANT}/report.html").read_text("utf-8")
    assert OF_LONG_READS in page
    row = workplace.table("long/summary.tsv")[0]
    assert row["panel_status"] == row["kmt2a_ptd_status"] == "not_assessable"
