"""UMIs of two parts that stand in names with `_`, or without any sign between them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.cli import main
from tests.umi_builders import UmiLibrary, UmiPair, other_strand, write_bam, write_fastq

LIBRARY = UmiLibrary()


def duplex(count: int, sign: str, step: int = 17) -> list[UmiPair]:
    """Molecules read from both strands, of which each begins with the other part of the UMI."""
    pairs = []
    for number in range(count):
        parts = LIBRARY.bases(6), LIBRARY.bases(6)
        one = UmiPair(LIBRARY.fragment(50 + step * number), parts)
        for pair in (one, other_strand(one)):
            pairs += [UmiPair(pair.fragment, (sign.join(pair.umi),))] * 2
    return pairs


def by_fastq(folder: Path, pairs: list[UmiPair], form: str) -> list[str]:
    return ["--fastq", *map(str, write_fastq(folder, pairs, form))]


def by_bam(folder: Path, pairs: list[UmiPair], form: str) -> list[str]:
    return ["--bam", str(write_bam(folder / f"{form}.bam", LIBRARY.sequence, pairs))]


@pytest.mark.parametrize(
    ("given", "form", "umi", "sign"),
    [
        (by_fastq, "name", "name", "_"),
        (by_fastq, "name", "name", ""),
        (by_fastq, "comment", "RX", ""),
        (by_bam, "comment", "RX", ""),
    ],
)
@pytest.mark.parametrize(("molecules", "is_told"), [(20, True), (19, False)])
def test_strands_show_the_parts(
    tmp_path: Path,
    given: Callable[[Path, list[UmiPair], str], list[str]],
    form: str,
    umi: str,
    sign: str,
    molecules: int,
    is_told: bool,
) -> None:
    """As UMI-tools (no sign) and fastp (`--umi_delim _`) write them."""
    reads = given(tmp_path, duplex(molecules, sign), form)
    out, told = tmp_path / "out.bam", tmp_path / "out.json"
    assert main(["consensus", "--umi", umi, *reads, "--out", str(out), "--json", str(told)]) == 0
    found = json.loads(told.read_text("utf-8"))
    is_duplex = is_told or sign == "_"
    assert found["umi_bases"] == ([6, 6] if is_duplex else [12])
    assert found["families"] == (molecules if is_duplex else 2 * molecules)
    assert found["duplex_families"] == (molecules if is_duplex else 0)


def test_strands_of_one_place_show_nothing(tmp_path: Path) -> None:
    """There UMIs that are each other's turned by chance are many."""
    reads = by_fastq(tmp_path, duplex(60, "", 0), "name")
    out, told = tmp_path / "out.bam", tmp_path / "out.json"
    arguments = ["consensus", "--umi", "name", *reads, "--assay", "amplicon", "--out", str(out)]
    assert main([*arguments, "--json", str(told)]) == 0
    assert json.loads(told.read_text("utf-8"))["umi_bases"] == [12]


def test_three_parts_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = UmiPair(LIBRARY.fragment(50), ("ACGT_TTGA_CCA",))
    reads = by_fastq(tmp_path, [pair] * 3, "name")
    out = tmp_path / "out.bam"
    assert main(["consensus", "--umi", "name", *reads, "--out", str(out)]) == 2
    assert "found 'ACGT_TTGA_CCA', expected a UMI" in capsys.readouterr().err
