"""Draws the mutants that the samples of a set carry.

Coordinates are those of the locus that the package carries: 0-based, plus strand.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flt3itd.locus.flt3 import Locus, flt3_locus
from flt3itd.records import EventKind
from scripts.benchmark.designs import (
    BenchmarkSet,
    Design,
    Mutant,
    NormalAllele,
    SamplePlan,
    SmallChange,
)
from scripts.benchmark.published import PublishedItd

UPPER_PRIMER = "TGCGTTCATCACTTTTCCAAAAGCACC"
LOWER_PRIMER = "CACCTGTACCATCTGTAGCTGGCTTT"
"""The FLT3 amplicon of the TruSight Myeloid kit, plus strand, as Au et al. give it
(Diagnostic Pathology 2016, 11:11); the grid of ITDs between these primers is theirs too."""

_FILLER_LENGTHS = (1, 2, 3, 4, 5, 6, 9, 12, 15, 21)
_EXON_14_SHARE = 0.85
_MOST_COPIED = 360
_BESIDE_DISTANCE = (5, 60)
"""Bases between the copies and a small change beside them."""
_FAR_DISTANCE = (5, 450)
"""The same where all molecules have it: beyond what a read, and then a fragment, holds with it."""


def plan_samples(
    one: BenchmarkSet, seed: int, *, quick: bool, published: Sequence[PublishedItd] = ()
) -> list[SamplePlan]:
    """The samples of a set; sample n of a seed is the same in a quick and a full run."""
    if one.design is Design.PUBLISHED:
        chosen = published[:: max(1, len(published) // one.quick)] if quick else published
        return [
            SamplePlan(f"{one.name}_{n:04d}", n, (Mutant(itd.start, itd.inserted, itd.vaf),))
            for n, itd in enumerate(chosen[: one.quick] if quick else chosen)
        ]
    locus = flt3_locus()
    plans = []
    for number in range(one.quick if quick else one.samples):
        maker = _Maker(one, number, seed, locus)
        mutants = maker.mutants()
        normal = maker.normal(mutants)
        while one.amplicon and not _between_primers(locus, mutants, normal):
            mutants = maker.mutants()
            normal = maker.normal(mutants)
        present = tuple(mutant for mutant in mutants if mutant.vaf > 0)
        plans.append(
            SamplePlan(
                f"{one.name}_{number:04d}",
                number,
                present,
                mutants if one.follow_up else (),
                normal,
            )
        )
    return plans


def _between_primers(
    locus: Locus, mutants: Sequence[Mutant], normal: Sequence[NormalAllele]
) -> bool:
    """Whether the copies of all mutants, and all changes beside them, lie between the primers."""
    first, last = between_primers(locus)
    places = [(one.start - len(one.inserted), one.start) for one in mutants]
    changes = [one.beside for one in mutants if one.beside is not None]
    places += [(one.start, one.end) for one in (*changes, *(each.change for each in normal))]
    return all(first <= start and end <= last for start, end in places)


@dataclass
class _Maker:
    """Draws the mutants of one sample."""

    one: BenchmarkSet
    number: int
    seed: int
    locus: Locus
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed} {self.one.name} {self.number}")

    def mutants(self) -> tuple[Mutant, ...]:
        """Mutants that differ from each other, with the VAFs of the set in turn."""
        made: list[tuple[int, str]] = []
        while len(made) < self.one.mutants:
            start, inserted = self._next(made)
            sequences = [Mutant(*each, 0.0).sequence(self.locus.sequence) for each in made]
            if Mutant(start, inserted, 0.0).sequence(self.locus.sequence) not in sequences:
                made.append((start, inserted))
        kind = EventKind.INSERTION if self.one.design is Design.INSERTION else EventKind.ITD
        vafs = self.one.vafs
        mutants = [
            Mutant(start, inserted, vafs[(self.number + place) % len(vafs)], kind)
            for place, (start, inserted) in enumerate(made)
        ]
        if self.one.design in (Design.CIS, Design.BOTH_ALLELES):
            mutants = [replace(one, beside=self._small_change(one)) for one in mutants]
        return tuple(mutants)

    def normal(self, mutants: Sequence[Mutant]) -> tuple[NormalAllele, ...]:
        """What the other molecules carry: of an inherited change half of all have it."""
        match self.one.design:
            case Design.TRANS:
                return (NormalAllele(self._small_change(mutants[0]), 0.5),)
            case Design.CIS if self.number % 2 and mutants[0].beside is not None:
                return (NormalAllele(mutants[0].beside, 0.5 - mutants[0].vaf),)
            case Design.BOTH_ALLELES if mutants[0].beside is not None:
                return (NormalAllele(mutants[0].beside, 1 - mutants[0].vaf),)
        return ()

    def _small_change(self, mutant: Mutant) -> SmallChange:
        """A deletion, an insertion of one or two bases or another base, near the copies."""
        rng, sequence = self.rng, self.locus.sequence
        last = mutant.start
        first = last - next(
            n
            for n in range(len(mutant.inserted), -1, -1)
            if mutant.inserted.endswith(sequence[last - n : last])
        )
        on_both = self.one.design is Design.BOTH_ALLELES
        away = rng.randint(*(_FAR_DISTANCE if on_both else _BESIDE_DISTANCE))
        kind = rng.choice(("deletion", "deletion", "insertion", "substitution"))
        length = {"deletion": rng.randint(1, 15), "insertion": 0, "substitution": 1}[kind]
        start = last + away if rng.random() < 0.5 else first - away - length
        if kind == "deletion":
            return SmallChange(start, start + length, "")
        if kind == "insertion":
            return SmallChange(start, start, self._bases(rng.randint(1, 2)))
        other = rng.choice([base for base in "ACGT" if base != sequence[start]])
        return SmallChange(start, start + 1, other)

    def _next(self, made: Sequence[tuple[int, str]]) -> tuple[int, str]:
        match self.one.design:
            case Design.GRID:
                return self._between_primers()
            case Design.INSERTION:
                return self._exonic_base(), self._bases(self.rng.randint(*self.one.lengths))
            case Design.IMPERFECT | Design.INNER | Design.COPIES:
                return self._altered()
            case Design.SAME_LENGTH if made:
                start = made[0][0]
                length = len(made[0][1])
                while abs(start - made[0][0]) < 10:
                    start = self._exonic_base()
                return start, self.locus.sequence[start - length : start]
            case Design.SIMILAR if made:
                return self._similar(*made[0])
        return self._tandem()

    def _tandem(self) -> tuple[int, str]:
        """A duplication with one end in exon 14 or 15; two of three keep the reading frame."""
        rng = self.rng
        length = rng.randint(*self.one.lengths)
        filler = ""
        if length >= 12 and rng.random() < self.one.filler_share:
            filler = self._bases(rng.choice(_FILLER_LENGTHS))
        if rng.random() < 2 / 3:
            length += -(length + len(filler)) % 3
        anchor = self._exonic_base()
        end = anchor + length if rng.random() < 0.5 else anchor
        return end, filler + self.locus.sequence[end - length : end]

    def _altered(self) -> tuple[int, str]:
        """A duplication that is more, or other, than two equal copies."""
        if self.one.design is Design.COPIES:
            return self._copies()
        start, inserted = self._tandem()
        if self.one.design is Design.INNER:
            return start, self._with_change(inserted)
        place = self.rng.randint(len(inserted) // 4, 3 * len(inserted) // 4)
        other = self.rng.choice([base for base in "ACGT" if base != inserted[place]])
        return start, inserted[:place] + other + inserted[place + 1 :]

    def _copies(self) -> tuple[int, str]:
        """Three to five copies of a unit with one end in an exon, up to 360 bases more."""
        start, unit = self._tandem()
        most = max(3, min(5, 1 + _MOST_COPIED // len(unit)))
        return start, unit * (self.rng.randint(3, most) - 1)

    def _with_change(self, inserted: str) -> str:
        """A copy with a gap, more bases or other bases anywhere in it."""
        rng = self.rng
        lost, new = rng.choice(((rng.randint(3, 15), 0), (0, rng.randint(2, 10)), (2, 2)))
        place = rng.randint(1, len(inserted) - lost - 1)
        return inserted[:place] + self._bases(new) + inserted[place + lost :]

    def _similar(self, start: int, inserted: str) -> tuple[int, str]:
        """The same duplication, a few bases longer or with a filler of a few bases."""
        few = self.rng.randint(1, 6)
        if self.rng.random() < 0.5:
            return start, self._bases(few) + inserted
        return start + few, inserted + self.locus.sequence[start : start + few]

    def _between_primers(self) -> tuple[int, str]:
        first, last = between_primers(self.locus)
        shortest, longest = self.one.lengths
        while True:
            start = self.rng.randrange(first, last)
            length = self.rng.randint(shortest, longest)
            if start + length <= last:
                return start + length, self.locus.sequence[start : start + length]

    def _exonic_base(self) -> int:
        exon = self.locus.exon(14 if self.rng.random() < _EXON_14_SHARE else 15)
        return self.rng.randint(exon.start + 3, exon.end - 4)

    def _bases(self, length: int) -> str:
        return "".join(self.rng.choices("ACGT", k=length))


def between_primers(locus: Locus) -> tuple[int, int]:
    """The bases of the amplicon between its primers, half-open."""
    first = locus.sequence.index(UPPER_PRIMER) + len(UPPER_PRIMER)
    return first, locus.sequence.index(LOWER_PRIMER, first)
