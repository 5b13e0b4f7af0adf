"""The FASTQ of a capture behind that of amplicons of the same sample."""

from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import Pair, write_mates
from tests.itd_builders import Called, Mutant, amplicon_pairs, call, sample_pairs, tandem

ITD = tandem(28_034_051, 28_034_173, 0.3, "GTTCAC")
AMPLICON = [(28_033_860, 28_034_260)]


def called(folder: Path, pairs: list[Pair]) -> Called:
    files = write_mates(folder, pairs)
    return call(folder, "--fastq", *map(str, files), "--assay", "amplicon")


@pytest.mark.parametrize("mutants", [[ITD], []])
def test_both_in_one_file_are_named(tmp_path: Path, mutants: list[Mutant]) -> None:
    pairs = amplicon_pairs(mutants, AMPLICON, 500)
    both = [*pairs, *sample_pairs(mutants, 150, 2, Library(read_length=150))]
    found = called(tmp_path, both)
    assert found.status == ("detected" if mutants else "not_assessable")
    warnings = "".join(found.document["warnings"])
    assert "reads of a capture are among those of the amplicons" in warnings


def test_amplicons_alone_have_no_remark(tmp_path: Path) -> None:
    found = called(tmp_path, amplicon_pairs([ITD], AMPLICON, 500))
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert not found.document["warnings"]
