"""Contigs: the mutant molecules that reads show together, put together from their overlaps.

Copies that differ from each other by single bases are many haplotypes that explain a part of the
reads each, and one that explains them all. The reads that leave the wild type are cut into words of
one length; where these follow each other in one way only from the reference to the reference, they
are a molecule. Long words tell copies apart, short ones need fewer reads. Only haplotypes are
proposed here. Coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from flt3itd.insertions.comparison import Fit, ReadMatrix
from flt3itd.insertions.counting import LEAST_SCORE
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.parts import assemble, in_parts
from flt3itd.insertions.two_ends import LEAST_FRAGMENTS
from flt3itd.insertions.windows import WIDEST_ANCHOR
from flt3itd.reads.columns import count_distinct

LEAVES = 10
"""Bases that a read must lack of a whole fit: two other bases cost as many."""
_WORD_SHARES = (0.85, 0.7, 0.55, 0.4)
"""Lengths of the words as shares of the longest read."""
_SHORTEST_WORD = 25
_LEAST_READS = 3
LEAST_SHARE = 0.05
"""Reads that must hold a word, of those that hold the commonest one: fewer repeat an error."""
_MOST_WALKS = 64
"""Ways from end to end, of words of one length; where there are more they are many by chance."""
_LONGEST = 4000
"""Bases of a contig."""
_ANCHOR = 16
"""Bases at both ends of a contig that stand on the reference once."""


def contigs(
    sequences: Sequence[str], reference: str, region: tuple[int, int], shortest: int
) -> Iterator[Haplotype]:
    """The haplotypes with an insertion of `shortest` bases or more that reads make together.

    `sequences` are the reads that do not lie on the wild type from end to end; both ends of a
    contig stand on the reference within `region`.
    """
    longest = max(map(len, sequences), default=0)
    seen: set[str] = set()
    for share in _WORD_SHARES:
        size = round(share * longest)
        if size < _SHORTEST_WORD:
            continue
        for text in _walked(sequences, size):
            placed = _placed(text, reference, region)
            if placed is None or placed.insertion is None or placed.insertion.length < shortest:
                continue
            found = _on_one_molecule(in_parts(placed), size)
            if found.sequence not in seen:
                seen.add(found.sequence)
                yield found


def explains_more(proposal: Haplotype, fits: Sequence[Fit], matrix: ReadMatrix) -> bool:
    """Whether reads of three fragments fit a proposal much better than any haplotype (`fits`).

    Words that repeat an error make a haplotype of it; one with a single other base is proposed by
    what reads have in common (`flt3itd.insertions.sisters`).
    """
    best = np.stack([each.score for each in fits]).max(axis=0)
    score = matrix.fit_of(proposal, WIDEST_ANCHOR).score
    better = (score >= LEAST_SCORE) & (score >= best + LEAVES)
    return count_distinct(matrix.fragment[better]) >= LEAST_FRAGMENTS


def _walked(sequences: Sequence[str], size: int) -> list[str]:
    """What words of a length make from ends without a word before to ends without one behind.

    Nothing where words come back to themselves, or where there are many ways.
    """
    counted = Counter(
        sequence[at : at + size] for sequence in sequences for at in range(len(sequence) - size + 1)
    )
    least = max(_LEAST_READS, LEAST_SHARE * max(counted.values(), default=0))
    words = {word for word, count in counted.items() if count >= least}
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        behind[word[:-1]].append(word)
    ends = {word[1:] for word in words}
    walks = [[word] for word in sorted(words) if word[:-1] not in ends]
    found: list[str] = []
    while walks:
        walk = walks.pop()
        seen = set(walk)
        while len(onward := behind[walk[-1][1:]]) == 1 and onward[0] not in seen:
            walk.append(onward[0])
            seen.add(onward[0])
            if len(walk) > _LONGEST:
                return []
        if not onward:
            found.append(walk[0] + "".join(word[-1] for word in walk[1:]))
        walks += [[*walk, word] for word in onward if word not in seen]
        if any(word in seen for word in onward) or len(walks) + len(found) > _MOST_WALKS:
            return []
    return found


def _placed(text: str, reference: str, region: tuple[int, int]) -> Haplotype | None:
    """The haplotype of a contig whose ends stand on the reference."""
    first = _only_place(text[:_ANCHOR], reference, region)
    last = _only_place(text[-_ANCHOR:], reference, region)
    if first is None or last is None or last < first:
        return None
    return assemble(reference, first, last + _ANCHOR, text)


def _on_one_molecule(haplotype: Haplotype, size: int) -> Haplotype:
    """A contig's haplotype without changes so far from its junction that no word tells of both.

    Between them words of all molecules follow each other.
    """
    low, high = haplotype.junction
    near = []
    for one in haplotype.beside:
        start = haplotype.place_of(one)
        apart = max(low - start - len(one.inserted), start - high)
        if apart + 2 * _ANCHOR <= size:
            near.append(one)
    return replace(haplotype, beside=tuple(near))


def _only_place(bases: str, reference: str, region: tuple[int, int]) -> int | None:
    """Where bases begin on the reference; None where they do not stand in the region once."""
    first = reference.find(bases, *region)
    if first < 0 or reference.find(bases, first + 1, region[1]) >= 0:
        return None
    return first
