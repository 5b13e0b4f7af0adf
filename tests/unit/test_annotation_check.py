"""VCF files that annotate variants: each mistake is one line before anything is aligned."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pysam
import pytest

from scripts.command import run
from scripts.inputs import annotation_check
from scripts.inputs.annotation_check import MOST_STRANGE
from tests.builders import random_sequence, write_fasta
from tests.shared_data import SHARED, needs_shared

CONTIG = "chr2"
BASES = random_sequence(2000, 5)
HEADER = """##fileformat=VCFv4.2
##contig=<ID=chr2>
##contig=<ID=2>
##contig=<ID=NC_000002.12>
##contig=<ID=chr9>
##INFO=<ID=AF,Number=A,Type=Float,Description="x">
##INFO=<ID=FREQ,Number=.,Type=String,Description="x">
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">
##FILTER=<ID=QUAL_LOW,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
"""


def record(
    position: int, info: str = "AF=0.1", ref: str = "", contig: str = CONTIG, name: str = "rs1"
) -> str:
    """A substitution, or two where `info` has two values; the reference base is the genome's."""
    ref = ref or BASES[position - 1]
    alt = "A" if ref != "A" else "C"
    alt += ",T" * ("," in info and ref != "T") + ",G" * ("," in info and ref == "T")
    return f"{contig}\t{position}\t{name}\t{ref}\t{alt}\t.\t.\t{info}\n"


def other_base(position: int) -> str:
    return "ACGT"[("ACGT".index(BASES[position - 1]) + 1) % 4]


