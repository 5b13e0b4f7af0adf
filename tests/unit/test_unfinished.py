import signal
from pathlib import Path

import pytest

from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import all_or_none, replace_all, unfinished, unfinished_folder
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


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_of_the_folders_that_were_made_none_stays_empty(
    tmp_path: Path, stop: type[BaseException]
) -> None:
    there, shared = tmp_path / "there", tmp_path / "shared"
    there.mkdir()
    paths = (tmp_path / "new" / "deep" / "a", there / "deeper" / "b", shared / "mine" / "c")
    with pytest.raises(stop), unfinished_folder(*paths):
        (shared / "of another program").touch()
        raise stop
    assert sorted(tmp_path.iterdir()) == [shared, there]
    assert not list(there.iterdir())
    assert [path.name for path in shared.iterdir()] == ["of another program"]


def test_half_a_table_is_written_over(tmp_path: Path) -> None:
    for name in ("t.tsv", "t.xlsx"):
        unfinished(tmp_path / name).write_text("half")
    write_table(tmp_path / "t.tsv", FltEvent, [])
    write_workbook(tmp_path / "t.xlsx", [Sheet("events", FltEvent, [])])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.tsv", "t.xlsx"]


def test_a_file_that_cannot_get_its_place_takes_back_those_before(tmp_path: Path) -> None:
    made = [tmp_path / name for name in ("a.new", "b.new", "c.new")]
    for path in made:
        path.write_text(path.name)
    targets = [tmp_path / name for name in ("a", "b", "c")]
    targets[1].mkdir()
    (targets[1] / "in the way").touch()
    with pytest.raises(OSError, match="b"):
        replace_all(made, targets)
    assert [path.exists() for path in targets] == [False, True, False]
    assert list(targets[1].iterdir()) == [targets[1] / "in the way"]


def test_several_files_appear_together_or_not_at_all(tmp_path: Path) -> None:
    paths = [tmp_path / "one" / "x.tsv", tmp_path / "two" / "x.tsv"]
    with pytest.raises(ZeroDivisionError), all_or_none(*paths) as drafts:
        for draft in drafts:
            draft.write_text("half")
        _ = 1 / 0
    assert not list(tmp_path.iterdir())
    with all_or_none(*paths) as drafts:
        for number, draft in enumerate(drafts):
            draft.write_text(str(number))
            assert not any(path.exists() for path in paths)
    assert [path.read_text() for path in paths] == ["0", "1"]
    assert [len(list(path.parent.iterdir())) for path in paths] == [1, 1]


def test_a_program_that_is_told_to_end_leaves_nothing(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as ended, unfinished_folder(tmp_path / "made") as folder:
            (folder / "half").write_text("half")
            signal.raise_signal(signal.SIGTERM)
        assert ended.value.code == 143
        assert not list(tmp_path.iterdir())
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def test_who_handles_the_signal_already_goes_on_doing_so(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        with unfinished_folder(tmp_path / "made"):
            signal.raise_signal(signal.SIGTERM)
        assert told == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)
