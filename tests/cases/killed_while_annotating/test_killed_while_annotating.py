import shutil
from pathlib import Path

import pytest

from flt3itd.common.unfinished import unfinished
from scripts.panel.annotation_sources import annotate_calls

CALLS = """##fileformat=VCFv4.3
##contig=<ID=chr1,length=100>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
chr1\t5\t.\tA\tC\t.\tPASS\t.
"""


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools is not on PATH")
def test_the_next_run_takes_away_what_the_killed_one_left(tmp_path: Path) -> None:
    calls, out = tmp_path / "calls.vcf", tmp_path / "annotated.vcf"
    calls.write_text(CALLS)
    unfinished(out).mkdir()
    (unfinished(out) / "0.vcf.gz").write_text("half")
    annotate_calls(calls, [], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["annotated.vcf", "calls.vcf"]
    assert "chr1\t5\t.\tA\tC" in out.read_text()
