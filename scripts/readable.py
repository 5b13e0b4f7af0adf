"""Check that a file which the user names can be read."""

from __future__ import annotations

import os
from pathlib import Path

from flt3itd.errors import UserError


def check_readable(where: str, path: str) -> None:
    """Check a file that is named in a place such as "samples.tsv: row 2: column fq1".

    Raises:
        UserError: It does not exist, is no file, or cannot be read.
    """
    if not Path(path).exists():
        raise UserError(
            f"{where}: {path!r} does not exist; paths are relative to the folder in which "
            "snakemake is started"
        )
    if not Path(path).is_file():
        raise UserError(f"{where}: {path!r} is not a file")
    if not os.access(path, os.R_OK):
        raise UserError(f"{where}: {path!r} cannot be read; check its permissions")
