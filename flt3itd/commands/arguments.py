"""Values of options that several commands take."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.text_lines import decimal_number


def positive(text: str) -> int:
    """A whole number from 1, as argparse takes the type of an option."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number from 1")
    return int(text)


def share(text: str) -> float:
    """A number from 0 to 1, as argparse takes the type of an option."""
    value = decimal_number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number from 0 to 1")
    return value


def check_given(path: Path, option: str = "") -> None:
    """Refuse an input that is not there, or that cannot be read twice, as a pipe.

    Raises UserError, which begins with the option where it is told.
    """
    if path.is_file():
        return
    where = f"{option}: {path}" if option else str(path)
    if path.is_dir():
        raise UserError(f"{where}: this is a folder; give a file")
    if path.exists():
        raise UserError(f"{where}: this is no regular file; write what it gives to a file first")
    raise UserError(f"{where}: there is no such file")


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse an output that is an input, also through a link, or another output: it would be lost.

    Raises UserError.
    """
    taken = set(map(os.path.realpath, inputs))
    for path in outputs:
        place = os.path.realpath(path)
        if place in taken:
            raise UserError(
                f"{path}: this output is an input or another output too, which would be lost; give "
                "it another name"
            )
        taken.add(place)
