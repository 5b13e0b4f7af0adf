"""Small variants that are misaligned reads of a called ITD.

A read that ends shortly behind a junction of an ITD is often aligned without a gap or a clip: its
last bases, from the second copy, then stand where the reference continues, and look like
substitutions. These are exactly the bases of the mutant haplotype, laid on the reference to the
left or to the right of the insertion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flt3itd.hgvs.transcript import Fetch
from flt3itd.records import FltEvent
from scripts.panel.alleles import Allele

_REACH = 25
"""Bases behind the first one that differs: more mismatches than fit in them are clipped."""
_LARGEST_SHARE = 0.25
"""Share of an ITD's reads that end within that reach: 25 of 100 bases or more."""


@dataclass(frozen=True)
class Shadow:
    """What misaligned reads of one ITD show: substitutions, and where gaps may stand.

    Positions are 0-based on the contig; `intervals` are half-open.
    """

    contig: str
    bases: frozenset[tuple[int, str]]
    intervals: tuple[tuple[int, int], ...]
    vaf: float

    def explains(self, allele: Allele, vaf: float) -> bool:
        """Whether reads of the ITD alone would show an allele at this VAF."""
        if allele.contig != self.contig or vaf >= _LARGEST_SHARE * self.vaf:
            return False
        if len(allele.ref) == len(allele.alt):
            changed = [
                (allele.start + i, alt)
                for i, (ref, alt) in enumerate(zip(allele.ref, allele.alt, strict=True))
                if ref != alt
            ]
            return all(base in self.bases for base in changed)
        end = allele.start + len(allele.ref)
        return any(low <= allele.start and end <= high for low, high in self.intervals)


def shadows_of(events: Iterable[FltEvent], fetch: Fetch) -> list[Shadow]:
    """The shadows of insertions (anchored alleles, plus strand) on one contig."""
    return [
        _shadow(event, fetch)
        for event in events
        if event.ref and event.alt and len(event.alt) > len(event.ref)
    ]


def _shadow(event: FltEvent, fetch: Fetch) -> Shadow:
    start, end = event.pos - 1, event.pos - 1 + len(event.ref)
    # Long enough for the mutant to part from the reference even behind a whole copy.
    reach = 2 * len(event.alt) + _REACH
    ahead, behind = fetch(start, start + reach + _REACH), fetch(max(0, end - reach - _REACH), end)
    onward = (event.alt + fetch(end, end + reach + _REACH))[: len(ahead)]
    backward = (fetch(max(0, start - reach - _REACH), start) + event.alt)[-len(behind) :]
    right = _differing(ahead, onward)
    left = _differing(behind[::-1], backward[::-1])
    bases = {(start + i, base) for i, base in right} | {(end - 1 - i, base) for i, base in left}
    intervals = []
    if right:
        first = start + right[0][0]
        intervals.append((first - _REACH, first + _REACH))
    if left:
        first = end - 1 - left[0][0]
        intervals.append((first - _REACH, first + _REACH))
    return Shadow(event.chrom, frozenset(bases), tuple(intervals), event.vaf)


def _differing(reference: str, mutant: str) -> list[tuple[int, str]]:
    """Offsets and bases that differ, from the first one on as far as a read is still aligned."""
    found: list[tuple[int, str]] = []
    for i, (expected, base) in enumerate(zip(reference, mutant, strict=False)):
        if found and i - found[0][0] >= _REACH:
            break
        if expected != base:
            found.append((i, base))
    return found
