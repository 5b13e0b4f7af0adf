"""Sequencing in numbers: molecules are cut into fragments, fragments are read from both ends.

Coordinates are 0-based half-open on the plus strand. Reads have substitution errors only: an
error occurs with probability 10^(-Q/10) at a base of quality Q, and the base read is then any
of the other three. The generator is numpy's, so the same seed gives the same reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.assay import Assay
from flt3itd.simulation.baits import Baits, baits_of
from flt3itd.simulation.haplotypes import Bases, Booleans, Haplotype, Integers, as_bases

ADAPTER_1 = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCACATCACGATCTCGTATGCCGTCTTCTGCTTG"
ADAPTER_2 = "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGTAGATCTCGGTGGTCGCCGTATCATT"
"""What read 1 and read 2 run into behind a short fragment: Illumina TruSeq adapters."""

_SHORTEST_FRAGMENT = 30
_BLOCK = 20_000
"""Fragments that are read at a time: it bounds the memory."""
_POOR = 2, 15
"""Least and best quality of a base in a poor tail or cycle."""
_COMPLEMENT = np.arange(256, dtype=np.uint8)
_COMPLEMENT[as_bases("ACGT")] = as_bases("TGCA")
_OTHER_BASES = np.tile(np.arange(256, dtype=np.uint8)[:, None], (1, 3))
for _base in "ACGT":
    _OTHER_BASES[ord(_base)] = as_bases("ACGT".replace(_base, ""))


@dataclass(frozen=True)
class PoorCycles:
    """Cycles, 1-based inclusive, that are poor in a share of all reads: a fault of the run."""

    first: int
    last: int
    share: float


@dataclass(frozen=True)
class QualityModel:
    """Base qualities in three bins, as current instruments write them.

    The chance of a middle and of a low quality rises with the square of the cycle from the
    first to the last value, times a factor of the read (mean 1): bad reads are bad all over.

    A share of reads, `poor_tails`, is poor from a cycle behind their first third to their end.
    There, and in `poor_cycles`, qualities are even from 2 to 15: one base of five is wrong.
    """

    high: int = 37
    middle: int = 25
    low: int = 11
    middle_first: float = 0.02
    middle_last: float = 0.10
    low_first: float = 0.002
    low_last: float = 0.03
    poor_tails: float = 0.0
    poor_cycles: tuple[PoorCycles, ...] = ()

    def draw(self, reads: int, length: int, rng: np.random.Generator) -> Bases:
        """Phred qualities, one row for one read."""
        rise = np.linspace(0.0, 1.0, length, dtype=np.float32) ** 2
        low = self.low_first + (self.low_last - self.low_first) * rise
        middle = self.middle_first + (self.middle_last - self.middle_first) * rise
        factor = rng.gamma(2.0, 0.5, size=(reads, 1)).astype(np.float32)
        chance = rng.random((reads, length), dtype=np.float32)
        qualities = np.full((reads, length), self.high, dtype=np.uint8)
        qualities[chance < factor * (low + middle)] = self.middle
        qualities[chance < factor * low] = self.low
        if self.poor_tails or self.poor_cycles:
            poor = self._poor(reads, length, rng)
            qualities[poor] = rng.integers(*_POOR, int(poor.sum()), np.uint8, endpoint=True)
        return qualities

    def _poor(self, reads: int, length: int, rng: np.random.Generator) -> Booleans:
        """Which bases lie in a poor tail or in poor cycles; one row for one read."""
        cycle = np.arange(length)
        begin = rng.integers(length // 3, length, (reads, 1))
        poor: Booleans = (rng.random((reads, 1)) < self.poor_tails) & (cycle >= begin)
        for one in self.poor_cycles:
            within = (cycle >= one.first - 1) & (cycle < one.last)
            poor |= (rng.random((reads, 1)) < one.share) & within
        return poor


@dataclass(frozen=True)
class Library:
    """How fragments are made and read; lengths in bases.

    `primer_length` is used for amplicons only: so many bases at each end of an amplicon are
    primer, and are read as primer whatever the molecule has there. With `bait_bases` a captured
    fragment that shares fewer bases than these with the targets is caught with a chance in
    proportion; with 0, by where its centre lies.
    """

    assay: Assay = Assay.CAPTURE
    read_length: int = 150
    fragment_mean: float = 280.0
    fragment_sd: float = 60.0
    primer_length: int = 22
    bait_bases: int = 0
    qualities: QualityModel = field(default_factory=QualityModel)

    def fragment_lengths(self, count: int, rng: np.random.Generator) -> Integers:
        """Lengths of `count` captured fragments: normal, whole, at least 30."""
        drawn = rng.normal(self.fragment_mean, self.fragment_sd, count)
        return np.maximum(np.rint(drawn).astype(np.int64), _SHORTEST_FRAGMENT)

    def reach(self) -> int:
        """A length that hardly a fragment exceeds: mean and four standard deviations."""
        return round(self.fragment_mean + 4 * self.fragment_sd)

    def bases_shown(self) -> float:
        """Mean number of molecule bases that the two reads of a fragment show together."""
        spread = np.linspace(-5.0, 5.0, 2001)
        weight = np.exp(-0.5 * spread**2)
        lengths = np.maximum(self.fragment_mean + self.fragment_sd * spread, _SHORTEST_FRAGMENT)
        return float(np.average(np.minimum(lengths, 2 * self.read_length), weights=weight))


@dataclass(frozen=True)
class Molecule:
    """One haplotype of one contig and its share of the molecules of that contig."""

    contig: str
    name: str
    fraction: float
    haplotype: Haplotype


@dataclass(frozen=True)
class Stretch:
    """A target, or the amplicon from primer to primer; 0-based half-open on the plus strand.

    `depth` is the mean number of fragments whose reads show a base of it. With `reverse`,
    read 1 of an amplicon starts at its right end.
    """

    contig: str
    start: int
    end: int
    name: str
    depth: float
    reverse: bool = False


@dataclass(frozen=True)
class Fragments:
    """Fragments of one sample, in the order in which they are read.

    `templates` are the sequences the fragments were cut from; `molecule[t]` is the index of
    the molecule that template t belongs to. The arrays are parallel: template, first base
    in the template, length, and whether read 1 is the minus strand.
    """

    templates: tuple[Bases, ...]
    molecule: tuple[int, ...]
    template: Integers
    start: Integers
    length: Integers
    reverse: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.template)

    def molecules(self) -> Integers:
        """The index of the molecule of each fragment: the truth."""
        return np.asarray(self.molecule, dtype=np.int64)[self.template]

    def take(self, order: Integers) -> Fragments:
        """The same fragments, chosen or put in order by index."""
        return Fragments(
            self.templates,
            self.molecule,
            self.template[order],
            self.start[order],
            self.length[order],
            self.reverse[order],
        )


@dataclass(frozen=True)
class ReadPairs:
    """Reads of a block of fragments: one row a read, ASCII bases and phred qualities."""

    bases_1: Bases
    qualities_1: Bases
    bases_2: Bases
    qualities_2: Bases

    def __len__(self) -> int:
        return len(self.bases_1)


def cut_capture(
    molecule: Molecule, density: npt.NDArray[np.float64], library: Library, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Start and length of the fragments of one molecule.

    `density` is the expected number of fragment centres at each base of the reference, if
    all molecules were this one. The centre of a fragment may lie on any base of the
    haplotype, so a duplicated base is cut twice as often, as in a real library.
    """
    rate = np.cumsum(density[molecule.haplotype.origin])
    count = int(rng.poisson(rate[-1] * molecule.fraction))
    centre = np.searchsorted(rate, rng.random(count) * rate[-1], side="right")
    length = library.fragment_lengths(count, rng)
    start = centre - length // 2
    inside = (start >= 0) & (start + length <= len(molecule.haplotype))
    return start[inside].astype(np.int64), length[inside]


