"""What molecules with a germline variant have besides it.

Beside a polymorphism, or a variant of all molecules, a mutation is told as it is on molecules that
have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from scripts.panel.description import Change, describe
from scripts.panel.marks import GERMLINE_HALF, GERMLINE_WHOLE, origin_of
from scripts.panel.shares import Mixture

_MOST = 0.5
_SURELY = 1.7
"""Times a 95 % interval, which misses the 0.5 of one polymorphism in 20: so wide it does so of one
in 1,000."""


def on_germline(
    changes: Mapping[int, list[Change]],
    texts: Sequence[str],
    mixture: Mixture,
    of_one_codon: Callable[[Change, Change], bool],
) -> dict[int, list[Change]]:
    """The changes of haplotypes, those that lie on a germline one as its changes and what is new.

    Beside a homozygous deletion a mutation is told as it is on molecules that have it. A known
    mutation that is a part of another change `of_one_codon` is none: that is another clone.
    """
    found = dict(changes)
    for background, usual in changes.items():
        carriers = {h for h, some in found.items() if set(usual) <= set(some)}
        on_it: dict[int, list[Change]] = {}
        for h in changes.keys() - carriers - {background}:
            if len(usual) == len(found[h]) == 1 and of_one_codon(usual[0], found[h][0]):
                continue
            new = describe(texts[background], texts[h])
            placed = [moved for change in new if (moved := _moved(change, usual)) is not None]
            told = sorted([*usual, *placed])
            if len(placed) == len(new) and not _undone(texts[0], told):
                on_it[h] = told
        if not _is_on_all(mixture, background, on_it):
            on_it = {h: told for h, told in on_it.items() if not _undoes(told, found[h], usual)}
        if on_it and is_germline(mixture, carriers | on_it.keys()):
            is_usual = is_germline(mixture, {background})
            found |= {h: v for h, v in on_it.items() if is_usual or not is_germline(mixture, {h})}
    return found


def is_germline(mixture: Mixture, haplotypes: Iterable[int]) -> bool:
    """Whether so many molecules have haplotypes as would a variant of one allele, or of both."""
    return bool(origin_of(*_surely(mixture, haplotypes)))


def is_of_one_allele(mixture: Mixture, haplotypes: Iterable[int]) -> bool:
    """Whether so many molecules have haplotypes as would a variant of one allele."""
    low, high = _surely(mixture, haplotypes)
    return low <= GERMLINE_HALF <= high


def _is_on_all(mixture: Mixture, background: int, others: Iterable[int]) -> bool:
    """Whether a haplotype is that of most molecules, and no molecule need be without its changes.

    These are homozygous then, if `others` have them too.
    """
    most = mixture.share(frozenset({background})).vaf > _MOST
    return most and _surely(mixture, {background, *others})[1] >= GERMLINE_WHOLE


def _surely(mixture: Mixture, haplotypes: Iterable[int]) -> tuple[float, float]:
    """Between which VAFs haplotypes together lie, more surely than a 95 % interval says."""
    share = mixture.share(frozenset(haplotypes))
    below, above = share.vaf - share.interval.low, share.interval.high - share.vaf
    return share.vaf - _SURELY * below, share.vaf + _SURELY * above


def _undoes(told: Sequence[Change], alone: Sequence[Change], usual: Sequence[Change]) -> bool:
    """Whether what is told with usual changes has bases more than `alone`, as it undoes these.

    One more may be that of a substitution, and so many as are usual where no more changes are told.
    """
    more = int(all(one.end - one.start == len(one.alternate) for one in usual))
    if len(told) <= len(alone):
        more = _size(usual)
    return _size(told) > _size(alone) + more


def _undone(reference: str, told: Sequence[Change]) -> bool:
    """Whether two neighbours of some changes are none together."""
    return any(
        one.alternate + reference[one.end : other.start] + other.alternate
        == reference[one.start : other.end]
        for one, other in pairwise(told)
    )


def _moved(change: Change, usual: Iterable[Change]) -> Change | None:
    """A change that is counted on a haplotype with usual changes, on the reference.

    None where it changes bases of one of these, or stands right beside a gap, of which it would be
    a part.
    """
    shift = 0
    for one in usual:
        start, beside = one.start + shift, int(len(one.alternate) != one.end - one.start)
        if change.end + beside <= start:
            break
        if change.start < start + len(one.alternate) + beside:
            return None
        shift += len(one.alternate) - (one.end - one.start)
    return change.shifted(-shift)


def _size(changes: Iterable[Change]) -> int:
    return sum(max(change.end - change.start, len(change.alternate)) for change in changes)
