"""Other ways into the workflow give the same answers: a BAM, several lanes, amplicons."""

import gzip
import shutil
from pathlib import Path

import pysam

from tests.workflow.conftest import Workplace

SAMPLE = "P002_relapse"


def fastq(mate: int) -> str:
    return f"example/fastq/{SAMPLE}_R{mate}.fastq.gz"


def events(example: Workplace, output: str) -> list[dict[str, str]]:
    return example.table(f"{output}/{SAMPLE}/flt3.tsv")


def test_a_bam_gives_the_same_calls_as_its_fastq(example: Workplace) -> None:
    """The BAM has no index; nothing is written beside it."""
    given = example.folder / "given"
    given.mkdir()
    shutil.copy(example.folder / f"results/work/{SAMPLE}/aligned.bam", given / "reads.bam")
    option = example.configure("from_bam", [{"sample": SAMPLE, "bam": "given/reads.bam"}])
    run = example.successful(option, f"from_bam/{SAMPLE}/flt3.tsv")
    assert "align_lane" not in run.jobs
    assert events(example, "from_bam") == events(example, "results")
    assert [file.name for file in given.iterdir()] == ["reads.bam"]


def _split(path: Path, first: Path, second: Path) -> None:
    """Records of a FASTQ file in turn into two files."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    records = [b"".join(lines[i : i + 4]) for i in range(0, len(lines), 4)]
    first.write_bytes(gzip.compress(b"".join(records[::2])))
    second.write_bytes(gzip.compress(b"".join(records[1::2])))


def test_lanes_are_merged(example: Workplace) -> None:
    for mate in (1, 2):
        parts = [example.folder / f"lane{lane}_R{mate}.fastq.gz" for lane in (1, 2)]
        _split(example.folder / fastq(mate), *parts)
    lanes = [
        {"sample": SAMPLE, "fq1": f"lane{n}_R1.fastq.gz", "fq2": f"lane{n}_R2.fastq.gz"}
        for n in (1, 2)
    ]
    example.successful(example.configure("lanes", lanes), f"lanes/{SAMPLE}/flt3.tsv")
    with pysam.AlignmentFile(str(example.folder / f"lanes/work/{SAMPLE}/aligned.bam")) as bam:
        groups = bam.header.to_dict()["RG"]
        used = {read.get_tag("RG") for read in bam}
    assert [group["ID"] for group in groups] == [f"{SAMPLE}.L1", f"{SAMPLE}.L2"]
    assert used == {group["ID"] for group in groups}
    (merged,) = [row for row in events(example, "lanes") if row["status"] == "detected"]
    (whole,) = [row for row in events(example, "results") if row["status"] == "detected"]
    assert merged["hgvs_c"] == whole["hgvs_c"]
    assert abs(float(merged["vaf"]) - float(whole["vaf"])) < 0.01


def test_amplicon_reads_are_not_marked_as_duplicates(example: Workplace) -> None:
    sample = {"sample": SAMPLE, "assay": "amplicon", "fq1": fastq(1), "fq2": fastq(2)}
    option = example.configure("amplicon", [sample])
    target = f"amplicon/work/{SAMPLE}/aligned.bam"
    example.successful(option, target)
    duplicates = {}
    for output in ("amplicon", "results"):
        path = str(example.folder / output / "work" / SAMPLE / "aligned.bam")
        with pysam.AlignmentFile(path) as bam:
            duplicates[output] = sum(read.is_duplicate for read in bam)
    assert duplicates["amplicon"] == 0
    assert duplicates["results"] > 0


def test_trimming_keeps_fragments_inside_a_long_duplication(example: Workplace) -> None:
    """Mates of a fragment inside a duplication also overlap one copy further on; trimming by
    overlap would cut such reads down to the false overlap."""
    counts = example.json(f"results/work/{SAMPLE}/L1.fastp.json")["adapter_cutting"]
    reads = example.json(f"results/work/{SAMPLE}/L1.fastp.json")["summary"]["before_filtering"]
    assert counts["adapter_trimmed_reads"] < 0.02 * reads["total_reads"]
