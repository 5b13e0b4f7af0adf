"""What trimming left: fastp read every read, and enough of them are there."""

from __future__ import annotations

import argparse
import errno
import gzip
import itertools
import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import unfinished
from scripts.command import run
from scripts.records.number_words import percent

FEWEST_LEFT = 0.5
"""Share of reads that trimming leaves of a usual library at the least. Where it leaves fewer, the
inserts are mostly shorter than `trimming.minimum_read_length`, the adapters are those of another
kit, or the qualities are low: whatever is found, and not found, then rests on an odd part."""


def trimming_warning(before: float, after: float) -> str:
    """What is to be said of reads before and after trimming; empty where nothing is odd."""
    if before == 0 or after >= FEWEST_LEFT * before:
        return ""
    return (
        f"trimming left {after:.0f} of {before:.0f} reads ({percent(after / before)}): are the "
        "adapters (trimming.adapter_read1, adapter_read2) those of the kit, and the fragments "
        "longer than trimming.minimum_read_length?"
    )


def single_reads_warning(assay: Assay, reports: Iterable[Mapping[str, Any]]) -> str:
    """What is to be said of the copies of single reads; empty for pairs and other assays.

    `reports` are those of fastp.
    """
    if assay != Assay.CAPTURE or not any("read2_before_filtering" not in one for one in reports):
        return ""
    return (
        "the reads are single, so copies of a molecule cannot be told from other molecules: every "
        "read counts, and intervals and limits of detection are too small where there are copies"
    )


def check_trimming(checked: Path, report: Path, files: Sequence[str]) -> bool:
    """Compare fastp's report with what the FASTQ files hold; log where few reads are left.

    Args:
        checked: What `check_fastq` wrote.
        report: The JSON report of fastp.
        files: The FASTQ files that fastp was given.

    Returns:
        Whether the names of the reads end in .1 and .2 by mate.

    Raises:
        UserError: fastp stopped before the end of a file, or could not write its report; it
            does both without an error.
    """
    lanes = json.loads(checked.read_text("utf-8"))["lanes"]
    lane = next(lane for lane in lanes if lane["files"] == list(files))
    try:
        summary = json.loads(report.read_text("utf-8"))["summary"]
    except ValueError as error:  # fastp ends with status 0 also where it could not write
        raise UserError(
            f"{report}: fastp did not write it whole, and said nothing; most likely the disk is "
            f"full ({os.strerror(errno.ENOSPC)}): make room and run again"
        ) from error
    before, after = (
        summary[part]["total_reads"] for part in ("before_filtering", "after_filtering")
    )
    expected = lane["reads"] * len(files)
    if before != expected:
        raise UserError(
            f"{' and '.join(files)}: fastp read {before} of {expected} reads and stopped without "
            f"an error; look at record {before // len(files) + 1}, and copy or make the file again"
        )
    warning = trimming_warning(before, after)
    if warning:
        logging.warning("warning: %s: %s", " and ".join(files), warning)
    return bool(lane["mate_suffix"])


def cut_mate_suffix(fastq: Path) -> None:
    """Take .1 or .2 from the names of the reads of a gzipped file: bwa wants one name for mates."""
    draft = unfinished(fastq)
    with gzip.open(fastq, "rb") as reads, gzip.open(draft, "wb", compresslevel=1) as out:
        while record := list(itertools.islice(reads, 4)):
            name, space, comment = record[0].rstrip(b"\n").partition(b" ")
            out.write(name[:-2] + space + comment + b"\n")
            out.writelines(record[1:])
    draft.replace(fastq)


def main() -> None:
    """The command that the rules `trim_reads` and `trim_single_reads` run after fastp."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checked", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--fastq", nargs="+", required=True, help="what fastp was given")
    parser.add_argument("--trimmed", type=Path, nargs="+", required=True, help="what it wrote")
    a = parser.parse_args()
    if check_trimming(a.checked, a.report, a.fastq):
        for file in a.trimmed:
            cut_mate_suffix(file)


if __name__ == "__main__":
    run(main)
