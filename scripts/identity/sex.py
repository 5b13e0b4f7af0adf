"""Sex by the depth of the genes of chromosome X, where the panel holds some."""

from __future__ import annotations

from collections.abc import Iterable

from flt3itd.common.assay import Assay
from scripts.coverage.rows import ExonCoverage, mean_depth
from scripts.identity.records import Sex

_FEWEST_GENES = 3
"""Genes of chrX: one alone may be captured badly, or be lost or gained."""
MALE, FEMALE = 0.65, 0.85
"""Depth of chrX over that of the autosomes, up to and from: about 0.5 and 1, with captures that
vary by some 10 % between genes."""
_X, _Y = {"X", "chrX"}, {"Y", "chrY"}


def sex_of(exons: Iterable[ExonCoverage], assay: Assay) -> tuple[Sex, float | None, str]:
    """Sex, the ratio of depths, and the reason where nothing can be said."""
    if assay != Assay.CAPTURE:
        return Sex.NOT_ASSESSABLE, None, "depth tells no copies in this assay"
    rows = [exon for exon in exons if exon.chrom not in _Y]
    on_x = [exon for exon in rows if exon.chrom in _X]
    rest = [exon for exon in rows if exon.chrom not in _X]
    if len({exon.gene for exon in on_x}) < _FEWEST_GENES or not rest:
        return Sex.NOT_ASSESSABLE, None, f"fewer than {_FEWEST_GENES} genes of chrX on this panel"
    autosomes, of_x = mean_depth(rest), mean_depth(on_x)
    if not autosomes or of_x is None:
        return Sex.NOT_ASSESSABLE, None, "no reads"
    ratio = of_x / autosomes
    if ratio <= MALE:
        return Sex.MALE, ratio, ""
    if ratio >= FEMALE:
        return Sex.FEMALE, ratio, ""
    return Sex.NOT_ASSESSABLE, ratio, "the depth of chrX lies between that of one copy and of two"
