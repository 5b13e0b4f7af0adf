"""Other ways into the workflow give the same answers: a BAM, several lanes, amplicons."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest
import yaml

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.common.assay import Assay
from flt3itd.locus.flt3 import GRCH37_SHIFT
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import parse_event
from flt3itd.simulation.sequencing import Library, Stretch
from tests.builders import FastqRead, duplicate, random_sequence, write_fastq
from tests.workflow.conftest import Run, Workplace

SAMPLE = "P002_relapse"


def fastq(mate: int) -> str:
    return f"example/fastq/{SAMPLE}_R{mate}.fastq.gz"


def events(example: Workplace, output: str, sample: str = SAMPLE) -> list[dict[str, str]]:
    """The rows of FLT3, but for the name of the sample."""
    rows = example.table(f"{output}/{sample}/flt3.tsv")
    return [{key: cell for key, cell in row.items() if key != "sample"} for row in rows]


def _split(path: Path, first: Path, second: Path) -> None:
    """Records of a FASTQ file in turn into two files."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    records = [b"".join(lines[i : i + 4]) for i in range(0, len(lines), 4)]
    first.write_bytes(gzip.compress(b"".join(records[::2])))
    second.write_bytes(gzip.compress(b"".join(records[1::2])))


READ = 100
ADAPTERS = ("AGATCGGAAGAGCACACGTCTGAACTCCAGTCA", "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT")


def write_trimmed(example: Workplace, name: str, fragments: list[str]) -> dict[str, str]:
    """Reads of these fragments, which go on into the adapters where a fragment is shorter."""
    complement = str.maketrans("ACGT", "TGCA")
    for mate, adapter in enumerate(ADAPTERS, start=1):
        reads = []
        for number, fragment in enumerate(fragments):
            strand = fragment if mate == 1 else fragment[::-1].translate(complement)
            bases = (strand + adapter + "A" * READ)[:READ]
            reads.append(FastqRead(f"r{number}", bases, "I" * READ))
        write_fastq(example.folder / f"{name}_R{mate}.fastq.gz", reads)
    return {"sample": name, "fq1": f"{name}_R1.fastq.gz", "fq2": f"{name}_R2.fastq.gz"}


def inside_a_duplication() -> list[str]:
    """Fragments whose mates also overlap one copy of a long duplication further on."""
    start, length = 400, 117
    mutant = duplicate(random_sequence(1000, 1), start, start + length)
    return [
        mutant[first : first + length + overlap]
        for first in range(start, start + 70, 3)
        for overlap in (40, 60, 80)
    ]


SHORT = [random_sequence(60, seed) for seed in range(50)]
"""Fragments that are shorter than their reads."""


@pytest.fixture(scope="module")
def entries(example: Workplace) -> Run:
    """One run of samples that enter in several ways; each is a patient of its own."""
    given = example.folder / "given"
    given.mkdir()
    shutil.copy(example.folder / f"results/work/{SAMPLE}/aligned.bam", given / "reads.bam")
    for mate in (1, 2):
        parts = [example.folder / f"lane{lane}_R{mate}.fastq.gz" for lane in (1, 2)]
        _split(example.folder / fastq(mate), *parts)
    samples = [
        {"sample": "given", "bam": "given/reads.bam"},
        *(
            {"sample": "lanes", "fq1": f"lane{n}_R1.fastq.gz", "fq2": f"lane{n}_R2.fastq.gz"}
            for n in (1, 2)
        ),
        {"sample": "amplicon", "assay": "amplicon", "fq1": fastq(1), "fq2": fastq(2)},
        write_trimmed(example, "inside", inside_a_duplication()),
        write_trimmed(example, "short", SHORT),
    ]
    option = example.configure("entries", [{"patient": one["sample"], **one} for one in samples])
    wanted = ["given/flt3.tsv", "lanes/flt3.tsv", "work/amplicon/aligned.bam"]
    wanted += [f"work/{name}/L1.fastp.json" for name in ("inside", "short")]
    return example.successful(option, *(f"entries/{path}" for path in wanted))


