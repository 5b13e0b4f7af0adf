"""The callers of the benchmark as whole processes: their commands, time and memory."""

from __future__ import annotations

import json
import logging
import shlex
import statistics
import string
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, flt3_locus
from scripts.benchmark.designs import BenchmarkSet
from scripts.benchmark.reads import CONTIG, Reads
from scripts.workflow.digest import CHECKOUT

OWN_NAME = "flt3itd"
_FIELDS = ("bam", "fastq1", "fastq2", "sample", "reference", "out", "folder")
_KIBIBYTES_OF_MEGABYTE = 1e6 / 1024


@dataclass(frozen=True)
class Measured:
    """Seconds by the clock and of the processor, peak memory in megabytes (10^6), exit status."""

    seconds: float
    processor_seconds: float
    megabytes: float
    status: int


@dataclass(frozen=True)
class Peer:
    """Another caller: its name and its shell command with fields in braces."""

    name: str
    template: str

    @classmethod
    def of(cls, text: str) -> Peer:
        """Read ``NAME=command``. Raises UserError."""
        name, sign, template = text.partition("=")
        if not sign or not name.strip() or not template.strip():
            raise UserError(f"--peer: found {text!r}, expected 'NAME=command with {{bam}} {{out}}'")
        try:
            fields = {field for _, field, _, _ in string.Formatter().parse(template) if field}
        except ValueError as error:
            raise UserError(f"--peer {name}: {error}; write {{{{ and }}}} for braces") from error
        unknown = sorted(fields - set(_FIELDS))
        if unknown or "out" not in fields:
            raise UserError(
                f"--peer {name}: found {{{', '.join(sorted(fields))}}}; allowed are "
                f"{', '.join(_FIELDS)}, and {{out}}, the VCF that the command writes, is needed"
            )
        return cls(name.strip(), template)

    def wants_reference(self) -> bool:
        """Whether the command names the chromosome as FASTA."""
        return "{reference" in self.template

    def command(self, reads: Reads, out: Path, reference: Path) -> list[str]:
        """The shell command for one sample; {folder} is an empty folder beside {out}."""
        folder = out.with_suffix(".work")
        folder.mkdir()
        values = {
            "bam": reads.bam,
            "fastq1": reads.fastq[0],
            "fastq2": reads.fastq[1],
            "sample": reads.plan.name,
            "reference": reference,
            "out": out,
            "folder": folder,
        }
        quoted = {key: shlex.quote(str(value)) for key, value in values.items()}
        return ["bash", "-c", self.template.format_map(quoted)]


def own_command(
    one: BenchmarkSet, reads: Reads, prefix: str, known: Path | None = None
) -> list[str]:
    """The arguments of ``flt3itd`` for one sample."""
    source = ["--bam", reads.bam]
    if one.fastq:
        source = ["--fastq", *reads.fastq]
    if one.long_libraries:
        source = ["--fastq", reads.fastq[0], "--assay", "long"]
    command = ["call", *source, "--out", prefix]
    if one.amplicon:
        command += ["--assay", "amplicon"]
    if known is not None:
        command += ["--known", known]
    return list(map(str, command))


def own_process(arguments: Sequence[str]) -> list[str]:
    """``flt3itd`` of this checkout with arguments, as a command."""
    return [sys.executable, "-m", "flt3itd", *arguments]


def run_measured(command: Sequence[str], log: Path) -> Measured:
    """Run a command in the checkout to its end; its output goes to `log`."""
    measure = [sys.executable, "-m", "scripts.benchmark.measure", str(log), *command]
    done = subprocess.run(measure, check=True, stdout=subprocess.PIPE, cwd=CHECKOUT)
    seconds, processor, kibibytes, status = json.loads(done.stdout)
    return Measured(seconds, processor, kibibytes / _KIBIBYTES_OF_MEGABYTE, status)


@dataclass(frozen=True)
class SpeedRow:
    """Time and memory of one depth; all times are medians in seconds of whole processes.

    `start_seconds` are those of an interpreter that does nothing, `import_seconds` those of
    ``flt3itd --version``, which loads the libraries as well. `ratio` is the time of the call
    without the start of the interpreter, over that of ``samtools view -c`` of the same region.
    """

    depth: int
    reads: int
    call_seconds: float
    start_seconds: float
    import_seconds: float
    samtools_seconds: float
    ratio: float
    megabytes: float


def measure_speed(
    one: BenchmarkSet, reads: Reads, folder: Path, depth: int, repeats: int
) -> SpeedRow:
    """Time ``flt3itd call``, ``samtools view -c`` and the interpreter, in turn."""
    locus = flt3_locus()
    region = f"{CONTIG}:{locus.first_position}-{locus.first_position + len(locus) - 1}"
    count = ["samtools", "view", "-c", str(reads.bam), region]
    commands = {
        "call": own_process(own_command(one, reads, str(folder / "speed"))),
        "start": [sys.executable, "-c", "pass"],
        "import": own_process(["--version"]),
        "samtools": count,
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    megabytes = 0.0
    for _ in range(repeats):
        for name, command in commands.items():
            measured = run_measured(command, folder / "speed.log")
            if measured.status:
                raise RuntimeError(f"{shlex.join(command)}: exit status {measured.status}")
            times[name].append(measured.seconds)
            if name == "call":
                megabytes = max(megabytes, measured.megabytes)
    number = int(subprocess.run(count, check=True, capture_output=True).stdout)
    median = {name: statistics.median(each) for name, each in times.items()}
    ratio = (median["call"] - median["start"]) / median["samtools"]
    return SpeedRow(
        depth=depth,
        reads=number,
        call_seconds=median["call"],
        start_seconds=median["start"],
        import_seconds=median["import"],
        samtools_seconds=median["samtools"],
        ratio=ratio,
        megabytes=megabytes,
    )


def write_chromosome(folder: Path) -> Path:
    """Chromosome 13 of GRCh38 as FASTA, N but for the FLT3 locus, with a .fai: for peers."""
    locus = flt3_locus()
    before = locus.first_position - 1
    behind = CHROMOSOME_LENGTH["GRCh38"] - before - len(locus)
    text = "N" * before + locus.sequence + "N" * behind
    path = folder / "chromosome13.fa"
    with path.open("w", encoding="ascii") as file:
        file.write(f">{CONTIG}\n")
        file.writelines(f"{text[first : first + 100]}\n" for first in range(0, len(text), 100))
    subprocess.run(["samtools", "faidx", str(path)], check=True)
    return path


@contextmanager
def without_warnings() -> Iterator[None]:
    """Log nothing below an error meanwhile: a benchmark calls thousands of samples."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
