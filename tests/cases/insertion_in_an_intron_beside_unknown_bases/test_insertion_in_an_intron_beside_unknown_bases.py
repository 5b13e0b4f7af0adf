"""An insertion far beside an ITD, at a place that many fragments show otherwise."""

from __future__ import annotations

import random
from pathlib import Path

from tests.builders import read_pairs, write_fastq
from tests.itd_builders import LOCUS, PART, assert_found, call, tandem

ITD = tandem(28_034_055, 28_034_156, 0.3, "ACGTTGCAATGC")
PLACE = LOCUS.exon(15).start - 300
"""In intron 15."""
OTHERS = 150
"""Alleles that each have 30 bases of their own there, so few that none is found."""


def test_insertion_in_an_intron_beside_unknown_bases(tmp_path: Path) -> None:
    start, end = PART
    mutant = ITD.haplotype.text()[start : end + ITD.length]
    wild_type = LOCUS.sequence[start:end]
    place, chance = PLACE - start, random.Random(1)
    inserted = wild_type[place - 12 : place]
    alleles = [
        ("mutant", mutant, ITD.vaf),
        ("wild type", wild_type, 0.2),
        ("inserted", f"{wild_type[:place]}{inserted}{wild_type[place:]}", 0.2),
    ]
    for number in range(OTHERS):
        other = "".join(chance.choices("ACGT", k=30))
        text = f"{wild_type[: place - 15]}{other}{wild_type[place + 15 :]}"
        alleles.append((f"other {number}", text, 0.3 / OTHERS))
    pairs = read_pairs(alleles, 1000, seed=3)
    files = [
        write_fastq(tmp_path / "R1.fastq", (pair.first for pair in pairs)),
        write_fastq(tmp_path / "R2.fastq", (pair.second for pair in pairs)),
    ]
    called = call(tmp_path, "--fastq", *map(str, files))
    assert_found(called, [ITD])
    assert "off_target" in [event["filter"] for event in called.events]
