r"""Count, name, judge and write down the small variants of a panel.

    python -m scripts.panel.annotate --calls CALLS.vcf --bam S.bam --fasta GENOME.fa \
        --gene-models GENES.gtf --targets TARGETS.bed --build GRCh38 --sample S --assay capture \
        --minimum-depth 100 --minimum-vaf 0.01 --minimum-alternate-fragments 5 \
        --minimum-mapping-quality 20 --minimum-base-quality 20 \
        [--flt3 flt3.json] [--genes GENES.tsv] [--hotspots HOTSPOTS.tsv] [--known KNOWN.tsv] \
        [--tiers TIERS.tsv] [--long LONG.vcf] [--clips CLIPS.bed] [--reads target_reads.json] \
        --vcf panel.vcf.gz --table panel.tsv

The calls are normalised, one alternate allele in a record. Every call comes out again, with
FILTER saying why it is not believed.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.errors import UserError
from flt3itd.common.filters import filter_text
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.tables import read_table, write_table
from flt3itd.fitness_records import UNMEASURED, Question
from flt3itd.hgvs.transcript import Fetch, Transcript
from flt3itd.records import FltEvent, Status
from scripts.command import run
from scripts.genome.gene_models import by_contig, read_transcripts
from scripts.genome.knowledge import PanelGene
from scripts.genome.limits import COPIED_ERROR_CHANCE
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.amplicon_shares import amplicons_of_sample, changes_of_calls, changes_of_itds
from scripts.panel.calls import Call, read_calls, with_long_events
from scripts.panel.counted_calls import count_calls
from scripts.panel.damage import DamageOfSample
from scripts.panel.filter_table import PanelFilter
from scripts.panel.filters import (
    Surroundings,
    Thresholds,
    filters_of,
    is_on_target,
    rescue,
    slipped_vaf,
    surrounding_filters,
)
from scripts.panel.long_events import read_events
from scripts.panel.marks import (
    NOTHING_KNOWN,
    Knowledge,
    origin_of,
    read_knowledge,
    scopes_of,
)
from scripts.panel.measured import Measured, measure, measured_by_flt3itd
from scripts.panel.misaligned_itd import Shadow, shadows_of
from scripts.panel.naming import Named, Namer, codon_vafs, is_flt3_duplication, name_calls
from scripts.panel.places import Clip, read_clips
from scripts.panel.products import Product, products_of
from scripts.panel.read_fitness import TargetFitness, TargetReads, judge_targets
from scripts.panel.read_rules import ReadRules
from scripts.panel.remarks import amplicons_remark, copies_remark, damage_remark, told_together
from scripts.panel.rows import PanelVariant, Unresolved
from scripts.panel.unresolved import unresolved_rows
from scripts.panel.vcf import Origin, write_panel_vcf
from scripts.records.files import again, read_flt3, read_record


@dataclass(frozen=True)
class Seen:
    """What the rest of the sample says of a call: a part of an event, and damage of its DNA.

    `slipped` is the VAF up to which it is slippage, of the wild type or of another call.
    """

    part_of_event: bool
    slipped: float
    damage: DamageOfSample


@dataclass(frozen=True)
class Judged:
    """The filters that hold a call back, and those that were lifted because it is known."""

    kept: list[PanelFilter]
    lifted: list[PanelFilter]


@dataclass(frozen=True)
class Annotated:
    """A row of panel.tsv, and the fragments of its wild type, which the VCF tells too."""

    row: PanelVariant
    wildtype: int


@dataclass(frozen=True)
class AnnotatedSample:
    """The rows of a sample, and where its reads show what no row names."""

    variants: list[Annotated]
    unresolved: list[Unresolved]


@dataclass(frozen=True)
class Setting:
    """Where a sample's calls stand: its genome and genes, what is known, and its targets.

    `regions` are the targets (None: everything is on target), `itds` the ITDs of the sample,
    `sampling` what its counts were drawn from,
    `flt3_events` what flt3itd has found by its allele, passing or not, whose numbers hold,
    `clips` the places by contig where several reads are clipped alike, `fitness` what the reads
    over the targets can carry, and `products` those of amplicons.
    """

    sample: str
    build: str
    transcripts: Sequence[Transcript]
    sequence_of: Callable[[str], Fetch]
    thresholds: Thresholds
    regions: Regions | None = None
    knowledge: Knowledge = NOTHING_KNOWN
    itds: Sequence[FltEvent] = ()
    sampling: Sampling = EVERY_COUNT
    flt3_events: Mapping[Allele, FltEvent] = field(default_factory=dict)
    clips: Mapping[str, Sequence[Clip]] = field(default_factory=dict)
    fitness: TargetFitness = field(default_factory=TargetFitness)
    products: Sequence[Product] = ()

    @cached_property
    def genes(self) -> dict[str, list[Transcript]]:
        """The transcripts of each contig."""
        return by_contig(self.transcripts)

    @cached_property
    def shadows(self) -> dict[str, list[Shadow]]:
        """What misaligned reads of the ITDs show, by contig."""
        contigs = {itd.chrom for itd in self.itds}
        return {
            contig: shadows_of(
                [itd for itd in self.itds if itd.chrom == contig], self.sequence_of(contig)
            )
            for contig in contigs
        }


def annotate(calls: Sequence[Call], bam: pysam.AlignmentFile, setting: Setting) -> AnnotatedSample:
    """Count, name, judge and write down the calls, in their order."""
    namer = Namer(setting.genes, setting.sequence_of, setting.build, setting.knowledge)
    counted = count_calls(calls, bam, setting.sequence_of, setting.thresholds, setting.clips, namer)
    calls, counts = counted.calls, counted.counts
    named = told_together(calls, name_calls(calls, namer), namer, setting.sequence_of)
    codons = codon_vafs(calls, named)
    damage = DamageOfSample(counts)
    amplicons = amplicons_of_sample(
        setting.products,
        [*changes_of_calls(counted, named), *changes_of_itds(setting.itds, calls)],
        setting.sampling,
        setting.thresholds.minimum_depth,
        setting.thresholds.minimum_alternate_fragments,
    )
    vafs = {call.allele: measure(call, counts[call.allele]).vaf for call in calls}
    long_events = [call.long for call in calls if call.long and not call.other_change]
    found = []
    for call in calls:
        names, count = named[call.allele], counts[call.allele]
        if is_flt3_duplication(call, names):
            continue
        event, by_amplicon = setting.flt3_events.get(call.allele), ""
        if event is None:
            measured, by_amplicon = amplicons.numbers_of_call(call, count)
        else:
            measured = measured_by_flt3itd(event)
        part_of_event = call.part_of_event or any(
            event.explains(call.allele, measured.vaf)
            for event in long_events
            if not call.long and not call.placed
        )
        slipped = slipped_vaf(call.allele, setting.sequence_of(call.allele.contig), vafs)
        seen = Seen(part_of_event, slipped, damage)
        judged = judge(call, count, measured, names, seen, setting)
        row = row_of(call, measured, names, judged, setting)
        doubt = damage_remark(call.allele, count, damage, passes=not judged.kept)
        doubts = [names.remark, copies_remark(call), amplicons_remark(call), by_amplicon, doubt]
        remark = "; ".join(filter(None, doubts))
        row = replace(row, codon_vaf=codons.get(call.allele), remark=remark)
        found.append(Annotated(row, measured.wildtype))
    explained = [*setting.flt3_events, *(event.allele for event in long_events)]
    unresolved = unresolved_rows(
        counted.breaks,
        explained,
        setting.regions,
        setting.transcripts,
        setting.thresholds,
        setting.sample,
    )
    return AnnotatedSample(found, list(unresolved))


def judge(
    call: Call,
    count: AlleleCounts,
    measured: Measured,
    named: Named,
    seen: Seen,
    setting: Setting,
) -> Judged:
    """What speaks against a call: its own fragments, its place, and what is known of it."""
    allele, regions, known = call.allele, setting.regions, named.known
    fetch = setting.sequence_of(allele.contig)
    surroundings = Surroundings(
        on_target=regions is None or is_on_target(allele, regions, fetch),
        slipped=seen.slipped,
        part_of_event=seen.part_of_event,
        damage=seen.damage.explains(allele, count),
        misaligned_itd=any(
            shadow.explains(one, measured.vaf)
            for shadow in setting.shadows.get(allele.contig, ())
            for one in (allele, *call.parts)
        ),
        other_change=call.other_change,
        copied_error=len(allele.ref) == len(allele.alt) == 1
        and not setting.sampling.is_beyond_copies(
            count.mutant, measured.depth, COPIED_ERROR_CHANCE
        ),
        in_normals=call.in_normals,
        population_frequency=call.population_frequency,
        known=known,
    )
    reasons = [] if measured.spanned else [PanelFilter.NOT_SPANNED]
    if setting.thresholds.reads.assay == Assay.RNA:
        reasons.append(PanelFilter.OF_RNA)
    question = Question.LONG_EVENTS if call.long else Question.PANEL
    if setting.fitness.verdict(question, named.gene).misleads:
        reasons.append(PanelFilter.UNFIT_READS)
    reasons += filters_of(measured.vaf, measured.depth, count, setting.thresholds)
    reasons += surrounding_filters(measured.vaf, surroundings, setting.thresholds)
    return Judged(*rescue(reasons, known))


def row_of(
    call: Call, measured: Measured, named: Named, judged: Judged, setting: Setting
) -> PanelVariant:
    """The row of a call, with its marks."""
    allele, names, knowledge = call.allele, named.names, setting.knowledge
    low, high = measured.interval.low, measured.interval.high
    hotspot = knowledge.hotspot_of(named.gene, names.hgvs_p)
    return PanelVariant(
        sample=setting.sample,
        gene=named.gene,
        transcript=named.transcript.accession if named.transcript else "",
        exon="" if names.exon is None else str(names.exon),
        hgvs_g=names.hgvs_g,
        hgvs_c=names.hgvs_c,
        hgvs_p=names.hgvs_p,
        consequence=names.consequence,
        vaf=measured.vaf,
        vaf_low=low,
        vaf_high=high,
        depth=measured.depth,
        alternate_fragments=measured.mutant,
        quality=call.quality,
        filter=filter_text(judged.kept),
        chrom=allele.contig,
        pos=allele.start + 1,
        ref=allele.ref,
        alt=allele.alt,
        known=named.known or "",
        hotspot=hotspot,
        legacy=knowledge.legacy_name(named.gene, names.hgvs_p),
        rescued=";".join(judged.lifted),
        origin=origin_of(low, high),
        population_frequency=call.population_frequency,
        clinvar=call.clinvar,
        cosmic=call.cosmic,
        tier=knowledge.tier_of(named.gene, named.known, hotspot, names.consequence),
        phase_set=call.placed.phase_set if call.placed else None,
        counted_unit=setting.sampling.unit,
    )


def thresholds_of(options: argparse.Namespace) -> Thresholds:
    """What a call needs to pass, from the command line."""
    rules = ReadRules(options.assay, options.minimum_mapping_quality, options.minimum_base_quality)
    return Thresholds(
        options.minimum_depth,
        options.minimum_vaf,
        options.minimum_alternate_fragments,
        rules,
        options.maximum_population_frequency,
    )


def setting_of(options: argparse.Namespace) -> Setting:
    """What all calls of a sample are named and judged by, from the files of the command line.

    Raises UserError when one of them cannot be read.
    """
    sequence_of = sequence_reader(options.fasta)
    regions = merged_targets(options.targets)
    genes = read_table(options.genes, PanelGene) if options.genes else []
    transcripts = read_transcripts(options.gene_models, regions, sequence_of, genes)
    tables = options.genes, options.hotspots, options.known, options.tiers
    knowledge = read_knowledge(*tables, transcripts)
    # The table says what a kit reads; the run may have other targets.
    scopes = {**knowledge.scopes, **scopes_of(transcripts, regions)}
    knowledge = replace(knowledge, scopes=scopes)
    flt3 = read_flt3(options.flt3) if options.flt3 else None
    events = (*flt3.itd.events, *flt3.tkd.events) if flt3 else ()
    itds = [event for event in flt3.itd.events if event.status is Status.DETECTED] if flt3 else []
    fitness = TargetFitness()
    products: tuple[Product, ...] = ()
    thresholds = thresholds_of(options)
    if options.reads:
        reads = read_record(options.reads, TargetReads, again("measure_sample"))
        products = reads.products
        of_flt3 = flt3.reads.measured if flt3 else UNMEASURED
        fitness = judge_targets(reads, options.assay, of_flt3)
    elif thresholds.reads.from_primers:
        products = products_of(options.bam, regions, thresholds.reads)
    return Setting(
        sample=options.sample,
        build=options.build,
        transcripts=transcripts,
        sequence_of=sequence_of,
        thresholds=thresholds,
        regions=regions,
        knowledge=knowledge,
        itds=itds,
        sampling=flt3.sampling if flt3 else Sampling(CountedUnit.without_umis(options.assay)),
        flt3_events={Allele(one.chrom, one.pos - 1, one.ref, one.alt): one for one in events},
        clips=read_clips(options.clips) if options.clips else {},
        fitness=fitness,
        products=products,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the VCF, its index and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("calls", "bam", "fasta", "gene-models", "targets", "vcf", "table"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--build", choices=("GRCh37", "GRCh38"), required=True)
    for name in ("clips", "flt3", "genes", "hotspots", "known", "long", "reads", "tiers"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--unresolved", type=Path, help="table of what is not resolved, written")
    parser.add_argument("--sample", required=True)
    parser.add_argument("--assay", type=Assay, choices=list(Assay), required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    parser.add_argument("--maximum-population-frequency", type=float, default=0.01)
    for name in ("depth", "alternate-fragments", "mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    options = parser.parse_args(arguments)
    setting = setting_of(options)
    try:
        # The sources are looked up for the long events of a file of their own.
        missed = read_calls(options.long) if options.long else []
        events_found = read_events(options.long) if options.long else []
        with pysam.AlignmentFile(str(options.bam)) as bam:
            contigs = dict(zip(bam.references, bam.lengths, strict=True))
            calls = with_long_events([*missed, *read_calls(options.calls)], events_found, contigs)
            annotated = annotate(calls, bam, setting)
    except (OSError, ValueError) as error:
        raise UserError(f"{options.bam} or {options.calls}: cannot be read: {error}") from error
    arguments = sys.argv[1:] if arguments is None else arguments
    origin = Origin(
        build=options.build,
        contigs=contigs,
        command=shlex.join(["python", "-m", "scripts.panel.annotate", *arguments]),
        numbered_tiers=all(rule.tier.isdecimal() for rule in setting.knowledge.tiers),
        sampling=setting.sampling,
    )
    pairs = [(one.row, one.wildtype) for one in annotated.variants]
    write_panel_vcf(options.vcf, pairs, options.sample, origin)
    rows = [one.row for one in annotated.variants]
    write_table(options.table, PanelVariant, rows, options.build)
    if options.unresolved:
        write_table(options.unresolved, Unresolved, annotated.unresolved, options.build)


if __name__ == "__main__":
    run(main)
