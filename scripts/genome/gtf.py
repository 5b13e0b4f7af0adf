"""The one reader of GTF files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.text_lines import text_lines, whole_number

_ATTRIBUTE = re.compile(r'(\w+) +(?:"([^"]*)"|([^";\s]+))')
"""A key and its value; numbers may stand without quotes, as they do in GENCODE."""

_GENE = re.compile(r'\bgene_name +"?([^";]*)')
_TRANSCRIPT = re.compile(r'\btranscript_id +"?([^";]*)')
_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class GtfFeature:
    """A line of a GTF file: 0-based half-open (the file counts from 1), plus strand.

    `kind` is column 3 (exon, CDS, ...); `strand` and `frame` are as in the file, where the frame of
    a CDS is the number of bases before its first whole codon. `row` is 1-based.
    """

    contig: str
    source: str
    kind: str
    start: int
    end: int
    strand: str
    frame: str
    attribute_text: str
    row: int

    @property
    def transcript(self) -> str:
        """The attribute transcript_id, found without the others; empty where there is none."""
        found = _TRANSCRIPT.search(self.attribute_text)
        return found[1] if found else ""

    @property
    def gene(self) -> str:
        """The attribute gene_name, found in the same way."""
        found = _GENE.search(self.attribute_text)
        return found[1] if found else ""

    def attribute_pairs(self) -> tuple[tuple[str, str], ...]:
        """The attributes in the order of the file; a key such as tag may come several times."""
        return tuple(
            (k, quoted or bare) for k, quoted, bare in _ATTRIBUTE.findall(self.attribute_text)
        )

    def attributes(self) -> dict[str, str]:
        """The attributes by key; the values of a key that comes several times, with spaces."""
        found: dict[str, str] = {}
        for key, value in self.attribute_pairs():
            found[key] = f"{found[key]} {value}" if key in found else value
        return found


def gtf_features(
    path: Path, kinds: Collection[str] = (), contigs: Collection[str] = ()
) -> Iterator[GtfFeature]:
    """The features of a GTF file, plain or gzipped, one after the other.

    Args:
        path: The file; it is read as a stream, because GENCODE's has 2.5 million lines.
        kinds: Only features of these kinds; all where none is given.
        contigs: Only features on these contigs; all where none is given.

    Raises:
        UserError: The file cannot be read, a line has not 9 columns, or a coordinate of a feature
            that is asked for is no whole number, is 0, or ends before it begins.
    """
    for row, line in text_lines(path):
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != _COLUMNS:
            raise UserError(
                f"{path}: row {row}: found {len(cells)} columns, a GTF file has 9, tab-separated"
            )
        contig, source, kind, first, last, _, strand, frame, attributes = cells
        if (kinds and kind not in kinds) or (contigs and contig not in contigs):
            continue
        where = f"{path}: row {row}"
        start, end = whole_number(where, "start", first) - 1, whole_number(where, "end", last)
        if start < 0:
            raise UserError(
                f"{where}: the {kind} {contig}:{first}-{last} begins at 0, and positions in a GTF "
                "are counted from 1; was it made from a BED? Use the file of its publisher"
            )
        if end <= start:
            raise UserError(f"{where}: the {kind} {contig}:{first}-{last} ends before it begins")
        yield GtfFeature(contig, source, kind, start, end, strand, frame, attributes, row)
