"""Transcripts of RNA that are spliced in another way: of an ITD, of the wild type, and of neither.

Isoforms are no alleles. What splicing does to the copies of an ITD makes another insertion of them:
its molecules are the ITD's, whatever its junctions are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flt3itd.insertions.abundance import mixture
from flt3itd.insertions.copies import bases_apart
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.haplotype import Haplotype, Insertion, SmallChange
from flt3itd.insertions.selection import Rates
from flt3itd.reads.splice_sites import Splicing


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
