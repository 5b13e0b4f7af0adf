"""A BAM or CRAM: opened, and what its header tells."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import pysam

from flt3itd.common.errors import UserError, one_line
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from flt3itd.reads.coordinates import Placement

_FAMILY, _DEPTH = "MI", "cD"
_STRANDS = ("A", "B")
_STRAND_READS, _DUPLEX_READS = "XV", "XW"
UMI_TAG = "RX"
_BASES = "ACGT"
_DIGITS = str.maketrans(_BASES, "0123")
NO_UMI = 2**64 - 1
"""Stands for the UMI of a fragment that has none, or not of bases alone."""
_FASTQ_NAME = re.compile(r"\.(fastq|fq)(\.gz)?$")
_INDEX_NAME = re.compile(r"\.(bai|csi|crai)$")
_ASSEMBLED = "ArtificialHaplotype"
"""How GATK (HaplotypeCaller, Mutect2, --bam-output) begins the name of the read group of assembled
haplotypes that it writes as if they were reads: GATK 4 ArtificialHaplotypeRG."""
FIRST_RECORDS = 20
"""Reads of a file that tell whether they carry UMIs or are a consensus: all have its tags then."""
_ASKED_FOR_THEIR_SAMPLE = 10_000
"""Records that tell whether all are of one sample: those of a merged BAM lie among each other."""

_NOT_CLOSED = "Closing failed"
_OF_BLOCKS = ("truncated file", _NOT_CLOSED, "closing BGZFile", "reading from BGZFile")
"""What pysam says of a block that cannot be unpacked, and then of the file that it closes."""


@contextmanager
def silent_htslib() -> Iterator[None]:
    """Keep htslib and pysam from writing by themselves what they think of a file.

    What is wrong is told in one line that names it, by whoever opened it. A file with a broken
    header can neither be opened nor closed, of which pysam prints a traceback through both hooks.
    """
    told = pysam.set_verbosity(0)
    unraisable_hook, uncaught_hook = sys.unraisablehook, sys.excepthook

    def show(unraisable: sys.UnraisableHookArgs) -> None:
        if not _is_of_closing(unraisable.exc_value):
            unraisable_hook(unraisable)

    def show_uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not _is_of_closing(error):
            uncaught_hook(kind, error, trace)

    sys.unraisablehook, sys.excepthook = show, show_uncaught
    try:
        yield
    finally:
        sys.unraisablehook, sys.excepthook = unraisable_hook, uncaught_hook
        pysam.set_verbosity(told)


def _is_of_closing(error: BaseException | None) -> bool:
    """Whether pysam says by this that it could not close a file, which it could not open."""
    return isinstance(error, OSError) and _NOT_CLOSED in str(error)


def what_broke(error: Exception) -> str:
    """What went wrong in a file, in one line; what pysam says of blocks names no block."""
    text = one_line(error)
    return "it is damaged" if any(words in text for words in _OF_BLOCKS) else text


@contextmanager
def opened(path: Path, reference: Path | None) -> Iterator[pysam.AlignmentFile]:
    """An indexed BAM or CRAM; what goes wrong in it is told as a mistake of the file.

    Raises:
        UserError: the file cannot be read, is cut short, has no index, or holds assembled
            haplotypes or reads of several samples.
    """
    is_cram = False
    try:
        with (
            silent_htslib(),
            pysam.AlignmentFile(
                str(path),
                reference_filename=str(reference) if reference else None,
                check_sq=False,  # reads that were not aligned may come without contigs
            ) as bam,
        ):
            is_cram = bam.is_cram
            if not (bam.nreferences or bam.is_bam):
                raise ValueError("the file has no contigs")
            if not bam.has_index():
                raise UserError(f"{path}: {_without_index(path, bam)}")
            groups = read_groups(bam)
            _refuse_assembled(path, groups)
            refuse_several_samples(path, bam, groups)
            yield bam
    except (OSError, ValueError) as error:
        if _FASTQ_NAME.search(path.name):
            raise UserError(
                f"{path}: holds no alignments: FASTQ, by its name; give reads with --fastq"
            ) from error
        if _INDEX_NAME.search(path.name):
            raise UserError(f"{path}: holds no alignments: an index, by its name") from error
        mend = (
            "; give the genome that the CRAM was made with (--reference), or copy the file again"
            if is_cram
            else f"; copy the file again, or make its index anew: samtools index '{path}'"
        )
        raise UserError(
            f"{path}: the alignments cannot be read: {what_broke(error)}{mend}"
        ) from error


def _without_index(path: Path, bam: pysam.AlignmentFile) -> str:
    """What to do about an index that is not there: of SAM or reads by name none can be made."""
    if bam.is_sam:
        return f"is SAM; make a BAM of it with: samtools sort -o S.bam --write-index '{path}'"
    order = bam.header.to_dict().get("HD", {}).get("SO", "")
    if order == "queryname":
        return f"is sorted by name; sort it with: samtools sort -o S.bam --write-index '{path}'"
    return f"there is no index; make one with: samtools index '{path}'"


def _refuse_assembled(path: Path, groups: Iterable[Mapping[str, str]]) -> None:
    """Refuse what a variant caller wrote of the places that it assembled: candidates are no reads.

    Raises:
        UserError: it has a read group of assembled haplotypes.
    """
    if any(str(one.get("ID", "")).startswith(_ASSEMBLED) for one in groups):
        raise UserError(
            f"{path}: holds haplotypes that GATK assembled (read group {_ASSEMBLED}...), which are "
            "no reads of the sample, and those of a few places only; give the BAM that GATK read"
        )


def refuse_several_samples(
    path: Path, bam: pysam.AlignmentFile, groups: Iterable[Mapping[str, str]]
) -> None:
    """Refuse reads of several samples (SM of the read groups): ratios would be of the mixture.

    Samples that the header names and no read has do not count: tools that select reads may leave
    them. A read without a read group may be of any of those.

    Raises:
        UserError: the first records are not all of one sample.
    """
    sample_of = {one["ID"]: one["SM"] for one in groups if one.get("SM")}
    named = set(sample_of.values())
    if len(named) < 2:
        return
    found: set[str] = set()
    for record in bam.head(_ASKED_FOR_THEIR_SAMPLE):
        group = str(record.get_tag("RG")) if record.has_tag("RG") else ""
        found |= {sample_of[group]} if group in sample_of else named
        if len(found) > 1:
            raise UserError(several_samples(path, named))


def several_samples(path: Path, names: Iterable[str]) -> str:
    """What is told of a BAM of several samples."""
    return (
        f"{path}: holds reads of several samples ({', '.join(sorted(names))}), by SM of its read "
        "groups; give one BAM for each (samtools split), or, if they are one sample, one name to "
        "all groups (samtools reheader)"
    )


def header_lines(bam: pysam.AlignmentFile, kind: str) -> list[dict[str, str]]:
    """The lines of one kind of the header (RG, PG), by field.

    Those of contigs are left aside: to read thousands of them takes ten times as long.
    """
    lines = [line for line in str(bam.header).splitlines() if line.startswith(f"@{kind}\t")]
    header = pysam.AlignmentHeader.from_text("".join(f"{line}\n" for line in lines))
    found: list[dict[str, str]] = header.to_dict().get(kind, [])
    return found


def read_groups(bam: pysam.AlignmentFile) -> list[dict[str, str]]:
    """The read groups of the header, by field."""
    return header_lines(bam, "RG")


def platforms(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """The sequencing platforms that the read groups of a BAM name (PL), upper case."""
    return tuple(sorted({str(one["PL"]).upper() for one in read_groups(bam) if one.get("PL")}))


def family_umi(record: pysam.AlignedSegment) -> int:
    """The UMI of a record (both parts) as a number of two bits a base, or `NO_UMI`."""
    text = str(record.get_tag(UMI_TAG)) if record.has_tag(UMI_TAG) else ""
    with suppress(ValueError):
        return min(int(text.replace("-", "").translate(_DIGITS), len(_BASES)), NO_UMI)
    return NO_UMI


def family_size(record: pysam.AlignedSegment) -> int:
    """The reads of the family that a consensus read was made of; 0 of any other read.

    MI is the family and cD the greatest depth of a base, as fgbio and fgumi write them and we do;
    XV are the reads of one strand and XW those of both or 0, as DRAGEN does
    (https://help.tso500software.illumina.com, "Read collapsing").
    """
    if record.has_tag(_DEPTH) and record.has_tag(_FAMILY):
        return max(1, int(record.get_tag(_DEPTH)))
    if record.has_tag(_STRAND_READS) and record.has_tag(_DUPLEX_READS):
        counts = record.get_tag(_STRAND_READS), record.get_tag(_DUPLEX_READS)
        if all(isinstance(one, int) for one in counts):
            return max(1, *map(int, counts))
    return 0


def of_families(
    records: Iterable[pysam.AlignedSegment], least_reads: int
) -> Iterable[pysam.AlignedSegment]:
    """The consensus reads of families of at least so many reads; all records with 1 or fewer."""
    if least_reads <= 1:
        return records
    return (record for record in records if family_size(record) >= least_reads)


def is_consensus(bam: pysam.AlignmentFile) -> bool:
    """Whether the reads of a BAM are molecules already: whether the first ones are consensus."""
    first = list(bam.head(FIRST_RECORDS))
    return bool(first) and all(family_size(record) > 0 for record in first)


def strand_of(record: pysam.AlignedSegment) -> tuple[str, str]:
    """Molecule and strand (A or B) of a consensus read of one strand; no strand of any other read.

    So fgbio CallMolecularConsensusReads makes them of reads that were grouped as pairs of strands.
    """
    family = str(record.get_tag(_FAMILY)) if record.has_tag(_FAMILY) else ""
    molecule, _, strand = family.rpartition("/")
    return (molecule, strand) if strand in _STRANDS and molecule else (family, "")


def has_strands_apart(bam: pysam.AlignmentFile) -> bool:
    """Whether the first reads are consensus of one strand each: molecules may be there twice."""
    return is_consensus(bam) and any(strand_of(record)[1] for record in bam.head(FIRST_RECORDS))


def has_unused_umis(bam: pysam.AlignmentFile) -> bool:
    """Whether the first reads carry UMIs and are no consensus: their copies can be told apart."""
    first = list(bam.head(FIRST_RECORDS))
    tagged = [record for record in first if record.has_tag(UMI_TAG)]
    return 2 * len(tagged) > len(first) and not is_consensus(bam)


def contig_length(bam: pysam.AlignmentFile, placement: Placement) -> int:
    """The length of the contig that a placement names, in bases."""
    if placement.contig in bam.references:
        return bam.get_reference_length(placement.contig)
    return CHROMOSOME_LENGTH[placement.build]
