r"""Build the files of the 54-gene panel from gene models and lists of known variants.

    python -m scripts.panel_data.build_panel --definition panels/myeloid54/definition.tsv \
        --models MANE_MODELS.tsv --hotspots CODONS.tsv --known KNOWN.tsv --out panels/myeloid54

The definition says which exons of which gene are read. The models are a table of MANE Select
transcripts with exons and coding parts on GRCh38 and coding parts on GRCh37, 1-based inclusive
in the order of the transcript. panels/myeloid54/README.md names the sources.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.protein import translate
from flt3itd.locus.flt3 import GENE as FLT3
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.residue_classes import HOTSPOTS as KINASE_CODONS
from scripts.command import run, write_whole
from scripts.genome.knowledge import (
    GeneDefinition,
    Hotspot,
    KnownClass,
    KnownVariant,
    PanelGene,
    numbers_in,
)

PADDING = 10
"""Bases of intron on each side of a target, for its splice sites."""

BUILDS = ("GRCh38", "GRCh37")

NAMES_BY_THE_RULES = {
    "c.1615_1616delinsTT": "c.1615_1616inv",
    "c.5838_5839insA": "c.5844dup",
}
"""Two names of the list of known variants do not follow HGVS: an inversion, and an insertion
that was not moved 3'."""

Span = tuple[int, int]
"""First and last base, 1-based inclusive."""


@dataclass(frozen=True)
class Model:
    """A MANE transcript; `coding` maps exon numbers to coding parts on GRCh38.

    `offsets` are, for each coding part, position on GRCh37 minus position on GRCh38: introns
    differ between the builds.
    """

    gene: str
    chrom: str
    strand: str
    ensembl: str
    ensembl_protein: str
    refseq: str
    protein: str
    residues: int
    exons: tuple[Span, ...]
    coding: Mapping[int, Span]
    offsets: Mapping[Span, int]

    def shifted(self, span: Span, build: str) -> Span:
        """A span of GRCh38 on a build, by the offset of the nearest coding part."""
        nearest = min(self.offsets, key=lambda part: max(part[0] - span[1], span[0] - part[1]))
        shift = self.offsets[nearest] if build == "GRCh37" else 0
        return span[0] + shift, span[1] + shift

    def codons(self, first: int, last: int) -> list[tuple[int, Span]]:
        """Exon numbers and spans (GRCh38) of the codons of residues first to last."""
        parts, before = [], 0
        for number, (start, end) in self.coding.items():
            low = max(3 * first - 3 - before, 0)
            high = min(3 * last - before, end - start + 1)
            if low < high:
                plus = self.strand == "+"
                span = (start + low, start + high - 1) if plus else (end - high + 1, end - low)
                parts.append((number, span))
            before += end - start + 1
        return parts


def read_models(path: Path) -> dict[str, Model]:
    """The models by gene. Raises UserError when the builds differ in the length of a part."""
    models = {}
    for row in _rows(path):
        exons = _spans(row["GRCh38_exons(1-based,transcript order)"])
        coding = _spans(row["GRCh38_CDS(incl. stop)"])
        older = _spans(row["GRCh37_CDS"])
        if [end - start for start, end in coding] != [end - start for start, end in older]:
            raise UserError(
                f"{path}: {row['gene']}: the coding parts are not equally long on GRCh37 and GRCh38"
            )
        models[row["gene"]] = Model(
            gene=row["gene"],
            chrom=row["chrom"],
            strand=row["strand"],
            ensembl=row["ENST"],
            ensembl_protein=row["ENSP"],
            refseq=row["NM"],
            protein=row["NP"],
            residues=int(row["aa"]),
            exons=exons,
            coding={_exon_of(span, exons): span for span in coding},
            offsets={new: old[0] - new[0] for new, old in zip(coding, older, strict=True)},
        )
    return models


def _exon_of(span: Span, exons: Sequence[Span]) -> int:
    return next(n for n, (a, b) in enumerate(exons, 1) if a <= span[0] and span[1] <= b)


