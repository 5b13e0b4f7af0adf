r"""Cut the slices of the human reference that the project carries, and what matches them.

    python -m scripts.panel_data.cut_reference locus --fasta GENOME.fa \
        --out flt3itd/data/flt3.GRCh38.fa
    python -m scripts.panel_data.cut_reference example --fasta GENOME.fa --models MANE.gtf.gz \
        --regions panels/example/regions.tsv --out panels/example

A FASTA is a whole GRCh38, or slices whose names hold ``contig:start-end`` (1-based inclusive,
plus strand); several files may be given, plain or gzipped. The regions are a table of gene,
contig, start, end (1-based inclusive) and the exons that become targets. The contigs of the
example are slices named ``chr13_28015001_28037000``; its gene models and targets are in the
coordinates of the slices.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from scripts.command import run, write_whole
from scripts.genome.gtf import GtfFeature, gtf_features

ASSEMBLY = "GRCh38"
LOCUS = ("chr13", 28_015_001, 28_037_000)
"""The FLT3 slice of the package: exons 12 to 21 of NM_004119.3."""

TARGET_PADDING = 10
"""Bases of intron on each side of an exon in a target, for its splice sites."""

_SLICE_NAME = re.compile(r"(?:^|\|)(\w+):(\d+)-(\d+)(?:\||$)")
_LINE = 70


@dataclass(frozen=True)
class Region:
    """One slice to cut and the gene it is cut for; 1-based inclusive."""

    gene: str
    contig: str
    start: int
    end: int
    target_exons: str

    @property
    def name(self) -> str:
        """The name of the slice as a contig."""
        return f"{self.contig}_{self.start}_{self.end}"


def gtf_line(feature: GtfFeature) -> str:
    """The feature as a line of GTF, every value of an attribute in quotes."""
    attributes = " ".join(f'{name} "{value}";' for name, value in feature.attribute_pairs())
    cells = (
        feature.contig,
        feature.source,
        feature.kind,
        feature.start + 1,
        feature.end,
        ".",
        feature.strand,
        feature.frame,
        attributes,
    )
    return "\t".join(map(str, cells)) + "\n"


def slice_of(fastas: Sequence[Path], contig: str, start: int, end: int) -> str:
    """The plus strand of contig:start-end (1-based inclusive), in upper case.

    Raises UserError when no file holds it.
    """
    for fasta in fastas:
        try:
            with pysam.FastxFile(str(fasta)) as records:
                for record in records:
                    name = record.name or ""
                    match = _SLICE_NAME.search(name)
                    held, first = (match[1], int(match[2])) if match else (name, 1)
                    sequence = record.sequence or ""
                    last = first + len(sequence) - 1
                    same = held.removeprefix("chr") == contig.removeprefix("chr")
                    if same and first <= start and end <= last:
                        return sequence[start - first : end - first + 1].upper()
        except OSError as error:
            raise UserError(f"{fasta}: the sequence cannot be read: {error}") from error
    names = ", ".join(map(str, fastas))
    raise UserError(f"{names}: no record holds {contig}:{start}-{end} of {ASSEMBLY} as a whole")


def fasta_record(header: str, sequence: str) -> str:
    """A FASTA record with lines of 70 bases."""
    lines = [sequence[i : i + _LINE] for i in range(0, len(sequence), _LINE)]
    return "\n".join([f">{header}", *lines]) + "\n"


def checksum(sequence: str) -> str:
    """SHA-256 of the sequence in upper case without line breaks."""
    return hashlib.sha256(sequence.encode("ascii")).hexdigest()


def locus_fasta(fastas: Sequence[Path]) -> str:
    """The content of flt3itd/data/flt3.GRCh38.fa."""
    contig, start, end = LOCUS
    sequence = slice_of(fastas, contig, start, end)
    return fasta_record(f"{ASSEMBLY}_{contig}_{start}_{end} sha256={checksum(sequence)}", sequence)


def example_fasta(fastas: Sequence[Path], regions: Iterable[Region]) -> str:
    """One record for one region, its header naming assembly, coordinates and checksum."""
    records = []
    for region in regions:
        sequence = slice_of(fastas, region.contig, region.start, region.end)
        header = (
            f"{region.name} {ASSEMBLY} {region.contig}:{region.start}-{region.end} plus strand "
            f"{region.gene} sha256={checksum(sequence)}"
        )
        records.append(fasta_record(header, sequence))
    return "".join(records)


def slice_models(models: Iterable[GtfFeature], region: Region) -> list[GtfFeature]:
    """The models of the region's gene in the coordinates of its slice.

    An exon is kept when its coding part lies inside the slice as a whole; untranslated
    bases outside the slice are cut off. Exons and coding parts get the attribute
    ``cds_start``: the c. number (1-based) of the first coding base of the exon on the whole
    transcript, so that numbers are right although other exons are missing. The transcript
    feature spans what is kept; it carries ``partial "true"`` when something is missing.
    """
    own = [feature for feature in models if feature.gene == region.gene]
    if not own:
        raise UserError(f"the gene models have no gene {region.gene!r}")
    coding = _coding_parts(own)
    first_base = _first_coding_bases(coding)
    low, high = region.start - 1, region.end
    kept = []
    whole = True
    for feature in own:
        if feature.kind not in ("exon", "CDS"):
            continue
        exon = _exon_number(feature)
        core = coding.get(exon, feature)
        inside = low <= core.start and core.end <= high
        start, end = max(feature.start, low), min(feature.end, high)
        whole = whole and inside and (start, end) == (feature.start, feature.end)
        if inside:
            added = f' cds_start "{first_base[exon]}";' if exon in first_base else ""
            kept.append(_moved(feature, region, (start, end), added))
    if not kept:
        raise UserError(f"{region.name} holds no whole exon of {region.gene}")
    span = low + min(one.start for one in kept), low + max(one.end for one in kept)
    added = "" if whole else ' partial "true";'
    transcripts = [feature for feature in own if feature.kind == "transcript"]
    return [*(_moved(feature, region, span, added) for feature in transcripts), *kept]


def _exon_number(feature: GtfFeature) -> str:
    return feature.attributes().get("exon_number", "")


def _coding_parts(features: Iterable[GtfFeature]) -> dict[str, GtfFeature]:
    """The coding part of each exon, by its number."""
    return {_exon_number(feature): feature for feature in features if feature.kind == "CDS"}


def _first_coding_bases(coding: Mapping[str, GtfFeature]) -> dict[str, int]:
    """The c. number of the first coding base of each exon, by the number of the exon."""
    first, number = {}, 1
    for exon in sorted(coding, key=int):
        first[exon] = number
        number += coding[exon].end - coding[exon].start
    return first


def _moved(feature: GtfFeature, region: Region, span: tuple[int, int], added: str) -> GtfFeature:
    """A feature as it lies on the slice, over `span` (0-based half-open on the genome)."""
    shift = region.start - 1
    return replace(
        feature,
        contig=region.name,
        start=span[0] - shift,
        end=span[1] - shift,
        attribute_text=feature.attribute_text + added,
    )


def targets_of(models: Iterable[GtfFeature], region: Region) -> list[str]:
    """BED lines, in slice coordinates, for the coding parts of the target exons, padded.

    The name is ``gene|exonN``. Raises UserError for an exon that the slice does not hold.
    """
    coding = _coding_parts(models)
    lines = []
    for exon in region.target_exons.split(","):
        if exon not in coding:
            raise UserError(f"{region.name} does not hold the coding part of exon {exon!r}")
        feature = coding[exon]
        start = max(feature.start - TARGET_PADDING, 0)
        end = min(feature.end + TARGET_PADDING, region.end - region.start + 1)
        name = f"{region.gene}|exon{exon}"
        lines.append((start, f"{region.name}\t{start}\t{end}\t{name}\t0\t{feature.strand}\n"))
    return [line for _, line in sorted(lines)]


def example_files(
    fastas: Sequence[Path], models: Sequence[GtfFeature], regions: Sequence[Region]
) -> dict[str, str]:
    """Name and content of the files of the example that are cut from the reference."""
    models_there: list[str] = []
    targets: list[str] = []
    for region in regions:
        sliced = slice_models(models, region)
        models_there += map(gtf_line, sliced)
        targets += targets_of(sliced, region)
    return {
        "reference.fa": example_fasta(fastas, regions),
        "genes.gtf": "".join(models_there),
        "targets.bed": "".join(targets),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    locus = commands.add_parser("locus", help="the FLT3 slice that the package carries")
    example = commands.add_parser("example", help="reference, gene models, targets of the example")
    for command in (locus, example):
        command.add_argument("--fasta", type=Path, nargs="+", required=True)
        command.add_argument("--out", type=Path, required=True)
    example.add_argument("--models", type=Path, required=True, help="GTF of MANE transcripts")
    example.add_argument("--regions", type=Path, required=True, help="table of slices")
    args = parser.parse_args()
    if args.command == "locus":
        write_whole(args.out, locus_fasta(args.fasta))
        return
    regions = read_table(args.regions, Region)
    for name, content in example_files(
        args.fasta, list(gtf_features(args.models)), regions
    ).items():
        write_whole(args.out / name, content)


if __name__ == "__main__":
    run(main)
