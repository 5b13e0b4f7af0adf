"""What is to be minded of a variant's row: other changes of its molecules, and doubts.

Events of the same molecules have one protein together. Where that is another one than each by
itself would make, the row tells it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.candidates import are_apart, text_with
from scripts.panel.damage import DamageOfSample, damage_of
from scripts.panel.description import BETWEEN_SUBSTITUTIONS
from scripts.panel.germline import is_of_one_allele
from scripts.panel.molecules import PlacedEvent
from scripts.panel.naming import Named, Namer, coding_codons
from scripts.panel.places import Place
from scripts.records.number_words import percent

DOUBTFUL = 0.5
"""Probability of damage from which a call that passes has a remark: it is more likely than not."""
FRAGMENT = 300
"""Bases within which the same fragments may show two events."""
_FRAMESHIFT = "frameshift_variant"


def told_together(
    calls: Sequence[Call],
    named: Mapping[Allele, Named],
    namer: Namer,
    sequence_of: Callable[[str], Fetch],
) -> dict[Allele, Named]:
    """The names of all calls, those of events that share molecules with what they make together.

    An event that shifts the reading frame, all molecules of which have another one that restores
    it, has their protein and consequence together. Where the frame stays shifted, or both change
    one codon, a remark gives the protein of both. Of events too far apart to be seen together it
    says what they would be.
    """
    placed = [call.placed for call in calls if call.placed is not None]
    doubts = _doubts(placed, named, namer, sequence_of)
    found = dict(named)
    for event in placed:
        with_it = [
            other
            for other in placed
            if other is not event
            and other.mixture is event.mixture
            and event.carriers <= other.carriers
        ]
        names = _with_others(event, with_it, named, namer, sequence_of(event.allele.contig))
        remark = "; ".join(filter(None, [names.remark, *dict.fromkeys(doubts[event.allele])]))
        found[event.allele] = replace(names, remark=remark)
    return found


def _doubts(
    placed: Sequence[PlacedEvent],
    named: Mapping[Allele, Named],
    namer: Namer,
    sequence_of: Callable[[str], Fetch],
) -> defaultdict[Allele, list[str]]:
    """What each event may be with another one: of one place two clones, of two places one frame."""
    found: defaultdict[Allele, list[str]] = defaultdict(list)
    pairs = list(permutations(placed, 2))
    for one, other in pairs:
        if one.mixture is other.mixture and _may_be_two_clones(one, other):
            text = _two_readings(one, other, namer, sequence_of(one.allele.contig))
            found[one.allele].append(text)
            found[other.allele].append(text)
    for one, other in pairs:
        if one.mixture is not other.mixture and _may_restore(one, other, named):
            text = _restored(one, other, named, namer, sequence_of(one.allele.contig))
            found[one.allele].append(text)
    return found


def damage_remark(
    allele: Allele, counts: AlleleCounts, damage: DamageOfSample, *, passes: bool
) -> str:
    """That a call which passes may be damage, by the orientation of its fragments; else empty."""
    kind, orientations = damage_of(allele), counts.mutant_f1r2
    if not passes or kind is None or damage.probability(allele, counts) < DOUBTFUL:
        return ""
    return (
        f"{max(orientations)} of {sum(orientations)} fragments have one orientation: "
        f"it may be {kind} of the DNA"
    )


def copies_remark(call: Call) -> str:
    """That a tandem duplication may have more copies than are told; else empty."""
    if not call.copies_open:
        return ""
    size = len(call.allele.alt) - len(call.allele.ref)
    return (
        f"more copies of the {size} bases cannot be excluded: too few reads hold two of them and "
        "the bases on both sides; of three copies the VAF would be about a half"
    )


def amplicons_remark(call: Call) -> str:
    """That no amplicon tells how much of a long event there is; else empty."""
    if not call.has_open_vaf:
        return ""
    return (
        "its VAF is not known: no amplicon that holds all of it between its primers shows it, as "
        "its reads end before; those that show it have a primer within it, and make more or less "
        "of it than of the wild type"
    )


def together(alleles: Iterable[Allele], fetch: Fetch) -> Allele | None:
    """One change that makes all of some of a contig; None where they overlap, or undo each other.

    A base that is lost in a run of one base and one that is inserted there leave the reference.
    """
    some = sorted(alleles)
    if not are_apart(some):
        return None
    start, end = min(one.start for one in some), max(one.end for one in some)
    place = Place(some[0].contig, start, end, ())
    whole = Allele(place.contig, start, fetch(start, end), text_with(some, place, fetch))
    return None if whole.ref == whole.alt else whole


def _with_others(
    event: PlacedEvent,
    others: Sequence[PlacedEvent],
    named: Mapping[Allele, Named],
    namer: Namer,
    fetch: Fetch,
) -> Named:
    """The names of an event all of whose molecules have others too."""
    own = named[event.allele]
    beside = [o for o in others if named[o.allele].names.exon == own.names.exon is not None]
    whole = together([event.allele, *(other.allele for other in beside)], fetch)
    if not beside or whole is None:
        return own
    joint = namer(whole)
    shifts = [name for name in (own, *(named[o.allele] for o in beside)) if _shifts(name)]
    codons = set(coding_codons(own.names.hgvs_c))
    one_codon = any(codons & set(coding_codons(named[o.allele].names.hgvs_c)) for o in beside)
    if joint.transcript != own.transcript or not (shifts or one_codon):
        return own
    cis = " and ".join(_short(named[other.allele].names.hgvs_c) for other in beside)
    if _shifts(own) and not _shifts(joint):
        alone = _short(own.names.hgvs_p)
        names = own.names._replace(hgvs_p=joint.names.hgvs_p, consequence=joint.names.consequence)
        remark = f"protein together with {cis}, on the same molecules; alone it would be {alone}"
        return replace(own, names=names, remark=remark)
    protein = _short(joint.names.hgvs_p)
    return replace(own, remark=f"on the same molecules as {cis}: together {protein}")


def _may_be_two_clones(one: PlacedEvent, other: PlacedEvent) -> bool:
    """Whether an event is told on another one that looks inherited, right beside it.

    The same fragments are had by one clone with both, and one with the other alone.
    """
    return (
        one.carriers < other.carriers
        and _between(one.allele, other.allele) <= BETWEEN_SUBSTITUTIONS
        and is_of_one_allele(other.mixture, other.carriers)
    )


def _two_readings(one: PlacedEvent, other: PlacedEvent, namer: Namer, fetch: Fetch) -> str:
    whole = together([one.allele, other.allele], fetch)
    if whole is None:
        return ""
    both, alone = namer(whole).names, _short(namer(other.allele).names.hgvs_c)
    rest = other.share.vaf - one.share.vaf
    return (
        f"{alone} is told as inherited (VAF near 50%): if it is not, one clone has "
        f"{_short(both.hgvs_c)} {_short(both.hgvs_p)} ({percent(one.share.vaf)}) and another "
        f"{alone} alone ({percent(rest)})"
    )


def _may_restore(event: PlacedEvent, other: PlacedEvent, named: Mapping[Allele, Named]) -> bool:
    """Whether two events shift the frame of one exon, and the same molecules may have both.

    They are in reach of a fragment, and may have the same VAF.
    """
    own, its = named[event.allele], named[other.allele]
    one, two = event.share.interval, other.share.interval
    return (
        event.allele.contig == other.allele.contig
        and own.transcript == its.transcript
        and own.names.exon == its.names.exon is not None
        and _shifts(own)
        and _shifts(its)
        and _between(event.allele, other.allele) <= FRAGMENT
        and one.low <= two.high
        and two.low <= one.high
    )


def _restored(
    event: PlacedEvent,
    other: PlacedEvent,
    named: Mapping[Allele, Named],
    namer: Namer,
    fetch: Fetch,
) -> str:
    """What two events would be on the same molecules; empty if the frame stays shifted."""
    whole = together([event.allele, other.allele], fetch)
    if whole is None or _shifts(joint := namer(whole)):
        return ""
    return (
        f"{_short(named[other.allele].names.hgvs_c)} lies {_between(event.allele, other.allele)} "
        "bases away at a like VAF: on the same molecules both restore the reading frame, "
        f"{_short(joint.names.hgvs_p)}"
    )


def _between(one: Allele, other: Allele) -> int:
    """How many bases lie between two alleles of a contig; less than 0 where they overlap."""
    return max(one.start, other.start) - min(one.end, other.end)


def _shifts(named: Named) -> bool:
    return _FRAMESHIFT in named.names.consequence.split("&")


def _short(name: str) -> str:
    """A name without its accession."""
    return name.rsplit(":", maxsplit=1)[-1]
