"""What is wrong with gene models is named by its cause."""

from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.genome.gtf import gtf_features

LINE = 'chr1\tx\texon\t{}\t{}\t.\t+\t.\tgene_name "A"; transcript_id "T"; exon_number "1";\n'


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, 820, "row 2: the exon chr1:0-820 begins at 0, and positions in a GTF are counted from"),
        (0, 0, "row 2: the exon chr1:0-0 begins at 0"),
        (9, 8, "row 2: the exon chr1:9-8 ends before it begins"),
        (9, 9, ""),
        (1, 1, ""),
    ],
)
def test_a_start_of_0_is_none_of_a_gtf(tmp_path: Path, start: int, end: int, words: str) -> None:
    path = tmp_path / "genes.gtf"
    path.write_text("# remark\n" + LINE.format(start, end), "utf-8")
    if not words:
        assert [one.end - one.start for one in gtf_features(path)] == [1]
        return
    with pytest.raises(UserError) as caught:
        list(gtf_features(path))
    assert str(caught.value).startswith(f"{path}: {words}")
