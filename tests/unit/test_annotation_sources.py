"""VCF files of the user that are asked about the calls of the panel."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.panel import annotation_sources
from scripts.panel.calls import read_calls

needs_bcftools = pytest.mark.skipif(shutil.which("bcftools") is None, reason="needs bcftools")
SITES = (
    "##fileformat=VCFv4.2\n##contig=<ID={contig},length=600>\n"
    '##INFO=<ID=AF,Number=A,Type=Float,Description="x">\n'
    '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "{contig}\t10\tCOSV1\tA\tC,G\t.\t.\tAF=0.5,0.02;CLNSIG=Pathogenic,_low\n"
)
CALLS = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=600>\n"
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="d">\n'
    '##FORMAT=<ID=AO,Number=A,Type=Integer,Description="a">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
    "chr1\t10\t.\tA\tG\t9\t.\t.\tDP:AO\t40:7\nchr1\t10\t.\tA\tT\t9\t.\t.\tDP:AO\t40:7\n"
)


def annotated(tmp_path: Path, contig: str, indexed: bool = True, field: str = "AF") -> Path:
    source, calls, out = (tmp_path / name for name in ("s.vcf", "calls.vcf", "out.vcf"))
    source.write_text(SITES.format(contig=contig))
    calls.write_text(CALLS)
    (tmp_path / "g.fa.fai").write_text("chr1\t600\t6\t60\t61\n")
    subprocess.run(["bgzip", "-f", source], check=True)
    if indexed:
        subprocess.run(["bcftools", "index", "-f", f"{source}.gz"], check=True)
    options = [f"--{kind}" for kind in ("population", "normals", "clinvar", "cosmic")]
    given = [text for option in options for text in (option, f"{source}.gz")]
    places = ["--calls", str(calls), "--genome-index", str(tmp_path / "g.fa.fai")]
    annotation_sources.main([*places, *given, "--population-field", field, "--out", str(out)])
    return out


@needs_bcftools
def test_sources_speak_of_the_same_allele_only(tmp_path: Path) -> None:
    same, other = read_calls(annotated(tmp_path, "chr1"))
    assert same.population_frequency == pytest.approx(0.02)
    assert (same.in_normals, same.clinvar, same.cosmic) == (True, "Pathogenic,_low", "COSV1")
    assert (other.population_frequency, other.in_normals, other.clinvar) == (None, False, "")
    assert not list(tmp_path.glob(".out*"))


@needs_bcftools
@pytest.mark.parametrize(
    ("contig", "indexed", "message"),
    [
        ("1", True, r"s.vcf.gz: its contigs \(1\) are not in the genome, which has chr1"),
        ("chr1", False, r"s.vcf.gz: bcftools index failed: .*compressed with bgzip, indexed"),
    ],
)
def test_a_source_that_would_say_nothing_is_refused(
    tmp_path: Path, contig: str, indexed: bool, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        annotated(tmp_path, contig, indexed)
    assert not (tmp_path / "out.vcf").exists()


@needs_bcftools
def test_a_source_without_the_field_is_refused_and_its_fields_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"s.vcf.gz: has no INFO field 'AF_popmax'; it has AF, CLN"):
        annotated(tmp_path, "chr1", field="AF_popmax")
    (tmp_path / "s.vcf.gz").write_bytes(b"no VCF")
    (tmp_path / "g.fa.fai").write_text("chr1\t600\t6\t60\t61\n")
    with pytest.raises(UserError, match=r"s.vcf.gz: cannot be read as a VCF file"):
        annotation_sources.check_source(
            annotation_sources.Source(tmp_path / "s.vcf.gz", (), ""), tmp_path / "g.fa.fai"
        )
