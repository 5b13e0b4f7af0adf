"""Which FASTQ files the simulation makes, so that the sample sheet may name them in advance."""

from __future__ import annotations

import csv
from pathlib import Path

from flt3itd.common.errors import UserError

FASTQ_FOLDER = "example/fastq"


def simulated_names(plan: str | None) -> list[str]:
    """The samples that a simulation plan (a table with a column `sample`) makes, in its order."""
    if plan is None:
        return []
    try:
        with Path(plan).open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(
                (line for line in file if not line.startswith("#")), delimiter="\t"
            )
            if "sample" not in (rows.fieldnames or []):
                raise UserError(f"{plan}: row 1: column 'sample' is missing")
            return list(dict.fromkeys(row["sample"] for row in rows))
    except OSError as error:
        raise UserError(f"{plan}: the simulation plan cannot be read: {error.strerror}") from error


def simulated_fastqs(plan: str | None) -> frozenset[str]:
    """The paths of the FASTQ files that a simulation plan makes."""
    names = simulated_names(plan)
    return frozenset(f"{FASTQ_FOLDER}/{name}_R{mate}.fastq.gz" for name in names for mate in (1, 2))
