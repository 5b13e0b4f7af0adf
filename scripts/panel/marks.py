"""What a named variant of the panel is marked with: known, hotspot, older number, origin, tier.

Marks never remove a variant. All tables are optional data (`panels/`); they are keyed by gene,
c. name and residue, so they hold for every build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.tables import read_table
from flt3itd.hgvs.protein import THREE_LETTERS
from flt3itd.hgvs.reading import name_by_the_rules
from flt3itd.hgvs.transcript import Transcript
from scripts.genome.knowledge import (
    Hotspot,
    KnownClass,
    KnownVariant,
    PanelGene,
    Scope,
    legacy_residues,
)
from scripts.genome.targets import Regions

_PLACE = re.compile(r"[A-Z][a-z]{2}(?P<number>\d+)")
GERMLINE_HALF = 0.5
GERMLINE_WHOLE = 0.98
GERMLINE = "germline-like VAF"


@dataclass(frozen=True)
class TierRule:
    """One row of a table of tiers; the first row that fits a variant gives its tier.

    An empty cell asks for nothing. `genes` are separated by ``|``, as are `consequences`:
    Sequence Ontology terms one of which the variant must have, or ``*``.
    """

    tier: str
    known: str
    hotspot: str
    scope: str
    genes: str
    consequences: str
    meaning: str

    def fits(
        self,
        gene: str,
        known: KnownClass | None,
        hotspot: str,
        scope: Scope | None,
        terms: set[str],
    ) -> bool:
        """Whether a variant has all that the row asks for; `terms` are its consequences."""
        return (
            self.known in ("", known)
            and (not self.hotspot or bool(hotspot))
            and self.scope in ("", scope)
            and (not self.genes or gene in self.genes.split("|"))
            and (
                self.consequences in ("", "*") or not terms.isdisjoint(self.consequences.split("|"))
            )
        )


@dataclass(frozen=True)
class Knowledge:
    """The tables of a panel, ready to be asked."""

    known: Mapping[tuple[str, str], KnownClass]
    hotspots: Mapping[tuple[str, int], Hotspot]
    legacy: Mapping[str, tuple[int, int]]
    scopes: Mapping[str, Scope]
    tiers: Sequence[TierRule]

    def class_of(self, gene: str, hgvs_c: str) -> KnownClass | None:
        """What is known of a variant, by its c. name with or without an accession."""
        return self.known.get((gene, hgvs_c.rsplit(":", maxsplit=1)[-1]))

    def hotspot_of(self, gene: str, hgvs_p: str) -> str:
        """The hotspot codons that a protein name changes, such as D835.

        A residue that the transcript has and the table has not is counted otherwise: no hotspot.
        """
        places = reversed([*_PLACE.finditer(hgvs_p)])  # the first of a number is the residue's
        named = {int(found["number"]): found[0][:3] for found in places}
        rows = (self.hotspots.get((gene, residue)) for residue in residues_of(hgvs_p))
        return "/".join(
            f"{row.amino_acid}{row.residue}"
            for row in rows
            if row is not None
            and named.get(row.residue, "") in ("", THREE_LETTERS.get(row.amino_acid, ""))
        )

    def legacy_name(self, gene: str, hgvs_p: str) -> str:
        """The protein name in older numbering; empty where the number is the same."""
        offset, first = self.legacy.get(gene, (0, 0))
        name = hgvs_p.rsplit(":", maxsplit=1)[-1]
        numbers = [int(match["number"]) for match in _PLACE.finditer(name)]
        if not offset or not numbers or numbers[0] < first:
            return ""
        # The number behind fsTer and extTer counts residues; it is no place.
        return re.sub(
            r"(?<!fs)(?<!ext)([A-Z][a-z]{2})(\d+)",
            lambda match: f"{match[1]}{int(match[2]) + offset}",
            name,
        )

    def tier_of(self, gene: str, known: KnownClass | None, hotspot: str, consequence: str) -> str:
        """The tier of a variant; empty without a table of tiers."""
        terms, scope = set(consequence.split("&")), self.scopes.get(gene)
        fitting = (rule for rule in self.tiers if rule.fits(gene, known, hotspot, scope, terms))
        return next((rule.tier for rule in fitting), "")


NOTHING_KNOWN = Knowledge({}, {}, {}, {}, ())


def read_knowledge(
    genes: Path | None,
    hotspots: Path | None,
    known: Path | None,
    tiers: Path | None,
    transcripts: Iterable[Transcript] = (),
) -> Knowledge:
    """Read the tables that are given. Raises UserError, naming file, row and column.

    Known variants have the names that the rules give them on `transcripts`, as calls have.
    """
    gene_rows = read_table(genes, PanelGene) if genes else []
    known_rows = read_table(known, KnownVariant) if known else []
    hotspot_rows = read_table(hotspots, Hotspot) if hotspots else []
    return Knowledge(
        {(row.gene, name): row.known for row, name in named_by_the_rules(known_rows, transcripts)},
        {(row.gene, row.residue): row for row in hotspot_rows},
        legacy_residues(gene_rows),
        {row.gene: row.scope for row in gene_rows},
        read_table(tiers, TierRule) if tiers else [],
    )


def named_by_the_rules(
    rows: Iterable[KnownVariant], transcripts: Iterable[Transcript]
) -> Iterator[tuple[KnownVariant, str]]:
    """Known variants with their names by the rules; where there is none, as they are named."""
    of_gene = {transcript.gene: transcript for transcript in transcripts}
    for row in rows:
        name = None
        if row.gene in of_gene:
            with suppress(ValueError):  # told before the run (`scripts.inputs.known_check`)
                name = name_by_the_rules(row.hgvs_c, of_gene[row.gene])
        yield row, name or row.hgvs_c


READ_IN_FULL = 0.9
"""Share of the coding bases of a gene in the targets from which it is read in full: kits leave out
an exon (BCORL1, KDM6A) or a part of one (STAG2)."""


def scopes_of(transcripts: Iterable[Transcript], regions: Regions) -> dict[str, Scope]:
    """How much of each gene the targets of a run hold, by its coding bases."""
    scopes = {}
    for transcript in transcripts:
        spans = regions.get(transcript.contig, ())
        held = 0
        for exon in transcript.exons:
            before = max(0, -exon.first)
            after = max(0, exon.first + exon.end - exon.start - transcript.coding_length)
            low, high = (after, before) if transcript.minus_strand else (before, after)
            start, end = exon.start + low, exon.end - high
            held += sum(max(0, min(end, stop) - max(start, first)) for first, stop in spans)
        is_full = held >= READ_IN_FULL * transcript.coding_length
        scopes[transcript.gene] = Scope.FULL if is_full else Scope.EXONS
    return scopes


def origin_of(vaf_low: float, vaf_high: float) -> str:
    """Whether a VAF looks like a germline variant: its 95 % interval holds 0.5, or reaches 1."""
    if vaf_low <= GERMLINE_HALF <= vaf_high or vaf_high >= GERMLINE_WHOLE:
        return GERMLINE
    return ""


def residues_of(hgvs_p: str) -> range:
    """The residues that a protein name speaks of, from the first to the last; empty for none."""
    name = hgvs_p.rsplit(":", maxsplit=1)[-1].removeprefix("p.(")
    if not name or name.endswith("=)"):
        return range(0)
    # What follows the place (fs, ins, delins, a new residue with its number) is not a place.
    place = re.match(r"[A-Z][a-z]{2}\d+(?:_[A-Z][a-z]{2}\d+)?", name)
    numbers = [int(match["number"]) for match in _PLACE.finditer(place[0])] if place else []
    return range(numbers[0], numbers[-1] + 1) if numbers else range(0)
