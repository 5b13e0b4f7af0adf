from pathlib import Path

import pytest

from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import unfinished, unfinished_folder
from flt3itd.records import FltEvent
from scripts.report.workbook import Sheet, write_workbook


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    target = tmp_path / "calls.vcf"
    left = unfinished(target)
    left.mkdir()
    (left / "0.vcf.gz").write_text("half")
    with unfinished_folder(target) as folder:
        assert list(folder.iterdir()) == []
        (folder / "calls.vcf").write_text("whole")
        (folder / "calls.vcf").replace(target)
    assert [path.name for path in tmp_path.iterdir()] == ["calls.vcf"]


def test_a_failure_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), unfinished_folder(tmp_path / "a"):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_half_a_table_is_written_over(tmp_path: Path) -> None:
    for name in ("t.tsv", "t.xlsx"):
        unfinished(tmp_path / name).write_text("half")
    write_table(tmp_path / "t.tsv", FltEvent, [])
    write_workbook(tmp_path / "t.xlsx", [Sheet("events", FltEvent, [])])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.tsv", "t.xlsx"]
