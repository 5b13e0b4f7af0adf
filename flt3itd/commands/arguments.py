"""Values of options that several commands take."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.text_lines import decimal_number
from flt3itd.common.unfinished import unfinished

_ADDRESS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+:)/")
"""How an address begins, of which a path keeps one slash."""


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


def add_reads(parser: argparse.ArgumentParser, bam: str) -> None:
    """Declare where the reads are (`read_files`); `bam` says which BAM is taken."""
    reads = parser.add_mutually_exclusive_group(required=True)
    reads.add_argument("--bam", type=Path, help=bam)
    reads.add_argument(
        "--fastq", type=Path, nargs="+", metavar="FASTQ", help="one file, or the two of a pair"
    )


def add_assay(parser: argparse.ArgumentParser, assays: Iterable[Assay] = Assay) -> None:
    """Declare how the library was made: one of these assays."""
    parser.add_argument(
        "--assay",
        choices=[assay.value for assay in assays],
        default=Assay.CAPTURE,
        help="how the library was made [%(default)s]",
    )


def check_given(path: Path, option: str = "") -> None:
    """Refuse an input that is not there, or that cannot be read twice, as a pipe.

    Raises UserError, which begins with the option where it is told.
    """
    if path.is_file():
        return
    shown = _ADDRESS.sub(r"\1//", str(path))
    where = f"{option}: {shown}" if option else shown
    if shown != str(path):
        raise UserError(f"{where}: this is an address; download the file, and give its path")
    if path.is_dir():
        raise UserError(f"{where}: this is a folder; give a file")
    if path.exists():
        raise UserError(f"{where}: this is no regular file; write what it gives to a file first")
    raise UserError(f"{where}: there is no such file")


def read_files(args: argparse.Namespace) -> tuple[Path, ...]:
    """The files of reads that are given: a BAM or CRAM (`bam`), or one or two FASTQ (`fastq`).

    Raises:
        UserError: There are more, one is given twice, also through a link, or one is not there.
    """
    files: tuple[Path, ...] = tuple(args.fastq) if args.fastq else (args.bam,)
    if len(files) > 2:
        raise UserError(f"--fastq: found {len(files)} files, expected one or two")
    for path in files:
        check_given(path)
    if len(set(map(os.path.realpath, files))) < len(files):
        raise UserError(f"--fastq: {files[-1]} is given twice; give the two files of a pair")
    return files


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse outputs that cannot be written, before anything is read or an earlier result removed.

    Raises:
        UserError: One is an input, also through a link, or another output, which would be lost; or
            it is no file, or has no place: in a file, in a read-only folder, of too long a name.
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
        _check_place(path)


def _check_place(path: Path) -> None:
    """Whether a file can be made or replaced there. A device or pipe would be taken away for it."""
    try:
        unfinished(path).lstat()  # what the system says of the longest name that is written
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UserError(
            f"{path}: cannot be written: {error.strerror}; give another name"
        ) from error
    if path.exists() and not path.is_file():
        raise UserError(f"{path}: this is no regular file, and is not replaced; give another name")
    folder = path.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(
            f"{path}: cannot be written, because {folder} is read-only; change its permissions or "
            "give another folder"
        )
