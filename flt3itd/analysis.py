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
from flt3itd.itd import ItdCall, ItdCalls, ItdParameters, call_itds, search_region
from flt3itd.locus import CHROMOSOME_LENGTH, Exon, Locus, flt3_locus
from flt3itd.naming import name_variant
from flt3itd.placement import Placement, locate
from flt3itd.placing import LocusAligner
from flt3itd.reads import (
    AlignedRead,
    ReadSet,
    SplitRead,
    UnplacedReads,
    aligned_reads,
    collect_reads,
)
from flt3itd.records import (
    EventKind,
    ExonDepth,
    FltEvent,
    FltResult,
    ItdResult,
    Provenance,
    Status,
)
from flt3itd.tkd import EXONS as TKD_EXONS
from flt3itd.tkd import Place, TkdParameters, call_tkd

ASSAYS = ("capture", "amplicon")
METHOD = (
    "VAF_i = x_i / sum(x), AR_i = x_i / x_wildtype; abundances x maximise the likelihood of "
    "y_w ~ Poisson(sum_h x_h g_hw): y_w fragments show window w, g_hw placements on haplotype h "
    "show it; adjusted profile likelihood intervals (95 %)"
)

_FETCH_MARGIN = 100
_SKIPPED_FLAGS = {"capture": 0x100 | 0x200 | 0x400 | 0x800, "amplicon": 0x100 | 0x200 | 0x800}
"""Secondary, failed and supplementary records; duplicates too, but never of amplicons."""

_ASSESSED_CDS = (1714, 1836)
"""Residues 572 to 612, the juxtamembrane domain and the start of TKD1: where ITDs arise."""
_ASSESSED_SHARE = 0.8


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


@dataclass(frozen=True)
class Analysis:
    """A result and the length of the contig that its positions are on."""

    result: FltResult
    contig_length: int


def analyse_bam(request: Request) -> Analysis:
    """Analyse a coordinate-sorted, indexed BAM or CRAM.

    Raises:
        UserError: the file cannot be read, is cut short, has no index or is of another build.
    """
    locus = flt3_locus()
    path = request.inputs[0]
    flags = _SKIPPED_FLAGS[request.assay]
    try:
        with pysam.AlignmentFile(
            str(path), reference_filename=str(request.reference) if request.reference else None
        ) as bam:
            if not bam.has_index():
                raise UserError(
                    f"{path}: there is no index; make one with: samtools index '{path}'"
                )
            placement = locate(bam, str(path), locus, request.reference)
            contig_length = bam.get_reference_length(placement.contig)
            shift = placement.shift

            def fetch(start: int, end: int) -> pysam.IteratorRow:
                return bam.fetch(
                    placement.contig, max(0, start + shift), min(contig_length, end + shift)
                )

            begin, end = search_region(locus)
            aligner = LocusAligner(locus.sequence, [(begin - _FETCH_MARGIN, end + _FETCH_MARGIN)])
            reads = collect_reads(
                fetch(begin - _FETCH_MARGIN, end + _FETCH_MARGIN),
                shift=shift,
                reference=locus.sequence,
                skipped_flags=flags,
                place_unmapped=_placer(aligner),
            )
            tkd_reads: list[AlignedRead] = []
            for start, stop in tkd_regions(locus):
                tkd_reads += aligned_reads(fetch(start, stop), shift=shift, skipped_flags=flags)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: the alignments cannot be read: {_one_line(error)}") from error
    return Analysis(_result(request, locus, placement, reads, tkd_reads, ()), contig_length)


def analyse_fastq(request: Request) -> Analysis:
    """Analyse the reads of FASTQ files, placed in process on the locus that the package carries.

    Raises:
        UserError: a file cannot be read or is cut short, or the mates do not pair up.
    """
    locus = flt3_locus()
    found = read_fastq(request.inputs, locus, search_region(locus), tkd_regions(locus))
    placement = Placement("chr13", locus.first_position - 1, "GRCh38")
    warnings: tuple[str, ...] = ()
    if request.assay == "capture":
        warnings = ("duplicates are not marked in FASTQ: fragments are counted as they come",)
    result = _result(request, locus, placement, found.itd, found.tkd, warnings)
    return Analysis(result, CHROMOSOME_LENGTH["GRCh38"])


def tkd_regions(locus: Locus) -> tuple[tuple[int, int], ...]:
    """The kinase domain exons that are looked at, locus coordinates, half-open."""
    return tuple((locus.exon(number).start, locus.exon(number).end) for number in TKD_EXONS)


def _placer(aligner: LocusAligner) -> UnplacedReads:
    def place(fragment: int, sequence: str, qualities: bytes) -> SplitRead | None:
        placed = aligner.place(fragment, sequence, qualities)
        return None if placed is None else placed.split

    return place


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _result(
    request: Request,
    locus: Locus,
    placement: Placement,
    reads: ReadSet,
    tkd_reads: Sequence[AlignedRead],
    warnings: tuple[str, ...],
) -> FltResult:
    calls = call_itds(
        reads, locus, request.parameters.itd, amplicon_assay=request.assay == "amplicon"
    )
    depth = tuple(_exon_depth(locus.exon(number), calls, placement) for number in (14, 15))
    place = Place(request.sample, placement.contig, placement.shift, placement.build)
    return FltResult(
        sample=request.sample,
        itd=_itd_result(request, locus, placement, calls),
        tkd=call_tkd(tkd_reads, place, request.parameters.tkd),
        depth=depth,
        provenance=_provenance(request, locus, placement),
        warnings=(*warnings, *_uncovered(depth, request.parameters.itd.minimum_depth)),
    )


def _itd_result(request: Request, locus: Locus, placement: Placement, calls: ItdCalls) -> ItdResult:
    events = tuple(
        sorted(
            (_event(request.sample, call, placement) for call in calls.calls),
            key=lambda event: (event.filter != "PASS", -event.vaf, event.pos, event.alt),
        )
    )
    assessed = _assessed_depth(locus, calls)
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
    )


def _event(sample: str, call: ItdCall, placement: Placement) -> FltEvent:
    insertion = call.haplotype.insertion
    assert insertion is not None
    reference = call.haplotype.reference
    start, end = insertion.start, insertion.end
    names = name_variant(start, reference[start:end], insertion.inserted, placement.build)
    duplication = call.haplotype.duplication
    anchor = reference[start - 1]
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
        pos=placement.position(start - 1),
        ref=anchor + reference[start:end],
        alt=anchor + insertion.inserted,
    )


def _assessed_depth(locus: Locus, calls: ItdCalls) -> npt.NDArray[np.int64]:
    """Informative fragments at each base of residues 572 to 612."""
    first, last = (locus.offset_of_cds(number) for number in reversed(_ASSESSED_CDS))
    return calls.depth[first - calls.region[0] : last + 1 - calls.region[0]]


def _exon_depth(exon: Exon, calls: ItdCalls, placement: Placement) -> ExonDepth:
    depth = calls.depth[exon.start - calls.region[0] : exon.end - calls.region[0]]
    return ExonDepth(
        exon=exon.number,
        chrom=placement.contig,
        start=placement.position(exon.start),
        end=placement.position(exon.end - 1),
        fragments=tuple(depth[::-1].tolist()),
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
