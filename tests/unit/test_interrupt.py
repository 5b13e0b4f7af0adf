import os
import signal
import threading
from collections.abc import Iterator

import pytest

from scripts.interrupt import handle_sigterm_aside


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_sigterm_is_handled_though_the_interrupted_code_holds_the_lock() -> None:
    """As in Snakemake: the handler wants a lock that the main thread may hold at any moment."""
    lock, told = threading.Lock(), threading.Event()

    def wants_the_lock(*_: object) -> None:
        with lock:
            told.set()

    signal.signal(signal.SIGTERM, wants_the_lock)
    handle_sigterm_aside()
    with lock:
        os.kill(os.getpid(), signal.SIGTERM)
        assert not told.is_set()
    assert told.wait(10)


def test_where_nothing_handles_sigterm_nothing_is_changed() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    handle_sigterm_aside()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_elsewhere_than_in_the_main_thread_nothing_is_changed() -> None:
    signal.signal(signal.SIGTERM, lambda *_: None)
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=handle_sigterm_aside)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is before
