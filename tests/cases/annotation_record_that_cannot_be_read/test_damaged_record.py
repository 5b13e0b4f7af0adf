"""What cannot be read in a VCF of the user is one line with the file and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.annotation_check import Genome, Source, check_source

BASES = "ACGT" * 50
HEADER = """##fileformat=VCFv4.2
##contig=<ID=chr2>
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
"""
GOOD = "chr2\t101\t.\tA\tG\t.\t.\tCLNSIG=x\n"


def check(folder: Path, *records: str) -> list[str]:
    """Check a VCF for a genome of one contig, of which bases 101 to 110 are a target."""
    path = folder / "given.vcf"
    path.write_text(HEADER + "".join(records), "utf-8")
    path = Path(pysam.tabix_index(str(path), preset="vcf", force=True))
    contigs, regions = {"chr2": len(BASES)}, {"chr2": [(100, 110)]}
    genome = Genome(contigs, regions, lambda _: lambda a, b: BASES[a:b])
    return check_source(Source("clinvar", path, "CLNSIG"), genome)


def test_a_right_file_says_nothing(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD) == []


@pytest.mark.parametrize("place", [100, 101, 105])
def test_too_few_columns(tmp_path: Path, place: int) -> None:
    """The first record of the file, of the target, or another."""
    broken = f"chr2\t{place}\t.\tA\tG\n"
    records = [GOOD, broken] if place > 101 else [broken, GOOD]
    with pytest.raises(UserError) as caught:
        check(tmp_path, *records)
    words = str(caught.value)
    assert words.startswith(f"annotation.clinvar: {tmp_path / 'given.vcf.gz'}: has a record that")
    assert "bcftools view" in words
    assert "\n" not in words


def test_a_position_behind_the_end(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"\(chr2:999 has A, the genome no base there\)"):
        check(tmp_path, "chr2\t999\t.\tA\tG\t.\t.\tCLNSIG=x\n")