def _spans(text: str) -> tuple[Span, ...]:
    spans = (part.split("-") for part in text.split(","))
    return tuple((int(start), int(end)) for start, end in spans)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle, delimiter="\t"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error


def target_parts(definition: GeneDefinition, model: Model) -> list[tuple[int, Span]]:
    """Exon numbers and coding spans (GRCh38) of the hotspot targets of a gene.

    Raises UserError for an exon without coding bases.
    """
    if definition.residues:
        first, last = definition.residues.split("-")
        return model.codons(int(first), int(last))
    if definition.mane_exons == "all":
        return list(model.coding.items())
    wanted = numbers_in(definition.mane_exons)
    for number in wanted:
        if number not in model.coding:
            raise UserError(f"{definition.gene}: MANE exon {number} has no coding bases")
    return [(number, model.coding[number]) for number in wanted]


def bed_lines(parts: Iterable[tuple[Model, int, Span]], build: str) -> str:
    """Padded targets as BED, sorted by contig and position; the name is ``gene|exonN``."""
    lines = []
    for model, number, span in parts:
        start, end = model.shifted(span, build)
        low, high = start - 1 - PADDING, end + PADDING
        name = f"{model.gene}|exon{number}"
        text = f"{model.chrom}\t{low}\t{high}\t{name}\t0\t{model.strand}\n"
        lines.append((contig_order(model.chrom), low, text))
    return "".join(text for *_, text in sorted(lines))


def contig_order(contig: str) -> int:
    """The place of a chromosome in the usual order of a genome."""
    name = contig.removeprefix("chr")
    return {"X": 23, "Y": 24}.get(name) or int(name)


def gtf_lines(models: Iterable[Model], build: str) -> str:
    """Transcript, exon and CDS lines (stop codon included) of the models."""
    lines = []
    for model in sorted(models, key=lambda m: (contig_order(m.chrom), min(m.exons))):
        attributes = (
            f'gene_id "{model.gene}"; gene_name "{model.gene}"; transcript_id "{model.ensembl}"; '
            f'protein_id "{model.ensembl_protein}"; db_xref "RefSeq:{model.refseq}"; '
            f'db_xref "RefSeq:{model.protein}"; tag "MANE_Select";'
        )

        whole = min(model.exons)[0], max(end for _, end in model.exons)
        lines.append(_gtf_line(model, "transcript", whole, ".", attributes, build))
        before = 0
        for number, exon in enumerate(model.exons, start=1):
            numbered = f'{attributes} exon_number "{number}";'
            lines.append(_gtf_line(model, "exon", exon, ".", numbered, build))
            if number in model.coding:
                span = model.coding[number]
                lines.append(_gtf_line(model, "CDS", span, str(-before % 3), numbered, build))
                before += span[1] - span[0] + 1
    return "".join(lines)


def _gtf_line(model: Model, kind: str, span: Span, frame: str, attributes: str, build: str) -> str:
    start = model.shifted((span[0], span[0]), build)[0]
    end = model.shifted((span[1], span[1]), build)[1]
    cells = (model.chrom, "MANE", kind, start, end, ".", model.strand, frame, attributes)
    return "\t".join(map(str, cells)) + "\n"


def gene_row(definition: GeneDefinition, model: Model) -> PanelGene:
    """One row of genes.tsv."""
    return PanelGene(
        chrom=model.chrom,
        strand=model.strand,
        ensembl=model.ensembl,
        refseq=model.refseq,
        protein=model.protein,
        residues_total=model.residues,
        **vars(definition),
    )


