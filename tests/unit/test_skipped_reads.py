"""Which records each tool leaves out, by assay: what the table says, asked of the tools."""

import re
import shutil
import subprocess
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.reads.alignment import Flag, skipped_flags
from scripts.panel.read_rules import ReadRules
from tests.panel_builders import CONTIG, GENOME, SNV, bam_of, read

RULES = Path(__file__).parents[2] / "rules"


@pytest.mark.parametrize("assay", Assay)
@pytest.mark.parametrize("flag", Flag)
def test_a_record_with_a_flag_counts_where_its_assay_takes_it(assay: Assay, flag: Flag) -> None:
    rules = ReadRules(assay, 20)
    left_out = Flag.UNMAPPED | Flag.SECONDARY | Flag.FAILED | Flag.SUPPLEMENTARY
    # Strand and mate say nothing of a read itself.
    taken = flag not in (left_out | Flag.DUPLICATE if assay == "capture" else left_out)
    assert rules.take(read("r", 100, flag=flag)) is taken
    assert rules.take(read("r", 100))
    assert rules.take(read("r", 100, mapping_quality=20))
    assert not rules.take(read("r", 100, mapping_quality=19))


@pytest.mark.skipif(shutil.which("freebayes") is None, reason="freebayes is not on PATH")
def test_freebayes_counts_marked_reads_when_it_is_told_to(tmp_path: Path) -> None:
    start = SNV.start - 50
    reads = [read(f"w{i}", start) for i in range(40)]
    reads += [read(f"m{i}", start, SNV, flag=Flag.DUPLICATE) for i in range(20)]
    bam_of(tmp_path, reads).close()
    fasta = tmp_path / "genome.fa"
    fasta.write_text(f">{CONTIG}\n{GENOME}\n")
    pysam.faidx(str(fasta))
    (option,) = re.findall(r'else "(--[\w-]+)"', (RULES / "panel.smk").read_text("utf-8"))
    command = ["freebayes", "-f", str(fasta), "--pooled-continuous", "--min-alternate-count", "3"]
    seen = {}
    for added in ((), (option,)):
        done = subprocess.run(
            [*command, *added, str(tmp_path / "reads.bam")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        places = [line.split("\t")[1] for line in done.stdout.splitlines() if line[0] != "#"]
        seen[added] = places
    assert seen == {(): [], (option,): [str(SNV.start + 1)]}


@pytest.mark.parametrize("name", ["panel.smk", "coverage.smk"])
def test_rules_take_the_flags_from_the_table(name: str) -> None:
    text = (RULES / name).read_text("utf-8")
    assert not re.search(r"QCFAIL|SECONDARY|\b0x\d+\b|\b1796\b|\b3844\b", text)
    assert "skipped_flags(assay_of(wildcards)" in text


def test_duplicates_are_left_out_only_where_starts_are_random() -> None:
    marked = [assay for assay in Assay if skipped_flags(assay) & Flag.DUPLICATE]
    assert marked == ["capture"]
