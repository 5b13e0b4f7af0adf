r"""Insertions, duplications and deletions of 20 bases or more, most of which freebayes misses.

    python -m scripts.panel.long_events --bam S.bam --fasta GENOME.fa --targets TARGETS.bed \
        --sample S --assay capture --minimum-vaf 0.005 --minimum-mapping-quality 20 \
        --out long.vcf --clips clips.bed

Aligners clip most reads of such an event (CALR type 1 lacks 52 bases). Of the reads that are
clipped or have a long gap (`gapped_reads`), several break at one place: there, the engine of the
ITD caller (`flt3itd.insertions.long_changes`) says what is there and how much of it.
"""

from __future__ import annotations

import argparse
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pysam
from pysam.utils import SamtoolsError

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import unfinished_folder
from flt3itd.common.vcf import Field, Header, Record, vcf_text
from flt3itd.insertions.long_changes import (
    Demands,
    LongChange,
    call_long_changes,
    neighbourhoods,
    shared_breakpoints,
)
from flt3itd.locus.template import REACH
from flt3itd.reads.pieces import other_parts
from flt3itd.records import ConfidenceInterval
from scripts.command import run, write_whole
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets, overlaps
from scripts.genome.variant_file import numbers_of, records_of
from scripts.panel.alleles import Allele, AlleleCounts, allele_of
from scripts.panel.gapped_reads import gapped_reads
from scripts.panel.inversions import inversions_of, share_of
from scripts.panel.place_reads import ContigReads
from scripts.panel.places import clips_as_bed, shared_clips
from scripts.panel.read_rules import ReadRules

BESIDE_TARGET = 100
"""Bases beside a target of captured reads in which both ends of a deletion are looked for that
holds all of it: fragments of 300 bases are read as far from where a bait binds them."""


@dataclass(frozen=True)
class LongEvent:
    """An event as in a VCF (left-aligned, trimmed) with its fragments and VAF.

    `counts` have no reads by strand: whole junctions are seen, not single bases.
    """

    allele: Allele
    counts: AlleleCounts
    vaf: float
    interval: ConfidenceInterval

    def explains(self, allele: Allele, vaf: float) -> bool:
        """Whether a call is but one of the ways in which aligners put replaced bases.

        It lies in what the event replaces, and fewer molecules show it.
        """
        own = self.allele
        replaces = len(own.ref) > 1 and len(own.alt) > 1
        inside = own.contig == allele.contig and own.start <= allele.start + 1
        return replaces and inside and allele.end <= own.end + 1 and vaf < self.vaf


def find_events(
    bam: pysam.AlignmentFile,
    gapped: pysam.AlignmentFile,
    regions: Regions,
    fasta: Path,
    demands: Demands,
) -> list[LongEvent]:
    """The events that touch a target, in the order of the targets' contigs.

    `gapped` holds the reads that may propose one, `bam` all that count.
    """
    sequence_of = sequence_reader(fasta)
    found: dict[Allele, LongEvent] = {}
    for contig, spans in regions.items():
        # All reads of an amplicon may have their longer part beside a target that they lack.
        all_near = demands.assay == Assay.AMPLICON
        reads = gapped.fetch(contig) if all_near else _reads_over(gapped, contig, regions)
        places = set(shared_breakpoints(reads, demands))
        if demands.assay == Assay.CAPTURE:
            beside = shared_breakpoints(gapped.fetch(contig), demands)
            places.update(chain.from_iterable(_around_targets(beside, spans)))
        for interval in neighbourhoods(sorted(places), REACH):
            for change in call_long_changes(bam, contig, interval, sequence_of(contig), demands):
                if any(change.touches(*span) for span in spans):
                    event = _event(change)
                    found[event.allele] = event
    return list(found.values())


def find_inversions(
    bam: pysam.AlignmentFile,
    gapped: pysam.AlignmentFile,
    regions: Regions,
    fasta: Path,
    demands: Demands,
    rules: ReadRules,
) -> Iterator[LongEvent]:
    """The inversions that touch a target, in captures: reads of an amplicon begin with primers.

    `gapped` holds the reads that may propose one, `bam` all that count.
    """
    if rules.assay != Assay.CAPTURE:
        return
    sequence_of = sequence_reader(fasta)
    for contig, spans in regions.items():
        fetch = sequence_of(contig)
        proposed = inversions_of(gapped.fetch(contig), spans, contig, fetch, rules)
        for allele in proposed:
            share = share_of(allele, proposed, ContigReads(bam, fetch, rules))
            if share is None or share.vaf < demands.minimum_vaf:
                continue
            if share.mutant >= demands.fewest_fragments:
                wildtype = share.informative - share.mutant
                counts = AlleleCounts(share.mutant, wildtype, share.informative, (0, 0), (0, 0))
                yield LongEvent(allele, counts, share.vaf, share.interval)


