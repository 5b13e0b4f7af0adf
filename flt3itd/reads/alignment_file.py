"""A BAM or CRAM: opened, and what its header tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from flt3itd.reads.coordinates import Placement


@contextmanager
def opened(path: Path, reference: Path | None) -> Iterator[pysam.AlignmentFile]:
    """An indexed BAM or CRAM; what goes wrong in it is told as a mistake of the file.

    Raises:
        UserError: the file cannot be read, is cut short or has no index.
    """
    try:
        with pysam.AlignmentFile(
            str(path), reference_filename=str(reference) if reference else None
        ) as bam:
            if not bam.has_index():
                raise UserError(
                    f"{path}: there is no index; make one with: samtools index '{path}'"
                )
            yield bam
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: the alignments cannot be read: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def platforms(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """The sequencing platforms that the read groups of a BAM name (PL), upper case."""
    groups = bam.header.to_dict().get("RG", [])
    return tuple(sorted({str(one["PL"]).upper() for one in groups if one.get("PL")}))


def contig_length(bam: pysam.AlignmentFile, placement: Placement) -> int:
    """The length of the contig that a placement names, in bases."""
    if placement.contig in bam.references:
        return bam.get_reference_length(placement.contig)
    return CHROMOSOME_LENGTH[placement.build]