def test_a_bam_gives_the_same_calls_as_its_fastq(example: Workplace, entries: Run) -> None:
    """The BAM has no index; nothing is written beside it."""
    assert entries.jobs["take_bam"] == 1
    assert entries.jobs["align_lane"] == 3  # two lanes, and the amplicon
    assert events(example, "entries", "given") == events(example, "results")
    assert [file.name for file in (example.folder / "given").iterdir()] == ["reads.bam"]


def test_lanes_are_merged(example: Workplace, entries: Run) -> None:
    with pysam.AlignmentFile(str(example.folder / "entries/work/lanes/aligned.bam")) as bam:
        groups = bam.header.to_dict()["RG"]
        used = {read.get_tag("RG") for read in bam}
    assert [group["ID"] for group in groups] == ["lanes.L1", "lanes.L2"]
    assert used == {group["ID"] for group in groups}
    found = events(example, "entries", "lanes")
    (merged,) = [row for row in found if row["status"] == "detected"]
    (whole,) = [row for row in events(example, "results") if row["status"] == "detected"]
    assert merged["hgvs_c"] == whole["hgvs_c"]
    assert abs(float(merged["vaf"]) - float(whole["vaf"])) < 0.01


def test_amplicon_reads_are_not_marked_as_duplicates(example: Workplace, entries: Run) -> None:
    duplicates = []
    for path in ("entries/work/amplicon", f"results/work/{SAMPLE}"):
        with pysam.AlignmentFile(str(example.folder / path / "aligned.bam")) as bam:
            duplicates.append(sum(read.is_duplicate for read in bam))
    assert duplicates[0] == 0
    assert duplicates[1] > 0


def trimmed_reads(example: Workplace, name: str) -> int:
    """How many reads of a sample the rule trim_reads cut an adapter from."""
    counts = example.json(f"entries/work/{name}/L1.fastp.json")["adapter_cutting"]
    return int(counts["adapter_trimmed_reads"])


def test_trimming_keeps_fragments_inside_a_long_duplication(
    example: Workplace, entries: Run
) -> None:
    """Cutting by the overlap of mates, as fastp does unless it is told not to, shortens nearly all
    of these fragments."""
    assert trimmed_reads(example, "inside") == 0


def test_adapters_behind_short_fragments_are_cut(example: Workplace, entries: Run) -> None:
    assert trimmed_reads(example, "short") == 2 * len(SHORT)


