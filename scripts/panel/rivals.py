"""Whether a long event has molecules of its own, beside the events that it may be made of.

A few bases of the reads of one event, or a copy of bases beside it, may look like another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import ne

from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele
from scripts.panel.candidates import are_apart, copied_with, text_with
from scripts.panel.haplotypes import Haplotype, fragments_on, haplotypes_of
from scripts.panel.molecules import PlacedEvent
from scripts.panel.place_reads import (
    CLIPS,
    FARTHEST_CLIP,
    ContigReads,
    PlaceRead,
    with_clips_placed,
)
from scripts.panel.places import FEWEST, Place
from scripts.panel.shares import Mixture, Share, best_of
from scripts.panel.turned_reads import LEAST_COPY, as_molecules_have_them, inverted_stretches

_OWN_SHARE = 0.5
"""Share of the fragments counted for a long event that must fit it better than all else."""
_NO_PIECE = 0.05
"""Share of an event's fragments that another one, of which it is a piece, need not explain: clips
of few bases have no place on it."""
_BASES_OF_ONE_ERROR = 20
"""Bases of a copy of which one may be another than in what it copies."""
_NEAR = 75
"""Bases beside an event within which another one may be taken for it, or is clipped with it: of a
read of 150 bases, aligners clip up to a half."""


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


@dataclass(frozen=True)
class Compared:
    """Reads over an event and others beside it, and the haplotypes that these can make.

    `haplotypes[0]` is the wild type, `haplotypes[1]` has the event alone, all `carriers` have it.
    """

    haplotypes: tuple[Haplotype, ...]
    carriers: frozenset[int]
    reads: tuple[PlaceRead, ...]

    def own(self) -> int:
        """Fragments that fit a haplotype with the event better than each one without it."""
        found = 0
        for fragment in fragments_on(self.haplotypes, self.reads, inside=True):
            best = best_of(fragment.mismatches, range(len(self.haplotypes)))
            found += not fragment.other and best <= self.carriers
        return found

    def mixture(self, *, from_primers: bool = False) -> tuple[Mixture, frozenset[int]]:
        """How much of each haplotype there is, and those present that have the event."""
        fragments = fragments_on(self.haplotypes, self.reads, from_primers=from_primers)
        mixture = Mixture(fragments, len(self.haplotypes), FEWEST)
        return mixture, self.carriers.intersection(mixture.present)


def is_confirmed(
    allele: Allele,
    mutant: int,
    others: Sequence[Allele],
    source: ContigReads,
) -> bool:
    """Whether an event has molecules that fit none of others beside it as well.

    `mutant` fragments were counted for it; `_OWN_SHARE` of them must be its own.
    """
    own = compared(allele, others, source).own()
    return own >= max(FEWEST, _OWN_SHARE * mutant)


def is_piece_of_any(
    allele: Allele,
    others: Sequence[Allele],
    source: ContigReads,
) -> bool:
    """Whether the molecules of an event all fit one of others as well, which has some of its own.

    Where a copy of bases from near by is inserted, its first bases alone look like a deletion or a
    duplication up to the place that they are a copy of.
    """
    if not others:
        return False
    alone = compared(allele, [], source).own()
    return any(
        compared(allele, [whole], source).own() < max(FEWEST, _NO_PIECE * alone)
        and compared(whole, [allele], source).own() >= FEWEST
        for whole in others
    )


def origins_of(allele: Allele, fetch: Fetch) -> list[Allele]:
    """The bases near by of which an insertion is a copy, as alleles that change nothing.

    Aligners put reads of the copy on them. Of the same strand none where they stand so near that
    reads there are looked at anyway.
    """
    if len(allele.ref) > 1:
        return []
    turned = {(one.start, one.end) for one in inverted_stretches(allele, fetch)}
    origin = origin_of(allele, fetch)
    bases = [(start, fetch(start, end)) for start, end in sorted(turned)]
    found = [Allele(allele.contig, start, own, own) for start, own in bases]
    return [*found, *([origin] if origin else [])]


def origin_of(allele: Allele, fetch: Fetch) -> Allele | None:
    """What an insertion is a copy of, on the same strand, farther than reads are looked at.

    None where neither its first nor its last bases stand within `FARTHEST_CLIP` bases.
    """
    inserted = allele.alt[1:]
    if len(allele.ref) > 1 or len(inserted) < LEAST_COPY:
        return None
    low = max(0, allele.start - FARTHEST_CLIP)
    near = fetch(low, allele.end + FARTHEST_CLIP)
    for seed, before in ((inserted[:LEAST_COPY], 0), (inserted[-LEAST_COPY:], len(inserted))):
        at = near.find(seed)
        if at < 0:
            continue
        start = low + at - (before - LEAST_COPY if before else 0)
        end = start + len(inserted)
        if start > allele.end + CLIPS or end < allele.start - CLIPS:
            bases = fetch(start, end)
            return Allele(allele.contig, start, bases, bases)
    return None


def share_from_primers(
    allele: Allele,
    others: Sequence[Allele],
    source: ContigReads,
) -> Share | None:
    """How much of a long event there is by the amplicons that hold it between their primers.

    Reads of such an amplicon begin alike on all haplotypes, and reach the event or not on all of
    them. The share has no mutant fragments where none of these amplicons shows the event. None
    where no read has a primer that is known.
    """
    seen = compared(allele, others, source)
    if not any(read.primers or read.clipped_primers for read in seen.reads):
        return None
    mixture, carriers = seen.mixture(from_primers=True)
    return mixture.share(carriers - mixture.open)


def copies(duplication: Allele, substitution: Allele, fetch: Fetch) -> bool:
    """Whether a base is another one of those that a duplication copies.

    Molecules with both have it once or twice, so that its share of the bases is not theirs.
    """
    pair = duplication, substitution
    place = Place(duplication.contig, duplication.start, _end_of_copied(duplication), ())
    return substitution.end <= place.end and bool(copied_with(pair, place, fetch))


def _stretch_of(allele: Allele, fetch: Fetch) -> tuple[int, int]:
    """Where a change may equally stand, 0-based half-open; of a copy with an error, what it copies.

    Reads of its junction lie at either end of that.
    """
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    start, end = change.leftmost, change.end
    inserted = allele.alt[1:]
    if len(allele.ref) > 1 or len(inserted) < LEAST_COPY:
        return start, end
    for low in (allele.end, max(0, allele.end - len(inserted))):
        copied = fetch(low, low + len(inserted))
        if sum(map(ne, copied, inserted)) <= len(inserted) // _BASES_OF_ONE_ERROR:
            start, end = min(start, low), max(end, low + len(inserted))
    return start, end


def _end_of_copied(duplication: Allele) -> int:
    return duplication.end + len(duplication.alt)


def told_with(
    allele: Allele,
    others: Sequence[Allele],
    source: ContigReads,
    over: Sequence[Allele] = (),
) -> PlacedEvent | None:
    """An event as the molecules tell it together with others beside it; None if none has it.

    Of the bases `over` which further alleles lie, which are none, reads are taken too.
    """
    mixture, carriers = compared(allele, others, source, over).mixture()
    if not carriers:
        return None
    return PlacedEvent(allele, carriers, mixture, mixture.share(carriers))


def compared(
    allele: Allele,
    others: Sequence[Allele],
    source: ContigReads,
    over: Sequence[Allele] = (),
) -> Compared:
    """The haplotypes without and with an event, with others and with both, and the reads there."""
    fetch = source.fetch
    first, behind = _stretch_of(allele, fetch)
    start = min([first, *(other.start for other in (*others, *over))])
    end = max([behind, *(other.end for other in (*others, *over))])
    copied = [
        pair for one in others for pair in ((one, allele), (allele, one)) if copies(*pair, fetch)
    ]
    end = max([end, *(_end_of_copied(duplication) for duplication, _ in copied)])
    place = Place(allele.contig, start, end, ())
    texts = {fetch(start, end): False}
    texts[text_with([allele], place, fetch)] = True
    alone = [[one] for one in others]
    for some in [*alone, list(others)]:
        if are_apart(some):
            texts.setdefault(text_with(some, place, fetch), False)
    for some in [*alone, list(others)]:
        together = sorted([allele, *some])
        if are_apart(together):
            texts.setdefault(text_with(together, place, fetch), True)
    for pair in copied:
        texts |= dict.fromkeys(copied_with(pair, place, fetch), True)
    carriers = frozenset(h for h, has_it in enumerate(texts.values()) if has_it)
    haplotypes = tuple(haplotypes_of(texts, place, fetch))
    reads = [with_clips_placed(read, fetch) for read in source.over(place)]
    stretches = [one for some in (allele, *others) for one in inverted_stretches(some, fetch)]
    if stretches:
        reads = list(as_molecules_have_them(reads, haplotypes, stretches))
    return Compared(haplotypes, carriers, tuple(reads))
