r"""Count the fragments of a sample at common SNPs: `identity.tsv`.

python -m scripts.identity.count --sample S --assay capture --bam S.bam --fasta GENOME.fa \
        --build GRCh38 --snps panels/myeloid54/identity_snps.tsv --minimum-mapping-quality 20 \
        --minimum-base-quality 20 --out identity.tsv
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from scripts.command import run
from scripts.genome.reference_sequence import sequence_reader
from scripts.identity.genotypes import FEWEST_FRAGMENTS, SnpCount
from scripts.identity.snps import Snp, check_reference, read_snps
from scripts.panel.alleles import Allele, count_alleles
from scripts.panel.read_rules import ASSAYS, ReadRules


def count_snps(
    sample: str, bam: Path, snps: Iterable[Snp], fasta: Path, rules: ReadRules
) -> list[SnpCount]:
    """The fragments at each SNP; those without reads have none.

    Raises UserError when the alignments cannot be read.
    """
    sequence_of = sequence_reader(fasta)
    rows = []
    try:
        with pysam.AlignmentFile(str(bam)) as alignments:
            for contig, group in groupby(snps, key=lambda one: one.chrom):
                wanted = {Allele(one.chrom, one.pos - 1, one.ref, one.alt): one for one in group}
                counts = count_alleles(alignments, wanted, sequence_of(contig), rules)
                for allele, snp in wanted.items():
                    one = counts[allele]
                    other = one.informative - one.mutant - one.wildtype
                    rows.append(
                        SnpCount(
                            sample=sample,
                            chrom=snp.chrom,
                            pos=snp.pos,
                            ref=snp.ref,
                            alt=snp.alt,
                            frequency=snp.frequency,
                            reference_fragments=one.wildtype,
                            alternate_fragments=one.mutant,
                            other_fragments=other,
                        )
                    )
    except (OSError, ValueError) as error:
        raise UserError(f"{bam}: the alignments cannot be read: {error}") from error
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `count_identity_snps` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("sample", "build"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--assay", choices=ASSAYS, required=True)
    for name in ("bam", "fasta", "snps", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    options = parser.parse_args(arguments)
    with pysam.AlignmentFile(str(options.bam)) as alignments:
        contigs = alignments.references
    snps = read_snps(options.snps, options.build, contigs)
    check_reference(options.snps, snps, sequence_reader(options.fasta))
    rules = ReadRules(options.assay, options.minimum_mapping_quality, options.minimum_base_quality)
    rows = count_snps(options.sample, options.bam, snps, options.fasta, rules)
    write_table(options.out, SnpCount, rows)
    deep = sum(one.fragments >= FEWEST_FRAGMENTS for one in rows)
    logging.info("%d of %d common SNPs are covered", deep, len(rows))


if __name__ == "__main__":
    run(main)
