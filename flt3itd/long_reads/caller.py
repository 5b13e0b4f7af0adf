"""ITDs of long reads: alleles proposed, tested against the reads' own errors, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import Flt3Filter
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import poisson_upper
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd_calls import ItdCall, ItdCalls, KnownCall
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
    rivals = [*sequences, *reads.without_exon_14()]
    competition = search.competition
    wildtype, *counts = [
        competition.count(competition.won(one, [other for other in rivals if other is not one]))
        for one in sequences
    ]
    informative = wildtype + sum(counts)
    counted = [
        _Counted(
            each,
            count,
            reads.shown(each.insertion.length),
            _errors(search, each, count, alleles) if each.insertion in known else None,
        )
        for each, count in zip(alleles, counts, strict=True)
    ]
    copies = sampling.copies(informative)
    limits = tuple(search.limits(informative, [each.sequence for each in alleles], copies))
    calls, total = _estimated(counted, wildtype, template)
    return LongCalls(
        ItdCalls(
            tuple(call for call in calls if call.mutant_fragments > 0),
            tuple(
                _known_call(one, one.errors, informative, template)
                for one in counted
                if one.errors is not None
            ),
            *total,
            _depth(reads, template, informative),
            {},
        ),
        limits,
        search.gap_rate,
        search.mismatch_rate,
        search.long_gaps,
        reads.spanning,
    )


class _Errors(NamedTuple):
    """The chance that errors alone show as many reads, and how many reads tell it from them."""

    chance: float
    needed: int


class _Counted(NamedTuple):
    """An allele with the reads that fit it best.

    `shown`: the chance that a read spans one of its molecules, that of the wild type being 1.
    `errors`: of an allele that was known before.
    """

    allele: Allele
    reads: int
    shown: float
    errors: _Errors | None

    @property
    def filters(self) -> tuple[str, ...]:
        """Why it does not pass: only one that was known may be no more than errors."""
        if self.errors is not None and self.errors.chance > BACKGROUND_CHANCE:
            return (*self.allele.filters, Flt3Filter.BACKGROUND)
        return self.allele.filters

    def haplotype(self, template: Template) -> Haplotype:
        """The template with the insertion."""
        return Haplotype(template.sequence, self.allele.insertion)


def _errors(search: AlleleSearch, allele: Allele, reads: int, alleles: Sequence[Allele]) -> _Errors:
    others = [other.sequence for other in alleles if other is not allele]
    return _Errors(*search.background(allele.insertion, reads, others, BACKGROUND_CHANCE))


def _nothing(template: Template) -> LongCalls:
    """What is told where no read spans."""
    depth = np.zeros(template.region[1] - template.region[0], dtype=np.int64)
    untold = tuple(LengthLimit(length, None) for length in LENGTHS)
    return LongCalls(ItdCalls((), (), None, None, depth, {}), untold, 0.0, 0.0, 0, 0)


def _estimated(
    counted: Sequence[_Counted], wildtype: int, template: Template
) -> tuple[list[ItdCall], tuple[Estimate | None, Estimate | None]]:
    """The ratios and their totals: alleles that pass share the molecules, others stand alone.

    Alleles that these reads cannot span at all are left out.
    """
    seen = [one for one in counted if one.shown > 0]
    passing = [one for one in seen if not one.filters]
    calls = []
    for one in seen:
        group = [one] if one.filters else passing
        vaf, ar = vaf_and_ar(*_beside_wildtype(wildtype, group), 1 + group.index(one))
        calls.append(
            ItdCall(
                one.haplotype(template),
                one.reads,
                wildtype,
                vaf,
                ar,
                one.filters,
                duplicates_primer=False,
            )
        )
    return calls, totals(*_beside_wildtype(wildtype, passing)) if passing else (None, None)


def _beside_wildtype(wildtype: int, group: Sequence[_Counted]) -> tuple[list[int], list[float]]:
    """The reads of the wild type and of alleles, and the chances that these are spanned."""
    return [wildtype, *(one.reads for one in group)], [1.0, *(one.shown for one in group)]


def _known_call(
    counted: _Counted, errors: _Errors, informative: int, template: Template
) -> KnownCall:
    """An allele of an earlier sample, of `informative` reads in all."""
    mutant, shown = counted.reads, counted.shown
    others = informative - mutant
    most = poisson_upper(mutant) / shown if shown > 0 else float("inf")
    return KnownCall(
        counted.haplotype(template),
        mutant,
        informative,
        mutant / shown / max(1e-9, mutant / shown + others) if shown > 0 else 0.0,
        min(1.0, most / (most + others)) if shown > 0 else 1.0,
        errors.chance,
        needed=((errors.needed, informative * shown),),
    )


def _depth(reads: SpanningReads, template: Template, informative: int) -> npt.NDArray[np.int64]:
    """Informative reads at each base of the region: those that span, inside the window."""
    first, last = template.region
    depth = np.zeros(last - first, dtype=np.int64)
    depth[max(0, reads.window.start - first) : max(0, reads.window.end - first)] = informative
    return depth
