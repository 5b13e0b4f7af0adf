"""The reads of a sample, sorted for the two callers: from BAM, CRAM, FASTQ, or families of UMIs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pysam

from flt3itd.aligned_source import AlignedSource
from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.kinase.tkd import EXONS as TKD_EXONS
from flt3itd.located import LocatedTemplate
from flt3itd.locus.template import Template, template_of
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import skipped_flags
from flt3itd.reads.alignment_file import (
    contig_length,
    has_strands_apart,
    is_consensus,
    opened,
)
from flt3itd.reads.consensus_families import OUTVOTED, hidden_of, may_be_of_a_list
from flt3itd.reads.coordinates import Placement, locate, place_in_genome, records_over
from flt3itd.reads.copied_ends import Ends
from flt3itd.reads.copies import first_of_each, fragment_keys, without_copies
from flt3itd.reads.elsewhere import Elsewhere
from flt3itd.reads.header import Header, read_header
from flt3itd.reads.placed import PlacedReads
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.rna import read_rna
from flt3itd.reads.tally import FAR_CLIP
from flt3itd.reads.unaligned import is_unaligned, read_unaligned
from flt3itd.request import Request

if TYPE_CHECKING:
    from flt3itd.molecules.consensus_umis import ConsensusUmis
    from flt3itd.molecules.records import ConsensusStatistics
    from flt3itd.reads.strands import WeakerStrands


@dataclass(frozen=True)
class Material:
    """The reads of a sample, sorted for the two callers, and where they lie.

    `ends` are those of each fragment of the ITD region; None: those of its reads. Fragments that
    `are_molecules` were told apart by UMIs, which hide a share of `hidden` of them. `elsewhere` are
    reads over other places and how they are clipped, where none has a long clip here. They were
    `placed_here` without an aligner. `told_by_ends`: copies were left out by their ends.
    """

    template: Template
    placement: Placement
    itd: ReadSet
    tkd: Sequence[AlignedRead]
    contig_length: int
    header: Header = field(default_factory=Header)
    ends: list[Ends | None] | None = None
    are_molecules: bool = False
    warnings: tuple[str, ...] = ()
    hidden: float = 0.0
    elsewhere: Elsewhere | None = None
    placed_here: bool = False
    told_by_ends: bool = False

    @property
    def located(self) -> LocatedTemplate:
        """The template where the reads lie."""
        return LocatedTemplate(self.template, self.placement)

    def without_copies(self) -> Material:
        """The same with one fragment of each pair of ends."""
        self.itd.keep(first_of_each(fragment_keys(self.itd, self.ends)))
        return replace(self, tkd=without_copies(self.tkd))


def bam_material(request: Request) -> Material:
    """The reads of FLT3 in a sorted and indexed BAM or CRAM.

    Where no read of it was aligned they are placed here, like those of FASTQ.
    A BAM whose reads are a consensus already (tags MI and cD) is taken as it is; else, if the
    request says where UMIs are, the consensus is made here.

    Raises:
        UserError: the file cannot be read, is cut short, has no index, is of another build, or its
            reads have no such UMIs.
    """
    with opened(request.inputs[0], request.reference) as bam:
        _refuse_without_families(bam, request)
        if is_unaligned(bam):
            return _unaligned(bam, request)
        if request.umi is not None and not is_consensus(bam):
            return _molecules_of_bam(bam, request)
        if request.assay == Assay.RNA:
            return _rna(bam, request)
        return _dna(bam, request)


def fastq_material(request: Request) -> Material:
    """The reads of FLT3 in FASTQ files, placed in process on the locus that the package carries.

    Raises:
        UserError: a file cannot be read or is cut short, the mates do not pair up, or the reads
            have no such UMIs as the request says.
    """
    reads = PlacedReads(template_of(request.assay), TKD_EXONS)
    hidden = 0.0
    if request.umi is None:
        from flt3itd.molecules.unused import unused_in_fastq  # noqa: PLC0415 - slows calls of BAM
        from flt3itd.reads.fastq import read_fastq  # noqa: PLC0415 - likewise

        warnings = unused_in_fastq(read_fastq(request.inputs, reads))
    else:
        families = _place_molecules(request, reads)
        warnings, hidden = families.warnings, families.molecules_hidden
    return replace(
        _placed_material(request, reads),
        are_molecules=request.umi is not None,
        warnings=warnings,
        hidden=hidden,
    )


def _refuse_without_families(bam: pysam.AlignmentFile, request: Request) -> None:
    """Refuse what is said of families of reads that have none: it would change nothing.

    Raises:
        UserError: something is said of them, and no UMIs are, and the BAM is no consensus.
    """
    said = "--families" if request.families else "--min-family-size"
    if request.umi or not (request.families or request.least_family > 1):
        return
    if any(True for _ in bam.head(1)) and not is_consensus(bam):
        raise UserError(
            f"{said}: is said of UMI families, and {request.inputs[0]} is no consensus (its reads "
            "have no tags MI and cD); leave it out, or say where the UMIs are (--umi)"
        )


def _unaligned(bam: pysam.AlignmentFile, request: Request) -> Material:
    """The reads of FLT3 in a BAM of reads without a place, placed like reads of FASTQ."""
    reads = PlacedReads(template_of(request.assay), TKD_EXONS)
    are_molecules = is_consensus(bam)
    hidden = 0.0
    if request.umi is not None and not are_molecules:
        families = _place_molecules(request, reads, are_unaligned=True)
        warnings, hidden = families.warnings, families.molecules_hidden
        are_molecules = True
    else:
        least = request.least_family if are_molecules else None
        read_unaligned(bam, reads, skipped_flags(request.assay, molecules=are_molecules), least)
        warnings = (*_strands_apart(bam), *_unused_umis(bam))
        if are_molecules:
            bam.reset()
            hidden = _told_hidden(request)
            outvoted = _outvoted(request, hidden, reads.itd, bam.fetch(until_eof=True))
            warnings += outvoted
            hidden = 1.0 if outvoted else hidden
    return replace(
        _placed_material(request, reads),
        header=read_header(bam),
        are_molecules=are_molecules,
        warnings=warnings,
        hidden=hidden,
    )


def _placed_material(request: Request, reads: PlacedReads) -> Material:
    """Reads that were placed here, and where they lie in the genome that results are placed on."""
    placement, length = place_in_genome(reads.template.locus, request.reference, request.build)
    return Material(
        reads.template,
        placement,
        reads.itd,
        reads.kinase_reads(),
        length,
        ends=reads.fragment_ends(),
        placed_here=True,
    )


def _molecules_of_bam(bam: pysam.AlignmentFile, request: Request) -> Material:
    """The consensus of the reads of FLT3, placed on the locus like reads of FASTQ."""
    template = template_of(request.assay)
    locus = template.locus
    parts = [template.exon(number) for number in TKD_EXONS]
    stretch = (0, len(locus)) if request.assay == Assay.RNA else _over(template.reach, *parts)
    path = request.inputs[0]
    placement = locate(bam, str(path), locus, request.reference, stretch).placement
    reads = PlacedReads(template, TKD_EXONS)
    first, last = (place + placement.shift for place in stretch)
    families = _place_molecules(request, reads, (placement.contig, first, last))
    return Material(
        template,
        placement,
        reads.itd,
        reads.kinase_reads(),
        contig_length(bam, placement),
        read_header(bam),
        reads.fragment_ends(),
        are_molecules=True,
        warnings=families.warnings,
        hidden=families.molecules_hidden,
        placed_here=True,
    )


def _over(*stretches: tuple[int, int]) -> tuple[int, int]:
    return min(start for start, _ in stretches), max(end for _, end in stretches)


def _place_molecules(
    request: Request,
    reads: PlacedReads,
    stretch: tuple[str, int, int] | None = None,
    *,
    are_unaligned: bool = False,
) -> ConsensusStatistics:
    """Place the molecules of a request; returns what is told of its families."""
    from flt3itd.molecules.placing import place_molecules  # noqa: PLC0415 - slows other calls
    from flt3itd.molecules.sources import ReadFiles  # noqa: PLC0415

    assert request.umi is not None
    files = ReadFiles(
        request.inputs,
        stretch is not None,
        request.assay,
        request.umi,
        request.primers,
        request.reference,
        are_unaligned=are_unaligned,
    )
    return place_molecules(files, reads, request.sample, request.least_family, stretch)


def _dna(bam: pysam.AlignmentFile, request: Request) -> Material:
    """The reads of FLT3 in an open BAM, as its aligner placed them."""
    molecules = is_consensus(bam)  # before FLT3 is sought: of a CRAM this asks for its genome
    template = template_of(request.assay)
    located = locate(bam, str(request.inputs[0]), template.locus, request.reference, template.reach)
    source = AlignedSource.of(bam, request, template, located.placement, molecules=molecules)
    umis = _consensus_umis() if molecules else None
    itd = source.itd_reads(located.records, umis)
    crowding = umis.crowding() if umis else None
    hidden = _told_hidden(request) if molecules else 0.0
    outvoted: tuple[str, ...] = ()
    if molecules and not (crowding and crowding.crowded):
        over = records_over(bam, source.placement, template.reach)
        outvoted = _outvoted(request, hidden, itd, over)
    if outvoted:
        hidden = 1.0
    elif crowding and hidden < 1:  # UMIs that tell no molecules do so nowhere
        hidden = crowding.hidden
    return Material(
        template,
        source.placement,
        itd,
        source.kinase_reads(),
        contig_length(bam, source.placement),
        read_header(bam),
        are_molecules=molecules,
        warnings=(
            *_of_strands(source.weaker),
            *_unused_umis(bam),
            *(crowding.sentences() if crowding else ()),
            *outvoted,
        ),
        hidden=hidden,
        elsewhere=source.clips_elsewhere() if itd.tally.longest_clip < FAR_CLIP else None,
    )


def _told_hidden(request: Request) -> float:
    """The share of the molecules that others hide, as it was told of a consensus."""
    return hidden_of(request.families) if request.families else 0.0


def _consensus_umis() -> ConsensusUmis:
    from flt3itd.molecules.consensus_umis import ConsensusUmis  # noqa: PLC0415

    return ConsensusUmis()


def _of_strands(weaker: WeakerStrands | None) -> tuple[str, ...]:
    if not weaker:
        return ()
    return (
        "each strand is a consensus of its own (MI ends in /A or /B): of "
        f"{len(weaker)} molecules of FLT3 that were read from both, the strand with more reads "
        "counts; errors that one strand has are fewer in a consensus of both (fgbio "
        "CallDuplexConsensusReads)",
    )


def _strands_apart(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    if not has_strands_apart(bam):
        return ()
    return (
        "each strand is a consensus of its own: molecules that were read from both count twice",
    )


def _outvoted(
    request: Request, told: float, reads: ReadSet, records: Iterable[pysam.AlignedSegment]
) -> tuple[str, ...]:
    """Why the UMIs of a consensus do not tell molecules apart, or may not as they are few.

    `told` is the share of the molecules that was said to be hidden.
    """
    if request.families:
        return (OUTVOTED,) if told == 1.0 else ()
    if request.assay != Assay.AMPLICON or not may_be_of_a_list(reads.family_reads):
        return ()
    from flt3itd.molecules.consensus_umis import unsaid_mixing  # noqa: PLC0415 - slows the start

    reason = unsaid_mixing(records)
    return (reason,) if reason else ()


def _unused_umis(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    from flt3itd.molecules.unused import unused_in_bam  # noqa: PLC0415 - slows the start

    return unused_in_bam(bam)


def _rna(bam: pysam.AlignmentFile, request: Request) -> Material:
    reads = PlacedReads(template_of(request.assay), TKD_EXONS)
    molecules = is_consensus(bam)
    placement = read_rna(
        bam,
        reads,
        name=str(request.inputs[0]),
        reference=request.reference,
        build=request.build,
        least_family=request.least_family if molecules else None,
    )
    length = contig_length(bam, placement)
    return Material(
        reads.template,
        placement,
        reads.itd,
        reads.kinase_reads(),
        length,
        read_header(bam),
        reads.fragment_ends(),
        are_molecules=molecules,
        warnings=(*_strands_apart(bam), *_unused_umis(bam)),
    )
