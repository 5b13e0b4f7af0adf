"""One library from its reads to molecules: places are streamed, and shared out over the cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from flt3itd.molecules.bam_pairs import BamPairs
from flt3itd.molecules.families import Families, FamilyKeys, find_families
from flt3itd.molecules.halves import shape_of_strands
from flt3itd.molecules.letters import Integers
from flt3itd.molecules.molecules import Molecules, call_molecules
from flt3itd.molecules.pair_sorter import PairSorter
from flt3itd.molecules.pairs import PairBlock, UmiShape
from flt3itd.molecules.statistics import FamilyTally
from flt3itd.molecules.trimmed import lack_more

_BLOCK_PAIRS = 50_000
"""Pairs whose families are called at a time."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class FamilyRules:
    """How families are told and which are written; `primers` are ends of amplicons."""

    amplicons: bool
    least_reads: int = 1
    primers: Integers | None = None

    def families(self, keys: FamilyKeys, shape: UmiShape) -> Families:
        """The families of pairs by these rules."""
        return find_families(keys, shape, amplicons=self.amplicons, primers=self.primers)


@dataclass(frozen=True)
class Block:
    """Pairs of whole places; their families where these were found among all pairs of the file."""

    number: int
    pairs: PairBlock
    shape: UmiShape
    families: Families | None = None


def bam_blocks(pairs: BamPairs, tally: FamilyTally) -> Iterator[Block]:
    """The pairs of a BAM, as they stream past; the first ones tell whether reads lack bases."""
    shape: UmiShape | None = None
    for number, block in enumerate(pairs.places()):
        shape = shape_of_strands(block.end_1, block.end_2, block.umi, shape or pairs.shape)
        if not number:
            tally.split = lack_more(block.end_1, block.end_2, block.umi, shape.length)
        yield Block(number, block, shape)


def sorted_blocks(pairs: PairSorter, shape: UmiShape, tally: FamilyTally) -> Iterator[Block]:
    """Pairs that are sorted into families, family by family."""
    first = pairs.first()
    shape = shape_of_strands(first.end_1, first.end_2, first.umi, shape)
    tally.split = lack_more(first.end_1, first.end_2, first.umi, shape.length)
    number = 0
    for shelf, families in pairs.families(shape, tally):
        order = np.argsort(families.family, kind="stable")
        ordered = families.family[order]
        begin = 0
        while begin < len(ordered):
            last = min(begin + _BLOCK_PAIRS, len(ordered))
            if last < len(ordered):
                last = int(np.searchsorted(ordered, ordered[last - 1], side="right"))
            rows = np.sort(order[begin:last])
            own = families.part(rows, int(ordered[begin]), int(ordered[last - 1]) + 1)
            yield Block(number, shelf.take(rows), shape, own)
            begin, number = last, number + 1


def molecules_of(block: Block, rules: FamilyRules) -> tuple[Molecules, FamilyTally]:
    """The molecules of a block, and what is to be counted of its families."""
    tally = FamilyTally()
    families = block.families
    if families is None:
        pairs = block.pairs
        families = rules.families(FamilyKeys(pairs.end_1, pairs.end_2, pairs.umi), block.shape)
        tally.add_families(families)
    molecules = call_molecules(block.pairs, families, block.shape, rules.least_reads)
    tally.written = len(molecules)
    tally.add_disagreement(molecules)
    return molecules, tally


def in_order(
    blocks: Iterator[Block], make: Callable[[Block], Made], threads: int
) -> Iterator[Made]:
    """What is made of each block, in their order, by so many processes.

    With one thread everything is done here; else this process reads and the others make.
    """
    if threads < 2:
        yield from map(make, blocks)
        return
    with ProcessPoolExecutor(threads, mp_context=get_context("fork")) as pool:
        waiting: deque[Future[Made]] = deque()
        for block in blocks:
            waiting.append(pool.submit(make, block))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
