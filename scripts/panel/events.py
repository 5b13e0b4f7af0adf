"""Changes that lie close together on the same molecules: one event, and its parts.

A caller writes a replacement of several bases in parts when unchanged bases lie between them. To
a reader they are one event with one name, if nearly all molecules that have one part have the
other too. Parts of different origin (a germline variant beside a mutation) are not, since their
fragments differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import pysam

from flt3itd.hgvs.names import Fetch, normalise_on_plus
from scripts.panel.alleles import Allele, show_reads
from scripts.panel.read_rules import ReadRules
from scripts.panel.windows import window_of

MOST_BETWEEN = 6
"""Unchanged bases between two parts, two codons: what lies farther apart changes residues that
are not neighbours, and HGVS names it apart."""
TOGETHER = 0.9
"""Share of the fragments with one part or both that have both."""
_LIKE = 0.25
"""Where one of two alleles was seen so much less than the other, they are not looked at together.
Mates that overlap may count twice."""
_FEWEST = 3
"""Fragments with both parts: fewer say nothing of their order."""

_BOTH, _NEITHER, _FIRST, _SECOND = "both", "neither", "first", "second"


def joined_events(
    bam: pysam.AlignmentFile,
    seen: Mapping[Allele, int],
    fetch: Fetch,
    rules: ReadRules,
) -> dict[Allele, tuple[Allele, ...]]:
    """The events of one contig that were called in parts, with their parts.

    `seen` are the alleles that may be parts, and about how many fragments or reads show each;
    `fetch` gives the sequence.
    """
    alleles = sorted((a for a, count in seen.items() if count >= _FEWEST), key=_trimmed)
    changes = {a: normalise_on_plus(fetch, a.start, a.ref, a.alt) for a in alleles}
    groups: list[set[Allele]] = []
    for number, first in enumerate(alleles):
        for second in alleles[number + 1 :]:
            # Wherever their gaps may stand.
            if changes[second].leftmost - changes[first].end > MOST_BETWEEN:
                break
            fewer, more = sorted((seen[first], seen[second]))
            if fewer < _LIKE * more or not _are_apart((first, second)):
                continue
            shown = _shown(bam, first, second, fetch, rules)
            either = shown[_BOTH] + shown[_FIRST] + shown[_SECOND]
            if shown[_BOTH] >= max(_FEWEST, TOGETHER * either):
                touched = [group for group in groups if first in group or second in group]
                groups = [group for group in groups if group not in touched]
                groups.append({first, second}.union(*touched))
    ordered = [tuple(sorted(group, key=_trimmed)) for group in groups]
    return {_joined(parts, fetch): parts for parts in ordered if _are_apart(parts)}


def _are_apart(alleles: Sequence[Allele]) -> bool:
    """Whether sorted alleles replace different bases."""
    places = list(map(_trimmed, alleles))
    return all(one[1] <= other[0] for one, other in pairwise(places))


def _shown(
    bam: pysam.AlignmentFile,
    first: Allele,
    second: Allele,
    fetch: Fetch,
    rules: ReadRules,
) -> Counter[str | None]:
    """Fragments over two alleles, by which of them they have."""
    pair = (first, second)
    texts = {
        haplotype_text(pair, pair, fetch): _BOTH,
        haplotype_text(pair, [first], fetch): _FIRST,
        haplotype_text(pair, [second], fetch): _SECOND,
        haplotype_text(pair, [], fetch): _NEITHER,
    }
    window = window_of(*span_of(pair), texts, fetch)
    show_reads(bam, first.contig, [window], rules)
    return Counter(window.fragments.values())


def _trimmed(allele: Allele) -> tuple[int, int, str]:
    """What an allele replaces without the bases that it shares with the reference."""
    start, ref, alt = allele.start, allele.ref, allele.alt
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, start + len(ref), alt


def span_of(alleles: Sequence[Allele]) -> tuple[int, int]:
    """The stretch of the contig that alleles lie on, 0-based half-open."""
    return min(a.start for a in alleles), max(a.end for a in alleles)


def haplotype_text(within: Sequence[Allele], alleles: Iterable[Allele], fetch: Fetch) -> str:
    """The sequence of a haplotype with some alleles, over the span of others."""
    done, end = span_of(within)
    pieces = []
    for start, stop, alternate in map(_trimmed, alleles):
        pieces += [fetch(done, start), alternate]
        done = stop
    return "".join([*pieces, fetch(done, end)])


def _joined(parts: Sequence[Allele], fetch: Fetch) -> Allele:
    """The parts as one allele: trimmed, moved left where it can move, anchored where it must."""
    start, end = span_of(parts)
    change = normalise_on_plus(fetch, start, fetch(start, end), haplotype_text(parts, parts, fetch))
    if change.alternate and change.start < change.end:
        ref = fetch(change.start, change.end)
        return Allele(parts[0].contig, change.start, ref, change.alternate)
    moved = change.start - change.leftmost
    anchor = change.leftmost - 1
    ref = fetch(anchor, change.leftmost + change.end - change.start)
    turn = -moved % len(change.alternate) if change.alternate else 0
    inserted = change.alternate[turn:] + change.alternate[:turn]
    return Allele(parts[0].contig, anchor, ref, ref[0] + inserted)
