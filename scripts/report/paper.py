"""Print a page as PDF with Chromium, offline: report.pdf beside report.html.

python -m scripts.report.paper --page report.html --pdf report.pdf
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import all_or_none
from scripts.command import run

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The names that Chromium has on PATH, in the order in which they are looked for."""
_PATIENCE = 300.0
"""Seconds after which Chromium hangs: the largest page of a test takes three."""
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # in a container it is too small
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no name leads to a network
    "--no-pdf-header-footer",
)
_NO_SANDBOX = "--no-sandbox"
_BESIDE = re.compile(r'(<a\b[^>]*?) href="(?!#|https?:)[^"]*"')
"""A link to a file beside the page. In a PDF it would name the folders of this machine."""
_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:(\d{14})")
_MADE = b"19800101000000"
"""The date in the file, whenever it is printed: the same page is the same bytes."""


def find_chromium() -> str | None:
    """The path of Chromium, None where it is not on PATH."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def require_chromium(asked_by: str) -> str:
    """The path of Chromium. Raises UserError that names by what it was asked for."""
    found = find_chromium()
    if found is None:
        raise UserError(
            f"{asked_by}: reports are printed by Chromium, and PATH has none "
            f"({', '.join(PROGRAMS)}); install it, for example with apt install chromium, or set "
            "report.pdf to false"
        )
    return found


def print_page(page: Path, pdf: Path) -> None:
    """Write a page as PDF on the paper that its style asks for; all of it or nothing.

    Profile and whatever else Chromium keeps are in a temporary folder, which goes at the end.
    Raises UserError when there is no Chromium, or it makes no PDF.
    """
    chromium = require_chromium(str(page))
    with (
        all_or_none(pdf) as (draft,),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        copy = Path(folder) / "page.html"
        copy.write_text(_BESIDE.sub(r"\1", page.read_text("utf-8")), "utf-8")
        made = Path(folder) / "page.pdf"
        said = _run_chromium(chromium, copy, made)
        data = made.read_bytes() if made.exists() else b""
        if not (data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")):
            raise UserError(
                f"{page}: Chromium ({chromium}) made no PDF of it: {said}; mend that, or set "
                "report.pdf to false"
            )
        draft.write_bytes(_without_date(data))


def _run_chromium(chromium: str, page: Path, pdf: Path) -> str:
    """Print a page; returns the last line that Chromium said.

    Its sandbox holds foreign pages, and this one is ours and runs nothing but its own script: where
    the sandbox cannot be had, as for root and in many containers, it prints without.
    """
    if os.geteuid() == 0:
        return _call(chromium, page, pdf, _NO_SANDBOX)
    said = _call(chromium, page, pdf)
    if "sandbox" in said and not pdf.exists():
        logging.info("Chromium has no sandbox here, and prints without: %s", said)
        return _call(chromium, page, pdf, _NO_SANDBOX)
    return said


def _call(chromium: str, page: Path, pdf: Path, *more: str) -> str:
    """Call Chromium once, and return its last line, with that about a sandbox before others."""
    folder = page.parent
    options = (*_OPTIONS, *more, f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}")
    # All that it writes stays in the folder.
    homes = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    own = dict.fromkeys(homes, str(folder))
    output = folder / "said.txt"
    with output.open("wb") as file:
        try:
            done = subprocess.run(
                [chromium, *options, page.as_uri()], env=os.environ | own,
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False, timeout=_PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"it did not end in {_PATIENCE:.0f} seconds"
        except OSError as error:
            return f"it does not start ({error.strerror})"
    lines = [line for line in output.read_text("utf-8", "replace").splitlines() if line.strip()]
    of_sandbox = [line for line in lines if "sandbox" in line]
    return (of_sandbox or lines or [f"it ended with status {done.returncode}"])[-1].strip()


def _without_date(pdf: bytes) -> bytes:
    """A PDF with the same date always, and the same places of its parts."""
    return _DATE.sub(lambda match: match[0].replace(match[1], _MADE), pdf)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `print_report` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, required=True, help="the page")
    parser.add_argument("--pdf", type=Path, required=True, help="to be written")
    options = parser.parse_args(arguments)
    print_page(options.page, options.pdf)


if __name__ == "__main__":
    run(main)
