"""The spanning reads of a sample, cut and gathered: equal ones once, with their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import Template, genomic_template
from flt3itd.long_reads.spanning import (
    Cut,
    Cutter,
    Flanks,
    Reference,
    Window,
    around,
    choose_window,
)
from flt3itd.reads.library import Floats

_LOOKED_AT = 400
"""Reads that are looked at before the window is chosen, at least."""
_ENOUGH = 20
"""Reads of FLT3 that choose the window, if the file has so many."""
_STOPPED_LATE = 0.8
"""Of the wild type product's bases: reads that stop at a constant rate mostly stop before."""
_SAME_LENGTH = 20
"""Bases; reads that are as long as those that span may be whole, and have a misread flank."""
_MISREAD = 2.0
"""Times as many as of the reads of the usual length: flanks are misread in any read alike."""
_SAME_END = 30
"""Bases; adapters and basecalling shift the ends of amplicon reads by less."""


@dataclass(frozen=True, slots=True)
class LongRead:
    """A read as its file has it; `is_reverse` is None when the strand is not known (FASTQ).

    With a known strand the sequence is plus strand. `qualities` are raw Phred values.
    """

    name: str
    sequence: str
    qualities: bytes
    is_reverse: bool | None = None


@dataclass
class SpanningReads:
    """Reads cut to a window.

    `forward` and `reverse` count equal cuts by strand. Of each spanning read the bases outside
    the flanks are kept, of each read with one flank the length. `names_shared` counts reads that
    have the name of one before them: long reads are single, so they were given twice. `template`
    has the coordinates of the window: the genome, or exons that are joined.
    """

    window: Window
    wildtype: str
    cuts: dict[str, list[int]] = field(default_factory=dict)
    before: list[int] = field(default_factory=list)
    behind: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    partial_lengths: list[int] = field(default_factory=list)
    names_shared: int = 0
    template: Template = field(default_factory=lambda: genomic_template(flt3_locus()))
    _names: set[str] = field(default_factory=set)

    def add(self, cut: Cut, name: str) -> None:
        """Count one read."""
        self.names_shared += name in self._names
        self._names.add(name)
        if cut.sequence is None:
            self.partial_lengths.append(cut.length)
            return
        self.cuts.setdefault(cut.sequence, [0, 0])[int(cut.is_reverse)] += 1
        self.before.append(cut.start)
        self.behind.append(cut.length - cut.start - len(cut.sequence))
        self.lengths.append(cut.length)

    def without_exon_14(self) -> list[str]:
        """What transcripts have between the flanks that lack exon 14, and tell nothing of ITDs."""
        if self.template.kind == "genomic":
            return []
        start, end = (place - self.window.start for place in self.template.exon(14))
        return [self.wildtype[: max(0, start)] + self.wildtype[end:]]

    @property
    def spanning(self) -> int:
        """Reads that span the window."""
        return len(self.lengths)

    def shown(self, longer: int) -> float:
        """How likely a molecule is to be spanned when it is so many bases longer, relative.

        Reads that share both ends (amplicons) show every molecule, but for those that stop on
        the way: at a constant rate, so exp(-rate * longer) of them are left. So it is of
        transcripts, which are read from one end. Molecules broken at random are spanned by a read
        of L bases at L - w + 1 of its places, w being the window with its flanks. How often reads
        of each length are drawn is told by those that hold a flank of f bases: each of them counts
        1 / (L - f + 1).
        """
        if self.template.kind == "spliced" or self._is_amplicon():
            bases = sum(self.lengths) + sum(self.partial_lengths)
            return float(np.exp(-longer * len(self.partial_lengths) / max(1, bases)))
        flank = self.window.flank
        width = len(self.window) + 2 * flank
        lengths = np.array(self.lengths * 2 + self.partial_lengths, dtype=np.float64)
        drawn = 1 / np.maximum(lengths - flank + 1, 1)
        here = float((drawn * np.maximum(lengths - width + 1, 0)).sum())
        there = float((drawn * np.maximum(lengths - width - longer + 1, 0)).sum())
        return there / here if here > 0 else 1.0

    def stopped_late(self) -> tuple[int, float]:
        """Reads of an amplicon that stop near the end of its product or behind it; none of others.

        Beside them stands how many are expected of the rate at which reads stop before. Where an
        instrument reads no further than so many bases, reads of longer products stop there and
        show one flank alone.
        """
        if not self.lengths or not self._is_amplicon():
            return 0, 0.0
        late = _STOPPED_LATE * (
            np.median(self.before) + np.median(self.behind) + len(self.wildtype)
        )
        stopped = np.sort(np.array(self.partial_lengths, dtype=np.float64))
        whole = np.sort(np.array(self.lengths, dtype=np.float64))
        usual = np.median(whole, keepdims=True)
        misread = _beside(stopped, usual) / _beside(whole, usual)
        few = _MISREAD * misread * _beside(whole, stopped)
        number = int(((stopped >= late) & (_beside(stopped, stopped) > few)).sum())
        lengths = np.concatenate([stopped, whole])
        beyond = np.maximum(lengths - late, 0).sum() / np.minimum(lengths, late).sum()
        return number, float((1 + (stopped < late).sum()) * beyond)

    def _is_amplicon(self) -> bool:
        return all(_shared(np.array(places)) for places in (self.before, self.behind))


