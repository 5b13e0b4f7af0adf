"""Where the FLT3 locus lies in the genome that reads were aligned to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.fasta import read_fasta
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GRCH37_SHIFT, Locus, flt3_locus
from flt3itd.reads.alignment import aligned_blocks

_CHROMOSOME_13 = ("chr13", "13", "NC_000013.11", "NC_000013.10", "CM000675.2", "CM000675.1")
_SLICE = re.compile(r"(?:chr)?13[_:](?P<first>[0-9]+)[_-](?P<last>[0-9]+)")
"""Slices as `samtools faidx` names them, and with underscores; 1-based inclusive."""

_CHECKED_READS = 100
_LEAST_CHECKED = 1000
"""Bases; with fewer the share of agreeing ones says little."""
_LEAST_AGREEMENT = 0.9
"""Reads at the right place agree in more than 98 % of their bases, elsewhere in about 25 %."""
_LIKE_IT = 0.6
"""Reads of another species agree in 80 to 90 % of the bases that an aligner lays there."""


class Placement(NamedTuple):
    """The contig of the locus; contig position minus locus coordinate is `shift` (0-based)."""

    contig: str
    shift: int
    build: str

    def called(self, build: str | None, contig_length: int, name: str) -> Placement:
        """The same under the name of a build that the user gives, where the contig tells none.

        Raises:
            UserError: the contig is chromosome 13, or a slice of it by its name, of another build.
        """
        if build is None or build == self.build:
            return self
        what = ""
        if self.contig in _CHROMOSOME_13 and contig_length == CHROMOSOME_LENGTH[self.build]:
            what = f"has the length of {self.build}"
        elif build_in_name(self.contig, contig_length, self.shift) == self.build:
            what = f"has FLT3 by its name where {self.build} has it"
        if what:
            raise UserError(
                f"{name}: {self.contig} {what}, but --build says {build}; give the build that the "
                "reads were aligned to"
            )
        return self._replace(build=build)

    def position(self, offset: int) -> int:
        """1-based contig position of a locus coordinate (0-based)."""
        return offset + self.shift + 1


class LocatedReads(NamedTuple):
    """The placement of the locus in a BAM, and the records over a stretch of it."""

    placement: Placement
    records: Iterable[pysam.AlignedSegment]


def locate(
    bam: pysam.AlignmentFile,
    name: str,
    locus: Locus,
    reference: Path | None,
    stretch: tuple[int, int],
) -> LocatedReads:
    """Find the locus by the header, else in the reference, else by the reads; then check it.

    The records are those over `stretch` (locus coordinates, half-open). The first of them are
    compared with the locus, so that a deep BAM is read once.

    Raises:
        UserError: the locus cannot be placed, or the reads there are not those of FLT3.
    """
    lengths = dict(zip(bam.references, bam.lengths, strict=True))
    contig = next((each for each in _CHROMOSOME_13 if each in lengths), "")
    build = next((b for b, n in CHROMOSOME_LENGTH.items() if lengths.get(contig) == n), "")
    if contig and build:
        placement = place_in_build(locus, build, contig)
    elif reference is not None:
        placement = _in_reference(reference, locus, lengths, name)
    else:
        return _locate_by_reads(bam, name, locus, contig, stretch)
    first, rest = _peek(bam, name, placement, stretch)
    bases, agreement = _agreement(first, locus, placement)
    if bases >= _LEAST_CHECKED and agreement < _LEAST_AGREEMENT:
        why = (
            "they may be of another species (a mouse with a graft): align to the genomes of both "
            "and give the human reads"
            if agreement >= _LIKE_IT
            else f"the BAM is of another build than its header says ({placement.build})"
        )
        raise UserError(
            f"{name}: the reads at {placement.contig}:{placement.position(stretch[0])} do not have "
            f"the sequence of FLT3 ({agreement:.0%} of bases agree); {why}"
        )
    return LocatedReads(placement, chain(first, rest))


def _locate_by_reads(
    bam: pysam.AlignmentFile, name: str, locus: Locus, contig: str, stretch: tuple[int, int]
) -> LocatedReads:
    """The build in which the reads at the place of FLT3 have its sequence."""
    for build in CHROMOSOME_LENGTH if contig else ():
        placement = place_in_build(locus, build, contig)
        first, rest = _peek(bam, name, placement, stretch)
        if _agreement(first, locus, placement)[1] >= _LEAST_AGREEMENT:
            return LocatedReads(placement, chain(first, rest))
    raise UserError(
        f"{name}: the build cannot be told: no contig chr13 or 13 of GRCh37 or GRCh38 length in "
        "the header; give the genome that the reads were aligned to with --reference"
    )


def records_over(
    bam: pysam.AlignmentFile, placement: Placement, stretch: tuple[int, int]
) -> Iterable[pysam.AlignedSegment]:
    """Records over a stretch of the locus; none where the contig does not reach."""
    first = max(0, stretch[0] + placement.shift)
    last = min(bam.get_reference_length(placement.contig), stretch[1] + placement.shift)
    return bam.fetch(placement.contig, first, last) if first < last else ()


def _peek(
    bam: pysam.AlignmentFile, name: str, placement: Placement, stretch: tuple[int, int]
) -> tuple[list[pysam.AlignedSegment], Iterator[pysam.AlignedSegment]]:
    records = iter(records_over(bam, placement, stretch))
    first = list(islice(records, _CHECKED_READS))
    if any("=" in (record.query_sequence or "") for record in first):
        raise UserError(
            f"{name}: bases that equal the reference are written as = (samtools calmd -e); give "
            "the BAM with bases, as the aligner wrote it"
        )
    return first, records


def place_in_build(locus: Locus, build: str, contig: str = "chr13") -> Placement:
    """Where the locus lies on chromosome 13 of a build."""
    shift = locus.first_position - 1 + (GRCH37_SHIFT if build == "GRCh37" else 0)
    return Placement(contig, shift, build)


def build_in_name(contig: str, length: int, shift: int) -> str:
    """The build of a slice of chromosome 13 that is named by its coordinates; else empty.

    `shift` is contig position minus locus coordinate of FLT3 in it (0-based).
    """
    named = _SLICE.fullmatch(contig)
    if named is None or int(named["last"]) - int(named["first"]) + 1 != length:
        return ""
    first = shift + int(named["first"]) - 1
    of_build = {place_in_build(flt3_locus(), b).shift: b for b in CHROMOSOME_LENGTH}
    return of_build.get(first, "")


def place_in_genome(
    locus: Locus, reference: Path | None, build: str | None
) -> tuple[Placement, int]:
    """Where the locus lies in a genome, and the length of its contig: for reads of FASTQ.

    Without a genome it is chr13 of the build, GRCh38 where none is said. A genome with its index
    (.fai) and a whole chromosome 13 is not read.

    Raises:
        UserError: the genome cannot be read, has no FLT3, or is of another build than is said.
    """
    if reference is None:
        told = place_in_build(locus, build or "GRCh38")
        return told, CHROMOSOME_LENGTH[told.build]
    lengths = _indexed_lengths(reference)
    for contig in _CHROMOSOME_13:
        for known, length in CHROMOSOME_LENGTH.items():
            if lengths.get(contig) == length:
                placement = place_in_build(locus, known, contig)
                return placement.called(build, length, str(reference)), length
    placement, length = _search(reference, locus)
    return placement.called(build, length, str(reference)), length


def _indexed_lengths(reference: Path) -> dict[str, int]:
    """The contigs of a genome by its index beside it; none where there is no such index."""
    try:
        lines = Path(f"{reference}.fai").read_text("utf-8").splitlines()
        return {line.split("\t")[0]: int(line.split("\t")[1]) for line in lines}
    except (OSError, ValueError, IndexError):
        return {}


def _in_reference(
    reference: Path, locus: Locus, lengths: dict[str, int], bam_name: str
) -> Placement:
    placement, length = _search(reference, locus)
    if lengths.get(placement.contig) != length:
        raise UserError(
            f"{bam_name}: the header has no contig {placement.contig} of {length} bases, where "
            f"{reference} has the FLT3 locus; give the genome that the reads were aligned to"
        )
    return placement


def _search(reference: Path, locus: Locus) -> tuple[Placement, int]:
    """The contig of a genome that holds exon 14, and its length."""
    exon = locus.exon(14)
    sought = locus.sequence[exon.start : exon.end]
    # What is wrong with a file is told by the second reader; its import is a twentieth of a call.
    for contig, sequence in chain(_readable(reference), read_fasta(reference, "the reference")):
        found = sequence.find(sought)
        if found >= 0:
            shift, length = found - exon.start, len(sequence)
            told = build_in_name(contig, length, shift)
            return Placement(contig, shift, told or "GRCh38"), length
    raise UserError(f"{reference}: the reference has no FLT3 locus: exon 14 is not in it")


def _readable(reference: Path) -> Iterator[tuple[str, str]]:
    """Name and sequence (upper case) of the records of a FASTA file as far as it can be read."""
    with suppress(OSError, ValueError), pysam.FastxFile(str(reference)) as records:
        for record in records:
            yield record.name or "", (record.sequence or "").upper()


def _agreement(
    records: Iterable[pysam.AlignedSegment], locus: Locus, placement: Placement
) -> tuple[int, float]:
    """Known aligned bases of some records, and the share of them that agree with the locus."""
    bases = agreeing = 0
    for record in records:
        sequence = record.query_sequence
        if not sequence:
            continue
        blocks = aligned_blocks(record.reference_start - placement.shift, record.cigartuples)
        for offset, query, length in blocks:
            window = locus.sequence[max(offset, 0) : offset + length]
            if len(window) == length:
                read = sequence[query : query + length].upper()
                bases += length - read.count("N")
                agreeing += sum(a == b for a, b in zip(read, window, strict=True))
    return bases, agreeing / bases if bases else 0.0