def test_controls_give_the_background_and_serve_a_later_run(example: Workplace) -> None:
    """The table of a first run takes the place of the BAMs in a second one."""
    source = example.folder / "results/work/C001_control/aligned.bam"
    rows = ["sample\tassay\tbam"]
    for name in ("N1", "N2"):
        shutil.copy(source, example.folder / f"{name}.bam")
        rows.append(f"{name}\tcapture\t{name}.bam")
    (example.folder / "controls.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    table = "normals/controls/flt3_background.capture.tsv"
    used = {}
    for output, controls in (
        ("normals", {"samples": "controls.tsv"}),
        ("later", {"flt3_background": {"capture": table}}),
    ):
        reads = [{"sample": SAMPLE, "bam": f"results/work/{SAMPLE}/aligned.bam"}]
        option = example.configure(output, reads, controls=controls)
        called = f"{output}/work/{SAMPLE}/called/flt3.json"
        example.successful(option, f"{output}/{SAMPLE}/flt3.tsv", called)
        used[output] = example.json(called)["provenance"]["background"]
    assert used["normals"] == used["later"]
    assert (used["later"]["path"], used["later"]["controls"]) == (table, 2)
    assert events(example, "normals") == events(example, "later")
    assert {row["controls"] for row in example.table(table)} == {"2"}


def _on_grch37(text: str) -> str:
    """The slice of FLT3 under the name of its place on GRCh37."""
    first, last = (place + GRCH37_SHIFT for place in (28_015_001, 28_037_000))
    return text.replace("chr13_28015001_28037000", f"chr13_{first}_{last}")


ON_GRCH37 = ("single", "archive", "cram")


@pytest.fixture(scope="module")
def on_grch37(example: Workplace) -> Run:
    """One run on slices of GRCh37, of single reads, of names as in archives, and of a CRAM."""
    for mate in (1, 2):
        lines = gzip.decompress((example.folder / fastq(mate)).read_bytes()).splitlines(True)
        for number in range(0, len(lines), 4):
            lines[number] = b"@SRR1.%d.%d %d\n" % (number // 4 + 1, mate, number // 4 + 1)
        (example.folder / f"archive_{mate}.fq").write_bytes(b"".join(lines))
    (example.folder / "grch37").mkdir()
    for name in ("reference.fa", "genes.gtf", "targets.bed", "identity_snps.vcf"):
        text = (example.folder / "panels/example" / name).read_text("utf-8")
        (example.folder / "grch37" / name).write_text(_on_grch37(text), "utf-8")
    bam = example.folder / f"results/work/{SAMPLE}/aligned.bam"
    sam = example.folder / "given.sam"
    sam.write_text(_on_grch37(str(pysam.samtools.view("-h", str(bam)))), "ascii")
    fasta = str(example.folder / "grch37/reference.fa")
    cram = str(example.folder / "given.cram")
    pysam.samtools.view("-C", "-T", fasta, "-o", cram, str(sam), catch_stdout=False)
    Path(f"{fasta}.fai").unlink()
    samples = [
        {"sample": "single", "patient": "P1", "fq1": fastq(1)},
        {"sample": "archive", "patient": "P2", "fq1": "archive_1.fq", "fq2": "archive_2.fq"},
        {"sample": "cram", "patient": "P3", "bam": "given.cram"},
    ]
    usual = yaml.safe_load((example.folder / "config/config.yaml").read_text("utf-8"))
    panel = {
        **usual["panel"],
        "targets": "grch37/targets.bed",
        "identity_snps": "grch37/identity_snps.vcf",
    }
    reference = {
        "fasta": "grch37/reference.fa",
        "build": "GRCh37",
        "gene_models": "grch37/genes.gtf",
    }
    option = example.configure("others", samples, panel=panel, reference=reference)
    return example.successful(option, *(f"others/{name}/report.json" for name in ON_GRCH37))


def test_single_reads_names_of_archives_and_cram(example: Workplace, on_grch37: Run) -> None:
    """Read 1 alone, names that end in .1 and .2 by mate, and a CRAM: the ITD is found in each.

    The build that the configuration names stands in every output. Slices tell it by their names:
    that of FLT3 is called by its place on GRCh37.
    """
    assert (on_grch37.jobs["trim_reads"], on_grch37.jobs["trim_single_reads"]) == (1, 1)
    (whole,) = [row for row in events(example, "results") if row["status"] == "detected"]
    for name in ON_GRCH37:
        found = example.table(f"others/{name}/flt3.tsv")
        report = example.json(f"others/{name}/report.json")
        (itd,) = [row for row in found if row["status"] == "detected"]
        assert itd["hgvs_c"] == whole["hgvs_c"]
        # Single reads of 100 bases show half as much of a duplication of 129.
        assert abs(float(itd["vaf"]) - 0.3) < (0.1 if name == "single" else 0.05), name
        assert report["reference"]["build"] == "GRCh37"
        assert report["flt3"]["provenance"]["build"] == "GRCh37"
        for file in ("itd.vcf.gz", "panel.vcf.gz"):
            with pysam.VariantFile(str(example.folder / "others" / name / file)) as records:
                assert "##reference=GRCh37" in str(records.header), file
        warned = "the reads are single" in str(report["warnings"])
        assert warned is (name == "single")
    with pysam.AlignmentFile(str(example.folder / "others/work/archive/aligned.bam")) as reads:
        seen = [((read.query_name or "").count("."), read.is_paired) for read in reads]
        assert set(seen) == {(1, True)}


def test_primers_are_hidden_before_the_panel_is_called(example: Workplace) -> None:
    """A variant under a primer of one amplicon, inside another one, has its true VAF, and so have
    deletions right behind a left primer and right before a right one; a base that only a primer
    reads is not covered; the FLT3 caller keeps the whole reads.
    """
    contig = "chr13_28015001_28037000"
    genome = pysam.FastaFile(str(example.folder / "results/work/reference/genome.fa"))
    bases = genome.fetch(contig).upper()
    place, primer = 3503, 22  # in codon D835, 0-based
    alternate = "A" if bases[place] != "A" else "C"
    # The right primer of the first lies on the variant, that of the second on the exon's end.
    amplicons = [(3300, place + 10), (3450, 3600)]
    behind = amplicons[0][0] + primer + 1  # the second base of the insert, 0-based
    before = amplicons[1][1] - primer - 13  # of 12 bases, then one, then the primer
    deletion = f"{contig}:{behind + 1}-{behind + 2}del"
    long_deletion = f"{contig}:{before + 1}-{before + 12}del"
    design = SampleDesign(
        "A1",
        (
            MutantHaplotype(
                "mutant", 0.3, (parse_event(f"{contig}:{place + 1}{bases[place]}>{alternate}"),)
            ),
            MutantHaplotype("deletion", 0.15, (parse_event(deletion),)),
            MutantHaplotype("long", 0.15, (parse_event(long_deletion),)),
        ),
        Depths(800),
        Library(Assay.AMPLICON, primer_length=primer),
    )
    intervals = [Stretch(contig, *span, f"A{span[0]}", 800) for span in amplicons]
    reads = [example.folder / f"A1_R{mate}.fastq.gz" for mate in (1, 2)]
    write_simulation(simulate(design, {contig: bases}, intervals, 1), reads[0], reads[1], None)
    rows = [
        f"{contig}\t{start}\t{start + primer}\t{contig}\t{end - primer}\t{end}\n"
        for start, end in amplicons
    ]
    (example.folder / "kit.bedpe").write_text("".join(rows), "utf-8")
    (example.folder / "amplicons.bed").write_text(
        f"{contig}\t{behind - 1}\t3589\tFLT3|exon20\n", "utf-8"
    )
    panel = {"name": "kit", "targets": "amplicons.bed", "primers": "kit.bedpe"}
    sample = {"sample": "A1", "assay": "amplicon", "fq1": reads[0].name, "fq2": reads[1].name}
    names = ("panel.tsv", "coverage.tsv", "report.json")
    seen = {}
    for output, settings in (
        ("hidden", panel),
        ("uncut", {key: panel[key] for key in ("name", "targets")}),
    ):
        option = example.configure(output, [sample], panel=settings)
        example.successful(option, *(f"{output}/A1/{name}" for name in names))
        passing = [r for r in example.table(f"{output}/A1/panel.tsv") if r["filter"] == "PASS"]
        [deleted, variant, last] = passing
        assert (int(deleted["pos"]), int(last["pos"])) == (behind, before)
        assert abs(float(deleted["vaf"]) - 0.15) < 0.05
        assert abs(float(last["vaf"]) - 0.15) < 0.05
        warnings = example.json(f"{output}/A1/report.json")["warnings"]
        (exon,) = example.table(f"{output}/A1/coverage.tsv")
        seen[output] = variant, exon, [w for w in warnings if w["source"] == "panel"]
    judged = example.configure("hidden", [sample], panel=panel, flt3={"minimum_itd_depth": 77})
    again = example.successful("--dry-run", judged, *(f"hidden/A1/{name}" for name in names))
    assert set(again.jobs) == {"judge_sample", "write_report"}
    variant, exon, warned = seen["hidden"]
    assert int(variant["pos"]) == place + 1
    assert abs(float(variant["vaf"]) - 0.3) < 0.06
    assert 600 < int(variant["depth"]) < 1000
    assert (exon["minimum"], exon["status"], warned) == ("0", "not_assessable", [])
    variant, exon, warned = seen["uncut"]
    assert float(variant["vaf"]) < 0.2
    assert exon["status"] == "covered"
    assert "panel.primers" in warned[0]["text"]


def without_flt3(read: pysam.AlignedSegment) -> pysam.AlignedSegment | None:
    return None if "chr13_" in (read.reference_name or "chr13_") else read


def hard_clipped(read: pysam.AlignedSegment) -> pysam.AlignedSegment:
    """Without the bases that were soft clipped."""
    if read.cigartuples and any(kind == pysam.CSOFT_CLIP for kind, _ in read.cigartuples):
        begin, end = read.query_alignment_start, read.query_alignment_end
        bases, qualities = read.query_sequence or "", read.query_qualities
        read.query_sequence = bases[begin:end]
        read.query_qualities = qualities[begin:end] if qualities else None
        read.cigarstring = (read.cigarstring or "").replace("S", "H")
    return read


def changed_bam(
    example: Workplace,
    name: str,
    change: Callable[[pysam.AlignedSegment], pysam.AlignedSegment | None],
) -> dict[str, str]:
    """Cells of a sample whose reads are those of SAMPLE, each changed or left out."""
    source = example.folder / f"results/work/{SAMPLE}/aligned.bam"
    with pysam.AlignmentFile(str(source)) as bam:
        header = bam.header.to_dict()
        header["RG"] = [{**group, "SM": name} for group in header["RG"]]
        with pysam.AlignmentFile(str(example.folder / f"{name}.bam"), "wb", header=header) as new:
            for read in bam:
                made = change(read)
                if made is not None:
                    new.write(made)
    return {"sample": name, "patient": name, "bam": f"{name}.bam"}


def test_reads_that_tell_nothing_are_not_assessable_with_their_reason(example: Workplace) -> None:
    """Nothing was seen, so nothing may be called negative, in any result."""
    sheet = [
        changed_bam(example, "ELSEWHERE", without_flt3),
        changed_bam(example, "CLIPPED", hard_clipped),
    ]
    example.successful(example.configure("elsewhere", sheet))
    result = example.json("elsewhere/ELSEWHERE/flt3.json")
    assert result["itd"]["status"] == result["tkd"]["status"] == "not_assessable"
    assert result["itd"]["limit_of_detection"] is None
    rows = {row["sample"]: row for row in example.table("elsewhere/summary.tsv")}
    row = rows["ELSEWHERE"]
    assert row["itd_status"] == row["tkd_status"] == "not_assessable"
    assert row["itd_reason"] == result["itd"]["reason"]
    assert "have 30 informative fragments" in row["itd_reason"]
    assert row["tkd_reason"] == result["tkd"]["reason"]
    assert "hotspot codons have fewer than 100 fragments" in row["tkd_reason"]
    assert row["quality"] != "adequate"
    exons = example.table("elsewhere/ELSEWHERE/coverage.tsv")
    assert {e["status"] for e in exons if e["gene"] == "FLT3"} == {"not_assessable"}
    row = rows["CLIPPED"]
    assert (row["itd_status"], row["itd_limit_of_detection"]) == ("not_assessable", "")
    assert "hard clipped" in row["itd_reason"]
    assert (row["tkd_status"], row["tkd_reason"]) == ("not_detected", "")
    (cohort_row,) = [
        one for one in example.table("elsewhere/cohort/cohort.tsv") if one["sample"] == "CLIPPED"
    ]
    assert cohort_row["itd_reason"] == row["itd_reason"]


def test_nothing_is_aligned_before_the_annotation_files_are_checked(example: Workplace) -> None:
    option = example.configure("aligned", [{"sample": "S1", "fq1": fastq(1), "fq2": fastq(2)}])
    jobs = example.successful("--dry-run", option, "aligned/work/S1/aligned.bam").jobs
    assert jobs["align_lane"] == jobs["check_annotation"] == 1
