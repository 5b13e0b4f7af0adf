"""Records of a BAM file as arrays: many at once, without an object for each.

The layout is that of the SAM specification (section 4.2). Only what families need is taken out:
flags, ends, names, bases with qualities, and the UMI.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.common.errors import UserError
from flt3itd.molecules.letters import (
    Booleans,
    Bytes,
    Integers,
    Words,
    hashed,
    join_letters,
    turned,
    windows,
)
from flt3itd.reads.alignment import (
    CIGAR_HARD_CLIP,
    CIGAR_SOFT_CLIP,
    CONSUMES_REFERENCE,
    Flag,
)
from flt3itd.reads.alignment_file import silent_htslib, what_broke

_BLOCK = 1 << 25
"""Bytes that are unpacked at a time: some 50,000 pairs."""
FIXED = np.dtype(
    [
        ("size", "<i4"),
        ("contig", "<i4"),
        ("position", "<i4"),
        ("name_size", "u1"),
        ("mapping_quality", "u1"),
        ("bin", "<u2"),
        ("operations", "<u2"),
        ("flag", "<u2"),
        ("bases", "<i4"),
        ("mate_contig", "<i4"),
        ("mate_position", "<i4"),
        ("template_length", "<i4"),
    ]
)
"""What every record begins with."""
END_OF_FILE = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every whole BGZF file (SAM specification, section 4.1.2)."""
_CODES = np.full(16, 4, dtype=np.uint8)
_CODES[[1, 2, 4, 8]] = [0, 1, 2, 3]
_HALVES = np.stack((_CODES[np.arange(256) >> 4], _CODES[np.arange(256) & 15]), axis=1)
_NIBBLES = np.ascontiguousarray(_HALVES).view(np.uint16)[:, 0]
"""The bases (0 to 3; 4 for all else) of the two halves of a byte, side by side."""
_ROWS = 4096
"""Reads whose bases are taken at a time: what stays close to the processor."""
_CONSUMES = np.isin(np.arange(16), CONSUMES_REFERENCE)
_CLIPS = (CIGAR_SOFT_CLIP, CIGAR_HARD_CLIP)


_TAG_BYTES = {b"A": 1, b"c": 1, b"C": 1, b"s": 2, b"S": 2, b"i": 4, b"I": 4, b"f": 4}


