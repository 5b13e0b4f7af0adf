"""One sample from its reads to its result: the library entry behind ``flt3itd call``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd import __version__
from flt3itd.detection import limit_of_detection
from flt3itd.errors import UserError
from flt3itd.fastq import read_fastq
from flt3itd.followup import read_known
from flt3itd.haplotype import Haplotype
from flt3itd.itd import (
    BACKGROUND_CHANCE,
    ItdCall,
    ItdCalls,
    ItdParameters,
    KnownCall,
    call_itds,
)
from flt3itd.locus import CHROMOSOME_LENGTH, Locus, flt3_locus
from flt3itd.naming import Names, name_on
from flt3itd.placed import PlacedReads
from flt3itd.placement import Placement, locate, records_over
from flt3itd.placing import LocusAligner
from flt3itd.primers import read_primers
from flt3itd.reads import AlignedRead, ReadSet, SplitRead, aligned_reads, collect_reads
from flt3itd.records import (
    EventKind,
    ExonDepth,
    FltEvent,
    FltResult,
    ItdResult,
    KnownItd,
    Provenance,
    Status,
)
from flt3itd.rna import read_rna
from flt3itd.template import Template, genomic_template, spliced_template
from flt3itd.tkd import EXONS as TKD_EXONS
from flt3itd.tkd import Place, TkdParameters, call_tkd

ASSAYS = ("capture", "amplicon", "rna")
METHOD = (
    "VAF_i = x_i / sum(x), AR_i = x_i / x_wildtype; abundances x maximise the likelihood of "
    "y_w ~ Poisson(sum_h x_h g_hw): y_w fragments show window w, g_hw placements on haplotype h "
    "show it; adjusted profile likelihood intervals (95 %)"
)

_FETCH_MARGIN = 100
_SKIPPED_FLAGS = {
    "capture": 0x100 | 0x200 | 0x400 | 0x800,
    "amplicon": 0x100 | 0x200 | 0x800,
    "rna": 0x100 | 0x200 | 0x800,
}
"""Secondary, failed and supplementary records; duplicates too where start positions are random.

