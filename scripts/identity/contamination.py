"""DNA of another person in a sample: contamination, or the donor's after transplantation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flt3itd.records import Status
from scripts.identity.genotypes import Allele, Called, SnpCount, genotype_chances
from scripts.identity.mixture import Share, Site, second_share
from scripts.identity.records import Chimerism, Contamination
from scripts.records.number_words import percent, percent_interval

_LEAST = 0.005
"""The lower end of the interval from which contamination is told: below, index hopping and damage
make as much."""
_GAIN = 10.83
"""Twice the gain in log likelihood that is needed (chi square, one degree of freedom, 0.001)."""
_SHOWN = 0.004
"""Share of the other allele from which a homozygous SNP shows it: beyond errors."""
_TOLD = 0.05
"""The contamination that a sample has to be able to show, to be called free of it."""
_NOTICED = 0.9
"""With which chance it has to."""
_FEWEST_SITES = 3


def error_rate(counts: Sequence[SnpCount]) -> float:
    """How often a fragment shows a given wrong base: half of those with neither allele."""
    others = sum(one.other_fragments for one in counts)
    fragments = others + sum(one.fragments for one in counts)
    return others / 2 / fragments if fragments else 0.0


def contamination(
    counts: Sequence[SnpCount],
    own: Mapping[Allele, Called],
    heterozygous: Collection[Allele],
    strangers: Mapping[str, Mapping[Allele, Called]],
) -> Contamination:
    """How much of another person is in a sample.

    `own` are its genotypes; SNPs that are `heterozygous` in another sample of the patient are left
    out, since leukaemic cells lose alleles; `strangers` are the genotypes of other patients'
    samples of the run, by name.
    """
    homozygous = {
        allele: one
        for allele, one in own.items()
        if one.genotype != 1 and allele not in heterozygous
    }
    sites = [_site(one) for one in homozygous.values()]
    noticed = chance_to_notice(sites)
    if len(sites) < _FEWEST_SITES:
        return _unknown(len(sites), noticed, "too few homozygous common SNPs are covered")
    rate = error_rate(counts)
    estimate = second_share(sites, rate)
    showing = {allele: one for allele, one in homozygous.items() if _other_share(one) >= _SHOWN}
    chromosomes = len({allele[0] for allele in showing})
    found = estimate.low >= _LEAST and estimate.gain >= _GAIN
    if found and chromosomes:
        return _found(estimate, len(sites), chromosomes, noticed, _fits(showing, strangers))
    if noticed < _NOTICED:
        return _unknown(
            len(sites),
            noticed,
            f"too few homozygous common SNPs: {percent(_TOLD)} of a stranger's DNA would show with "
            f"a chance of {percent(noticed)} only",
        )
    return Contamination(
        Status.NOT_DETECTED, estimate.share, estimate.low, estimate.high, len(sites),
        chromosomes, noticed, (), "", "",
    )  # fmt: skip


def _found(
    estimate: Share, sites: int, chromosomes: int, noticed: float, fits: tuple[str, ...]
) -> Contamination:
    about = (
        f"about {percent(estimate.share)} of the DNA "
        f"({percent_interval(estimate.low, estimate.high)}) is of another person"
    )
    source = f"; the genotypes of {', '.join(fits)} fit" if fits else ""
    if chromosomes > 1:
        status, reason = Status.DETECTED, ""
        alarm = f"Contamination: {about}, by {sites} homozygous common SNPs{source}."
    else:
        status = Status.NOT_ASSESSABLE
        reason = "one chromosome alone shows another allele: nearly all cells may have lost one"
        alarm = (
            f"Contamination or loss: {about}, or nearly all cells have lost an allele of the one "
            f"chromosome that shows it{source}."
        )
    return Contamination(
        status, estimate.share, estimate.low, estimate.high, sites, chromosomes, noticed, fits,
        reason, alarm,
    )  # fmt: skip


def _unknown(sites: int, noticed: float, reason: str) -> Contamination:
    return Contamination(Status.NOT_ASSESSABLE, None, None, None, sites, 0, noticed, (), reason, "")


def not_looked_for(reason: str) -> Contamination:
    """The answer of a sample in which contamination cannot be asked for."""
    return _unknown(0, 0.0, reason)


def chance_to_notice(sites: Sequence[Site]) -> float:
    """The chance that a stranger carries another allele at a site, on one chromosome at least."""
    hidden = 1.0
    for site in sites:
        hidden *= genotype_chances(site.frequency)[site.known]
    return 1 - hidden


def _site(one: Called) -> Site:
    count = one.count
    return Site(
        count.chrom, one.genotype, count.frequency, count.alternate_fragments, count.fragments
    )


def _other_share(one: Called) -> float:
    """The share of the allele that a homozygous sample does not have."""
    return one.count.share if one.genotype == 0 else 1 - one.count.share


def _fits(
    showing: Mapping[Allele, Called], strangers: Mapping[str, Mapping[Allele, Called]]
) -> tuple[str, ...]:
    """The samples that have every allele that is shown; none where fewer than three are."""
    if len(showing) < _FEWEST_SITES:
        return ()
    return tuple(
        name
        for name, genotypes in strangers.items()
        if all(
            allele in genotypes and genotypes[allele].genotype != one.genotype
            for allele, one in showing.items()
        )
    )


def chimerism(
    counts: Sequence[SnpCount], before: Mapping[Allele, Called], against: str
) -> Chimerism:
    """The recipient's share in a sample of after the transplantation.

    `before` are the recipient's genotypes in the sample `against`.
    """
    now = {one.snp.allele: one for one in counts if one.fragments}
    sites = [
        Site(one.chrom, before[allele].genotype, one.frequency, one.alternate_fragments,
             one.fragments)
        for allele, one in now.items()
        if allele in before and before[allele].genotype != 1
    ]  # fmt: skip
    if len(sites) < _FEWEST_SITES:
        return Chimerism(
            Status.NOT_ASSESSABLE, against, None, None, None, len(sites),
            "too few common SNPs at which the recipient is homozygous",
        )  # fmt: skip
    donor = second_share(sites, error_rate(counts))
    there = donor.low >= _LEAST and donor.gain >= _GAIN
    return Chimerism(
        Status.DETECTED if there else Status.NOT_DETECTED,
        against,
        1 - donor.share,
        1 - donor.high,
        1 - donor.low,
        len(sites),
        "",
    )
