"""Internal tandem duplications: from the reads of the region to counted, filtered calls.

Nothing here is peculiar to FLT3: the reference is any sequence with a region and a target, and
deletions are called like insertions where they are sought (`flt3itd.insertions.long_changes`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import Flt3Filter
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.statistics import poisson_upper
from flt3itd.insertions.abundance import Abundances, showing
from flt3itd.insertions.background import Background, background_of, boundary_fragments
from flt3itd.insertions.copied_molecules import without_copied_molecules
from flt3itd.insertions.copy_numbers import in_other_numbers, vaf_of_more
from flt3itd.insertions.counting import REPORTED_FRAGMENTS, Settled
from flt3itd.insertions.explanation import Explained, Sample
from flt3itd.insertions.flanks import (
    InCopies,
    OwnReads,
    PartlyBeside,
    PlainReads,
    in_copies,
    partly_beside,
)
from flt3itd.insertions.haplotype import Insertion
from flt3itd.insertions.isoforms import (
    beyond_splicing,
    is_splicing,
    lacks_place_of,
)
from flt3itd.insertions.itd_calls import ItdCall, ItdCalls, KnownCall
from flt3itd.insertions.itd_filters import (
    LEAST_UNANSWERED,
    ItdParameters,
    estimated_together,
    filters_of,
    holds_primer,
    primer_sites,
    unexplained_clips,
)
from flt3itd.insertions.junctions import INSERTIONS, Sought
from flt3itd.insertions.open_questions import OpenQuestions, open_questions
from flt3itd.insertions.placements import FAR_APART, Library, Placements
from flt3itd.insertions.ratios import Group, Ratios, ratios_of
from flt3itd.insertions.residues import Residue
from flt3itd.insertions.shown_junctions import least_shown
from flt3itd.insertions.slips import pooled
from flt3itd.insertions.split_molecules import without_split_molecules
from flt3itd.insertions.strangers import without_strangers
from flt3itd.insertions.stubs import stubs
from flt3itd.insertions.windows import ANCHOR
from flt3itd.locus.template import Searched
from flt3itd.reads.amplicons import infer_amplicons
from flt3itd.reads.library import informative_depth
from flt3itd.reads.primers import PrimerPair
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.splice_sites import UNSPLICED, Splicing


@dataclass(frozen=True)
class Search:
    """What is looked for in reads, and what is known of how they were made.

    Insertions in `known` are counted whether or not the reads propose them. What is `captured` may
    be so unevenly (`Library`). `splicing` knows where exons meet in RNA. `sampling` tells which
    reads may be copies of one molecule. `assessed` is the stretch of which a limit of detection is
    told (template, half-open; None: of none).
    """

    known: Sequence[Insertion] = ()
    sought: Sought = INSERTIONS
    amplicon_assay: bool = False
    primers: Sequence[PrimerPair] = ()
    captured: bool = False
    by_baits_from: int = FAR_APART
    assessed: tuple[int, int] | None = None
    splicing: Splicing = UNSPLICED
    sampling: Sampling = EVERY_COUNT

    def of(self, reads: ReadSet, template: Searched) -> Sample:
        """The reads of a sample with what is looked for in them."""
        amplicons = infer_amplicons(reads, self.primers) if self.amplicon_assay else ()
        return Sample(
            Library(reads, amplicons, self.captured, self.by_baits_from),
            template,
            tuple(self.known),
            self.sought,
            self.sampling,
            self.splicing,
        )


def call_itds(
    reads: ReadSet, template: Searched, parameters: ItdParameters, search: Search = Search()
) -> ItdCalls:
    """Find, count and filter the insertions that a set of reads shows, and deletions if sought."""
    sample = search.of(reads, template)
    amplicons = sample.library.amplicons
    explained = sample.explained()
    settled, compared = explained.settled, explained.compared
    depth = _depth(reads, template.region)
    short = stubs(reads, template.sequence, LEAST_UNANSWERED) if amplicons else {}
    ended = [Residue(0, place, fragments, None) for place, fragments in short.items()]
    left_over = beyond_splicing([*explained.left, *ended], reads, sample.splicing)
    unexplained = unexplained_clips(list(left_over), depth, template, parameters)
    ends = {one.place: one.ends for one in explained.left if one.ends}
    told = search.assessed
    shown = 1.0 if told is None else least_shown(sample.library, settled, told)
    if all(one.is_wildtype for one in settled.haplotypes):
        return ItdCalls((), (), None, None, depth, unexplained, amplicons, ends, compared, shown)
    placements = sample.library.placements(settled)
    support = without_strangers(explained, placements.rates, sample.known, parameters)
    support = without_split_molecules(explained, support, sample, parameters)
    support = without_copied_molecules(explained, support, sample, parameters)
    placements = placements.pooling(settled, pooled(settled, support, sample))
    mutants = _judged(settled, support, sample, parameters, unexplained)
    if search.sought == INSERTIONS:  # where deletions are sought, mutants alone may tell amplicons
        mutants = mutants.without_amplicon(placements.hidden)
    found = _Found(sample, explained, placements, mutants)
    calls, totals = _counted(found, primer_sites(search.primers, amplicons))
    return ItdCalls(
        tuple(call for call in calls.values() if call.mutant_fragments >= REPORTED_FRAGMENTS),
        tuple(_known_call(found, number, calls.get(number)) for number in mutants.background),
        totals.total_vaf if totals else None,
        totals.total_ar if totals else None,
        depth,
        unexplained,
        amplicons,
        ends,
        compared,
        shown,
        placements.baits,
    )


class _Mutants(NamedTuple):
    """What is said of the mutants, by number of the haplotype; `background` of known ones alone."""

    support: dict[int, int]
    filters: dict[int, tuple[str, ...]]
    background: dict[int, Background]

    def without_amplicon(self, hidden: Collection[int]) -> _Mutants:
        """The same, but that new ones which no amplicon can show do not pass.

        They are made of what stands in front of reads and is like another place of FLT3.
        """
        new = {number: self.filters[number] for number in hidden if number not in self.background}
        no_amplicon = {number: (*why, Flt3Filter.NO_AMPLICON) for number, why in new.items()}
        return self._replace(filters=self.filters | no_amplicon)


def _judged(
    settled: Settled,
    support: dict[int, int],
    sample: Sample,
    parameters: ItdParameters,
    unexplained: Mapping[int, int],
) -> _Mutants:
    """The fragments and filters of the mutants, of known ones with what chance would show."""
    haplotypes = settled.haplotypes

    def filters_with(number: int, chance: float | None) -> tuple[str, ...]:
        spliced = is_splicing(settled, number, sample.splicing, sample.reads)
        needs = parameters, chance, unexplained
        return (
            *((Flt3Filter.SPLICE_VARIANT,) if spliced else ()),
            *filters_of(haplotypes[number], support[number], sample.template, *needs),
        )

    mutants = [number for number in support if not haplotypes[number].is_wildtype]
    followed = [number for number in mutants if haplotypes[number].is_one_of(sample.known)]
    filters = {number: filters_with(number, None) for number in mutants}
    present = [n for n in mutants if n in followed or not filters[n]]
    rivals = [*(one for one in haplotypes if one.is_wildtype), *(haplotypes[n] for n in present)]
    least = parameters.residual_family
    background = {n: background_of(settled, n, sample.reads, rivals, least) for n in followed}
    filters |= {n: filters_with(n, found.probability) for n, found in background.items()}
    return _Mutants(support, filters, background)


class _Found(NamedTuple):
    """The haplotypes of a sample, how often placements show them, and what is said of mutants."""

    sample: Sample
    explained: Explained
    placements: Placements
    mutants: _Mutants

    def group(self, together: Sequence[int]) -> Group:
        """Mutants that are estimated together, with the haplotypes that are wild type for them."""
        settled, filters = self.explained.settled, self.mutants.filters
        haplotypes, splicing = settled.haplotypes, self.sample.splicing
        passing = not filters[together[0]]
        # An insertion of an intron, most often inherited, and another splicing are no ITD: their
        # molecules are wild type. Where they are like it, their own places tell nothing of an ITD:
        # in a long homopolymer many fragments show none of the haplotypes.
        no_itds = ((Flt3Filter.OFF_TARGET,), (Flt3Filter.SPLICE_VARIANT,))
        elsewhere = [n for n, why in filters.items() if why in no_itds] if passing else []
        others = [
            *(n for n, one in enumerate(haplotypes) if one.is_wildtype),
            *(n for n in elsewhere if settled.windows.tell_apart(n, together)),
        ]
        # Transcripts that are spliced so that they could carry none of the mutants
        neither = [
            n
            for n in others
            if all(lacks_place_of(haplotypes[n], haplotypes[one], splicing) for one in together)
        ]
        normal = [n for n in others if n not in neither]
        return Group(together, normal, neither, passing)

    def other_bases(self, number: int) -> tuple[tuple[PartlyBeside, ...], tuple[InCopies, ...]]:
        """Those beside an ITD on a part of its molecules, and those in each of its copies."""
        settled, matrix = self.explained.settled, self.explained.compared.matrix
        counts, haplotype = settled.counts, settled.haplotypes[number]
        if not counts.fits:
            return (), ()
        plain = PlainReads.of(self.sample.reads)
        own = OwnReads(matrix, counts.fits[number], counts.chosen == number, plain)
        return partly_beside(haplotype, own), in_copies(haplotype, own)


class _Counted(NamedTuple):
    """The mutants with their ratios, by number, and the totals of those that pass."""

    calls: dict[int, ItdCall]
    totals: Abundances | None


def _counted(found: _Found, sites: Sequence[tuple[int, int]]) -> _Counted:
    """The mutants with their ratios, and the totals of those that pass; `sites` of primers."""
    settled, sample, placements = found.explained.settled, found.sample, found.placements
    filters, support = found.mutants.filters, found.mutants.support
    calls: dict[int, ItdCall] = {}
    totals: Abundances | None = None
    for together in estimated_together(filters, placements.hidden):
        group, hidden = found.group(together), together[0] in placements.hidden
        ratios = ratios_of(settled, placements.anywhere if hidden else placements.of_ratios, group)
        if ratios is None:
            continue
        others = ratios_of(settled, placements.otherwise, group) if placements.otherwise else None
        otherwise, ratios = ratios.outside_of(others), ratios.holding(others)
        asked = {
            number: open_questions(settled, number, support[number], found.explained.left, sample)
            for number in together
        }
        ratios, of_more = _in_other_numbers(found, group, ratios, asked)
        if group.passing and (totals is None or not hidden):
            totals = ratios.totals
        for number, ratio in ratios.of.items():
            haplotype = settled.haplotypes[number]
            calls[number] = ItdCall(
                haplotype,
                support[number],
                ratio.wildtype_fragments,
                ratio.vaf,
                ratio.ar,
                filters[number],
                holds_primer(haplotype, sites),
                *asked[number],
                number in ratios.inherited,
                otherwise.get(number) if placements.by_baits else None,
                None if placements.by_baits else otherwise.get(number),
                of_more.get(number),
                *(found.other_bases(number) if group.passing else ((), ())),
            )
    return _Counted(calls, totals)


def _in_other_numbers(
    found: _Found, group: Group, ratios: Ratios, asked: Mapping[int, OpenQuestions]
) -> tuple[Ratios, dict[int, float | None]]:
    """The ratios with intervals that hold those of other numbers of copies.

    With them the VAFs with one copy more, of those mutants whose copies cannot be counted.
    """
    if not group.passing:
        return ratios, {}
    settled, sample, matrix = found.explained.settled, found.sample, found.explained.compared.matrix
    of_more: dict[int, float | None] = {}
    for number, (_, uncountable, _) in asked.items():
        others = list(in_other_numbers(settled, number, sample, matrix, uncountable))
        for other in others:
            if other.spoken_for:
                ratios = ratios.holding(other.ratios(number, group))
        if uncountable and found.placements.by_baits is not False:  # the share is that of baits
            of_more[number] = vaf_of_more(settled.haplotypes[number], others)
    if sample.library.amplicons:
        of_more = {number: ratios.of[number].vaf.value for number in of_more}
    return ratios, of_more


def _known_call(found: _Found, number: int, call: ItdCall | None) -> KnownCall:
    """What is told of a mutant of an earlier sample; its `call` if it was counted."""
    settled, placements = found.explained.settled, found.placements
    mutant, background = found.mutants.support[number], found.mutants.background[number]
    rates, own = placements.rates, settled.windows.own[number]
    boundary = boundary_fragments(settled, number)
    places = sum(showing(rates[0], window) for window in own.boundaries[:2]) / 2
    molecules = boundary / places if places else 0.0
    mutant_places = showing(rates[number], own.junctions[0]) if own.junctions else 0.0
    most = poisson_upper(mutant) / mutant_places if mutant_places else 0.0
    return KnownCall(
        settled.haplotypes[number],
        mutant,
        round(boundary),
        call.vaf.value if call and mutant else 0.0,
        min(1.0, most / molecules) if molecules and mutant_places else 1.0,
        background.probability,
        number in placements.hidden or not mutant_places,
        tuple((count, share * molecules * mutant_places) for count, share in background.needed),
    )


def _depth(reads: ReadSet, region: tuple[int, int]) -> npt.NDArray[np.int64]:
    starts, ends, fragments = (
        np.concatenate(columns)
        for columns in zip(reads.plain(), reads.split_intervals(), strict=True)
    )
    return informative_depth(starts, ends, fragments, ANCHOR, region)
