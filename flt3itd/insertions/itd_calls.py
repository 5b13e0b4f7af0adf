"""What is called of insertions: one with its counts, one of an earlier sample, and all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.baits import Baits
from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.flanks import InCopies, PartlyBeside
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.two_ends import BothEnds
from flt3itd.reads.amplicons import Amplicon


class ItdCall(NamedTuple):
    """One insertion (or deletion) with its counts; `filters` is empty when it passes.

    `mutant_fragments` show the junction; `wildtype_fragments` is the mean number at the two
    boundaries of the segment that the likelihood ascribes to the wild type.
    `duplicates_primer` says that the ratio is biased: the second copy holds a primer site.
    `unread` bases of the copies lie beyond the reads of this haplotype's own fragments, and are
    those of the reference; `uncountable`: too few reads span them, so there may be more.
    `vaf_of_more` is then the VAF with one copy more (in amplicons the same: each of their fragments
    shows a junction once), None where that is not known. `in_copies` are other bases of the allele
    that stand in each copy.
    `unresolved` of its fragments disagree with it alike. `inherited_like`: as short and frequent as
    an inherited insertion, so that its molecules are wild type in the ratios of the others.
    In a capture that is uneven about it the interval holds what baits tell and the VAF if it were
    even; the one that was not taken is `vaf_if_even` or `vaf_by_baits`, None where it lies in the
    interval of the other. `partly` are other bases beside that some of its molecules have.
    """

    haplotype: Haplotype
    mutant_fragments: int
    wildtype_fragments: int
    vaf: Estimate
    ar: Estimate
    filters: tuple[str, ...]
    duplicates_primer: bool
    unread: int = 0
    uncountable: bool = False
    unresolved: int = 0
    inherited_like: bool = False
    vaf_if_even: float | None = None
    vaf_by_baits: float | None = None
    vaf_of_more: float | None = None
    partly: tuple[PartlyBeside, ...] = ()
    in_copies: tuple[InCopies, ...] = ()


class KnownCall(NamedTuple):
    """An insertion of an earlier sample in this one; `vaf_upper` is the one-sided 95 % bound.

    `hidden`: no amplicon of this sample, or no read, can show it. `needed` holds, for each question
    that is asked of the errors, the mutant fragments from which it is present, and the fragments
    that would show it if all were mutant.
    """

    haplotype: Haplotype
    mutant_fragments: int
    informative_fragments: int
    vaf: float
    vaf_upper: float
    background_probability: float
    hidden: bool = False
    needed: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class ItdCalls:
    """All insertions of a sample; the totals are over those that pass, None when none does.

    `depth` holds the informative fragments at each base of the template's region; `unexplained`
    counts the fragments that are clipped alike at a place (template coordinate) on target and
    fit no insertion that could be found, `ends` has what those on both sides of such a place
    show of one. The reads that were `compared` with the haplotypes are those that may show a call.
    `shown`: so many fragments at the least would show a junction for each that shows a base
    that is assessed (`flt3itd.insertions.shown_junctions`). `baits` are those of an uneven capture
    (`flt3itd.insertions.placements.Placements`).
    """

    calls: tuple[ItdCall, ...]
    known: tuple[KnownCall, ...]
    total_vaf: Estimate | None
    total_ar: Estimate | None
    depth: npt.NDArray[np.int64]
    unexplained: dict[int, int]
    amplicons: tuple[Amplicon, ...] = ()
    ends: Mapping[int, BothEnds] = field(default_factory=dict)
    compared: ComparedReads = field(default_factory=lambda: ComparedReads.of(()))
    shown: float = 1.0
    baits: Baits | None = None
