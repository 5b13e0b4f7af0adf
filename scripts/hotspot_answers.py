r"""An answer for every hotspot codon: variant, covered and clean, or not assessable.

    python -m scripts.hotspot_answers --hotspots HOTSPOTS.tsv --panel panel.tsv \
        --flt3 flt3.json --bam S.bam --fasta GENOME.fa --gene-models GENES.gtf \
        --targets TARGETS.bed --sample S --minimum-depth 100 --minimum-vaf 0.01 \
        --minimum-alternate-fragments 5 --minimum-mapping-quality 20 --out hotspots.tsv

A codon is assessable when it lies in the targets as a whole and each of its bases has the
minimum depth. The kinase domain codons of FLT3 have the answers of `flt3itd`, which finds less.
Without --hotspots the table is empty.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam

from flt3itd.errors import UserError
from flt3itd.hgvs import Transcript
from flt3itd.locus import GENE as FLT3
from flt3itd.records import FltEvent, Status, TkdResult
from flt3itd.tables import read_table, write_table
from scripts.command import run
from scripts.exon_coverage import fragment_depth
from scripts.gene_models import read_transcripts
from scripts.panel_knowledge import Hotspot
from scripts.panel_limits import passing_limit
from scripts.panel_marks import residues_of
from scripts.panel_rows import HotspotAnswer, PanelVariant
from scripts.panel_targets import Regions, merged_targets
from scripts.reference_sequence import sequence_reader
from scripts.report_inputs import read_flt3


@dataclass(frozen=True)
class Needs:
    """What a small variant needs to pass."""

    minimum_depth: int
    minimum_vaf: float
    minimum_alternate_fragments: int
    minimum_mapping_quality: int


def codon_bases(transcript: Transcript, residue: int) -> list[tuple[int, int, int]]:
    """Exon number, start and end (0-based, plus strand) of the parts of a codon.

    A codon may be split between two exons; bases that the reference lacks are left out.
    """
    first = 3 * residue - 3
    parts = []
    for start, end, exon in transcript.intervals:
        low = max(first - exon.first, 0)
        high = min(first + 3 - exon.first, end - start)
        if low < high:
            parts.append((exon.number, *sorted(transcript.axis(start + low, start + high))))
    return [(number, low, high) for number, low, high in parts]


def answer(
    hotspot: Hotspot,
    transcript: Transcript | None,
    regions: Regions,
    variants: Iterable[PanelVariant],
    depth_of: Mapping[tuple[str, int], int],
    needs: Needs,
    sample: str,
) -> HotspotAnswer:
    """The answer of the panel for one codon.

    `depth_of` has the fragments at a contig and position (0-based); bases without an entry
    have none. `transcript` is None when no target lies on the gene.
    """
    parts = codon_bases(transcript, hotspot.residue) if transcript else []
    contig = transcript.contig if transcript and parts else ""
    inside = all(
        any(low <= start and end <= high for low, high in regions.get(contig, ()))
        for _, start, end in parts
    )
    whole = sum(end - start for _, start, end in parts) == 3
    places = [(contig, place) for _, start, end in parts for place in range(start, end)]
    depth = min((depth_of.get(place, 0) for place in places), default=None)
    touching = [
        variant
        for variant in variants
        if variant.gene == hotspot.gene and hotspot.residue in residues_of(variant.hgvs_p)
    ]
    passing = [variant for variant in touching if variant.filter == "PASS"]
    reason = ""
    if not (whole and inside):
        reason = "outside the targets"
    elif depth is None or depth < needs.minimum_depth:
        reason = f"depth below {needs.minimum_depth}"
    status = Status.NOT_ASSESSABLE if reason else Status.NOT_DETECTED
    limit = None
    if not reason and depth is not None:
        limit = passing_limit(depth, needs.minimum_alternate_fragments, needs.minimum_vaf)
    return HotspotAnswer(
        sample=sample,
        gene=hotspot.gene,
        residue=hotspot.residue,
        amino_acid=hotspot.amino_acid,
        legacy=hotspot.legacy,
        exon="/".join(dict.fromkeys(str(number) for number, _, _ in parts)),
        chrom=contig,
        start=min(start for _, start, _ in parts) + 1 if parts else None,
        end=max(end for _, _, end in parts) if parts else None,
        status=Status.DETECTED if passing else status,
        reason="" if passing else reason,
        depth=depth,
        limit_of_detection=limit,
        variants="; ".join(_named(variant) for variant in passing),
        filtered="; ".join(
            f"{_named(variant)} ({variant.filter.replace(';', ', ')})"
            for variant in touching
            if variant.filter != "PASS"
        ),
    )


def with_kinase_domain(answer: HotspotAnswer, tkd: TkdResult) -> HotspotAnswer:
    """The answer of `flt3itd` for a codon of FLT3 that it looks at; others stay as they are."""
    codon = next((codon for codon in tkd.codons if codon.residue == answer.residue), None)
    if codon is None:
        return answer
    found = [
        event
        for event in tkd.events
        if event.status is Status.DETECTED and answer.residue in residues_of(event.hgvs_p)
    ]
    names = dict.fromkeys(filter(None, answer.variants.split("; ")))
    known = {name.split(" ")[0] for name in names}
    names |= {_named(event): None for event in found if _short(event) not in known}
    detected = bool(names) or codon.status is Status.DETECTED
    status = Status.DETECTED if detected else codon.status
    unknown = status is Status.NOT_ASSESSABLE
    return replace(
        answer,
        status=status,
        reason="too few fragments for the kinase domain caller" if unknown else "",
        depth=codon.fragments,
        limit_of_detection=codon.limit_of_detection,
        variants="; ".join(names),
    )


def _named(variant: PanelVariant | FltEvent) -> str:
    return f"{_short(variant)} {100 * variant.vaf:.3g} %"


def _short(variant: PanelVariant | FltEvent) -> str:
    return variant.hgvs_p.rsplit(":", maxsplit=1)[-1]


def depths_at(
    bam: pysam.AlignmentFile,
    hotspots: Iterable[Hotspot],
    transcripts: Mapping[str, Transcript],
    minimum_mapping_quality: int,
) -> dict[tuple[str, int], int]:
    """Fragments at every base of the codons, by contig and position (0-based)."""
    depths: dict[tuple[str, int], int] = {}
    for hotspot in hotspots:
        transcript = transcripts.get(hotspot.gene)
        for _, start, end in codon_bases(transcript, hotspot.residue) if transcript else ():
            contig = transcript.contig if transcript else ""
            found = fragment_depth(bam, contig, start, end, minimum_mapping_quality)
            depths |= {(contig, start + i): int(depth) for i, depth in enumerate(found)}
    return depths


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("panel", "flt3", "bam", "fasta", "gene-models", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--hotspots", type=Path)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    for name in ("depth", "alternate-fragments", "mapping-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    options = parser.parse_args(arguments)
    hotspots = read_table(options.hotspots, Hotspot) if options.hotspots else []
    regions = merged_targets(options.targets)
    models = read_transcripts(options.gene_models, regions, sequence_reader(options.fasta))
    transcripts = {transcript.gene: transcript for transcript in models}
    variants = read_table(options.panel, PanelVariant)
    tkd = read_flt3(options.flt3).tkd
    needs = Needs(
        options.minimum_depth,
        options.minimum_vaf,
        options.minimum_alternate_fragments,
        options.minimum_mapping_quality,
    )
    try:
        with pysam.AlignmentFile(str(options.bam)) as bam:
            depths = depths_at(bam, hotspots, transcripts, needs.minimum_mapping_quality)
    except (OSError, ValueError) as error:
        raise UserError(f"{options.bam}: cannot be read: {error}") from error
    answers = []
    for hotspot in hotspots:
        transcript = transcripts.get(hotspot.gene)
        row = answer(hotspot, transcript, regions, variants, depths, needs, options.sample)
        answers.append(with_kinase_domain(row, tkd) if hotspot.gene == FLT3 else row)
    write_table(options.out, HotspotAnswer, answers)


if __name__ == "__main__":
    run(main)
