r"""Count, name and filter the small variants of a panel.

    python -m scripts.annotate_panel --calls CALLS.vcf --bam S.bam --fasta GENOME.fa \
        --gene-models GENES.gtf --targets TARGETS.bed --build GRCh38 --sample S \
        --minimum-depth 100 --minimum-vaf 0.01 --minimum-alternate-fragments 5 \
        --minimum-mapping-quality 20 --minimum-base-quality 20 \
        --vcf panel.vcf.gz --table panel.tsv

The calls are normalised, one alternate allele in a record. Every call comes out again, with
FILTER saying why it is not believed.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from flt3itd.assembly import numbering_of
from flt3itd.errors import UserError
from flt3itd.hgvs import Fetch, Names, Transcript, genomic_name, name_change
from flt3itd.statistics import wilson_interval
from flt3itd.tables import write_table
from scripts.command import run
from scripts.gene_models import by_contig, read_transcripts
from scripts.panel_alleles import Allele, AlleleCounts, count_alleles
from scripts.panel_rows import PanelVariant
from scripts.panel_targets import merged_targets
from scripts.panel_vcf import write_panel_vcf
from scripts.reference_sequence import sequence_reader

STRAND_BIAS_P = 1e-4
STRAND_BIAS_SHARE = 0.1
"""Biased: Fisher's exact test of the strands at most this p, and at most this share of the
mutant reads on their rarer strand."""


@dataclass(frozen=True)
class Thresholds:
    """What a call needs to pass; see config/README.md."""

    minimum_depth: int
    minimum_vaf: float
    minimum_alternate_fragments: int
    minimum_mapping_quality: int
    minimum_base_quality: int


@dataclass(frozen=True)
class Call:
    """One call of freebayes: the allele, its quality, and reads with either allele."""

    allele: Allele
    quality: float
    alternate_reads: int
    depth: int


def read_calls(path: Path) -> list[Call]:
    """The calls of a VCF whose records have one alternate allele each."""
    calls = []
    with pysam.VariantFile(str(path)) as file:
        for record in file:
            if not record.ref or not record.alts:
                continue
            allele = Allele(record.contig, record.start, record.ref.upper(), record.alts[0].upper())
            sample = record.samples[0]
            alternate = sample.get("AO") or 0
            reads = alternate[0] if isinstance(alternate, tuple) else alternate
            calls.append(Call(allele, record.qual or 0.0, reads or 0, sample.get("DP") or 0))
    return calls


def filters_of(vaf: float, depth: int, counts: AlleleCounts, thresholds: Thresholds) -> list[str]:
    """The reasons not to believe a call, as FILTER tags; none when it passes."""
    reasons = []
    if depth < thresholds.minimum_depth:
        reasons.append("low_depth")
    if vaf < thresholds.minimum_vaf:
        reasons.append("low_vaf")
    if counts.mutant < thresholds.minimum_alternate_fragments:
        reasons.append("few_fragments")
    forward, reverse = counts.mutant_reads
    if min(forward, reverse) <= STRAND_BIAS_SHARE * (forward + reverse) and (
        fisher_exact(forward, reverse, *counts.wildtype_reads) <= STRAND_BIAS_P
    ):
        reasons.append("strand_bias")
    return reasons


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Two-sided p of Fisher's exact test on the table ((a, b), (c, d))."""

    def log_probability(x: int) -> float:
        return sum(
            math.lgamma(n + 1) * sign
            for n, sign in (
                (a + b, 1), (c + d, 1), (a + c, 1), (b + d, 1), (a + b + c + d, -1),
                (x, -1), (a + b - x, -1), (a + c - x, -1), (d - a + x, -1),
            )
        )  # fmt: skip

    observed = log_probability(a)
    possible = range(max(0, a - d), min(a + b, a + c) + 1)
    return min(
        1.0,
        sum(math.exp(p) for x in possible if (p := log_probability(x)) <= observed + 1e-7),
    )


