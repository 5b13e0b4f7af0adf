import signal
import threading
from collections.abc import Iterator

import pytest

from scripts.workflow.interrupt import handle_sigterm_aside


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


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
