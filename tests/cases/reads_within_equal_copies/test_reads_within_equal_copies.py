"""Copies that a read does not span, whose reads are not filtered."""

from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import write_mates
from tests.itd_builders import call, replaced, sample_pairs, tandem

FIRST, LAST = 28_034_050, 28_034_125
UNIT = "CTGCAGAAACATTTGGCACATTCCATTCTTACCAAACTCTAAATTTTCTCTTGGAAACTCCCATTTGAGATCATAT"


@pytest.mark.parametrize("copies", [3, 5])
def test_such_reads_are_not_taken_for_filtered(tmp_path: Path, copies: int) -> None:
    assert replaced(LAST + 1, LAST, UNIT).sequence == tandem(FIRST, LAST).sequence
    itd = replaced(LAST + 1, LAST, UNIT * (copies - 1), 0.25)
    library = Library(read_length=100, fragment_mean=180, fragment_sd=60)
    pairs = sample_pairs([itd], 1000, 1, library)
    files = write_mates(tmp_path, pairs)
    found = call(tmp_path, "--fastq", *map(str, files))
    (event,) = found.passing
    assert event["length_bp"] == len(UNIT) * (copies - 1)
    (warning,) = found.document["warnings"]
    assert warning == "6% of the reads run into the adapter: fragments are shorter than reads"
