"""One hostile run: every stage fails for one sample, names try to break out, there is no network.

What must hold: a stage that failed never reads like "not detected", no name runs as a command,
nothing is written outside the output folder, and nothing needs the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest

from flt3itd.cli import main
from tests.builders import Read, write_bam
from tests.workflow.conftest import Run, Workplace, copy_of_workflow
from tests.workflow.small import ITD

OUTPUT = "res ults;touch pwned1 $(touch pwned2) 'x"
READS = "reads a;touch pwned3 `touch pwned4` '&"
FILES = "files $(touch pwned5);touch pwned6 `touch pwned7` '&,*~"
"""Parts of paths that the sheet and the configuration allow."""

GOOD = "whole"
PLAN = f"""sample\thaplotype\tvaf\tevents\tassay\tdepth\tread_length\tfragment_mean\tfragment_sd
{GOOD}\tITD45\t0.4\t{ITD}\tcapture\t150\t150\t280\t60
"""
CONTIG = ITD.partition(":")[0]
PRIMERS = f"{CONTIG}\t18900\t18920\t{CONTIG}\t19300\t19320\n"
CLINICAL = f"patient\tkind\tlabel\tstart\tend\n{GOOD}\ttreatment\tx\tdiagnosis\t\n"
FLT3 = ("flt3.tsv", "itd.vcf.gz", "flt3.json")
PANEL = ("panel.tsv", "panel.vcf.gz")
DEPTH = ("coverage.tsv", "hotspots.tsv", "kmt2a_ptd.tsv", "flt3.json")
REPORT = ("report.json", "report.html")


@dataclass(frozen=True)
class Stage:
    """A program that fails for the sample `name`, and the results that must not exist then."""

    name: str
    program: str
    absent: tuple[str, ...]


PROGRAMS = (
    Stage("trimming", "fastp", (*FLT3, *PANEL, *DEPTH, *REPORT)),
    Stage("alignment", "bwa", (*FLT3, *PANEL, *DEPTH, *REPORT)),
    Stage("merging", "samtools view", (*FLT3, *PANEL, *DEPTH, *REPORT)),
    Stage("statistics", "samtools stats", REPORT),
    Stage("variants", "freebayes", (*PANEL, *DEPTH, *REPORT)),
    Stage("gathering", "bcftools concat", (*PANEL, *DEPTH, *REPORT)),
    Stage("covering", "samtools depth", (*DEPTH, *REPORT)),
    Stage("spelling", "bcftools mpileup", (*DEPTH, *REPORT)),
)
"""External programs, made to write a little and then fail."""

MODULES = (
    Stage("flt3", "flt3itd/__main__.py", (*FLT3, *PANEL, *REPORT)),
    Stage("naming", "scripts/panel/annotate.py", (*PANEL, *REPORT)),
    Stage("judging", "scripts/answers/judge.py", (*DEPTH, *REPORT)),
    Stage("report", "scripts/report/write.py", REPORT),
    Stage("page", "scripts/patient/write.py", ()),
)
"""Programs of this checkout."""

STAGES = (*PROGRAMS, *MODULES)


def break_programs(folder: Path) -> None:
    """Put a program of the same name first on PATH: it fails for the samples of its stages."""
    for program in {stage.program.split()[0] for stage in PROGRAMS}:
        own = [stage for stage in PROGRAMS if stage.program.split()[0] == program]
        lines = ["#!/bin/bash"]
        for stage in own:
            first = " ".join(stage.program.split()[1:])
            lines.append(f'case "$1:$*:$PWD" in "{first or "$1"}":*/{stage.name}/*)')
            lines.append("echo half a line; echo broken >&2; exit 1;; esac")
        lines.append(f'exec {shutil.which(program)} "$@"')
        path = folder / program
        path.write_text("\n".join(lines) + "\n", "utf-8")
        path.chmod(0o755)


def break_modules(checkout: Path) -> None:
    for stage in MODULES:
        path = checkout / stage.program
        text = path.read_text("utf-8").replace("from __future__ import annotations\n", "")
        broken = f"if any('{stage.name}/' in word for word in sys.argv[1:]):\n    sys.exit(1)\n"
        head = f"from __future__ import annotations\nimport sys\n{broken}"
        path.write_text(head + text, "utf-8")


def offline() -> list[str]:
    """What runs a command without a network, where that is permitted; else nothing."""
    for prefix in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare"):
            tried = subprocess.run([*prefix, "true"], check=False, capture_output=True)
            if tried.returncode == 0:
                return prefix
    return []


def files(folder: Path) -> dict[str, bytes]:
    """All files of a checkout but the results, what Snakemake notes, and compiled modules."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and path.relative_to(folder).parts[0] not in (OUTPUT, ".snakemake", "example")
        and "__pycache__" not in path.parts
    }


