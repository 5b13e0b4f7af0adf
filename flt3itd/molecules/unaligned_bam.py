"""Consensus reads as records of an unaligned BAM, made as arrays: as fgbio writes them."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from flt3itd.molecules.bam_records import FIXED
from flt3itd.molecules.consensus_tags import (
    Part,
    as_bytes,
    base_tags,
    depth_tags,
    repeated,
    strand_base_tags,
    text_tag,
)
from flt3itd.molecules.letters import Booleans, Bytes, Integers, unpacked
from flt3itd.molecules.molecules import Molecules
from flt3itd.molecules.pairs import UmiShape
from flt3itd.reads.columns import true_by_row

READ_GROUP = "A"
_READ_1, _READ_2, _SINGLE = 77, 141, 4
_NO_BASE_QUALITY = 2
_UNMAPPED_BIN = 4680
_NIBBLE = np.array([1, 2, 4, 8], dtype=np.uint8)
_N = 15
_LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)

_FIXED_SIZE = FIXED.itemsize - FIXED["size"].itemsize
"""Bytes that every record begins with, without its size."""
_ROWS = 8192
"""Molecules whose records are made at a time."""
_BGZF_BLOCK = 65_280
_LEVEL = 1
"""Consensus reads are read once more by an aligner: small files are not worth the time."""


def header_bytes(sample: str, comments: list[str]) -> bytes:
    """The header of an unaligned BAM with one read group."""
    lines = [
        "@HD\tVN:1.6\tSO:unsorted\tGO:query",
        f"@RG\tID:{READ_GROUP}\tSM:{sample}\tLB:{sample}\tPL:ILLUMINA",
        *(f"@CO\t{line}" for line in comments),
    ]
    text = ("\n".join(lines) + "\n").encode("utf-8")
    return b"BAM\1" + struct.pack("<i", len(text)) + text + struct.pack("<i", 0)


def record_bytes(
    molecules: Molecules, shape: UmiShape, prefix: str, number: int, *, by_base: bool
) -> bytes:
    """The records of molecules, the reads of each together, named by prefix and molecule.

    `number` is that of the block of molecules in the file: it begins the name of each. `by_base`:
    with the tags that have a value for each base.
    """
    names = _numbers(number, len(molecules))
    return b"".join(
        _records(
            molecules.take(slice(first, first + _ROWS)),
            names[first : first + _ROWS],
            shape,
            prefix,
            by_base=by_base,
        )
        for first in range(0, len(molecules), _ROWS)
    )


def _records(
    molecules: Molecules, names: Bytes, shape: UmiShape, prefix: str, *, by_base: bool
) -> bytes:
    named = np.concatenate((repeated(f"{prefix}:".encode(), len(molecules)), names), axis=1)
    common = [
        *text_tag("MI", names),
        *text_tag("RX", _umi_text(molecules, shape)),
        *text_tag("RG", repeated(READ_GROUP.encode(), len(names))),
    ]
    paired = molecules.second.lengths() > 0
    flags = np.where(paired, _READ_1, _SINGLE)
    first = _record(molecules, 0, flags, named, common, by_base=by_base)
    second_flags = np.full(len(names), _READ_2)
    second = _record(molecules, 1, second_flags, named, common, by_base=by_base)
    rows = np.concatenate((first[0], second[0]), axis=1)
    there = np.concatenate((first[1], second[1] & paired[:, None]), axis=1)
    return rows.tobytes() if there.all() else bytes(rows[there])  # most reads are of one length


def compressed(data: bytes) -> bytes:
    """Bytes as blocks of a BGZF file (SAM specification 4.1), without its end."""
    blocks = []
    for start in range(0, len(data), _BGZF_BLOCK):
        block = data[start : start + _BGZF_BLOCK]
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        body = packer.compress(block) + packer.flush()
        blocks.append(
            b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0"
            + struct.pack("<H", len(body) + 25)
            + body
            + struct.pack("<II", zlib.crc32(block), len(block))
        )
    return b"".join(blocks)


def _record(
    molecules: Molecules,
    side: int,
    flags: Integers,
    names: Bytes,
    common: list[Bytes],
    *,
    by_base: bool,
) -> tuple[Bytes, Booleans]:
    """One read of each molecule as bytes of a record, and which of them belong to it."""
    consensus = (molecules.first, molecules.second)[side]
    count, width = len(consensus), max(1, consensus.bases.shape[1])
    consensus = consensus.widened(width)
    lengths = np.maximum(consensus.lengths(), 1)
    columns = np.arange(width)
    within = columns < lengths[:, None]
    called = consensus.qualities > 0
    nibbles = np.where(within, np.where(called, _NIBBLE[consensus.bases], _N), 0).astype(np.uint8)
    nibbles = np.pad(nibbles, ((0, 0), (0, width % 2)))
    qualities = np.where(called, consensus.qualities, _NO_BASE_QUALITY).astype(np.uint8)
    tags = [*common, *depth_tags("c", consensus)]
    of_bases: list[Part] = []
    if molecules.strands is None:
        of_bases = base_tags(consensus, within)
    else:
        for letter, strand in zip("ab", molecules.strands, strict=True):
            # Read 1 of the molecule is read 1 of strand a and read 2 of strand b.
            tags += depth_tags(letter, strand[side])
            of_bases += strand_base_tags(letter, strand[side].widened(width), within)
    parts: list[Part] = [
        (names, None),
        (repeated(b"\0", count), None),
        ((nibbles[:, ::2] << np.uint8(4)) | nibbles[:, 1::2], within[:, ::2]),
        (qualities, within),
        (np.concatenate(tags, axis=1), None),
        *(of_bases if by_base else []),
    ]
    there = np.concatenate(
        [np.ones(part.shape, dtype=bool) if own is None else own for part, own in parts], axis=1
    )
    fixed = _fixed(_FIXED_SIZE + true_by_row(there), names.shape[1] + 1, flags, lengths)
    return (
        np.concatenate([fixed, *(part for part, _ in parts)], axis=1),
        np.concatenate((np.ones(fixed.shape, dtype=bool), there), axis=1),
    )


def _fixed(size: Integers, name_size: int, flags: Integers, lengths: Integers) -> Bytes:
    """The numbers that every record begins with."""
    fixed = np.zeros(len(size), dtype=FIXED)
    fixed["size"], fixed["name_size"] = size, name_size
    fixed["flag"], fixed["bases"], fixed["bin"] = flags, lengths, _UNMAPPED_BIN
    for column in ("contig", "position", "mate_contig", "mate_position"):
        fixed[column] = -1
    return as_bytes(fixed)


def _numbers(block: int, count: int) -> Bytes:
    """The names of molecules: of one length in a block, as ``12.0345``."""
    width = len(str(count - 1))
    numbers = np.arange(count)
    digits = [(numbers // 10**place) % 10 + ord("0") for place in reversed(range(width))]
    return np.concatenate(
        (repeated(f"{block}.".encode(), count), np.stack(digits, axis=1).astype(np.uint8)), axis=1
    )


def _umi_text(molecules: Molecules, shape: UmiShape) -> Bytes:
    letters = _LETTERS[unpacked(molecules.umi, shape.length)]
    if not shape.second:
        return letters
    between = np.full((len(letters), 1), ord("-"), dtype=np.uint8)
    return np.concatenate((letters[:, : shape.first], between, letters[:, shape.first :]), axis=1)
