"""The reads that show a variant, laid on the changed molecule, for a picture.

They are compared with it and with the reference base by base, clipped bases included, as the ITD
caller does (`flt3itd.insertions.comparison`): it makes no difference whether the aligner wrote a
change as a gap, as mismatches or clipped it. Nothing here is a count for the VAF.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pysam

from flt3itd.common.filters import PASS
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from flt3itd.insertions.comparison import Fit, ReadMatrix, fit
from flt3itd.insertions.haplotype import Haplotype, Substitution, change_between
from flt3itd.insertions.pileup import even_selection, lay_read
from flt3itd.insertions.windows import ANCHOR
from flt3itd.junction_records import Span
from flt3itd.reads.read_set import SplitRead
from scripts.panel.pile_records import VariantPileup
from scripts.panel.place_reads import PlaceRead, reads_over
from scripts.panel.places import Place
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant

TIERS = ("1", "2")
"""Variants of these tiers are drawn."""
VARIANTS_SHOWN = 20
"""The first by tier and VAF: a page stays small, whatever the sample."""
READS_SHOWN = 20
FLANK = 40
"""Bases beside the change in the picture."""
_REACH = 400
"""Bases beside the change that are compared: the longest read."""
_CLIPS = 40
"""Bases beside the change in which the alignment of a clipped read may end."""
_LONGEST_SPANNED = 60
"""Of more inserted bases only the first junction has to be spanned."""
_GOOD, _POOR = 40, 10
"""Phred values that stand for a base that counts, and one that does not."""


@dataclass(frozen=True)
class _Molecule:
    """A changed molecule around its change; coordinates are those of the slice of the contig."""

    haplotype: Haplotype
    start: int
    inserted: str
    replaced: str

    @property
    def spanned(self) -> int:
        """The end of what a read has to pass."""
        return self.start + (len(self.inserted) if len(self.inserted) <= _LONGEST_SPANNED else 0)


def shown_variants(variants: Iterable[PanelVariant]) -> list[PanelVariant]:
    """The variants that are drawn: passing ones of the first tiers, the most important first."""
    own = [one for one in variants if one.filter == PASS and one.tier in TIERS]
    return sorted(own, key=lambda one: (one.tier, -one.vaf))[:VARIANTS_SHOWN]


def pile_up(
    bam: pysam.AlignmentFile, variant: PanelVariant, fetch: Fetch, rules: ReadRules
) -> VariantPileup | None:
    """The reads that show a variant; None where none does. `fetch` gives its contig's sequence."""
    change = normalise_on_plus(fetch, variant.pos - 1, variant.ref, variant.alt)
    low = max(0, change.leftmost - _REACH)
    reference = fetch(low, change.end + _REACH).upper()
    molecule = _molecule(reference, change.start - low, change.end - low, change.alternate)
    length = bam.get_reference_length(variant.chrom)
    place = Place(variant.chrom, max(0, change.leftmost - 1), min(length, change.end + 1), calls=())
    found = reads_over(bam, place, rules, reach=_CLIPS + len(change.alternate))
    names: dict[str, int] = {}
    reads = [_compared(one, names.setdefault(one.name, len(names)), low) for one in found]
    if not reads:
        return None
    matrix = ReadMatrix.of(reads)
    mutant, wildtype = fit(matrix, molecule.haplotype), fit(matrix, Haplotype(reference))
    shows = (
        (mutant.score > wildtype.score)
        & (mutant.start <= molecule.start - ANCHOR)
        & (mutant.end >= molecule.spanned + ANCHOR)
    )
    one_each: dict[int, int] = {}
    for row in np.flatnonzero(shows).tolist():
        one_each.setdefault(reads[row].fragment, row)
    if not one_each:
        return None
    return _laid(variant, molecule, reads, sorted(one_each.values()), mutant)


def _molecule(reference: str, start: int, end: int, alternate: str) -> _Molecule:
    """The slice with its bases [start, end) replaced."""
    change = change_between(reference, start, end, alternate)
    beside = (Substitution(start, end, alternate),) if change is None else ()
    haplotype = Haplotype(reference, change, beside)
    return _Molecule(haplotype, start, alternate, reference[start:end])


def _compared(read: PlaceRead, fragment: int, shift: int) -> SplitRead:
    """A read as the comparison takes it."""
    first, last = read.blocks[0], read.blocks[-1]
    qualities = bytearray((_GOOD,)) * len(read.sequence)
    for at in read.poor:
        qualities[at] = _POOR
    return SplitRead(
        fragment,
        first.reference - first.query - shift,
        last.reference - last.query - shift,
        first.query,
        last.query_end,
        first.query_end,
        read.sequence.upper(),
        bytes(qualities),
        read.reverse,
    )


def _laid(
    variant: PanelVariant,
    molecule: _Molecule,
    reads: Sequence[SplitRead],
    rows: Sequence[int],
    mutant: Fit,
) -> VariantPileup:
    """The pile-up from the reads that show the variant, given by their rows."""
    sequence = molecule.haplotype.sequence
    low = max(0, molecule.start - FLANK)
    high = min(len(sequence), molecule.spanned + FLANK)
    window = sequence[low:high]
    ordered = sorted(rows, key=lambda row: (int(mutant.offset[row]), row))
    shown = even_selection(ordered, READS_SHOWN)
    backward = sum(reads[row].is_reverse for row in rows)
    end = min(molecule.start + len(molecule.inserted), high)
    return VariantPileup(
        variant.chrom,
        variant.pos,
        variant.ref,
        variant.alt,
        sequence=window,
        changed=Span(molecule.start - low, end - low),
        inserted=molecule.inserted,
        replaced=molecule.replaced,
        fragments=len(rows),
        forward=len(rows) - backward,
        reverse=backward,
        reads=tuple(lay_read(reads[row], int(mutant.offset[row]) - low, window) for row in shown),
    )
