"""Files that `flt3itd call` reads, each broken in one way."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from flt3itd.cli import main
from tests.broken_files import (
    Case,
    Change,
    Check,
    Matrix,
    becomes,
    crlf,
    cut,
    flipped,
    rewritten,
    swap,
)
from tests.input_set import BASE, POSITION


def call_reads(*options: str) -> Check:
    def call() -> None:
        status = main(["call", *options, "--out", "out/S"])
        if status:
            raise SystemExit(status)

    return call


CHECKS: dict[str, Check] = {
    "sample.bam": call_reads("--bam", "sample.bam"),
    "known.vcf": call_reads("--bam", "sample.bam", "--known", "known.vcf"),
    "primers.bedpe": call_reads(
        "--bam", "sample.bam", "--assay", "amplicon", "--primers", "primers.bedpe"
    ),
    "a_R1.fastq": call_reads("--fastq", "a_R1.fastq", "a_R2.fastq"),
    "a_R1.fastq.gz": call_reads("--fastq", "a_R1.fastq.gz", "a_R2.fastq.gz"),
}
"""How the command is given a file."""


def record(text: str) -> Change:
    """The known ITD becomes another record."""
    return lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n" + text.encode() + b"\n"


FLT3, V, P = "sample.bam", "known.vcf", "primers.bedpe"
FQ, GZ = "a_R1.fastq", "a_R1.fastq.gz"

CASES = [
    Case(FLT3, "empty", becomes(b""), "sample.bam: "),
    Case(FLT3, "a broken byte in the header", flipped(60), "the alignments cannot be read"),
    Case(FLT3, "cut in the middle", cut(200), "sample.bam: "),
    Case(FLT3, "no FLT3 in it", rewritten({"SQ": [{"SN": "chr13", "LN": 5}]}), "sample.bam: "),
    Case(V, "empty", becomes(b""), "the known ITDs cannot be read"),
    Case(V, "text", becomes(b"no VCF\n"), "the known ITDs cannot be read"),
    Case(V, "another chromosome", lambda d: d.replace(b"chr13", b"chr2"), "found contig chr2"),
    Case(
        V, "another reference base", record(f"chr13\t{POSITION}\t.\tNNN\tNNNA\t.\tPASS\t."), "is no"
    ),
    Case(V, "a substitution", record(f"chr13\t{POSITION}\t.\t{BASE}\tN\t.\tPASS\t."), "is no"),
    Case(V, "symbolic", record(f"chr13\t{POSITION}\t.\t{BASE}\t<DUP>\t.\tPASS\t."), "is no"),
    Case(V, "position 0", record("chr13\t0\t.\tA\tAC\t.\tPASS\t."), "known.vcf"),
    Case(P, "empty", becomes(b""), "no primers are in it"),
    Case(P, "binary", becomes(b"\xff\xfe\x00"), "the primers cannot be read"),
    Case(P, "BED", becomes(b"chr13\t5\t25\n"), "row 1: found 3 columns"),
    Case(P, "no numbers", lambda d: re.sub(rb"\d{5,}", b"x", d, count=1), "whole numbers"),
    Case(P, "other contigs", swap("\tchr13", "\tchr2"), "on the same contig"),
    Case(P, "right before left", lambda d: b"\t".join(d.split()[3:] + d.split()[:3]), "must end"),
    Case(FLT3, "SAM", becomes(b"@SQ\tSN:chr13\tLN:114364328\n"), "samtools sort -o S.bam"),
    Case(V, "no number", record("chr13\tx\t.\tA\tAC\t.\tPASS\t."), "this is no VCF, or it is"),
    Case(FQ, "FASTA", becomes(b">r0\nACGT\n"), "give whole FASTQ"),
    Case(FQ, "a read short", lambda d: d[: d.rindex(b"@")], "copy the file again"),
    Case(FQ, "qualities shorter", swap("I" * 80, "I" * 79), "at line 4: Length of sequence"),
    Case(FQ, "no reads", becomes(b""), "copy the file again"),
    Case(FQ, "a BAM", lambda _: Path(FLT3).read_bytes(), "give"),
    Case(GZ, "cut short", cut(20), "copy the file again, and give whole FASTQ"),
    Case(GZ, "not gzipped", gzip.decompress, "or take .gz from its name"),
]

HARMLESS = [
    Case(FQ, "Windows line ends", crlf, ""),
    Case(FQ, "gzipped under a plain name", gzip.compress, ""),
    Case(FLT3, "one name for all reads", rewritten({}, name="r"), ""),
    Case(FLT3, "no read group", rewritten({"RG": []}), ""),
    Case(V, "filtered", lambda d: d.replace(b"PASS", b"low_support"), ""),
    Case(V, "no records", lambda d: d[: d.index(b"chr13\t")], ""),
    Case(P, "byte order mark", lambda d: b"\xef\xbb\xbf" + d, ""),
]

MATRIX = Matrix(CHECKS, CASES, HARMLESS)
