"""Primers on the genome, given as places or as sequences."""

from pathlib import Path

import pysam
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from scripts.panel.primer_sites import main, primer_sites
from tests.builders import random_sequence

BASES = random_sequence(3000, seed=12)
REGIONS = {"chr1": [(1000, 1200)]}
LEFT, RIGHT = (950, 972), (1230, 1250)


@pytest.fixture
def genome(tmp_path: Path) -> Path:
    path = tmp_path / "genome.fa"
    path.write_text(f">chr2\n{BASES[::-1]}\n>chr1\n{BASES}\n")
    pysam.faidx(str(path))
    return path


def bedpe(folder: Path, *rows: str) -> Path:
    path = folder / "kit.bedpe"
    path.write_text("#kit\n" + "".join(f"{row}\n" for row in rows).replace(" ", "\t"))
    return path


def test_left_primers_are_plus_and_right_ones_minus(tmp_path: Path, genome: Path) -> None:
    kit = bedpe(tmp_path, "chr1 950 972 chr1 1230 1250", "1 940 960 1 1100 1120 name")
    targets = tmp_path / "targets.bed"
    targets.write_text("chr1\t1000\t1200\n")
    files = {"primers": kit, "fasta": genome, "targets": targets, "out": tmp_path / "out.bed"}
    main([part for name, path in files.items() for part in (f"--{name}", str(path))])
    rows = [line.split("\t") for line in files["out"].read_text().splitlines()]
    assert [(r[0], int(r[1]), int(r[2]), r[5]) for r in rows] == [
        ("chr1", 940, 960, "+"),
        ("chr1", 950, 972, "+"),
        ("chr1", 1100, 1120, "-"),
        ("chr1", 1230, 1250, "-"),
    ]


@pytest.mark.parametrize(("end", "found"), [(601, True), (600, False)])
def test_a_lone_primer_lies_near_a_target(
    tmp_path: Path, genome: Path, end: int, found: bool
) -> None:
    kit = bedpe(tmp_path, f"chr1 580 {end} . -1 -1", ". -1 -1 chr1 1601 1620")
    if found:
        sites = primer_sites(kit, genome, REGIONS)
        assert sites == [("chr1", 580, 601, "+"), ("chr1", 1601, 1620, "-")]
    else:
        with pytest.raises(UserError, match="no primer reads a target"):
            primer_sites(kit, genome, REGIONS)


def test_sequences_are_found_around_the_targets(
    tmp_path: Path, genome: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kit = tmp_path / "kit.fa"
    left, right = BASES[slice(*LEFT)], reverse_complement(BASES[slice(*RIGHT)])
    kit.write_text(f">a\n{left.lower()}\n>b\n{right}\n>far\n{BASES[100:120]}\n")
    assert primer_sites(kit, genome, REGIONS) == [("chr1", *LEFT, "+"), ("chr1", *RIGHT, "-")]
    assert "1 of 3 primers are nowhere within 400 bases of a target" in caplog.text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("chr1 1990 2010 chr1 2981 3001", "row 2: the primers lie outside chr1, which has 3000"),
        ("chr9 950 972 chr9 1230 1250", "row 2: contig 'chr9' is not in the genome"),
        ("chr1 950 1230", "row 2: found 3 columns"),
        # Another build: no amplicon holds a base of a target.
        ("chr1 1200 1220 chr1 1300 1320", "no primer reads a target"),
    ],
)
def test_primers_that_do_not_fit_are_refused(
    tmp_path: Path, genome: Path, row: str, words: str
) -> None:
    with pytest.raises(UserError, match=words):
        primer_sites(bedpe(tmp_path, row), genome, REGIONS)
