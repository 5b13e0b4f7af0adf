"""What an ITD is judged by: filters, primer sites, and who is estimated with whom.

Coordinates are those of the template: plus strand, 0-based half-open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junctions import GROUPING_BASES
from flt3itd.insertions.parts import touches
from flt3itd.insertions.residues import LEAST_REST, Residue
from flt3itd.insertions.two_ends import BothEnds
from flt3itd.insertions.windows import ANCHOR
from flt3itd.locus.template import Searched
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.primers import PrimerPair

_LEAST_CLIPPED_SHARE = 0.01
"""Share of the depth that must be clipped alike, to be named where no insertion explains it."""
LEAST_UNANSWERED = 10
LEAST_UNANSWERED_SHARE = 0.05
"""Fragments, and their share of the depth, that must be clipped alike for a sample without any ITD
to have no answer. Over 25,000 bases of real exomes no three were clipped alike but at ITDs. Where
they are clipped on both sides of a place, only their number is asked."""
_AT_AMPLICON_END = 5
"""Bases beside the end of an amplicon in which clips are what stands behind the primer."""
LEAST_UNRESOLVED_SHARE = 0.1
"""Share of an ITD's fragments that must disagree with it alike to be named beside it."""
_ASSUMED_PRIMER = 20
"""Primer length in bases where amplicons are inferred from the reads."""
_PRIMING = 15
"""Bases at the 3' end of a primer that bind, and are extended, though those at its 5' end hang."""
BACKGROUND_CHANCE = 0.01
"""A known insertion counts as present when errors would show as many fragments less often."""
FEW_PLACES = 10
"""Places at which a read would span a whole copy, below which such reads are counted on no more."""
LEAST_SPANNING = 5
"""Expected fragments that span it, of which three must agree: fewer come once in eight times."""
LONGEST_INHERITED = 11
"""Bases of an insertion that may be inherited: the ITDs of patients are longer (15 bases and more
in the 194 of the AMLSG cohort)."""
HETEROZYGOUS = (0.4, 0.6)
HOMOZYGOUS = 0.9
"""Shares of all molecules that carry an inherited insertion."""


@dataclass(frozen=True)
class ItdParameters:
    """Thresholds of the caller. Fragments are counted, not reads.

    A known insertion is looked for in all molecules, and in those of `residual_family` reads or
    more alone.
    """

    minimum_mutant_fragments: int = 3
    minimum_depth: int = 30
    residual_family: int = 2


