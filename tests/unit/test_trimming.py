"""What trimming left is compared with what the files hold."""

import gzip
import json
import logging
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.trimming import check_trimming, cut_mate_suffix, trimming_warning

FILES = ("a_R1.fq.gz", "a_R2.fq.gz")


def check(
    folder: Path, reads: int, before: int, after: int, *, files: tuple[str, ...] = FILES
) -> bool:
    checked, report = folder / "checked.json", folder / "fastp.json"
    lanes = [
        {"files": ["other.fq"], "reads": 1, "mate_suffix": False},
        {"files": list(files), "reads": reads, "mate_suffix": True},
    ]
    checked.write_text(json.dumps({"lanes": lanes}))
    counts = {"before_filtering": before, "after_filtering": after}
    report.write_text(json.dumps({"summary": {k: {"total_reads": n} for k, n in counts.items()}}))
    return check_trimming(checked, report, files)


def test_all_reads_were_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert check(tmp_path, 100, 200, 190)
    assert check(tmp_path, 100, 100, 90, files=FILES[:1])
    assert caplog.text == ""


@pytest.mark.parametrize("before", [198, 202, 0])
def test_a_trimmer_that_stopped_early_is_no_success(tmp_path: Path, before: int) -> None:
    with pytest.raises(UserError) as caught:
        check(tmp_path, 100, before, before)
    text = str(caught.value)
    assert text.startswith(f"a_R1.fq.gz and a_R2.fq.gz: fastp read {before} of 200 reads")
    assert f"record {before // 2 + 1}," in text


@pytest.mark.parametrize(("after", "said"), [(100, False), (99, True), (0, True)])
def test_few_reads_left_are_said_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, after: int, said: bool
) -> None:
    """Just at half and just below it."""
    with caplog.at_level(logging.WARNING):
        check(tmp_path, 100, 200, after)
    assert (f"trimming left {after} of 200 reads" in caplog.text) is said
    assert bool(trimming_warning(200, after)) is said


@pytest.mark.parametrize("written", ["", '{"summary": {"before_filt'])
def test_a_report_that_was_not_written_whole_names_the_disk(tmp_path: Path, written: str) -> None:
    """What fastp leaves on a full disk, with status 0."""
    check(tmp_path, 100, 200, 190)
    (tmp_path / "fastp.json").write_text(written)
    with pytest.raises(UserError, match=r"fastp\.json: .*No space left on device"):
        check_trimming(tmp_path / "checked.json", tmp_path / "fastp.json", FILES)


def test_without_reads_nothing_is_said() -> None:
    assert trimming_warning(0, 0) == ""


def test_the_mate_is_cut_from_names_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.fq.gz"
    path.write_bytes(gzip.compress(b"@SRR1.7.1 7 length=4\nACGT\n+\n@I.1\n@SRR1.8.1\nA\n+\nI\n"))
    cut_mate_suffix(path)
    assert gzip.decompress(path.read_bytes()) == (
        b"@SRR1.7 7 length=4\nACGT\n+\n@I.1\n@SRR1.8\nA\n+\nI\n"
    )
    assert list(tmp_path.iterdir()) == [path]
