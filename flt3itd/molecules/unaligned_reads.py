"""The reads of a BAM of which none was aligned, as FASTQ: their families are made like those."""

from __future__ import annotations

from pathlib import Path

import pysam

from flt3itd.common.errors import UserError, one_line
from flt3itd.reads.alignment import Flag
from flt3itd.reads.alignment_file import UMI_TAG

_LEFT_OUT = int(Flag.SECONDARY | Flag.SUPPLEMENTARY | Flag.FAILED)


def as_fastq(path: Path, folder: Path) -> tuple[Path, ...]:
    """The pairs of a BAM in two FASTQ files of a folder, single reads in one; UMIs in comments.

    Raises:
        UserError: the BAM cannot be read.
    """
    first, second, single = (folder / f"{name}.fastq" for name in ("first", "second", "single"))
    together = folder / "by_name.bam"
    flags = ("-n", "-T", UMI_TAG, "-F", str(_LEFT_OUT), "-s", str(folder / "alone.fastq"))
    files = ("-1", str(first), "-2", str(second), "-0", str(single))
    try:
        pysam.collate("-u", "-o", str(together), str(path), str(folder / "by_name"))
        pysam.fastq(*flags, *files, str(together), catch_stdout=False)
    except pysam.utils.SamtoolsError as error:
        raise UserError(f"{path}: the reads cannot be read: {one_line(error)}") from error
    return (first, second) if first.stat().st_size else (single,)
