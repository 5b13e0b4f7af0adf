"""The sequences that reads show in a place, as candidates for haplotypes.

A read that holds the bases on both sides of a place, aligned or clipped, shows the whole sequence
between them. Calls are candidates as well, alone and on the sequences that reads show most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise, permutations

from flt3itd.hgvs.transcript import Fetch
from scripts.panel.alleles import Allele
from scripts.panel.description import trimmed
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import FEWEST, LONGEST, Place

_ANCHOR = 12
"""Bases beside a place by which clipped reads are laid on it."""
_WIDE = 60
"""Bases of a place, or of what reads show there, that few reads of 100 bases hold with room on both
sides."""
_ROOM = 40
"""Bases by which shorter reads are longer than what many of them hold so."""
_MOST_PAIRED = 5
"""Calls of a wide place that are put together in pairs."""
_POOR = "."
_MOST_POOR = 0.25
"""Share of poor bases above which a read does not tell what is in a place."""
_MOST = 16
"""Candidates of one place, those that most reads show first."""


def candidate_texts(
    reads: Sequence[PlaceRead],
    place: Place,
    fetch: Fetch,
    least_share: float,
    *,
    from_primers: bool = False,
) -> list[str]:
    """The wild type, then the sequences that at least `FEWEST` fragments show whole.

    They must be `least_share` of the fragments that show any; `fetch` gives the contig.
    `from_primers`: the reads begin at those of amplicons.
    """
    texts = dict.fromkeys(_shown_often(reads, place, fetch, least_share))
    parts = _beside_long_deletions(reads, place, fetch, least_share)
    for call in (*parts, *place.calls):
        texts.setdefault(text_with([call], place, fetch))
    longest = max((len(read.sequence) for read in reads), default=_WIDE + _ROOM)
    if from_primers or max(map(len, texts)) > min(_WIDE, longest - _ROOM):
        # Few reads hold all of it, or, as all begin at the same bases, none of a longer molecule:
        # changes of one molecule may be shown by different reads.
        long = [call for call in place.calls if parts and len(call.ref) > LONGEST + 1]
        paired = list(dict.fromkeys([*long, *parts, *place.calls]))[:_MOST_PAIRED]
        for pair in combinations(sorted(paired), 2):
            if are_apart(pair):
                texts.setdefault(text_with(pair, place, fetch))
            texts |= dict.fromkeys(copied_with(pair, place, fetch))
    return list(texts)


def copied_with(pair: Sequence[Allele], place: Place, fetch: Fetch) -> list[str]:
    """The sequences of a tandem duplication of a base that is another one too.

    The duplicated molecule has the other base in both copies, or in one of them.
    """
    found = []
    for duplication, substitution in permutations(pair):
        start, end, inserted = _replaced(duplication)
        at, behind, base = _replaced(substitution)
        size = len(inserted)
        if start != end or behind - at != 1 or len(base) != 1 or not start <= at:
            continue
        # Where a gap may stand further to the right, what lies there is copied as well.
        low = max(start, at - size + 1)
        repeats = fetch(start, low + size)
        if low + size > place.end or repeats != (inserted * len(repeats))[: len(repeats)]:
            continue
        copy = fetch(low, at) + base + fetch(behind, low + size)
        before, rest = fetch(place.start, low), fetch(low + size, place.end)
        usual = fetch(low, low + size)
        found += [before + one + other + rest for one, other in ((copy, copy), (copy, usual))]
        found.append(before + usual + copy + rest)
    return found


def _beside_long_deletions(
    reads: Sequence[PlaceRead], place: Place, fetch: Fetch, least_share: float
) -> list[Allele]:
    """What reads show whole of several calls side by side, where a long deletion is another call.

    Few reads hold all of such a place, and what they show elsewhere is told all the same.
    """
    short = [call for call in place.calls if len(call.ref) <= LONGEST + 1]
    if len(short) == len(place.calls):
        return []
    groups: list[list[Allele]] = []
    for call in short:
        if groups and call.start - max(one.end for one in groups[-1]) <= _ANCHOR:
            groups[-1].append(call)
        else:
            groups.append([call])
    found = []
    for group in groups:
        start, end = group[0].start, max(one.end for one in group)
        stretch = Place(place.contig, start, end, tuple(group))
        wildtype, *texts = _shown_often(reads, stretch, fetch, least_share)
        found += [Allele(place.contig, start, wildtype, text) for text in texts]
    return [one for one in found if one not in short]


def with_gaps(assembled: Iterable[str], place: Place, fetch: Fetch) -> list[str]:
    """Sequences that no read need hold, with each gap that is called beside what they change."""
    wildtype, found = fetch(place.start, place.end), []
    gaps = [call for call in place.calls if len(call.ref) != len(call.alt)][:_MOST_PAIRED]
    for text in assembled:
        before, after = trimmed(wildtype, text)
        ref, alt = wildtype[before : len(wildtype) - after], text[before : len(text) - after]
        change = Allele(place.contig, place.start + before, ref, alt)
        pairs = (sorted([change, gap]) for gap in gaps)
        found += [text_with(pair, place, fetch) for pair in pairs if are_apart(pair)]
    return found


def text_with(alleles: Sequence[Allele], place: Place, fetch: Fetch) -> str:
    """The sequence of a place with alleles that lie on it, apart from each other, in order."""
    pieces, done = [], place.start
    for allele in alleles:
        start, end, alternate = _replaced(allele)
        pieces += [fetch(done, start), alternate]
        done = end
    return "".join([*pieces, fetch(done, place.end)])


def are_apart(alleles: Sequence[Allele]) -> bool:
    """Whether alleles, in order, replace different bases."""
    places = list(map(_replaced, alleles))
    return all(one[1] <= other[0] for one, other in pairwise(places))


def _replaced(allele: Allele) -> tuple[int, int, str]:
    """The bases [start, end) that an allele replaces, without those that it shares, and by what."""
    before, after = trimmed(allele.ref, allele.alt)
    end = len(allele.alt) - after
    return allele.start + before, allele.end - after, allele.alt[before:end]


def _shown_often(
    reads: Iterable[PlaceRead], place: Place, fetch: Fetch, least_share: float
) -> list[str]:
    """The wild type of a place, then what at least `FEWEST` fragments and `least_share` show."""
    wildtype = fetch(place.start, place.end)
    shown = Counter[str]()
    for text, number in _shown(reads, place, fetch).items():
        shown[_with_ends_of(wildtype, text)] += number
    least = max(FEWEST, least_share * sum(shown.values()))
    some = [t for t, n in shown.most_common() if n >= least and t != wildtype and _POOR not in t]
    return list(dict.fromkeys([wildtype, *some[:_MOST]]))


def _shown(reads: Iterable[PlaceRead], place: Place, fetch: Fetch) -> Counter[str]:
    """How many fragments show each sequence; mates that disagree say nothing."""
    before = fetch(max(0, place.start - _ANCHOR), place.start)
    after = fetch(place.end, place.end + _ANCHOR)
    of_fragment: dict[str, set[str]] = defaultdict(set)
    for read in reads:
        text = _between(read, place, before, after)
        if text is not None:
            of_fragment[read.name].add(text)
    seen = Counter(next(iter(texts)) for texts in of_fragment.values() if len(texts) == 1)
    return _with_poor(seen)


def _with_poor(seen: Mapping[str, int]) -> Counter[str]:
    """The sequences without poor bases, and those that poor ones, told apart, make together.

    A sequence with a few poor bases is any that has its good ones. It counts for the only one that
    does; where there is none, it begins one, of which others fill in what it lacks.
    """
    counts = Counter({text: n for text, n in seen.items() if _POOR not in text})
    lacking = sorted(
        (text for text in seen if _POOR in text),
        key=lambda text: (text.count(_POOR), -seen[text], text),
    )
    known: dict[int, list[str]] = defaultdict(list)
    for text in sorted(counts):
        known[len(text)].append(text)
    begun: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for text in lacking:
        fitting = [other for other in known[len(text)] if _agree(text, other)]
        if len(fitting) == 1:
            counts[fitting[0]] += seen[text]
        elif not fitting:
            some = begun[len(text)]
            at = next((i for i, one in enumerate(some) if _agree(text, one[0])), None)
            if at is None:
                some.append((text, seen[text]))
            else:
                some[at] = (_filled(some[at][0], text), some[at][1] + seen[text])
    for some in begun.values():
        for text, number in some:
            counts[text] += number
    return counts


def _with_ends_of(wildtype: str, text: str) -> str:
    """A sequence with the bases of the wild type where its first and last ones are poor.

    So are those of primers, which no read of an amplicon shows.
    """
    first = len(text) - len(text.lstrip(_POOR))
    last = len(text) - len(text.rstrip(_POOR))
    if first + last >= min(len(text), len(wildtype)):
        return text
    return wildtype[:first] + text[first : len(text) - last] + wildtype[len(wildtype) - last :]


def _agree(one: str, other: str) -> bool:
    """Whether two sequences of one length have the same good bases."""
    return all(a == b or _POOR in (a, b) for a, b in zip(one, other, strict=True))


def _filled(one: str, other: str) -> str:
    """A sequence with the bases of another one where its own are poor."""
    return "".join(b if a == _POOR else a for a, b in zip(one, other, strict=True))


def _between(read: PlaceRead, place: Place, before: str, after: str) -> str | None:
    """What a read has between the bases beside a place, poor bases as `_POOR`.

    None if it does not hold both, or more than `_MOST_POOR` of what it has there is poor.
    """
    first, last = _left_end(read, place, before), _right_end(read, place, after)
    if first is None or last is None or last < first:
        return None
    poor = [at - first for at in read.poor if first <= at < last]
    if len(poor) > _MOST_POOR * (last - first):
        return None
    text = list(read.sequence[first:last])
    for at in poor:
        text[at] = _POOR
    return "".join(text)


def _left_end(read: PlaceRead, place: Place, before: str) -> int | None:
    """The base of a read behind the ones before a place: where it is aligned, or found."""
    for block in read.blocks:
        if block.reference <= place.start - len(before) and place.start <= block.end:
            at = block.query + place.start - block.reference
            if read.sequence[at - len(before) : at] == before:
                return at
    if read.blocks[0].reference > place.start - len(before) and read.blocks[0].query == 0:
        return None
    at = read.sequence.rfind(before)
    return at + len(before) if at >= 0 else None


def _right_end(read: PlaceRead, place: Place, after: str) -> int | None:
    """The first base of a read of the ones behind a place: where it is aligned, or found."""
    for block in read.blocks:
        if block.reference <= place.end and place.end + len(after) <= block.end:
            at = block.query + place.end - block.reference
            if read.sequence[at : at + len(after)] == after:
                return at
    last = read.blocks[-1]
    if last.end < place.end + len(after) and last.query_end == len(read.sequence):
        return None
    at = read.sequence.find(after)
    return at if at >= 0 else None
