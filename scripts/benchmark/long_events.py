"""Long events for the benchmark of the panel: their samples, and how well they come out.

Each is put into a target of the small genome, in genes on both strands: the recurrent events of
CALR, NPM1 and KIT, some at places that are fixed here, and many at drawn places, most of which
reach to the end of their exon or beyond.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.hgvs.names import GenomicNumbering, name_change
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Transcript
from scripts.benchmark.panel_data import SmallGenome, Targets, Truth, known_truth
from scripts.panel.rows import PanelVariant

LONG_VAFS = (0.02, 0.05, 0.3)
KNOWN = {
    "CALR": ("c.1099_1150del", "c.1100_1145del", "c.1154_1155insTTGTC"),
    "KIT": ("c.1255_1257del",),
    "NPM1": ("c.860_863dup", "c.863_864insCATG", "c.863_864insCCTG"),
}
"""Recurrent variants, taken from the list of known ones by their c. names."""
DRAWN = 160
_LENGTHS = (20, 24, 30, 42, 60, 90, 130, 180, 250, 330, 420)
_SHORTEST_EXON = 90
_APART = 1500
"""Bases between two events of a sample on one contig: reads of one must not show the other."""


Kinds = list[tuple[str, Truth]]
"""Events with the rows of the table that they belong to."""


@dataclass(frozen=True)
class Design:
    """An event at an offset (bases, plus strand) from the start of a target (``gene|exonN``).

    `length` bases are duplicated or deleted (0: neither); `new` random bases stand between the
    two copies, or are inserted.
    """

    target: str
    offset: int
    length: int
    new: int = 0
    deleted: bool = False

    @property
    def kind(self) -> str:
        """The row of the table."""
        if self.deleted:
            return "deletion with insertion" if self.new else "deletion"
        if not self.length:
            return "insertion of other sequence"
        return "duplication with filler" if self.new else "tandem duplication"


def _duplication(target: str, offset: int, length: int, filler: int = 0) -> Design:
    return Design(target, offset, length, filler)


def _deletion(target: str, offset: int, length: int, new: int = 0) -> Design:
    return Design(target, offset, length, new, deleted=True)


def _insertion(target: str, offset: int, new: int) -> Design:
    return Design(target, offset, 0, new)


DESIGNS = (
    _deletion("KIT|exon8", 60, 6),
    _duplication("KIT|exon8", 50, 12),
    _deletion("KIT|exon11", 12, 6),
    _deletion("KIT|exon11", 14, 30),
    _duplication("KIT|exon11", 70, 36),
    _duplication("KIT|exon11", 40, 60),
    _duplication("KIT|exon11", 30, 100),
    _duplication("KIT|exon11", 100, 80),
    _duplication("BCOR|exon4", 300, 20),
    _duplication("BCOR|exon4", 900, 45),
    _duplication("BCOR|exon4", 1500, 90),
    _duplication("BCOR|exon4", 2000, 400),
    _duplication("BCOR|exon7", 60, 150),
    _duplication("BCOR|exon15", 40, 200),
    _insertion("BCOR|exon4", 700, 30),
    _duplication("RUNX1|exon9", 100, 150),
    _duplication("RUNX1|exon8", 60, 48, 6),
    _insertion("RUNX1|exon8", 90, 25),
    _deletion("RUNX1|exon9", 200, 60),
    _duplication("STAG2|exon8", 150, 100),
    _duplication("TET2|exon3", 500, 33),
    _duplication("TET2|exon3", 1500, 300),
    _insertion("TET2|exon3", 900, 60),
    _deletion("TET2|exon3", 2000, 100),
    _deletion("TET2|exon3", 2600, 300),
    _deletion("TET2|exon3", 1200, 45, 12),
    _insertion("ASXL1|exon13", 700, 40),
    _duplication("ASXL1|exon13", 1300, 66, 9),
    _duplication("ASXL1|exon13", 2000, 25),
    _deletion("ASXL1|exon13", 400, 24, 3),
    _duplication("CEBPA|exon1", 600, 24),
    _duplication("CEBPA|exon1", 900, 57),
    _insertion("CEBPA|exon1", 300, 27),
    _duplication("TP53|exon5", 100, 21),
    _deletion("TP53|exon5", 40, 24),
    _duplication("TP53|exon5", 70, 108),
    _duplication("DNMT3A|exon23", 60, 45, 4),
    _deletion("DNMT3A|exon23", 20, 90),
    _duplication("EZH2|exon18", 50, 80),
    _duplication("WT1|exon7", 60, 16),
    _insertion("WT1|exon7", 80, 20),
    _deletion("ETV6|exon5", 200, 200),
    _duplication("ETV6|exon5", 250, 120, 15),
)


def drawn_designs(targets: Targets, seed: int = 1) -> list[Design]:
    """Events of every kind at drawn places of drawn exons, FLT3 left out; the same for a seed."""
    rng = random.Random(seed)
    exons = [name for name in sorted(targets) if not name.startswith("FLT3|")]
    exons = [name for name in exons if targets[name][2] - targets[name][1] > _SHORTEST_EXON]
    designs = []
    for _ in range(DRAWN):
        exon = rng.choice(exons)
        _, start, end = targets[exon]
        offset, length = rng.randrange(10, end - start - 20), rng.choice(_LENGTHS)
        new = rng.choice((1, 2, 3, 5, 9, 15, 30))
        kind = rng.choice("ddddffiixxxy")
        designs.append(
            {
                "d": Design(exon, offset, length),
                "f": Design(exon, offset, length, new),
                "i": Design(exon, offset, 0, rng.choice((20, 25, 33, 45, 60, 75))),
                "x": Design(exon, offset, length, deleted=True),
                "y": Design(exon, offset, length + new, new, deleted=True),
            }[kind]
        )
    return designs


def long_truths(
    path: Path,
    genome: SmallGenome,
    targets: Targets,
    transcripts: dict[str, Transcript],
    vaf: float,
) -> Kinds:
    """All events with their kinds, at one VAF. `path` lists the known variants."""
    truths = [
        (f"{truth.gene}, recurrent", truth)
        for truth in known_truth(path, genome, vaf)
        if truth.hgvs_c in KNOWN.get(truth.gene, ())
    ]
    groups = ((DESIGNS, ""), (drawn_designs(targets), ", drawn"))
    for design, remark in ((one, remark) for designs, remark in groups for one in designs):
        gene, begin, _ = targets[design.target]
        truth = as_truth(design, transcripts[gene], genome.sequence(gene), begin, vaf)
        truths.append((design.kind + remark, truth))
    return truths


def as_truth(
    design: Design, transcript: Transcript, sequence: str, begin: int, vaf: float
) -> Truth:
    """An event whose target begins at `begin` of a contig with this sequence."""
    first = begin + design.offset
    last = first + design.length
    new = "".join(random.Random(f"{design}").choices("ACGT", k=design.new))
    segment, written = sequence[first:last], ""
    if segment and not design.deleted:
        written = f"{transcript.gene}:{first + 1}-{last}dup{f' filler={new}' if new else ''}"
    ref, alt = (segment, new) if design.deleted else ("", segment + new)
    start, ref, alt = _leftmost(transcript, first, ref, alt)
    name = name_change(transcript, start, ref, alt, GenomicNumbering(transcript.gene)).hgvs_c
    return Truth(transcript.gene, start, ref, alt, name.split(":")[1], vaf, written=written)


def _leftmost(transcript: Transcript, start: int, ref: str, alt: str) -> tuple[int, str, str]:
    """The alleles as a VCF has them: left-aligned, with the base before them if one is empty."""
    change = normalise_on_plus(transcript.fetch, start, ref, alt)
    deleted, inserted = change.end - change.start, change.alternate
    if deleted and inserted:
        return change.start, transcript.fetch(change.start, change.end), inserted
    moved = change.start - change.leftmost
    if inserted and moved:
        turn = moved % len(inserted)
        inserted = inserted[len(inserted) - turn :] + inserted[: len(inserted) - turn]
    start = change.leftmost - 1
    anchor = transcript.fetch(start, start + 1)
    return start, anchor + transcript.fetch(start + 1, start + 1 + deleted), anchor + inserted


def apart(truths: Iterable[Truth]) -> list[list[Truth]]:
    """The events in as few samples as keep those of a contig far from each other."""
    samples: list[list[Truth]] = []
    for truth in sorted(truths, key=lambda t: (t.gene, t.start)):
        for sample in samples:
            near = [t for t in sample if t.gene == truth.gene and truth.start - t.start < _APART]
            if not near and sum(t.vaf for t in sample if t.gene == truth.gene) + truth.vaf < 1:
                sample.append(truth)
                break
        else:
            samples.append([truth])
    return samples


def table_of_kinds(kinds: Kinds, rows: Sequence[tuple[Truth, PanelVariant | None]]) -> list[str]:
    """For each kind of event: how many came out, and how far their VAFs are from the truth.

    Bias is the mean of estimated by true VAF, less 1; z its pooled score, with the binomial
    deviation of each VAF: beyond 2 in one case of twenty without a bias.
    """
    lines = ["| event | VAF | events | exact | PASS | bias of the VAF | z |", "|" + "---|" * 7]
    kind_of = {(truth.gene, truth.start, truth.alt, truth.vaf): kind for kind, truth in kinds}
    groups: dict[tuple[str, float], list[tuple[Truth, PanelVariant | None]]] = {}
    for truth, row in rows:
        kind = kind_of[truth.gene, truth.start, truth.alt, truth.vaf]
        groups.setdefault((kind, truth.vaf), []).append((truth, row))
    for (kind, vaf), members in sorted(groups.items()):
        found = [(truth, row) for truth, row in members if row is not None]
        passed = sum(row.filter == "PASS" for _, row in found)
        scores = [
            (row.vaf - vaf) / math.sqrt(vaf * (1 - vaf) / max(row.depth, 1)) for _, row in found
        ]
        bias = sum(row.vaf / vaf - 1 for _, row in found) / len(found) if found else math.nan
        z = sum(scores) / math.sqrt(len(scores)) if scores else math.nan
        lines.append(
            f"| {kind} | {vaf:.0%} | {len(members)} | {len(found)} | {passed} | {bias:+.1%} "
            f"| {z:+.1f} |"
        )
    return lines
