"""A matrix of broken inputs: each is one file of a whole set, changed in one way.

Every case ends with exit status 2 and one line that names the file and what is wrong, and writes
nothing. The same set unchanged is accepted, so that a case fails for its own reason only.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from scripts.command import run
from scripts.inputs import check_fastq, given_bam, given_genome, preflight
from scripts.inputs.samples import read_samples
from scripts.inputs.settings import check_files, read_settings
from tests import broken_call_files
from tests.broken_files import (
    Case,
    Check,
    Matrix,
    becomes,
    crlf,
    cut,
    enter_set,
    flipped,
    outcome,
    rewritten,
    swap,
)
from tests.input_set import CONTIG, FASTQ, LOCUS, SHEET, SLICES


def read_sheet() -> None:
    read_samples(Path("samples.tsv"))


def read_config() -> None:
    settings = read_settings(yaml.safe_load(Path("config.yaml").read_bytes()), "config.yaml")
    check_files(settings, "config.yaml")


def program(main_of: Check, *arguments: str) -> None:
    """A program of scripts/ with these arguments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["program", *arguments])
        run(main_of)


def check_reads(suffix: str) -> Check:
    return lambda: program(
        check_fastq.main, "--out", "out/x", "--lane", f"a_R1.fastq{suffix}", f"a_R2.fastq{suffix}"
    )


def check_reference() -> None:
    paths = ("--link", "work.fa", "--index", "work.fa.fai")
    program(given_genome.main, "--fasta", "genome.fa", *paths)
    options = ("--gene-models", "genes.gtf", "--targets", "targets.bed", "--out", "out/x")
    program(
        preflight.main, "--fasta", "work.fa", "--name", "genome.fa", "--build", "GRCh38", *options
    )


def check_slice_bam() -> None:
    program(given_genome.main, "--fasta", "genome.fa", "--link", "g.fa", "--index", "g.fa.fai")
    paths = ("--genome", "g.fa", "--targets", "targets.bed")
    program(
        given_bam.main, "--bam", "slice.bam", *paths, "--link", "out/a.bam", "--index", "out/a.bai"
    )


CHECKS: dict[str, Check] = {
    "samples.tsv": read_sheet,
    "config.yaml": read_config,
    "a_R1.fastq": check_reads(""),
    "a_R2.fastq": check_reads(""),
    "a_R2.fastq.gz": check_reads(".gz"),
    "genome.fa": check_reference,
    "genes.gtf": check_reference,
    "targets.bed": check_reference,
    "slice.bam": check_slice_bam,
}
"""What reads a file first in a run."""


def exons_from_0(data: bytes) -> bytes:
    """Gene models whose exons are counted as programs count."""
    return re.sub(
        rb'exon_number "?([0-9]+)"?', lambda m: b'exon_number "%d"' % (int(m[1]) - 1), data
    )


def coded(data: bytes) -> bytes:
    """The genome with a code for several bases in its first target, base 490 of a slice."""
    start = data.index(b"\n") + 1
    width = data.index(b"\n", start) - start
    at = start + 489 + 489 // width
    return data[:at] + b"R" + data[at + 1 :]


def halved(read: re.Match[bytes]) -> bytes:
    """Two reads in turn get one name, as mates of other bases."""
    pair, mate = divmod(int(read[1]), 2)
    return b"@r%d\n%s" % (pair, b"TGGA" * 20 if mate else read[2])


S, C, B, G = "samples.tsv", "config.yaml", "targets.bed", "genes.gtf"
FQ, FQ2, GZ, FA = "a_R1.fastq", "a_R2.fastq", "a_R2.fastq.gz", "genome.fa"
BAM = "slice.bam"
TARGET = f"{CONTIG}\t19081\t19214\tx\n"

