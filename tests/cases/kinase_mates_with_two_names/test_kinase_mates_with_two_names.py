"""Pairs over exon 20 in FASTQ, whose mates have one name or two."""

import random
from pathlib import Path

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import flt3_locus
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import call

READ, MOLECULES, MUTANT = 100, 600, 120
LOCUS = flt3_locus()
D835 = 28_018_505 - LOCUS.first_position
"""The first base of the codon in the transcript, on the plus strand: C, of D835Y A."""


def test_kinase_mates_with_two_names(tmp_path: Path) -> None:
    chance = random.Random(6)
    answers = []
    mutated = LOCUS.sequence[:D835] + "A" + LOCUS.sequence[D835 + 1 :]
    molecules = []
    for number in range(MOLECULES):
        start = D835 - chance.randint(10, 110)
        text = (mutated if number < MUTANT else LOCUS.sequence)[start : start + 120]
        molecules.append((text, reverse_complement(text)))
    for ends in (("/1", "/2"), ("", "")):
        files = []
        for mate, end in enumerate(ends):
            reads = [
                FastqRead(f"r{number}{end}", pair[mate][:READ], "I" * READ)
                for number, pair in enumerate(molecules)
            ]
            files.append(str(write_fastq(tmp_path / f"R{mate}.fastq", reads)))
        answers.append(call(tmp_path, "--fastq", *files).document["tkd"])
    assert answers[0] == answers[1]
    [event] = answers[0]["events"]
    assert event["hgvs_p"].endswith("(Asp835Tyr)")
    assert event["mutant_fragments"] + event["wildtype_fragments"] <= MOLECULES
