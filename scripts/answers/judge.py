r"""Judge a sample: three states for every exon, every hotspot codon, KMT2A-PTD and FLT3-ITD.

Beside them stands what a report draws of variants and genes (`scripts.answers.pictures`).

    python -m scripts.answers.judge --sample S --assay capture --build GRCh38 --bam S.bam \
        --panel-bam S.bam --depth depth.tsv [--raw-depth raw_depth.tsv] --panel panel.tsv \
        --flt3 work/flt3.json --reads target_reads.json \
        --fasta GENOME.fa --gene-models GENES.gtf --targets TARGETS.bed \
        [--hotspots HOTSPOTS.tsv --bases bases.vcf] \
        [--controls kmt2a_dosage.capture.tsv] --minimum-depth 100 --minimum-itd-depth 30 \
        --minimum-vaf 0.01 --minimum-alternate-fragments 5 --minimum-mapping-quality 20 \
        --minimum-base-quality 20 --pictures pictures.json \
        --coverage-table coverage.tsv --hotspot-table hotspots.tsv --kmt2a-table kmt2a_ptd.tsv \
        --flt3-judged flt3.json

Depths and calls are there already. Thresholds that only judge them are asked for here, so that
another threshold calls nothing again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.tables import read_table, write_table
from flt3itd.common.unfinished import all_or_none
from flt3itd.fitness_records import Question
from flt3itd.interpretation import judged_at
from flt3itd.outputs import json_text
from flt3itd.records import FltResult, allele_key
from scripts.answers.pictures import pile_ups
from scripts.answers.records import Pictures
from scripts.command import run
from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.blind_genes import with_reasons, with_reasons_of_genes
from scripts.coverage.depth_curves import depth_curves
from scripts.coverage.exon_coverage import exon_rows, with_raw_depth, with_reach
from scripts.coverage.hotspot_answers import Evidence, Needs, hotspot_rows
from scripts.coverage.hotspot_bases import estimate_errors, read_bases
from scripts.coverage.rows import ExonCoverage, HotspotAnswer
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import Hotspot
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.kmt2a.ptd import ExonDepths, find_ptd, with_verdict
from scripts.kmt2a.rows import Kmt2aPtd, kmt2a_transcript
from scripts.panel.pile_records import VariantPileup
from scripts.panel.read_fitness import TargetReads, judge_targets
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant
from scripts.records.files import again, read_flt3, read_record
from scripts.records.json_text import json_text as record_text


def judge(options: argparse.Namespace) -> None:
    """Write the four answers of a sample and what is drawn beside them, all or none."""
    regions = merged_targets(options.targets)
    transcripts = read_transcripts(options.gene_models, regions, sequence_reader(options.fasta))
    depth = BaseDepth(options.depth)
    bases = read_bases(options.bases) if options.bases else {}
    needs = Needs(options.minimum_depth, options.minimum_vaf, options.minimum_alternate_fragments)
    hotspots = read_table(options.hotspots, Hotspot) if options.hotspots else []
    variants = read_table(options.panel, PanelVariant)
    reads = read_record(options.reads, TargetReads, again("measure_sample"))
    called = read_flt3(options.flt3)
    fitness = judge_targets(reads, options.assay, called.reads.measured)
    flt3 = fitness.beside_flt3(judged_at(called, options.minimum_itd_depth))
    errors = estimate_errors(bases.values(), flt3.sampling.error_floor)
    evidence = Evidence(regions, variants, depth, bases, errors, flt3.sampling)
    written = (
        options.coverage_table,
        options.hotspot_table,
        options.kmt2a_table,
        options.flt3_judged,
        options.pictures,
    )
    with all_or_none(*written) as (coverage, answers, kmt2a, judged, pictures):
        rules = ReadRules(options.assay, options.minimum_mapping_quality)
        rows = exon_rows(transcripts, options.targets, depth, options.sample, needs.minimum_depth)
        rows = with_reasons(rows, fitness, options.assay, needs.minimum_depth, flt3.sampling)
        rows = with_reach(rows, reads.products, needs.minimum_depth)
        rows = [replace(row, counted_unit=flt3.counted_unit) for row in rows]
        if options.raw_depth:
            rows = with_raw_depth(rows, BaseDepth(options.raw_depth))
        write_table(coverage, ExonCoverage, rows, options.build)
        found = hotspot_rows(hotspots, transcripts, evidence, needs, flt3)
        found = with_reasons_of_genes(found, rows)
        write_table(answers, HotspotAnswer, found, options.build)
        of_exons = read_table(coverage, ExonCoverage)  # what is written is what is judged
        depths = ExonDepths(of_exons, options.controls, needs.minimum_depth)
        gene = kmt2a_transcript(transcripts)
        ptd = find_ptd(options.sample, gene, options.bam, rules, depths, build=options.build)
        ptd = with_verdict(ptd, flt3.reads.verdict(Question.KMT2A))
        ptd = replace(ptd, counted_unit=flt3.counted_unit)
        write_table(kmt2a, Kmt2aPtd, [ptd], options.build)
        judged.write_text(json_text(flt3), "utf-8")
        drawn = Pictures(_pile_ups(options, variants, flt3), depth_curves(rows, depth))
        pictures.write_text(record_text(drawn), "utf-8")


def _pile_ups(
    options: argparse.Namespace, variants: Sequence[PanelVariant], flt3: FltResult
) -> tuple[VariantPileup, ...]:
    """The reads over the variants as the panel counts them; ITDs have a picture of their own."""
    rules = ReadRules(options.assay, options.minimum_mapping_quality, options.minimum_base_quality)
    itds = {allele_key(one) for one in flt3.itd.events}
    return pile_ups(options.panel_bam, options.fasta, variants, rules, itds)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `judge_sample` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bam", "panel-bam", "depth", "panel", "flt3", "reads"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("fasta", "gene-models", "targets"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("hotspots", "bases", "controls", "raw-depth"):
        parser.add_argument(f"--{name}", type=Path)
    for name in ("sample", "build"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--assay", type=Assay, choices=list(Assay), required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    for name in ("depth", "itd-depth", "alternate-fragments", "mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    for name in ("coverage-table", "hotspot-table", "kmt2a-table", "flt3-judged", "pictures"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="to be written")
    judge(parser.parse_args(arguments))


if __name__ == "__main__":
    run(main)
