"""Count the fragments of a sample at common SNPs: `identity.tsv`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from flt3itd.reads.alignment_file import opened
from scripts.genome.reference_sequence import sequence_reader
from scripts.identity.genotypes import SnpCount
from scripts.identity.snps import Snp
from scripts.panel.alleles import Allele, count_alleles
from scripts.panel.read_rules import ReadRules


def count_snps(
    sample: str, bam: Path, snps: Iterable[Snp], fasta: Path, rules: ReadRules
) -> list[SnpCount]:
    """The fragments at each SNP on a contig of the BAM; those without reads have none.

    Raises UserError when the alignments cannot be read.
    """
    sequence_of = sequence_reader(fasta)
    rows = []
    with opened(bam, None) as alignments:
        # A BAM that was given need have the contigs of the targets alone.
        contigs = frozenset(alignments.references)
        there = (one for one in snps if one.chrom in contigs)
        for contig, group in groupby(there, key=lambda one: one.chrom):
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
    return rows
