"""RNA on a genome as spliced aligners write it: introns left out, clips, parts elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.builders import Read

Aligner = Literal["STAR", "HISAT2"]
Block = tuple[int, int]

PROGRAMS: dict[Aligner, list[dict[str, str]]] = {
    "STAR": [
        {
            "ID": "STAR",
            "PN": "STAR",
            "VN": "2.7.10b",
            "CL": "STAR --genomeDir idx --readFilesIn 1.fastq 2.fastq --outSAMtype BAM "
            "SortedByCoordinate --outSAMstrandField intronMotif --outSAMunmapped Within "
            "--chimSegmentMin 12 --chimOutType WithinBAM SoftClip --twopassMode Basic",
        }
    ],
    "HISAT2": [
        {
            "ID": "hisat2",
            "PN": "hisat2",
            "VN": "2.2.1",
            "CL": '"hisat2-align-s -q -x idx -1 1.fastq -2 2.fastq"',
        },
        {"ID": "samtools", "PN": "samtools", "PP": "hisat2", "CL": "samtools sort -o S.bam -"},
    ],
}
"""What the versions of Debian 12 write into the header."""
_SHORTEST_CHIMERA = 12
_LONGEST_CLIP = {"STAR": 50, "HISAT2": 18}
"""Bases; HISAT2 leaves reads without a place whose clips cost more than its least score allows."""
_READ, _PAIRED, _REVERSE = 100, 0x3, (0, 0x10)


@dataclass(frozen=True)
class Transcript:
    """Blocks of a contig in the order of the molecule, 0-based half-open, and its bases."""

    contig: str
    blocks: Sequence[Block]
    sequence: str

    @classmethod
    def of(cls, contig: str, genome: str, blocks: Sequence[Block]) -> Transcript:
        """The transcript of some blocks of a genome; a block behind a later one is a copy."""
        return cls(contig, blocks, "".join(genome[start:end] for start, end in blocks))

    def pieces(self, start: int, end: int) -> Iterator[Block]:
        """Where the bases [start, end) of the molecule lie on the contig."""
        at = 0
        for first, last in self.blocks:
            low, high = max(start, at), min(end, at + last - first)
            if low < high:
                yield first + low - at, first + high - at
            at += last - first


def fragment(
    transcript: Transcript, name: str, start: int, size: int, aligner: Aligner
) -> list[Read]:
    """The records of the two reads of a fragment."""
    ends = ((start, start + _READ), (start + size - _READ, start + size))
    runs = [_ascending(list(transcript.pieces(*each))) for each in ends]
    longest = [max(each, key=_size) for each in runs]
    clipped = [_READ - _size(each) for each in longest]
    has_place = [each <= _LONGEST_CLIP[aligner] for each in clipped]
    if not any(has_place):
        return []
    records = []
    for at, (first, last) in enumerate(ends):
        own, mate = (at, 1 - at) if has_place[at] else (1 - at, 1 - at)
        flag = _PAIRED | (0x40, 0x80)[at] | (0 if has_place[at] else 0x4)
        flag |= (0x10, 0x20)[1 - at] | (0 if has_place[1 - at] else 0x8)
        sequence = transcript.sequence[first:last]
        mate_place = transcript.contig, longest[mate if has_place[mate] else at][0][0]
        if not has_place[at]:
            place = longest[own][0][0]
            records.append(
                Read(name, transcript.contig, place, "", sequence, flag, 37, 0, mate_place)
            )
            continue
        records += _placed(transcript, name, sequence, runs[at], flag, mate_place, aligner)
    return records


def _placed(
    transcript: Transcript,
    name: str,
    sequence: str,
    runs: Sequence[Sequence[Block]],
    flag: int,
    mate: tuple[str, int],
    aligner: Aligner,
) -> Iterator[Read]:
    """A read on its longest run of pieces, and, by STAR, far parts as supplementary records."""
    quality = 255 if aligner == "STAR" else 60
    longest = max(runs, key=_size)
    far = [
        run
        for run in runs
        if aligner == "STAR" and len(runs) == 2 and min(map(_size, runs)) >= _SHORTEST_CHIMERA
    ]
    for run in far or [longest]:
        others = [other for other in far if other is not run]
        strand = "-" if flag & 0x10 else "+"
        parts = [
            f"{transcript.contig},{other[0][0] + 1},{strand},{_cigar(other, runs)},{quality},0;"
            for other in others
        ]
        tags: list[tuple[str, str | int]] = [("NH", 1), ("AS", _size(run) - 2)]
        tags += [("XS", "+")] if len(run) > 1 else []
        tags += [("HI", 1), ("nM", 0)] if aligner == "STAR" else [("YT", "CP")]
        tags += [("SA", one) for one in parts]
        yield Read(
            name, transcript.contig, run[0][0], _cigar(run, runs), sequence,
            flag | (0x800 if run is not longest else 0), 37, quality, mate, tags=tuple(tags),
        )  # fmt: skip


def _ascending(pieces: Sequence[Block]) -> list[list[Block]]:
    """Pieces in runs that an aligner can write as one record."""
    runs: list[list[Block]] = []
    for piece in pieces:
        if runs and piece[0] >= runs[-1][-1][1]:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _size(run: Sequence[Block]) -> int:
    return sum(end - start for start, end in run)


def _cigar(run: Sequence[Block], runs: Sequence[Sequence[Block]]) -> str:
    """The CIGAR of a run among all runs of its read."""
    at = next(number for number, one in enumerate(runs) if one is run)
    before, behind = (sum(map(_size, part)) for part in (runs[:at], runs[at + 1 :]))
    text, position = f"{before}S" if before else "", run[0][0]
    for start, end in run:
        text += (f"{start - position}N" if start > position else "") + f"{end - start}M"
        position = end
    return text + (f"{behind}S" if behind else "")
