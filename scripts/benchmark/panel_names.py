"""Our HGVS names beside those of other implementations, on random changes of whole genes.

The genes are those that the slices of GRCh38 hold (`scripts.benchmark.panel_data`), each on its own
strand and, on the reverse complement of its contig, on the other one. Every difference is counted
by its reason; one without a known reason is told in full.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import GenomicNumbering, Names
from flt3itd.hgvs.transcript import Transcript
from scripts.benchmark.other_namers import Biocommons, Gene, OtherNames, Weaver
from scripts.benchmark.panel_data import SmallGenome

CHANGES = 10_000
IMPLEMENTATIONS: Mapping[str, type[Weaver | Biocommons]] = {
    "hgvs-weaver": Weaver,
    "biocommons hgvs": Biocommons,
}
INSTALL = {
    "hgvs-weaver": "pip install hgvs-weaver",
    "biocommons hgvs": "pip install hgvs cdot psycopg2-binary",
}
_ROOM = 12
"""Bases beside the ends of a transcript, out of which a change could move."""
_BESIDE_EXON = 12
"""Bases of introns in which changes are drawn."""
_AT_EDGE = 6
"""Half of the changes are drawn so near the edge of an exon."""
_IN_INTRON = re.compile(r"\d[+-](\d+)")
_LENGTHS = (1, 1, 1, 2, 3, 3, 4, 6, 9, 12, 24)
_NEW_LENGTHS = (1, 2, 3, 6, 9)


class Reason(StrEnum):
    """Why names differ: docs/panel-benchmark.md says of each why ours is as it is."""

    SAME = "the same"
    UNTRANSLATED = "a change in the 3' UTR is p.(=)"
    INSIDE_EXON = "an equivalent change lies inside the exon"
    MOVED = "a change at an intron is moved 3' as any other"
    COPIED_SITE = "a copy of a splice site is in doubt"
    BEHIND_STOP = "nothing is named behind a new stop"
    NEAR_STOP = "a new reading frame is fs also where its stop is near"
    OVER_STOP = "over the stop codon the new protein is read to its own stop"
    KEPT_START = "behind a repeated start codon the protein is kept, or in doubt"
    UNCHANGED = "all residues whose codons change are named"
    PREDICTED = "a prediction stands in parentheses"
    MIDDLE = "the middle base of an intron is numbered from the exon before it"


def random_changes(gene: Gene, rng: random.Random, count: int) -> Iterator[tuple[int, str, str]]:
    """Start, reference and alternate of changes in and beside exons, half of them at an edge."""
    fetch = gene.transcript.fetch
    coding = [exon for exon in gene.transcript.exons if exon.first < gene.transcript.coding_length]
    first = min(exon.start for exon in gene.transcript.exons) + _ROOM
    last = max(exon.end for exon in gene.transcript.exons) - _ROOM
    made = 0
    while made < count:
        exon = rng.choice(coding)
        place = rng.randint(exon.start - _BESIDE_EXON, exon.end + _BESIDE_EXON)
        if rng.random() < 0.5:
            place = rng.choice((exon.start, exon.end)) + rng.randint(-_AT_EDGE, _AT_EDGE)
        size = rng.choice(_LENGTHS)
        if place < first or last < place + size:
            continue
        there = fetch(place, place + size)
        new = "".join(rng.choices("ACGT", k=rng.choice(_NEW_LENGTHS)))
        substituted = there[0], rng.choice("ACGT")
        inverted = there, reverse_complement(there)
        changes = (substituted, (there, ""), ("", there), ("", new), (there, new), inverted)
        ref, alt = rng.choice(changes)
        if ref != alt:
            made += 1
            yield place, ref, alt


def reason_of(ours: Names, theirs: OtherNames, transcript: Transcript) -> Reason | None:
    """Why two names differ, or that they are the same; None where it is not known."""
    if ours.hgvs_g != theirs.hgvs_g:
        return None
    if ours.hgvs_p != theirs.hgvs_p:
        return _of_protein(ours, theirs, transcript)
    if ours.hgvs_c != theirs.hgvs_c:
        return _of_coding(ours.hgvs_c, theirs.hgvs_c)
    return Reason.SAME


def _of_coding(mine: str, other: str) -> Reason | None:
    """Why two c. names of one change differ."""
    offsets = [[int(n) for n in _IN_INTRON.findall(name)] for name in (mine, other)]
    if offsets[0] and all(offset > _BESIDE_EXON for offset in offsets[0] + offsets[1]):
        return Reason.MIDDLE
    return Reason.MOVED if offsets[0] or offsets[1] else None


def _of_protein(ours: Names, theirs: OtherNames, transcript: Transcript) -> Reason | None:
    """Why two p. names of one change differ."""
    mine, other = (name.rsplit(":", maxsplit=1)[-1] for name in (ours.hgvs_p, theirs.hgvs_p))
    terms = ours.consequence
    at_edge = "splice_" in terms or any(
        _is_at_edge(name, transcript) for name in (ours.hgvs_c, theirs.hgvs_c)
    )
    at_stop = "stop_" in terms or re.search(r"Ter\d", other) or ":c.*" in theirs.hgvs_c
    at_stop = at_stop or "_*" in theirs.hgvs_c
    names = {
        Reason.PREDICTED: mine == "p.(Met1?)" and other == "p.Met1?",
        Reason.KEPT_START: mine == "p.?" and "Met1?" in other,
        Reason.UNTRANSLATED: mine == "p.(=)" and "3_prime_UTR" in terms,
        Reason.INSIDE_EXON: other == "p.?" and at_edge,
        Reason.COPIED_SITE: mine == "p.?" and at_edge,
        Reason.NEAR_STOP: re.search(r"fsTer\d+\)$", mine) and re.search(r"delins\w*Ter\)$", other),
        Reason.BEHIND_STOP: mine.endswith("Ter)") and "Ter" in other,
        Reason.UNCHANGED: mine.endswith("=)") and other.endswith("=)"),
        Reason.OVER_STOP: at_stop,
    }
    return next((reason for reason, holds in names.items() if holds), None)


def _is_at_edge(hgvs_c: str, transcript: Transcript) -> bool:
    """Whether a c. name holds a base of an intron, or the first or last one of an exon."""
    edges = {
        base
        for exon in transcript.exons
        for base in (exon.first + 1, exon.first + exon.end - exon.start)
    }
    numbers = map(int, re.findall(r"\d+", hgvs_c.rsplit(":", maxsplit=1)[-1]))
    return bool(_IN_INTRON.search(hgvs_c)) or not edges.isdisjoint(numbers)


def whole_genes(genome: SmallGenome, transcripts: Iterable[Transcript]) -> list[Gene]:
    """The genes whose coding sequence is known, numbered as on the chromosome that they are of."""
    return [
        Gene(one, len(genome.sequence(one.gene)), GenomicNumbering(_accession(genome, one.gene)))
        for one in transcripts
        if "N" not in one.spliced[: one.coding_length]
    ]


def _accession(genome: SmallGenome, gene: str) -> str:
    return numbering_of(genome.slices[gene][0].contig, "GRCh38").accession


def name_table(genes: Sequence[Gene], changes: int, seed: int) -> list[str]:
    """The lines of a table of reasons by implementation, and the differences without one.

    An implementation that is not installed is named, with how to install it.
    """
    found: dict[str, Counter[Reason]] = {}
    notes = []
    for name, implementation in IMPLEMENTATIONS.items():
        try:
            found[name], unknown = _compared(genes, implementation, changes, seed)
        except ImportError as error:
            notes.append(f"not compared with {name}: {error} ({INSTALL[name]})")
        else:
            notes += [f"{name}: no known reason: {one}" for one in unknown]
    if not found:
        return notes
    lines = [f"| of {changes} names | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    for reason in Reason:
        counts = [one[reason] for one in found.values()]
        if any(counts):
            lines.append(f"| {reason} | {' | '.join(map(str, counts))} |")
    return [*lines, *notes]


def _compared(
    genes: Sequence[Gene], implementation: type[Weaver | Biocommons], changes: int, seed: int
) -> tuple[Counter[Reason], list[str]]:
    """The reasons of changes of all genes on both strands, and differences without one."""
    rng, found, unknown = random.Random(seed), Counter[Reason](), list[str]()
    both = [strand for gene in genes for strand in (gene, gene.turned())]
    for number, gene in enumerate(both):
        other = implementation([gene])
        count = (number + 1) * changes // len(both) - number * changes // len(both)
        for change in random_changes(gene, rng, count):
            ours = gene.names(*change)
            theirs = other.names(ours.hgvs_g, gene.transcript)
            reason = reason_of(ours, theirs, gene.transcript)
            if reason is None:
                unknown.append(f"{ours} {theirs}")
            else:
                found[reason] += 1
    return found, unknown
