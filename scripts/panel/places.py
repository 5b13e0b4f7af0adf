"""Where changes crowd, so that reads must be seen whole: calls side by side, gaps, and clips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pysam

from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment import CIGAR_SOFT_CLIP
from scripts.panel.adapters import clipped_adapter
from scripts.panel.alleles import Allele
from scripts.panel.read_rules import ReadRules, may_pass_mate

BESIDE_SUBSTITUTION = 12
"""Bases between two substitutions that are looked at together."""
BESIDE_GAP = 25
"""Bases beside a gap, a replacement or clips in which misaligned ends of reads show other changes:
more mismatches than fit in them are clipped."""
BETWEEN_GAPS = 40
"""Bases between two of these up to which they are looked at together: reads are compared 30 bases
beside a place, where another gap would be but mismatches."""
LONGEST = 60
"""Bases that a change of a place may insert or delete; longer insertions no read holds with room,
and of longer deletions only those of `held_deletions` are looked at."""
_WIDEST = 140
"""Bases of a place on the reference, but for that of a longer deletion and what lies beside it."""
_LEAST_CLIP = 6
FEWEST = 3
"""Fragments that show the same; fewer are not looked at."""


@dataclass(frozen=True, order=True)
class Clip:
    """Where reads are clipped: on their right, before base `at` of the reference, or left of it."""

    at: int
    on_right: bool


@dataclass(frozen=True)
class Place:
    """A stretch [start, end) of a contig and the calls that lie on it, in order."""

    contig: str
    start: int
    end: int
    calls: tuple[Allele, ...]


@dataclass(frozen=True, order=True)
class _Mark:
    """A stretch that a call may lie on, or where reads are clipped; `alone`: enough by itself."""

    start: int
    end: int
    alone: bool
    call: Allele | None = None
    clip: Clip | None = None


def places_of(
    contig: str,
    called: Iterable[Allele],
    clips: Collection[Clip],
    fetch: Fetch,
    weak: Collection[Allele],
    held: Collection[Allele] = (),
) -> list[Place]:
    """The places of a contig, in order; `clips` are where several reads are clipped alike.

    Substitutions all of which are `weak`, at VAFs that do not pass, need not be told together.
    `held` are deletions of more than `LONGEST` bases that reads hold nevertheless.
    """
    marks = [_mark(allele, fetch) for allele in called if _fits(allele) or allele in held]
    strong = [mark for mark in marks if mark.alone or mark.call not in weak]
    groups = _grouped([*strong, *(_Mark(at, end, True, clip=c) for c, at, end in _clipped(clips))])
    for mark in sorted(mark for mark in marks if not mark.alone and mark.call in weak):
        for group in groups:
            start, end = min(one.start for one in group), max(one.end for one in group)
            near = (
                mark.start <= end + BESIDE_SUBSTITUTION and start <= mark.end + BESIDE_SUBSTITUTION
            )
            if near and max(end, mark.end) - min(start, mark.start) <= _widest([*group, mark]):
                group.append(mark)
                break
    crowded = [group for group in groups if len(group) > 1 or group[0].alone]
    return [_place(contig, group) for group in crowded]


def _grouped(marks: Iterable[_Mark]) -> list[list[_Mark]]:
    """Marks that lie near each other."""
    groups: list[list[_Mark]] = []
    end, alone = -BESIDE_GAP, False
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        reach = _reach(alone=alone, other_alone=mark.alone)
        group = groups[-1] if groups else []
        near = bool(group) and mark.start <= end + reach
        if near and max(end, mark.end) - group[0].start <= _widest([*group, mark]):
            group.append(mark)
            end, alone = max(end, mark.end), alone or mark.alone
        else:
            groups.append([mark])
            end, alone = mark.end, mark.alone
    return groups


def _widest(group: Iterable[_Mark]) -> int:
    """How wide a place may be: what lies beside a long deletion belongs to it on both sides."""
    deleted = max(mark.end - mark.start for mark in group)
    return max(_WIDEST, deleted + 2 * BETWEEN_GAPS) if deleted > LONGEST else _WIDEST


def _reach(*, alone: bool, other_alone: bool) -> int:
    if alone and other_alone:
        return BETWEEN_GAPS
    return BESIDE_GAP if alone or other_alone else BESIDE_SUBSTITUTION


def _clipped(clips: Iterable[Clip]) -> Iterator[tuple[Clip, int, int]]:
    """Clips and the stretch of each: to where reads that leave the reference may come back."""
    lefts = sorted(clip.at for clip in clips if not clip.on_right)
    for clip in sorted(clips):
        back = next((at for at in lefts if clip.at < at <= clip.at + LONGEST), clip.at)
        yield clip, clip.at, back if clip.on_right else clip.at


def _fits(allele: Allele) -> bool:
    return max(len(allele.ref), len(allele.alt)) <= LONGEST + 1


def _mark(allele: Allele, fetch: Fetch) -> _Mark:
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    same_length = change.end - change.start == len(change.alternate) <= 3
    return _Mark(change.leftmost, change.end, not same_length, allele)


def _place(contig: str, group: list[_Mark]) -> Place:
    calls = tuple(sorted({mark.call for mark in group if mark.call is not None}))
    start, end = group[0].start, max(mark.end for mark in group)
    sides = {mark.clip.on_right for mark in group if mark.clip is not None}
    if not calls and len(sides) == 1:
        # What is clipped on one side only ends somewhere on that side.
        start, end = (start, end + BESIDE_GAP) if True in sides else (start - BESIDE_GAP, end)
    return Place(contig, max(0, start), end, calls)


def shared_clips(records: Iterable[pysam.AlignedSegment], rules: ReadRules) -> list[Clip]:
    """Where at least `FEWEST` fragments are clipped on the same side before the same bases.

    Chimeras and ends of errors are clipped at any base, and go on in as many ways. Where more are
    clipped before an adapter, the others are so too, and misread.
    """
    names: dict[Clip, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    foreign: dict[Clip, set[str]] = defaultdict(set)
    for read in records:
        cigar = read.cigartuples
        if not cigar or not rules.take(read):
            continue
        for on_right, (operation, size) in ((False, cigar[0]), (True, cigar[-1])):
            if operation == CIGAR_SOFT_CLIP and size >= _LEAST_CLIP:
                clip = Clip(
                    (read.reference_end or 0) if on_right else read.reference_start, on_right
                )
                is_foreign = size - _adapter(read, size, on_right=on_right) < _LEAST_CLIP
                bases = _first_clipped(read.query_sequence or "", size, on_right=on_right)
                seen = foreign[clip] if is_foreign else names[clip][bases]
                seen.add(read.query_name or "")
    return sorted(
        clip
        for clip, some in names.items()
        if max(map(len, some.values())) >= FEWEST
        and len(set().union(*some.values())) >= len(foreign.get(clip, ()))
    )


def _first_clipped(sequence: str, size: int, *, on_right: bool) -> str:
    """The clipped bases of a read nearest to those that are aligned."""
    if on_right:
        return sequence[len(sequence) - size :][:_LEAST_CLIP]
    return sequence[:size][-_LEAST_CLIP:]


def _adapter(read: pysam.AlignedSegment, clipped: int, *, on_right: bool) -> int:
    """How many of the clipped bases at an end of a read are an adapter, which its 3' end has."""
    if read.is_reverse is on_right:
        return 0
    return clipped_adapter(
        read.query_sequence or "",
        clipped,
        is_reverse=read.is_reverse,
        passes_mate=may_pass_mate(read),
    )


def clips_as_bed(clips: Mapping[str, Iterable[Clip]]) -> str:
    """Shared clips by contig as BED: the first base behind each, and the side of the read."""
    return "".join(
        f"{contig}\t{clip.at}\t{clip.at + 1}\t{'right' if clip.on_right else 'left'}\n"
        for contig, some in clips.items()
        for clip in some
    )


def read_clips(path: Path) -> dict[str, list[Clip]]:
    """The shared clips of a file that `clips_as_bed` made."""
    found: dict[str, list[Clip]] = defaultdict(list)
    for line in path.read_text("ascii").splitlines():
        contig, at, _, side = line.split("\t")
        found[contig].append(Clip(int(at), on_right=side == "right"))
    return found
