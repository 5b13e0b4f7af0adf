"""How a run is stopped from outside."""

from __future__ import annotations

import signal
import threading


def stop_on_sigterm() -> None:
    """Let SIGTERM stop a run as Ctrl-C does; to be called when Snakemake has set its own handler.

    That handler waits for a lock which the code that it interrupts may hold, so that a run which is
    told to end just when it takes note of a finished job would never end.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
