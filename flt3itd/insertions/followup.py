"""Follow-up: insertions known from an earlier sample, looked for without discovery thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.filters import PASS
from flt3itd.insertions.haplotype import Insertion, insertion_between
from flt3itd.locus.flt3 import GRCH37_SHIFT
from flt3itd.locus.template import Template
from flt3itd.reads.alignment_file import silent_htslib
from flt3itd.reads.coordinates import Placement

MOST_KNOWN = 15
"""Leaves room for insertions that are new in a sample."""
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
            found |= dict.fromkeys(_passing(path, template, placement))
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path}: the known ITDs cannot be read: this is no VCF, or it is damaged; give "
                "the itd.vcf.gz of an earlier sample"
            ) from error
    if len(found) > MOST_KNOWN:
        raise UserError(
            f"--known: found {len(found)} different ITDs, expected at most {MOST_KNOWN}; give "
            "fewer VCFs"
        )
    return tuple(found)


def _passing(path: Path, template: Template, placement: Placement) -> Iterator[Insertion]:
    """The insertions that pass in a VCF. Raises UserError for a record that is none of FLT3."""
    with silent_htslib(), pysam.VariantFile(str(path)) as records:
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
                        f"{path}: position {record.pos}: the record is no insertion into the FLT3 "
                        f"sequence of {placement.build}; give the itd.vcf.gz of an earlier sample"
                    )
                yield insertion


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
