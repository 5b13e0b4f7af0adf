r"""The gene models that name what lies on the targets, cut out of a file of the whole genome.

    python -m scripts.genome.cut_gene_models --gene-models GENES.gtf[.gz] --targets TARGETS.bed \
        --fasta GENOME.fa --out gene_models.gtf

GENCODE's file has 2.5 million lines, and every step that names something reads gene models. Here
it is read twice, line by line: for the transcripts with an exon on a target, then for their lines.
Nothing that `scripts.genome.gene_models` takes from the whole file is lost.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flt3itd.common.text_lines import text_lines
from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.genome.gene_models import KINDS, read_transcripts
from scripts.genome.gtf import gtf_features
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets, overlaps

_TRANSCRIPT = re.compile(r'\btranscript_id +(?:"([^"]*)"|([^";\s]+))')


def cut_models(path: Path, regions: Regions) -> Iterator[str]:
    """The lines of all transcripts with an exon on the regions (0-based half-open, by contig).

    Raises UserError where the file cannot be read as GTF.
    """
    kept = transcripts_on(path, regions)
    for _, line in text_lines(path):
        # Most lines end here: no cells are made of them.
        found = _TRANSCRIPT.search(line)
        name = (found[1] or found[2] or "") if found else ""
        if name not in kept or line.startswith("#"):
            continue
        contig, _, kind, *_ = line.split("\t")
        if kind in KINDS and contig in regions:
            yield line


def transcripts_on(path: Path, regions: Regions) -> set[str]:
    """The identifiers of the transcripts with an exon on the regions."""
    return {
        exon.transcript
        for exon in gtf_features(path, kinds={"exon"}, contigs=regions)
        if overlaps(regions, exon.contig, exon.start, exon.end)
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("gene-models", "targets", "fasta", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    regions = merged_targets(options.targets)
    with all_or_none(options.out) as (draft,):
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in cut_models(options.gene_models, regions))
        # What is wrong with a model is said here, of the user's file, and not of each sample.
        sequence_of = sequence_reader(options.fasta)
        read_transcripts(draft, regions, sequence_of, named=options.gene_models)


if __name__ == "__main__":
    run(main)
