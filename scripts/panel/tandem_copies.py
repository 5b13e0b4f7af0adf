"""How many copies of its unit a long insertion has: the engine of long events asks for one more.

Where reads hold a whole unit between two others, they tell one number of copies from another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flt3itd.common.assay import Assay
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from flt3itd.insertions.long_changes import Demands
from scripts.panel.alleles import Allele
from scripts.panel.candidates import text_with
from scripts.panel.haplotypes import fragments_on, haplotypes_of
from scripts.panel.molecules import PlacedEvent
from scripts.panel.place_reads import ContigReads, PlaceRead, with_clips_placed
from scripts.panel.places import FEWEST, Place
from scripts.panel.shares import Fragment, Mixture

_MOST_INSERTED = 5
"""Units that are inserted one behind the other: four or five copies are the most that are published
of an ITD."""

_OUTSIDE = 10
"""Bases beside the copies with which a read must be aligned: those that go on like a copy by chance
are fewer."""

_SURELY = 4
"""Mismatches by which a read must fit one number of copies better than all others: a polymorphism
that both copies have makes two."""


def unit_of(inserted: str) -> str:
    """The shortest sequence of which some bases are a whole number of copies."""
    size = (inserted + inserted).find(inserted, 1)
    return inserted[:size]


def in_number(allele: Allele, number: int) -> Allele:
    """An insertion with its unit so many times."""
    anchor, unit = allele.alt[0], unit_of(allele.alt[1:])
    return Allele(allele.contig, allele.start, anchor, anchor + unit * number)


def told_in_copies(
    allele: Allele, source: ContigReads, least_share: float
) -> dict[Allele, PlacedEvent] | None:
    """The numbers of copies that the molecules of a long insertion have, with their shares.

    A number is there when `FEWEST` fragments, and `least_share` of those that tell, surely have no
    other one. None where a tandem duplication has no number for sure; empty where it is no
    insertion alone, where two copies are all, and for amplicons: of longer molecules none of their
    reads may go beyond.
    """
    is_insertion = allele.alt[:1] == allele.ref and len(allele.alt) > Demands.shortest
    if not is_insertion or source.rules.assay != Assay.CAPTURE:
        return {}
    fetch = source.fetch
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    place = Place(allele.contig, change.leftmost, change.end, ())
    reads = [
        with_clips_placed(read, fetch) for read in source.over(place) if _reaches_out(read, place)
    ]

    @cache
    def fragments(*numbers: int) -> list[Fragment]:
        alleles = [in_number(allele, number) for number in numbers]
        texts = [fetch(place.start, place.end), *(text_with([a], place, fetch) for a in alleles)]
        return fragments_on(haplotypes_of(texts, place, fetch), reads)

    called = (len(allele.alt) - 1) // len(unit_of(allele.alt[1:]))
    numbers = list(range(1, called + 1))
    while len(numbers) < max(called + 1, _MOST_INSERTED):
        more = [*numbers, len(numbers) + 1]
        if not _is_shown(len(more), fragments(*more), least_share):
            break
        numbers = more
    seen = fragments(*numbers)
    shown = [number for number in numbers if _is_shown(number, seen, least_share)]
    if shown in ([], [1]):
        is_sure = _is_shown(1, fragments(1, 2), least_share)
        return {} if is_sure or not _is_tandem(allele, change.leftmost, fetch) else None
    mixture = Mixture(fragments(*shown), 1 + len(shown), FEWEST)
    carriers = {in_number(allele, shown[h - 1]): frozenset([h]) for h in mixture.present if h}
    return {
        one: PlacedEvent(one, some, mixture, mixture.share(some)) for one, some in carriers.items()
    }


def _is_tandem(allele: Allele, leftmost: int, fetch: Fetch) -> bool:
    """Whether what is inserted copies the bases beside it; its leftmost place is given."""
    unit = unit_of(allele.alt[1:])
    return fetch(leftmost, leftmost + len(unit)) in unit * 2


def _is_shown(number: int, fragments: Sequence[Fragment], least_share: float) -> bool:
    """Whether enough fragments fit one haplotype and surely none of the others."""
    own = 0
    for fragment in fragments:
        others = (n for h, n in enumerate(fragment.mismatches) if h != number)
        own += not fragment.other and fragment.mismatches[number] + _SURELY <= min(others)
    return own >= max(FEWEST, least_share * len(fragments))


def _reaches_out(read: PlaceRead, place: Place) -> bool:
    """Whether a read is aligned beside a place: of others it is not known which copy they show."""
    outside = [place.start - read.blocks[0].reference, read.blocks[-1].end - place.end]
    return max(outside) >= _OUTSIDE
