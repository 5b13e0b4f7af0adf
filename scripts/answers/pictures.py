"""The reads over the variants of a sample that its report shows in pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from flt3itd.reads.alignment_file import opened
from flt3itd.records import AlleleKey, allele_key
from scripts.genome.reference_sequence import sequence_reader
from scripts.panel.pile_records import VariantPileup
from scripts.panel.pile_up import pile_up, shown_variants
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant


def pile_ups(
    bam: Path,
    fasta: Path,
    variants: Sequence[PanelVariant],
    rules: ReadRules,
    drawn_elsewhere: Collection[AlleleKey],
) -> tuple[VariantPileup, ...]:
    """The pile-ups of the variants that are shown; those without a read that shows them have none.

    `drawn_elsewhere` are alleles (contig, 1-based position, both alleles) of which a report has a
    picture already. Raises UserError when the alignments cannot be read.
    """
    shown = [one for one in shown_variants(variants) if allele_key(one) not in drawn_elsewhere]
    if not shown:
        return ()
    sequence_of = sequence_reader(fasta)
    with opened(bam, None) as alignments:
        found = [pile_up(alignments, one, sequence_of(one.chrom), rules) for one in shown]
    return tuple(one for one in found if one is not None)
