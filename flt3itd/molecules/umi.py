"""Where the UMI of a read pair stands: what ``--umi`` and the sheet column ``umi`` may say.

``RX`` is the tag of a BAM, or of the comment of a FASTQ record; ``name`` the end of the read name;
anything else are read structures as fgbio writes them, one for each read: numbers of bases,
or ``+`` for the rest, with T (template), M (UMI), S or B (passed over)
(https://github.com/fulcrumgenomics/fgbio/wiki/Read-Structures).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flt3itd.common.errors import UserError
from flt3itd.molecules.read_names import IN_NAME

TAG = "RX"
LONGEST_UMI = 31
"""Bases of both parts together: two bits each, in 64."""
_STRUCTURE = re.compile(r"(?:[0-9]+[TMSBC])*(?:\+[TMSBC])?")
_SEGMENT = re.compile(r"([0-9]+|\+)([TMSBC])")
_EXAMPLE = "RX, name, or read structures such as '12M+T +T'"


@dataclass(frozen=True)
class ReadStructure:
    """What the bases of a read are, 0-based half-open from its first base.

    `umi` are stretches of UMI, `template` the bases of the molecule, whose end is None where
    they go on to the end of the read.
    """

    umi: tuple[tuple[int, int], ...]
    template: tuple[int, int | None]

    @property
    def umi_length(self) -> int:
        """Bases of UMI in the read."""
        return sum(end - start for start, end in self.umi)


@dataclass(frozen=True)
class UmiSource:
    """Where UMIs are: a tag, the read name, or bases of the reads (then `structures` are given)."""

    text: str
    structures: tuple[ReadStructure, ...] = ()

    @property
    def in_bases(self) -> bool:
        """Whether the UMIs are bases of the reads."""
        return bool(self.structures)

    @property
    def in_name(self) -> bool:
        """Whether the UMIs are in the read names."""
        return self.text == IN_NAME


def parse_umi_source(text: str) -> UmiSource:
    """What a user says of the place of UMIs.

    Raises:
        UserError: it is none of the known forms, or structures without template or UMI.
    """
    words = text.split()
    if words in ([TAG], [IN_NAME]):
        return UmiSource(words[0])
    if not 1 <= len(words) <= 2 or not all(_STRUCTURE.fullmatch(word) for word in words):
        raise UserError(f"--umi: found {text!r}, expected {_EXAMPLE}")
    source = UmiSource(" ".join(words), tuple(_structure(word) for word in words))
    bases = sum(one.umi_length for one in source.structures)
    if not bases:
        raise UserError(f"--umi: {text!r} has no M segment: no base of the reads is of the UMI")
    if bases > LONGEST_UMI:
        raise UserError(
            f"--umi: {text!r} has {bases} bases of UMI, expected {LONGEST_UMI} or fewer"
        )
    return source


def _structure(word: str) -> ReadStructure:
    umi: list[tuple[int, int]] = []
    template: tuple[int, int | None] | None = None
    start = 0
    for number, kind in _SEGMENT.findall(word):
        end = None if number == "+" else start + int(number)
        if end == start:
            raise UserError(f"--umi: {word!r} has a segment of 0 bases; leave it out")
        if kind == "C":
            raise UserError(f"--umi: {word!r} has a cell barcode (C), which bulk DNA has not")
        if kind == "M":
            if end is None:
                raise UserError(f"--umi: {word!r}: say of how many bases the UMI is, not +M")
            umi.append((start, end))
        if kind == "T":
            if template is not None:
                raise UserError(f"--umi: {word!r} has two T segments, expected one in each read")
            template = (start, end)
        start = start if end is None else end
    if template is None:
        raise UserError(f"--umi: {word!r} has no T segment: no base of the read is template")
    return ReadStructure(tuple(umi), template)