The fragments of an amplicon share their ends, and those of a highly expressed gene often do.
"""

_ASSESSED_CDS = (1714, 1836)
"""Residues 572 to 612, the juxtamembrane domain and the start of TKD1: where ITDs arise."""
_ASSESSED_SHARE = 0.8
_PRIMER_REMARK = "allelic ratio biased: primer site duplicated"


@dataclass(frozen=True)
class Parameters:
    """All thresholds of one analysis."""

    itd: ItdParameters = field(default_factory=ItdParameters)
    tkd: TkdParameters = field(default_factory=TkdParameters)


@dataclass(frozen=True)
class Request:
    """What to analyse: one BAM, or one or two FASTQ files."""

    sample: str
    inputs: tuple[Path, ...]
    assay: str
    reference: Path | None
    command: str
    parameters: Parameters
    primers: Path | None = None
    known: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """A result and the length of the contig that its positions are on."""

    result: FltResult
    contig_length: int


@dataclass(frozen=True)
class _Material:
    """The reads of a sample, sorted for the two callers, and where they lie."""

    template: Template
    placement: Placement
    itd: ReadSet
    tkd: Sequence[AlignedRead]
    warnings: tuple[str, ...] = ()


def analyse_bam(request: Request) -> Analysis:
    """Analyse a coordinate-sorted, indexed BAM or CRAM.

    Raises:
        UserError: the file cannot be read, is cut short, has no index or is of another build.
    """
    path = request.inputs[0]
    reference = str(request.reference) if request.reference else None
    try:
        with pysam.AlignmentFile(str(path), reference_filename=reference) as bam:
            if not bam.has_index():
                raise UserError(
                    f"{path}: there is no index; make one with: samtools index '{path}'"
                )
            read = _read_rna if request.assay == "rna" else _read_dna
            material = read(bam, request)
            contig = material.placement.contig
            length = (
                bam.get_reference_length(contig)
                if contig in bam.references
                else CHROMOSOME_LENGTH[material.placement.build]
            )
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: the alignments cannot be read: {_one_line(error)}") from error
    return Analysis(_result(request, material), length)


def analyse_fastq(request: Request) -> Analysis:
    """Analyse the reads of FASTQ files, placed in process on the locus that the package carries.

    Raises:
        UserError: a file cannot be read or is cut short, or the mates do not pair up.
    """
    locus = flt3_locus()
    template = spliced_template(locus) if request.assay == "rna" else genomic_template(locus)
    reads = PlacedReads(template, TKD_EXONS)
    read_fastq(request.inputs, reads)
    warnings: tuple[str, ...] = ()
    if request.assay == "capture":
        warnings = ("duplicates are not marked in FASTQ: fragments are counted as they come",)
    placement = Placement("chr13", locus.first_position - 1, "GRCh38")
    material = _Material(template, placement, reads.itd, reads.tkd, warnings)
    return Analysis(_result(request, material), CHROMOSOME_LENGTH["GRCh38"])


def _read_dna(bam: pysam.AlignmentFile, request: Request) -> _Material:
    locus = flt3_locus()
    template = genomic_template(locus)
    flags = _SKIPPED_FLAGS[request.assay]
    stretch = template.region[0] - _FETCH_MARGIN, template.region[1] + _FETCH_MARGIN
    located = locate(bam, str(request.inputs[0]), locus, request.reference, stretch)
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
    )
    tkd: list[AlignedRead] = []
    for number in TKD_EXONS:
        records = records_over(bam, placement, template.exon(number))
        tkd += aligned_reads(records, shift=placement.shift, skipped_flags=flags)
    return _Material(template, placement, itd, tkd)


def _read_rna(bam: pysam.AlignmentFile, request: Request) -> _Material:
    locus = flt3_locus()
    template = spliced_template(locus)
    reads = PlacedReads(template, TKD_EXONS)
    flags = _SKIPPED_FLAGS[request.assay]
    placement = read_rna(bam, str(request.inputs[0]), locus, request.reference, flags, reads)
    return _Material(template, placement, reads.itd, reads.tkd)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _result(request: Request, material: _Material) -> FltResult:
    template, placement = material.template, material.placement
    primers = read_primers(request.primers, template.locus, placement) if request.primers else ()
    calls = call_itds(
        material.itd,
        template,
        request.parameters.itd,
        amplicon_assay=request.assay == "amplicon",
        primers=primers,
        known=read_known(request.known, template, placement),
    )
    depth = tuple(_exon_depth(number, calls, template, placement) for number in (14, 15))
    place = Place(request.sample, placement.contig, placement.shift, placement.build)
    return FltResult(
        sample=request.sample,
        itd=_itd_result(request, template, placement, calls),
        tkd=call_tkd(material.tkd, place, request.parameters.tkd),
        depth=depth,
        provenance=_provenance(request, template.locus, placement),
        warnings=(
            *material.warnings,
            *_hard_clipped(material.itd),
            *_unexplained(calls, template, placement),
            *_uncovered(depth, request.parameters.itd.minimum_depth),
        ),
    )


def _itd_result(
    request: Request, template: Template, placement: Placement, calls: ItdCalls
) -> ItdResult:
    events = tuple(
        sorted(
            (_event(request.sample, call, template, placement) for call in calls.calls),
            key=lambda event: (event.filter != "PASS", -event.vaf, event.pos, event.alt),
        )
    )
    assessed = _assessed_depth(template, calls)
    minimum = request.parameters.itd.minimum_depth
    covered = assessed[assessed >= minimum]
    if any(event.status is Status.DETECTED for event in events):
        status = Status.DETECTED
    elif len(covered) < _ASSESSED_SHARE * len(assessed):
        status = Status.NOT_ASSESSABLE
    else:
        status = Status.NOT_DETECTED
    lowest = int(covered.min()) if len(covered) else 0
    limit = None
    if status is not Status.NOT_ASSESSABLE and lowest:
        limit = limit_of_detection(lowest, request.parameters.itd.minimum_mutant_fragments)
    return ItdResult(
        status=status,
        informative_fragments=int(np.median(assessed)),
        limit_of_detection=limit,
        total_vaf=calls.total_vaf.value if calls.total_vaf else None,
        total_vaf_interval=calls.total_vaf.interval if calls.total_vaf else None,
        total_ar=calls.total_ar.value if calls.total_ar else None,
        total_ar_interval=calls.total_ar.interval if calls.total_ar else None,
        events=events,
        known=tuple(
            _known(one, template, placement, request.parameters.itd.minimum_depth)
            for one in calls.known
        ),
    )


@dataclass(frozen=True)
class _Allele:
    """An insertion as a VCF record on the contig of the reads, with its names."""

    names: Names
    pos: int
    ref: str
    alt: str


def _allele(haplotype: Haplotype, template: Template, placement: Placement) -> _Allele:
    insertion = haplotype.insertion
    assert insertion is not None
    start, end = insertion.start, insertion.end
    replaced, anchor = haplotype.reference[start:end], haplotype.reference[start - 1]
    return _Allele(
        name_on(template, start, replaced, insertion.inserted, placement.build),
        placement.position(template.to_locus(start - 1)),
        anchor + replaced,
        anchor + insertion.inserted,
    )


def _known(
    call: KnownCall, template: Template, placement: Placement, minimum_depth: int
) -> KnownItd:
    allele = _allele(call.haplotype, template, placement)
    if call.background_probability <= BACKGROUND_CHANCE:
        status = Status.DETECTED
    elif call.informative_fragments < minimum_depth:
        status = Status.NOT_ASSESSABLE
    else:
        status = Status.NOT_DETECTED
    return KnownItd(
        allele.names.hgvs_c,
        call.haplotype.length_change,
        placement.contig,
        allele.pos,
        allele.ref,
        allele.alt,
        status,
        call.mutant_fragments,
        call.informative_fragments,
        call.vaf,
        call.vaf_upper,
        call.background_probability,
    )


def _event(sample: str, call: ItdCall, template: Template, placement: Placement) -> FltEvent:
    insertion = call.haplotype.insertion
    assert insertion is not None
    allele = _allele(call.haplotype, template, placement)
    names = allele.names
    duplication = call.haplotype.duplication
    return FltEvent(
        sample=sample,
        event=EventKind.ITD if duplication.is_tandem else EventKind.INSERTION,
        status=Status.NOT_DETECTED if call.filters else Status.DETECTED,
        length_bp=insertion.length,
        in_frame=names.in_frame,
        insertion_site_residue=names.insertion_site_residue,
        domain=names.domain,
        filler=duplication.filler if duplication.is_tandem else "",
        hgvs_g=names.hgvs_g,
        hgvs_c=names.hgvs_c,
        hgvs_p=names.hgvs_p,
        vaf=call.vaf.value,
        vaf_low=call.vaf.interval.low,
        vaf_high=call.vaf.interval.high,
        ar=call.ar.value,
        ar_low=call.ar.interval.low,
        ar_high=call.ar.interval.high,
        mutant_fragments=call.mutant_fragments,
        wildtype_fragments=call.wildtype_fragments,
        informative_fragments=call.mutant_fragments + call.wildtype_fragments,
        filter=";".join(call.filters) or "PASS",
        inserted_sequence=insertion.inserted,
        chrom=placement.contig,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        remark=_PRIMER_REMARK if call.duplicates_primer else "",
    )


def _assessed_depth(template: Template, calls: ItdCalls) -> npt.NDArray[np.int64]:
    """Informative fragments at each base of residues 572 to 612 (all in exon 14)."""
    first, last = (
        template.from_locus(template.locus.offset_of_cds(number))
        for number in reversed(_ASSESSED_CDS)
    )
    return calls.depth[first - template.region[0] : last + 1 - template.region[0]]


def _exon_depth(
    number: int, calls: ItdCalls, template: Template, placement: Placement
) -> ExonDepth:
    exon = template.locus.exon(number)
    start, end = template.exon(number)
    depth = calls.depth[start - template.region[0] : end - template.region[0]]
    return ExonDepth(
        exon=number,
        chrom=placement.contig,
        start=placement.position(exon.start),
        end=placement.position(exon.end - 1),
        fragments=tuple(depth[::-1].tolist()),
    )


def _hard_clipped(reads: ReadSet) -> tuple[str, ...]:
    if not reads.hard_clipped:
        return ()
    return (
        f"{reads.hard_clipped} reads are hard clipped: an ITD in the bases that were cut off "
        "cannot be seen; align with soft clips (bwa mem -Y)",
    )


def _unexplained(calls: ItdCalls, template: Template, placement: Placement) -> tuple[str, ...]:
    return tuple(
        f"{fragments} fragments are clipped at {placement.contig}:"
        f"{placement.position(template.to_locus(place))} and fit no insertion that was found: "
        "an insertion longer than the reads, or a rearrangement"
        for place, fragments in calls.unexplained.items()
    )


def _uncovered(depth: Sequence[ExonDepth], minimum: int) -> tuple[str, ...]:
    """A sentence for each exon that has bases with too few fragments."""
    sentences = []
    for exon in depth:
        short = sum(fragments < minimum for fragments in exon.fragments)
        if short:
            sentences.append(
                f"exon {exon.exon}: {short} of {len(exon.fragments)} bases have fewer than "
                f"{minimum} informative fragments; an ITD there could be missed"
            )
    return tuple(sentences)


def _provenance(request: Request, locus: Locus, placement: Placement) -> Provenance:
    return Provenance(
        version=__version__,
        command=request.command,
        inputs=tuple(str(path) for path in request.inputs),
        build=placement.build,
        contig=placement.contig,
        reference_sha256=locus.sha256,
        assay=request.assay,
        parameters=asdict(request.parameters),
        libraries={name: version(name) for name in ("pysam", "numpy", "dnaio", "edlib")},
        method=METHOD,
    )
