"""Time and memory of one command: ``python -m scripts.benchmark.measure LOG COMMAND...``.

A process of its own, and a small one, because Linux counts the memory of the process that starts
a command towards the peak of the command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    """Run the command, its output into the log; print what it took as JSON.

    That are seconds, those of the processor, peak kibibytes, and the exit status.
    """
    with Path(sys.argv[1]).open("wb") as log:
        begin = time.perf_counter()
        process = subprocess.Popen(sys.argv[2:], stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    processor = usage.ru_utime + usage.ru_stime
    print(json.dumps([seconds, processor, usage.ru_maxrss, process.returncode]))


if __name__ == "__main__":
    main()
