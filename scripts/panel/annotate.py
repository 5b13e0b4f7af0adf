r"""Count, name and filter the small variants of a panel.

    python -m scripts.panel.annotate --calls CALLS.vcf --bam S.bam --fasta GENOME.fa \
        --gene-models GENES.gtf --targets TARGETS.bed --build GRCh38 --sample S --assay capture \
        --minimum-depth 100 --minimum-vaf 0.01 --minimum-alternate-fragments 5 \
        --minimum-mapping-quality 20 --minimum-base-quality 20 \
        [--flt3 flt3.json] [--genes GENES.tsv] [--hotspots HOTSPOTS.tsv] [--known KNOWN.tsv] \
        [--tiers TIERS.tsv] [--long LONG.vcf] --vcf panel.vcf.gz --table panel.tsv

The calls are normalised, one alternate allele in a record. Every call comes out again, with
FILTER saying why it is not believed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.filters import filter_text
from flt3itd.common.statistics import wilson_interval
from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import Fetch, Names, Transcript, genomic_name, name_change
from flt3itd.locus.flt3 import GENE as FLT3
from flt3itd.records import FltEvent, Status
from scripts.command import run
from scripts.genome.gene_models import by_contig, read_transcripts
from scripts.genome.knowledge import KnownClass, PanelGene
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets
from scripts.panel.alleles import Allele
from scripts.panel.calls import Call, count_calls, read_calls, with_long_events
from scripts.panel.filter_table import PanelFilter
from scripts.panel.filters import (
    Surroundings,
    Thresholds,
    filters_of,
    rescue,
    run_length,
    surrounding_filters,
)
from scripts.panel.long_events import read_events
from scripts.panel.marks import (
    NOTHING_KNOWN,
    Knowledge,
    origin_of,
    read_knowledge,
    residues_of,
)
from scripts.panel.misaligned_itd import shadows_of
from scripts.panel.read_rules import ASSAYS, ReadRules
from scripts.panel.rows import PanelVariant
from scripts.panel.vcf import write_panel_vcf
from scripts.records.files import read_flt3


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
    regions: Regions | None = None,
    knowledge: Knowledge = NOTHING_KNOWN,
    itds: Sequence[FltEvent] = (),
) -> list[PanelVariant]:
    """The rows of panel.tsv, in the order of the calls.

    `regions` are the targets (None: everything is on target), `itds` the ITDs of the sample.
    """
    genes = by_contig(transcripts)
    calls, counts = count_calls(calls, bam, sequence_of, thresholds)
    in_events = {part for call in calls for part in call.parts}
    long_events = [call.long for call in calls if call.long]
    named = {}
    for allele in (call.allele for call in calls):
        on_contig = genes.get(allele.contig, ())
        named[allele] = name_call(allele, on_contig, sequence_of(allele.contig), build)
    shadows = {
        contig: shadows_of([itd for itd in itds if itd.chrom == contig], sequence_of(contig))
        for contig in {itd.chrom for itd in itds}
    }
    rows = []
    for call in calls:
        allele, count = call.allele, counts[call.allele]
        fetch = sequence_of(allele.contig)
        mutant, depth = count.mutant, count.informative
        reasons: list[PanelFilter] = []
        if depth == 0:
            # No read holds the change with room on both sides: all there is are the caller's reads.
            mutant, depth = call.alternate_reads, call.depth
            reasons.append(PanelFilter.NOT_SPANNED)
        vaf = mutant / depth if depth else 0.0
        low, high = wilson_interval(mutant, depth)
        if call.long:
            vaf, low, high = call.long.vaf, call.long.interval.low, call.long.interval.high
        transcript, names = named[allele]
        gene = transcript.gene if transcript else ""
        if call.long and gene == FLT3 and len(allele.alt) > len(allele.ref):
            continue  # the duplications of FLT3 are those of flt3itd
        known = knowledge.class_of(gene, names.hgvs_c) or _class_of_parts(
            knowledge.class_of(gene, named[part][1].hgvs_c) for part in call.parts
        )
        surroundings = Surroundings(
            # A long event touches a target; its leftmost place need not lie in it.
            on_target=regions is None or call.long is not None or is_on_target(allele, regions),
            run=run_length(allele, fetch),
            part_of_event=allele in in_events
            or any(event.explains(allele, vaf) for event in long_events if not call.long),
            misaligned_itd=any(
                shadow.explains(one, vaf)
                for shadow in shadows.get(allele.contig, ())
                for one in (allele, *call.parts)
            ),
            other_change=call.other_change,
            in_normals=call.in_normals,
            population_frequency=call.population_frequency,
            known=known,
        )
        reasons += filters_of(vaf, depth, count, thresholds)
        reasons += surrounding_filters(vaf, surroundings, thresholds)
        kept, lifted = rescue(reasons, known)
        hotspot = knowledge.hotspot_of(gene, residues_of(names.hgvs_p))
        rows.append(
            PanelVariant(
                sample=sample,
                gene=gene,
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
                filter=filter_text(kept),
                chrom=allele.contig,
                pos=allele.start + 1,
                ref=allele.ref,
                alt=allele.alt,
                known=known or "",
                hotspot=hotspot,
                legacy=knowledge.legacy_name(gene, names.hgvs_p),
                rescued=";".join(lifted),
                origin=origin_of(low, high),
                population_frequency=call.population_frequency,
                clinvar=call.clinvar,
                cosmic=call.cosmic,
                tier=knowledge.tier_of(gene, known, hotspot, names.consequence),
            )
        )
    return rows


def _class_of_parts(classes: Iterable[KnownClass | None]) -> KnownClass | None:
    """What is known of an event that no table lists, from its parts: the worst of it."""
    known = {one for one in classes if one is not None}
    return next((one for one in KnownClass if one in known), None)


def is_on_target(allele: Allele, regions: Regions) -> bool:
    """Whether a base that an allele replaces, or the one before an insertion, is in a target."""
    end = allele.start + len(allele.ref)
    spans = regions.get(allele.contig, ())
    return any(start < end and allele.start < stop for start, stop in spans)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the VCF, its index and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("calls", "bam", "fasta", "gene-models", "targets", "vcf", "table"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--build", choices=("GRCh37", "GRCh38"), required=True)
    for name in ("flt3", "genes", "hotspots", "known", "long", "tiers"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--assay", choices=ASSAYS, required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    parser.add_argument("--maximum-population-frequency", type=float, default=0.01)
    for name in ("depth", "alternate-fragments", "mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    options = parser.parse_args(arguments)
    sequence_of = sequence_reader(options.fasta)
    regions = merged_targets(options.targets)
    genes = read_table(options.genes, PanelGene) if options.genes else []
    transcripts = read_transcripts(options.gene_models, regions, sequence_of, genes)
    knowledge = read_knowledge(options.genes, options.hotspots, options.known, options.tiers)
    events = read_flt3(options.flt3).itd.events if options.flt3 else ()
    itds = [event for event in events if event.status is Status.DETECTED]
    try:
        # The sources are looked up for the long events of a file of their own.
        missed = read_calls(options.long) if options.long else []
        events_found = read_events(options.long) if options.long else []
        with pysam.AlignmentFile(str(options.bam)) as bam:
            contigs = dict(zip(bam.references, bam.lengths, strict=True))
            rows = annotate(
                with_long_events([*missed, *read_calls(options.calls)], events_found, contigs),
                bam,
                transcripts,
                sequence_of,
                sample=options.sample,
                build=options.build,
                thresholds=Thresholds(
                    options.minimum_depth,
                    options.minimum_vaf,
                    options.minimum_alternate_fragments,
                    ReadRules(
                        options.assay,
                        options.minimum_mapping_quality,
                        options.minimum_base_quality,
                    ),
                    options.maximum_population_frequency,
                ),
                regions=regions,
                knowledge=knowledge,
                itds=itds,
            )
    except (OSError, ValueError) as error:
        raise UserError(f"{options.bam} or {options.calls}: cannot be read: {error}") from error
    write_panel_vcf(options.vcf, rows, sample=options.sample, contigs=contigs)
    write_table(options.table, PanelVariant, rows)


if __name__ == "__main__":
    run(main)
