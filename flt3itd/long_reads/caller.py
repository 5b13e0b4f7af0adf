"""ITDs of long reads: alleles proposed, tested against the reads' own errors, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import Flt3Filter
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import poisson_upper
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd import ItdCall, ItdCalls, KnownCall
from flt3itd.insertions.itd_filters import BACKGROUND_CHANCE, ItdParameters
from flt3itd.locus.template import Template
from flt3itd.long_reads.ratios import totals, vaf_and_ar
from flt3itd.long_reads.reads import SpanningReads
from flt3itd.long_reads.search import LENGTHS, Allele, AlleleSearch
from flt3itd.records import LengthLimit


@dataclass(frozen=True)
class LongCalls:
    """The calls, the limits by length, and the errors by base of the reads that span.

    `long_gaps` are the reads, of those that were searched, that are longer or shorter by six bases
    or more at a place.
    """

    calls: ItdCalls
    limits: tuple[LengthLimit, ...]
    gap_rate: float
    mismatch_rate: float
    long_gaps: int
    spanning: int


def call_long_reads(
    reads: SpanningReads | None,
    template: Template,
    parameters: ItdParameters,
    known: Sequence[Insertion],
    sampling: Sampling,
) -> LongCalls:
    """Find, count and judge the insertions that cut reads show; None stands for no reads."""
    if reads is None or not reads.spanning:
        return _nothing(template)
    search = AlleleSearch(reads, template, parameters.minimum_mutant_fragments)
    alleles = search.alleles(known)
    sequences = [reads.wildtype, *(each.sequence for each in alleles)]
    competition = search.competition
    counts = [
        competition.count(competition.won(one, [other for other in sequences if other is not one]))
        for one in sequences
    ]
    informative = sum(counts)
    shown = [1.0, *(reads.shown(each.insertion.length) for each in alleles)]
    copies = sampling.copies(informative)
    limits = tuple(search.limits(informative, [each.sequence for each in alleles], copies))
    depth = _depth(reads, template, informative)
    background = _background(search, alleles, counts, known)
    chances = {place: chance for place, (chance, _) in background.items()}
    filters = [_filters(each, chances.get(place)) for place, each in enumerate(alleles)]
    calls, total = _estimated(alleles, counts, shown, filters, template)
    known_calls = tuple(
        _known_call(
            Haplotype(template.sequence, alleles[place].insertion),
            counts[place + 1],
            informative,
            shown[place + 1],
            *background[place],
        )
        for place in background
    )
    return LongCalls(
        ItdCalls(
            tuple(call for call in calls if call.mutant_fragments > 0),
            known_calls,
            *total,
            depth,
            {},
        ),
        limits,
        search.gap_rate,
        search.mismatch_rate,
        search.long_gaps,
        reads.spanning,
    )


def _background(
    search: AlleleSearch,
    alleles: Sequence[Allele],
    counts: Sequence[int],
    known: Sequence[Insertion],
) -> dict[int, tuple[float, int]]:
    """By place of a known allele: the chance that errors are as many, and what tells it from them.

    `counts` are those of the wild type and the alleles.
    """
    return {
        place: search.background(
            each.insertion,
            counts[place + 1],
            [other.sequence for other in alleles if other is not each],
            BACKGROUND_CHANCE,
        )
        for place, each in enumerate(alleles)
        if each.insertion in known
    }


def _nothing(template: Template) -> LongCalls:
    """What is told where no read spans."""
    depth = np.zeros(template.region[1] - template.region[0], dtype=np.int64)
    untold = tuple(LengthLimit(length, None) for length in LENGTHS)
    return LongCalls(ItdCalls((), (), None, None, depth, {}), untold, 0.0, 0.0, 0, 0)


def _estimated(
    alleles: Sequence[Allele],
    counts: Sequence[int],
    shown: Sequence[float],
    filters: Sequence[tuple[str, ...]],
    template: Template,
) -> tuple[list[ItdCall], tuple[Estimate | None, Estimate | None]]:
    """The ratios: alleles that pass share the molecules, a filtered one stands alone.

    Alleles that these reads cannot span at all are left out.
    """
    seen = [place for place in range(len(alleles)) if shown[place + 1] > 0]
    passing = [place for place in seen if not filters[place]]
    calls = []
    for place in seen:
        group = passing if not filters[place] else [place]
        chosen = [0, *(each + 1 for each in group)]
        vaf, ar = vaf_and_ar(
            [counts[h] for h in chosen], [shown[h] for h in chosen], 1 + group.index(place)
        )
        calls.append(
            ItdCall(
                Haplotype(template.sequence, alleles[place].insertion),
                counts[place + 1],
                counts[0],
                vaf,
                ar,
                filters[place],
                duplicates_primer=False,
            )
        )
    if not passing:
        return calls, (None, None)
    chosen = [0, *(each + 1 for each in passing)]
    return calls, totals([counts[h] for h in chosen], [shown[h] for h in chosen])


def _filters(allele: Allele, background: float | None) -> tuple[str, ...]:
    """Why an allele does not pass: only one that was known may be no more than errors."""
    if background is not None and background > BACKGROUND_CHANCE:
        return (*allele.filters, Flt3Filter.BACKGROUND)
    return allele.filters


def _known_call(
    haplotype: Haplotype,
    mutant: int,
    informative: int,
    shown: float,
    background: float,
    needed: int,
) -> KnownCall:
    others = informative - mutant
    most = poisson_upper(mutant) / shown if shown > 0 else float("inf")
    return KnownCall(
        haplotype,
        mutant,
        informative,
        mutant / shown / max(1e-9, mutant / shown + others) if shown > 0 else 0.0,
        min(1.0, most / (most + others)) if shown > 0 else 1.0,
        background,
        needed=((needed, informative * shown),),
    )


def _depth(reads: SpanningReads, template: Template, informative: int) -> npt.NDArray[np.int64]:
    """Informative reads at each base of the region: those that span, inside the window."""
    first, last = template.region
    depth = np.zeros(last - first, dtype=np.int64)
    depth[max(0, reads.window.start - first) : max(0, reads.window.end - first)] = informative
    return depth