def _reads_over(
    reads: pysam.AlignmentFile, contig: str, regions: Regions
) -> Iterator[pysam.AlignedSegment]:
    """The reads of a contig that lie over a target, with a part that is aligned apart too.

    Of a deletion that begins beside a target, all reads of an amplicon may lie beside it with their
    longer part.
    """
    for read in reads.fetch(contig):
        apart = [one for one in other_parts(read) if one.contig == contig]
        spans = [
            (read.reference_start, read.reference_end or 0),
            *((one.start, one.end) for one in apart),
        ]
        if any(overlaps(regions, contig, *span) for span in spans):
            yield read


def _around_targets(
    places: Sequence[int], spans: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Pairs of the sorted places, beside targets, between which reads lack one or more of them.

    Of molecules that lack a whole target no read lies over it.
    """
    before, behind = set[int](), set[int]()
    for start, end in spans:
        low, high = start - BESIDE_TARGET, end + BESIDE_TARGET
        before.update(places[bisect_left(places, low) : bisect_right(places, start)])
        behind.update(places[bisect_left(places, end) : bisect_right(places, high)])
    last = sorted(behind)
    for place in before:
        yield from ((place, other) for other in last if place < other <= place + REACH)


def _event(change: LongChange) -> LongEvent:
    mutant, wildtype = change.mutant_fragments, change.wildtype_fragments
    return LongEvent(
        Allele(change.contig, change.start, change.ref, change.alt),
        AlleleCounts(mutant, wildtype, mutant + wildtype, (0, 0), (0, 0)),
        change.vaf.value,
        change.vaf.interval,
    )


def vcf_of(events: Iterable[LongEvent], sample: str, contigs: Mapping[str, int]) -> str:
    """The events as VCF, in the order of the contigs (name: length), with fragments and VAF."""
    header = Header(sample=sample, contigs=contigs, info=(), values=_VALUES)
    order = list(contigs)
    ordered = sorted(events, key=lambda e: (order.index(e.allele.contig), e.allele))
    return vcf_text(header, map(_record, ordered))


_VALUES = (
    Field("AD", "R", "Integer", "Wild-type, mutant fragments"),
    Field("AF", "A", "Float", "VAF"),
    Field("AFCI", "2", "Float", "95% interval of the VAF"),
)


def _record(event: LongEvent) -> Record:
    allele, counts = event.allele, event.counts
    return Record(
        contig=allele.contig,
        position=allele.start + 1,
        ref=allele.ref,
        alt=allele.alt,
        filter=".",
        info={},
        values={
            "AD": (counts.wildtype, counts.mutant),
            "AF": event.vaf,
            "AFCI": (event.interval.low, event.interval.high),
        },
    )


def read_events(path: Path) -> Iterator[LongEvent]:
    """The events of a file that `vcf_of` made."""
    for record in records_of(path):
        (wildtype, mutant), (low, high) = numbers_of(record, "AD"), numbers_of(record, "AFCI")
        (vaf,) = numbers_of(record, "AF")
        counts = AlleleCounts(int(mutant), int(wildtype), int(mutant + wildtype), (0, 0), (0, 0))
        interval = ConfidenceInterval(low, high)
        yield LongEvent(allele_of(record), counts, vaf, interval)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the events of all targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bam", "fasta", "targets", "out", "clips"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--assay", type=Assay, choices=list(Assay), required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    parser.add_argument("--minimum-mapping-quality", type=int, required=True)
    options = parser.parse_args(arguments)
    demands = Demands(
        minimum_vaf=options.minimum_vaf,
        minimum_mapping_quality=options.minimum_mapping_quality,
        assay=Assay(options.assay),
    )
    regions = merged_targets(options.targets)
    rules = ReadRules(options.assay, options.minimum_mapping_quality)
    try:
        with (
            unfinished_folder(options.out) as folder,
            pysam.AlignmentFile(str(options.bam)) as bam,
        ):
            # A read that is clipped right there ends or begins beside it.
            few = gapped_reads(options.bam, regions, rules, folder, reach=BESIDE_TARGET + 1)
            with pysam.AlignmentFile(str(few)) as gapped:
                events = find_events(bam, gapped, regions, options.fasta, demands)
                events += find_inversions(bam, gapped, regions, options.fasta, demands, rules)
                clips = {c: shared_clips(_reads_over(gapped, c, regions), rules) for c in regions}
            contigs = dict(zip(bam.references, bam.lengths, strict=True))
    except (OSError, ValueError, SamtoolsError) as error:
        raise UserError(f"{options.bam}: cannot be read: {error}") from error
    write_whole(options.clips, clips_as_bed(clips))
    write_whole(options.out, vcf_of(events, options.sample, contigs))


if __name__ == "__main__":
    run(main)
