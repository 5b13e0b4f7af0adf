"""A duplex library whose strands have bases that the other strand of their molecule lacks."""

import json
from dataclasses import replace
from pathlib import Path

from flt3itd.cli import main
from tests.umi_builders import UmiLibrary, UmiPair, other_strand, with_error, write_fastq

MOLECULES, READS = 60, 12
"""Read pairs are of each strand."""


def library(damaged: int) -> list[UmiPair]:
    """Every molecule read from both strands; of so many, one strand has another base."""
    drawn = UmiLibrary(7)
    pairs = []
    for number in range(MOLECULES):
        start = int(drawn.rng.integers(0, 4800))
        pair = UmiPair(drawn.fragment(start), (drawn.bases(6), drawn.bases(6)))
        other = other_strand(pair)
        if number < damaged:
            place = int(drawn.rng.integers(40, 100))
            pair = replace(pair, fragment=with_error(pair.fragment, place))
        pairs += [pair] * READS + [other] * READS
    return pairs


def test_damage_of_one_strand_is_no_other_molecule(tmp_path: Path) -> None:
    fastq = map(str, write_fastq(tmp_path, library(damaged=15)))
    out, told = tmp_path / "out.bam", tmp_path / "out.json"
    options = ["--out", str(out), "--json", str(told), "--umi", "6M+T 6M+T"]
    assert main(["consensus", *options, "--fastq", *fastq]) == 0
    found = json.loads(told.read_text("utf-8"))
    assert (found["families"], found["duplex_families"]) == (MOLECULES, MOLECULES)
    assert (found["large_families"], found["mixed_families"]) == (2 * MOLECULES, 0)
    assert found["molecules_hidden"] < 0.01
