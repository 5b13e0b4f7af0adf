"""Follow-up: insertions known from an earlier sample, looked for without discovery thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.filters import PASS
from flt3itd.common.statistics import at_least
from flt3itd.insertions.haplotype import Haplotype, Insertion, insertion_between
from flt3itd.locus.flt3 import GRCH37_SHIFT
from flt3itd.locus.template import Template
from flt3itd.reads.coordinates import Placement

MOST_KNOWN = 15
"""Leaves room for insertions that are new in a sample."""
DECOYS = 20
_DECOY_STEP = 7
_NEAREST_DECOY = 14
_FARTHEST_DECOY = 154
_BUILD_SHIFT = {"GRCh38": 0, "GRCh37": GRCH37_SHIFT}


def read_known(
    paths: Sequence[Path], template: Template, placement: Placement
) -> tuple[Insertion, ...]:
    """The insertions that pass in the VCFs of earlier samples, each once.

    A VCF of the other build is shifted, when its header names the build as ours do.

    Raises:
        UserError: a file cannot be read, is on another genome, or disagrees with the reference.
    """
    found: dict[Insertion, None] = {}
    for path in paths:
        try:
            with pysam.VariantFile(str(path)) as records:
                shift = _shift(records.header, placement)
                for record in records:
                    if set(record.filter) - {PASS}:
                        continue
                    if record.contig.removeprefix("chr") != placement.contig.removeprefix("chr"):
                        raise UserError(
                            f"{path}: found contig {record.contig}, but the reads are on "
                            f"{placement.contig}; give a VCF of the same genome"
                        )
                    for alternate in record.alts or ():
                        start = record.pos - 1 - shift
                        insertion = _insertion(start, record.ref or "", alternate, template)
                        if insertion is None:
                            raise UserError(
                                f"{path}: position {record.pos}: the record is no insertion into "
                                f"the FLT3 sequence of {placement.build}; give the itd.vcf.gz of "
                                "an earlier sample"
                            )
                        found[insertion] = None
        except (OSError, ValueError) as error:
            raise UserError(f"{path}: the known ITDs cannot be read: {error}") from error
    if len(found) > MOST_KNOWN:
        raise UserError(
            f"--known: found {len(found)} different ITDs, expected at most {MOST_KNOWN}; give "
            "fewer VCFs"
        )
    return tuple(found)


def _shift(header: pysam.VariantHeader, placement: Placement) -> int:
    """Contig position minus locus coordinate in a VCF with this header."""
    named = next((line.value for line in header.records if line.key == "reference"), None)
    if named in _BUILD_SHIFT and placement.build in _BUILD_SHIFT:
        return placement.shift + _BUILD_SHIFT[named] - _BUILD_SHIFT[placement.build]
    return placement.shift


def _insertion(locus_start: int, ref: str, alt: str, template: Template) -> Insertion | None:
    """A VCF record as an insertion into the template, or None when it is none."""
    try:
        start = template.from_locus(locus_start)
    except KeyError:
        return None
    end = start + len(ref)
    if template.sequence[start:end] != ref.upper() or set(alt.upper()) - set("ACGTN"):
        return None
    return insertion_between(template.sequence, start, end, alt.upper())


def decoys(insertion: Insertion, reference: str) -> list[Insertion]:
    """Insertions of the same kind at other places near by, which no cell is expected to have.

    What the reads show of them is what errors alone make of the wild type.
    """
    segment = Haplotype(reference, insertion).duplication
    made: dict[Insertion, None] = {}
    for distance in range(_NEAREST_DECOY, _FARTHEST_DECOY + 1, _DECOY_STEP):
        for offset in (distance, -distance):
            start, end = segment.start + offset, segment.end + offset
            if start < 0 or end > len(reference) or len(made) == DECOYS:
                continue
            decoy = insertion_between(reference, end, end, segment.filler + reference[start:end])
            if decoy is not None:
                made[decoy] = None
    return list(made)


def background_probability(
    mutant: int, informative: float, decoy_mutant: int, decoy_informative: float
) -> float:
    """The probability of at least so many mutant fragments if errors alone made them.

    The error rate is that of the decoys, (hits + 0.5) / fragments; the count is Poisson.
    """
    if mutant == 0:
        return 1.0
    rate = (decoy_mutant + 0.5) / max(decoy_informative, 1.0)
    return at_least(mutant, rate * informative)
