"""Known weaknesses of the locked Python packages, as pip-audit finds them: ``make audit``.

Exit status: 0 where every package was looked up and none has a known weakness, 1 where one has,
2 where packages could not be looked up (no network, or a mirror that knows no weaknesses): what
was not looked at is never called clean.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from scripts.maintenance.setup_tools import SetupError, find_uv, uv_environment

LOCK = "requirements.lock"


def verdict(report: Mapping[str, Any]) -> tuple[int, str]:
    """Exit status and sentence for a report of pip-audit (its format json)."""
    found, skipped, clean = [], [], 0
    for package in report["dependencies"]:
        if "skip_reason" in package:
            skipped.append(package["name"])
        elif package["vulns"]:
            names = ", ".join(weakness["id"] for weakness in package["vulns"])
            found.append(f"{package['name']} {package['version']} ({names})")
        else:
            clean += 1
    done = clean + len(found)
    looked_up = f"{done} of {done + len(skipped)} packages could be looked up"
    if found:
        return 1, f"{looked_up}; known weaknesses: {'; '.join(found)}; renew with: make lock"
    if not done:
        return 2, looked_up
    return (2 if skipped else 0), f"{looked_up}; none of them has a known weakness"


def main() -> None:
    """The command behind `make audit`."""
    try:
        command = [find_uv(), "tool", "run", "--quiet", "pip-audit", "--requirement", LOCK]
    except SetupError as error:
        sys.exit(f"audit: {error}")
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "--format", "json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=uv_environment(os.environ), check=False,
    )  # fmt: skip
    try:
        status, sentence = verdict(json.loads(done.stdout))
    except json.JSONDecodeError:
        reasons = done.stderr.strip().splitlines() or ["pip-audit said nothing"]
        status, sentence = 2, f"nothing could be looked up: {reasons[-1]}"
    print(f"audit: {sentence}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
