"""Copies by PCR over exon 20, of a capture that has no other reads of FLT3."""

import random
from pathlib import Path

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import flt3_locus
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import call

READ, MOLECULES, MUTANT, COPIES = 100, 400, 60, 6
LOCUS = flt3_locus()
D835 = 28_018_505 - LOCUS.first_position
WRONG = D835 + 3
"""A base of the codon before, which one molecule of ten has wrong in half of its copies."""


def test_copies_over_exon_20_alone(tmp_path: Path) -> None:
    chance = random.Random(8)

    def changed(text: str, at: int, base: str) -> str:
        return text[:at] + base + text[at + 1 :]

    pairs = []
    for number in range(MOLECULES):
        start, size = D835 - chance.randint(10, 90), chance.randint(120, 200)
        molecule = changed(LOCUS.sequence, D835, "A") if number < MUTANT else LOCUS.sequence
        for copy in range(COPIES):
            is_wrong = number % 10 == 9 and copy % 2
            text = changed(molecule, WRONG, "A") if is_wrong else molecule
            text = text[start : start + size]
            pairs.append((text, reverse_complement(text)))
    chance.shuffle(pairs)
    files = []
    for mate in (0, 1):
        reads = [
            FastqRead(
                f"r{number}",
                pair[mate][:READ],
                "".join(chr(33 + quality) for quality in chance.choices((37, 32, 25), k=READ)),
            )
            for number, pair in enumerate(pairs)
        ]
        files.append(str(write_fastq(tmp_path / f"R{mate}.fastq", reads)))
    called = call(tmp_path, "--fastq", *files)
    [event] = [one for one in called.document["tkd"]["events"] if "835" in one["hgvs_p"]]
    assert 50 <= event["mutant_fragments"] <= MUTANT
    assert event["vaf_low"] <= MUTANT / MOLECULES <= event["vaf_high"]
    assert any("each pair of ends was counted once" in one for one in called.document["warnings"])
