import dataclasses
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import write_mates
from tests.itd_builders import call, replaced, replacement, sample_pairs, tandem


def test_a_deletion_of_some_is_shared_out_by_whole_fragments(tmp_path: Path) -> None:
    place = 28_034_224, 28_034_226, ""
    itd = tandem(28_034_122, 28_034_181, 0.1)
    both = dataclasses.replace(itd, beside=(replacement(*place),))
    library = Library(read_length=100, fragment_mean=300)
    pairs = sample_pairs([itd, both, replaced(*place, 0.1)], 1500, 3, library)
    files = write_mates(tmp_path, pairs)
    called = call(tmp_path, "--fastq", *map(str, files))
    assert {event["on_same_molecules"] for event in called.passing} == {
        "",
        "NM_004119.3:c.1705-10_1705-8del",
    }
    for event in called.passing:
        assert event["vaf"] == pytest.approx(0.1, abs=0.04)
        assert event["vaf_low"] > 0.03
        assert event["vaf_high"] < 0.17