def _beside(lengths: Floats, here: Floats) -> Floats:
    """How many of some lengths, in order, are about as long as each of others."""
    last = np.searchsorted(lengths, here + _SAME_LENGTH, "right")
    return np.asarray(last - np.searchsorted(lengths, here - _SAME_LENGTH, "left"), np.float64)


def _shared(places: Floats) -> bool:
    """Whether more than half of the reads end within 30 bases of each other."""
    if not len(places):
        return False
    ordered = np.sort(places)
    half = len(ordered) // 2
    spread = ordered[half:] - ordered[: len(ordered) - half]
    return bool(spread.min() <= _SAME_END)


def gather(
    reads: Iterable[LongRead],
    references: tuple[Reference, Reference],
    also: Callable[[LongRead], None] = lambda _: None,
) -> SpanningReads | None:
    """Choose the window by the first reads, then cut all of them; None when none is of the core.

    Each read is given to `also` as well, whether or not it spans.
    """
    stream = _each_told(reads, also)
    first, touching = _first_reads(stream, references)
    chosen = choose_window(references, touching)
    if chosen is None:
        for _ in stream:
            pass
        return None
    reference, window = chosen
    cutter = Cutter(reference.sequence, window)
    spanning = SpanningReads(window, cutter.wildtype, template=reference.template)
    for read in chain(first, stream):
        cut = cutter.cut(read.sequence, is_reverse=read.is_reverse)
        if cut is not None:
            spanning.add(cut, read.name)
    return spanning


def _each_told(reads: Iterable[LongRead], also: Callable[[LongRead], None]) -> Iterator[LongRead]:
    for read in reads:
        also(read)
        yield read


def _first_reads(
    stream: Iterator[LongRead], references: tuple[Reference, Reference]
) -> tuple[list[LongRead], list[str]]:
    """The first reads that may be cut, and the parts of them that touch the core.

    In a file of many genes those of FLT3 may stand anywhere; others are not kept for long.
    """
    flanks, genomic = Flanks(references), references[0]
    kept: list[LongRead] = []
    touching: list[str] = []
    for number, read in enumerate(stream, start=1):
        part = around(genomic.sequence, genomic.core, read.sequence)
        if part is not None:
            touching.append(part)
        if number <= _LOOKED_AT or part is not None or flanks.are_in(read.sequence):
            kept.append(read)
        if number >= _LOOKED_AT and len(touching) >= _ENOUGH:
            break
    return kept, touching