CASES = [
    Case(S, "empty", becomes(b""), "the sheet is empty"),
    Case(S, "header only", becomes(SHEET.split(b"\n")[0]), "no samples"),
    Case(S, "commas", lambda d: d.replace(b"\t", b","), "separated by commas"),
    Case(S, "semicolons", lambda d: d.replace(b"\t", b";"), "separated by semicolons"),
    Case(S, "spreadsheet", becomes(b"PK\x03\x04rest"), "this is a spreadsheet file"),
    Case(S, "Latin-1", swap("BM", "BM\N{LATIN SMALL LETTER E WITH ACUTE}"), "row 2: column tissue"),
    Case(S, "not UTF-8", lambda d: d.replace(b"BM", b"B\xe9", 1), "row 2: not UTF-8"),
    Case(S, "misspelt column", swap("patient", "pateint"), "did you mean 'patient'"),
    Case(S, "column twice", swap("tissue", "timepoint"), "'timepoint' appears twice"),
    Case(S, "column missing", swap("\tassay", "\tbam"), "'bam' appears twice"),
    Case(S, "a cell too many", swap("\tslice.bam", "\tslice.bam\tx"), "found 11 cells"),
    Case(S, "space in a name", swap("S1", "S 1"), "column sample: found 'S 1'"),
    Case(S, "quote in a name", swap("S1", "S'1"), "column sample"),
    Case(S, "double quote in a name", swap("S1", 'S"1'), "column sample"),
    Case(S, "semicolon in a name", swap("S1", "S1;id"), "column sample: found 'S1;id'"),
    Case(S, "backquotes in a name", swap("S1", "`id`"), "column sample"),
    Case(S, "dollar in a name", swap("S1", "$(id)"), "column sample"),
    Case(S, "newline escape in a name", swap("S1", "S\\n1"), "column sample"),
    Case(S, "path in a name", swap("S1", "../S1"), "column sample: found '../S1'"),
    Case(S, "absolute path as a patient", swap("P1", "/etc"), "column patient: found '/etc'"),
    Case(S, "markup in a timepoint", swap("day28", "<script>"), "column timepoint"),
    Case(S, "reserved name", swap("S1", "logs"), "found 'logs'; this is the name of a folder"),
    Case(S, "names differ in case", swap("S2", "s1"), "only in upper and lower case"),
    Case(S, "one name for BAM and FASTQ", swap("S2", "S1"), "row 3"),
    Case(S, "missing file", swap("a_R2", "b_R2"), "'b_R2.fastq' does not exist"),
    Case(S, "mates are one file", swap("a_R2", "a_R1"), "already used in row 2"),
    Case(S, "braces in a path", swap("a_R1", "{a}"), "column fq1"),
    Case(S, "angle brackets in a path", swap("a_R1", "<b>"), "column fq1: found '<b>"),
    Case(S, "double quote in a path", swap("a_R1", 'a"b'), "column fq1: found 'a\"b"),
    Case(S, "option as a path", swap("a_R1", "-a_R1"), "column fq1"),
    Case(S, "other suffix", swap("slice.bam", "slice.sam"), "column bam"),
    Case(S, "unknown assay", swap("capture", "exome"), "column assay: found 'exome'"),
    Case(S, "unknown cohort", swap("newly_diagnosed", "new"), "column cohort"),
    Case(S, "order is no number", swap("\t1\t", "\tfirst\t"), "column order"),
    Case(C, "empty", becomes(b"{}"), "'samples' is missing"),
    Case(C, "unknown key", swap("output", "ouput"), "'ouput' is not known here"),
    Case(C, "text for a number", swap("0.01", "low"), "thresholds.minimum_vaf: found 'low'"),
    Case(C, "fraction above 1", swap("0.01", "5"), "thresholds.minimum_vaf: found 5"),
    Case(C, "negative fraction", swap("0.01", "-0.1"), "thresholds.minimum_vaf"),
    Case(C, "unknown build", swap("GRCh38", "hg38"), "reference.build: found 'hg38'"),
    Case(C, "missing genome", swap("genome.fa", "none.fa"), "'none.fa' does not exist"),
    Case(C, "a folder as targets", swap("targets.bed", "."), "'.' is not a file"),
    Case(C, "list for a path", swap("results", "[a, b]"), "output"),
    Case(C, "braces in the output", swap("results", "'{sample}'"), "output"),
    Case(C, "angle brackets in the output", swap("results", "a<b>"), "output: found 'a<b>'"),
    Case(C, "a file as the output", swap("results", "genes.gtf/x"), "'genes.gtf/x' cannot be a"),
    Case(C, "markup in the panel's name", swap("mine", "<b>"), "panel.name: found '<b>'"),
    Case(FQ, "empty", becomes(b""), "the file is empty"),
    Case(FQ, "FASTA", becomes(b">r0\nACGT\n"), "a record must start with @"),
    Case(FQ, "binary", becomes(bytes(range(256))), "a record must start with @"),
    Case(FQ, "a line short", lambda d: d.rsplit(b"\n", 2)[0] + b"\n", "fewer than 4 lines"),
    Case(FQ, "qualities shorter", swap("I" * 80, "I" * 79), "differ in length"),
    Case(FQ, "gigantic qualities", swap("I" * 80, "I" * 200_000), "differ in length"),
    Case(FQ, "gzipped", gzip.compress, "is gzipped, but its name does not say so"),
    Case(FQ, "offset 64", lambda d: d.replace(b"I" * 80, b"h" * 80), "(Phred+64)"),
    Case(FQ, "blanks for qualities", swap("I" * 80, " " * 80), "hold ' ', which is no quality"),
    Case(FQ, "a quality behind ~", swap("I" * 80, "I" * 79 + "\x7f"), "'\\x7f', which is no qu"),
    Case(FQ, "interleaved", lambda d: re.sub(rb"@r(\d+)\n(\w+)", halved, d), "(interleaved)"),
    Case(FQ, "RNA", lambda d: d.replace(b"ACGT", b"ACGU"), "holds 'U', no bases of DNA"),
    Case(FQ, "no plus line", swap("\n+\n", "\n-\n"), "must start with +"),
    Case(FQ, "no name", swap("@r0", "@"), "must start with @ and a name"),
    Case(FQ2, "fewer reads", lambda d: b"".join(d.splitlines(True)[:-4]), "has 49"),
    Case(FQ2, "another order", swap("@r0", "@r1"), "read 1 is 'r0' in one and 'r1' in the other"),
    Case(FQ2, "a copy of read 1", lambda d: d.replace(b"@r", b"@s"), "read 1 is 'r0'"),
    Case(FQ2, "names of read 1", lambda d: re.sub(rb"(@r\d+)", rb"\1/1", d), "called read 1"),
    Case(GZ, "not gzipped", gzip.decompress, "is named as gzipped, but is not"),
    Case(GZ, "cut short", cut(10), "the file is cut short"),
    Case(GZ, "damaged", lambda d: d[:40] + bytes(20) + d[60:], "a_R2.fastq.gz"),
    Case(FA, "empty", becomes(b""), "this is not a FASTA file"),
    Case(FA, "compressed", gzip.compress, "the genome is compressed"),
    Case(FA, "FASTQ", becomes(FASTQ), "this is not a FASTA file"),
    Case(FA, "no FLT3", lambda d: d.replace(b"A", b"N"), "the genome has no FLT3 locus"),
    Case(FA, "FLT3 twice", lambda d: d + b">again\n" + LOCUS.sequence.encode(), "more than once"),
    Case(FA, "a contig twice", lambda d: d + d, "is there twice; keep one of them"),
    Case(FA, "lines of two lengths", swap("T\n", "T\nACG\n"), "all lines of a contig but the last"),
    Case(FA, "a code in a target", coded, "(R at chr1_114713301_114716700:490)"),
    Case(FA, "Windows line ends", crlf, "genome.fa: row 1: found Windows line ends; save it with"),
    Case(FA, "an empty contig", lambda d: d + b">empty\n", "contig 'empty' has no bases; take it"),
    Case(FA, "a contig left out", swap(">chr2_", ">other_"), "contig"),
    Case(B, "empty", becomes(b""), "no targets"),
    Case(B, "only remarks", becomes(b"# nothing\n\n"), "no targets"),
    Case(B, "spaces for tabs", lambda d: d.replace(b"\t", b" "), "row 1: found 1 columns"),
    Case(B, "two columns", becomes(b"chr13\t5\n"), "row 1: found 2 columns"),
    Case(B, "negative start", swap("\t489\t", "\t-489\t"), "start: found '-489'"),
    Case(B, "start is no number", swap("\t489\t", "\tx\t"), "start: found 'x'"),
    Case(B, "fraction", swap("\t489\t", "\t489.5\t"), "start: found '489.5'"),
    Case(B, "no bases", swap("\t489\t688", "\t688\t688"), "has no bases"),
    Case(B, "backwards", swap("\t489\t688", "\t688\t489"), "has no bases"),
    Case(B, "behind the contig", swap("\t688", "\t99999999"), "ends behind the contig"),
    Case(B, "another naming", swap("chr1_", "1_"), "is called 'chr1_114713301_114716700'"),
    Case(B, "another genome", becomes(b"chr13\t28033000\t28034000\n"), "is not in the genome"),
    Case(B, "Windows line ends", crlf, "row 1: found Windows line ends"),
    Case(B, "byte order mark", lambda d: b"\xef\xbb\xbf" + d, "row 1: found a byte order mark"),
    Case(B, "gzip cut short", lambda d: gzip.compress(d)[:-9], "cannot be read"),
    Case(B, "not UTF-8", becomes(b"chr\xff\t1\t5\n"), "not UTF-8"),
    Case(B, "gigantic number", swap("\t688", "\t" + "9" * 400), "expected a whole number"),
    Case(G, "empty", becomes(b""), "no gene models"),
    Case(G, "eight columns", swap("\tMANE\t", "\t"), "found 8 columns"),
    Case(G, "no CDS", lambda d: re.sub(rb".*\tCDS\t.*\n", b"", d), "has a CDS line, so no variant"),
    Case(G, "no names", lambda d: d.replace(b"gene_name", b"gene"), "has no gene_name"),
    Case(G, "no strand", swap("\t-\t.\t", "\t.\t.\t"), "strand: found '.' for NRAS"),
    Case(G, "another strand", swap("\t-\t.\t", "\t+\t.\t"), "is on - here and on + in row 1"),
    Case(G, "another frame", swap("\t-\t0\t", "\t-\t1\t"), "frame: found 1 for a CDS of NRAS"),
    Case(G, "no frame", swap("\t-\t0\t", "\t-\t3\t"), "frame: found 3 for a CDS of NRAS"),
    Case(G, "exons from 0", exons_from_0, "exon_number: found 0 for CEBPA"),
    Case(G, "old Mac line ends", lambda d: d.replace(b"\n", b"\r"), "line ends of an old Mac"),
    Case(G, "negative start", swap("exon\t2750", "exon\t-2750"), "start: found '-2750'"),
    Case(G, "position 0", swap("exon\t2750", "exon\t0"), "chr1_114713301_114716700:0-2877 begins"),
    Case(G, "joined to itself", lambda d: d + d, "exon 2 of NRAS (ENST00000369535.5) is in row "),
    Case(G, "byte order mark", lambda d: b"\xef\xbb\xbf" + d, "row 1: found a byte order mark"),
    Case(G, "Windows line ends", crlf, "Windows line ends"),
    Case(G, "another genome", lambda d: d.replace(b"chr", b"scaffold"), "no exon lies on"),
    Case(BAM, "empty", becomes(b""), "this is not a BAM file"),
    Case(BAM, "text", becomes(b"no BAM\n"), "this is not a BAM file"),
    Case(BAM, "gzipped text", becomes(gzip.compress(b"no BAM\n")), "slice.bam: "),
    Case(BAM, "no end block", cut(28), "the BAM is cut short (no end block)"),
    Case(BAM, "a broken byte in the header", flipped(60), "this is not a BAM file, nor CRAM"),
    Case(BAM, "cut in the middle", cut(300), "the BAM is cut short"),
    Case(BAM, "unsorted", rewritten({"HD": {"VN": "1.6", "SO": "unsorted"}}), "is not sorted"),
    Case(BAM, "not as sorted as it says", rewritten({}, backwards=True), "no index can be made"),
    Case(
        BAM,
        "two samples",
        rewritten({"RG": [{"ID": "1", "SM": "a"}, {"ID": "2", "SM": "b"}]}),
        "reads of several samples (a, b)",
    ),
    Case(
        BAM,
        "another build",
        rewritten({"SQ": [{"SN": n, "LN": length + 1} for n, length in SLICES.items()]}),
        "has 3401 bases in the BAM and 3400 in",
    ),
]

