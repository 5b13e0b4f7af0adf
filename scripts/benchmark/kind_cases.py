"""Kinds of events that stand close together, drawn anew for each seed over all genes.

Every contig of the small genome (`scripts.benchmark.panel_data`) has haplotypes with shares of
their own: A with the VAF asked for, B and D with three quarters and half of it, C so that A and C
together have 50 %, and W with the rest of the molecules. What a haplotype lacks is as in the
reference. Cases lie so far apart that no fragment shows two.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from scripts.benchmark import kind_clones as clones
from scripts.benchmark import kind_edits as edits
from scripts.benchmark.kind_edits import Draw, Edit, Edits, alone
from scripts.benchmark.panel_data import SmallGenome, Targets

_APART = 700
"""No fragment shows two cases that lie so far apart."""
_EDGE = 40
"""Bases of a target beside a case that is not drawn at its edge."""
_SHORTEST_TARGET = 30
_KNOWN_BASES = 60
"""Bases beside a case that must be known."""
_SNP_VAF = 0.5
_SECOND, _THIRD = 0.75, 0.5
"""VAFs of haplotypes B and D, as shares of that of A."""
_LEFT_TO_FLT3ITD = 20
"""Bases that an event of FLT3 gains which is called elsewhere."""
_BETWEEN = 2
"""Unchanged bases between two edits of a haplotype up to which they are one event."""


@dataclass(frozen=True)
class Case:
    """A case on a contig: the edits of each haplotype, and where it was drawn."""

    kind: str
    gene: str
    start: int
    edits: Edits

    def expected(self, sequence: str, vaf: float) -> dict[Edit, float]:
        """The events that should come out, with their VAFs; `sequence` is that of the contig."""
        shares, found = shares_of(vaf), defaultdict[Edit, float](float)
        for name, some in self.edits.items():
            for edit in self._events(some, sequence):
                found[edit] += shares[name]
        return dict(found)

    def _events(self, some: Sequence[Edit], sequence: str) -> list[Edit]:
        """Edits of one haplotype, those that lie side by side as one.

        A polymorphism and a mutation stay two.
        """
        events: list[Edit] = []
        for start, end, new in some:
            if events and self.kind not in APART_ALWAYS and start - events[-1][1] <= _BETWEEN:
                first, done, text = events[-1]
                events[-1] = first, end, text + sequence[done:start] + new
            else:
                events.append((start, end, new))
        return events


KINDS: dict[str, Draw] = {
    "substitution": alone(edits.substitution),
    "replacement, 2 to 6 bases": alone(edits.replacement(2, 6)),
    "replacement, 7 to 18": alone(edits.replacement(7, 18)),
    "replacement, 19 to 25": alone(edits.replacement(19, 25)),
    "replacement of or by 90 to 125": alone(edits.long_replacement),
    "duplication, 3 to 19": alone(edits.duplication(3, 19)),
    "duplication, 20 to 60": alone(edits.duplication(20, 60)),
    "duplication with another base": alone(edits.mutated_duplication),
    "deletion, 1 to 19": alone(edits.deletion(1, 19)),
    "deletion, 20 to 60": alone(edits.deletion(20, 60)),
    "insertion, 1 to 25": alone(edits.insertion(1, 25)),
    "insertion of other bases, 30 to 130": alone(edits.foreign_insertion),
    "repeat": alone(edits.of_repeat),
    "first or last bases of a target": alone(edits.at_edge),
    "two overlapping deletions": clones.two_deletions,
    "two overlapping replacements": clones.two_replacements,
    "two insertions at a place": clones.insertion_in_two_clones,
    "neighbours in cis": clones.in_cis,
    "neighbours in trans": clones.in_trans,
    "two replacements in cis": clones.replacements_in_cis,
    "several bases and an insertion": clones.several_and_insertion,
    "one base of a codon in a second clone": clones.nested,
    "three clones of a codon": clones.three_clones,
    "mutation beside a polymorphism": clones.beside_polymorphism,
    "mutation beside a homozygous gap": clones.beside_homozygous,
    "repeat with two new lengths": clones.two_alleles_of_repeat,
    "long deletion, substitution in trans": clones.long_deletion_and_substitution,
    "duplication, substitution in trans": clones.within_duplication,
    "duplication of a polymorphism": clones.polymorphism_in_duplication,
}
APART_ALWAYS = ("mutation beside a polymorphism", "duplication of a polymorphism")
"""Kinds in which neighbouring edits of a haplotype are two events."""


def shares_of(vaf: float) -> dict[str, float]:
    """The shares of the haplotypes, 1 together."""
    shares = {"A": vaf, "B": _SECOND * vaf, "C": _SNP_VAF - vaf, "D": _THIRD * vaf}
    return shares | {"W": 1 - sum(shares.values())}


def draw_cases(
    genome: SmallGenome, targets: Targets, seed: int, count: int, kinds: Collection[str]
) -> list[Case]:
    """Cases of some kinds (none named: all) in turn, at drawn places of drawn targets.

    Fewer than `count` where the targets have no more room.
    """
    rng = random.Random(seed)
    names, wanted = sorted(targets), [kind for kind in KINDS if not kinds or kind in kinds]
    taken: dict[str, list[int]] = defaultdict(list)
    cases: list[Case] = []
    for _attempt in range(60 * count):
        if len(cases) == count:
            break
        kind = wanted[len(cases) % len(wanted)]
        gene, start, end = targets[names[rng.randrange(len(names))]]
        at = _place(kind, start, end, rng)
        if at is None or any(abs(at - other) < _APART for other in taken[gene]):
            continue
        sequence = genome.sequence(gene)
        drawn = KINDS[kind](sequence, at, rng)
        if _fits(kind, gene, sequence, drawn, (start, end)):
            taken[gene].append(at)
            cases.append(Case(kind, gene, at, drawn))
    return cases


def _place(kind: str, start: int, end: int, rng: random.Random) -> int | None:
    """Where a case of a kind begins in a target; None if it has no room."""
    if end - start < _SHORTEST_TARGET:
        return None
    if kind.startswith("first"):
        return rng.choice((start + rng.randint(0, 2), end - 1 - rng.randint(0, 2)))
    return rng.randrange(start + _EDGE, end - _EDGE) if end - start > 2 * _EDGE else None


def _fits(kind: str, gene: str, sequence: str, drawn: Edits, target: tuple[int, int]) -> bool:
    """Whether edits change something, on known bases, in their target, and not for flt3itd."""
    some = [edit for one in drawn.values() for edit in one]
    if any(
        sequence[start:end] == new or "N" in sequence[start - _KNOWN_BASES : end + _KNOWN_BASES]
        for start, end, new in some
    ):
        return False
    if gene == "FLT3" and any(
        len(new) - end + start >= _LEFT_TO_FLT3ITD for start, end, new in some
    ):
        return False
    return kind.startswith("first") or all(
        target[0] <= start and end <= target[1] for start, end, _ in some
    )
