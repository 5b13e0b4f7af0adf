r"""Measure the reads of a sample: what those over each gene are like, and what they show at SNPs.

    python -m scripts.answers.measure --sample S --assay capture --bam S.bam --panel-bam S.bam \
        --fasta GENOME.fa --gene-models GENES.gtf --targets TARGETS.bed \
        [--snps SNPS.tsv --snp-table identity.tsv] --minimum-mapping-quality 20 \
        --minimum-base-quality 20 --out target_reads.json

`--panel-bam` is the alignment in which primers are hidden: at them, molecules show no SNP.
`--snps` is the table of `scripts.identity.take_snps`.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.tables import read_table, write_table
from flt3itd.common.unfinished import all_or_none
from scripts.command import run, write_whole
from scripts.coverage.blind_genes import BLIND_ASSAYS
from scripts.coverage.exon_coverage import exon_parts, target_names
from scripts.coverage.target_reads import measure_genes
from scripts.genome.gene_models import read_transcripts
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.identity.count import count_snps
from scripts.identity.genotypes import FEWEST_FRAGMENTS, SnpCount
from scripts.identity.snps import Snp
from scripts.panel.products import products_of
from scripts.panel.read_fitness import TargetReads
from scripts.panel.read_rules import ReadRules
from scripts.records.json_text import json_text


def measure(options: argparse.Namespace) -> None:
    """Write what was measured, all or nothing."""
    found = json_text(_target_reads(options))
    if not options.snps:
        write_whole(options.out, found)
        return
    rows = count_snps(
        options.sample,
        options.panel_bam,
        read_table(options.snps, Snp),
        options.fasta,
        ReadRules(options.assay, options.minimum_mapping_quality, options.minimum_base_quality),
    )
    with all_or_none(options.out, options.snp_table) as (reads, snps):
        reads.write_text(found, "utf-8")
        write_table(snps, SnpCount, rows)
    deep = sum(one.fragments >= FEWEST_FRAGMENTS for one in rows)
    logging.info("%d of %d common SNPs are covered", deep, len(rows))


def _target_reads(options: argparse.Namespace) -> TargetReads:
    """The measures by gene; none of assays that answer nothing of the panel."""
    if options.assay in BLIND_ASSAYS:
        return TargetReads({})
    regions = merged_targets(options.targets)
    transcripts = read_transcripts(options.gene_models, regions, sequence_reader(options.fasta))
    parts = exon_parts(transcripts, regions, target_names(options.targets))
    found = measure_genes(options.bam, parts, options.fasta, ReadRules(options.assay, 0))
    if options.assay != Assay.AMPLICON:
        return found
    rules = ReadRules(options.assay, options.minimum_mapping_quality)
    return replace(found, products=products_of(options.panel_bam, regions, rules))


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `measure_sample` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bam", "panel-bam", "fasta", "gene-models", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("snps", "snp-table"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--assay", type=Assay, choices=list(Assay), required=True)
    for name in ("mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    measure(parser.parse_args(arguments))


if __name__ == "__main__":
    run(main)
