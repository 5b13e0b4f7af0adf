"""Check that a file which the user names can be read, and that a folder can be written."""

from __future__ import annotations

import os
import re
from pathlib import Path

from flt3itd.common.errors import UserError

_UNFIT = re.compile(r'^-|[\x00-\x1f{}<>"\\]')
"""What Snakemake takes for wildcards, or a program for an option, or a line for two."""


def check_readable(where: str, path: str) -> None:
    """Check a file that is named in a place such as "samples.tsv: row 2: column fq1".

    Raises:
        UserError: Its name is unfit, it does not exist, is no file, or cannot be read.
    """
    if _UNFIT.search(path):
        raise UserError(
            f"{where}: found {path!r}; a path cannot begin with - or hold line breaks or "
            '{ } < > " \\; rename the file or its folder'
        )
    if path.startswith("~"):
        raise UserError(
            f"{where}: found {path!r}; ~ is not taken for a home folder here; write the whole path"
        )
    if not _is_there(where, Path(path)):
        raise UserError(
            f"{where}: {path!r} does not exist; paths are relative to the folder in which "
            "snakemake is started"
        )
    if not Path(path).is_file():
        raise UserError(f"{where}: {path!r} is not a file")
    if not os.access(path, os.R_OK):
        raise UserError(f"{where}: {path!r} cannot be read; check its permissions")


_LONGEST_NAME = 10_000
"""Bytes of a genome's first line that are looked at."""


def check_plain_fasta(where: str, path: str) -> None:
    """Check that a genome is a FASTA file as it is: programs need any place of it at once.

    Raises:
        UserError: It is compressed, begins as no FASTA file does, or has Windows line ends, which
            freebayes takes for bases.
    """
    try:
        with Path(path).open("rb") as file:
            start = file.readline(_LONGEST_NAME)
    except OSError as error:
        raise UserError(f"{where}: cannot be read: {error.strerror}") from error
    if start.startswith(b"\x1f\x8b"):
        raise UserError(f"{where}: the genome is compressed; decompress it with: gzip -dk")
    if not start.startswith(b">"):
        raise UserError(f"{where}: this is not a FASTA file: its first line does not start with >")
    if b"\r" in start:
        raise UserError(
            f"{where}: row 1: found Windows line ends; save it with Unix line ends (dos2unix)"
        )


def check_not_cleared(where: str, path: str, output: str) -> None:
    """Check that an input does not lie where a run keeps what it works on: it would be taken away.

    Such as the BAM that an earlier run in this folder made of the same sample.

    Raises:
        UserError: It does, by its name or through a link.
    """
    work = Path(output) / "work"
    for resolved in (os.path.abspath, os.path.realpath):
        if Path(resolved(path)).is_relative_to(resolved(work)):
            raise UserError(
                f"{where}: {path!r} lies in {str(work)!r}, which this run clears: it would be "
                "lost; copy it to another place, or give another output"
            )


def _is_there(where: str, path: Path) -> bool:
    """Whether a file or folder exists; a name that no system takes is the user's mistake."""
    try:
        return path.exists()
    except OSError as error:
        raise UserError(
            f"{where}: {str(path)!r} cannot be looked up: {error.strerror}; give another path"
        ) from error


def file_identity(path: str) -> object:
    """What all names of one file share: symbolic and hard links, and other ways to its folder."""
    try:
        status = Path(path).stat()
    except OSError:
        return os.path.realpath(path)  # not there yet: the workflow makes it
    return status.st_dev, status.st_ino


def check_writable(where: str, folder: str) -> None:
    """Check a folder for results, which need not be there yet.

    Raises:
        UserError: It cannot be made or written, or holds more than results: the working folder.
    """
    if folder.startswith("~"):
        raise UserError(
            f"{where}: found {folder!r}; ~ is not taken for a home folder here; write the whole "
            "path"
        )
    working = Path.cwd()
    if os.path.realpath(folder) in map(str, (working, *working.parents)):
        raise UserError(
            f"{where}: {folder!r} is or holds the working folder, and samples become folders in "
            "it; give a folder of its own, for example results"
        )
    there = Path(folder).absolute()
    while not _is_there(where, there):
        there = there.parent
    if not there.is_dir():
        raise UserError(
            f"{where}: {folder!r} cannot be a folder, because {str(there)!r} is a file; give "
            "another folder"
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise UserError(
            f"{where}: {folder!r} cannot be written, because {str(there)!r} is read-only; change "
            "its permissions or give another folder"
        )