def filters_of(
    haplotype: Haplotype,
    fragments: int,
    template: Searched,
    parameters: ItdParameters,
    background: float | None,
    unexplained: Mapping[int, int] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Why an insertion does not pass; a known one (with a background) needs no support.

    `unexplained` are the fragments, by place, that show a change which nothing explains.
    """
    filters: list[Flt3Filter] = []
    if background is not None:
        if background > BACKGROUND_CHANCE:
            filters.append(Flt3Filter.BACKGROUND)
    elif fragments < parameters.minimum_mutant_fragments:
        filters.append(Flt3Filter.LOW_SUPPORT)
    elif outnumbering(haplotype, fragments, unexplained):
        filters.append(Flt3Filter.OUTNUMBERED)
    if not touches(haplotype, template.target):
        filters.append(Flt3Filter.OFF_TARGET)
    return tuple(filters)


def outnumbering(haplotype: Haplotype, fragments: int, unexplained: Mapping[int, int]) -> list[int]:
    """The places beside the ends of an insertion of whose fragments more fit nothing than fit it.

    Few reads then show it by an error: most of those that leave the reference there end too soon to
    say where they go.
    """
    return [
        place
        for place, count in unexplained.items()
        if count >= LEAST_UNANSWERED
        and count > fragments
        and any(abs(place - end) <= GROUPING_BASES for end in haplotype.segment)
    ]


def estimated_together(
    filters: Mapping[int, tuple[str, ...]], hidden: Collection[int]
) -> list[list[int]]:
    """Mutants that pass share one likelihood; each filtered or hidden one has its own.

    An artefact must not take molecules from the wild type of the ratios that are reported, nor
    must an insertion that no amplicon can show.
    """
    alone = {number: bool(reasons) or number in hidden for number, reasons in filters.items()}
    passing = [number for number, apart in alone.items() if not apart]
    filtered = [[number] for number, apart in alone.items() if apart]
    return ([passing] if passing else []) + filtered


def inherited_like(haplotypes: Mapping[int, Haplotype], vafs: Mapping[int, float]) -> list[int]:
    """Short insertions that are as frequent as inherited ones, where there is an ITD beside them.

    The ITD is longer, or carries the insertion; it counts then among the molecules with it. Their
    molecules are wild type in the ratios of the ITD, as those of other inherited changes are.
    """
    insertions = {n: one.insertion for n, one in haplotypes.items() if one.insertion is not None}
    longest = max((one.length for one in insertions.values()), default=0)
    found = []
    for number, insertion in insertions.items():
        carriers = [other for other, one in haplotypes.items() if insertion in one.beside]
        if insertion.length > LONGEST_INHERITED or not (insertion.length < longest or carriers):
            continue
        carried = vafs[number] + sum(vafs[other] for other in carriers)
        if HETEROZYGOUS[0] <= carried <= HETEROZYGOUS[1] or carried >= HOMOZYGOUS:
            found.append(number)
    return found


def unexplained_clips(
    left: Sequence[Residue],
    depth: npt.NDArray[np.int64],
    template: Searched,
    parameters: ItdParameters,
) -> dict[int, int]:
    """Clips on target that enough fragments share, by breakpoint.

    They propose nothing, or an insertion of the reference that whole fragments did not bear out.
    """
    first, last = template.target
    found: dict[int, int] = {}
    for one in left:
        if one.proposal is None or (not one.haplotype and one.proposal.change is not None):
            found[one.place] = found.get(one.place, 0) + one.fragments
    return {
        place: fragments
        for place, fragments in sorted(found.items())
        if first <= place <= last
        and fragments >= parameters.minimum_mutant_fragments
        and fragments >= _LEAST_CLIPPED_SHARE * depth[place - template.region[0]]
    }


def unanswered(
    unexplained: Mapping[int, int],
    both_ends: Mapping[int, BothEnds],
    depth: npt.NDArray[np.int64],
    region: tuple[int, int],
    amplicons: Sequence[Amplicon],
    outnumbering: Collection[int] = (),
) -> tuple[int, int] | None:
    """The place where most fragments show a change that nothing explains, and their number.

    None where they are too few to leave a sample without an ITD unanswered. At the places that are
    `outnumbering` an insertion there is one, whatever their share.
    """
    ends = [end for one in amplicons for end in (one.start, one.end)]
    found = {}
    for place, clipped in unexplained.items():
        both = both_ends.get(place)
        fragments = both.fragments if both else clipped
        share = _LEAST_CLIPPED_SHARE if both or place in outnumbering else LEAST_UNANSWERED_SHARE
        if (
            fragments >= LEAST_UNANSWERED
            and fragments >= share * depth[place - region[0]]
            and all(abs(place - end) > _AT_AMPLICON_END for end in ends)
        ):
            found[place] = fragments
    return max(found.items(), key=lambda item: (item[1], -item[0]), default=None)


def unresolved_fragments(left: Sequence[Residue], number: int, support: int) -> int:
    """Fragments of a haplotype that disagree with it alike; 0 where they are few of its own."""
    most = max((one.fragments for one in left if one.haplotype == number), default=0)
    return most if most >= LEAST_UNRESOLVED_SHARE * support else 0


def few_reads_span(haplotype: Haplotype, length_bp: int, longest_read: int) -> bool:
    """Whether reads span a whole copy, and tell both sides, at hardly any place."""
    return haplotype.duplication.is_tandem and _places(length_bp, longest_read) < FEW_PLACES


def is_uncountable(haplotype: Haplotype, length_bp: int, longest_read: int, fragments: int) -> bool:
    """Whether too few reads span a whole copy and tell both sides: there may be more copies.

    `fragments` show a junction. A molecule with one copy more has two, so that half as many
    molecules are behind them; of these, the share over all of the copy would be expected.
    """
    if not haplotype.duplication.is_tandem:
        return False
    junction_places = longest_read - 2 * ANCHOR + 1
    expected = fragments / 2 * _places(length_bp, longest_read) / junction_places
    return expected < LEAST_SPANNING


def _places(length_bp: int, longest_read: int) -> int:
    return longest_read - length_bp - 2 * LEAST_REST + 1


def primer_sites(
    primers: Sequence[PrimerPair], amplicons: Sequence[Amplicon]
) -> list[tuple[int, int]]:
    """Where the 3' ends of primers bind: those given, or those that ends of amplicons suggest.

    Each once, in the order of the amplicons.
    """
    lefts = [(pair.left_start, pair.left_end) for pair in primers] or [
        (one.start, one.start + _ASSUMED_PRIMER) for one in amplicons if one.primed[0]
    ]
    rights = [(pair.right_start, pair.right_end) for pair in primers] or [
        (one.end - _ASSUMED_PRIMER, one.end) for one in amplicons if one.primed[1]
    ]
    bound = [
        *((max(start, end - _PRIMING), end) for start, end in lefts),
        *((start, min(end, start + _PRIMING)) for start, end in rights),
    ]
    return list(dict.fromkeys(bound))


def holds_primer(haplotype: Haplotype, sites: Sequence[tuple[int, int]]) -> bool:
    """Whether a site lies in what the insertion copies: its second copy can be primed too."""
    first, last = haplotype.segment
    return any(first <= start and end <= last for start, end in sites)
