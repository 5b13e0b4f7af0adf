"""A haplotype told as the fewest events that a geneticist would name.

Two sequences of one stretch, of the reference and of a molecule, are cut into what they share and
what is replaced. Bases that a replacement shares with the reference by chance do not part it;
substitutions with more than two unchanged bases between them are apart, as is a gap beside them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele

BETWEEN_SUBSTITUTIONS = 2
"""Unchanged bases between two single events up to which they are one: more part them."""
_EVENT_COST = 6.5
"""A further event costs as much as so many unchanged bases within one: seven bases in a row are
shared by chance in 1 of 16,000 places, so behind them a replacement is over."""
_RARE = 2.7
"""Of n bases replaced by m, log4(n m) + `_RARE` in a row are shared by chance, anywhere in both, in
1 of 50: eight of 20 by 20."""
_BESIDE = 12
"""Bases beside a block within which a gap may stand elsewhere."""
_MOST_CHANGED = 0.5
"""Share of the bases of a replacement by as many others that differ, above which it is one event:
of random bases three in four differ."""

_MOST_OF_A_GROUP = 2
"""Substituted bases of one event that may be apart from others; more are bases replaced together,
which share some with the reference by chance."""
_LONGEST_GROUP = 3
_BESIDE_GROUP = 4
"""Neighbouring bases (2 to `_LONGEST_GROUP`) that are replaced are apart from a gap behind so many
unchanged ones: replaced bases share as many in this order in 1 of 256 places."""
_CODON = 3
_MOST_GAPPED = 3
"""Two gaps are apart when they hold at most so many times the bases between them: a long
replacement may begin with the bases that the other sequence ends with."""


@dataclass(frozen=True, order=True)
class Change:
    """Bases [start, end) of a stretch replaced by `alternate`; nothing shared at its ends."""

    start: int
    end: int
    alternate: str

    def shifted(self, by: int) -> Change:
        """The same change counted from another base."""
        return Change(self.start + by, self.end + by, self.alternate)


def describe(reference: str, molecule: str) -> list[Change]:
    """The events that make a molecule of the reference, in order, apart from each other."""
    found: list[Change] = []
    blocks = _blocks(reference, molecule)
    ends = [0, *(block.end for block in blocks)]
    starts = [*(block.start for block in blocks[1:]), len(reference)]
    for block, before, after in zip(blocks, ends, starts, strict=False):
        found += _parted(reference, block, before, after)
    return found


def parts_of(reference: str, change: Change) -> list[Change]:
    """The single substitutions of a replacement by as many bases; else the change itself."""
    ref = reference[change.start : change.end]
    if len(ref) != len(change.alternate):
        return [change]
    return [
        Change(change.start + i, change.start + i + 1, new)
        for i, (old, new) in enumerate(zip(ref, change.alternate, strict=True))
        if old != new
    ]


def allele_of(contig: str, start: int, change: Change, fetch: Fetch) -> Allele:
    """A change as in a VCF: trimmed, left-aligned, anchored by the base before where it must.

    `start` is the place (0-based) of the base that the change is counted from.
    """
    first, last = start + change.start, start + change.end
    moved = normalise_on_plus(fetch, first, fetch(first, last), change.alternate)
    if moved.alternate and moved.start < moved.end:
        return Allele(contig, moved.start, fetch(moved.start, moved.end), moved.alternate)
    anchor = moved.leftmost - 1
    ref = fetch(anchor, moved.leftmost + moved.end - moved.start)
    turn = -(moved.start - moved.leftmost) % len(moved.alternate) if moved.alternate else 0
    return Allele(contig, anchor, ref, ref[0] + moved.alternate[turn:] + moved.alternate[:turn])


def trimmed(reference: str, molecule: str) -> tuple[int, int]:
    """How many bases two sequences share at the start, and at the end of what is left."""
    most = min(len(reference), len(molecule))
    before = next((i for i in range(most) if reference[i] != molecule[i]), most)
    most -= before
    after = next((i for i in range(most) if reference[-1 - i] != molecule[-1 - i]), most)
    return before, after


def _blocks(reference: str, molecule: str) -> list[Change]:
    """What is replaced, by the cheapest cut: `_EVENT_COST` and half of the bases on either side."""
    before, after = trimmed(reference, molecule)
    old = reference[before : len(reference) - after]
    new = molecule[before : len(molecule) - after]
    if not old and not new:
        return []
    if not old or not new:
        return [Change(before, before + len(old), new)]
    return [block.shifted(before) for block in _cheapest(old, new)]


def _cheapest(old: str, new: str) -> list[Change]:
    """The blocks of the cheapest cut, by dynamic programming over (bases of old, bases of new)."""
    rows, columns, never = len(old) + 1, len(new) + 1, float("inf")
    shared = [[never] * columns for _ in range(rows)]
    inside = [[never] * columns for _ in range(rows)]
    shared[0][0] = 0.0
    for i in range(rows):
        for j in range(columns):
            if i and j and old[i - 1] == new[j - 1]:
                shared[i][j] = min(shared[i - 1][j - 1], inside[i - 1][j - 1])
            inside[i][j] = min(
                shared[i][j] + _EVENT_COST,
                inside[i - 1][j] + 0.5 if i else never,
                inside[i][j - 1] + 0.5 if j else never,
            )
    i, j = len(old), len(new)
    within = inside[i][j] < shared[i][j]
    ends, blocks = (i, j), []
    while i or j or within:
        if not within:
            i, j = i - 1, j - 1
            within = inside[i][j] < shared[i][j]
            ends = (i, j)
        elif inside[i][j] == shared[i][j] + _EVENT_COST:
            blocks.append(Change(i, ends[0], new[j : ends[1]]))
            within = False
        elif i and inside[i][j] == inside[i - 1][j] + 0.5:
            i -= 1
        else:
            j -= 1
    return _without_chance(old, [_tight(old, block) for block in reversed(blocks)])


def _without_chance(old: str, blocks: list[Change]) -> list[Change]:
    """Blocks, those as one between which so few bases lie that long replacements share as many.

    An inversion shares with the reference what reads alike on both strands, however long it is.
    """
    found = blocks[:1]
    for block in blocks[1:]:
        last = found[-1]
        between = old[last.end : block.start]
        whole = Change(last.start, block.end, last.alternate + between + block.alternate)
        size = (whole.end - whole.start) * len(whole.alternate)
        by_chance = len(between) < math.log(max(1, size), 4) + _RARE
        if by_chance or _is_inversion(old[whole.start : whole.end], whole.alternate):
            found[-1] = whole
        else:
            found.append(block)
    return found


def _is_inversion(old: str, new: str) -> bool:
    """Whether bases are replaced by those of the other strand, and not only a few of them."""
    changed = sum(a != b for a, b in zip(old, new, strict=False))
    return new == reverse_complement(old) and changed > _MOST_CHANGED * len(old)


def _tight(reference: str, block: Change) -> Change:
    before, after = trimmed(reference[block.start : block.end], block.alternate)
    alternate = block.alternate[before : len(block.alternate) - after]
    return Change(block.start + before, block.end - after, alternate)


def _parted(reference: str, block: Change, low: int, high: int) -> list[Change]:
    """A block in its single events, if it is nothing but those; else the block.

    Nothing else is changed in [low, high). A gap is apart from a substitution when it is so at each
    place where it could equally stand: else one event is the fewer, and its protein is whole.
    """
    old, new = reference[block.start : block.end], block.alternate
    if len(old) == len(new):
        return _substitutions(old, new, block)
    if not old or not new:
        return [block]
    start, end = max(low, block.start - _BESIDE), min(high, block.end + _BESIDE)
    before, after = reference[start : block.start], reference[block.end : end]
    most = min(len(old), len(new)) // (2 + BETWEEN_SUBSTITUTIONS)
    parted = _gap_and_substitutions(before + old + after, before + new + after, most)
    parted = parted or _group_and_gap(before, old, new, after)
    if parted:
        return [part.shifted(start) for part in parted]
    return [part.shifted(block.start) for part in _two_gaps(old, new)] or [block]


def _substitutions(old: str, new: str, block: Change) -> list[Change]:
    """Substitutions apart where more than `BETWEEN_SUBSTITUTIONS` unchanged bases lie between."""
    places = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(places) > _MOST_CHANGED * len(old):
        return [block]
    groups = [[places[0]]]
    for one, other in pairwise(places):
        if other - one - 1 > BETWEEN_SUBSTITUTIONS:
            groups.append([])
        groups[-1].append(other)
    if any(len(group) > _MOST_OF_A_GROUP for group in groups):
        return [block]
    return [
        Change(group[0], group[-1] + 1, new[group[0] : group[-1] + 1]).shifted(block.start)
        for group in groups
    ]


def _gap_and_substitutions(old: str, new: str, most: int) -> list[Change]:
    """One insertion or deletion and a few substitutions apart from it; empty if it is not so.

    More than `most` substitutions are no chance: bases that are replaced share some.
    """
    size, shorter = abs(len(old) - len(new)), min(len(old), len(new))
    deleted = len(old) > len(new)
    best: list[Change] = []
    for at in range(shorter + 1):
        behind = [(i if i < at else i + size) for i in range(shorter)]
        pairs = [(j, i) if deleted else (i, j) for i, j in enumerate(behind)]
        single = [Change(i, i + 1, new[j]) for i, j in pairs if old[i] != new[j]]
        gap = Change(at, at + size, "") if deleted else Change(at, at, new[at : at + size])
        changes = sorted([gap, *single])
        if len(single) <= most and all(
            second.start - first.end > BETWEEN_SUBSTITUTIONS
            for first, second in pairwise(changes)
        ):  # fmt: skip
            best = changes if not best or len(changes) < len(best) else best
    return best


def _group_and_gap(before: str, old: str, new: str, after: str) -> list[Change]:
    """Neighbouring bases replaced, and an insertion or deletion apart from them; empty if not so.

    What changes lies between `before` and `after`, and is counted from the first base of these.
    """
    size, low, high = abs(len(old) - len(new)), len(before), len(before) + len(old)
    inserted = len(new) > len(old)
    for group in range(2, _LONGEST_GROUP + 1):
        kept = min(len(old), len(new)) - group
        if kept < _BESIDE_GROUP - 1:
            break
        run = trimmed(old[group:] + after, new[group:] + after)[0]
        if run >= max(kept, _BESIDE_GROUP):
            gap = (high, high, new[-size:]) if inserted else (high - size, high, "")
            return [Change(low, low + group, new[:group]), Change(*gap)]
        run = trimmed(before + old[:-group], before + new[:-group])[1]
        if run >= max(kept, _BESIDE_GROUP):
            gap = (low, low, new[:size]) if inserted else (low, low + size, "")
            return [Change(*gap), Change(high - group, high, new[-group:])]
    return []


def _two_gaps(old: str, new: str) -> list[Change]:
    """Two insertions or deletions apart from each other; empty if it is not so.

    Two that shift the reading frame and together do not are one: none of them has its protein.
    """
    keeps_frame = (len(new) - len(old)) % _CODON == 0
    for size in range(1, max(len(old), len(new))):
        for deleted in (True, False):
            one, other = (old[size:], new) if deleted else (old, new[size:])
            before, after = trimmed(one, other)
            rest = len(one) - before - after, len(other) - before - after
            if max(rest) + size > _MOST_GAPPED * before or (keeps_frame and size % _CODON):
                continue
            if before > BETWEEN_SUBSTITUTIONS + 1 and not after and min(rest) == 0 < max(rest):
                first = Change(0, size, "") if deleted else Change(0, 0, new[:size])
                start = before + (size if deleted else 0)
                second = Change(start, start + rest[0], other[before:])
                return [first, second]
    return []
