"""The FLT3 locus: its reference sequence, transcript and where it lies in a genome.

All positions inside the locus ("locus coordinates") are 0-based offsets into
`Locus.sequence`, which is the plus strand. FLT3 itself is read from the minus strand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

_SEQUENCE = Path(__file__).parents[1] / "data" / "flt3.GRCh38.fa"

GENE = "FLT3"
TRANSCRIPT = "NM_004119.3"
PROTEIN = "NP_004110.2"
ENSEMBL_TRANSCRIPT = "ENST00000241453"

GRCH38_ACCESSION = "NC_000013.11"
GRCH37_ACCESSION = "NC_000013.10"
GRCH37_SHIFT = 574_137
"""GRCh37 position minus GRCh38 position at this locus (checked base by base)."""

CHROMOSOME_LENGTH = {"GRCh38": 114_364_328, "GRCh37": 115_169_878}
"""Length in bases of chromosome 13, from the assembly reports of the two builds."""

_EXONS: dict[int, tuple[int, int]] = {
    12: (28_035_495, 28_035_673),
    13: (28_034_301, 28_034_407),
    14: (28_034_082, 28_034_214),
    15: (28_033_887, 28_033_991),
    16: (28_028_178, 28_028_288),
    17: (28_027_088, 28_027_241),
    18: (28_024_861, 28_024_943),
    19: (28_023_350, 28_023_477),
    20: (28_018_467, 28_018_589),
    21: (28_015_590, 28_015_701),
}
"""Exons of NM_004119.3 inside the locus: GRCh38, 1-based inclusive, MANE v1.5."""

_REPEATS: tuple[tuple[int, int], ...] = (
    (28_028_400, 28_028_500),
    (28_033_037, 28_033_690),
    (28_034_675, 28_034_990),
)
"""Interspersed repeats (Alu) beside exons 13, 15 and 16, GRCh38, 1-based inclusive: stretches of
which most 14-mers stand again in other introns of FLT3 (chr13:28,003,224-28,100,642)."""

EXON_14_FIRST_CDS_BASE = 1705
"""Exon 14 is c.1705-1837; the CDS numbers of the other exons follow from their lengths."""


@dataclass(frozen=True)
class Exon:
    """One coding exon of the transcript.

    `start` and `end` are locus coordinates, 0-based half-open, plus strand.
    `cds_start` and `cds_end` are c. numbers, 1-based inclusive; because FLT3 lies on the
    minus strand, `cds_start` belongs to the base at `end - 1`.
    """

    number: int
    start: int
    end: int
    cds_start: int
    cds_end: int

    def __len__(self) -> int:
        return self.end - self.start


class Domain(NamedTuple):
    """A stretch of the FLT3 protein, residues 1-based inclusive."""

    name: str
    first_residue: int
    last_residue: int


DOMAINS: tuple[Domain, ...] = (
    Domain("extracellular", 27, 543),
    Domain("TM", 544, 563),
    Domain("JM", 564, 571),
    Domain("JM-B", 572, 578),
    Domain("JM-S", 579, 591),
    Domain("JM-Z", 592, 603),
    Domain("hinge", 604, 609),
    Domain("TKD1", 610, 710),
    Domain("kinase insert", 711, 779),
    Domain("TKD2", 780, 943),
    Domain("C-terminal", 944, 993),
)
"""JM-B, JM-S, JM-Z, hinge and the start of TKD1 by residue as in Griffith et al., Mol Cell
2004;13:169; the transmembrane helix and the ends of the protein and of the kinase domain from
UniProt P36888. The borders of the kinase insert are approximate."""


@dataclass(frozen=True)
class Locus:
    """The slice of GRCh38 chromosome 13 that holds FLT3 exons 12 to 21.

    `sequence` is the plus strand in upper case; its first base is `first_position` of
    GRCh38 chromosome 13, 1-based. `repeats` are stretches (locus coordinates, half-open) like many
    others of the genome.
    """

    sequence: str
    first_position: int
    exons: tuple[Exon, ...]
    repeats: tuple[tuple[int, int], ...] = ()

    def __len__(self) -> int:
        return len(self.sequence)

    def from_grch38(self, position: int) -> int:
        """Locus coordinate (0-based) of a 1-based GRCh38 position."""
        return position - self.first_position

    def to_grch38(self, offset: int) -> int:
        """1-based GRCh38 position of a locus coordinate (0-based)."""
        return offset + self.first_position

    def exon(self, number: int) -> Exon:
        """The exon with this number on NM_004119.3. Raises KeyError when it is outside."""
        for exon in self.exons:
            if exon.number == number:
                return exon
        raise KeyError(number)

    def exon_at(self, offset: int) -> Exon | None:
        """The exon that contains a locus coordinate, or None in an intron."""
        for exon in self.exons:
            if exon.start <= offset < exon.end:
                return exon
        return None

    def cds_position(self, offset: int) -> int | None:
        """The c. number of an exonic locus coordinate, or None in an intron."""
        exon = self.exon_at(offset)
        return None if exon is None else exon.cds_start + (exon.end - 1 - offset)

    def offset_of_cds(self, position: int) -> int:
        """Locus coordinate of a c. number. Raises KeyError when it is outside the locus."""
        for exon in self.exons:
            if exon.cds_start <= position <= exon.cds_end:
                return exon.end - 1 - (position - exon.cds_start)
        raise KeyError(position)

    @property
    def sha256(self) -> str:
        """Checksum of the sequence (upper case, no line breaks)."""
        return hashlib.sha256(self.sequence.encode()).hexdigest()


def domain_of(residue: int) -> str:
    """Name of the protein domain that holds a residue; empty outside all of them."""
    for domain in DOMAINS:
        if domain.first_residue <= residue <= domain.last_residue:
            return domain.name
    return ""


def _exons(first_position: int) -> tuple[Exon, ...]:
    length = {number: end - start + 1 for number, (start, end) in _EXONS.items()}
    exons = []
    for number, (start, end) in sorted(_EXONS.items()):
        before = sum(size for n, size in length.items() if 14 <= n < number)
        after = sum(size for n, size in length.items() if number <= n < 14)
        cds_start = EXON_14_FIRST_CDS_BASE + before - after
        exons.append(
            Exon(
                number,
                start - first_position,
                end - first_position + 1,
                cds_start,
                cds_start + length[number] - 1,
            )
        )
    return tuple(exons)


@cache
def flt3_locus() -> Locus:
    """The locus that the package carries, read once and checked against its checksum."""
    text = _SEQUENCE.read_text("ascii")
    header, *lines = text.split("\n")
    name, checksum = header.removeprefix(">").split()
    first_position = int(name.split("_")[2])
    repeats = tuple((start - first_position, end - first_position + 1) for start, end in _REPEATS)
    locus = Locus("".join(lines), first_position, _exons(first_position), repeats)
    if checksum != f"sha256={locus.sha256}":
        raise ValueError("flt3itd/data/flt3.GRCh38.fa does not have the sequence its header names")
    return locus
