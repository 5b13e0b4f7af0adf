"""Reads of families as arrays of letters, and back as text."""

from __future__ import annotations

import numpy as np

from flt3itd.molecules.letters import Bytes, join_letters, packed


def umi(text: str) -> int:
    return int(packed(np.array([["ACGT".index(base) for base in text]], dtype=np.uint8))[0])


def letters(*reads: str, quality: int = 37) -> Bytes:
    width = max(map(len, reads))
    codes = np.array([["ACGTN".index(base) for base in read.ljust(width, "N")] for read in reads])
    lengths = np.array([len(read) for read in reads])
    qualities = np.full(codes.shape, quality, dtype=np.uint8)
    return join_letters(codes.astype(np.uint8), qualities, lengths)


def text(bases: Bytes, qualities: Bytes) -> str:
    return "".join("ACGT"[b] if q else "N" for b, q in zip(bases, qualities, strict=True))
