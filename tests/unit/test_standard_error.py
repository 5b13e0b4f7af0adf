"""Lines on standard error are written in one piece."""

import sys
from pathlib import Path

import pytest

from flt3itd.cli import main
from flt3itd.common.errors import UserError
from flt3itd.common.standard_error import say
from scripts.command import run


class Pieces:
    """What is written, piece by piece, as where nothing is buffered."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def flush(self) -> None:
        pass


def watched(monkeypatch: pytest.MonkeyPatch) -> Pieces:
    """From here on: pytest puts its own standard error there before each test, behind fixtures."""
    found = Pieces()
    monkeypatch.setattr(sys, "stderr", found)
    return found


def test_a_line_is_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = watched(monkeypatch)
    say("one of 3 steps done")
    assert pieces.written == ["one of 3 steps done\n"]


def test_a_mistake_is_told_in_one_piece(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pieces = watched(monkeypatch)
    missing = tmp_path / "none.bam"
    assert main(["call", "--bam", str(missing), "--out", f"{tmp_path}/out/"]) == 2
    assert pieces.written == [f"flt3itd: error: {missing}: there is no such file\n"]


def test_a_mistake_of_a_job_is_told_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = watched(monkeypatch)

    def refuse() -> None:
        raise UserError("x_R1.fastq.gz: is cut short")

    with pytest.raises(SystemExit):
        run(refuse)
    assert pieces.written == ["error: x_R1.fastq.gz: is cut short\n"]
