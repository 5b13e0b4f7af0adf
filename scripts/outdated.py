"""Take away results that a run is about to make anew, before anything in it can fail."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def remove_outdated(outputs: Iterable[str]) -> None:
    """Remove those of the files that exist.

    A job removes its old outputs only when its turn comes. Until then, and for good when an
    earlier job fails, a report of earlier input would stand for the new one.
    """
    for output in outputs:
        path = Path(output)
        if path.is_file() or path.is_symlink():
            path.unlink()
