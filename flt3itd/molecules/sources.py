"""Where the reads of a consensus come from: BAM, CRAM or FASTQ, as blocks of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError, one_line
from flt3itd.molecules.bam_pairs import BamPairs, genome_end
from flt3itd.molecules.fastq_pairs import FastqPairs
from flt3itd.molecules.known_places import KnownPlaces
from flt3itd.molecules.letters import Integers
from flt3itd.molecules.pair_sorter import PairSorter
from flt3itd.molecules.pairs import PairBlock, UmiShape
from flt3itd.molecules.records import ConsensusStatistics
from flt3itd.molecules.run import Block, FamilyRules, bam_blocks, sorted_blocks
from flt3itd.molecules.statistics import Asked, FamilyTally, statistics
from flt3itd.molecules.tally import ReadTally
from flt3itd.molecules.umi import UmiSource
from flt3itd.reads.alignment_file import (
    is_consensus,
    read_groups,
    refuse_several_samples,
    silent_htslib,
)
from flt3itd.reads.primers import (
    is_fasta,
    read_primer_text,
    rows_of_lone_primers,
    rows_of_pairs,
)


@dataclass(frozen=True)
class ReadFiles:
    """The reads of a library: one BAM or CRAM, or one or two FASTQ files.

    `primers` (BEDPE) are used with a BAM, `reference` with a CRAM. `takes_unplaced`: pairs of a BAM
    that its aligner left without a place are taken too. `are_unaligned`: the path is a BAM in which
    no read has a place.
    """

    paths: tuple[Path, ...]
    are_aligned: bool
    assay: Assay
    source: UmiSource
    primers: Path | None = None
    reference: Path | None = None
    takes_unplaced: bool = False
    are_unaligned: bool = False


@dataclass
class Library:
    """The blocks of a library with what is counted on the way."""

    made: Iterator[Block]
    files: ReadFiles
    rules: FamilyRules
    reads: ReadTally
    families: FamilyTally
    shape: UmiShape = field(default_factory=partial(UmiShape, 0))
    """The parts of the UMIs, as the last block has them."""

    @property
    def blocks(self) -> Iterator[Block]:
        """The blocks, each of them once."""
        for block in self.made:
            self.shape = block.shape
            yield block

    def statistics(self, sample: str) -> ConsensusStatistics:
        """What is told of the families, when all blocks were taken and added to `families`."""
        files = self.files
        asked = Asked(sample, files.source.text, files.assay, self.rules.least_reads)
        return statistics(asked, self.reads, self.families, self.shape)


def open_library(
    files: ReadFiles,
    least_reads: int,
    folder: Path,
    wanted: Integers | None,
    places: KnownPlaces | None = None,
) -> Library:
    """The pairs of a library, block by block; `folder` takes what must be put down on the way.

    `wanted` are first bases that pairs of FASTQ files must show (`FastqPairs`), and pairs of a BAM
    without a place; `places` tell where those of FASTQ files begin.

    Raises:
        UserError: the files cannot be read, or have no such UMIs.
    """
    reads, families = ReadTally(), FamilyTally()
    rules = FamilyRules(files.assay == Assay.AMPLICON, least_reads)
    if not files.are_aligned:
        fastq = FastqPairs(files.paths, files.source, reads, wanted, places)
        blocks = _sorted(fastq.blocks(), fastq, folder, rules, families)
        return Library(blocks, files, rules, reads, families)
    path = files.paths[0]
    if _is_cram(path):
        path = _as_bam(path, files.reference, folder)
    _check_records(path)
    bam = BamPairs(path, files.source, reads, takes_unplaced=files.takes_unplaced, wanted=wanted)
    if not rules.amplicons:
        return Library(bam_blocks(bam, families), files, rules, reads, families)
    if files.primers is not None:
        rules = replace(rules, primers=primer_ends(files.primers, bam.contigs))
    blocks = _sorted((pairs for pairs, _ in bam.pairs()), bam, folder, rules, families)
    return Library(blocks, files, rules, reads, families)


def _check_records(path: Path) -> None:
    """Raise UserError if a BAM has reads of several samples, or molecules already.

    Families of molecules would be of one read each.
    """
    with (
        suppress(OSError, ValueError),
        silent_htslib(),
        pysam.AlignmentFile(str(path), check_sq=False) as bam,
    ):
        refuse_several_samples(path, bam, read_groups(bam))
        if is_consensus(bam):
            raise UserError(
                f"{path}: its reads are a consensus of families already (tags MI and cD, or XV and "
                "XW); it is taken as it is without --umi (an empty umi in the sheet)"
            )


def _sorted(
    pairs: Iterator[PairBlock],
    source: BamPairs | FastqPairs,
    folder: Path,
    rules: FamilyRules,
    tally: FamilyTally,
) -> Iterator[Block]:
    """Blocks of pairs that no file has in the order of their places, or too many of at a place."""
    sorter = PairSorter(folder, amplicons=rules.amplicons, primers=rules.primers)
    for some in pairs:
        sorter.add(some)
    return sorted_blocks(sorter, source.shape, tally)


def primer_ends(path: Path, contigs: Sequence[str]) -> Integers:
    """The ends of the amplicons of a BEDPE file, as `BamPairs` numbers them.

    Raises:
        UserError: the file is malformed, has sequences, or no contig of the BAM.
    """
    text = read_primer_text(path)
    if is_fasta(text):
        raise UserError(
            f"{path}: these are sequences; for reads of a BAM give BEDPE, or leave it out"
        )
    number = {name: place for place, name in enumerate(contigs)}
    ends = [
        genome_end(number[contig], place, reverse=reverse)
        for _, contig, pair in rows_of_pairs(path, text)
        if contig in number
        for place, reverse in ((pair.left_start, False), (pair.right_end, True))
    ]
    for _, contig, one in rows_of_lone_primers(path, text):
        reverse = one.strand == "-"
        if contig in number:
            place = one.end if reverse else one.start
            ends.append(genome_end(number[contig], place, reverse=reverse))
    if not ends:
        raise UserError(f"{path}: no row lies on a contig of the BAM, such as {contigs[0]!r}")
    return np.unique(np.array(ends, dtype=np.int64))


def _is_cram(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"CRAM"


def _as_bam(path: Path, reference: Path | None, folder: Path) -> Path:
    made = folder / "reads.bam"
    options = [] if reference is None else ["-T", str(reference)]
    try:
        pysam.view("-b", "-1", *options, "-o", str(made), str(path), catch_stdout=False)
    except pysam.utils.SamtoolsError as error:
        raise UserError(f"{path}: the CRAM cannot be read: {one_line(error)}") from error
    return made