def hotspot_rows(
    path: Path, models: Mapping[str, Model], definitions: Mapping[str, GeneDefinition]
) -> list[Hotspot]:
    """The hotspot codons of a table (gene, aa, res, genomic positions), checked by the models."""
    hotspots = []
    for row in _rows(path):
        model, residue = models[row["gene"]], int(row["aa"])
        listed = sorted(map(int, row["genomic_positions(codon order)"].split(",")))
        parts = [span for _, span in model.codons(residue, residue)]
        found = sorted(place for start, end in parts for place in range(start, end + 1))
        if listed != found:
            raise UserError(
                f"{path}: {model.gene} {residue}: found {listed}, the model has {found}"
            )
        ends = listed[0], listed[-1]
        definition = definitions[model.gene]
        offset, first = definition.legacy_offset, definition.legacy_from
        older = offset is not None and first is not None and residue >= first
        hotspots.append(
            Hotspot(
                model.gene,
                residue,
                row["res"],
                f"{row['res']}{residue + (offset or 0)}" if older else "",
                model.chrom,
                *ends,
                *model.shifted(ends, "GRCh37"),
                "recurrently mutated in myeloid neoplasms (README.md)",
            )
        )
    return sorted(hotspots, key=lambda h: (h.gene, h.residue))


def kinase_rows(model: Model, listed: Iterable[Hotspot]) -> list[Hotspot]:
    """The codons that `flt3itd` always answers for and a list of hotspots lacks."""
    known = {hotspot.residue for hotspot in listed if hotspot.gene == FLT3}
    locus, rows = flt3_locus(), []
    for residue in sorted(set(KINASE_CODONS) - known):
        places = [place for _, span in model.codons(residue, residue) for place in span]
        ends = min(places), max(places)
        shifted = model.shifted(ends, "GRCh37")
        last = locus.offset_of_cds(3 * residue)
        codon = reverse_complement(locus.sequence[last : last + 3])
        source = "answered by the kinase domain caller (docs/method.md)"
        place = (model.chrom, *ends, *shifted)
        rows.append(Hotspot(FLT3, residue, translate(codon), "", *place, source))
    return rows


def known_rows(path: Path, models: Mapping[str, Model]) -> list[KnownVariant]:
    """Known variants of a table (gene, pos, ref, alt, c_hgvs, annotation, source)."""
    known: dict[tuple[str, str], KnownVariant] = {}
    for row in _rows(path):
        model = models[row["gene"]]
        name = row["c_hgvs"].split(":")[1]
        name = NAMES_BY_THE_RULES.get(name, name)
        artifact = row["annotation"] == "artifact"
        position = int(row["pos"])
        known.setdefault(
            (model.gene, name),
            KnownVariant(
                model.gene,
                name,
                KnownClass.ARTIFACT if artifact else KnownClass.PATHOGENIC,
                row["annotation"],
                model.chrom,
                position,
                model.shifted((position, position), "GRCh37")[0],
                row["ref"],
                row["alt"],
                row["source"],
            ),
        )
    return sorted(known.values(), key=lambda v: (v.gene, v.pos_grch38, v.ref, v.alt))


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the files of the panel."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("definition", "models", "hotspots", "known", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    models = read_models(options.models)
    definitions = {row.gene: row for row in read_table(options.definition, GeneDefinition)}
    for gene in definitions:
        if gene not in models:
            raise UserError(f"{options.models}: no model of {gene}, which the definition names")
    used = [models[gene] for gene in definitions]
    targets = [
        (models[gene], number, span)
        for gene, definition in definitions.items()
        for number, span in target_parts(definition, models[gene])
    ]
    coding = [(model, number, span) for model in used for number, span in model.coding.items()]
    out: Path = options.out
    for build in BUILDS:
        write_whole(out / f"targets.{build}.bed", bed_lines(targets, build))
        write_whole(out / f"all_coding.{build}.bed", bed_lines(coding, build))
        write_whole(out / f"genes.{build}.gtf", gtf_lines(used, build))
    rows = [gene_row(definition, models[gene]) for gene, definition in definitions.items()]
    write_table(out / "genes.tsv", PanelGene, rows)
    hotspots = hotspot_rows(options.hotspots, models, definitions)
    hotspots += kinase_rows(models[FLT3], hotspots)
    hotspots.sort(key=lambda hotspot: (hotspot.gene, hotspot.residue))
    write_table(out / "hotspots.tsv", Hotspot, hotspots)
    write_table(out / "known_variants.tsv", KnownVariant, known_rows(options.known, models))


if __name__ == "__main__":
    run(main)
