"""A headless Chromium for the tests, driven over its DevTools protocol through two pipes.

Nothing but the browser is needed: no driver, no port, no package. The network is off.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
REQUIRED = bool(os.environ.get("BROWSER_REQUIRED"))
"""Where it is set, a missing browser fails the tests that need it."""
needs_browser = pytest.mark.skipif(
    not CHROMIUM and not REQUIRED, reason="chromium is not installed: no page is opened in it"
)
_PATIENCE = 300.0
"""Seconds to wait for an answer; a page of a report needs less than one, axe a few on all of it."""


@dataclass
class Browser:
    """A running browser; `complaints` collects what a page logs, throws or asks of the network."""

    profile: Path
    complaints: list[str] = field(default_factory=list)
    _number: int = 0
    _unread: bytes = b""

    def __enter__(self) -> Browser:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={self.profile}", "--remote-debugging-pipe",
        ]  # fmt: skip
        # The protocol wants file descriptors 3 and 4, which only a shell can give them.
        redirect = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", redirect, CHROMIUM, *options],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.call("Browser.close")
        self._process.wait(_PATIENCE)
        os.close(self._read)
        os.close(self._write)

    @contextmanager
    def page(self, path: Path, width: int = 1100, height: int = 1400) -> Iterator[Page]:
        """Open a file, wait until it is loaded, and close it again."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        page = Page(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        page.call("Network.emulateNetworkConditions", **offline)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        page.call("Emulation.setDeviceMetricsOverride", **size)
        page.call("Page.navigate", url=path.resolve().as_uri())
        deadline = time.monotonic() + _PATIENCE
        while page.run("document.readyState + location.protocol") != "completefile:":
            assert time.monotonic() < deadline, f"{path} does not load"
        yield page
        self.call("Target.closeTarget", targetId=target)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        """Send a command, and return its result; what happens meanwhile is looked through."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self._look(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._read], [], [], _PATIENCE)
            assert ready, "the browser does not answer"
            chunk = os.read(self._read, 1 << 20)
            assert chunk, "the browser has ended"
            self._unread += chunk
        message, _, self._unread = self._unread.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def _look(self, event: dict[str, Any]) -> None:
        method, details = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(f"exception: {details['exceptionDetails']}")
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(f"console: {details['type']} {details['args']}")
        elif method == "Log.entryAdded":
            self.complaints.append(f"log: {details['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            url = details["request"]["url"]
            if not url.startswith(("file:", "about:")):
                self.complaints.append(f"request: {url}")


@dataclass(frozen=True)
class Page:
    """An open page."""

    browser: Browser
    session: str

    def call(self, method: str, **parameters: Any) -> Any:
        return self.browser.call(method, self.session, **parameters)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def later(self, expression: str) -> Any:
        """The value that a promise of a JavaScript expression in the page comes to."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, path: Path, height: int | None = None) -> None:
        """A PNG of what is visible, or of the page from its top down to `height` pixels."""
        options: dict[str, Any] = {"format": "png"}
        if height is not None:
            width = self.run("document.documentElement.clientWidth")
            clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
            options |= {"clip": clip, "captureBeyondViewport": True}
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **options)["data"]))

    def pdf(self) -> bytes:
        """The page as it prints on A4."""
        data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        return base64.b64decode(data)
