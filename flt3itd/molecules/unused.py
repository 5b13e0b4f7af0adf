"""UMIs that reads carry while nobody says so: their molecules are not counted."""

from __future__ import annotations

from collections.abc import Sequence

import pysam

from flt3itd.molecules.read_names import IN_NAME, umi_field
from flt3itd.reads.alignment_file import FIRST_RECORDS, UMI_TAG, has_unused_umis, is_consensus

_LEAST_UMI = 4
"""Bases behind the last sign of a read name from which they are a UMI, and no number of a lane."""


def unused_in_bam(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """A warning where the first reads of a BAM carry UMIs and are no consensus."""
    if has_unused_umis(bam):
        return (_warning(f"tag {UMI_TAG}", UMI_TAG),)
    if is_consensus(bam):
        return ()
    return _in_names([record.query_name or "" for record in bam.head(FIRST_RECORDS)])


def unused_in_fastq(headers: Sequence[str]) -> tuple[str, ...]:
    """A warning where these first reads carry UMIs: in names, or as a tag in what follows them."""
    words = [header.split() or [""] for header in headers]
    if words and all(any(one.startswith(f"{UMI_TAG}:Z:") for one in each[1:]) for each in words):
        return (_warning(f"tag {UMI_TAG}", UMI_TAG),)
    return _in_names([each[0].removesuffix("/1") for each in words])


def _in_names(names: Sequence[str]) -> tuple[str, ...]:
    """A warning where all names end as UMI-tools, fastp and Illumina write UMIs."""
    if not names or any(len(umi_field(name)) < _LEAST_UMI for name in names):
        return ()
    return (_warning("in their names", IN_NAME),)


def _warning(where: str, source: str) -> str:
    return (
        f"the reads carry UMIs ({where}) that are not used: no molecules are counted; "
        f"say --umi {source} (sheet column umi)"
    )
