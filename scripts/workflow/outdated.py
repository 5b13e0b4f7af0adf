"""Take away results that a run is about to make anew, and temporary files that nobody needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from snakemake.io import is_flagged


def remove_outdated(outputs: Iterable[str]) -> None:
    """Remove those of the files that exist.

    A job removes its old outputs only when its turn comes. Until then, and for good when an
    earlier job fails, a report of earlier input would stand for the new one.
    """
    for output in outputs:
        path = Path(output)
        if path.is_file() or path.is_symlink():
            path.unlink()


def unneeded_temporary_files(dag: Any) -> Iterator[str]:
    """The temporary outputs of Snakemake's jobs that no job needs any more.

    Snakemake takes them away when the last job that reads them ends. A run that is killed just
    then leaves some of them, and no later run would look at them again.
    """
    for job in dag.jobs:
        for path in job.output:
            is_temporary = is_flagged(path, "temp") and path not in dag.targetfiles
            if is_temporary and not dag.is_needed_tempfile(job, path):
                yield path
