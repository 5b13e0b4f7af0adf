"""Consensus reads as records of an unaligned BAM, made as arrays: as fgbio writes them.

Tags (https://github.com/fulcrumgenomics/fgbio, CallMolecularConsensusReads and
CallDuplexConsensusReads): MI the molecule, RX its UMI, cD and cM the greatest and least depth of a
base, cE the share of bases that differ from the consensus; aD, aM, aE and bD, bM, bE the same of
either strand of a duplex molecule.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from flt3itd.molecules.bam_records import FIXED
from flt3itd.molecules.consensus import Consensus
from flt3itd.molecules.letters import Booleans, Bytes, Integers, unpacked
from flt3itd.molecules.molecules import Molecules
from flt3itd.molecules.pairs import UmiShape

READ_GROUP = "A"
_READ_1, _READ_2, _SINGLE = 77, 141, 4
_NO_BASE_QUALITY = 2
_UNMAPPED_BIN = 4680
_NIBBLE = np.array([1, 2, 4, 8], dtype=np.uint8)
_N = 15
_LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)

_BGZF_BLOCK = 65_280
_LEVEL = 1
"""Consensus reads are read once more by an aligner: small files are not worth the time."""


def header_bytes(sample: str, comments: list[str], platform: str = "ILLUMINA") -> bytes:
    """The header of an unaligned BAM with one read group."""
    lines = [
        "@HD\tVN:1.6\tSO:unsorted\tGO:query",
        f"@RG\tID:{READ_GROUP}\tSM:{sample}\tLB:{sample}\tPL:{platform}",
        *(f"@CO\t{line}" for line in comments),
    ]
    text = ("\n".join(lines) + "\n").encode("utf-8")
    return b"BAM\1" + struct.pack("<i", len(text)) + text + struct.pack("<i", 0)


def record_bytes(molecules: Molecules, shape: UmiShape, prefix: str, number: int) -> bytes:
    """The records of molecules, the reads of each together, named by prefix and molecule.

    `number` is that of the block of molecules in the file: it begins the name of each.
    """
    if not len(molecules):
        return b""
    names = _numbers(number, len(molecules))
    beginning = np.frombuffer(f"{prefix}:".encode(), dtype=np.uint8)
    named = np.concatenate((_repeated(beginning, len(molecules)), names), axis=1)
    common = [
        *_text_tag("MI", names),
        *_text_tag("RX", _umi_text(molecules, shape)),
        *_text_tag("RG", _repeated(np.frombuffer(READ_GROUP.encode(), dtype=np.uint8), len(names))),
    ]
    paired = molecules.second.lengths() > 0
    flags = np.where(paired, _READ_1, _SINGLE)
    first = _record(molecules, 0, flags, named, common)
    second = _record(molecules, 1, np.full(len(names), _READ_2), named, common)
    rows = np.concatenate((first[0], second[0]), axis=1)
    there = np.concatenate((first[1], second[1] & paired[:, None]), axis=1)
    return bytes(rows[there])


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
    molecules: Molecules, side: int, flags: Integers, names: Bytes, common: list[Bytes]
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
    tags = [*common, *_depth_tags("c", consensus)]
    if molecules.strands is not None:
        for letter, strand in zip("ab", molecules.strands, strict=True):
            # Read 1 of the molecule is read 1 of strand a and read 2 of strand b.
            tags += _depth_tags(letter, strand[side])
    tag_bytes = np.concatenate(tags, axis=1)
    parts = [
        (names, None),
        (np.zeros((count, 1), dtype=np.uint8), None),
        ((nibbles[:, ::2] << np.uint8(4)) | nibbles[:, 1::2], within[:, ::2]),
        (qualities, within),
        (tag_bytes, None),
    ]
    size = 32 + names.shape[1] + 1 + (lengths + 1) // 2 + lengths + tag_bytes.shape[1]
    fixed = _fixed(size, names.shape[1] + 1, flags, lengths)
    there = [np.ones(fixed.shape, dtype=bool)]
    there += [np.ones(part.shape, dtype=bool) if own is None else own for part, own in parts]
    return (
        np.concatenate([fixed, *(part for part, _ in parts)], axis=1),
        np.concatenate(there, axis=1),
    )


def _fixed(size: Integers, name_size: int, flags: Integers, lengths: Integers) -> Bytes:
    """The numbers that every record begins with."""
    fixed = np.zeros(len(size), dtype=FIXED)
    fixed["size"], fixed["name_size"] = size, name_size
    fixed["flag"], fixed["bases"], fixed["bin"] = flags, lengths, _UNMAPPED_BIN
    for column in ("contig", "position", "mate_contig", "mate_position"):
        fixed[column] = -1
    return _as_bytes(fixed)


def _as_bytes(column: npt.NDArray[Any]) -> Bytes:
    return np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1)


def _repeated(text: Bytes, count: int) -> Bytes:
    return np.broadcast_to(text, (count, len(text)))


def _text_tag(tag: str, texts: Bytes) -> list[Bytes]:
    head = np.frombuffer(f"{tag}Z".encode(), dtype=np.uint8)
    return [_repeated(head, len(texts)), texts, np.zeros((len(texts), 1), dtype=np.uint8)]


def _number_tag(tag: str, kind: str, values: npt.NDArray[Any]) -> list[Bytes]:
    head = np.frombuffer(f"{tag}{kind}".encode(), dtype=np.uint8)
    return [_repeated(head, len(values)), _as_bytes(values)]


def _depth_tags(letter: str, consensus: Consensus) -> list[Bytes]:
    """Greatest and least depth of a read, and its share of errors; N count for the least too."""
    lengths = consensus.lengths()
    within = np.arange(consensus.bases.shape[1]) < lengths[:, None]
    most = consensus.depth.max(axis=1, initial=0).astype("<i4")
    least = np.where(within, consensus.depth, most[:, None]).min(axis=1, initial=1 << 16)
    least = np.minimum(least, most).astype("<i4")
    total = consensus.depth.sum(axis=1, dtype=np.int64)
    errors = consensus.errors.sum(axis=1, dtype=np.int64)
    rate = (errors / np.maximum(total, 1)).astype("<f4")
    return [
        *_number_tag(f"{letter}D", "i", most),
        *_number_tag(f"{letter}M", "i", least),
        *_number_tag(f"{letter}E", "f", rate),
    ]


def _numbers(block: int, count: int) -> Bytes:
    """The names of molecules: of one length in a block, as ``12.0345``."""
    width = len(str(count - 1))
    numbers = np.arange(count)
    digits = [(numbers // 10**place) % 10 + ord("0") for place in reversed(range(width))]
    head = np.frombuffer(f"{block}.".encode(), dtype=np.uint8)
    return np.concatenate(
        (_repeated(head, count), np.stack(digits, axis=1).astype(np.uint8)), axis=1
    )


def _umi_text(molecules: Molecules, shape: UmiShape) -> Bytes:
    letters = _LETTERS[unpacked(molecules.umi, shape.length)]
    if not shape.second:
        return letters
    between = np.full((len(letters), 1), ord("-"), dtype=np.uint8)
    return np.concatenate((letters[:, : shape.first], between, letters[:, shape.first :]), axis=1)
