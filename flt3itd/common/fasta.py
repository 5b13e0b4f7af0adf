"""The records of a FASTA file of the user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flt3itd.common.errors import UserError, one_line


def read_fasta(path: Path, what: str) -> Iterator[tuple[str, str]]:
    """Name and sequence (upper case) of each record; `what` the file holds, for messages.

    Raises:
        UserError: the file cannot be read.
    """
    import dnaio  # noqa: PLC0415 - a twentieth of the time of a call that reads a BAM alone

    try:
        with dnaio.open(path, mode="r", fileformat="fasta") as records:
            for record in records:
                yield record.name.split()[0] if record.name else "", record.sequence.upper()
    except (dnaio.FileFormatError, OSError, ValueError) as error:
        raise UserError(f"{path}: {what} cannot be read as FASTA: {one_line(error)}") from error
