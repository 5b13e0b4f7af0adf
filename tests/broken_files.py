"""Files of a set, each broken in one way, and what a program says of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pysam
import pytest
from pysam.utils import SamtoolsError

from flt3itd.common.errors import UserError
from tests.input_set import write_set

Change = Callable[[bytes], bytes]
Check = Callable[[], None]


def swap(old: str, new: str) -> Change:
    """The first `old` in a file becomes `new`."""

    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


def becomes(data: bytes) -> Change:
    return lambda _: data


def cut(count: int) -> Change:
    """The file without its last bytes."""
    return lambda data: data[:-count]


def flipped(at: int) -> Change:
    """The file with other bits in one byte, as of a broken disk."""
    return lambda data: data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def rewritten(header: Mapping[str, object], *, name: str = "", backwards: bool = False) -> Change:
    """The BAM under another header, its reads renamed or from last to first."""

    def change(data: bytes) -> bytes:
        Path("old.bam").write_bytes(data)
        with pysam.AlignmentFile("old.bam") as old:
            whole = {**old.header.to_dict(), **header}
            with pysam.AlignmentFile("new.bam", "wb", header=whole) as new:
                for read in reversed(list(old)) if backwards else old:
                    read.query_name = name or read.query_name
                    new.write(read)
        made = Path("new.bam").read_bytes()
        Path("old.bam").unlink()
        Path("new.bam").unlink()
        return made

    return change


@dataclass(frozen=True)
class Case:
    """A file, how it is broken, and words of the message."""

    file: str
    name: str
    change: Change
    words: str

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    def spoil(self) -> None:
        """Break the file of the working folder; a BAM that can still be read is indexed anew."""
        path = Path(self.file)
        path.write_bytes(self.change(path.read_bytes()))
        if Path(f"{path}.bai").exists():
            with contextlib.suppress(SamtoolsError):
                pysam.index(self.file)


class Matrix(NamedTuple):
    """What reads each file of a set, what breaks it, and what means nothing."""

    checks: Mapping[str, Check]
    cases: Sequence[Case]
    harmless: Sequence[Case]


def enter_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a set of files that is right, and an empty folder `out`."""
    monkeypatch.chdir(folder)
    write_set(folder)
    Path("out").mkdir()


def outcome(check: Check, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Exit status and the lines that name a mistake."""
    capsys.readouterr()
    try:
        check()
    except UserError as error:
        return error.exit_status, [f"error: {error}"]
    except SystemExit as end:
        lines = capsys.readouterr().err.splitlines()
        return int(end.code or 0), [line for line in lines if "error: " in line]
    return 0, []
