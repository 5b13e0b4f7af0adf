r"""Make the recipe of a release from recipe/meta.yaml: address and SHA-256 of its source archive.

    python -m scripts.maintenance.release_recipe --archive flt3itd-0.2.0.tar.gz \
        --url https://HOST/flt3itd-0.2.0.tar.gz --home https://HOST/flt3itd \
        --maintainer NAME --out meta.yaml

The recipe of the checkout builds the checkout: before a release there is no archive whose checksum
it could name. The archive is read, so that a recipe never names another version than it holds.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.command import run, write_whole

RECIPE = Path(__file__).resolve().parents[2] / "recipe" / "meta.yaml"
_CHECKOUT = "source:\n  path: ..\n"
_ADDRESS = re.compile(r"https://[\w.~:/?#@!$&()*+,;=%-]+")
_VERSION_FILE = re.compile(r"[^/]+/flt3itd/__init__\.py")
_NAME = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")


def version_in(archive: Path) -> str:
    """The version of the package in a source archive.

    Raises UserError when it is no archive of one folder with the package in it.
    """
    try:
        with tarfile.open(archive) as files:
            names = [name for name in files.getnames() if _VERSION_FILE.fullmatch(name)]
            found = files.extractfile(names[0]) if names else None
            text = found.read().decode("utf-8") if found else ""
    except (OSError, tarfile.TarError, ValueError) as error:
        raise UserError(f"{archive}: cannot be read as a source archive: {error}") from error
    version = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if version is None:
        raise UserError(
            f"{archive}: there is no flt3itd/__init__.py with a version in its folder; "
            "give a source archive of the checkout"
        )
    return version[1]


def released(recipe: str, archive: Path, url: str, home: str, maintainer: str) -> str:
    """The recipe of a release. Raises UserError when something does not fit."""
    for address in (url, home):
        if not _ADDRESS.fullmatch(address):
            raise UserError(f"{address!r} is no address; give one that begins with https://")
    if not _NAME.fullmatch(maintainer):
        raise UserError(f"{maintainer!r} is no name of a maintainer; give an account name")
    version = re.search(r'set version = "([^"]+)"', recipe)
    held = version_in(archive)
    if version is None or version[1] != held:
        raise UserError(
            f"{archive}: holds version {held}, the recipe is of {version and version[1]}; "
            "make the archive from this checkout"
        )
    if _CHECKOUT not in recipe or "about:\n" not in recipe:
        raise UserError(f"{RECIPE}: is no recipe of the checkout; restore it")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    made = recipe.replace(_CHECKOUT, f"source:\n  url: {url}\n  sha256: {digest}\n")
    made = made.replace("about:\n", f"about:\n  home: {home}\n")
    return f"{made.rstrip()}\n\nextra:\n  recipe-maintainers:\n    - {maintainer}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the recipe of a release."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("archive", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("url", "home", "maintainer"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args(arguments)
    recipe = RECIPE.read_text("utf-8")
    made = released(recipe, options.archive, options.url, options.home, options.maintainer)
    write_whole(options.out, made)


if __name__ == "__main__":
    run(main)
