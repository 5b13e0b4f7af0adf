"""A sample of single long reads, from its reads to its result."""

from __future__ import annotations

from dataclasses import replace

from flt3itd.common.counted import CountedUnit
from flt3itd.common.errors import UserError
from flt3itd.fitness.answers import restrict_itd, restrict_tkd
from flt3itd.fitness.judgement import sentences
from flt3itd.fitness_records import Question
from flt3itd.insertions.followup import read_known
from flt3itd.interpretation import exon_depth, interpret, warnings_of
from flt3itd.kinase.tkd import ReportedAt, judge_counts
from flt3itd.located import LocatedTemplate
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.long_reads.caller import call_long_reads
from flt3itd.long_reads.fitness import judge_long_reads
from flt3itd.long_reads.limits import limit_sentences, with_limits
from flt3itd.long_reads.sources import LongMaterial, from_bam, from_fastq, from_unaligned
from flt3itd.reads.alignment_file import contig_length, opened, platforms
from flt3itd.reads.coordinates import place_in_genome
from flt3itd.reads.unaligned import is_unaligned
from flt3itd.records import FltResult
from flt3itd.request import Analysis, Request, provenance


def analyse_long_bam(request: Request) -> Analysis:
    """Analyse the long reads of a coordinate-sorted, indexed BAM or CRAM.

    Where no read of it was aligned they are taken as those of FASTQ are.

    Raises:
        UserError: the file cannot be read, is cut short, has no index or is of another build.
    """
    path = request.inputs[0]
    quality = request.parameters.tkd.minimum_base_quality
    with opened(path, request.reference) as bam:
        if is_unaligned(bam):
            placement, length = place_in_genome(flt3_locus(), request.reference, request.build)
            reads = from_unaligned(bam, quality, placement, platforms(bam))
            return _analysis(request, reads, length)
        reads = from_bam(bam, path, request.reference, quality, platforms(bam))
        length = contig_length(bam, reads.placement)
    placement = reads.placement.called(request.build, length, str(path))
    return _analysis(request, replace(reads, placement=placement), length)


def analyse_long_fastq(request: Request) -> Analysis:
    """Analyse the long reads of one FASTQ file.

    Raises:
        UserError: the file cannot be read or is cut short, or there are two.
    """
    if len(request.inputs) > 1:
        raise UserError("--fastq: long reads are single; give one file")
    quality = request.parameters.tkd.minimum_base_quality
    placement, length = place_in_genome(flt3_locus(), request.reference, request.build)
    return _analysis(request, from_fastq(request.inputs[0], quality, placement), length)


def _analysis(request: Request, material: LongMaterial, length: int) -> Analysis:
    """The result; `length` is that of the contig, in bases."""
    spanning, placement = material.spanning, material.placement
    template = genomic_template(flt3_locus()) if spanning is None else spanning.template
    located = LocatedTemplate(template, placement)
    parameters = request.parameters
    known = read_known(request.known, template, placement)
    sampling = request.sampling(CountedUnit.without_umis(request.assay))
    calls = call_long_reads(spanning, template, parameters.itd, known, sampling)
    depth = tuple(exon_depth(number, calls.calls, located) for number in (14, 15))
    place = ReportedAt(request.sample, placement.contig, placement.shift, placement.build, sampling)
    itd = interpret(
        request.sample,
        calls.calls,
        located,
        parameters.itd,
        sampling=sampling,
        reads=None,
    )
    exons = material.kinase.counts(parameters.tkd)
    fitness = judge_long_reads(material, calls)
    result = FltResult(
        sample=request.sample,
        counted_unit=sampling.unit,
        itd=restrict_itd(with_limits(itd, calls), fitness.verdict(Question.ITD)),
        tkd=restrict_tkd(
            judge_counts(exons, place, parameters.tkd, None), fitness.verdict(Question.TKD)
        ),
        depth=depth,
        provenance=provenance(request, template.locus, placement, None),
        reads=fitness,
        input_ng=request.input_ng,
        most_molecules=sampling.most_molecules,
        assumption=sampling.assumption,
        warnings=(
            *sentences(fitness, (Question.ITD, Question.TKD)),
            *limit_sentences(calls),
            *warnings_of(calls.calls, depth, located, parameters.itd.minimum_depth),
        ),
    )
    return Analysis(result, length)
