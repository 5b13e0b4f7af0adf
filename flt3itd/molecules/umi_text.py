"""UMIs as numbers: from tags, read names or comments in a buffer, and from bases of the reads."""

from __future__ import annotations

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
from flt3itd.molecules.umi import LONGEST_UMI, ReadStructure, UmiSource

_SEPARATORS = "-+_"
"""What stands between the two parts of an UMI."""


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
        """As the first one of a library is written.

        Raises:
            UserError: it is no UMI.
        """
        parts = [text]
        for sign in _SEPARATORS:
            if sign in text:
                parts = text.split(sign)
        if len(parts) > 2 or not all(parts) or set("".join(parts).upper()) - set("ACGTN"):
            raise UserError(f"{where}: found {text!r}, expected an UMI such as ACGTAC or ACGT-TTGA")
        shape = UmiShape(*map(len, parts))
        if shape.length > LONGEST_UMI:
            raise UserError(
                f"{where}: an UMI of {shape.length} bases, expected {LONGEST_UMI} or fewer"
            )
        return cls(shape)

    def read(self, buffer: Bytes, starts: Integers) -> tuple[Words, Booleans]:
        """The UMIs that begin at these places, and which of them are whole and without N."""
        signs = windows(buffer, np.maximum(starts, 0), self.width)
        good = starts >= 0
        if self.shape.second:
            between = signs[:, self.shape.first]
            good &= np.isin(between, np.frombuffer(_SEPARATORS.encode(), dtype=np.uint8))
            signs = np.delete(signs, self.shape.first, axis=1)
        codes = CODE_OF_BYTE[signs]
        good &= (codes < 4).all(axis=1)
        return packed(codes & np.uint8(3)), good


def shape_of(source: UmiSource, text: UmiText | None) -> UmiShape:
    """The parts of the UMIs of a library; without length while no text was read."""
    if source.in_bases:
        return UmiShape.of_structures(source.structures)
    return text.shape if text else UmiShape(0)


def umi_in_name(name: str, where: str) -> UmiText:
    """How UMIs are written in names like this one: the field behind the last ``:`` or ``_``.

    Two parts may be separated by ``_`` behind a ``:`` too, as fastp writes them.

    Raises:
        UserError: the name has no such field.
    """
    behind_colon = name.rpartition(":")[2]
    field = behind_colon if _is_umi(behind_colon) else name.rpartition("_")[2]
    if field == name or not _is_umi(field):
        raise UserError(
            f"{where}: read name {name!r} has no UMI behind its last ':' or '_'; say where it is"
        )
    return UmiText.like(field, where)


def _is_umi(field: str) -> bool:
    bases = field
    for sign in _SEPARATORS:
        bases = bases.replace(sign, "", 1)
    return bool(bases) and not set(bases) - set("ACGTN")


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
