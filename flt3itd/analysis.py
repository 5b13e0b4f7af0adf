"""One sample from its reads to its result: the library entry behind ``flt3itd call``."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.fitness.answers import restrict_itd, restrict_tkd
from flt3itd.fitness.judgement import judge_reads, sentences
from flt3itd.fitness.measurement import measure, measure_aligned
from flt3itd.insertions.followup import read_known
from flt3itd.insertions.itd import call_itds
from flt3itd.interpretation import exon_depth, interpret, junction_pileups, warnings_of
from flt3itd.kinase.background import Background, read_background
from flt3itd.kinase.codons import ExonCounts
from flt3itd.kinase.error_model import unlike_controls
from flt3itd.kinase.tkd import EXONS as TKD_EXONS
from flt3itd.kinase.tkd import ReportedAt, count_kinase_domain, judge_counts
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import Template, genomic_template, spliced_template
from flt3itd.reads.alignment import skipped_flags
from flt3itd.reads.alignment_file import contig_length, opened, platforms
from flt3itd.reads.coordinates import Placement, locate, place_in_genome, records_over
from flt3itd.reads.copies import (
    WORTH_REMOVING,
    first_of_each,
    fragment_keys,
    keep_fragments,
    without_copies,
)
from flt3itd.reads.foreign_bases import cut_adapters, cut_foreign_bases
from flt3itd.reads.kmer_aligner import LocusAligner
from flt3itd.reads.placed import PlacedReads
from flt3itd.reads.primer_bases import hide_primer_bases
from flt3itd.reads.primers import PrimerPair, read_primers
from flt3itd.reads.rna import read_rna
from flt3itd.reads.splice_sites import is_splicing, share_unspliced
from flt3itd.reads.streaming import AlignedRead, ReadSet, SplitRead, aligned_reads, collect_reads
from flt3itd.records import FltResult, Question, ReadFitness
from flt3itd.request import Analysis, Request, provenance

_FETCH_MARGIN = 100


@dataclass(frozen=True)
class _Material:
    """The reads of a sample, sorted for the two callers, and where they lie.

    `ends` are those of each fragment of the ITD region; None: those of its reads.
    """

    template: Template
    placement: Placement
    itd: ReadSet
    tkd: Sequence[AlignedRead]
    contig_length: int
    platforms: tuple[str, ...] = ()
    ends: list[Hashable | None] | None = None

    def without_copies(self) -> _Material:
        """The same with one fragment of each pair of ends."""
        ends = fragment_keys(self.itd) if self.ends is None else self.ends
        keep_fragments(self.itd, first_of_each(ends))
        return replace(self, tkd=without_copies(self.tkd))


def analyse_bam(request: Request) -> Analysis:
    """Analyse a coordinate-sorted, indexed BAM or CRAM.

    Raises:
        UserError: the file cannot be read, is cut short, has no index or is of another build.
    """
    if request.assay == Assay.LONG:
        from flt3itd.long_analysis import analyse_long_bam  # noqa: PLC0415 - slows other assays

        return analyse_long_bam(request)
    path = request.inputs[0]
    material = _read_bam(path, request.assay, request.reference, request.build)
    placement = material.placement.called(request.build, material.contig_length, str(path))
    return _analysis(request, replace(material, placement=placement))


def kinase_domain_reads(
    path: Path, assay: str, reference: Path | None, primers: Path | None = None
) -> Sequence[AlignedRead]:
    """The reads over the kinase domain of a BAM or CRAM, as `analyse_bam` takes them.

    Raises:
        UserError: as `analyse_bam`.
    """
    material = _read_bam(path, assay, reference)
    return _kinase_reads(material, _primers(primers, material))


def _primers(path: Path | None, material: _Material) -> tuple[PrimerPair, ...]:
    return read_primers(path, material.template.locus, material.placement) if path else ()


def _kinase_reads(material: _Material, primers: Sequence[PrimerPair]) -> Sequence[AlignedRead]:
    """The reads over the kinase domain, without what is known to be primer."""
    exons = [material.template.locus.exon(number) for number in TKD_EXONS]
    return hide_primer_bases(material.tkd, primers, exons)


def _read_bam(
    path: Path, assay: str, reference: Path | None, build: str | None = None
) -> _Material:
    with opened(path, reference) as bam:
        if assay == "rna":
            return _read_rna(bam, path, reference, build)
        return _read_dna(bam, path, assay, reference)


def analyse_fastq(request: Request) -> Analysis:
    """Analyse the reads of FASTQ files, placed in process on the locus that the package carries.

    Raises:
        UserError: a file cannot be read or is cut short, or the mates do not pair up.
    """
    if request.assay == Assay.LONG:
        from flt3itd.long_analysis import analyse_long_fastq  # noqa: PLC0415

        return analyse_long_fastq(request)
    from flt3itd.reads.fastq import read_fastq  # noqa: PLC0415 - slows calls from BAM

    locus = flt3_locus()
    template = spliced_template(locus) if request.assay == "rna" else genomic_template(locus)
    reads = PlacedReads(template, TKD_EXONS)
    read_fastq(request.inputs, reads)
    placement, length = place_in_genome(locus, request.reference, request.build)
    material = _Material(
        template, placement, reads.itd, reads.kinase_reads(), length, ends=reads.fragment_ends()
    )
    return _analysis(request, material)


def _read_dna(
    bam: pysam.AlignmentFile, path: Path, assay: str, reference: Path | None
) -> _Material:
    locus = flt3_locus()
    template = genomic_template(locus)
    flags = skipped_flags(assay)
    stretch = template.region[0] - _FETCH_MARGIN, template.region[1] + _FETCH_MARGIN
    located = locate(bam, str(path), locus, reference, stretch)
    placement = located.placement
    aligner = LocusAligner(locus.sequence, [stretch])

    def place(fragment: int, sequence: str, qualities: bytes) -> SplitRead | None:
        placed = aligner.place(fragment, sequence, qualities)
        return None if placed is None else placed.split

    itd = collect_reads(
        located.records,
        shift=placement.shift,
        reference=locus.sequence,
        skipped_flags=flags,
        place_unmapped=place,
        region=template.target,
    )
    tkd: list[AlignedRead] = []
    for number in TKD_EXONS:
        records = records_over(bam, placement, template.exon(number))
        tkd += aligned_reads(records, shift=placement.shift, skipped_flags=flags)
    length = contig_length(bam, placement)
    return _Material(template, placement, itd, tkd, length, platforms(bam))


def _read_rna(
    bam: pysam.AlignmentFile, path: Path, reference: Path | None, build: str | None
) -> _Material:
    locus = flt3_locus()
    template = spliced_template(locus)
    reads = PlacedReads(template, TKD_EXONS)
    placement = read_rna(bam, str(path), locus, reference, skipped_flags("rna"), reads, build)
    length = contig_length(bam, placement)
    return _Material(template, placement, reads.itd, reads.tkd, length, platforms(bam))


def _analysis(request: Request, material: _Material) -> Analysis:
    material, fitness = _judged(request, material)
    template, placement = material.template, material.placement
    background = read_background(request.background, request.assay) if request.background else None
    primers = _primers(request.primers, material)
    calls = call_itds(
        material.itd,
        template,
        request.parameters.itd,
        amplicon_assay=request.assay == "amplicon",
        primers=primers,
        known=read_known(request.known, template, placement),
        is_splicing=partial(is_splicing, template),
    )
    depth = tuple(exon_depth(number, calls, template, placement) for number in (14, 15))
    sampling = request.sampling(_counted_unit(request, fitness))
    place = ReportedAt(request.sample, placement.contig, placement.shift, placement.build, sampling)
    parameters = request.parameters.tkd
    exons = count_kinase_domain(_kinase_reads(material, primers), parameters)
    result = FltResult(
        sample=request.sample,
        counted_unit=sampling.unit,
        itd=restrict_itd(
            interpret(
                request.sample,
                calls,
                template,
                placement,
                request.parameters.itd,
                material.itd,
                sampling,
            ),
            fitness.verdict(Question.ITD),
        ),
        tkd=restrict_tkd(
            judge_counts(exons, place, parameters, background), fitness.verdict(Question.TKD)
        ),
        depth=depth,
        provenance=provenance(request, template.locus, placement, background),
        reads=fitness,
        input_ng=request.input_ng,
        most_molecules=sampling.most_molecules,
        assumption=sampling.assumption,
        warnings=(
            *sentences(fitness, (Question.ITD, Question.TKD)),
            *_warnings_of_primers(request.primers, primers, placement),
            *_warnings_of_background(exons, background, parameters.significance),
            *warnings_of(
                calls,
                depth,
                template,
                placement,
                request.parameters.itd.minimum_depth,
            ),
        ),
    )
    piles = junction_pileups(material.itd, calls, template, placement) if request.pile_up else ()
    return Analysis(result, material.contig_length, piles)


def _counted_unit(request: Request, fitness: ReadFitness) -> CountedUnit:
    """What is counted: copies of single reads are told by nothing unless they are marked."""
    unit = CountedUnit.without_umis(request.assay)
    measured = fitness.measured
    unmarked = measured.paired == 0 and measured.duplicates == 0 and measured.reads > 0
    return CountedUnit.READS if unit is CountedUnit.FRAGMENTS and unmarked else unit


def _judged(request: Request, material: _Material) -> tuple[_Material, ReadFitness]:
    """The reads without foreign bases and copies, and the judgement over both regions."""
    template, platforms = material.template, material.platforms
    adapters = cut_adapters(material.itd, template.sequence)
    foreign = cut_foreign_bases(material.itd, template.sequence, template.region)
    itd = measure(
        material.itd,
        template.sequence,
        foreign_bases=foreign,
        adapters=adapters,
        placed_here=material.ends is not None or template.kind == "spliced",
        unspliced=share_unspliced(material.itd, template),
        platforms=platforms,
    )
    kinase = measure_aligned(material.tkd, template.locus.sequence, platforms=platforms)
    if request.assay == "capture" and not itd.duplicates and itd.copies >= WORTH_REMOVING:
        material = material.without_copies()
    return material, judge_reads(itd, request.assay, kinase)


def _warnings_of_primers(
    path: Path | None, primers: Sequence[PrimerPair], placement: Placement
) -> tuple[str, ...]:
    if path is None or primers:
        return ()
    return (
        f"{path}: no pair of primers lies on FLT3 exons 12 to 21 of {placement.build}: amplicons "
        "are taken from the ends of the reads",
    )


def _warnings_of_background(
    exons: Sequence[ExonCounts], background: Background | None, significance: float
) -> tuple[str, ...]:
    if background is None or not unlike_controls(exons, background.factors, significance):
        return ()
    return (
        "the errors of this sample are not where the controls have theirs: their table "
        f"({background.path}) may be of another kit, instrument or aligner; calls and limits of "
        "detection of the kinase domain depend on it",
    )
