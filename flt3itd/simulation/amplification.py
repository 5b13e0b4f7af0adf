"""From molecules to what is read of them: UMIs, copies by PCR with errors and chimeras, strands.

A molecule gets its UMI once; every copy carries it, but for errors of copying and reading. An error
of the first cycles of PCR is in many copies: one of cycle c in about 2^-c of them. A chimera is
one molecule up to a base and another one of its amplicon from there on. The copies of a duplex
molecule come from both strands: read 1 of one is where read 2 of the other is, and so are the
parts of the UMI.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from flt3itd.simulation.haplotypes import Bases, Booleans, Integers, as_bases
from flt3itd.simulation.sequencing import Fragments, ReadPairs

_EARLY_CYCLES = 6
"""Errors of later cycles are in fewer than one of 64 copies."""
_LETTERS = as_bases("ACGT")
_CODE = np.zeros(256, dtype=np.uint8)
_CODE[_LETTERS] = np.arange(4)
_SPREAD = 1.0
"""Standard deviation of the logarithm of log-normal family sizes."""


class FamilyLaw(StrEnum):
    """How the numbers of reads of molecules are distributed."""

    GEOMETRIC = "geometric"
    POISSON = "poisson"
    LOGNORMAL = "lognormal"
    FIXED = "fixed"


@dataclass(frozen=True)
class Amplification:
    """How molecules are tagged and copied.

    `family_mean` is the mean number of read pairs of a molecule (of a Poisson law some have none).
    `umi` are the bases of the one or two parts. `umi_errors` are by base and copy, `early_errors`
    by base and cycle of the first six; `chimeras` is a share of the copies.
    """

    family_mean: float = 5.0
    law: FamilyLaw = FamilyLaw.GEOMETRIC
    umi: tuple[int, ...] = (12,)
    umi_errors: float = 1e-3
    early_errors: float = 0.0
    chimeras: float = 0.0
    duplex: bool = False

    def family_sizes(self, count: int, rng: np.random.Generator) -> Integers:
        """Read pairs of each of so many molecules."""
        mean = self.family_mean
        if self.law is FamilyLaw.GEOMETRIC:
            return rng.geometric(1 / mean, count)
        if self.law is FamilyLaw.POISSON:
            return rng.poisson(mean, count)
        if self.law is FamilyLaw.LOGNORMAL:
            drawn = rng.lognormal(np.log(mean) - _SPREAD**2 / 2, _SPREAD, count)
            return np.maximum(np.rint(drawn).astype(np.int64), 1)
        return np.full(count, round(mean), dtype=np.int64)


@dataclass(frozen=True)
class Alterations:
    """Errors of copies: the copy, the base of its fragment (from the left), and by how much.

    A base is changed to the `shift`-th behind it in A, C, G, T, in a circle. Ordered by copy.
    """

    copy: Integers
    place: Integers
    shift: Integers


@dataclass(frozen=True)
class Copies:
    """The read pairs of molecules: fragments in the order of the files, and the UMI of each."""

    fragments: Fragments
    umi: Bases
    altered: Alterations

    def take(self, order: Integers) -> Copies:
        """The same copies, chosen or put in order by index; each at most once."""
        place = np.full(len(self.fragments), -1, dtype=np.int64)
        place[order] = np.arange(len(order))
        copy = place[self.altered.copy]
        rows = np.flatnonzero(copy >= 0)
        rows = rows[np.argsort(copy[rows], kind="stable")]
        altered = Alterations(copy[rows], self.altered.place[rows], self.altered.shift[rows])
        return Copies(self.fragments.take(order), self.umi[order], altered)

    def with_hopped(self, other: Copies, molecules: int) -> Copies:
        """These copies, and behind them those that came from another sample.

        The numbers of its molecules (haplotypes) go on behind the own ones, so many.
        """
        mine, theirs = self.fragments, other.fragments
        ours = len(mine)
        fragments = Fragments(
            (*mine.templates, *theirs.templates),
            (*mine.molecule, *(one + molecules for one in theirs.molecule)),
            np.concatenate((mine.template, theirs.template + len(mine.templates))),
            np.concatenate((mine.start, theirs.start)),
            np.concatenate((mine.length, theirs.length)),
            np.concatenate((mine.reverse, theirs.reverse)),
        )
        altered = Alterations(
            np.concatenate((self.altered.copy, other.altered.copy + ours)),
            np.concatenate((self.altered.place, other.altered.place)),
            np.concatenate((self.altered.shift, other.altered.shift)),
        )
        return Copies(fragments, np.concatenate((self.umi, other.umi)), altered)


def amplified(molecules: Fragments, plan: Amplification, rng: np.random.Generator) -> Copies:
    """The copies of molecules, those of each together."""
    count = len(molecules)
    molecule = np.repeat(np.arange(count), plan.family_sizes(count, rng))
    umi = _LETTERS[rng.integers(0, 4, (count, sum(plan.umi)))][molecule]
    fragments = molecules.take(molecule)
    altered = _early_errors(molecules.length, molecule, plan, rng)
    if plan.chimeras:
        fragments = _with_chimeras(fragments, plan.chimeras, rng)
    if plan.duplex:
        other = rng.random(len(molecule)) < 0.5
        fragments = replace(fragments, reverse=fragments.reverse ^ other)
        umi = np.where(other[:, None], np.roll(umi, plan.umi[-1], axis=1), umi)
    wrong = rng.random(umi.shape, dtype=np.float32) < plan.umi_errors
    shift = rng.integers(1, 4, umi.shape)
    umi = np.where(wrong, _LETTERS[(_CODE[umi] + shift) % 4], umi)
    return Copies(fragments, umi, altered)


def _early_errors(
    lengths: Integers, molecule: Integers, plan: Amplification, rng: np.random.Generator
) -> Alterations:
    """Errors of the first cycles: 2^(c-1) molecules are copied in cycle c, 2^-c of all inherit."""
    nothing = np.zeros(0, dtype=np.int64)
    if not plan.early_errors or not len(molecule):
        return Alterations(nothing, nothing, nothing)
    starts = np.searchsorted(molecule, np.arange(len(lengths)))
    sizes = np.searchsorted(molecule, np.arange(len(lengths)), side="right") - starts
    copies, places, shifts = [], [], []
    for cycle in range(1, _EARLY_CYCLES + 1):
        expected = float(lengths.sum()) * plan.early_errors * 2 ** (cycle - 1)
        hit = rng.choice(len(lengths), int(rng.poisson(expected)), p=lengths / lengths.sum())
        place = rng.integers(0, lengths[hit])
        shift = rng.integers(1, 4, len(hit))
        every = np.repeat(np.arange(len(hit)), sizes[hit])
        within = np.arange(len(every)) - np.repeat(np.cumsum(sizes[hit]) - sizes[hit], sizes[hit])
        kept = rng.random(len(every)) < 2.0**-cycle
        copies.append((starts[hit[every]] + within)[kept])
        places.append(place[every][kept])
        shifts.append(shift[every][kept])
    copy, place, shift = (np.concatenate(columns) for columns in (copies, places, shifts))
    order = np.argsort(copy, kind="stable")
    return Alterations(copy[order], place[order], shift[order])


def _with_chimeras(fragments: Fragments, share: float, rng: np.random.Generator) -> Fragments:
    """Some copies go on in another molecule that begins and ends alike, from a random base on.

    Up to the base where the two differ first nothing is seen of it but a UMI with the sequence of
    the other; a chimera from behind it on shows its own sequence.
    """
    rows = np.flatnonzero(rng.random(len(fragments)) < share)
    partners = rng.integers(0, len(fragments), len(rows))
    begins = rng.random(len(rows))
    taken = np.arange(len(fragments))
    for row, partner, where in zip(rows.tolist(), partners.tolist(), begins.tolist(), strict=True):
        if fragments.template[row] == fragments.template[partner]:
            continue
        mine, theirs = _bases(fragments, row), _bases(fragments, partner)
        if _share_ends(mine, theirs) and where * len(mine) < _alike(mine, theirs):
            taken[row] = partner
    return Fragments(
        fragments.templates,
        fragments.molecule,
        fragments.template[taken],
        fragments.start[taken],
        fragments.length[taken],
        fragments.reverse,
    )


def _alike(one: Bases, other: Bases) -> int:
    """How many bases agree before the first that differs."""
    shorter = min(len(one), len(other))
    differ = np.flatnonzero(one[:shorter] != other[:shorter])
    return int(differ[0]) if len(differ) else shorter


_SAME_PRIMER = 15


def _share_ends(one: Bases, other: Bases) -> bool:
    """Whether two fragments begin and end alike, as those of one amplicon do."""
    return bool(
        (one[:_SAME_PRIMER] == other[:_SAME_PRIMER]).all()
        and (one[-_SAME_PRIMER:] == other[-_SAME_PRIMER:]).all()
    )


def _bases(fragments: Fragments, row: int) -> Bases:
    start = int(fragments.start[row])
    return fragments.templates[int(fragments.template[row])][
        start : start + int(fragments.length[row])
    ]


def with_alterations(pairs: ReadPairs, first: int, copies: Copies) -> ReadPairs:
    """The reads of the copies from `first` on, with the errors that those were made with."""
    altered = copies.altered
    rows = slice(*np.searchsorted(altered.copy, (first, first + len(pairs))).tolist())
    row = altered.copy[rows] - first
    if not len(row):
        return pairs
    reverse = copies.fragments.reverse[altered.copy[rows]]
    from_right = copies.fragments.length[altered.copy[rows]] - 1 - altered.place[rows]
    own = np.where(reverse, from_right, altered.place[rows])
    other = np.where(reverse, altered.place[rows], from_right)
    shift = altered.shift[rows]
    read_1 = _shifted(pairs.bases_1, row, own, shift, reverse)
    read_2 = _shifted(pairs.bases_2, row, other, shift, ~reverse)
    return replace(pairs, bases_1=read_1, bases_2=read_2)


def _shifted(
    bases: Bases, row: Integers, place: Integers, shift: Integers, minus: Booleans
) -> Bases:
    """Reads with bases changed; on the minus strand the circle of bases runs the other way."""
    inside = (place >= 0) & (place < bases.shape[1])
    row, place = row[inside], place[inside]
    turn = np.where(minus, -shift, shift)[inside]
    changed = bases.copy()
    changed[row, place] = _LETTERS[(_CODE[bases[row, place]].astype(np.int64) + turn) % 4]
    return changed
