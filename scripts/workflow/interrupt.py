"""How a run is stopped from outside."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def handle_sigterm_aside() -> None:
    """Let the handler of SIGTERM run in a thread of its own; to be called when Snakemake set it.

    Snakemake's handler waits for a lock, which the code that it interrupts may hold: a run that is
    told to end just when it takes note of a finished job would wait for itself for ever.
    """
    handler = signal.getsignal(signal.SIGTERM)
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        return

    def aside(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=handler, args=(number, frame), daemon=True).start()

    signal.signal(signal.SIGTERM, aside)
