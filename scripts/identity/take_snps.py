"""Take the list of common SNPs that the configuration names: those on the genome, as one table.

    python -m scripts.identity.take_snps --snps SNPS --build GRCh38 --fasta GENOME.fa --out snps.tsv

A list of another build, or of another genome, is refused before anything is aligned.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from scripts.command import run
from scripts.genome.intervals import read_contigs
from scripts.genome.reference_sequence import sequence_reader
from scripts.identity.snps import Snp, check_reference, read_snps


def take_snps(path: Path, build: str, fasta: Path) -> list[Snp]:
    """The SNPs of a table or VCF on the contigs of a genome (its index .fai beside it), in order.

    Raises UserError when there are none, or when they are not those of the genome.
    """
    snps = read_snps(path, build, read_contigs(fasta.with_name(f"{fasta.name}.fai")))
    if not snps:
        raise UserError(
            f"panel.identity_snps: {path}: none of its SNPs lies on a contig of the genome; give a "
            "list for this genome, or leave the key out"
        )
    check_reference(path, snps, sequence_reader(fasta))
    return snps


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `take_identity_snps` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("snps", "fasta", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--build", choices=("GRCh37", "GRCh38"), required=True)
    a = parser.parse_args(arguments)
    write_table(a.out, Snp, take_snps(a.snps, a.build, a.fasta))


if __name__ == "__main__":
    run(main)
