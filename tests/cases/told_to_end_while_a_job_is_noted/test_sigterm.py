import os
import signal
import threading

from scripts.workflow.interrupt import handle_sigterm_aside


def test_sigterm_is_handled_though_the_interrupted_code_holds_the_lock() -> None:
    lock, told = threading.Lock(), threading.Event()

    def wants_the_lock(*_: object) -> None:
        with lock:
            told.set()

    before = signal.signal(signal.SIGTERM, wants_the_lock)
    try:
        handle_sigterm_aside()
        with lock:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not told.is_set()
        assert told.wait(10)
    finally:
        signal.signal(signal.SIGTERM, before)
