"""Whether a long event has molecules of its own, beside the events that it may be made of.

A few bases of the reads of one event, or a copy of bases beside it, may look like another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pysam

from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele
from scripts.panel.candidates import are_apart, text_with
from scripts.panel.haplotypes import Haplotype, Mixture, Share, fragments_on, haplotypes_of
from scripts.panel.place_reads import PlaceRead, reads_over
from scripts.panel.places import FEWEST, Place
from scripts.panel.read_rules import ReadRules

_OWN_SHARE = 0.5
"""Share of the fragments counted for a long event that must fit it better than all else."""
_NEAR = 60
"""Bases beside an event within which another one may be taken for it."""


def beside(allele: Allele, others: Iterable[Allele]) -> list[Allele]:
    """Those of some events of the contig that another one may be made of, in order.

    What an event gains may be a copy of bases as far away, with a change that stands there.
    """
    reach = _NEAR + max(0, len(allele.alt) - len(allele.ref))
    return sorted(
        other
        for other in others
        if other != allele
        and other.start - reach <= allele.end
        and allele.start <= other.end + reach
    )


def is_confirmed(
    allele: Allele,
    mutant: int,
    others: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> bool:
    """Whether an event has molecules that fit none of others beside it as well.

    `mutant` fragments were counted for it; `_OWN_SHARE` of them must be its own.
    """
    haplotypes, reads = _beside_rivals(allele, others, bam, fetch, rules)
    mixture = Mixture(fragments_on(haplotypes, reads, inside=True), len(haplotypes), 0)
    return mixture.own(range(len(haplotypes)))[1] >= max(FEWEST, _OWN_SHARE * mutant)


def share_from_primers(
    allele: Allele,
    others: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> Share | None:
    """How much of a long event there is by the amplicons that make a product of it.

    None where all of them do, or too few fragments of those that do show it.
    """
    haplotypes, reads = _beside_rivals(allele, others, bam, fetch, rules)
    sites = {site for read in reads for site in read.primers}
    if not any(haplotypes[1].lacks(site, haplotypes[0]) for site in sites):
        return None
    mixture = Mixture(fragments_on(haplotypes, reads, from_primers=True), len(haplotypes), FEWEST)
    return mixture.share(frozenset({1})) if 1 in mixture.present else None


def _beside_rivals(
    allele: Allele,
    others: Sequence[Allele],
    bam: pysam.AlignmentFile,
    fetch: Fetch,
    rules: ReadRules,
) -> tuple[list[Haplotype], list[PlaceRead]]:
    """The wild type, the haplotype with an event, and those with others; and the reads there."""
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    start = min([change.leftmost, *(other.start for other in others)])
    end = max([change.end, *(other.end for other in others)])
    place = Place(allele.contig, start, end, ())
    texts = dict.fromkeys([fetch(start, end), text_with([allele], place, fetch)])
    for one in others:
        texts.setdefault(text_with([one], place, fetch))
    if len(others) > 1 and are_apart(others):
        texts.setdefault(text_with(others, place, fetch))
    return haplotypes_of(texts, place, fetch), reads_over(bam, place, rules)
