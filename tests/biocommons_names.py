"""Names by biocommons `hgvs`, an independent implementation, to compare ours with.

`biocommons_names.tsv` holds its names (hgvs 1.5.7, cdot 0.2.33) of changes of two whole genes of
the example, each on its own strand and on the other one (the contig turned around).

    python -m tests.biocommons_names

makes the table again, where both packages are installed (`scripts.benchmark.other_namers`).
"""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import GenomicNumbering
from scripts.benchmark.other_namers import Biocommons, Gene, reader_of
from scripts.benchmark.panel_names import random_changes
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import PanelGene
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets

TABLE = Path(__file__).with_suffix(".tsv")
EXAMPLE = Path(__file__).parents[1] / "panels" / "example"
GENES = ("TP53", "CEBPA")
CHANGES = 100
_ALL = 10**9
_UTR_KEPT = 0.1
"""Of changes in the 3' UTR, of which there is little to say, so many are kept."""


@dataclass(frozen=True)
class NamedChange:
    """One row: a change (0-based start on the slice of the example, plus strand) and its names.

    `turned` says that gene and change lie on the reverse complement of the slice.
    """

    gene: str
    turned: bool
    start: int
    ref: str
    alt: str
    hgvs_g: str
    hgvs_c: str
    hgvs_p: str


def example_genes() -> dict[str, Gene]:
    """The genes of the table, numbered by their slices."""
    with tempfile.TemporaryDirectory() as folder:
        # A copy: reading a FASTA makes its index.
        fasta = Path(shutil.copy(EXAMPLE / "reference.fa", folder))
        sequence_of = sequence_reader(fasta)
        found = read_transcripts(
            EXAMPLE / "genes.gtf",
            merged_targets(EXAMPLE / "targets.bed"),
            sequence_of,
            read_table(EXAMPLE.parent / "myeloid54" / "genes.tsv", PanelGene),
        )
        genes = {}
        for transcript in found:
            if transcript.gene in GENES:
                accession = numbering_of(transcript.contig, "GRCh38").accession
                bases = transcript.fetch(0, _ALL)
                genes[transcript.gene] = Gene(
                    replace(transcript, fetch=reader_of(bases)),
                    len(bases),
                    GenomicNumbering(accession),
                )
    return genes


def named_changes(biocommons_of: Any = Biocommons) -> list[NamedChange]:
    """The rows of the table, made anew."""
    rng, rows = random.Random(1), []
    for name, gene in sorted(example_genes().items()):
        for turned in (False, True):
            here = gene.turned() if turned else gene
            biocommons = biocommons_of([here])
            for start, ref, alt in random_changes(here, rng, CHANGES):
                names = here.names(start, ref, alt)
                if ":c.*" not in names.hgvs_c or rng.random() < _UTR_KEPT:
                    theirs = biocommons.names(names.hgvs_g, here.transcript)
                    change = (start, ref, alt)
                    found = (theirs.hgvs_g, theirs.hgvs_c, theirs.hgvs_p)
                    rows.append(NamedChange(name, turned, *change, *found))
    return rows


if __name__ == "__main__":
    write_table(TABLE, NamedChange, named_changes())