def vcf(folder: Path, *records: str, header: str = HEADER, index: bool = True) -> Path:
    path = folder / "given.vcf"
    path.write_text(header + "".join(records), "utf-8")
    if index:
        return Path(pysam.tabix_index(str(path), preset="vcf", force=True))
    pysam.tabix_compress(str(path), f"{path}.gz", force=True)
    return Path(f"{path}.gz")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A genome of one contig, of which bases 101 to 200 and 501 to 600 are targets."""
    fasta = write_fasta(tmp_path / "genome.fa", {CONTIG: BASES})
    pysam.faidx(str(fasta))
    (tmp_path / "targets.bed").write_text(f"{CONTIG}\t100\t200\n{CONTIG}\t500\t600\n")
    return tmp_path


def outcome(
    place: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, list[str], list[str]]:
    """Exit status, lines that name a mistake, and warnings; nothing is written after a mistake."""
    out = place / "out.json"
    paths = ("--fasta", str(place / "genome.fa"), "--targets", str(place / "targets.bed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["annotation_check", *paths, "--out", str(out), *options])
        try:
            run(annotation_check.main)
        except SystemExit as end:
            lines = capsys.readouterr().err.splitlines()
            assert not out.exists()
            return int(end.code or 0), [one for one in lines if "error: " in one], []
    return 0, [], json.loads(out.read_text("utf-8"))["warnings"]


@pytest.mark.parametrize("key", annotation_check.SOURCES)
def test_a_right_file_says_nothing(
    place: Path, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    path = vcf(place, record(150), record(550, "AF=.,0.5"), record(1900, "."))
    assert outcome(place, capsys, f"--{key}", str(path)) == (0, [], [])


def test_without_files_nothing_is_asked_for(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(place, capsys) == (0, [], [])


@pytest.mark.parametrize("value", ["0", "1", "0.5,.", "1e-05"])
def test_frequencies_from_0_to_1_are_read(
    place: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    path = vcf(place, record(150, f"AF={value}"))
    assert outcome(place, capsys, "--population", str(path)) == (0, [], [])


@pytest.mark.parametrize(
    ("key", "records", "words"),
    [
        ("population", [record(150, "AF=1.01")], "chr2:150: INFO/AF is 1.01, expected a fraction"),
        ("population", [record(150, "AF=-0.01")], "INFO/AF is -0.01, expected a fraction"),
        ("population", [record(150, "AF=0.1,12")], "INFO/AF is 12, expected a fraction"),
        (
            "population",
            [record(150, "AF=0.1,0.2").replace(",T", "").replace(",G", "")],
            "INFO/AF has 2 values for 1 allele; give one for each",
        ),
        (
            "population",
            [record(150, "AF=0.25"), record(150, "AF=0.5")],
            "INFO/AF is 0.25 in one place and 0.5 in another; keep one of them",
        ),
        ("population", [record(150, "AF=.")], "none of 1 records has a value of INFO/AF"),
        ("population", [record(150, "CLNSIG=x")], "none of 1 records has a value of INFO/AF"),
        ("clinvar", [record(150, contig="2")], "lines such as 2 chr2, and index the new file"),
        ("cosmic", [record(150, contig="NC_000002.12")], "such as NC_000002.12 chr2, and index"),
        ("normals", [record(150, contig="chr9", ref="A")], "its contigs (chr9) are not in the gen"),
        ("normals", [record(150, ref=other_base(150))], "1 of 1 records have other reference base"),
        ("clinvar", [record(150, ref=other_base(150))], "it is of another build; give the file"),
        ("population", [record(1500, ref=other_base(1500))], "chr2:1500 has"),
    ],
)
def test_what_would_annotate_nothing_is_refused(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    key: str,
    records: list[str],
    words: str,
) -> None:
    used = {one.split("\t")[0] for one in records}
    lines = [
        line
        for line in HEADER.splitlines(keepends=True)
        if not line.startswith("##contig") or any(f"ID={name}>" in line for name in used)
    ]
    path = vcf(place, *records, header="".join(lines))
    status, errors, _ = outcome(place, capsys, f"--{key}", str(path))
    assert (status, len(errors)) == (2, 1)
    assert errors[0].startswith(f"error: annotation.{key}: {path}: ")
    assert words in errors[0]


@pytest.mark.parametrize(
    ("given", "genome"),
    [("NC_000002.12", "2"), ("NC_000023.11", "X"), ("NC_000024.10", "chrY"), ("chrM", "MT")],
)
def test_other_names_of_a_chromosome_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, genome: str
) -> None:
    pysam.faidx(str(write_fasta(tmp_path / "genome.fa", {genome: BASES})))
    (tmp_path / "targets.bed").write_text(f"{genome}\t100\t200\n")
    header = HEADER.replace("##contig=<ID=chr2>", f"##contig=<ID={given}>").splitlines()
    only = [one for one in header if not one.startswith("##contig") or f"ID={given}>" in one]
    path = vcf(tmp_path, record(150, contig=given), header="\n".join([*dict.fromkeys(only), ""]))
    status, errors, _ = outcome(tmp_path, capsys, "--cosmic", str(path))
    assert (status, len(errors)) == (2, 1)
    assert f"lines such as {given} {genome}, and index" in errors[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("ID=AF,", "ID=MAF,", "has no INFO field AF; name the field with the frequency"),
        ("Type=Float", "Type=String", "its INFO field AF is of the type String, expected Float"),
        ("INFO=<ID=AF", "FORMAT=<ID=AF", "has no INFO field AF"),
    ],
)
def test_a_file_without_the_field_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    path = vcf(place, record(150, "."), header=HEADER.replace(old, new))
    status, errors, _ = outcome(place, capsys, "--population", str(path))
    assert status == 2
    assert words in errors[0]


def test_clinvar_needs_its_significance_and_others_do_not(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = vcf(place, record(150, "."), header=HEADER.replace("CLNSIG", "SIGNIFICANCE"))
    status, errors, _ = outcome(place, capsys, "--clinvar", str(path))
    assert status == 2
    assert "has no INFO field CLNSIG; give the VCF of ClinVar" in errors[0]
    assert outcome(place, capsys, "--cosmic", str(path)) == (0, [], [])


def test_another_field_may_hold_the_frequency(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = HEADER.replace("ID=AF,", "ID=AF_grpmax,")
    path = vcf(place, record(150, "AF_grpmax=0.2"), header=header)
    options = ("--population", str(path), "--population-field", "AF_grpmax")
    assert outcome(place, capsys, *options) == (0, [], [])


@pytest.mark.parametrize("strange", [2, 3])
def test_a_few_other_bases_are_a_warning(
    place: Path, capsys: pytest.CaptureFixture[str], strange: int
) -> None:
    """Just at and just above a tenth of the records on the targets."""
    assert MOST_STRANGE == 0.1
    records = [record(n, ref=other_base(n) if n - 120 < strange else "") for n in range(120, 140)]
    path = vcf(place, *records)
    status, errors, warnings = outcome(place, capsys, "--cosmic", str(path))
    if strange > 20 * MOST_STRANGE:
        assert (status, len(errors)) == (2, 1)
        assert "3 of 20 records have other reference bases" in errors[0]
    else:
        (warning,) = warnings
        assert "2 of 20 records have other reference bases than the genome (chr2:120" in warning


def test_codes_and_small_letters_in_reference_bases_say_nothing(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = vcf(place, record(150, ref="N"), record(151, ref=BASES[150].lower()))
    assert outcome(place, capsys, "--normals", str(path)) == (0, [], [])


def test_a_file_without_records_or_identifiers_is_a_warning(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty,) = outcome(place, capsys, "--normals", str(vcf(place)))[2]
    assert "holds no record on the contigs of the genome" in empty
    path = vcf(place, record(150, name="."))
    (unnamed,) = outcome(place, capsys, "--cosmic", str(path))[2]
    assert "no identifiers (column ID)" in unnamed


def test_what_is_no_indexed_vcf_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = place / "text.vcf.gz"
    text.write_bytes(b"no VCF\n")
    plain = place / "plain.vcf"
    plain.write_text(HEADER + record(150))
    cases = {text: "cannot be read as a VCF", plain: "has no index", place / "none.gz": "cannot"}
    cases[vcf(place, record(150), index=False)] = "has no index (.tbi or .csi); compress it with"
    for path, words in cases.items():
        status, errors, _ = outcome(place, capsys, "--normals", str(path))
        assert (status, len(errors)) == (2, 1)
        assert words in errors[0]


def test_a_file_of_gzip_with_an_index_is_refused(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = vcf(place, record(150))
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), mtime=0))
    status, errors, _ = outcome(place, capfd, "--normals", str(path))
    assert (status, len(errors)) == (2, 1)
    assert "is compressed with gzip, not with bgzip; decompress it, then compress" in errors[0]


@pytest.mark.parametrize("lost", [1, 28, 60])
def test_a_file_that_is_cut_short_is_refused(
    place: Path, capfd: pytest.CaptureFixture[str], lost: int
) -> None:
    path = vcf(place, record(150), record(160))
    path.write_bytes(path.read_bytes()[:-lost])
    status, errors, _ = outcome(place, capfd, "--normals", str(path))
    assert (status, len(errors)) == (2, 1)
    assert "is cut short (no end block); copy or make it again" in errors[0]


def test_the_index_of_another_file_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Path(f"{vcf(place, record(100, contig='chr9'))}.tbi").read_bytes()
    path = vcf(place, record(101), record(150), record(100, contig="chr9"))
    Path(f"{path}.tbi").write_bytes(index)
    status, errors, _ = outcome(place, capsys, "--population", str(path))
    assert (status, len(errors)) == (2, 1)
    assert "its index does not lead to its first record (chr2:101): it is that of" in errors[0]


@pytest.mark.parametrize("key", annotation_check.SOURCES)
def test_the_file_of_one_chromosome_is_remarked(
    place: Path, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    write_fasta(place / "genome.fa", {CONTIG: BASES, "chr9": BASES})
    pysam.faidx(str(place / "genome.fa"))
    with (place / "targets.bed").open("a") as targets:
        targets.write("chr9\t300\t400\n")
    path = vcf(place, record(150))
    status, _, remarks = outcome(place, capsys, f"--{key}", str(path))
    assert status == 0
    assert len(remarks) == (key in ("population", "clinvar"))
    assert all("holds no record on chr9, where targets are" in one for one in remarks)
    path = vcf(
        place, record(150), record(1500, contig="chr9")
    )  # beside the targets, so it is whole
    assert outcome(place, capsys, f"--{key}", str(path)) == (0, [], [])


@needs_shared
def test_the_known_file_of_another_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = Path(__file__).parents[2] / "panels" / "example"
    for name, source in (("genome.fa", "reference.fa"), ("targets.bed", "targets.bed")):
        (tmp_path / name).write_bytes((example / source).read_bytes())
    pysam.faidx(str(tmp_path / "genome.fa"))
    given = SHARED / "cases" / "inputs" / "wrongref.vcf.gz"
    status, errors, _ = outcome(tmp_path, capsys, "--population", str(given))
    assert status == 2
    assert "chr2_25233601_25235000:773 has G, the genome C): it is of another build" in errors[0]
