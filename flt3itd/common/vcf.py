"""The one writer of VCF files: header, records of one sample, compression and index.

VCF 4.2: all readers know it; htsjdk (GATK, Picard, IGV) refused 4.3 until 2019 and writes 4.2
still. What 4.3 added, text that is percent-encoded, is needed for few values here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pysam

from flt3itd import __version__
from flt3itd.common.filters import Filter, header_lines

VERSION = "VCFv4.2"
LEAST_STRUCTURAL = 50
"""Net bases inserted or deleted from which on a record is marked as a structural variant."""
HETEROZYGOUS, HOMOZYGOUS, NO_GENOTYPE = "0/1", "1/1", "./."

_ENCODED = {letter: f"%{ord(letter):02X}" for letter in "%;=,\t\r\n"} | {" ": "_"}
_SYNONYMOUS = re.compile(r"(?<=p\.\()([A-Z][a-z]{2})(\d+)=")

Value = str | int | float | Sequence[str | int | float] | None
"""What a field holds; None, an empty text and an infinite number are missing."""


class Field(NamedTuple):
    """A key of INFO or FORMAT as the header declares it."""

    key: str
    number: str
    type: str
    words: str

    def line(self, section: str) -> str:
        """Its line in the header."""
        return (
            f"##{section}=<ID={self.key},Number={self.number},Type={self.type},"
            f'Description="{self.words}">'
        )


GENOTYPE = Field(
    "GT",
    "1",
    "String",
    "0/1 whatever the filters say, 1/1 where no wild type is estimated, ./. where the depth "
    "allows no answer",
)
STRUCTURAL = (
    Field("SVTYPE", "1", "String", "Of 50 bases and more: INS (also of a duplication) or DEL"),
    Field("SVLEN", "A", "Integer", "Net bases inserted, below 0 when deleted"),
    Field("END", "1", "Integer", "The last base of REF"),
)
"""What programs for structural variants ask of a record, by `structural`."""


class Header(NamedTuple):
    """What stands above the records. `contigs` are names and lengths, in the order of the genome.

    `build` names the reference, `command` how the file was made; `counted_unit` is what its counts
    are, `assumption` what its intervals assume.
    """

    sample: str
    contigs: Mapping[str, int]
    info: Sequence[Field]
    values: Sequence[Field]
    filters: Iterable[Filter] = ()
    build: str = ""
    command: str = ""
    counted_unit: str = ""
    assumption: str = ""

    def lines(self) -> list[str]:
        """The header, the line of columns last."""
        about = [("source", f"flt3itd {__version__}"), ("reference", self.build)]
        about.append(("commandline", " ".join(self.command.splitlines())))
        about += [("counted_unit", self.counted_unit), ("assumption", self.assumption)]
        return [
            f"##fileformat={VERSION}",
            *(f"##{key}={text}" for key, text in about if text),
            *header_lines(self.filters),
            *(f"##contig=<ID={name},length={size}>" for name, size in self.contigs.items()),
            *(field.line("INFO") for field in self.info),
            *(field.line("FORMAT") for field in self.values),
            f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{self.sample}",
        ]


class Record(NamedTuple):
    """One allele in one sample; `position` is 1-based, `filter` the whole column.

    `info` has the keys that the record has; `values` has all keys of the header, in its order.
    """

    contig: str
    position: int
    ref: str
    alt: str
    filter: str
    info: Mapping[str, Value]
    values: Mapping[str, Value]
    quality: float | None = None

    def line(self) -> str:
        """The record as a line."""
        info = [(key, _text(value, encode=True)) for key, value in self.info.items()]
        return "\t".join(
            (
                self.contig,
                str(self.position),
                ".",
                self.ref,
                self.alt,
                _text(self.quality),
                self.filter,
                ";".join(f"{key}={text}" for key, text in info if text != ".") or ".",
                ":".join(self.values),
                ":".join(map(_text, self.values.values())),
            )
        )


def genotype(*, assessable: bool, has_wild_type: bool) -> str:
    """GT of a call: a tumour has no ploidy, so it only says what is there at all."""
    if not assessable:
        return NO_GENOTYPE
    return HETEROZYGOUS if has_wild_type else HOMOZYGOUS


def structural(position: int, ref: str, alt: str) -> dict[str, Value]:
    """SVTYPE, SVLEN and END of a long event whose sequences are written out; none of a short one.

    An inserted duplication is INS, as its sequence stands in ALT: the END of a DUP would be that of
    the duplicated segment.
    """
    longer = len(alt) - len(ref)
    if abs(longer) < LEAST_STRUCTURAL:
        return {}
    kind = "INS" if longer > 0 else "DEL"
    return {"SVTYPE": kind, "SVLEN": longer, "END": position + len(ref) - 1}


def protein_text(name: str) -> str:
    """A protein name without the = that INFO must not hold: p.(Ala5=) as p.(Ala5Ala).

    So do SnpEff and CIViC. What stays (``p.(=)``, and = behind several residues) is encoded.
    """
    return _SYNONYMOUS.sub(r"\1\2\1", name)


def vcf_text(header: Header, records: Iterable[Record]) -> str:
    """The whole file; records are given in the order of the contigs and positions."""
    return "\n".join([*header.lines(), *(record.line() for record in records)]) + "\n"


def write_compressed(path: Path, text: str) -> Path:
    """Write a VCF compressed by blocks, with its index beside it (.tbi), which is returned.

    Neither is written under another name first: `path` lies in a folder for unfinished files.
    """
    plain = path.with_name(f"{path.name}.plain")
    plain.write_text(text, "utf-8")
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.tabix_index(str(path), preset="vcf", force=True)
    plain.unlink()
    return path.with_name(f"{path.name}.tbi")


def _text(value: Value, *, encode: bool = False) -> str:
    """A value as VCF writes it; a dot for what is missing."""
    if isinstance(value, str):
        return _encoded(value) if encode and value else value or "."
    if isinstance(value, Sequence):
        return ",".join(_text(each, encode=encode) for each in value) or "."
    if value is None or not math.isfinite(value):
        return "."
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _encoded(text: str) -> str:
    """Text without what separates fields of INFO (VCF 4.3, section 1.2); a space is readable as _.

    Colons separate FORMAT values only, and HGVS names have them.
    """
    return "".join(_ENCODED.get(letter, letter) for letter in text)
