r"""The depth of the KMT2A exons in control samples: what a sample is compared with.

    python -m scripts.kmt2a.controls --names A B ... --bams A.bam B.bam ... --assay capture \
        --fasta GENOME.fa --gene-models GENES.gtf --targets TARGETS.bed --minimum-depth 100 \
        --minimum-mapping-quality 20 --out kmt2a_dosage.capture.tsv

Depth is that of coverage.tsv: fragments, the mates of one counted once, duplicates of capture
not. A control that is too shallow, or whose exons differ from those of the others as those of a
patient would, stays in the table and is not used. Where the targets do not touch KMT2A the table
has no rows.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pysam
from pysam.utils import SamtoolsError

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from scripts.command import run
from scripts.coverage.base_depth import BaseDepth, depth_options
from scripts.coverage.exon_coverage import ExonPart, exon_parts
from scripts.coverage.rows import ExonCoverage
from scripts.genome.gene_models import read_transcripts
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.kmt2a.dosage import Doses, ExonDose, unlike_the_others
from scripts.kmt2a.rows import ControlExon, is_mane, kmt2a_transcript


def doses_of(parts: Iterable[tuple[int, int, int, float]]) -> dict[int, ExonDose]:
    """The doses of exons from their parts: exon, first and last base (1-based), mean depth."""
    sums: dict[int, tuple[int, float]] = {}
    for exon, start, end, mean in parts:
        bases, depth = sums.get(exon, (0, 0.0))
        sums[exon] = bases + end - start + 1, depth + mean * (end - start + 1)
    return {exon: ExonDose(bases, depth / bases) for exon, (bases, depth) in sums.items()}


def sample_doses(rows: Iterable[ExonCoverage]) -> dict[int, ExonDose]:
    """The doses of a sample from its rows of coverage.tsv for KMT2A."""
    return doses_of(
        (int(row.exon), row.start, row.end, row.mean) for row in rows if row.mean is not None
    )


def control_doses(rows: Iterable[ControlExon]) -> dict[str, Doses]:
    """The doses of the controls that are used, by their names."""
    by_name: dict[str, list[ControlExon]] = {}
    for row in rows:
        if row.used:
            by_name.setdefault(row.control, []).append(row)
    return {
        name: doses_of((row.exon, row.start, row.end, row.mean) for row in rows)
        for name, rows in by_name.items()
    }


def read_controls(path: Path, assay: Assay, parts: Iterable[ExonCoverage]) -> dict[str, Doses]:
    """The controls of a table, which must have what was read of the exons in a sample.

    Raises:
        UserError: The table cannot be read, or is of another assay or of other targets.
    """
    rows = rows_of_assay(path, assay)
    expected = {(row.exon, row.chrom, row.start, row.end) for row in parts}
    found = {(str(row.exon), row.chrom, row.start, row.end) for row in rows}
    if rows and found != expected:
        raise UserError(
            f"{path}: was made with other targets of KMT2A than those of this run; give "
            "controls.samples to make it again, or the targets it was made with"
        )
    return control_doses(rows)


def rows_of_assay(path: Path, assay: Assay) -> list[ControlExon]:
    """The rows of a table. Raises UserError when it cannot be read, or is of another assay."""
    rows = read_table(path, ControlExon)
    for row in rows:
        if row.assay != assay:
            raise UserError(
                f"{path}: found controls of assay {str(row.assay)!r}, the sample is of "
                f"{str(assay)!r}; name the table of its assay in controls.kmt2a_dosage"
            )
    return rows


def control_rows(
    name: str, bam: Path, parts: Sequence[ExonPart], assay: Assay, minimum_mapping_quality: int
) -> list[ControlExon]:
    """The rows of one control, used so far. The parts lie on one contig, the BAM has its index.

    Raises UserError when the BAM cannot be read.
    """
    if not parts:
        return []
    first, last = min(part.start for part in parts), max(part.end for part in parts)
    with tempfile.TemporaryDirectory() as folder:
        bed, found = Path(folder) / "parts.bed", Path(folder) / "depth.tsv"
        bed.write_text("".join(f"{p.contig}\t{p.start}\t{p.end}\n" for p in parts), "utf-8")
        try:
            pysam.depth(
                *depth_options(assay),
                *("-Q", str(minimum_mapping_quality)),
                *("-r", f"{parts[0].contig}:{first + 1}-{last}", "-b", str(bed)),
                *("-o", str(found), str(bam)),
            )
        except SamtoolsError as error:
            raise UserError(f"{bam}: cannot be read: {error}") from error
        depth = BaseDepth(found)
    return [
        ControlExon(
            assay=assay,
            control=name,
            exon=int(part.exon),
            chrom=part.contig,
            start=part.start + 1,
            end=part.end,
            mean=sum(depth.at(part.contig, part.start, part.end)) / (part.end - part.start),
            used=True,
            remark="",
        )
        for part in parts
    ]


def marked(rows: Sequence[ControlExon], reasons: Mapping[str, str]) -> list[ControlExon]:
    """The rows with those of some controls not used, for the reasons given by name."""
    return [
        ControlExon(
            **{
                **vars(row),
                "used": row.control not in reasons,
                "remark": reasons.get(row.control, ""),
            }
        )
        for row in rows
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", nargs="+", required=True)
    parser.add_argument("--bams", type=Path, nargs="+", required=True)
    parser.add_argument("--assay", type=Assay, choices=list(Assay), required=True)
    for name in ("fasta", "gene-models", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--minimum-depth", type=int, required=True)
    parser.add_argument("--minimum-mapping-quality", type=int, required=True)
    options = parser.parse_args(arguments)
    regions = merged_targets(options.targets)
    transcripts = read_transcripts(options.gene_models, regions, sequence_reader(options.fasta))
    gene = kmt2a_transcript(transcripts)
    parts = exon_parts([gene], regions, {}) if gene is not None and is_mane(gene) else []
    rows = [
        row
        for name, bam in zip(options.names, options.bams, strict=True)
        for row in control_rows(name, bam, parts, options.assay, options.minimum_mapping_quality)
    ]
    reasons = unlike_the_others(control_doses(rows), options.minimum_depth)
    for name, reason in reasons.items():
        logging.info("%s: not used as a control of KMT2A: %s", name, reason)
    write_table(options.out, ControlExon, marked(rows, reasons))


if __name__ == "__main__":
    run(main)
