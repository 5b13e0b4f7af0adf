"""RNA from FASTQ goes on into exons that the locus does not hold."""

from pathlib import Path

from tests.builders import random_sequence
from tests.rna_builders import TRANSCRIPT, call_rna

BESIDE = 300


def test_reads_that_begin_and_end_beside_the_locus(tmp_path: Path) -> None:
    whole = f"{random_sequence(BESIDE, 1)}{TRANSCRIPT}{random_sequence(BESIDE, 2)}"
    called = call_rna(tmp_path, [("wildtype", whole, 1.0)], 500)
    assert called.document["itd"]["status"] == "not_detected"
    assert called.document["tkd"]["status"] == "not_detected"
