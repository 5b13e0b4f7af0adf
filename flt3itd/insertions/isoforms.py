"""Transcripts of RNA that are spliced in another way: of an ITD, of the wild type, and of neither.

Isoforms are no alleles. What splicing does to the copies of an ITD makes another insertion of them:
its molecules are the ITD's, whatever its junctions are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.abundance import mixture
from flt3itd.insertions.copies import bases_apart
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.haplotype import (
    Haplotype,
    Insertion,
    SmallChange,
    insertion_between,
)
from flt3itd.insertions.residues import Residue
from flt3itd.insertions.selection import Rates
from flt3itd.insertions.two_ends import LEAST_FRAGMENTS
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.columns import are_among, count_distinct
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.splice_sites import Splicing, going_on, is_beside

_LEAST_BEYOND = 0.1
"""Share of the fragments of whole exons that stand twice that must reach beyond both: of 200 bases
a third does with exon 14 (133 bases), of a ring those alone that were joined by chance (up to 3%).
"""


def is_splicing(settled: Settled, number: int, splicing: Splicing, reads: ReadSet) -> bool:
    """Whether splicing makes a haplotype: with bases of an intron, or with whole exons in a ring.

    Exons that stand twice on the genome, with the introns about them, are no ring: fragments that
    show where their copies meet then go on beyond them.
    """
    haplotype = settled.haplotypes[number]
    if splicing.makes(haplotype.sequence):
        return True
    rings = splicing.rings(haplotype.sequence)
    if not rings:
        return False
    exons = min(start for start, _ in rings), max(end for _, end in rings)
    joined = np.unique(settled.at_junction(number))
    beyond = _beyond(settled, number, exons, reads)
    least = max(LEAST_FRAGMENTS, _LEAST_BEYOND * len(joined))
    return count_distinct(beyond[are_among(beyond, joined)]) < least


def _beyond(
    settled: Settled, number: int, exons: tuple[int, int], reads: ReadSet
) -> npt.NDArray[np.int64]:
    """The fragments with a read that shows bases beyond exons and their copy, on either side."""
    first, last = exons[0] - ANCHOR, exons[1] + ANCHOR
    start, end, fragment = reads.plain()
    fitted, longer = settled.counts.fits[number], settled.haplotypes[number].length_change
    out = (fitted.start <= first) | (fitted.end >= last + longer)
    compared = settled.counts.fragment[out & (settled.counts.chosen == number)]
    return np.concatenate((fragment[(start <= first) | (end >= last)], compared))


def beyond_splicing(
    left: Iterable[Residue], reads: ReadSet, splicing: Splicing
) -> Iterator[Residue]:
    """What fragments show that no haplotype holds, without those of RNA that is not spliced.

    Of these, reads go on into the intron where exons should meet.
    """
    unspliced = going_on(reads, splicing)
    for one in left:
        there = (len(names) for place, names in unspliced.items() if is_beside(one.place, place))
        fragments = one.fragments - sum(there)
        if fragments > 0:
            yield one._replace(fragments=fragments)


def rings_alone(proposals: Iterable[Haplotype], splicing: Splicing) -> Iterator[Haplotype]:
    """Proposals, but where whole exons are joined again these exons alone, standing twice.

    A ring has what its transcript has: an ITD, an exon left out. These are counted by their own
    reads, and what other rings show beside is of other molecules.
    """
    for one in proposals:
        rings = splicing.rings(one.sequence)
        if not rings:
            yield one
        for start, end in rings:
            again = insertion_between(one.reference, end, end, one.reference[start:end])
            yield Haplotype(one.reference, again)


def is_spliced_otherwise(proposal: Haplotype, splicing: Splicing) -> bool:
    """Whether a molecule with another change is of another splicing as well.

    Either is counted by its own reads: molecules with an ITD are spliced in each way, and those
    that are spliced alike are no allele. What splicing takes from the copies is no other change.
    """
    return len(proposal.parts) > 1 and any(
        proposal.insertion in (None, part) or bases_apart(proposal, part) >= 0
        for part in _spliced_parts(proposal, splicing)
    )


def lacks_place_of(haplotype: Haplotype, mutant: Haplotype, splicing: Splicing) -> bool:
    """Whether splicing took from a transcript all that a mutant repeats, or an exon of it.

    Transcripts of both alleles are spliced so, and tell of neither.
    """
    start, end = mutant.segment
    for part in _spliced_parts(haplotype, splicing):
        if part.start <= start and end <= part.end and part.length < 0:
            return True
        exons = splicing.exons_left_out(Haplotype(haplotype.reference, beside=(part,)).sequence)
        if exons is not None and max(start, exons[0]) < min(end, exons[1]):
            return True
    return False


def _spliced_parts(haplotype: Haplotype, splicing: Splicing) -> Iterator[SmallChange]:
    """The changes of a molecule that another splicing alone would make."""
    for part in haplotype.parts:
        if splicing.makes(Haplotype(haplotype.reference, beside=(part,)).sequence):
            yield part


def isoforms(
    haplotypes: Sequence[Haplotype], known: Sequence[Insertion], splicing: Splicing
) -> dict[int, int]:
    """The numbers of the mutants that are an ITD spliced in another way, with that of the ITD.

    One that is `known` is an ITD of its own.
    """
    if not splicing.borders:
        return {}
    mutants = [number for number, one in enumerate(haplotypes) if one.insertion is not None]
    itds = [number for number in mutants if not splicing.makes(haplotypes[number].sequence)]
    found: dict[int, int] = {}
    for number in mutants:
        mutant = haplotypes[number]
        if mutant.is_one_of(known):
            continue
        for other in itds:
            allele = haplotypes[other]
            if other != number and splicing.makes_of_duplicated(
                allele.sequence, allele.segment, mutant.sequence
            ):
                found[number] = other
                break
    return {number: found.get(itd, itd) for number, itd in found.items()}


def with_isoforms(rates: Rates, settled: Settled, of: dict[int, int]) -> Rates:
    """The rates with those of an ITD as of all its isoforms (`of`), in their shares of it."""
    if not of:
        return rates
    shares = mixture(rates, settled.counts.patterns)
    pooled = list(rates)
    for itd in set(of.values()):
        alike = [itd, *(number for number, other in of.items() if other == itd)]
        whole = sum(shares[number] for number in alike)
        if not whole > 0:
            continue
        pooled[itd] = {
            pattern: sum(shares[n] * rates[n].get(pattern, 0.0) for n in alike) / whole
            for pattern in dict.fromkeys(pattern for n in alike for pattern in rates[n])
        }
    return pooled
