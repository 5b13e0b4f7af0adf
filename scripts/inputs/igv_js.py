"""What pages with IGV are made of: the program of igv-reports, and the file of the user."""

from __future__ import annotations

import shutil
from pathlib import Path

from flt3itd.common.errors import UserError

PROGRAM = "create_report"
"""What igv-reports calls itself on PATH."""
_IGV = "createBrowser"
"""What every igv.js has, and no page that a server sends in its place."""


def require_igv_reports(asked_by: str) -> str:
    """The path of igv-reports. Raises UserError that names by what it was asked for."""
    found = shutil.which(PROGRAM)
    if found is None:
        raise UserError(
            f"{asked_by}: pages with IGV are made by igv-reports, and PATH has no {PROGRAM}; "
            "install it (pip install igv-reports), or leave report.igv_js out"
        )
    return found


def check_igv_js(path: Path) -> None:
    """Raises UserError when a file is no igv.js."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as igv.js: {error}") from error
    if not holds_igv(text):
        raise UserError(
            f"{path}: is not igv.js (it has no {_IGV}); give dist/igv.min.js of the npm package igv"
        )


def holds_igv(text: str) -> bool:
    """Whether a script is igv.js, or a page has it in it."""
    return _IGV in text
