"""Reads as arrays of letters: one byte for a base and its quality.

The two high bits are the base (A, C, G, T: 0 to 3), the six low ones its Phred quality. A letter
of quality 0 is no base: N, or what stands beyond the end of a read. A row is a read as it was
sequenced, from its 5' end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

HIGHEST_QUALITY = 63
NO_BASE = 0
BASE_SHIFT = 6
_UNKNOWN_QUALITY = 30
_ABSENT = 255
"""The quality byte of a BAM record that has none."""

CODE_OF_BYTE = np.full(256, 4, dtype=np.uint8)
"""The base (0 to 3) of an ASCII letter; 4 for all that is none of A, C, G and T."""
for _code, _base in enumerate("ACGT"):
    CODE_OF_BYTE[ord(_base)] = CODE_OF_BYTE[ord(_base.lower())] = _code

BYTE_OF_LETTER = np.full(256, ord("N"), dtype=np.uint8)
"""The ASCII base of a letter."""
for _code, _base in enumerate("ACGT"):
    BYTE_OF_LETTER[(_code << BASE_SHIFT) + 1 : (_code + 1) << BASE_SHIFT] = ord(_base)

_LOW_BITS = np.uint64(0x5555555555555555)
"""The lower bit of each base of a packed number."""


def join_letters(codes: Bytes, qualities: Bytes, lengths: Integers) -> Bytes:
    """The letters of bases (0 to 3, more is N) and raw Phred values; rows end after `lengths`."""
    quality = np.minimum(qualities, HIGHEST_QUALITY)
    if qualities.shape[1]:
        quality[qualities[:, 0] == _ABSENT] = _UNKNOWN_QUALITY
    letters: Bytes = (codes << np.uint8(BASE_SHIFT)) | quality
    letters *= (codes <= 3) & (quality > 0)
    if len(lengths) and int(lengths.min()) < letters.shape[1]:
        letters *= np.arange(letters.shape[1]) < lengths[:, None]
    return letters


def turned(letters: Bytes, lengths: Integers) -> Bytes:
    """The reverse complement of each row, which begins at column 0 again."""
    width = letters.shape[1]
    if len(lengths) and int(lengths.min()) < width:
        column = lengths[:, None] - 1 - np.arange(width)
        rows = np.take_along_axis(letters, np.maximum(column, 0), axis=1)
        rows[column < 0] = NO_BASE
    else:
        rows = letters[:, ::-1]
    complement: Bytes = (rows ^ np.uint8(3 << BASE_SHIFT)) * (rows != NO_BASE)
    return complement


def row_lengths(letters: Bytes) -> Integers:
    """Where the last base of each row ends; 0 of a row without bases."""
    width = letters.shape[1]
    if not width:
        return np.zeros(len(letters), dtype=np.int64)
    present = letters[:, ::-1] != NO_BASE
    found: Integers = np.where(present.any(axis=1), width - present.argmax(axis=1), 0)
    return found


def packed(codes: npt.NDArray[Any]) -> Words:
    """Rows of bases (0 to 3) as numbers of two bits a base, the first base highest."""
    number = np.zeros(len(codes), dtype=np.uint64)
    for column in range(codes.shape[1]):
        number = (number << np.uint64(2)) | codes[:, column].astype(np.uint64)
    return number


def unpacked(numbers: Words, length: int) -> Bytes:
    """The bases (0 to 3) of packed numbers, one row for each."""
    shifts = np.arange(2 * (length - 1), -1, -2, dtype=np.uint64)
    return ((numbers[:, None] >> shifts) & np.uint64(3)).astype(np.uint8)


def differing_bases(bits: Words | Integers) -> Integers:
    """How many bases of two bits are not equal, from the bits in which packed ones differ."""
    words = bits.view(np.uint64)
    pairs: Integers = np.bitwise_count((words | (words >> np.uint64(1))) & _LOW_BITS).astype(
        np.int64
    )
    return pairs


def widened(letters: Bytes, width: int) -> Bytes:
    """The rows with columns of no base behind them."""
    missing = width - letters.shape[1]
    return np.pad(letters, ((0, 0), (0, missing))) if missing > 0 else letters


def stacked(blocks: list[Bytes]) -> Bytes:
    """Rows below each other, as wide as the widest."""
    width = max((block.shape[1] for block in blocks), default=0)
    return np.concatenate([widened(block, width) for block in blocks])


def windows(buffer: Bytes, starts: Integers, width: int) -> Bytes:
    """`width` bytes of a buffer from each start on, one row for each; behind the end zeros."""
    if not width:
        return np.zeros((len(starts), 0), dtype=np.uint8)
    if not len(starts) or int(starts.max()) + width > len(buffer):
        buffer = np.concatenate((buffer, np.zeros(width, dtype=np.uint8)))
    view = np.lib.stride_tricks.sliding_window_view(buffer, width)
    return view[starts]


def hashed(rows: Bytes) -> Words:
    """A number for the bytes of each row, equal for equal rows (and by chance once in 2^64).

    Zeros behind the last byte count for nothing: in a wider table a row has the same number.
    """
    columns = -(-rows.shape[1] // 8) * 8
    padded = np.zeros((len(rows), columns), dtype=np.uint8)
    padded[:, : rows.shape[1]] = rows
    words = padded.view(np.uint64)
    number = np.zeros(len(rows), dtype=np.uint64)
    for column in range(words.shape[1]):
        word = words[:, column]
        number += np.where(word == 0, 0, mixed(word ^ mixed(np.array([column], dtype=np.uint64))))
    return number


def mixed(numbers: Words) -> Words:
    """Numbers whose bits are spread (finalizer of splitmix64, Steele 2014)."""
    with np.errstate(over="ignore"):
        number = numbers + np.uint64(0x9E3779B97F4A7C15)
        number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))
