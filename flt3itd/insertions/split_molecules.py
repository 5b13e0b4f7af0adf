"""Families that errors in a UMI made of one molecule, among the few that show an ITD.

Where a hundred thousand molecules share a place, a UMI with an error is as likely that of another
molecule, so that both count. Not among three families that alone show a new sequence: one that PCR
made in one molecule would be an ITD of three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from flt3itd.insertions.explanation import Explained, Sample
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.strangers import rows_at_junctions
from flt3itd.reads.alignment_file import NO_UMI

_BY_CHANCE = 0.01
"""Where random UMIs of so few bases are side by side more often, nothing is told from it."""
_BASES = 4
_LOW_BITS = 0x5555555555555555


def without_split_molecules(
    explained: Explained, support: Mapping[int, int], sample: Sample, parameters: ItdParameters
) -> dict[int, int]:
    """The `support` of each mutant, by number, with one of each molecule where few are left.

    Those that were known before are asked of errors, not of numbers. Without UMIs (by fragment:
    `flt3itd.reads.alignment_file.family_umi`) reads are no molecules, and nothing is left out.
    """
    umis = sample.reads.family_umis
    if not umis:
        return dict(support)
    length = (max((umi for umi in umis if umi != NO_UMI), default=0).bit_length() + 1) // 2

    def repeated(fragments: Sequence[int]) -> int:
        return repeated_umis((umis[one] for one in fragments if one < len(umis)), length)

    return counted_once(explained, support, sample, parameters, repeated)


def counted_once(
    explained: Explained,
    support: Mapping[int, int],
    sample: Sample,
    parameters: ItdParameters,
    repeated: Callable[[Sequence[int]], int],
) -> dict[int, int]:
    """The `support` of each mutant without what is `repeated` among its fragments.

    Where too few for an ITD are left; elsewhere, and of those that were known, it stays.
    """
    least, left = parameters.minimum_mutant_fragments, dict(support)
    for number, found in support.items():
        haplotype = explained.settled.haplotypes[number]
        if haplotype.insertion is None or haplotype.is_one_of(sample.known) or found < least:
            continue
        again = repeated([*rows_at_junctions(explained, number)])
        if found - again < least:
            left[number] -= again
    return left


def repeated_umis(umis: Iterable[int], length: int) -> int:
    """How many of some UMIs of `length` bases differ in one base from others: errors of these.

    0 where that many random UMIs would lie side by side with a probability above `_BY_CHANCE`.
    """
    own = [umi for umi in umis if umi != NO_UMI]
    pairs = len(own) * (len(own) - 1) / 2
    if pairs * (_BASES - 1) * length > _BY_CHANCE * _BASES**length:
        return 0
    groups: list[list[int]] = []
    for umi in own:
        beside = [group for group in groups if any(_one_apart(umi, one) for one in group)]
        apart = [group for group in groups if not any(group is one for one in beside)]
        groups = [*apart, [umi, *(one for group in beside for one in group)]]
    return len(own) - len(groups)


def _one_apart(umi: int, other: int) -> bool:
    differing = umi ^ other
    return ((differing | differing >> 1) & _LOW_BITS).bit_count() == 1
