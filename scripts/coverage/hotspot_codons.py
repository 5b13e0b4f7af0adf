r"""Where the hotspot codons lie that the targets hold, as BED: their bases are counted.

python -m scripts.coverage.hotspot_codons --hotspots HOTSPOTS.tsv --fasta GENOME.fa \
    --gene-models GENES.gtf --targets TARGETS.bed --out codons.bed
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.tables import read_table
from flt3itd.hgvs.protein import translate
from flt3itd.hgvs.transcript import Transcript
from scripts.command import run, write_whole
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import Hotspot
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merge_intervals, merged_targets


@dataclass(frozen=True)
class Codon:
    """The bases of a codon: exon number, start and end (0-based, plus strand) of its parts.

    A codon may be split between two exons; bases that the reference lacks are left out.
    `inside` says that all three bases lie in the targets.
    """

    contig: str
    parts: tuple[tuple[int, int, int], ...]
    inside: bool

    @property
    def intervals(self) -> list[tuple[str, int, int]]:
        """The parts with their contig."""
        return [(self.contig, start, end) for _, start, end in self.parts]


def codon_of(residue: int, transcript: Transcript | None, regions: Regions) -> Codon:
    """The codon of a residue; `transcript` is None when no target lies on the gene."""
    parts = codon_bases(transcript, residue) if transcript else []
    contig = transcript.contig if transcript and parts else ""
    whole = sum(end - start for _, start, end in parts) == 3
    inside = all(
        any(low <= start and end <= high for low, high in regions.get(contig, ()))
        for _, start, end in parts
    )
    return Codon(contig, tuple(parts), whole and inside)


def codon_bases(transcript: Transcript, residue: int) -> list[tuple[int, int, int]]:
    """The parts of a codon, see `Codon`."""
    first = 3 * residue - 3
    parts = []
    for start, end, exon in transcript.intervals:
        low = max(first - exon.first, 0)
        high = min(first + 3 - exon.first, end - start)
        if low < high:
            parts.append((exon.number, *sorted(transcript.axis(start + low, start + high))))
    return [(number, low, high) for number, low, high in parts]


def amino_acid_of(residue: int, transcript: Transcript) -> str:
    """The amino acid (one letter) that a transcript has there; empty where bases are not known."""
    codon = transcript.spliced[3 * residue - 3 : 3 * residue]
    return translate(codon) if len(codon) == 3 and set(codon) <= set("ACGT") else ""


def bed_of(
    hotspots: Iterable[Hotspot], transcripts: Mapping[str, Transcript], regions: Regions
) -> str:
    """The codons inside the targets, in the order of the contigs in `regions`; neighbours as one.

    Every interval costs a reading of all reads over it.
    """
    found: dict[str, list[tuple[int, int]]] = {contig: [] for contig in regions}
    for hotspot in hotspots:
        codon = codon_of(hotspot.residue, transcripts.get(hotspot.gene), regions)
        for contig, start, end in codon.intervals if codon.inside else ():
            found[contig].append((start, end))
    return "".join(
        f"{contig}\t{start}\t{end}\n"
        for contig, intervals in found.items()
        for start, end in merge_intervals(intervals)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("hotspots", "fasta", "gene-models", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    regions = merged_targets(options.targets)
    models = read_transcripts(options.gene_models, regions, sequence_reader(options.fasta))
    transcripts = {transcript.gene: transcript for transcript in models}
    hotspots = read_table(options.hotspots, Hotspot)
    write_whole(options.out, bed_of(hotspots, transcripts, regions))


if __name__ == "__main__":
    run(main)
