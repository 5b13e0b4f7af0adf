"""An amplicon of which a program removed pairs that have the same bases."""

from pathlib import Path

import pytest

from tests.builders import write_mates
from tests.itd_builders import Mutant, amplicon_pairs, call, tandem

AMPLICON = [(28_033_930, 28_034_240)]
ITD = tandem(28_034_090, 28_034_134, 0.05)


@pytest.mark.parametrize("mutants", [[ITD], []])
def test_there_is_a_remark(tmp_path: Path, mutants: list[Mutant]) -> None:
    pairs = amplicon_pairs(mutants, AMPLICON, 3000, 5, read_length=251)
    once = {(pair.first.sequence, pair.second.sequence): pair for pair in pairs}
    for name, kept in (("all", pairs), ("once", list(once.values()))):
        folder = tmp_path / name
        folder.mkdir()
        files = write_mates(folder, kept)
        found = call(folder, "--fastq", *map(str, files), "--assay", "amplicon").document
        said = "no two are alike" in " ".join(found["warnings"])
        assert said == (name == "once")
        assert found["itd"]["status"] == ("detected" if mutants else "not_detected")
