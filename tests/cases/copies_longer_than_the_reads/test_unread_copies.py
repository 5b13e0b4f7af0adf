from pathlib import Path

import pytest

from tests.builders import write_mates
from tests.itd_builders import call, sample_pairs, tandem


@pytest.mark.parametrize(("last", "remarked"), [(28_034_550, True), (28_034_190, False)])
def test_what_is_not_read_is_said(last: int, remarked: bool, tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_101, last, 0.4)], depth=500)
    files = write_mates(tmp_path, pairs)
    (event,) = call(tmp_path, "--fastq", *map(str, files)).passing
    assert ("more copies cannot be excluded" in event["remark"]) is remarked
    assert ("sequence between copies not read" in event["remark"]) is remarked