HARMLESS = [
    Case(S, "byte order mark", lambda d: b"\xef\xbb\xbf" + d, ""),
    Case(S, "Windows line ends", crlf, ""),
    Case(FQ, "Windows line ends", crlf, ""),
    Case(B, "overlapping targets", lambda d: d + 3 * TARGET.encode(), ""),
    Case(B, "gzipped under a plain name", gzip.compress, ""),
    Case(G, "gzipped under a plain name", gzip.compress, ""),
    Case(B, "browser lines", lambda d: b"track name=x\nbrowser position y\n" + d, ""),
    Case(BAM, "no read group", rewritten({"RG": []}), ""),
]


MATRICES = (Matrix(CHECKS, CASES, HARMLESS), broken_call_files.MATRIX)
"""Of the workflow, and of `flt3itd call`."""

Asked = tuple[Case, Check]


def name_of(asked: Asked) -> str:
    return str(asked[0])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter_set(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "check", [check for matrix in MATRICES for check in matrix.checks.values()]
)
def test_the_set_itself_is_accepted(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(check, capsys) == (0, [])


@pytest.mark.parametrize(
    "asked", [(case, one.checks[case.file]) for one in MATRICES for case in one.cases], ids=name_of
)
def test_it_is_refused_in_one_line(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """The broken file is named, and nothing is written into the folder `out`."""
    case, check = asked
    case.spoil()
    status, lines = outcome(check, capsys)
    assert (status, len(lines)) == (2, 1), lines
    assert case.words in lines[0]
    assert case.file.split(".")[0].removesuffix("_R1").removesuffix("_R2") in lines[0]
    assert list(Path("out").iterdir()) == []


@pytest.mark.parametrize(
    "asked",
    [(case, one.checks[case.file]) for one in MATRICES for case in one.harmless],
    ids=name_of,
)
def test_it_is_read_all_the_same(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    case, check = asked
    case.spoil()
    assert outcome(check, capsys) == (0, [])


def test_the_matrix_is_large_enough() -> None:
    assert len(CASES) >= 60
    assert {case.file for case in CASES} == set(CHECKS)


def test_reads_of_another_build_than_the_header_says_are_no_answer() -> None:
    """The locus of the header's build has no reads: not assessable, never not detected."""
    header = {"SQ": [{"SN": "chr13", "LN": CHROMOSOME_LENGTH["GRCh37"]}]}
    Case("sample.bam", "", rewritten(header), "").spoil()
    broken_call_files.CHECKS["sample.bam"]()
    answer = json.loads(Path("out/S.flt3.json").read_text("utf-8"))
    assert answer["itd"]["status"] == answer["tkd"]["status"] == "not_assessable"
