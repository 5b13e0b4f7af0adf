"""Lines on standard error, where several programs of a run write at the same time."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Write a line in one piece: `print` writes its end by itself where nothing is buffered."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
