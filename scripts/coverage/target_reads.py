r"""Measure the reads over the targets, gene by gene: they are judged by what they are like.

    python -m scripts.coverage.target_reads --bam S.bam --assay capture --fasta GENOME.fa \
        --gene-models GENES.gtf --targets TARGETS.bed --out target_reads.json

What is measured, and from where on it matters, is the same as over FLT3 (`flt3itd.fitness`).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.fitness.measurement import measure
from flt3itd.fitness.several import together
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.header import Header, read_header
from flt3itd.reads.streaming import collect_reads
from flt3itd.records import ReadMeasures
from scripts.command import run, write_whole
from scripts.coverage.blind_genes import BLIND_ASSAYS
from scripts.coverage.exon_coverage import ExonPart, exon_parts, target_names
from scripts.genome.gene_models import read_transcripts
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.panel.read_fitness import TargetReads
from scripts.panel.read_rules import ASSAYS, ReadRules
from scripts.records.json_text import json_text

_FLANK = 1000
"""Bases beside an exon on which its reads may lie."""
_LOOKED_AT = 20_000
"""Reads of an exon: what they are like does not change with more of them."""


def measure_genes(
    bam: pysam.AlignmentFile, parts: Iterable[ExonPart], fasta: Path, rules: ReadRules
) -> TargetReads:
    """The measures of the reads over the exons of each gene."""
    sequence_of = sequence_reader(fasta)
    header = read_header(bam)
    genes: defaultdict[str, list[ReadMeasures]] = defaultdict(list)
    for part in parts:
        genes[part.gene].append(_measure_part(bam, part, sequence_of(part.contig), rules, header))
    return TargetReads({gene: together(exons) for gene, exons in genes.items()})


def _measure_part(
    bam: pysam.AlignmentFile,
    part: ExonPart,
    fetch: Fetch,
    rules: ReadRules,
    header: Header,
) -> ReadMeasures:
    shift = max(0, part.start - _FLANK)
    sequence = fetch(shift, part.end + _FLANK)
    records = list(islice(bam.fetch(part.contig, part.start, part.end), _LOOKED_AT))
    # Mates of the reads that are not looked at are not missing.
    end = records[-1].reference_start if len(records) == _LOOKED_AT else part.end
    reads = collect_reads(
        records,
        shift=shift,
        reference=sequence,
        skipped_flags=rules.skipped,
        place_unmapped=_nowhere,
        region=(part.start - shift, end - shift),
    )
    return measure(reads, sequence, header=header)


def _nowhere(fragment: int, sequence: str, qualities: bytes) -> None:
    """Reads that the aligner left unmapped are not placed: they are no reads of a target."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `measure_target_reads` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bam", "fasta", "gene-models", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--assay", choices=ASSAYS, required=True)
    options = parser.parse_args(arguments)
    found = TargetReads({})
    if Assay(options.assay) not in BLIND_ASSAYS:
        regions = merged_targets(options.targets)
        transcripts = read_transcripts(options.gene_models, regions, sequence_reader(options.fasta))
        parts = exon_parts(transcripts, regions, target_names(options.targets))
        try:
            with pysam.AlignmentFile(str(options.bam)) as bam:
                found = measure_genes(bam, parts, options.fasta, ReadRules(options.assay, 0))
        except (OSError, ValueError) as error:
            raise UserError(f"{options.bam}: cannot be read: {error}") from error
    write_whole(options.out, json_text(found))


if __name__ == "__main__":
    run(main)
