"""Pairs in no order, sorted into families on disk: what is held is a part of them.

Pairs are in drawers by what those of one molecule must share, and are sorted again when that has
been mended: by UMI, by low end, by high end. The pairs of an amplicon share both ends, and too many
may do so; UMIs that differ in one base share one half, so these go by the first half, then by
the second one. Then the reads follow their families, onto shelves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from flt3itd.common.progress import Progress
from flt3itd.molecules.census import EndCensus, UmiCensus
from flt3itd.molecules.crowding import UmiSample
from flt3itd.molecules.drawers import Drawers, Rows
from flt3itd.molecules.ends import at_primers, primer_places
from flt3itd.molecules.families import (
    Ends,
    Families,
    FamilyKeys,
    families_of,
    find_families,
    mended,
    with_joined_umis,
)
from flt3itd.molecules.keys import CountedKeys, key_of, sums
from flt3itd.molecules.leaders import Shared
from flt3itd.molecules.letters import Integers, Words, mixed
from flt3itd.molecules.pairs import PairBlock, UmiShape
from flt3itd.molecules.statistics import FamilyTally
from flt3itd.molecules.volumes import ReadVolumes

DRAWER_PAIRS = 500_000
"""Pairs of a drawer, of which UMIs and ends are held at a time."""
SHELF_PAIRS = 200_000
"""Pairs of a shelf, of which the reads are held at a time; one family may have more."""
_WORTH_TELLING = 10
"""Shelves from which it is told how far their families are."""

_READ = np.dtype([("end_1", "<i8"), ("end_2", "<i8"), ("umi", "<u8")])
_KEYS = np.dtype(
    [("row", "<i8"), ("low", "<i8"), ("high", "<i8"), ("umi", "<u8"), ("swapped", "?")]
)
_ASSIGNED = np.dtype([("row", "<i8"), ("shelf", "<i4"), ("family", "<i4"), ("swapped", "?")])

Sorting = Callable[[Ends], Integers]
"""The drawers of some rows."""


class PairSorter:
    """Takes pairs in any order, and hands them on family by family.

    `primers` are ends of amplicons that are known. All files are in the folder, which its caller
    removes.
    """

    def __init__(self, folder: Path, *, amplicons: bool, primers: Integers | None = None) -> None:
        self._folder = folder
        self._amplicons = amplicons
        self._primers = np.zeros(0, dtype=np.int64) if primers is None else primers
        self._read = Drawers(folder, "read", _READ)
        self._letters = ReadVolumes(folder)
        self._ends = EndCensus()
        self._umis_of_shelves = Drawers(folder, "umis", np.dtype("<u8"))
        self._shelves = 0

    def __len__(self) -> int:
        return self._letters.pairs

    def add(self, pairs: PairBlock) -> None:
        """Take some pairs.

        Raises:
            OSError: there is no room for them.
        """
        if not len(pairs):
            return
        rows = np.empty(len(pairs), dtype=_READ)
        rows["end_1"], rows["end_2"], rows["umi"] = pairs.end_1, pairs.end_2, pairs.umi
        self._read.append(self._letters.volume, rows)
        self._letters.add(pairs)
        if self._amplicons:
            self._ends.add(np.concatenate((pairs.end_1, pairs.end_2)))

    def first(self) -> FamilyKeys:
        """Ends and UMIs of the first pairs, as they were read."""
        return _keys_of(self._read.seen(0))

    def families(self, shape: UmiShape, tally: FamilyTally) -> Iterator[tuple[PairBlock, Families]]:
        """The pairs, many families at a time; these are counted in the tally."""
        assigned = Drawers(self._folder, "assigned", _ASSIGNED)
        for rows, families in self._found(shape, tally):
            tally.add_families(families)
            self._assign(rows, families, assigned)
        shelves = Drawers(self._folder, "shelf", self._letters.kind_of_shelf())
        for volume in range(self._letters.volumes):
            of_volume = assigned.take(volume)
            of_volume = of_volume[np.argsort(of_volume["row"])]
            first = 0
            for part in self._letters.parts(volume):
                own = of_volume[first : first + len(part)]
                first += len(part)
                shelf_rows = np.empty(len(part), dtype=shelves.kind)
                for name in part.dtype.names or ():
                    shelf_rows[name] = part[name]
                shelf_rows["family"], shelf_rows["swapped"] = own["family"], own["swapped"]
                shelves.put(own["shelf"].astype(np.int64), shelf_rows)
        progress = Progress("families", self._shelves)
        done = 0
        for shelf in range(self._shelves):
            pairs, families = self._taken(
                shelves.take(shelf), self._umis_of_shelves.take(shelf), shape
            )
            yield pairs, families
            done += families.count
            if self._shelves >= _WORTH_TELLING:
                progress.show(shelf + 1, done)
        if self._shelves >= _WORTH_TELLING:
            progress.close()

    def _found(self, shape: UmiShape, tally: FamilyTally) -> Iterator[tuple[Integers, Families]]:
        """Row numbers of pairs with their families, drawer by drawer."""
        if len(self) <= DRAWER_PAIRS:
            parts = [self._read.take(volume) for volume in range(self._letters.volumes)]
            read = np.concatenate([*parts, np.zeros(0, dtype=_READ)])
            keys = _keys_of(read)
            primers = self._primers
            yield (
                np.arange(len(read)),
                find_families(keys, shape, amplicons=self._amplicons, primers=primers),
            )
            return
        sorting = _Sorting(-(-len(self) // DRAWER_PAIRS), shape)
        by_umi = self._by_umi(sorting)
        yield from (
            self._of_amplicons(by_umi, sorting, tally)
            if self._amplicons
            else self._of_fragments(by_umi, sorting, tally)
        )

    def _by_umi(self, sorting: _Sorting) -> Drawers:
        drawers = Drawers(self._folder, "by_umi", _KEYS)
        primers = primer_places(*self._ends.counted(), self._primers)
        first = 0
        for volume in range(self._letters.volumes):
            read = self._read.take(volume)
            end_1, end_2 = read["end_1"].copy(), read["end_2"].copy()
            if self._amplicons:
                end_1, end_2 = at_primers(end_1, primers), at_primers(end_2, primers)
            ends = Ends.of(end_1, end_2, read["umi"].copy(), sorting.shape)
            rows = np.arange(first, first + len(read))
            _put(drawers, sorting.by_umi, rows, ends)
            first += len(read)
        return drawers

    def _of_fragments(
        self, drawers: Drawers, sorting: _Sorting, tally: FamilyTally
    ) -> Iterator[tuple[Integers, Families]]:
        shape = sorting.shape
        for shared, name, drawer_of in (
            (Shared.UMI, "by_low", sorting.by_low),
            (Shared.LOW, "by_high", sorting.by_high),
        ):
            target = Drawers(self._folder, name, _KEYS)
            for row, number, read, pairs in sorting.taken(drawers):
                ends, more = mended(read, pairs, shape, shared, amplicons=False)
                tally.corrected += more
                _put(target, drawer_of, row, ends.take(number))
            drawers = target
        for row, number, read, pairs in sorting.taken(drawers):
            ends, more = mended(read, pairs, shape, Shared.HIGH, amplicons=False)
            tally.corrected += more
            yield row, families_of(ends, pairs, shape).of_rows(number)

    def _of_amplicons(
        self, drawers: Drawers, sorting: _Sorting, tally: FamilyTally
    ) -> Iterator[tuple[Integers, Families]]:
        shape = sorting.shape
        census = UmiCensus(shape.length)
        by_first = Drawers(self._folder, "by_first_half", _KEYS)
        for row, number, read, pairs in sorting.taken(drawers):
            ends, _ = mended(read, pairs, shape, Shared.UMI, amplicons=True)
            census.add(ends.low, ends.high, ends.umi, pairs)
            _put(by_first, sorting.by_first_half, row, ends.take(number))
        by_second = Drawers(self._folder, "by_second_half", _KEYS)
        for row, number, read, pairs in sorting.taken(by_first):
            ends, more = with_joined_umis(read, pairs, shape, census)
            tally.corrected += more
            _put(by_second, sorting.by_second_half, row, ends.take(number))
        at_place, sample = CountedKeys(), UmiSample()
        for row, number, read, pairs in sorting.taken(by_second):
            ends, more = with_joined_umis(read, pairs, shape, census)
            tally.corrected += more
            families = families_of(ends, pairs, shape, census.space)
            head = np.zeros(families.count, dtype=np.int64)
            head[families.family] = np.arange(len(pairs))
            low, high = ends.low[head], ends.high[head]
            at_place.count(key_of(low, high))
            sample.add(low, high, families.umi, sums(families.family, pairs, families.count))
            yield row, families.of_rows(number)
        tally.add_crowding(sample.crowding(at_place.counts, shape, sample.space(shape.length)))

    def _assign(self, rows: Integers, families: Families, assigned: Drawers) -> None:
        """Give the families shelves, and note for each pair where it goes."""
        order = np.argsort(families.family, kind="stable")
        ordered = families.family[order]
        first = 0
        while first < len(ordered):
            last = min(first + SHELF_PAIRS, len(ordered))
            if last < len(ordered):
                begin = int(np.searchsorted(ordered, ordered[last]))
                last = (
                    begin
                    if begin > first
                    else int(np.searchsorted(ordered, ordered[last], side="right"))
                )
            own = order[first:last]
            noted = np.empty(len(own), dtype=_ASSIGNED)
            noted["row"], noted["shelf"] = rows[own], self._shelves
            noted["family"] = families.family[own] - ordered[first]
            noted["swapped"] = families.other_strand[own]
            assigned.put(self._letters.volumes_of(noted["row"]), noted)
            umi = families.umi[ordered[first] : ordered[last - 1] + 1]
            self._umis_of_shelves.append(self._shelves, umi)
            self._shelves += 1
            first = last

    def _taken(self, rows: Rows, umi: Words, shape: UmiShape) -> tuple[PairBlock, Families]:
        width = self._letters.widths[0]
        pairs = PairBlock(
            rows["letters"][:, :width],
            rows["letters"][:, width:],
            rows["end_1"].copy(),
            rows["end_2"].copy(),
            np.zeros(len(rows), dtype=np.uint64),
            np.arange(len(rows)),
        )
        family, swapped = rows["family"].astype(np.int64), rows["swapped"].copy()
        return pairs, Families(family, swapped, umi, 0, None, shape.is_twofold)


class _Sorting:
    """Into which of so many drawers rows go."""

    def __init__(self, count: int, shape: UmiShape) -> None:
        self._count = count
        self.shape = shape

    def by_umi(self, ends: Ends) -> Integers:
        """By UMI, whichever strand it is of."""
        umi = ends.umi
        if self.shape.is_twofold:
            umi = np.minimum(umi, self.shape.turned(umi))
        return self._drawers(mixed(umi))

    def by_low(self, ends: Ends) -> Integers:
        """By the lower end."""
        return self._drawers(key_of(ends.low))

    def by_high(self, ends: Ends) -> Integers:
        """By the higher end."""
        return self._drawers(key_of(ends.high))

    def by_first_half(self, ends: Ends) -> Integers:
        """By both ends and the first half of the UMI."""
        half = ends.umi >> self._bits
        return self._drawers(key_of(ends.low, ends.high, half.astype(np.int64)))

    def by_second_half(self, ends: Ends) -> Integers:
        """By both ends and the second half of the UMI."""
        half = ends.umi & ((np.uint64(1) << self._bits) - np.uint64(1))
        return self._drawers(key_of(ends.low, ends.high, half.astype(np.int64)))

    @property
    def _bits(self) -> np.uint64:
        return np.uint64(2 * (self.shape.length // 2))

    def _drawers(self, keys: Words) -> Integers:
        return (keys % np.uint64(self._count)).astype(np.int64)

    def taken(self, drawers: Drawers) -> Iterator[tuple[Integers, Integers, Ends, Integers]]:
        """Of each drawer the row numbers in their order, and what is alike among them.

        That is for each row its number there, and of each the ends and how many pairs have it.
        """
        for drawer in range(self._count):
            rows = drawers.take(drawer)
            if len(rows):
                rows = rows[np.argsort(rows["row"])]
                columns: dict[str, Any] = {
                    name: rows[name].copy() for name in ("low", "high", "umi", "swapped")
                }
                yield rows["row"].copy(), *Ends(**columns).alike()


def _keys_of(read: Rows) -> FamilyKeys:
    return FamilyKeys(read["end_1"].copy(), read["end_2"].copy(), read["umi"].copy())


def _put(drawers: Drawers, drawer_of: Sorting, row: Integers, ends: Ends) -> None:
    drawers.put(drawer_of(ends), _keys(row, ends))


def _keys(row: Integers, ends: Ends) -> Rows:
    rows = np.empty(len(row), dtype=_KEYS)
    rows["row"], rows["low"], rows["high"] = row, ends.low, ends.high
    rows["umi"], rows["swapped"] = ends.umi, ends.swapped
    return rows
