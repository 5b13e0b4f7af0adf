"""RNA in the sheet: FASTQ, of one lane or two, and spliced BAMs; no trimming, no bwa."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest
import yaml

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from scripts.coverage.blind_genes import OF_RNA
from tests.builders import Pair, read_pairs, write_bam, write_fastq
from tests.kmt2a_builders import CONTIG, EXONS, SEQUENCE, write_gene
from tests.spliced_builders import PROGRAMS, Aligner, Transcript, fragment
from tests.workflow.conftest import Run, Workplace, copy_of_workflow

LOCUS = flt3_locus()
TEMPLATE = spliced_template(LOCUS)
MUTANT, WILDTYPE = "RNA_itd", "RNA_wildtype"
BY_STAR, BY_HISAT2 = "RNA_star", "RNA_hisat2"
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


def flt3_transcripts(contig: str, genome: str) -> list[Transcript]:
    """FLT3 without and with the duplication, on the contig of the genome that holds it."""
    exon = LOCUS.exon(14)
    shift = genome.find(LOCUS.sequence[exon.start : exon.end]) - exon.start
    blocks = [
        (one.locus_start + shift, one.locus_start + shift + one.end - one.start)
        for one in TEMPLATE.blocks
    ]
    start, end = (LOCUS.offset_of_cds(cds) + shift for cds in (1815, 1771))
    number = next(at for at, (first, last) in enumerate(blocks) if first <= start < last)
    first, last = blocks[number]
    twice = [*blocks[:number], (first, end + 1), (start, last), *blocks[number + 1 :]]
    return [Transcript.of(contig, genome, each) for each in (blocks, twice)]


def write_spliced_bam(path: Path, fasta: Path, aligner: Aligner, itd: int) -> str:
    """RNA with an ITD in so many of ten fragments, and a KMT2A-PTD in two, as aligners write it."""
    with pysam.FastaFile(str(fasta)) as genome:
        lengths = dict(zip(genome.references, genome.lengths, strict=True))
        [contig] = [name for name in lengths if name.startswith("chr13_")]
        flt3 = flt3_transcripts(contig, genome.fetch(contig).upper())
    kmt2a = [
        Transcript.of(CONTIG, SEQUENCE, blocks) for blocks in (EXONS, (*EXONS[:8], *EXONS[1:]))
    ]
    reads = []
    for (wildtype, mutant), of_ten, step in ((flt3, itd, 1), (kmt2a, 2, 3)):
        for number, start in enumerate(range(0, len(wildtype.sequence) - 240, step)):
            chosen = mutant if number * 7 % 10 < of_ten else wildtype
            name, size = f"{wildtype.contig}.{number}", 200 + number % 40
            reads += fragment(chosen, name, start, size, aligner)
    return str(write_bam(path, lengths, reads, path.stem, PROGRAMS[aligner]))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run]:
    """A finished run: a mutated sample on two lanes, a wild type in FASTQ, and two of BAMs."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("rna") / "checkout")
    folder = workplace.folder
    pairs = fragments(0.3, seed=5)
    half = len(pairs) // 2
    gene = write_gene(folder, beside_example=True)
    example = yaml.safe_load((folder / "config" / "config.yaml").read_text("utf-8"))
    gene["panel"] = example["panel"] | gene["panel"]
    genome = folder / "genome.fa"
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
    ]
    aligners: dict[str, tuple[Aligner, int]] = {BY_STAR: ("STAR", 3), BY_HISAT2: ("HISAT2", 0)}
    for sample, (aligner, itd) in aligners.items():
        bam = write_spliced_bam(folder / f"{sample}.bam", genome, aligner, itd)
        sheet.append({"sample": sample, "assay": "rna", "patient": sample, "bam": bam})
    return workplace, workplace.successful(workplace.configure("rna", sheet, **gene))


def test_rna_is_neither_trimmed_nor_aligned(run: tuple[Workplace, Run]) -> None:
    jobs = run[1].jobs
    assert jobs["check_fastq"] == jobs["join_lanes"] == 2
    assert jobs["take_bam"] == 2
    assert jobs["call_flt3"] == 4
    for rule in ("trim_reads", "trim_single_reads", "index_genome_for_bwa", "align_lane"):
        assert rule not in jobs


def test_flt3_is_answered(run: tuple[Workplace, Run]) -> None:
    workplace, _ = run
    table = workplace.table("rna/summary.tsv")
    rows = {row["sample"]: row["itd_status"] for row in table}
    mutated = {MUTANT: "detected", BY_STAR: "detected"}
    assert rows == mutated | {WILDTYPE: "not_detected", BY_HISAT2: "not_detected"}
    assert {row["itd_reason"] for row in table} == {""}
    assert all((row["tkd_status"] == "not_assessable") is bool(row["tkd_reason"]) for row in table)
    for sample in mutated:
        events = workplace.table(f"rna/{sample}/flt3.tsv")
        [event] = [row for row in events if row["event"] == "ITD"]
        assert (event["hgvs_c"], event["filter"]) == (DUPLICATION, "PASS")
        assert float(event["vaf_low"]) < 0.3 < float(event["vaf_high"])


@pytest.mark.parametrize("sample", [BY_STAR, BY_HISAT2])
def test_kmt2a_is_answered_by_its_junctions(run: tuple[Workplace, Run], sample: str) -> None:
    [row] = run[0].table(f"rna/{sample}/kmt2a_ptd.tsv")
    assert (row["status"], row["basis"], row["exons"]) == ("detected", "junction", "2-8")
    assert row["junction"].startswith("exon 8 to exon 2, chr11:8200 to chr11:2001")
    assert 0.1 < float(row["junction_fraction"]) < 0.25


@pytest.mark.parametrize("sample", [MUTANT, WILDTYPE, BY_STAR, BY_HISAT2])
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
    of_fastq = sample in (MUTANT, WILDTYPE)
    assert (kmt2a["status"] == "not_assessable") is of_fastq
    report = workplace.json(f"rna/{sample}/report.json")
    panel = report["headlines"]["panel"]
    assert panel["status"] == ("not_assessable" if of_fastq else "detected")
    assert (
        panel["text"].startswith("KMT2A partial tandem duplication of exons 2 to 8") is not of_fastq
    )
    assert OF_RNA in panel["text"]
    metrics = {one["key"]: one["value"] for one in report["metrics"]}
    assert metrics["reads"] > 0
    # Of FASTQ nothing is known of an alignment: no reads "mapped: 0".
    assert ("reads_mapped" in metrics) is not of_fastq


def test_a_threshold_that_only_judges_calls_nothing_again(run: tuple[Workplace, Run]) -> None:
    """Also where the BAM that the panel is asked in holds no reads."""
    workplace, _ = run
    config = yaml.safe_load((workplace.folder / "rna.yaml").read_text("utf-8"))
    changed = yaml.safe_dump(config | {"flt3": {"minimum_itd_depth": 77}})
    (workplace.folder / "judged.yaml").write_text(changed, "utf-8")
    jobs = workplace.successful("--dry-run", "--configfile=judged.yaml").jobs
    assert {"judge_sample", "write_report"} <= set(jobs)
    assert not {"without_panel_reads", "call_flt3", "call_panel", "measure_sample"} & set(jobs)
