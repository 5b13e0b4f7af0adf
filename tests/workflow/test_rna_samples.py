"""RNA in the sheet: FASTQ, of one lane or two, and a spliced BAM; no trimming, no bwa."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest
import yaml

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from scripts.coverage.blind_genes import OF_RNA
from tests.builders import Pair, Read, read_pairs, write_bam, write_fastq
from tests.workflow.conftest import Run, Workplace, copy_of_workflow

LOCUS = flt3_locus()
TEMPLATE = spliced_template(LOCUS)
MUTANT, WILDTYPE, ALIGNED = "RNA_itd", "RNA_wildtype", "RNA_aligned"
DUPLICATION = "NM_004119.3:c.1771_1815dup"


def at(cds: int) -> int:
    return TEMPLATE.from_locus(LOCUS.offset_of_cds(cds))


def fragments(mutant: float, seed: int) -> list[Pair]:
    """Pairs of transcripts, so many (a fraction) with 45 bases of exon 14 twice."""
    start, end = at(1815), at(1771) + 1
    duplicated = TEMPLATE.sequence[:end] + TEMPLATE.sequence[start:]
    haplotypes = [
        ("wildtype", TEMPLATE.sequence, 1 - mutant),
        *([("itd", duplicated, mutant)] if mutant else []),
    ]
    return read_pairs(haplotypes, 300, seed)


def write_lane(folder: Path, name: str, suffix: str, pairs: list[Pair]) -> dict[str, str]:
    """Columns fq1 and fq2 of a lane."""
    first = write_fastq(folder / f"{name}_1.{suffix}", [pair.first for pair in pairs])
    second = write_fastq(folder / f"{name}_2.{suffix}", [pair.second for pair in pairs])
    return {"fq1": str(first), "fq2": str(second)}


def spliced_alignment(name: str, start: int, shift: int, size: int) -> Read:
    """A read of the joined exons on the genome, with N at the splice sites."""
    cigar, position = "", start
    while position < start + size:
        here = min(start + size, TEMPLATE.block_at(position).end) - position
        cigar += f"{here}M"
        position += here
        if position < start + size:
            gap = TEMPLATE.to_locus(position) - TEMPLATE.to_locus(position - 1) - 1
            cigar += f"{gap}N"
    sequence = TEMPLATE.sequence[start : start + size]
    place = TEMPLATE.to_locus(start) + shift
    return Read(name, "", place, cigar, sequence, 16 * (start % 2))


def write_spliced_bam(path: Path, fasta: Path) -> str:
    """Reads of the wild type over all joined exons, aligned as STAR and HISAT2 do."""
    with pysam.FastaFile(str(fasta)) as genome:
        lengths = dict(zip(genome.references, genome.lengths, strict=True))
        [contig] = [name for name in lengths if name.startswith("chr13_")]
        exon = LOCUS.exon(14)
        shift = genome.fetch(contig).upper().find(LOCUS.sequence[exon.start : exon.end])
    shift -= exon.start
    first, last = TEMPLATE.exon(20)[0], TEMPLATE.exon(13)[1] - 100
    reads = []
    for place in range(first, last):
        for copy in range(3):
            read = spliced_alignment(f"r{place}.{copy}", place, shift, 100)
            reads.append(
                Read(read.name, contig, read.position, read.cigar, read.sequence, read.flag)
            )
    return str(write_bam(path, lengths, reads, ALIGNED))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run]:
    """A finished run: a mutated sample on two lanes, a wild type in FASTQ, one in a BAM."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("rna") / "checkout")
    folder = workplace.folder
    pairs = fragments(0.3, seed=5)
    half = len(pairs) // 2
    bam = write_spliced_bam(folder / "rna.bam", folder / "panels" / "example" / "reference.fa")
    mutant = {"sample": MUTANT, "assay": "rna", "patient": "R1"}
    sheet = [
        {**mutant, **write_lane(folder, "a", "fastq.gz", pairs[:half])},
        {**mutant, **write_lane(folder, "b", "fastq", pairs[half:])},
        {
            "sample": WILDTYPE,
            "assay": "rna",
            "patient": "R2",
            **write_lane(folder, "c", "fastq.gz", fragments(0.0, seed=2)),
        },
        {"sample": ALIGNED, "assay": "rna", "patient": "R3", "bam": bam},
    ]
    return workplace, workplace.successful(workplace.configure("rna", sheet))


