import dataclasses
import re
from pathlib import Path

import pytest

from tests.builders import write_mates
from tests.itd_builders import call, replacement, sample_pairs, tandem


def test_a_base_of_some_molecules_is_told_with_their_share(tmp_path: Path) -> None:
    itd = tandem(28_034_122, 28_034_157, 0.24)
    later = replacement(28_034_182, 28_034_182, "G")
    pairs = sample_pairs([itd, dataclasses.replace(itd, vaf=0.16, beside=(later,))], depth=500)
    files = write_mates(tmp_path, pairs)
    (event,) = call(tmp_path, "--fastq", *map(str, files)).passing
    assert event["vaf"] == pytest.approx(0.4, abs=0.05)
    assert event["on_same_molecules"] == ""
    found = re.fullmatch(
        r"on a part of its molecules: c\.1737A>C \((\d+) of (\d+) fragments\)", event["remark"]
    )
    assert found, event["remark"]
    assert int(found[1]) / int(found[2]) == pytest.approx(0.4, abs=0.1)
