"""What is taken out of the reads before they are called, and what is measured of them.

`prepared` takes out bases and reads that are not of the sample, and measures what is left;
`with_itds` adds what the reads of the called ITDs are like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from flt3itd.common.assay import Assay
from flt3itd.fitness.measurement import (
    measure,
    measure_aligned,
    with_cuts_of,
    with_differences,
    with_elsewhere,
)
from flt3itd.fitness.thresholds import COPIED_MATES, REPEATED, WORTH_REMOVING
from flt3itd.fitness_records import ReadMeasures
from flt3itd.insertions.baits import Baits
from flt3itd.insertions.caught_reads import Capture
from flt3itd.insertions.copies import are_many
from flt3itd.insertions.errors_by_allele import fewer_errors
from flt3itd.insertions.fragment_lengths import longer_than_others
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.junction_places import (
    Shown,
    missed_in_the_middle,
    nearer_to_ends,
    showing,
)
from flt3itd.insertions.missing_kinds import MissedKind, missed_kind
from flt3itd.insertions.nearer_pairs import nearer_pairs_missed
from flt3itd.insertions.trimmed_pairs import cut_within_copies
from flt3itd.insertions.unlike_groups import fewer_in_a_group
from flt3itd.insertions.unmerged import share_with_insertions
from flt3itd.material import Material
from flt3itd.reads.copies import (
    leave_out_copied_mates,
    share_of_copied_reads,
    shared_by_chance,
    told_by_ends,
)
from flt3itd.reads.dark_cycles import hide_dark_bases
from flt3itd.reads.foreign_bases import cut_adapters, cut_foreign_bases
from flt3itd.reads.groups import FewerThere
from flt3itd.reads.library import ReadSpans, fragment_shapes, read_spans
from flt3itd.reads.misread_cycles import hide_misread_cycles
from flt3itd.reads.misread_starts import put_back_misread_starts
from flt3itd.reads.other_sequences import (
    leave_out_other_sequences,
    of_another_sequence,
    parts_of_aligned,
)
from flt3itd.reads.primer_ends import leave_out_joined_products, share_scattered
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.repeated import share_repeated, text_of_aligned
from flt3itd.reads.splice_sites import share_spliced, share_unspliced
from flt3itd.request import Request


class Prepared(NamedTuple):
    """The reads that are called, and what was measured over the ITD region and kinase domain."""

    material: Material
    itd: ReadMeasures
    kinase: ReadMeasures


def prepared(request: Request, material: Material) -> Prepared:
    """Take foreign bases, reads of other sequences and unmarked copies out, and measure.

    Dark and misread bases are hidden after it: until then they are wrong ones.
    """
    template = material.template
    ends = cut_adapters(material.itd, template.sequence)
    put_back_misread_starts(material.itd, template.sequence)
    foreign = cut_foreign_bases(
        material.itd,
        template.sequence,
        template.reach,
        of_one_construct=request.assay != Assay.AMPLICON,
    )
    spans = read_spans(material.itd)
    mates_alike = leave_out_copied_mates(material.itd, spans, COPIED_MATES)
    material, other_sequence = _without_other_sequences(material)
    if mates_alike >= COPIED_MATES or other_sequence:  # some of the reads were left out
        spans = read_spans(material.itd)
    measured = measure(
        material.itd, template.sequence, target=template.target, ends=ends, spans=spans
    )
    if request.assay == Assay.AMPLICON:
        measured = with_differences(measured, material.itd, template.sequence)
        measured = replace(measured, scattered=share_scattered(spans))
        leave_out_joined_products(material.itd, template.sequence, spans)
    itd = replace(
        measured,
        foreign_bases=foreign,
        placed_here=material.placed_here,
        unspliced=share_unspliced(material.itd, template),
        spliced=share_spliced(material.itd, template),
        mates_alike=mates_alike,
        other_sequence=other_sequence,
        **vars(material.header),
    )
    if material.elsewhere:
        itd = with_elsewhere(itd, material.elsewhere)
    kinase = measure_aligned(
        material.tkd, template.locus.sequence, platforms=material.header.platforms
    )
    if kinase.reads > itd.reads:  # as in a capture of exon 20 alone
        itd = replace(itd, copies=share_of_copied_reads(material.tkd))
    itd = replace(itd, repeated=max(itd.repeated, share_repeated(material.tkd, text_of_aligned)))
    material, itd = _without_copies(request.assay, material, itd, spans)
    hide_dark_bases(material.itd, template.sequence)
    if request.assay == Assay.AMPLICON:
        hide_misread_cycles(material.itd, template.sequence)
    return Prepared(material, itd, kinase)


def _without_copies(
    assay: Assay, material: Material, itd: ReadMeasures, spans: ReadSpans
) -> tuple[Material, ReadMeasures]:
    """One fragment of each pair of ends, where they tell copies that nothing else does.

    Of a capture whose duplicates are not marked, if copies are many; of RNA also where they are
    few, if they are more than molecules that share both ends by chance.
    """
    told = False
    if assay == Assay.RNA:
        told = not material.are_molecules and told_by_ends(spans)
        itd = itd if told else replace(itd, copies=0.0)
        told = told and (itd.copies >= WORTH_REMOVING or shared_by_chance(spans) <= WORTH_REMOVING)
    elif assay == Assay.CAPTURE:
        marked = material.are_molecules or (itd.duplicates and itd.repeated < REPEATED)
        told = not marked and itd.copies >= WORTH_REMOVING
    if told:
        material = replace(material.without_copies(), told_by_ends=True)
        itd = with_cuts_of(itd, material.itd, material.template.target)
    return material, itd


def _without_other_sequences(material: Material) -> tuple[Material, float]:
    """The reads of FLT3, and what share of the fragments were of another sequence.

    Reads over the kinase domain are asked where some over the ITD region are of one.
    """
    share = leave_out_other_sequences(material.itd, material.template.sequence)
    if not share:
        return material, share
    others = of_another_sequence(material.tkd, parts_of_aligned, material.template.locus.sequence)
    return replace(material, tkd=[one for one in material.tkd if one.name not in others]), share


def with_itds(
    measured: ReadMeasures, reads: ReadSet, assay: Assay, calls: ItdCalls
) -> ReadMeasures:
    """The measures with what the reads of the ITDs that pass are like."""
    if not calls.amplicons:
        measured = replace(measured, scattered=0.0)
    if assay not in (Assay.CAPTURE, Assay.AMPLICON):
        return measured
    passing = [call.haplotype for call in calls.calls if not call.filters]
    others = [[other for other in passing if other is not one] for one in passing]
    shown = [showing(calls.compared, *one) for one in zip(passing, others, strict=True)]
    errors = (
        fewer_errors(reads, calls.compared, *one)
        for one in zip(passing, shown, others, strict=True)
    )
    measured = replace(measured, fewer_errors=max(errors, default=0.0))
    if len(reads.groups.names) > 1:
        counted = (fewer_in_a_group(reads, *one) for one in zip(passing, shown, strict=True))
        fewest = max(counted, key=lambda one: one.evidence, default=FewerThere())
        measured = replace(
            measured,
            group_with_fewer=fewest.name,
            fewer_itds=fewest.evidence,
            fewer_itds_ratio=fewest.ratio,
        )
    if assay != Assay.CAPTURE:
        return measured
    return _of_capture(measured, reads, passing, shown, calls.baits)


def _of_capture(
    measured: ReadMeasures,
    reads: ReadSet,
    passing: Sequence[Haplotype],
    shown: Sequence[Shown],
    baits: Baits | None,
) -> ReadMeasures:
    """The same with where reads that begin anywhere show the junctions of ITDs."""
    # A read within equal copies fits at each of them, and so has no place beside one junction.
    alone = [one for one in zip(passing, shown, strict=True) if not are_many(one[0])]
    placed = [one for _, one in alone]
    places = [nearer_to_ends(one) for one in placed]
    far_clip = 2 * measured.longest_clip / max(1, measured.median_length)
    lengths = [longer_than_others(reads, *one) for one in zip(passing, shown, strict=True)]
    spans = read_spans(reads) if passing else None
    trimmed = [cut_within_copies(spans, one, baits) for one in passing] if spans else []
    capture = None if baits is None else Capture(baits, fragment_shapes(reads))
    nearer = [nearer_pairs_missed(spans, *one, capture) for one in alone] if spans else []
    kinds = [missed_kind(there, one, spans, capture) for one, there in alone] if spans else []
    return replace(
        measured,
        junction_places=max(places, key=abs, default=0.0),
        middle_missed=max((missed_in_the_middle(one, far_clip) for one in placed), default=0.0),
        **max(kinds, default=MissedKind())._asdict(),
        nearer_missed=max(nearer, default=0.0),
        fragments_cut=max(lengths, default=0.0),
        cut_within_copies=max(trimmed, default=0.0),
        with_itds=share_with_insertions(reads, shown, measured.longest_length),
    )
