import dataclasses
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import write_mates
from tests.itd_builders import call, replacement, sample_pairs, tandem


def test_an_inserted_base_of_some_molecules_is_told(tmp_path: Path) -> None:
    itd = tandem(28_034_122, 28_034_181, 0.24)
    both = dataclasses.replace(itd, vaf=0.16, beside=(replacement(28_034_241, 28_034_240, "G"),))
    pairs = sample_pairs([itd, both], 400, 1, Library(read_length=100, fragment_mean=300))
    files = write_mates(tmp_path, pairs)
    called = call(tmp_path, "--fastq", *map(str, files))
    vafs = {event["on_same_molecules"]: event["vaf"] for event in called.passing}
    inserted = "NM_004119.3:c.1705-27_1705-26insC"
    assert vafs == {"": pytest.approx(0.24, abs=0.08), inserted: pytest.approx(0.16, abs=0.06)}
