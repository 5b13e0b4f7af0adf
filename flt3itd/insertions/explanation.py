"""The haplotypes that explain the reads of a sample: proposed, counted, pruned, proposed anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from flt3itd.common.bases import reverse_complement
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.insertions.comparison import ComparedReads, ReadMatrix
from flt3itd.insertions.contigs import LEAVES, contigs, explains_more
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.counting import (
    REPORTED_FRAGMENTS,
    Settled,
    reads_over,
)
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.isoforms import is_spliced_otherwise, rings_alone
from flt3itd.insertions.itd_filters import few_reads_span
from flt3itd.insertions.joining import copied_from_elsewhere, joined, on_wildtypes
from flt3itd.insertions.junctions import Candidate, SearchRegion, Sought, find_candidates
from flt3itd.insertions.linking import near_mutants
from flt3itd.insertions.parts import in_parts, named_on, other_numbers
from flt3itd.insertions.placements import Library
from flt3itd.insertions.residues import Residue, residues
from flt3itd.insertions.selection import as_wildtypes, needs_selection, superfluous
from flt3itd.insertions.settling import Evidence, preselect, settle
from flt3itd.insertions.strays import place_strays
from flt3itd.insertions.turned import turn_reads
from flt3itd.insertions.whole_molecules import whole_molecules
from flt3itd.locus.template import REACH, Searched
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.splice_sites import UNSPLICED, Splicing

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

    library: Library
    template: Searched
    known: tuple[Insertion, ...]
    sought: Sought
    sampling: Sampling = EVERY_COUNT
    splicing: Splicing = UNSPLICED

    @property
    def reads(self) -> ReadSet:
        """The reads over the region."""
        return self.library.reads

    def explained(self) -> Explained:
        """The haplotypes that explain the reads, and what is left.

        The reads propose haplotypes, these are counted and pruned, and what the reads show beyond
        them is proposed in turn, until nothing new comes or it goes on for too long.
        """
        wildtype = Haplotype(self.template.sequence)
        search = SearchRegion.around(
            self.template.sequence, *self.template.region, REACH, self.sought
        )
        split = self.reads.columns()
        proposals = find_candidates(split.rows(split.with_gap_or_clip).reads, search)
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
            left, within = residues(settled, compared, self.reads, search)
            outdone = _outdone(left, settled.haplotypes)
            before = [one for one in settled.haplotypes[1:] if one not in outdone]
            there = {one.sequence for one in settled.haplotypes}
            tried = (tried - _asked_by_new(left, settled.haplotypes, asked)) | there
            asked |= there
            beyond = rings_alone(self._beyond(settled, left, within, outdone), self.splicing)
            new = [one for one in beyond if one.sequence not in tried]
            new = [one for one in new if not is_spliced_otherwise(one, self.splicing)]
            unsolved = self.reads.unplaced and any(one.proposal is None for one in left)
            if not turn and (new or unsolved):
                put_together = rings_alone(self._contigs(settled, compared), self.splicing)
                new = [*(one for one in put_together if one.sequence not in tried), *new]
            new = near_mutants(new, before, self.library.longest_read)[:_MOST_PROPOSALS]
            both = [*before, *dict.fromkeys(new)]
            mutants = near_mutants(both, (), self.library.longest_read)
            if not new and mutants == settled.haplotypes[1:]:
                break
            tried |= {proposal.sequence for proposal in new}
        return Explained(settled, left, compared, proposals.candidates)

    def _beyond(
        self,
        settled: Settled,
        left: Iterable[Residue],
        within: Iterable[Haplotype],
        outdone: Sequence[Haplotype],
    ) -> Iterator[Haplotype]:
        """What is proposed beyond the haplotypes that are there, on those that are not outdone.

        What holds an outdone one is proposed only where reads leave a haplotype for it.
        """
        before = [one for one in settled.haplotypes[1:] if one not in outdone]
        residual = [one.proposal for one in left if one.proposal is not None]
        proposed = (
            *copied_from_elsewhere([*before, *residual]),
            *residual,
            *(one for each in residual for one in on_wildtypes(each, before)),
            *within,
            *joined(settled, self.library),
            *self._other_numbers(settled),
        )
        for one in proposed:
            if one in residual or not any(map(one.has_all_of, outdone)):
                yield one

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
        whole = whole_molecules(self.reads, self.library.amplicons, wildtype, self.sought.insertion)
        whole = islice(whole, _MOST_PROPOSALS)
        new = [*mutants[len(self.known) :], *(one for one in whole if one.sequence not in seen)]
        return [*mutants[: len(self.known)], *dict.fromkeys(rings_alone(new, self.splicing))]

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
        if haplotype.insertion is None or self.library.amplicons or not fragments:
            return False
        return few_reads_span(haplotype, haplotype.insertion.length, self.library.longest_read)

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
        return ComparedReads.of(reads_over(self.reads, *stretch) if spans else (), stretch)

    def _selected(
        self, mutants: list[Haplotype], wildtype: Haplotype, matrix: ReadMatrix
    ) -> Settled:
        """The haplotypes that have molecules of their own, counted."""
        longest = self.library.longest_read
        evidence = Evidence(self.reads, matrix, longest, self.known, self.sampling)
        while True:
            settled = settle(mutants, wildtype, evidence)
            if not needs_selection(settled):
                return settled
            found = [one for one in settled.haplotypes[1:] if one.beside]
            spared = [
                Haplotype(wildtype.reference, one)
                for one in self.known
                if not any(other.alone.insertion == one for other in found)
            ]
            out = superfluous(settled, self.library.placements(settled).rates, spared)
            if not out:
                return settled
            numbered = list(enumerate(settled.haplotypes))
            kept = [one for number, one in numbered if number and number not in out]
            left_out = [one for number, one in numbered if number in out]
            mutants = [*kept, *as_wildtypes(left_out, kept)]


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
