"""The lines of a text file that a program or a person made, plain or gzipped."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from flt3itd.common.errors import UserError

BYTE_ORDER_MARK = "\ufeff"
_GZIP = b"\x1f\x8b"
_DECIMAL = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Row numbers (1-based) and lines without their ends; lines without text are left out.

    Whether the file is gzipped is told by its first bytes, not by its name.

    Raises:
        UserError: The file cannot be read, is no UTF-8 text, or has what other programs would
            take for a part of the text: a byte order mark, or line ends of other systems.
    """
    try:
        with path.open("rb") as file:
            gzipped = file.read(2) == _GZIP
        opener = gzip.open if gzipped else open
        with opener(path, "rt", encoding="utf-8", newline="\n") as lines:
            for row, line in enumerate(lines, start=1):
                if "\r" in line or "\0" in line or row == 1:
                    _check(line, path, row)
                if line.strip():
                    yield row, line.rstrip("\n")
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text; is it the right file?") from error


def _check(line: str, path: Path, row: int) -> None:
    """Raises UserError for what other programs would take for a part of the text."""
    if row == 1 and line.startswith(BYTE_ORDER_MARK):
        raise UserError(
            f"{path}: row 1: found a byte order mark, which other programs take for a "
            "part of the first name; remove it with: sed -i '1s/^\\xEF\\xBB\\xBF//'"
        )
    if line.endswith("\r\n"):
        raise UserError(
            f"{path}: row {row}: found Windows line ends; convert the file, "
            "for example with: sed -i 's/\\r$//'"
        )
    if "\r" in line or "\0" in line:
        raise UserError(
            f"{path}: row {row}: found line ends of an old Mac, or bytes that are no "
            "text; is it the right file? Line ends are converted with: tr '\\r' '\\n'"
        )


def decimal_number(text: str) -> float:
    """The number that a cell has in decimal writing, as instruments export it (1.2E+05 too).

    NaN for all else, also for what Python alone takes for a number: 1_000, digits of other scripts.
    """
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def whole_number(where: str, column: str, text: str) -> int:
    """A coordinate of a file. Raises UserError, naming `where` (file and row) and the column."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise UserError(f"{where}: {column}: found {text!r}, expected a whole number, 0 or more")
    return int(text)