def test_rna_is_neither_trimmed_nor_aligned(run: tuple[Workplace, Run]) -> None:
    jobs = run[1].jobs
    assert jobs["check_fastq"] == jobs["join_lanes"] == 2
    assert jobs["take_bam"] == 1
    assert jobs["call_flt3"] == 3
    for rule in ("trim_reads", "trim_single_reads", "index_genome_for_bwa", "align_lane"):
        assert rule not in jobs


def test_flt3_is_answered(run: tuple[Workplace, Run]) -> None:
    workplace, _ = run
    table = workplace.table("rna/summary.tsv")
    rows = {row["sample"]: row["itd_status"] for row in table}
    assert rows == {MUTANT: "detected", WILDTYPE: "not_detected", ALIGNED: "not_detected"}
    assert {row["itd_reason"] for row in table} == {""}
    assert all((row["tkd_status"] == "not_assessable") is bool(row["tkd_reason"]) for row in table)
    [event] = [row for row in workplace.table(f"rna/{MUTANT}/flt3.tsv") if row["event"] == "ITD"]
    assert (event["hgvs_c"], event["filter"]) == (DUPLICATION, "PASS")
    assert float(event["vaf_low"]) < 0.3 < float(event["vaf_high"])


@pytest.mark.parametrize("sample", [MUTANT, WILDTYPE, ALIGNED])
def test_what_needs_dna_is_not_assessable_with_its_reason(
    run: tuple[Workplace, Run], sample: str
) -> None:
    workplace, _ = run
    assert workplace.table(f"rna/{sample}/panel.tsv") == []
    exons = workplace.table(f"rna/{sample}/coverage.tsv")
    assert {(row["status"], row["reason"]) for row in exons} == {("not_assessable", OF_RNA)}
    hotspots = workplace.table(f"rna/{sample}/hotspots.tsv")
    kinase = [row for row in hotspots if row["gene"] == "FLT3" and row["residue"] == "835"]
    others = [row for row in hotspots if row["gene"] != "FLT3"]
    assert {row["status"] for row in kinase} == {"not_detected"}
    assert {(row["status"], row["reason"]) for row in others} == {("not_assessable", OF_RNA)}
    [kmt2a] = workplace.table(f"rna/{sample}/kmt2a_ptd.tsv")
    assert kmt2a["status"] == "not_assessable"
    report = workplace.json(f"rna/{sample}/report.json")
    assert report["headlines"]["panel"]["status"] == "not_assessable"
    metrics = {one["key"]: one["value"] for one in report["metrics"]}
    assert metrics["reads"] > 0
    # Of FASTQ nothing is known of an alignment: no reads "mapped: 0".
    assert ("reads_mapped" in metrics) is (sample == ALIGNED)


def test_a_threshold_that_only_judges_calls_nothing_again(run: tuple[Workplace, Run]) -> None:
    """Also where the BAM that the panel is asked in holds no reads."""
    workplace, _ = run
    config = yaml.safe_load((workplace.folder / "rna.yaml").read_text("utf-8"))
    changed = yaml.safe_dump(config | {"flt3": {"minimum_itd_depth": 77}})
    (workplace.folder / "judged.yaml").write_text(changed, "utf-8")
    jobs = workplace.successful("--dry-run", "--configfile=judged.yaml").jobs
    assert {"judge_sample", "write_report"} <= set(jobs)
    assert not {"without_panel_reads", "call_flt3", "call_panel", "measure_sample"} & set(jobs)
