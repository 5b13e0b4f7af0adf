"""UMIs as numbers: from tags, read names or comments in a buffer, and from bases of the reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from flt3itd.common.errors import UserError
from flt3itd.molecules.letters import (
    BASE_SHIFT,
    CODE_OF_BYTE,
    NO_BASE,
    Booleans,
    Bytes,
    Integers,
    Words,
    packed,
    widened,
    windows,
)
from flt3itd.molecules.pairs import UmiShape
from flt3itd.molecules.read_names import SEPARATORS, umi_field
from flt3itd.molecules.umi import LONGEST_UMI, ReadStructure, UmiSource

FIRST_READS = 1000
"""Reads at the begin of a file whose UMIs tell how those of the library are written."""


@dataclass(frozen=True)
class UmiText:
    """How the UMIs of a library are written: their parts, and the sign between them."""

    shape: UmiShape

    @property
    def width(self) -> int:
        """Signs of the whole text."""
        return self.shape.length + bool(self.shape.second)

    @classmethod
    def like(cls, text: str, where: str) -> UmiText:
        """As a text is written.

        Raises:
            UserError: it is no UMI.
        """
        if not is_umi(text):
            raise UserError(f"{where}: found {text!r}, expected a UMI such as ACGTAC or ACGT-TTGA")
        shape = UmiShape(*map(len, with_hyphen(text).split("-")))
        if shape.length > LONGEST_UMI:
            raise UserError(
                f"{where}: a UMI of {shape.length} bases, expected {LONGEST_UMI} or fewer"
            )
        return cls(shape)

    def read(self, buffer: Bytes, starts: Integers) -> tuple[Words, Booleans]:
        """The UMIs that begin at these places, and which of them are whole and without N."""
        signs = windows(buffer, np.maximum(starts, 0), self.width)
        good = starts >= 0
        if self.shape.second:
            between = signs[:, self.shape.first]
            good &= np.isin(between, np.frombuffer(SEPARATORS.encode(), dtype=np.uint8))
            signs = np.delete(signs, self.shape.first, axis=1)
        codes = CODE_OF_BYTE[signs]
        good &= (codes < 4).all(axis=1)
        return packed(codes & np.uint8(3)), good


def shape_of(source: UmiSource, text: UmiText | None) -> UmiShape:
    """The parts of the UMIs of a library; without length while no text was read."""
    if source.in_bases:
        return UmiShape.of_structures(source.structures)
    return text.shape if text else UmiShape(0)


def usual_umi(texts: Iterable[str], where: str) -> UmiText:
    """How UMIs are written, from those of some reads: as most of those that are UMIs.

    One read may have none, or half of one: it says nothing of the library, as N says nothing.

    Raises:
        UserError: none is a UMI.
    """
    found: Counter[UmiText] = Counter()
    first = ""
    for text in texts:
        first = first or text
        if set(text) != {"N"}:
            with suppress(UserError):
                found[UmiText.like(text, where)] += 1
    return found.most_common(1)[0][0] if found else UmiText.like(first, where)


def umi_in_names(names: Iterable[str], where: str) -> UmiText:
    """How UMIs are written in names like these (`umi_field`).

    Raises:
        UserError: no name has one.
    """
    known = list(names)
    fields = list(filter(None, map(umi_field, known)))
    if not fields:
        raise UserError(
            f"{where}: read name {known[0]!r} does not end in a UMI behind ':' or '_'; say where "
            "it is"
        )
    return usual_umi(fields, where)


def is_umi(text: str) -> bool:
    """Whether a text is made of bases and N, in one part or two."""
    first, *others = re.split(f"[{SEPARATORS}]", text)
    parts = (first, *others)
    return len(parts) <= 2 and all(parts) and not set("".join(parts).upper()) - set("ACGTN")


def with_hyphen(umi: str) -> str:
    """A UMI in capitals, its two parts separated as SAM asks for."""
    return re.sub(f"[{SEPARATORS}]", "-", umi.upper())


def stands_between(
    buffer: Bytes, starts: Integers, width: int, before: bytes, behind: bytes
) -> Booleans:
    """Whether the signs before and behind each text of a width are among those that may be there.

    Nothing is asked of the sign before where `before` is empty.
    """
    last = len(buffer) - 1
    after = buffer[np.clip(starts + width, 0, last)]
    good: Booleans = (starts >= 0) & np.isin(after, np.frombuffer(behind, dtype=np.uint8))
    if before:
        sign = buffer[np.clip(starts - 1, 0, last)]
        good &= np.isin(sign, np.frombuffer(before, dtype=np.uint8))
    return good


def take_structure(letters: Bytes, structure: ReadStructure) -> tuple[Bytes, Bytes, Booleans]:
    """Split reads by a structure: template, bases of UMI (0 to 3), and which UMIs are whole."""
    start, end = structure.template
    columns = [column for first, last in structure.umi for column in range(first, last)]
    umi = widened(letters, max(columns, default=-1) + 1)[:, columns]
    whole = (umi != NO_BASE).all(axis=1)
    return letters[:, start:end], umi >> np.uint8(BASE_SHIFT), whole
