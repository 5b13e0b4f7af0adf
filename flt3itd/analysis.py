"""One sample from its reads to its result: the library entry behind ``flt3itd call``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.fitness.answers import restrict_itd, restrict_tkd, within_reach
from flt3itd.fitness.clip_rules import longest_inside_amplicon_reads, longest_inside_reads
from flt3itd.fitness.judgement import AS_ALIGNED, judge_reads, of_molecules, sentences
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadFitness, ReadMeasures
from flt3itd.insertions.followup import read_known
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.unmerged import unmerged_only
from flt3itd.interpretation import assessed, exon_depth, interpret, junction_pileups, warnings_of
from flt3itd.kinase.by_family import judge_families
from flt3itd.kinase.error_model import unlike_controls
from flt3itd.kinase.exon_counts import ExonCounts
from flt3itd.kinase.tkd import EXONS as TKD_EXONS
from flt3itd.kinase.tkd import ReportedAt, count_kinase_domain
from flt3itd.material import Material, bam_material, fastq_material
from flt3itd.preparation import prepared, with_itds
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.coordinates import Placement
from flt3itd.reads.dark_cycles import dark_bases_hidden
from flt3itd.reads.forced_ends import clip_forced_ends
from flt3itd.reads.primer_bases import hide_primer_bases
from flt3itd.reads.primers import PrimerPair, read_primers
from flt3itd.reads.splice_sites import Splicing
from flt3itd.records import FltResult, ItdResult, TkdResult
from flt3itd.request import Analysis, Parameters, Request, provenance

if TYPE_CHECKING:
    from flt3itd.kinase.background import Background


def analyse_bam(request: Request) -> Analysis:
    """Analyse a coordinate-sorted, indexed BAM or CRAM.

    Raises:
        UserError: the file cannot be read, is cut short, has no index or is of another build.
    """
    if request.assay == Assay.LONG:
        from flt3itd.long_analysis import analyse_long_bam  # noqa: PLC0415 - slows other assays

        return analyse_long_bam(request)
    material = bam_material(request)
    placement = material.placement.called(
        request.build, material.contig_length, str(request.inputs[0])
    )
    return _analysis(request, replace(material, placement=placement))


def kinase_domain_reads(
    path: Path, assay: Assay, reference: Path | None, primers: Path | None = None
) -> Sequence[AlignedRead]:
    """The reads over the kinase domain of a BAM or CRAM, as `analyse_bam` takes them.

    Raises:
        UserError: as `analyse_bam`.
    """
    material = bam_material(Request("", (path,), assay, reference, "", Parameters()))
    return _kinase_reads(material, _primers(primers, material))


def _primers(path: Path | None, material: Material) -> tuple[PrimerPair, ...]:
    return read_primers(path, material.template.locus, material.placement) if path else ()


def _kinase_reads(material: Material, primers: Sequence[PrimerPair]) -> Sequence[AlignedRead]:
    """The reads over the kinase domain, without what is known to be primer, or to lie elsewhere."""
    locus = material.template.locus
    reads = clip_forced_ends(dark_bases_hidden(material.tkd), locus.sequence)
    return hide_primer_bases(reads, primers, [locus.exon(number) for number in TKD_EXONS])


def analyse_fastq(request: Request) -> Analysis:
    """Analyse the reads of FASTQ files, placed in process on the locus that the package carries.

    Raises:
        UserError: a file cannot be read or is cut short, or the mates do not pair up.
    """
    if request.assay == Assay.LONG:
        from flt3itd.long_analysis import analyse_long_fastq  # noqa: PLC0415

        return analyse_long_fastq(request)
    return _analysis(request, fastq_material(request))


class _Sample(NamedTuple):
    """What the callers of ITDs and of the kinase domain share."""

    request: Request
    material: Material
    measured: ReadMeasures
    measured_kinase: ReadMeasures
    background: Background | None
    primers: tuple[PrimerPair, ...]
    sampling: Sampling

    @property
    def thresholds(self) -> Thresholds:
        """From where on what was measured matters."""
        if self.material.are_molecules:
            return of_molecules(self.material.hidden)
        return AS_ALIGNED if self.request.as_aligned else Thresholds()


def _sample(request: Request, material: Material) -> _Sample:
    if material.are_molecules:
        request = replace(request, parameters=request.parameters.of_molecules())
    material, measured, measured_kinase = prepared(request, material)
    background = _background(request)
    primers = _primers(request.primers, material)
    sampling = request.sampling(_counted_unit(request, material, measured), material.hidden)
    return _Sample(request, material, measured, measured_kinase, background, primers, sampling)


def _analysis(request: Request, material: Material) -> Analysis:
    sample = _sample(request, material)
    request, material, sampling = sample.request, sample.material, sample.sampling
    located = material.located
    calls = _itd_calls(sample)
    sample = sample._replace(
        measured=with_itds(sample.measured, material.itd, request.assay, calls)
    )
    fitness = judge_reads(sample.measured, request.assay, sample.measured_kinase, sample.thresholds)
    depth = tuple(exon_depth(number, calls, located) for number in (14, 15))
    least_depth = request.parameters.itd.minimum_depth
    tkd, warnings_of_tkd = _kinase_domain(sample)
    result = FltResult(
        sample=request.sample,
        counted_unit=sampling.unit,
        itd=restrict_itd(_itd_result(sample, calls), fitness.verdict(Question.ITD)),
        tkd=restrict_tkd(tkd, fitness.verdict(Question.TKD)),
        depth=depth,
        provenance=provenance(
            request, material.template.locus, material.placement, sample.background
        ),
        reads=fitness,
        input_ng=request.input_ng,
        most_molecules=sampling.most_molecules,
        assumption=sampling.assumption,
        molecules_hidden=sampling.hidden,
        reads_by_molecule=_reads_by_molecule(material),
        warnings=(
            *material.warnings,
            *sentences(fitness, (Question.ITD, Question.TKD)),
            *_warnings_of_primers(request.primers, sample.primers, material.placement),
            *warnings_of_tkd,
            *unmerged_only(calls, material.itd),
            *_warnings_of_itds(fitness, warnings_of(calls, depth, located, least_depth)),
        ),
    )
    piles = junction_pileups(calls, located) if request.pile_up else ()
    return Analysis(result, material.contig_length, piles)


def _itd_calls(sample: _Sample) -> ItdCalls:
    request, material = sample.request, sample.material
    return call_itds(
        material.itd,
        material.template,
        request.parameters.itd,
        Search(
            known=read_known(request.known, material.template, material.placement),
            amplicon_assay=request.assay == Assay.AMPLICON,
            primers=sample.primers,
            captured=request.assay == Assay.CAPTURE,
            assessed=assessed(material.template),
            splicing=Splicing.of(material.template),
            sampling=sample.sampling,
        ),
    )


def _itd_result(sample: _Sample, calls: ItdCalls) -> ItdResult:
    """What the calls tell of ITDs, of those at most that the reads are long enough for."""
    request, material = sample.request, sample.material
    itd = interpret(
        request.sample,
        calls,
        material.located,
        request.parameters.itd,
        material.itd,
        sample.sampling,
    )
    if request.assay == Assay.RNA:
        return itd
    inside = (
        longest_inside_amplicon_reads if request.assay == Assay.AMPLICON else longest_inside_reads
    )
    return within_reach(itd, inside(sample.measured, sample.thresholds))


def _kinase_domain(sample: _Sample) -> tuple[TkdResult, tuple[str, ...]]:
    """The mutations of the kinase domain, and a warning where the controls are of another kind."""
    parameters, placement = sample.request.parameters.tkd, sample.material.placement
    reads = _kinase_reads(sample.material, sample.primers)
    exons = count_kinase_domain(reads, parameters)
    place = ReportedAt(
        sample.request.sample,
        placement.contig,
        placement.shift,
        placement.build,
        sample.sampling,
    )
    return (
        judge_families(exons, reads, place, parameters, sample.background),
        _warnings_of_background(exons, sample.background, parameters.significance),
    )


def _background(request: Request) -> Background | None:
    if request.background is None:
        return None
    from flt3itd.kinase.background import read_background  # noqa: PLC0415 - slows other calls

    return read_background(request.background, request.assay)


def _reads_by_molecule(material: Material) -> float | None:
    sizes = material.itd.family_reads
    return sum(sizes) / len(sizes) if material.are_molecules and len(sizes) else None


def _counted_unit(request: Request, material: Material, measured: ReadMeasures) -> CountedUnit:
    """What is counted: copies of single reads are told by nothing unless they are marked."""
    if material.are_molecules:
        return CountedUnit.MOLECULES
    if request.assay == Assay.RNA and material.told_by_ends:
        return CountedUnit.FRAGMENTS
    unit = CountedUnit.without_umis(request.assay)
    unmarked = measured.paired == 0 and measured.duplicates == 0 and measured.reads > 0
    return CountedUnit.READS if unit is CountedUnit.FRAGMENTS and unmarked else unit


def _warnings_of_itds(fitness: ReadFitness, warnings: tuple[str, ...]) -> tuple[str, ...]:
    """What reads could not show; nothing of reads that mislead: clips of RNA are exon borders."""
    return () if fitness.verdict(Question.ITD).misleads else warnings


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
