"""Reads with UMIs for tests: molecules of a random sequence, copied and misread at will."""

from __future__ import annotations

import gzip
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pysam

from flt3itd.common.bases import reverse_complement

READ = 100


@dataclass
class UmiLibrary:
    """Draws molecules from a sequence; a molecule is a fragment with the parts of its UMI."""

    seed: int = 1
    length: int = 5000
    rng: np.random.Generator = field(init=False)
    sequence: str = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.sequence = self.bases(self.length)

    def bases(self, count: int) -> str:
        """Random bases."""
        return "".join("ACGT"[one] for one in self.rng.integers(0, 4, count))

    def fragment(self, start: int, length: int = 180) -> str:
        """A stretch of the sequence."""
        return self.sequence[start : start + length]


@dataclass(frozen=True)
class UmiPair:
    """One read pair: the fragment as read 1 begins, its UMI parts, and what was misread."""

    fragment: str
    umi: tuple[str, ...]
    quality: int = 37
    read_length: int = READ

    def reads(self) -> tuple[str, str]:
        """Both reads, without UMI."""
        length = self.read_length
        return self.fragment[:length], reverse_complement(self.fragment)[:length]


def other_strand(pair: UmiPair) -> UmiPair:
    """The pair that the other strand of the molecule gives."""
    return replace(pair, fragment=reverse_complement(pair.fragment), umi=pair.umi[::-1])


def with_error(text: str, place: int) -> str:
    """The text with another base at a place."""
    return text[:place] + "CGTA"["ACGT".index(text[place])] + text[place + 1 :]


def write_fastq(folder: Path, pairs: Iterable[UmiPair], form: str = "bases") -> tuple[Path, Path]:
    """Two gzipped FASTQ files; the UMI in the `bases`, in the `name`, or in the `comment`."""
    paths = folder / "R1.fastq.gz", folder / "R2.fastq.gz"
    texts: tuple[list[str], list[str]] = ([], [])
    for number, pair in enumerate(pairs):
        umi, name, comment = "-".join(pair.umi), f"read:{number}", ""
        reads = pair.reads()
        if form == "bases":
            parts = (*pair.umi, "")[:2]
            reads = (parts[0] + reads[0], parts[1] + reads[1])
        elif form == "name":
            name += f"_{umi}"
        else:
            comment = f"\tRX:Z:{umi}"
        for text, bases in zip(texts, reads, strict=True):
            qualities = chr(33 + pair.quality) * len(bases)
            text.append(f"@{name}{comment}\n{bases}\n+\n{qualities}\n")
    for path, lines in zip(paths, texts, strict=True):
        path.write_bytes(gzip.compress("".join(lines).encode(), 1))
    return paths


def _take_place(record: pysam.AlignedSegment) -> None:
    """Make a record one that no aligner placed, as its mate."""
    if record.is_reverse:
        record.query_sequence = reverse_complement(record.query_sequence or "")
    record.flag = record.flag & ~(2 | 16 | 32) | 4 | 8
    record.reference_id = record.next_reference_id = -1
    record.reference_start = record.next_reference_start = -1
    record.mapping_quality = 0
    record.cigartuples = None


def write_bam(
    path: Path,
    sequence: str,
    pairs: Sequence[UmiPair],
    *,
    contig: tuple[str, int] = ("chr1", 5000),
    shift: int = 0,
    tags: Mapping[str, str | int | float | array[int]] | None = None,
    flag: int = 0,
    contigs: Mapping[str, int] | None = None,
    each_tags: Sequence[Mapping[str, str | int]] = (),
) -> Path:
    """A sorted and indexed BAM of pairs that lie on a sequence from end to end, with RX tags.

    Pairs that do not lie there have no place, as some aligners leave those over a junction.
    `shift` is where the sequence begins on the contig (name and length); all records get the
    `tags`, those of a pair its `each_tags`, and the bits of the `flag`. `contigs` are all of the
    header, where there are others.
    """
    contigs = contigs or dict([contig])
    number_of_contig = list(contigs).index(contig[0])
    header = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": name, "LN": length} for name, length in contigs.items()],
    }
    records = []
    for number, pair in enumerate(pairs):
        turned = reverse_complement(pair.fragment) in sequence
        plus = reverse_complement(pair.fragment) if turned else pair.fragment
        placed = plus in sequence
        start = sequence.find(plus) + shift
        length = pair.read_length
        last = start + len(plus) - length
        for place, bases, reverse in ((start, plus[:length], False), (last, plus[-length:], True)):
            record = pysam.AlignedSegment()
            record.query_name = f"read:{number}"
            first = reverse == turned
            record.flag = flag | 1 | 2 | (16 if reverse else 32) | (64 if first else 128)
            record.reference_id = record.next_reference_id = number_of_contig
            record.reference_start = place
            record.next_reference_start = start if reverse else last
            record.mapping_quality = 60
            record.cigartuples = [(0, length)]
            record.query_sequence = bases
            if not placed:
                _take_place(record)
            record.query_qualities = pysam.qualitystring_to_array(chr(33 + pair.quality) * length)
            record.set_tag("RX", "-".join(pair.umi))
            own = each_tags[number] if each_tags else {}
            for tag, value in (*(tags or {}).items(), *own.items()):
                record.set_tag(tag, value)
            records.append(record)
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for record in sorted(records, key=lambda one: (one.is_unmapped, one.reference_start)):
            out.write(record)
    pysam.index(str(path))
    return path
