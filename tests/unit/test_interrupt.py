import os
import signal
import threading
from collections.abc import Iterator

import pytest

from scripts.interrupt import stop_on_sigterm


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_sigterm_ends_code_that_holds_a_lock() -> None:
    """As Snakemake does: its own handler wants the lock that the interrupted code holds."""
    lock = threading.Lock()
    signal.signal(signal.SIGTERM, lambda *_: lock.acquire(timeout=5))
    stop_on_sigterm()
    with pytest.raises(KeyboardInterrupt), lock:
        os.kill(os.getpid(), signal.SIGTERM)
    assert not lock.locked()


def test_elsewhere_than_in_the_main_thread_nothing_is_changed() -> None:
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=stop_on_sigterm)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is before
