"""Small inputs for tests, written in code so that a test shows all of its data.

Coordinates are 0-based half-open, sequences plus strand.
"""

from __future__ import annotations

import gzip
import random
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from flt3itd.commands.simulate import simulate_haplotypes
from flt3itd.simulation.sample import Simulation
from flt3itd.simulation.sequencing import Library, ReadPairs


def random_sequence(length: int, seed: int) -> str:
    """Bases drawn evenly; the same for the same seed on every machine."""
    return "".join(random.Random(seed).choices("ACGT", k=length))


def duplicate(reference: str, start: int, end: int, filler: str = "") -> str:
    """The reference with a tandem duplication of [start, end), filler between the copies."""
    return reference[:end] + filler + reference[start:]


@dataclass(frozen=True)
class FastqRead:
    """One read as in a FASTQ file; qualities as text (phred + 33)."""

    name: str
    sequence: str
    qualities: str


@dataclass(frozen=True)
class Pair:
    """The two reads of a fragment and the name of the haplotype that it comes from."""

    first: FastqRead
    second: FastqRead
    haplotype: str


def pairs_of(simulation: Simulation) -> list[Pair]:
    """All read pairs of a simulation, as text, with their truth."""
    pairs: list[Pair] = []
    owners = simulation.fragments.molecules()
    for block in simulation.read_pairs():
        for index in range(len(block)):
            number = len(pairs)
            name = f"{simulation.sample}:{number:08d}"
            first, second = _reads(block, index, name)
            pairs.append(Pair(first, second, simulation.molecules[owners[number]].name))
    return pairs


def _reads(block: ReadPairs, index: int, name: str) -> tuple[FastqRead, FastqRead]:
    ends = (block.bases_1, block.qualities_1), (block.bases_2, block.qualities_2)
    first, second = (
        FastqRead(
            name,
            bases[index].tobytes().decode("ascii"),
            (qualities[index] + 33).tobytes().decode("ascii"),
        )
        for bases, qualities in ends
    )
    return first, second


def read_pairs(
    haplotypes: Iterable[tuple[str, str, float]],
    depth: float,
    seed: int = 1,
    library: Library | None = None,
) -> list[Pair]:
    """Read pairs of haplotypes, each a name, a sequence and its share of the molecules."""
    return pairs_of(simulate_haplotypes(haplotypes, depth, library or Library(), seed))


def write_fastq(path: Path, reads: Iterable[FastqRead]) -> Path:
    """Write reads; gzipped when the name ends in .gz."""
    text = "".join(f"@{read.name}\n{read.sequence}\n+\n{read.qualities}\n" for read in reads)
    path.write_bytes(
        gzip.compress(text.encode(), mtime=0) if path.suffix == ".gz" else text.encode()
    )
    return path


def write_mates(folder: Path, pairs: Iterable[Pair]) -> list[Path]:
    """Write the first and the second reads of pairs into a folder: R1.fastq and R2.fastq."""
    mates = zip(*((pair.first, pair.second) for pair in pairs), strict=True)
    return [write_fastq(folder / f"R{at}.fastq", reads) for at, reads in enumerate(mates, 1)]


def write_fasta(path: Path, sequences: Mapping[str, str]) -> Path:
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in sequences.items()))
    return path


@dataclass(frozen=True)
class Read:
    """One line of a BAM file.

    `position` is the first aligned base; `qualities` is one phred value for all bases or one
    for each. `mate` is contig and position of the mate; without it the read stays unpaired
    unless the flag says otherwise. An unmapped read has position -1 and an empty CIGAR.
    """

    name: str
    contig: str
    position: int
    cigar: str
    sequence: str
    flag: int = 0
    qualities: int | tuple[int, ...] = 37
    mapping_quality: int = 60
    mate: tuple[str, int] | None = None
    template_length: int = 0
    tags: tuple[tuple[str, str | int], ...] = ()


def write_bam(
    path: Path,
    contigs: Mapping[str, int],
    reads: Sequence[Read],
    sample: str | None = "sample",
    programs: Sequence[Mapping[str, str]] = (),
) -> Path:
    """Write a sorted BAM with its index beside it.

    `contigs` are names and lengths; `sample` goes into the read group (None: no read group),
    `programs` are @PG lines by tag.
    Its blocks are not compressed: tests write thousands of files and read each once.
    """
    header: dict[str, object] = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": name, "LN": length} for name, length in contigs.items()],
    }
    if sample is not None:
        header["RG"] = [{"ID": "1", "SM": sample}]
    if programs:
        header["PG"] = [dict(one) for one in programs]
    order = list(contigs)

    def place(read: Read) -> tuple[int, int]:
        return (order.index(read.contig) if read.contig in order else len(order), read.position)

    with pysam.AlignmentFile(str(path), "wbu", header=header) as bam:
        for read in sorted(reads, key=place):
            bam.write(_aligned_segment(read, bam.header, sample is not None))
    pysam.index(str(path))
    return path


def with_header(path: Path, source: Path, *commands: str, platform: str = "illumina") -> str:
    """A copy of a BAM whose header names programs (their command lines) and a platform."""
    with pysam.AlignmentFile(str(source)) as bam:
        header = bam.header.to_dict()
        header["RG"] = [{"ID": "1", "SM": "sample", "PL": platform}]
        header["PG"] = [{"ID": str(n), "CL": command} for n, command in enumerate(commands)]
        with pysam.AlignmentFile(str(path), "wbu", header=header) as copy:
            for read in bam:
                copy.write(read)
    pysam.index(str(path))
    return str(path)


def _aligned_segment(
    read: Read, header: pysam.AlignmentHeader, grouped: bool
) -> pysam.AlignedSegment:
    segment = pysam.AlignedSegment(header)
    segment.query_name = read.name
    segment.flag = read.flag
    segment.reference_name = read.contig if read.contig else None
    segment.reference_start = read.position
    segment.mapping_quality = read.mapping_quality
    segment.cigarstring = read.cigar or None
    segment.query_sequence = read.sequence
    each = read.qualities
    segment.query_qualities = array(
        "B", bytes([each]) * len(read.sequence) if isinstance(each, int) else each
    )
    if read.mate is not None:
        segment.next_reference_name, segment.next_reference_start = read.mate
    segment.template_length = read.template_length
    for tag, value in (*read.tags, *((("RG", "1"),) if grouped else ())):
        segment.set_tag(tag, value)
    return segment