def name_call(
    allele: Allele, transcripts: Iterable[Transcript], fetch: Fetch, build: str
) -> tuple[Transcript | None, Names]:
    """The names of an allele on the transcript that it touches most.

    An exon is preferred over an intron; outside all transcripts only the g. name is given.
    """
    numbering = numbering_of(allele.contig, build)
    hgvs_g = genomic_name(fetch, allele.start, allele.ref, allele.alt, numbering)
    best: tuple[Transcript | None, Names] = (
        None,
        Names(hgvs_g, "", "", "intergenic_variant", None),
    )
    for transcript in transcripts:
        names = name_change(transcript, allele.start, allele.ref, allele.alt, numbering)
        if names.hgvs_c and (best[0] is None or (best[1].exon is None and names.exon is not None)):
            best = (transcript, names)
    return best


def annotate(
    calls: Sequence[Call],
    bam: pysam.AlignmentFile,
    transcripts: Iterable[Transcript],
    sequence_of: Callable[[str], Fetch],
    *,
    sample: str,
    build: str,
    thresholds: Thresholds,
) -> list[PanelVariant]:
    """The rows of panel.tsv, in the order of the calls."""
    genes = by_contig(transcripts)
    counts: dict[Allele, AlleleCounts] = {}
    for contig in dict.fromkeys(call.allele.contig for call in calls):
        counts |= count_alleles(
            bam,
            {call.allele for call in calls if call.allele.contig == contig},
            sequence_of(contig),
            minimum_mapping_quality=thresholds.minimum_mapping_quality,
            minimum_base_quality=thresholds.minimum_base_quality,
        )
    rows = []
    for call in calls:
        allele, count = call.allele, counts[call.allele]
        mutant, depth = count.mutant, count.informative
        reasons = []
        if depth == 0:
            # No read holds the change with room on both sides: all there is are the caller's reads.
            mutant, depth = call.alternate_reads, call.depth
            reasons.append("not_spanned")
        vaf = mutant / depth if depth else 0.0
        low, high = wilson_interval(mutant, depth)
        reasons += filters_of(vaf, depth, count, thresholds)
        transcript, names = name_call(
            allele, genes.get(allele.contig, ()), sequence_of(allele.contig), build
        )
        rows.append(
            PanelVariant(
                sample=sample,
                gene=transcript.gene if transcript else "",
                transcript=transcript.accession if transcript else "",
                exon="" if names.exon is None else str(names.exon),
                hgvs_g=names.hgvs_g,
                hgvs_c=names.hgvs_c,
                hgvs_p=names.hgvs_p,
                consequence=names.consequence,
                vaf=vaf,
                vaf_low=low,
                vaf_high=high,
                depth=depth,
                alternate_fragments=mutant,
                quality=call.quality,
                filter=";".join(reasons) or "PASS",
                chrom=allele.contig,
                pos=allele.start + 1,
                ref=allele.ref,
                alt=allele.alt,
            )
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the VCF, its index and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("calls", "bam", "fasta", "gene-models", "targets", "vcf", "table"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--build", choices=("GRCh37", "GRCh38"), required=True)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    for name in ("depth", "alternate-fragments", "mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    options = parser.parse_args(arguments)
    sequence_of = sequence_reader(options.fasta)
    transcripts = read_transcripts(
        options.gene_models, merged_targets(options.targets), sequence_of
    )
    try:
        with pysam.AlignmentFile(str(options.bam)) as bam:
            contigs = dict(zip(bam.references, bam.lengths, strict=True))
            rows = annotate(
                read_calls(options.calls),
                bam,
                transcripts,
                sequence_of,
                sample=options.sample,
                build=options.build,
                thresholds=Thresholds(
                    options.minimum_depth,
                    options.minimum_vaf,
                    options.minimum_alternate_fragments,
                    options.minimum_mapping_quality,
                    options.minimum_base_quality,
                ),
            )
    except (OSError, ValueError) as error:
        raise UserError(f"{options.bam} or {options.calls}: cannot be read: {error}") from error
    write_panel_vcf(options.vcf, rows, sample=options.sample, contigs=contigs)
    write_table(options.table, PanelVariant, rows)


if __name__ == "__main__":
    run(main)
