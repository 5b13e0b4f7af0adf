"""What a count of a result is a count of: the one list, for every text and label."""

from __future__ import annotations

from enum import StrEnum

from flt3itd.common.assay import Assay


class CountedUnit(StrEnum):
    """What one in a count stands for."""

    MOLECULES = "molecules"
    """Families of reads with one UMI: each is a molecule of the patient, read once or often."""
    FRAGMENTS = "fragments"
    """Sheared fragments, one of each pair of ends: copies of PCR were left out by their ends."""
    READS = "reads"
    """Fragments that were read, copies made by PCR among them, which nothing tells apart."""

    @classmethod
    def without_umis(cls, assay: Assay | str) -> CountedUnit:
        """What is counted in an assay whose reads carry no UMIs."""
        return cls.FRAGMENTS if assay == Assay.CAPTURE else cls.READS
