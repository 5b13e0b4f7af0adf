r"""Describe the results of a run as an RO-Crate: `results/ro-crate-metadata.json`.

    python -m scripts.exchange.describe_run --results results --configuration config.yaml \
        --files files.txt --out results/ro-crate-metadata.json

The crate is the folder of results itself, whose files stay where they are. Needs the extra
`exchange`.
"""

from __future__ import annotations

import argparse
import mimetypes
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.command import run
from scripts.exchange.packages import require_packages

_FORMATS = {".tsv": "text/tab-separated-values", ".gz": "application/gzip"}
"""Formats that Python's own table does not name alike everywhere."""


def describe_run(results: Path, files: Iterable[Path], configuration: str, out: Path) -> None:
    """Write the description of `files`, which lie in the folder `results`."""
    require_packages("scripts.exchange.describe_run")
    from scripts.exchange.crate import add_pipeline, crate_of, write_crate  # noqa: PLC0415

    crate = crate_of(
        "Results of the myeloid panel and FLT3 pipeline",
        f"Reports and tables of one run, made from {configuration}. A program made them; "
        "nobody has judged them yet.",
        {
            path.relative_to(results).as_posix(): {
                "encodingFormat": _format_of(path),
                "contentSize": path.stat().st_size,
            }
            for path in files
        },
    )
    add_pipeline(crate)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_crate(crate, out)


def _format_of(path: Path) -> str:
    known = _FORMATS.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `describe_run` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("results", "files", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--configuration", required=True)
    options = parser.parse_args(arguments)
    files = [Path(line) for line in options.files.read_text("utf-8").splitlines()]
    describe_run(options.results, files, options.configuration, options.out)


if __name__ == "__main__":
    run(main)
