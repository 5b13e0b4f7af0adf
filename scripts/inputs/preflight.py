"""Check that genome, gene models and targets fit together before anything is computed."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import logging
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.plurals import counted
from flt3itd.common.tables import read_table
from flt3itd.hgvs.transcript import Fetch
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GENE, GRCH37_SHIFT, flt3_locus
from flt3itd.reads.coordinates import build_in_name
from scripts.command import run, write_whole
from scripts.genome.intervals import GenomicInterval, exons_of, read_contigs, read_targets
from scripts.genome.knowledge import PanelGene
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.inputs.gene_model_check import MEND, check_gene_models
from scripts.inputs.known_check import check_known
from scripts.inputs.target_check import genes_of_targets, target_warnings

SMALL_GENOME = 100_000_000
"""Bases up to which a genome without a whole chromosome 13 is searched from end to end."""

_SHOWN = 5
"""Genes or targets that a warning names."""

FEWEST_SHARED = 0.1
"""Below this share of targets on exons, and of genes on targets, a build is taken for wrong."""


@dataclass(frozen=True)
class Preflight:
    """What is known of the reference; `reference` is its path as the configuration gives it."""

    build: str
    chr_prefix: bool
    reference: str
    reference_sha256: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class ReferenceFiles:
    """A genome with its index .fai beside it, its `name` in the configuration, and what fits it."""

    fasta: Path
    name: str
    build: str
    gene_models: Path
    targets: Path


def preflight(given: ReferenceFiles, genes: Iterable[PanelGene], known: Path | None) -> Preflight:
    """Check a genome, gene models and targets.

    `genes` are those of the panel's table, whose variants must be nameable where they are targets;
    `known` is its table of known variants.

    Raises:
        UserError: They do not fit together, or the genome has no FLT3 locus.
    """
    fasta, gene_models, targets = given.fasta, given.gene_models, given.targets
    contigs = read_contigs(fasta.with_name(f"{fasta.name}.fai"))
    exon_14 = find_exon_14(fasta, given.name, given.build, contigs)
    intervals = read_targets(targets, contigs)
    models = _models_on(intervals, exons_of(gene_models, contigs))
    warnings = [
        *_check_gene_models(gene_models, given.build, models, exon_14),
        *_check_targets(targets, intervals, models, exon_14),
    ]
    regions, fetch_from = merged_targets(targets), sequence_reader(fasta)
    on_targets = genes_of_targets(intervals)
    warnings += _missing_genes(targets, gene_models, on_targets - models.on_targets - {GENE})
    named = on_targets | {gene.gene for gene in genes}
    transcripts, odd = check_gene_models(gene_models, regions, fetch_from, named)
    warnings += [*odd, *target_warnings(targets, regions, transcripts, fetch_from)]
    warnings += check_known(known, transcripts) if known else []
    return Preflight(
        build=given.build,
        chr_prefix=exon_14.contig.startswith("chr"),
        reference=given.name,
        reference_sha256=_sha256(fasta),
        warnings=tuple(warnings),
    )


def find_exon_14(fasta: Path, name: str, build: str, contigs: Mapping[str, int]) -> GenomicInterval:
    """Where exon 14 of FLT3 lies in the genome, on the plus strand.

    In a genome with a whole chromosome 13, the exon must lie at the place that it has in
    the build; a genome of slices is searched, of which one may be named by its coordinates.

    Raises:
        UserError: The genome is of another build, or exon 14 is not in it exactly once.
    """
    locus = flt3_locus()
    exon = locus.exon(14)
    sequence = locus.sequence[exon.start : exon.end]
    sequence_of = sequence_reader(fasta)
    for contig in ("chr13", "13"):
        found = next((b for b, n in CHROMOSOME_LENGTH.items() if n == contigs.get(contig)), "")
        if not found:
            continue
        if found != build:
            raise UserError(
                f"{name}: {contig} has {contigs[contig]} bases, so the genome is {found}, but "
                f"reference.build is {build}; correct one of them"
            )
        start = locus.to_grch38(exon.start) - 1 + (GRCH37_SHIFT if build == "GRCh37" else 0)
        end = start + len(sequence)
        if sequence_of(contig)(start, end) != sequence:
            raise UserError(
                f"{name}: {contig}:{start + 1}-{end} does not have the sequence of FLT3 exon "
                f"14 in {build}; use a genome with the FLT3 locus unmasked"
            )
        return GenomicInterval(contig, start, end, GENE, 0)
    place = _search(sequence_of, name, sequence, contigs)
    told = build_in_name(place.contig, contigs[place.contig], place.start - exon.start)
    if told not in {"", build}:
        raise UserError(
            f"{name}: by its name {place.contig} has FLT3 exon 14 where {told} has it, but "
            f"reference.build is {build}; correct one of them"
        )
    return place


def _search(
    sequence_of: Callable[[str], Fetch],
    name: str,
    sequence: str,
    contigs: Mapping[str, int],
) -> GenomicInterval:
    if sum(contigs.values()) > SMALL_GENOME:
        lengths = " or ".join(f"{n} ({b})" for b, n in CHROMOSOME_LENGTH.items())
        raise UserError(
            f"{name}: there is no contig chr13 or 13 with {lengths} bases; use GRCh37 or GRCh38"
        )
    places = []
    for contig in contigs:
        bases = sequence_of(contig)(0, contigs[contig])
        start = bases.find(sequence)
        while start >= 0:
            places.append(GenomicInterval(contig, start, start + len(sequence), GENE, 0))
            start = bases.find(sequence, start + 1)
    if not places:
        raise UserError(f"{name}: the genome has no FLT3 locus: exon 14 is not in it")
    if len(places) > 1:
        where = ", ".join(f"{place.contig}:{place.start + 1}" for place in places)
        raise UserError(f"{name}: FLT3 exon 14 is in the genome more than once: {where}; keep one")
    return places[0]


@dataclass(frozen=True)
class _Models:
    """What is asked of gene models: all genes, those on a target, targets (rows) on an exon, FLT3.

    `flt3` are its exons: contig, start, end (0-based half-open).
    """

    genes: set[str]
    on_targets: set[str]
    touched: set[int]
    flt3: set[tuple[str, int, int]]


def _models_on(targets: Iterable[GenomicInterval], exons: Iterable[GenomicInterval]) -> _Models:
    """The exons of the gene models, each looked at once and not kept."""
    found = _Models(set(), set(), set(), set())
    by_contig: dict[str, list[GenomicInterval]] = {}
    for target in sorted(targets, key=lambda one: one.start):
        by_contig.setdefault(target.contig, []).append(target)
    longest = {c: max(one.end - one.start for one in some) for c, some in by_contig.items()}
    for exon in exons:
        found.genes.add(exon.name)
        if exon.name == GENE:
            found.flt3.add((exon.contig, exon.start, exon.end))
        some = by_contig.get(exon.contig, [])
        # Targets that may reach the exon: begun before its end, and not longer ago than any lasts.
        last = bisect_left(some, exon.end, key=lambda one: one.start)
        while last > 0 and some[last - 1].start + longest[exon.contig] > exon.start:
            last -= 1
            if _overlap(some[last], exon):
                found.touched.add(some[last].row)
                found.on_targets.add(exon.name)
    return found


def _check_gene_models(
    path: Path, build: str, models: _Models, exon_14: GenomicInterval
) -> list[str]:
    if not models.flt3:
        return [
            f"{path} has no model of the gene {GENE}: panel variants in it get no names; check how "
            f"its rows call the gene (gene_name), or {MEND}"
        ]
    if (exon_14.contig, exon_14.start, exon_14.end) not in models.flt3:
        raise UserError(
            f"{path}: {GENE} has no exon at {exon_14.contig}:{exon_14.start + 1}-{exon_14.end}, "
            f"where its exon 14 lies in the genome; use gene models of {build}"
        )
    return []


def _check_targets(
    path: Path, targets: list[GenomicInterval], models: _Models, exon_14: GenomicInterval
) -> list[str]:
    on_exons = len(models.touched)
    shares = on_exons / len(targets), len(models.on_targets) / len(models.genes)
    if max(shares) < FEWEST_SHARED:
        raise UserError(
            f"{path}: {on_exons} of {len(targets)} targets lie on an exon of the gene models; "
            "the targets seem to be of another build"
        )
    warnings = []
    if not any(_overlap(target, exon_14) for target in targets):
        warnings.append(f"{path} does not cover FLT3 exon 14")
    beside = [target for target in targets if target.row not in models.touched]
    if beside:
        shown = "; ".join(f"row {t.row}, {t.contig}:{t.start + 1}-{t.end}" for t in beside[:_SHOWN])
        shown += f" and {len(beside) - _SHOWN} more" * (len(beside) > _SHOWN)
        warnings.append(
            f"{path}: {counted(len(beside), 'target')} of {len(targets)} on no exon of the gene "
            f"models ({shown}): variants there change no protein; correct the targets if exons "
            "are meant"
        )
    return warnings


def _missing_genes(targets: Path, gene_models: Path, missing: Collection[str]) -> list[str]:
    """Genes that the targets name and the gene models do not have there."""
    if not missing:
        return []
    first = sorted(missing)
    shown = ", ".join(first[:_SHOWN]) + (f" and {len(first) - _SHOWN} more" * (len(first) > _SHOWN))
    return [
        f"{targets} names genes that {gene_models} does not have there: {shown}; their variants "
        "get no names, or those of other genes, without tiers and hotspots: name them alike, or "
        f"{MEND}"
    ]


def _overlap(one: GenomicInterval, other: GenomicInterval) -> bool:
    return one.contig == other.contig and one.start < other.end and other.start < one.end


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """The command that the rule `preflight` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--name", required=True, help="the genome's path in the configuration")
    parser.add_argument("--build", choices=("GRCh37", "GRCh38"), required=True)
    parser.add_argument("--gene-models", type=Path, required=True)
    parser.add_argument("--targets", type=Path, required=True)
    parser.add_argument("--genes", type=Path, help="the panel's table of genes")
    parser.add_argument("--known", type=Path, help="the panel's table of known variants")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    genes = read_table(a.genes, PanelGene) if a.genes else []
    given = ReferenceFiles(a.fasta, a.name, a.build, a.gene_models, a.targets)
    result = preflight(given, genes, a.known)
    for warning in result.warnings:
        logging.warning("warning: %s", warning)
    write_whole(a.out, json.dumps(dataclasses.asdict(result), indent=2) + "\n")


if __name__ == "__main__":
    run(main)
