r"""Where the primers of an amplicon assay lie on the genome, as BED with strands.

    python -m scripts.panel.primer_sites --primers KIT.bedpe --fasta GENOME.fa \
        --targets TARGETS.bed --out primers.bed

A left primer is read on the plus strand (column 6: +), a right one on the minus strand (-).
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.reads.primers import (
    is_fasta,
    primer_sequences,
    read_primer_text,
    rows_of_lone_primers,
    rows_of_pairs,
)
from scripts.command import run, write_whole
from scripts.genome.intervals import read_contigs
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets

REACH = 400
"""Bases beside a target in which the primers of its amplicons are looked for by sequence."""

Site = tuple[str, int, int, str]
"""Contig, start, end (0-based half-open) and strand."""


def primer_sites(path: Path, fasta: Path, regions: Regions) -> list[Site]:
    """The sites of primers given as BEDPE or FASTA, sorted, each once.

    The genome has its index (.fai) beside it. Sequences are looked for around the targets.

    Raises:
        UserError: the file cannot be read, a row does not fit the genome, or no amplicon of it
            reads a target.
    """
    text = read_primer_text(path)
    contigs = read_contigs(fasta.with_name(f"{fasta.name}.fai"))
    if is_fasta(text):
        sites = set(_sites_of_sequences(primer_sequences(path), fasta, contigs, regions))
    else:
        sites = set(_sites_of_rows(path, text, contigs, regions))
    if not sites:
        raise UserError(
            f"{path}: no primer reads a target; give the primers of this assay, on the build and "
            "with the contig names of the genome"
        )
    order = list(contigs)
    return sorted(sites, key=lambda site: (order.index(site[0]), *site[1:]))


def _sites_of_rows(
    path: Path, text: str, contigs: Mapping[str, int], regions: Regions
) -> Iterator[Site]:
    """The sites of all rows; nothing if no pair encloses, and no lone primer is near, a target."""
    sites: list[Site] = []
    reads_target = False
    for row, name, pair in rows_of_pairs(path, text):
        contig = _contig_of(path, row, name, (pair.left_start, pair.right_end), contigs)
        sites.append((contig, pair.left_start, pair.left_end, "+"))
        sites.append((contig, pair.right_start, pair.right_end, "-"))
        spans = regions.get(contig, ())
        reads_target |= any(s < pair.right_start and pair.left_end < e for s, e in spans)
    for row, name, one in rows_of_lone_primers(path, text):
        contig = _contig_of(path, row, name, (one.start, one.end), contigs)
        sites.append((contig, one.start, one.end, one.strand))
        spans = regions.get(contig, ())
        reads_target |= any(s < one.end + REACH and one.start - REACH < e for s, e in spans)
    yield from sites if reads_target else ()


def _contig_of(
    path: Path, row: int, name: str, span: tuple[int, int], contigs: Mapping[str, int]
) -> str:
    """The name of a contig in the genome, with or without chr, on which a row must fit."""
    short = name.removeprefix("chr")
    contig = next((one for one in (name, short, f"chr{short}") if one in contigs), None)
    if contig is None:
        raise UserError(f"{path}: row {row}: contig {name!r} is not in the genome")
    if span[0] < 0 or span[1] > contigs[contig]:
        raise UserError(
            f"{path}: row {row}: the primers lie outside {contig}, which has "
            f"{contigs[contig]} bases"
        )
    return contig


def _sites_of_sequences(
    primers: Sequence[str], fasta: Path, contigs: Mapping[str, int], regions: Regions
) -> Iterator[Site]:
    found = set()
    sequence_of = sequence_reader(fasta)
    for contig, spans in regions.items():
        for start, end in spans:
            first = max(0, start - REACH)
            bases = sequence_of(contig)(first, min(contigs[contig], end + REACH))
            for primer in primers:
                for at, strand in _places_of(primer, bases):
                    found.add(primer)
                    yield contig, first + at, first + at + len(primer), strand
    if len(found) < len(set(primers)):
        logging.warning(
            "%d of %d primers are nowhere within %d bases of a target: their bases stay",
            len(set(primers)) - len(found),
            len(set(primers)),
            REACH,
        )


def _places_of(primer: str, bases: str) -> Iterator[tuple[int, str]]:
    """Where a primer begins in a sequence (0-based), on both strands."""
    for sequence, strand in ((primer, "+"), (reverse_complement(primer), "-")):
        at = bases.find(sequence)
        while at >= 0:
            yield at, strand
            at = bases.find(sequence, at + 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the BED file."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("primers", "fasta", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    sites = primer_sites(options.primers, options.fasta, merged_targets(options.targets))
    lines = [
        f"{contig}\t{start}\t{end}\tprimer\t0\t{strand}\n" for contig, start, end, strand in sites
    ]
    write_whole(options.out, "".join(lines))


if __name__ == "__main__":
    run(main)
