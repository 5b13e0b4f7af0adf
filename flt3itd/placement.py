"""Where the FLT3 locus lies in the genome that reads were aligned to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import dnaio
import pysam

from flt3itd.errors import UserError
from flt3itd.locus import CHROMOSOME_LENGTH, GRCH37_SHIFT, Locus
from flt3itd.reads import ALIGNED, CONSUMES_QUERY, CONSUMES_REFERENCE

_CHROMOSOME_13 = ("chr13", "13", "NC_000013.11", "NC_000013.10", "CM000675.2", "CM000675.1")
_CHECKED_READS = 100
_LEAST_CHECKED = 10
_LEAST_AGREEMENT = 0.9
"""Reads at the right place agree in more than 98 % of their bases, elsewhere in about 25 %."""


@dataclass(frozen=True)
class Placement:
    """The contig of the locus; contig position minus locus coordinate is `shift` (0-based)."""

    contig: str
    shift: int
    build: str

    def position(self, offset: int) -> int:
        """1-based contig position of a locus coordinate (0-based)."""
        return offset + self.shift + 1


def locate(bam: pysam.AlignmentFile, name: str, locus: Locus, reference: Path | None) -> Placement:
    """Find the locus by the header, else in the reference, else by the reads; then check it.

    Raises:
        UserError: the locus cannot be placed, or the reads there are not those of FLT3.
    """
    lengths = dict(zip(bam.references, bam.lengths, strict=True))
    contig = next((each for each in _CHROMOSOME_13 if each in lengths), "")
    build = next((b for b, n in CHROMOSOME_LENGTH.items() if lengths.get(contig) == n), "")
    if contig and build:
        placement = _in_build(locus, contig, build)
        _check(bam, name, locus, placement)
        return placement
    if reference is not None:
        placement = _in_reference(reference, locus, lengths, name)
        _check(bam, name, locus, placement)
        return placement
    if contig:
        for build in CHROMOSOME_LENGTH:
            placement = _in_build(locus, contig, build)
            if _agreement(bam, locus, placement)[1] >= _LEAST_AGREEMENT:
                return placement
    raise UserError(
        f"{name}: the build cannot be told: no contig chr13 or 13 of GRCh37 or GRCh38 length in "
        "the header; give the genome that the reads were aligned to with --reference"
    )


def _in_build(locus: Locus, contig: str, build: str) -> Placement:
    shift = locus.first_position - 1 + (GRCH37_SHIFT if build == "GRCh37" else 0)
    return Placement(contig, shift, build)


def _in_reference(
    reference: Path, locus: Locus, lengths: dict[str, int], bam_name: str
) -> Placement:
    exon = locus.exon(14)
    sought = locus.sequence[exon.start : exon.end]
    try:
        with dnaio.open(reference, mode="r") as records:
            for record in records:
                found = record.sequence.upper().find(sought)
                if found < 0:
                    continue
                contig = record.name.split()[0]
                if lengths.get(contig) != len(record.sequence):
                    raise UserError(
                        f"{bam_name}: the header has no contig {contig} of {len(record.sequence)} "
                        f"bases, where {reference} has the FLT3 locus; give the genome that the "
                        "reads were aligned to"
                    )
                return Placement(contig, found - exon.start, "GRCh38")
    except (dnaio.FileFormatError, OSError, ValueError) as error:
        raise UserError(f"{reference}: the reference cannot be read: {error}") from error
    raise UserError(f"{reference}: the reference has no FLT3 locus: exon 14 is not in it")


def _check(bam: pysam.AlignmentFile, name: str, locus: Locus, placement: Placement) -> None:
    reads, agreement = _agreement(bam, locus, placement)
    if reads >= _LEAST_CHECKED and agreement < _LEAST_AGREEMENT:
        raise UserError(
            f"{name}: the reads at {placement.contig}:{placement.position(locus.exon(14).start)} "
            f"do not have the sequence of FLT3 ({agreement:.0%} of bases agree); the BAM is of "
            f"another build than its header says ({placement.build})"
        )


def _agreement(bam: pysam.AlignmentFile, locus: Locus, placement: Placement) -> tuple[int, float]:
    """Reads over exons 14 and 15, and the share of their aligned bases that agree."""
    begin = locus.exon(15).start + placement.shift
    end = locus.exon(14).end + placement.shift
    if end > bam.get_reference_length(placement.contig):
        return 0, 0.0
    records = bam.fetch(placement.contig, begin, end)
    count = bases = agreeing = 0
    for record in islice(records, _CHECKED_READS):
        sequence = record.query_sequence
        if not sequence:
            continue
        count += 1
        query, offset = 0, record.reference_start - placement.shift
        for operation, length in record.cigartuples or ():
            if operation in ALIGNED:
                window = locus.sequence[max(offset, 0) : offset + length]
                if len(window) == length:
                    bases += length
                    read = sequence[query : query + length].upper()
                    agreeing += sum(a == b for a, b in zip(read, window, strict=True))
            if operation in CONSUMES_QUERY:
                query += length
            if operation in CONSUMES_REFERENCE:
                offset += length
    return count, agreeing / bases if bases else 0.0
