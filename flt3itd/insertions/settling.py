"""Settling haplotypes: proposed, corrected by their own reads, and pruned by the counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flt3itd.common.sampling import Sampling
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.counting import REPORTED_FRAGMENTS, Settled, count_fragments
from flt3itd.insertions.flanks import OwnReads, PlainReads, with_flanking
from flt3itd.insertions.gap_errors import is_gap_error
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junctions import Candidate, Sought
from flt3itd.insertions.parts import assemble
from flt3itd.insertions.refinement import (
    compete,
    corrected,
    differ_beside,
    differ_in_one_base,
    is_misread_copy,
    is_sequencing_error,
    may_be_misread,
)
from flt3itd.insertions.sisters import misread_share
from flt3itd.insertions.turned import is_mirrored
from flt3itd.insertions.windows import ANCHOR, find_windows
from flt3itd.reads.read_set import ReadSet

MOST_HAPLOTYPES = 20
"""Three windows each fit into the bits of one mask; more changes are noise."""
_MOST_ROUNDS = 12
_ENOUGH_BRIDGING = 100
"""Fragments of an ITD that show its junction and a change beside: of fewer, none may be an error in
either, and how often each is seen tells more."""


class Evidence(NamedTuple):
    """What haplotypes are settled by: the reads, those that are compared, and what is known before.

    `longest_read` in bases; `known` insertions stay whatever the reads show; `sampling` tells which
    reads may be copies of one molecule.
    """

    reads: ReadSet
    matrix: ReadMatrix
    longest_read: int
    known: Sequence[Insertion]
    sampling: Sampling

    def knows(self, haplotype: Haplotype) -> bool:
        """Whether it has an insertion that is known."""
        return haplotype.is_one_of(self.known)


def preselect(
    candidates: Sequence[Candidate],
    known: Sequence[Insertion],
    wildtype: Haplotype,
    sought: Sought,
) -> list[Haplotype]:
    """Known insertions, then the best supported candidates that are no errors of a better one.

    Of one with changes beside it, errors are told from the whole.
    """
    kept = [(Haplotype(wildtype.reference, one), 0) for one in known]
    seen = {haplotype for haplotype, _ in kept}
    wholes: list[tuple[Haplotype, int]] = []
    for candidate in candidates:
        haplotype = _of_candidate(candidate, wildtype, sought)
        support = len(candidate.fragments)
        if haplotype is None or haplotype in seen:
            continue
        whole = Haplotype.of(wildtype.reference, candidate.change)
        if any(is_sequencing_error(haplotype, support, *parent) for parent in kept):
            continue
        if any(is_sequencing_error(whole, support, *parent) for parent in wholes):
            continue
        kept.append((haplotype, support))
        seen.add(haplotype)
        if haplotype.sequence != whole.sequence:
            wholes.append((whole, support))
        if len(kept) >= MOST_HAPLOTYPES:
            break
    return [haplotype for haplotype, _ in kept]


def _of_candidate(candidate: Candidate, wildtype: Haplotype, sought: Sought) -> Haplotype | None:
    """The haplotype of a candidate; of an insertion with other changes beside, the insertion.

    What stands beside must be seen in more reads (`flt3itd.insertions.residues.least_share`), and
    so must small changes that are as long as an insertion only together: None.
    """
    change = candidate.change
    if sought.deletion is None:
        found = assemble(wildtype.reference, change.start, change.end, change.inserted)
        if found is not None:
            return found.alone if found.change is not None else None
    return Haplotype.of(wildtype.reference, change)


def settle(mutants: list[Haplotype], wildtype: Haplotype, evidence: Evidence) -> Settled:
    """Count, correct and prune the haplotypes until they no longer change; known ones stay."""
    plain = PlainReads.of(evidence.reads)
    for round_number in range(_MOST_ROUNDS):
        haplotypes = [wildtype, *mutants]
        windows = find_windows(haplotypes, evidence.longest_read)
        counts = count_fragments(haplotypes, windows, evidence.reads, evidence.matrix)
        settled = Settled(haplotypes, windows, counts)
        if round_number == _MOST_ROUNDS - 1:
            break
        better = _corrected(settled, evidence, plain)
        gap_errors = _gap_errors(better, settled, evidence)
        kept = _supported(better, settled, evidence)
        errors = gap_errors + _misread(kept, settled, evidence)
        kept = [one for one in kept if one not in errors]
        if kept == mutants:
            break
        mutants = kept
    return settled


def _corrected(settled: Settled, evidence: Evidence, plain: PlainReads | None) -> list[Haplotype]:
    """Each insertion with the bases that most of its own reads show in the copies and beside."""
    counts, found = settled.counts, []
    for index, haplotype in enumerate(settled.haplotypes[1:], start=1):
        if haplotype.insertion is None or evidence.knows(haplotype) or not counts.fits:
            found.append(haplotype)
            continue
        own = OwnReads(evidence.matrix, counts.fits[index], counts.chosen == index, plain)
        better = corrected(haplotype, own)
        if better is haplotype:
            better = with_flanking(haplotype, own)
        found.append(better)
    return found


def _gap_errors(mutants: list[Haplotype], settled: Settled, evidence: Evidence) -> list[Haplotype]:
    """The insertions whose own reads fit the wild type as well with a gap of a base or two.

    Of an insertion with changes beside it, the reads over its junction: the others may be of a wild
    type with the same changes.
    """
    counts, wildtype, found = settled.counts, settled.haplotypes[0], []
    for index, haplotype in enumerate(mutants, start=1):
        if haplotype.insertion is None or evidence.knows(haplotype) or not counts.fits:
            continue
        fitted, own = counts.fits[index], counts.chosen == index
        if haplotype.beside:
            low, high = haplotype.junction
            own &= (fitted.start <= low - ANCHOR) & (fitted.end >= high + ANCHOR)
        if is_gap_error(wildtype, evidence.matrix, fitted, own):
            found.append(haplotype)
    return found


def _misread(mutants: list[Haplotype], counted: Settled, evidence: Evidence) -> list[Haplotype]:
    """Those that differ by one base from one that more reads fit, which has it elsewhere too."""
    if not counted.counts.fits:  # no read was compared: a known one is looked for all the same
        return []
    number = {one: index for index, one in enumerate(counted.haplotypes)}
    there = [one for one in mutants if one in number and not one.beside]
    own = {one: counted.counts.chosen == number[one] for one in there}
    found = []
    for parent in there:
        fitted, of_parent = counted.counts.fits[number[parent]], int(own[parent].sum())
        for one in there:
            if own[one].sum() >= of_parent or evidence.knows(one):
                continue
            if differ_in_one_base(one, parent):
                share = misread_share(one, parent, evidence.matrix, fitted, own[parent])
                pair, of_junction = (number[one], number[parent]), counted.counts.junction
                support = counted.support(*pair), share, of_junction[pair[1] - 1]
                # One that shows all junctions of the parent may have been taken for that before.
                if may_be_errors(counted, *pair) or may_be_misread(*support):
                    found.append(one)
    return found


def _supported(mutants: list[Haplotype], counted: Settled, evidence: Evidence) -> list[Haplotype]:
    """The haplotypes that enough fragments show and no errors of a better supported one.

    What differs from one in one base may be an error of PCR in a single molecule of it, with all
    its copies.
    Reads that fit two haplotypes equally well support neither. So of those without support
    that lie close together the first proposed stays for another round, when one of them goes.
    Of those that share their junctions, the one that more reads fit best comes first.
    """
    junction = counted.counts.junction
    fitting = [int((counted.counts.chosen == one).sum()) for one in range(1, len(mutants) + 1)]
    order = sorted(
        range(len(mutants)), key=lambda index: (-junction[index], -fitting[index], index)
    )
    kept: list[tuple[int, Haplotype]] = []
    starved: list[Haplotype] = []
    for index in order:
        haplotype = mutants[index]
        support = junction[index]
        if any(one.sequence == haplotype.sequence for _, one in kept):
            continue
        if haplotype.insertion is None or not evidence.knows(haplotype) or haplotype.beside:
            if any(may_be_errors(counted, index + 1, place + 1) for place, _ in kept):
                continue
            if any(is_mirrored(haplotype, parent) for _, parent in kept):
                continue
            if any(
                differ_in_one_base(haplotype, parent)
                and evidence.sampling.may_be_of_one(*counted.own_of(index + 1))
                for _, parent in kept
            ):
                continue
            if support < REPORTED_FRAGMENTS:
                starved.append(haplotype)
                continue
        kept.append((index, haplotype))
    spared = [
        one
        for place, one in enumerate(starved)
        if not any(compete(one, other) for other in starved[:place])
        and any(compete(one, other) for other in starved[place + 1 :])
    ]
    return [*(one for _, one in kept), *spared]


def may_be_errors(counted: Settled, number: int, parent: int) -> bool:
    """Whether errors in the reads of one haplotype may be all that shows another one.

    Where the two differ beside the ITD, of the fragments that show that and its junction, if there
    are enough.
    """
    one, other = counted.haplotypes[number], counted.haplotypes[parent]
    if not differ_beside(one, other):
        support, of_parent = counted.support(number, parent), counted.counts.junction[parent - 1]
    elif one.is_wildtype or counted.bridging(parent, number) < _ENOUGH_BRIDGING:
        return False
    else:
        support, of_parent = counted.bridging(number, parent), counted.bridging(parent, number)
    return any(
        is_error(one, support, other, of_parent)
        for is_error in (is_sequencing_error, is_misread_copy)
    )
