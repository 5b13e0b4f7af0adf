"""Tags of consensus reads as bytes of BAM records, many reads at once: as fgbio writes them.

MI is the molecule and RX its UMI. Of a read cD and cM are the greatest and least depth of a base,
cE the share of bases that differ from the consensus; cd and ce are depth and differing reads by
base (arrays of int16). aD, aM, aE and bD, bM, bE say the same of either strand of a duplex
molecule, ad and ae (bd, be) by base, ac and aq (bc, bq) are bases and qualities of the strand
alone; what is said by base is left out of a strand that was not read, and not said of both together
(https://github.com/fulcrumgenomics/fgbio: CallMolecularConsensusReads, CallDuplexConsensusReads).
Values by base are in the order of the read as it was sequenced.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from flt3itd.molecules.consensus import Consensus
from flt3itd.molecules.letters import Booleans, Bytes
from flt3itd.reads.columns import true_by_row

Part = tuple[Bytes, Booleans | None]
"""Bytes of records, one row for each, and which of them are there; None: all are."""

_BASES = np.frombuffer(b"ACGTN", dtype=np.uint8)
_N = 4
_PHRED_ZERO = ord("!")
_NO_BASE_QUALITY = 2
_HIGHEST_COUNT = 32767


def as_bytes(column: npt.NDArray[Any]) -> Bytes:
    """Numbers as the bytes that they are, one row for each."""
    return np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1)


def repeated(text: bytes, count: int) -> Bytes:
    """The same text in so many rows."""
    return np.broadcast_to(np.frombuffer(text, dtype=np.uint8), (count, len(text)))


def text_tag(tag: str, texts: Bytes) -> list[Bytes]:
    """A tag whose texts have one length."""
    return [repeated(f"{tag}Z".encode(), len(texts)), texts, repeated(b"\0", len(texts))]


def depth_tags(letter: str, consensus: Consensus) -> list[Bytes]:
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


def base_tags(consensus: Consensus, within: Booleans) -> list[Part]:
    """Depth and errors by base of the consensus of one strand; `within` are bases of the read."""
    return [
        *_array_tag("cd", consensus.depth, within),
        *_array_tag("ce", consensus.errors, within),
    ]


def strand_base_tags(letter: str, strand: Consensus, within: Booleans) -> list[Part]:
    """Depth, errors, bases and qualities by base of one strand; nothing where it was not read."""
    there: Booleans = strand.depth.any(axis=1).reshape(-1, 1)
    called = strand.qualities > 0
    bases = _BASES[np.where(called, strand.bases, _N)]
    qualities = np.where(called, strand.qualities, _NO_BASE_QUALITY).astype(np.uint8)
    parts = [
        *_array_tag(f"{letter}d", strand.depth, within),
        *_array_tag(f"{letter}e", strand.errors, within),
        *_letters_tag(f"{letter}c", bases, within),
        *_letters_tag(f"{letter}q", qualities + np.uint8(_PHRED_ZERO), within),
    ]
    return [
        (part, np.broadcast_to(there, part.shape) if own is None else own & there)
        for part, own in parts
    ]


def _number_tag(tag: str, kind: str, values: npt.NDArray[Any]) -> list[Bytes]:
    return [repeated(f"{tag}{kind}".encode(), len(values)), as_bytes(values)]


def _array_tag(tag: str, values: npt.NDArray[np.uint16], within: Booleans) -> list[Part]:
    """An array of int16 (SAM specification 4.2.4), as long as the read."""
    numbers = np.minimum(values, _HIGHEST_COUNT).astype("<i2")
    return [
        (repeated(f"{tag}Bs".encode(), len(values)), None),
        (as_bytes(true_by_row(within).astype("<i4")), None),
        (as_bytes(numbers), np.repeat(within, numbers.itemsize, axis=1)),
    ]


def _letters_tag(tag: str, letters: Bytes, within: Booleans) -> list[Part]:
    """A text as long as the read."""
    count = len(letters)
    head, end = repeated(f"{tag}Z".encode(), count), repeated(b"\0", count)
    return [(head, None), (letters, within), (end, None)]