@dataclass(frozen=True)
class Records:
    """Records of a BAM in a buffer, each beginning at its offset."""

    buffer: Bytes
    offsets: Integers
    fixed: npt.NDArray[np.void]

    def __len__(self) -> int:
        return len(self.offsets)

    def column(self, name: str) -> Integers:
        """One of the numbers that every record has."""
        found: Integers = self.fixed[name].astype(np.int64)
        return found

    def take(self, rows: Booleans) -> Records:
        """Some of the records."""
        return Records(self.buffer, self.offsets[rows], self.fixed[rows])

    def name_starts(self) -> Integers:
        """Where the names begin in the buffer."""
        return self.offsets + FIXED.itemsize

    def name_lengths(self) -> Integers:
        """Letters of each name, without the zero behind it."""
        return self.column("name_size") - 1

    def name_numbers(self) -> Words:
        """The names as numbers: equal for equal names."""
        lengths = self.name_lengths()
        names = windows(self.buffer, self.name_starts(), int(lengths.max(initial=0)))
        names[np.arange(names.shape[1]) >= lengths[:, None]] = 0
        return hashed(names)

    def letters(self) -> tuple[Bytes, Integers]:
        """The reads as they were sequenced, and their lengths."""
        bases = self.column("bases")
        width = int(bases.max(initial=0))
        starts = self._cigar_starts() + 4 * self.column("operations")
        reverse = (self.column("flag") & Flag.REVERSE) != 0
        letters = np.empty((len(self), width), dtype=np.uint8)
        for first in range(0, len(self), _ROWS):
            rows = slice(first, first + _ROWS)
            own, size = starts[rows], bases[rows]
            pairs = windows(self.buffer, own, (width + 1) // 2)
            codes = _NIBBLES[pairs].view(np.uint8)[:, :width]
            part = join_letters(codes, windows(self.buffer, own + (size + 1) // 2, width), size)
            back = np.flatnonzero(reverse[rows])
            part[back] = turned(part[back], size[back])
            letters[rows] = part
        return letters, bases

    def five_prime_ends(self) -> Integers:
        """The reference coordinates of the unclipped 5' ends; of an unmapped read its position."""
        first, last, length = self._clips_and_length()
        position = self.column("position")
        reverse = (self.column("flag") & Flag.REVERSE) != 0
        return np.where(reverse, position + length + last, position - first)

    def first_names(self, count: int) -> list[str]:
        """The names of the first records."""
        starts, ends = (
            self.name_starts()[:count],
            (self.name_starts() + self.name_lengths())[:count],
        )
        return [
            self.buffer[start:end].tobytes().decode("ascii", "replace")
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def tag_starts(self, tag: str) -> Integers:
        """Where the text of a tag begins in the buffer, for each record; -1 where it has none."""
        starts, ends = self._tags()
        sought = np.frombuffer(f"{tag}Z".encode(), dtype=np.uint8)
        hits = np.flatnonzero(self.buffer[:-3] == sought[0])
        hits = hits[(self.buffer[hits + 1] == sought[1]) & (self.buffer[hits + 2] == sought[2])]
        owner = np.searchsorted(self.offsets, hits, side="right") - 1
        inside = (owner >= 0) & (hits >= starts[owner]) & (hits < ends[owner])
        hits, owner = hits[inside], owner[inside]
        found = np.full(len(self), -1, dtype=np.int64)
        found[owner] = hits + len(sought)
        # The text of another tag may hold the same letters: then the tags are gone through.
        for row in np.flatnonzero(np.bincount(owner, minlength=len(self)) > 1).tolist():
            found[row] = self._tag_start(int(starts[row]), int(ends[row]), sought.tobytes())
        return found

    def _tag_start(self, here: int, end: int, sought: bytes) -> int:
        """The same for one record, tag by tag (SAM specification 4.2.4)."""
        tags = self.buffer[here:end].tobytes()
        at = 0
        while at + 3 < len(tags):
            kind = tags[at + 2 : at + 3]
            if tags[at : at + 3] == sought:
                return here + at + 3
            if kind in b"ZH":
                at = tags.index(b"\0", at) + 1
            elif kind == b"B":
                (count,) = struct.unpack_from("<i", tags, at + 4)
                at += 8 + count * _TAG_BYTES[tags[at + 3 : at + 4]]
            else:
                at += 3 + _TAG_BYTES[kind]
        return -1

    def _tags(self) -> tuple[Integers, Integers]:
        """Where the tags of each record begin and end in the buffer."""
        bases = self.column("bases")
        starts = self._cigar_starts() + 4 * self.column("operations") + (bases + 1) // 2 + bases
        return starts, self.offsets + 4 + self.column("size")

    def _cigar_starts(self) -> Integers:
        return self.name_starts() + self.column("name_size")

    def _clips_and_length(self) -> tuple[Integers, Integers, Integers]:
        """Clipped bases before and behind the alignment, and the reference bases below it."""
        count, starts = self.column("operations"), self._cigar_starts()
        first, last, length = (np.zeros(len(self), dtype=np.int64) for _ in range(3))
        for width in np.unique(count[count > 0]).tolist():
            rows = np.flatnonzero(count == width)
            cigar = np.ascontiguousarray(windows(self.buffer, starts[rows], 4 * width))
            numbers = cigar.view("<u4").astype(np.int64)
            code, size = numbers & 15, numbers >> 4
            clipped = np.where(np.isin(code, _CLIPS), size, 0)
            edge = min(2, width - 1)
            first[rows] = clipped[:, :edge].sum(axis=1)
            last[rows] = clipped[:, width - edge :].sum(axis=1)
            length[rows] = np.where(_CONSUMES[code], size, 0).sum(axis=1)
        return first, last, length


class BamFile:
    """A BAM file read from its begin to its end, block by block."""

    def __init__(self, path: Path) -> None:
        """Open the file and read its header.

        Raises:
            UserError: it is no BAM, is cut short, or is not sorted by coordinate.
        """
        self._path = path
        try:
            with silent_htslib(), pysam.AlignmentFile(str(path), check_sq=False) as bam:
                if not bam.is_bam:
                    raise UserError(f"{path}: this is no BAM; give a BAM or CRAM, or --fastq")
                self.header = bam.header.to_dict()
                self.contigs = bam.references
            with path.open("rb") as raw:
                raw.seek(-len(END_OF_FILE), 2)
                whole = raw.read() == END_OF_FILE
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        if not whole:
            raise UserError(f"{path}: the file is cut short (no end-of-file block); copy it again")
        if self.header.get("HD", {}).get("SO") != "coordinate":
            raise UserError(f"{path}: not sorted by coordinate; sort it with: samtools sort")

    def _unreadable(self, error: Exception) -> UserError:
        return UserError(
            f"{self._path}: the alignments cannot be read: {what_broke(error)}; copy the file again"
        )

    def blocks(self) -> Iterator[tuple[Records, int]]:
        """All records, block by block, and how far the file is read then (bytes).

        Raises UserError for a broken file.
        """
        try:
            with silent_htslib(), pysam.BGZFile(str(self._path), "rb", None) as unpacked:
                _pass_header(unpacked)
                rest = b""
                while chunk := unpacked.read(_BLOCK):
                    data = rest + chunk
                    offsets, end = _record_offsets(data)
                    rest = data[end:]
                    if offsets:
                        yield _records(data, offsets), unpacked.tell() >> 16
        except (OSError, ValueError, struct.error) as error:
            raise self._unreadable(error) from error
        if rest:
            raise UserError(f"{self._path}: the last record is cut short; copy the file again")


def _pass_header(unpacked: pysam.BGZFile) -> None:
    unpacked.read(4)
    (text,) = struct.unpack("<i", unpacked.read(4))
    unpacked.read(text)
    (contigs,) = struct.unpack("<i", unpacked.read(4))
    for _ in range(contigs):
        (name,) = struct.unpack("<i", unpacked.read(4))
        unpacked.read(name + 4)


def _record_offsets(data: bytes) -> tuple[list[int], int]:
    """Where each whole record begins, and where the last one ends."""
    size_at = struct.Struct("<i").unpack_from
    offsets, here, size = [], 0, len(data)
    while here + 4 <= size:
        behind = here + 4 + size_at(data, here)[0]
        if behind > size:
            break
        if behind < here + FIXED.itemsize:
            raise ValueError("a record is shorter than its fields")
        offsets.append(here)
        here = behind
    return offsets, here


def _records(data: bytes, offsets: list[int]) -> Records:
    buffer = np.frombuffer(data, dtype=np.uint8)
    starts = np.array(offsets, dtype=np.int64)
    fixed = windows(buffer, starts, FIXED.itemsize).reshape(-1).view(FIXED)
    return Records(buffer, starts, fixed)
