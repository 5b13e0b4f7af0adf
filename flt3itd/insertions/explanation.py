"""The haplotypes that explain the reads of a sample: proposed, counted, pruned, proposed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np

from flt3itd.common.bases import reverse_complement
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.insertions.abundance import showing
from flt3itd.insertions.capture import (
    BAITED_FROM,
    CaptureOf,
    by_baits,
    by_density,
    captured_rates,
    centres,
    unlike_ends,
)
from flt3itd.insertions.comparison import ComparedReads, ReadMatrix
from flt3itd.insertions.contigs import LEAVES, contigs, explains_more
from flt3itd.insertions.copies import tandem_span, touched_span
from flt3itd.insertions.counting import (
    REPORTED_FRAGMENTS,
    Settled,
    preselect,
    reads_over,
    settle,
)
from flt3itd.insertions.cut_primers import as_read
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd_filters import few_reads_span
from flt3itd.insertions.joining import copied_from_elsewhere, joined, on_wildtypes
from flt3itd.insertions.junctions import Candidate, SearchRegion, Sought, find_candidates
from flt3itd.insertions.linking import near_mutants
from flt3itd.insertions.parts import in_parts, named_on, other_numbers
from flt3itd.insertions.rates import Showing, pattern_rates, placed_anywhere
from flt3itd.insertions.residues import Residue, residues
from flt3itd.insertions.selection import Rates, needs_selection, superfluous
from flt3itd.insertions.strays import place_strays
from flt3itd.insertions.turned import turn_reads
from flt3itd.insertions.whole_molecules import whole_molecules
from flt3itd.insertions.windows import WindowSet
from flt3itd.locus.template import REACH, Searched
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes, Integers, amplicon_shapes, fragment_shapes
from flt3itd.reads.read_set import ReadSet

_MOST_TURNS = 6
"""Rounds of proposals from what is left: more copies come one by one."""
_MOST_PROPOSALS = 6
"""New haplotypes in one round, the best supported ones."""
_MOST_CONTIGS = 4
"""Of them so many are tried, those of the longest words."""
_MOST_READS = 3000
"""About so many reads are put together."""
_CROWDED = 0.8
"""Fragments at a junction for each at its boundaries: with one junction a molecule, as many only
where nearly all molecules are mutant."""


class Placements(NamedTuple):
    """How many placements on each haplotype show each pattern of windows.

    `anywhere` counts all starts alike; the mutants in `hidden` are shown by no amplicon.
    """

    rates: Rates
    anywhere: Rates
    hidden: frozenset[int]


class Explained(NamedTuple):
    """The haplotypes that explain the reads, what is left, and the reads that were compared.

    `candidates` are the changes of the reference that the reads propose.
    """

    settled: Settled
    left: list[Residue]
    compared: ComparedReads
    candidates: list[Candidate]


@dataclass
class Sample:
    """The reads of a sample and what is looked for in them."""

    reads: ReadSet
    template: Searched
    known: tuple[Insertion, ...]
    sought: Sought
    amplicons: tuple[Amplicon, ...]
    uneven_from: int | None
    sampling: Sampling = EVERY_COUNT
    is_splicing: Callable[[str], bool] = lambda _: False

    @cached_property
    def longest_read(self) -> int:
        """Bases of the longest read."""
        start, end, _ = self.reads.plain()
        whole = max((len(read.sequence) for read in self.reads.split), default=0)
        return max(whole, int((end - start).max(initial=0)))

    @cached_property
    def shapes(self) -> FragmentShapes:
        """Read and fragment lengths, wherever reads begin."""
        return fragment_shapes(self.reads)

    @cached_property
    def centres(self) -> Integers:
        """Where fragments lie that show no change."""
        return centres(self.reads)

    @cached_property
    def primer_shapes(self) -> FragmentShapes:
        """Those of fragments from primer to primer."""
        return amplicon_shapes(self.reads)

    def explained(self) -> Explained:
        """The haplotypes that explain the reads, and what is left.

        The reads propose haplotypes, these are counted and pruned, and what the reads show beyond
        them is proposed in turn, until nothing new comes or it goes on for too long.
        """
        wildtype = Haplotype(self.template.sequence)
        search = SearchRegion.around(
            self.template.sequence, *self.template.region, REACH, self.sought
        )
        proposals = find_candidates(self.reads.split, search)
        mutants = self._proposed(proposals.candidates, wildtype)
        compared = ComparedReads.of(())
        tried = {mutant.sequence for mutant in mutants}
        asked = {wildtype.sequence}
        left: list[Residue] = [
            Residue(0, place, fragments, None, proposals.ends.get(place))
            for place, fragments in proposals.unexplained.items()
        ]
        for turn in range(_MOST_TURNS):
            compared = self._compared_in_place(mutants, compared)
            settled = self._selected(mutants, wildtype, compared.matrix)
            if self.sought.deletion is not None:
                break
            settled = self._read_in_parts(settled, wildtype, compared.matrix)
            left, within = residues(
                settled, self.reads, compared.matrix, compared.split, search, REACH
            )
            outdone = _outdone(left, settled.haplotypes)
            before = [one for one in settled.haplotypes[1:] if one not in outdone]
            there = {one.sequence for one in settled.haplotypes}
            residual = [one.proposal for one in left if one.proposal is not None]
            elsewhere = [one for each in residual for one in on_wildtypes(each, before)]
            tried = (tried - _asked_by_new(left, settled.haplotypes, asked)) | there
            asked |= there
            beyond = (
                *copied_from_elsewhere([*before, *residual]),
                *residual,
                *elsewhere,
                *within,
                *joined(settled),
                *self._other_numbers(settled),
            )
            new = [
                proposal
                for proposal in beyond
                if proposal.sequence not in tried
                and not self._is_spliced_otherwise(proposal)
                and (proposal in residual or not any(map(proposal.has_all_of, outdone)))
            ]
            unsolved = self.reads.unplaced and any(one.proposal is None for one in left)
            if not turn and (new or unsolved):
                put_together = self._contigs(settled, compared)
                new = [*(one for one in put_together if one.sequence not in tried), *new]
            new = near_mutants(new, before, self.longest_read)[:_MOST_PROPOSALS]
            both = [*before, *dict.fromkeys(new)]
            mutants = near_mutants(both, (), self.longest_read)
            if not new and mutants == settled.haplotypes[1:]:
                break
            tried |= {proposal.sequence for proposal in new}
        return Explained(settled, left, compared, proposals.candidates)

    def _is_spliced_otherwise(self, proposal: Haplotype) -> bool:
        """Whether a molecule with another change is of another splicing as well.

        Either is counted by its own reads: molecules with an ITD are spliced in each way, and
        those that are spliced alike are no allele.
        """
        parts = proposal.parts
        return len(parts) > 1 and any(
            self.is_splicing(Haplotype(proposal.reference, beside=(part,)).sequence)
            for part in parts
        )

    def _compared_in_place(self, mutants: list[Haplotype], before: ComparedReads) -> ComparedReads:
        """The reads to be compared, once those that mutants give a place or turn have theirs."""
        placed = place_strays(self.reads, mutants)
        if turn_reads(self.reads, mutants) or placed:
            before = ComparedReads.of(())
        return self._compared(mutants, before)

    def _read_in_parts(self, settled: Settled, wildtype: Haplotype, matrix: ReadMatrix) -> Settled:
        """The same with each change that is an insertion and small changes read as these."""
        read_anew = [self._named(in_parts(one)) for one in settled.haplotypes[1:]]
        if read_anew == settled.haplotypes[1:]:
            return settled
        return self._selected(read_anew, wildtype, matrix)

    def _proposed(self, candidates: Iterable[Candidate], wildtype: Haplotype) -> list[Haplotype]:
        """What single reads propose, and amplicons that reads hold from primer to primer."""
        enough = [one for one in candidates if len(one.fragments) >= REPORTED_FRAGMENTS]
        mutants = preselect(enough, self.known, wildtype, self.sought)
        seen = {mutant.sequence for mutant in mutants}
        whole = whole_molecules(self.reads, self.amplicons, wildtype, self.sought.insertion)
        whole = islice(whole, _MOST_PROPOSALS)
        return [*mutants, *(one for one in whole if one.sequence not in seen)]

    def _contigs(self, settled: Settled, compared: ComparedReads) -> list[Haplotype]:
        """What the reads that leave the wild type make together, of the longest words first."""
        scores, length = settled.counts.fits[0].score, compared.matrix.length
        rows = np.flatnonzero(scores + LEAVES <= length).tolist()
        step = max(1, len(rows) // _MOST_READS)
        sequences = [compared.split[row].sequence for row in rows[::step]]
        sequences += self._unplaced()
        region = self.template.region[0] - REACH, self.template.region[1] + REACH
        found = contigs(sequences, self.template.sequence, region, self.sought.insertion)
        return [
            one
            for one in islice(found, _MOST_CONTIGS)
            if explains_more(one, settled.counts.fits, compared.matrix)
        ]

    def _unplaced(self) -> list[str]:
        """Reads without a place, on both strands: a filler may be all that they show."""
        step = max(1, len(self.reads.unplaced) // _MOST_READS)
        some = [read.sequence for read in self.reads.unplaced[::step]]
        return [*some, *map(reverse_complement, some)]

    def _other_numbers(self, settled: Settled) -> Iterator[Haplotype]:
        """Equal copies in other numbers.

        Of two where their junction is there more than once, or fragments of a capture alone tell:
        how often they show a junction with a boundary depends on what lies between.
        """
        for number, haplotype in enumerate(settled.haplotypes[1:], start=1):
            two = settled.share(number) > _CROWDED or self._hardly_spanned(settled, number)
            yield from other_numbers(haplotype, least=2 if two else 3)

    def _hardly_spanned(self, settled: Settled, number: int) -> bool:
        haplotype, fragments = settled.haplotypes[number], settled.counts.junction[number - 1]
        if haplotype.insertion is None or self.amplicons or not fragments:
            return False
        return few_reads_span(haplotype, haplotype.insertion.length, self.longest_read)

    def _named(self, haplotype: Haplotype) -> Haplotype:
        return named_on(haplotype, self.template.target, self.sought.insertion)

    def _compared(self, mutants: list[Haplotype], before: ComparedReads) -> ComparedReads:
        """The reads of the region and of all that the mutants copy; where it is long, beyond it."""
        spans = [touched_span(one) for one in mutants if one.parts]
        if self.sought.deletion is None:
            spans.append(self.template.region)
        if before.stretch is not None:
            spans.append(before.stretch)
        stretch = (
            min((one[0] for one in spans), default=0),
            max((one[1] for one in spans), default=0),
        )
        if stretch == before.stretch:
            return before
        split = reads_over(self.reads.split, *stretch) if spans else []
        return ComparedReads(split, ReadMatrix.of(split), stretch)

    def _selected(
        self, mutants: list[Haplotype], wildtype: Haplotype, matrix: ReadMatrix
    ) -> Settled:
        """The haplotypes that have molecules of their own, counted."""
        while True:
            settled = settle(
                mutants,
                self.known,
                wildtype,
                self.reads,
                matrix,
                self.longest_read,
                self.sampling,
            )
            if not needs_selection(settled):
                return settled
            found = [one for one in settled.haplotypes[1:] if one.beside]
            spared = [
                Haplotype(wildtype.reference, one)
                for one in self.known
                if not any(other.insertion == one for other in found)
            ]
            out = superfluous(settled, self.placements(settled).rates, spared)
            if not out:
                return settled
            mutants = [
                one for number, one in enumerate(settled.haplotypes) if number and number not in out
            ]

    def placements(self, settled: Settled) -> Placements:
        """How many placements on each haplotype show each pattern of windows."""
        haplotypes, windows = settled.haplotypes, settled.windows
        if not self.longest_read:
            nothing: Rates = [{} for _ in haplotypes]
            return Placements(nothing, nothing, frozenset())
        placed = placed_anywhere(haplotypes, windows, self.shapes)
        anywhere = [one.rates() for one in placed]
        if self._is_uneven(haplotypes):
            density = by_density(self.centres, len(haplotypes[0].reference))
            local = self._captured(settled, placed, density)
            return Placements(local or anywhere, anywhere, frozenset())
        if not self.amplicons:
            return Placements(anywhere, anywhere, frozenset())
        shapes, patterns = self.primer_shapes, settled.counts.patterns
        amplicons = as_read(self.amplicons, haplotypes, windows, patterns, shapes)
        by_amplicon = pattern_rates(haplotypes, windows, shapes, amplicons)
        mutants = [number for number, one in enumerate(haplotypes) if not one.is_wildtype]
        hidden = frozenset(n for n in mutants if not _is_seen(by_amplicon, windows, n))
        rates = by_amplicon if len(hidden) < len(mutants) else anywhere
        return Placements(rates, anywhere, hidden)

    def baited(self, settled: Settled) -> Rates:
        """The rates where a capture that is surely uneven catches fragments by all their bases.

        None where it is as dense about both ends of each change that is not short, or deletions
        are sought too.
        """
        far = [one for one in settled.haplotypes if _reach(one) >= BAITED_FROM]
        if not any(self.unlike_ends(one) > 1 for one in far):
            return []
        haplotypes, windows = settled.haplotypes, settled.windows
        baits = by_baits(self.reads, len(haplotypes[0].reference), self.shapes)
        return self._captured(settled, placed_anywhere(haplotypes, windows, self.shapes), baits)

    def _captured(
        self, settled: Settled, placed: Sequence[Showing], capture_of: CaptureOf | None
    ) -> Rates:
        """The rates with an uneven capture; none where nothing tells it."""
        patterns = settled.counts.patterns
        return captured_rates(placed, settled.windows, patterns, self.shapes, capture_of)

    def unlike_ends(self, haplotype: Haplotype) -> float:
        """How much denser fragments of a capture lie about one end of a change than the other."""
        if not self.uneven_from or haplotype.is_wildtype:
            return 1.0
        return unlike_ends(self.centres, *tandem_span(haplotype.alone))

    def _is_uneven(self, haplotypes: Sequence[Haplotype]) -> bool:
        """Whether the depth may differ at both ends of what is copied or deleted: it is long."""
        farthest = max(map(_reach, haplotypes), default=0)
        return self.uneven_from is not None and farthest >= self.uneven_from


def _asked_by_new(
    left: Iterable[Residue], haplotypes: Sequence[Haplotype], asked: set[str]
) -> set[str]:
    """The proposals for those of the haplotypes that were not `asked` for any yet, and on them.

    What was in vain beside other haplotypes may explain the reads beside a new one.
    """
    new = [one for one in haplotypes if one.sequence not in asked]
    found: set[str] = set()
    for one in left:
        if one.proposal is not None:
            found |= {each.sequence for each in on_wildtypes(one.proposal, new)}
            if haplotypes[one.haplotype] in new:
                found.add(one.proposal.sequence)
    return found


def _outdone(left: Iterable[Residue], haplotypes: Sequence[Haplotype]) -> list[Haplotype]:
    """The haplotypes that no fragment fits at a place at which others leave them alike."""
    return [haplotypes[number] for number in sorted({one.haplotype for one in left if one.instead})]


def _reach(haplotype: Haplotype) -> int:
    """Bases of the reference between the ends of what a mutant repeats or lacks, else 0."""
    if haplotype.is_wildtype:
        return 0
    start, end = tandem_span(haplotype.alone)
    return end - start


def _is_seen(rates: Rates, windows: WindowSet, number: int) -> bool:
    """Whether placements show both a junction of a mutant and a boundary that it replaces."""
    own = windows.own[number]
    return any(showing(rates[number], window) > 0 for window in own.junctions) and any(
        showing(rates[0], window) > 0 for window in own.boundaries[:2]
    )
