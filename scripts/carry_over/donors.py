"""Whose molecules a rare allele may be: the rule by which carry-over is told.

An ITD is nearly a bar code: two patients hardly have the same. Where a sample of another patient on
the same run has it at a high level, and this one at a very low one, its molecules came over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flt3itd.common.statistics import at_least
from flt3itd.records import AlleleKey
from scripts.carry_over.alleles import AlleleKind, SeenAllele

DONOR_VAF = 0.05
"""A high level: 0.5 % of it is 0.025 %, which is no more than few fragments of most samples."""
TIMES_HIGHER = 10.0
"""A donor has at least so many times the VAF: two patients may have one allele, at any two levels,
but hardly one allele at so different ones."""
MOST_HOPPED = 0.02
"""Share of a recurrent allele up to which its donor is told, though nothing is held back: of the
reads of a patterned flow cell 0.1 to 2 % hop (Illumina, Effects of index misassignment, 2017)."""
MORE_THAN_CARRIED = 0.01
"""Counts that carry-over of the share would reach less often are more than carried over."""

Key = tuple[AlleleKind, AlleleKey]


def donor_of(here: SeenAllele, others: Iterable[SeenAllele], share: float) -> SeenAllele | None:
    """The sample of another patient on the same run that an allele can have come from.

    Its molecules are up to `share` of those here, or as few as that share of the donor's reads (a
    deep donor gives a shallow sample more): each is another molecule here, however many the donor
    has of it, as hardly two of them come over. Many patients have a recurrent allele: where it
    passes, a donor is told up to `MOST_HOPPED`. Of several donors the one with most molecules.
    """
    if here.mutant == 0 or (here.recurrent and not here.passes):
        return None
    if here.recurrent:
        share = max(share, MOST_HOPPED)
    donors = [
        other
        for other in others
        if other.key == here.key
        and other.run == here.run
        and other.patient != here.patient
        and other.passes
        and other.vaf >= max(DONOR_VAF, TIMES_HIGHER * here.vaf)
        and (
            here.vaf <= share
            or at_least(here.mutant, share * other.mutant * other.copies) > MORE_THAN_CARRIED
        )
    ]
    return max(donors, key=lambda one: (one.mutant, one.sample), default=None)


@dataclass(frozen=True)
class Findings:
    """What the other samples say of the alleles of one.

    `donors` are those that its alleles can have come from; `own` are alleles that keep their state
    all the same, as another sample of the patient has them by itself, or as they are recurrent;
    `carried` are those that others only have from donors.
    """

    donors: Mapping[Key, SeenAllele]
    own: frozenset[Key]
    carried: frozenset[Key]


def compare(
    sample: str, patient: Sequence[SeenAllele], run: Sequence[SeenAllele], share: float
) -> Findings:
    """Judge the alleles of a sample.

    Args:
        sample: Its name.
        patient: What all samples of its patient show.
        run: What all samples show of the runs that the patient's are on.
        share: The share of molecules that is taken for carry-over at most.
    """
    others: dict[Key, list[SeenAllele]] = {}
    for one in run:
        others.setdefault(one.key, []).append(one)
    donors = {
        (one.sample, one.key): donor_of(one, others.get(one.key, ()), share)
        for one in patient
        if one.run
    }
    elsewhere = [one for one in patient if one.sample != sample and one.passes]
    own = frozenset(one.key for one in elsewhere if donors.get((one.sample, one.key)) is None)
    own |= {one.key for one in patient if one.recurrent}
    return Findings(
        {key: donor for (name, key), donor in donors.items() if donor and name == sample},
        own,
        frozenset(one.key for one in elsewhere) - own,
    )