def amplify(molecule: Molecule, amplicon: Stretch, primer_length: int) -> Bases | None:
    """The product of one amplicon from one molecule, or None when a primer finds no site.

    A site is an unbroken copy of the primer's reference positions (a substitution in it is
    tolerated, and the product shows the primer's base). Where a duplication copies a site,
    the shortest product wins, as in a real reaction: that product may be wild type.
    """
    origin = molecule.haplotype.origin

    def sites(first: int) -> Integers:
        wanted = np.arange(first, first + primer_length)
        if len(origin) < primer_length:
            return np.empty(0, dtype=np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(origin, primer_length)
        candidates = np.flatnonzero(windows[:, 0] == first)
        whole: Integers = candidates[(windows[candidates] == wanted).all(axis=1)]
        return whole

    left = sites(amplicon.start)
    right = sites(amplicon.end - primer_length)
    pairs = [(int(b + primer_length - a), int(a)) for a in left for b in right if b > a]
    if not pairs:
        return None
    length, start = min(pairs)
    return molecule.haplotype.sequence[start : start + length]


def _densities(
    intervals: Sequence[Stretch], references: dict[str, str], library: Library, flank: int
) -> dict[str, npt.NDArray[np.float64]]:
    """Captured fragments by the base on which their centre lies, contig by contig."""
    shown = library.bases_shown()
    densities = {name: np.zeros(len(sequence)) for name, sequence in references.items()}
    for target in intervals:
        near = densities[target.contig][max(target.start - flank, 0) : target.end + flank]
        np.maximum(near, target.depth / shown, out=near)
    return densities


@dataclass(frozen=True)
class Catch:
    """Which fragments of a capture are caught.

    `flank` is how far outside a target the centre of a fragment may lie; of those, with `baits`,
    are left what these catch.
    """

    flank: int
    baits: Baits | None

    @classmethod
    def of(cls, library: Library, targets: Iterable[str], flank: int = 0) -> Catch:
        """By baits of the targets, given as sequences, if the library has some; else by a flank."""
        reach = library.reach() if library.bait_bases else flank
        return cls(reach, baits_of(targets, library.bait_bases))


@dataclass(frozen=True)
class Pool:
    """The molecules of a sample, and the reference and the seed of each contig."""

    molecules: Sequence[Molecule]
    references: dict[str, str]
    seeds: dict[str, np.random.SeedSequence]


def draw_fragments(
    pool: Pool, intervals: Sequence[Stretch], library: Library, catch: Catch
) -> Fragments:
    """Draw the fragments of a sample, contig after contig, each with its own seed."""
    generators = {contig: np.random.default_rng(seed) for contig, seed in pool.seeds.items()}
    is_capture = library.assay is Assay.CAPTURE
    densities = _densities(intervals, pool.references, library, catch.flank) if is_capture else {}
    owner: list[int] = []
    cuts: list[_Cut] = []
    for index, molecule in enumerate(pool.molecules):
        contig = molecule.contig
        rng = generators[contig]
        if is_capture:
            of_molecule = [_capture(molecule, densities[contig], library, catch.baits, rng)]
        else:
            amplicons = [one for one in intervals if one.contig == contig]
            reference = pool.references[contig]
            of_molecule = _amplicons(molecule, amplicons, reference, library, rng)
        cuts += of_molecule
        owner += [index] * len(of_molecule)
    template = np.repeat(np.arange(len(cuts)), [len(cut.start) for cut in cuts])
    nothing = np.empty(0, dtype=np.int64)
    return Fragments(
        tuple(cut.template for cut in cuts),
        tuple(owner),
        template.astype(np.int64),
        np.concatenate([nothing, *(cut.start for cut in cuts)]),
        np.concatenate([nothing, *(cut.length for cut in cuts)]),
        np.concatenate([nothing.astype(bool), *(cut.reverse for cut in cuts)]),
    )


class _Cut(NamedTuple):
    """Fragments of one template: where they begin in it, their bases, and which are turned."""

    template: Bases
    start: Integers
    length: Integers
    reverse: npt.NDArray[np.bool_]


def _capture(
    molecule: Molecule,
    density: npt.NDArray[np.float64],
    library: Library,
    baits: Baits | None,
    rng: np.random.Generator,
) -> _Cut:
    """The fragments of one molecule that are captured, half of them turned."""
    start, length = cut_capture(molecule, density, library, rng)
    sequence = molecule.haplotype.sequence
    if baits is not None:
        caught = baits.catch(sequence, start, length, rng)
        start, length = start[caught], length[caught]
    return _Cut(sequence, start, length, rng.random(len(start)) < 0.5)


def _amplicons(
    molecule: Molecule,
    amplicons: Sequence[Stretch],
    reference: str,
    library: Library,
    rng: np.random.Generator,
) -> list[_Cut]:
    """The products of one molecule, whole, with the bases of the primers at their ends."""
    cuts = []
    size = library.primer_length
    for amplicon in amplicons:
        count = int(rng.poisson(amplicon.depth * molecule.fraction))
        product = amplify(molecule, amplicon, size)
        if product is None:
            continue
        product = product.copy()
        primed = as_bases(reference[amplicon.start : amplicon.end])
        product[:size], product[-size:] = primed[:size], primed[-size:]
        whole = np.full(count, len(product), dtype=np.int64)
        turned = np.full(count, amplicon.reverse, dtype=bool)
        cuts.append(_Cut(product, np.zeros_like(whole), whole, turned))
    return cuts


def read_fragments(
    fragments: Fragments, library: Library, rng: np.random.Generator
) -> Iterator[ReadPairs]:
    """Read both ends of every fragment, in order, some thousand fragments at a time."""
    lengths = [len(template) for template in fragments.templates]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    joined = np.concatenate([np.empty(0, dtype=np.uint8), *fragments.templates])
    adapters = [_padded(text, library.read_length) for text in (ADAPTER_1, ADAPTER_2)]
    cycle = np.arange(library.read_length)
    for first in range(0, len(fragments), _BLOCK):
        part = slice(first, first + _BLOCK)
        length = fragments.length[part, None]
        left = (offsets[fragments.template[part]] + fragments.start[part])[:, None]
        step = np.minimum(cycle, length - 1)
        plus = joined[left + step]
        minus = _COMPLEMENT[joined[left + length - 1 - step]]
        reverse = fragments.reverse[part, None]
        behind = cycle >= length
        beyond = np.maximum(cycle - length, 0)
        ends = []
        for own, other, adapter in ((plus, minus, adapters[0]), (minus, plus, adapters[1])):
            bases = np.where(behind, adapter[beyond], np.where(reverse, other, own))
            qualities = library.qualities.draw(len(bases), library.read_length, rng)
            ends.append((with_errors(bases, qualities, rng), qualities))
        yield ReadPairs(*ends[0], *ends[1])


def with_errors(bases: Bases, qualities: Bases, rng: np.random.Generator) -> Bases:
    """The bases as read: each one wrong with probability 10^(-Q/10). N stays N."""
    chance = np.power(10.0, -np.arange(256) / 10.0).astype(np.float32)
    wrong = rng.random(bases.shape, dtype=np.float32) < chance[qualities]
    read = bases.copy()
    read[wrong] = _OTHER_BASES[bases[wrong], rng.integers(0, 3, int(wrong.sum()))]
    return read


def _padded(adapter: str, length: int) -> Bases:
    """An adapter as long as a read; behind it two-colour instruments call G."""
    return as_bases((adapter + "G" * length)[:length])