@dataclass(frozen=True)
class Hostile:
    """The finished run, its place, and the files that were there before."""

    place: Workplace
    run: Run
    before: dict[str, bytes]

    def failed(self) -> list[dict[str, str]]:
        """What the run says of each step that failed."""
        return self.place.table(f"{OUTPUT}/failed.tsv")

    def result(self, sample: str, name: str) -> Path:
        return self.place.folder / OUTPUT / sample / name


def configured(place: Workplace, samples: list[dict[str, str]]) -> str:
    """Write a configuration in which every file has a hostile path."""
    folder = place.folder / FILES
    folder.mkdir()
    panels = place.folder / "panels"
    for source in ("example/reference.fa", "example/genes.gtf", "example/targets.bed"):
        shutil.copy(panels / source, folder)
    for source in ("hotspots.tsv", "known_variants.tsv", "genes.tsv"):
        shutil.copy(panels / "myeloid54" / source, folder / f"panel_{source}")
    shutil.copy(panels / "tiers.tsv", folder)
    made = {"plan.tsv": PLAN, "clinical.tsv": CLINICAL, "primers.bedpe": PRIMERS}
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")
    with pysam.FastaFile(str(folder / "reference.fa")) as genome:
        contigs = dict(zip(genome.references, genome.lengths, strict=True))
        base = genome.fetch(CONTIG, 9, 10).upper()
    (folder / "reference.fa.fai").unlink()
    header = [f"##contig=<ID={name},length={length}>" for name, length in contigs.items()]
    header += ['##INFO=<ID=AF,Number=A,Type=Float,Description="x">']
    header += ['##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">']
    header += ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    record = f"{CONTIG}\t10\t.\t{base}\t{base}A\t.\tPASS\tAF=0.5;CLNSIG=Benign"
    text = "\n".join(["##fileformat=VCFv4.3", *header, record]) + "\n"
    (folder / "known.vcf").write_text(text, "ascii")
    pysam.tabix_index(str(folder / "known.vcf"), preset="vcf", force=True)
    reads = [Read(f"r{i}", CONTIG, 10 * i, "50M", "A" * 50) for i in range(50)]
    write_bam(place.folder / f"{READS}.bam", contigs, reads)
    reference = {"fasta": f"{FILES}/reference.fa", "gene_models": f"{FILES}/genes.gtf"}
    names = ("hotspots", "known_variants", "genes")
    panel = {name: f"{FILES}/panel_{name}.tsv" for name in names}
    panel |= {"targets": f"{FILES}/targets.bed", "tiers": f"{FILES}/tiers.tsv"}
    panel |= {"primers": f"{FILES}/primers.bedpe"}
    sources = ("population", "normals", "clinvar", "cosmic")
    return place.configure(
        "hostile",
        samples,
        output=OUTPUT,
        reference=reference | {"build": "GRCh38"},
        panel={"name": "example", "chunks": 1} | panel,
        annotation=dict.fromkeys(sources, f"{FILES}/known.vcf.gz"),
        simulation=f"{FILES}/plan.tsv",
        clinical=f"{FILES}/clinical.tsv",
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    base = tmp_path_factory.mktemp("hostile")
    place = copy_of_workflow(base / "checkout")
    (base / "plan.tsv").write_text(PLAN, "utf-8")
    panel = place.folder / "panels" / "example"
    made = [str(base / f"{name}.gz") for name in ("R1", "R2")]
    options = ["--reference", str(panel / "reference.fa"), "--targets", str(panel / "targets.bed")]
    options += ["--simulation", str(base / "plan.tsv"), "--sample", GOOD, "--seed", "1"]
    options += ["--out1", made[0], "--out2", made[1], "--truth", str(base / "truth.tsv")]
    assert main(["simulate", *options]) == 0
    simulated = {f"fq{mate}": f"example/fastq/{GOOD}_R{mate}.fastq.gz" for mate in (1, 2)}
    samples = [{"sample": GOOD, "patient": GOOD, **simulated}]
    for name in (stage.name for stage in STAGES):
        reads = {f"fq{mate}": f"{READS}{name}_R{mate}.fastq.gz" for mate in (1, 2)}
        for mate, path in enumerate(reads.values()):
            shutil.copy(made[mate], place.folder / path)
        samples.append({"sample": name, "patient": name, **reads})
    by_name = {cells["sample"]: cells for cells in samples}
    by_name["page"]["assay"] = "amplicon"
    by_name["report"] |= {"fq1": "", "fq2": "", "bam": f"{READS}.bam"}
    option = configured(place, samples)
    bin_folder = base / "bin"
    bin_folder.mkdir()
    break_programs(bin_folder)
    break_modules(place.folder)
    before = files(place.folder)
    command = [*offline(), sys.executable, "-m", "snakemake", "--cores", "2", "--keep-going"]
    done = subprocess.run(
        [*command, option], cwd=place.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
        env=os.environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    yield Hostile(place, Run(done.returncode, done.stdout), before)


def test_the_other_sample_is_finished_without_a_network(hostile: Hostile) -> None:
    assert hostile.run.status != 0
    for name in (*FLT3, *PANEL, *DEPTH, *REPORT):
        assert hostile.result(GOOD, name).exists(), f"{name}\n{hostile.run.text[-3000:]}"
    if not offline():
        pytest.skip("this machine does not permit a run without network; it ran with one")


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_that_fails_gives_no_answer(hostile: Hostile, stage: Stage) -> None:
    there = [name for name in stage.absent if hostile.result(stage.name, name).exists()]
    assert there == []
    told = [row for row in hostile.failed() if stage.name in (row["sample"], row["patient"])]
    assert told, hostile.run.text[-3000:]
    assert all(row["cause"] and Path(row["log"]).is_file() for row in told)


def test_no_table_over_samples_stands_for_those_that_failed(hostile: Hostile) -> None:
    output = hostile.place.folder / OUTPUT
    assert not (output / "summary.tsv").exists()
    assert {path.name for path in output.glob("cohort/*")} == {
        "cohort.partial.tsv", "report.partial.json", "report.partial.html",
        "quality.partial.tsv", "quality.partial.json", "quality.partial.html",
    }  # fmt: skip
    for stage in STAGES:
        there = {path.name for path in (output / "patients" / stage.name).glob("*")}
        assert not there & {"report.html", "report.json", "followup.tsv"}


def test_what_succeeded_stands_alone_with_the_names_of_what_is_missing(hostile: Hostile) -> None:
    rows = hostile.place.table(f"{OUTPUT}/summary.partial.tsv")
    assert [row["sample"] for row in rows] == [GOOD, *(stage.name for stage in STAGES)]
    answered = [row["sample"] for row in rows if row["itd_status"]]
    assert answered == [GOOD, "page"]
    assert all(row["missing_because"] for row in rows if row["sample"] not in answered)
    page = (hostile.place.folder / OUTPUT / "cohort/report.partial.html").read_text("utf-8")
    assert all(f"<strong>sample {name}</strong>" in page for name in ("trimming", "report"))
    assert "the course of patient page" in page


def test_the_terminal_ends_with_what_failed_and_how_to_go_on(hostile: Hostile) -> None:
    _, _, end = hostile.run.text.partition("The run is not complete: ")
    for stage in STAGES:
        of = f"patient {stage.name}" if stage.name == "page" else f"sample {stage.name}"
        assert f"  {of}: " in end
    assert "type the same command again" in end
    place = hostile.place.folder / OUTPUT
    assert f"{place}/summary.partial.tsv" in end
    assert max(map(len, hostile.run.text.splitlines())) < 600


def test_no_name_runs_as_a_command_and_nothing_else_is_written(hostile: Hostile) -> None:
    after = files(hostile.place.folder)
    assert not [path for path in after if "pwned" in path and path not in hostile.before]
    assert after == hostile.before


def test_logs_hold_no_reads(hostile: Hostile) -> None:
    """A log has no stretch of bases that is long enough to be a read."""
    for path in (hostile.place.folder / OUTPUT / "logs").rglob("*.log"):
        words = path.read_text("utf-8", "replace").split()
        assert not [word for word in words if len(word) > 60 and set(word) <= set("ACGTN")], path
