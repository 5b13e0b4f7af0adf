"""The reads of FLT3 in a BAM or CRAM of DNA, as its aligner placed them, for the two callers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import pysam

from flt3itd.kinase.tkd import EXONS as TKD_EXONS
from flt3itd.locus.template import Template
from flt3itd.reads.aligned import AlignedRead, aligned_reads
from flt3itd.reads.alignment import skipped_flags
from flt3itd.reads.alignment_file import (
    has_strands_apart,
    of_families,
    opened,
    read_groups,
)
from flt3itd.reads.clipped_overlaps import join_clips
from flt3itd.reads.coordinates import Placement, records_over
from flt3itd.reads.elsewhere import Elsewhere, clips_elsewhere
from flt3itd.reads.groups import Groups
from flt3itd.reads.kmer_aligner import LocusAligner
from flt3itd.reads.mates import MateElsewhere
from flt3itd.reads.pieces import mates_elsewhere, whole_reads
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.streaming import Stretch, Taken, collect_reads
from flt3itd.reads.unplaced import KmerFilter, unplaced_records
from flt3itd.request import Request

if TYPE_CHECKING:
    from flt3itd.molecules.consensus_umis import ConsensusUmis
    from flt3itd.reads.strands import WeakerStrands

Record = pysam.AlignedSegment


class AlignedSource(NamedTuple):
    """An open BAM with FLT3 at a placement, and which of its records count.

    Of `molecules` those of families of `least` reads, without the `weaker` strands.
    """

    bam: pysam.AlignmentFile
    template: Template
    placement: Placement
    wanted: KmerFilter
    flags: int
    molecules: bool
    least: int
    weaker: WeakerStrands | None

    @classmethod
    def of(
        cls,
        bam: pysam.AlignmentFile,
        request: Request,
        template: Template,
        placement: Placement,
        *,
        molecules: bool,
    ) -> AlignedSource:
        """The records that count for a request; `molecules` tells that they are a consensus."""
        wanted = KmerFilter(template.locus.sequence, [template.reach])
        stretches = [template.reach, *(template.exon(number) for number in TKD_EXONS)]
        weaker = _weaker_strands(request, placement, stretches, wanted) if molecules else None
        return cls(
            bam,
            template,
            placement,
            wanted,
            skipped_flags(request.assay, molecules=molecules),
            molecules,
            request.least_family if molecules else 1,
            weaker,
        )

    def itd_reads(self, placed: Iterable[Record], umis: ConsensusUmis | None) -> ReadSet:
        """The reads over the ITD region: those `placed` there, and others that resemble it."""
        locus = self.template.locus
        records = self._stronger(chain(placed, unplaced_records(self.bam, self.wanted)))
        aligner = LocusAligner(locus.sequence, [self.template.reach], self.template.repeats)

        def place(fragment: int, sequence: str, qualities: bytes) -> SplitRead | None:
            found = aligner.place(fragment, sequence, qualities)
            return None if found is None else found.split._replace(is_reverse=found.is_reverse)

        reads = collect_reads(
            of_families(records if umis is None else umis.noted(records), self.least),
            Stretch(locus.sequence, self.placement.shift, self.template.target),
            place,
            Taken(
                self.flags,
                molecules=self.molecules,
                groups=Groups(by_tag=len(read_groups(self.bam)) > 1),
                whole=None if self.molecules else self._whole,
            ),
        )
        join_clips(reads, locus.sequence)
        return reads

    def kinase_reads(self) -> list[AlignedRead]:
        """The reads over the exons of the kinase domain."""
        reads: list[AlignedRead] = []
        for number in TKD_EXONS:
            records = records_over(self.bam, self.placement, self.template.exon(number))
            reads += aligned_reads(
                of_families(self._stronger(records), self.least),
                shift=self.placement.shift,
                skipped_flags=self.flags,
                molecules=self.molecules,
            )
        return reads

    def clips_elsewhere(self) -> Elsewhere:
        """What reads over other places of the BAM are clipped by."""
        contig, first, last = self._interval
        return clips_elsewhere(self.bam, contig, (first, last), self.flags)

    @property
    def _interval(self) -> tuple[str, int, int]:
        first, last = (self.placement.shift + place for place in self.template.reach)
        return self.placement.contig, first, last

    def _stronger(self, records: Iterable[Record]) -> Iterable[Record]:
        return self.weaker.without(records) if self.weaker else records

    def _whole(
        self, pieces: Iterable[Record], mates: Sequence[MateElsewhere], fragments: int
    ) -> Iterable[Record]:
        """The whole reads of pieces, and mates that lie elsewhere of fragments that have none."""
        made = list(whole_reads(self.bam, pieces, self._interval, self.flags))
        known = {record.query_name for record in made}
        strays = [mate for mate in mates if mate.name not in known]
        return chain(made, mates_elsewhere(self.bam, strays, fragments, self.flags))


def _weaker_strands(
    request: Request,
    placement: Placement,
    stretches: Iterable[tuple[int, int]],
    wanted: KmerFilter,
) -> WeakerStrands | None:
    """Strands of molecules for which the other one counts, where each strand is a consensus.

    Of those over some stretches, and of wanted ones that have no place.
    """
    with opened(request.inputs[0], request.reference) as bam:
        if not has_strands_apart(bam):
            return None
        from flt3itd.reads.strands import WeakerStrands  # noqa: PLC0415 - slows other calls

        placed = chain.from_iterable(records_over(bam, placement, one) for one in stretches)
        return WeakerStrands.among(chain(placed, unplaced_records(bam, wanted)))
