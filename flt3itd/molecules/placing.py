"""The molecules of FLT3 placed on the locus: for a call from reads with UMIs."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.locus.template import template_of
from flt3itd.molecules.consensus import Consensus
from flt3itd.molecules.known_places import KnownPlaces
from flt3itd.molecules.letters import CODE_OF_BYTE, Integers, packed
from flt3itd.molecules.molecules import Molecules
from flt3itd.molecules.pairs import BY_SEQUENCE, FIRST_BASES
from flt3itd.molecules.records import ConsensusStatistics
from flt3itd.molecules.run import molecules_of
from flt3itd.molecules.sources import ReadFiles, open_library
from flt3itd.molecules.unaligned_reads import as_fastq
from flt3itd.reads.alignment_file import opened
from flt3itd.reads.placed import PlacedReads
from flt3itd.reads.primers import is_fasta, read_primer_text
from flt3itd.reads.unplaced import KmerFilter, kmers_of, unplaced_records

log = logging.getLogger("flt3itd")

_NO_BASE_QUALITY = 2
_LETTERS = np.frombuffer(b"ACGTN", dtype=np.uint8)
_REACH = 1500
"""Bases beside the locus in which mates of its reads may lie."""


def place_molecules(
    files: ReadFiles,
    reads: PlacedReads,
    sample: str,
    least_reads: int,
    stretch: tuple[str, int, int] | None,
) -> ConsensusStatistics:
    """Make the consensus of the reads of the locus and place it; returns what is told of it.

    `stretch` is where the locus lies in the BAM: contig, and coordinates (0-based half-open); None
    of FASTQ files, and of a BAM of reads without a place.

    Raises:
        UserError: the reads cannot be read, or have no such UMIs.
    """
    with tempfile.TemporaryDirectory(prefix="flt3itd-") as name, _naming(files, Path(name)):
        folder = Path(name)
        if stretch is not None:
            primers = files.primers
            if primers is not None and is_fasta(read_primer_text(primers)):
                primers = None
            part = _part_of(files.paths[0], files.reference, stretch, folder)
            part = _with_unplaced(part, files, reads.kmer_filter(), folder)
            files = replace(files, paths=(part,), primers=primers, takes_unplaced=True)
        elif files.are_unaligned:
            files = replace(files, paths=as_fastq(files.paths[0], folder))
        wanted, places = None, None
        if not files.are_aligned:
            wanted = _first_bases(reads.kmers(FIRST_BASES))
            if files.assay != Assay.AMPLICON:
                places = KnownPlaces.of(template_of(files.assay).sequence)
        library = open_library(files, least_reads, folder, wanted, places)
        number = 0
        for block in library.blocks:
            molecules, tally = molecules_of(block, library.rules)
            library.families.add(tally)
            _add(reads, molecules, number)
            reads.itd.family_reads.extend(molecules.reads.tolist())
            reads.itd.family_umis.extend(molecules.umi.tolist())
            number += len(molecules)
        reads.itd.fragments = number
        found = library.statistics(sample)
        log.info("%d families of the reads over FLT3, %d counted", found.families, number)
        return found


@contextmanager
def _naming(files: ReadFiles, folder: Path) -> Iterator[None]:
    """Mistakes name the file that the user gave, and no part of it that was made in a folder."""
    try:
        yield
    except UserError as error:
        sentence = str(error)
        for part in (*folder.glob("*.bam"), *folder.glob("*.fastq")):
            sentence = sentence.replace(str(part), str(files.paths[0]))
        raise UserError(sentence) from error


def _part_of(
    path: Path, reference: Path | None, stretch: tuple[str, int, int], folder: Path
) -> Path:
    """The reads of a stretch of a sorted and indexed BAM or CRAM as a BAM."""
    contig, start, end = stretch
    made = folder / "locus.bam"
    options = [] if reference is None else ["-T", str(reference)]
    region = f"{contig}:{max(0, start - _REACH) + 1}-{end + _REACH}"
    try:
        pysam.view("-b", "-1", *options, "-o", str(made), str(path), region, catch_stdout=False)
    except pysam.utils.SamtoolsError as error:
        raise UserError(
            f"{path}: the alignments over {region} cannot be read; copy the file again, make its "
            f"index anew (samtools index '{path}'), or, of a CRAM, give the genome that it was "
            "made with (--reference)"
        ) from error
    return made


def _with_unplaced(part: Path, files: ReadFiles, wanted: KmerFilter, folder: Path) -> Path:
    """A part of a BAM, and behind it the pairs that its aligner left without a place.

    Of these the ones that a filter takes a read of, both reads each.
    """
    with opened(files.paths[0], files.reference) as bam:
        names = {record.query_name for record in unplaced_records(bam, wanted)}
        if not names:
            return part
        made = folder / "locus_and_unplaced.bam"
        with (
            pysam.AlignmentFile(str(part)) as placed,
            pysam.AlignmentFile(str(made), "wb", template=placed) as copy,
        ):
            for record in placed:
                copy.write(record)
            for record in bam.fetch("*"):
                if record.query_name in names:
                    copy.write(record)
    return made


def first_bases_of_itds(assay: Assay) -> Integers:
    """What a pair without a place must show to be looked at: parts of the reads over FLT3-ITDs."""
    template = template_of(assay)
    return _first_bases(kmers_of(template.sequence, [template.region], FIRST_BASES))


def _first_bases(kmers: frozenset[str]) -> Integers:
    """Sequences as the numbers of ends."""
    text = np.frombuffer("".join(sorted(kmers)).encode(), dtype=np.uint8)
    codes = CODE_OF_BYTE[text].reshape(-1, FIRST_BASES)
    found: Integers = packed(codes).astype(np.int64) | BY_SEQUENCE
    return np.sort(found)


def _add(reads: PlacedReads, molecules: Molecules, first: int) -> None:
    """Place both reads of each molecule; the molecules are numbered from `first` on."""
    for is_read1, consensus in ((True, molecules.first), (False, molecules.second)):
        for number, (sequence, qualities) in enumerate(_texts(consensus), start=first):
            if sequence:
                reads.add(number, f"molecule:{number}", sequence, qualities, is_read1=is_read1)


def _texts(consensus: Consensus) -> Iterator[tuple[str, bytes]]:
    """Sequence and raw Phred values of each read."""
    called = consensus.qualities > 0
    letters = _LETTERS[np.where(called, consensus.bases, 4)]
    qualities = np.where(called, consensus.qualities, _NO_BASE_QUALITY).astype(np.uint8)
    for row, length in enumerate(consensus.lengths().tolist()):
        yield (
            letters[row, :length].tobytes().decode("ascii"),
            qualities[row, :length].tobytes(),
        )
