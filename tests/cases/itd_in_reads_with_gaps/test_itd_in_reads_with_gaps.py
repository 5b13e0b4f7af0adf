from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import write_fastq
from tests.itd_builders import Mutant, assert_found, call, sample_pairs, tandem
from tests.spoiling import FASTQ, files_of


@pytest.mark.parametrize("mutants", [[tandem(28_034_090, 28_034_149, 0.3)], []])
def test_an_itd_stands_and_a_negative_does_not(mutants: list[Mutant], tmp_path: Path) -> None:
    pairs = sample_pairs(mutants, 300, 7, Library(read_length=150))
    reads = FASTQ["0.30% insertions and deletions"]([(one.first, one.second) for one in pairs])
    files = [
        str(write_fastq(tmp_path / f"R{mate}.fastq", mates))
        for mate, mates in enumerate(files_of(reads))
    ]
    called = call(tmp_path, "--fastq", *files)
    assert_found(called, mutants)
    itd, warnings = called.document["itd"], called.document["warnings"]
    assert itd["status"] == ("detected" if mutants else "not_assessable")
    assert called.document["tkd"]["status"] == "not_assessable"
    assert "insertions and deletions per base" in warnings[0]
