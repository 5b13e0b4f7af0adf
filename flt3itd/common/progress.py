"""How far a long step is: a bar in a terminal, else a line of the log for every tenth.

A log has no line of a step that ends within moments: what is said of its end stands alone.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import TextIO

_WIDTH = 30
MOMENTS = 2.0
"""Seconds before the first line of a log."""

log = logging.getLogger("flt3itd")


class Progress:
    """Shows how much of `total` (any unit) is done, and a count of what was found on the way."""

    def __init__(
        self,
        what: str,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._total = max(total, 1)
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._shown = 0
        self._clock = clock
        self._since = clock()

    def show(self, done: int, count: int) -> None:
        """Draw the bar anew, or write a line when another tenth is done."""
        share = min(1.0, done / self._total)
        if self._is_terminal:
            filled = int(share * _WIDTH)
            bar = "#" * filled + "." * (_WIDTH - filled)
            self._stream.write(f"\r[{bar}] {share:4.0%} {count:,} {self._what}")
            self._stream.flush()
        elif int(share * 10) > self._shown and self._clock() - self._since >= MOMENTS:
            self._shown = int(share * 10)
            log.info("%d %%: %s %s", self._shown * 10, f"{count:,}", self._what)

    def close(self) -> None:
        """End the line of the bar."""
        if self._is_terminal:
            self._stream.write("\n")
