"""Contigs of a genome, targets (BED) and exons of gene models (GTF), read and checked."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError

_GENE_NAME = re.compile(r'gene_name "([^"]*)"')


@dataclass(frozen=True)
class GenomicInterval:
    """A stretch of a contig, 0-based half-open, with the row of the file that it is from."""

    contig: str
    start: int
    end: int
    name: str
    row: int


def read_contigs(index: Path) -> dict[str, int]:
    """Lengths in bases of the contigs in a FASTA index (.fai), in the order of the genome."""
    contigs = {}
    for line in index.read_text("utf-8").splitlines():
        name, length, *_ = line.split("\t")
        contigs[name] = int(length)
    return contigs


def read_targets(path: Path, contigs: Mapping[str, int]) -> list[GenomicInterval]:
    """The targets of a BED file on these contigs; `name` is column 4 or empty.

    Raises:
        UserError: The file cannot be read, or a row is not an interval of these contigs.
    """
    targets = []
    for row, line in _lines(path):
        if line.startswith(("#", "track", "browser")):
            continue
        cells = line.split("\t")
        where = f"{path}: row {row}"
        if len(cells) < 3:
            raise UserError(
                f"{where}: found {len(cells)} columns, a BED file has contig, start, end, "
                "separated by tabs"
            )
        start, end = (
            _whole_number(where, *cell) for cell in zip(("start", "end"), cells[1:3], strict=True)
        )
        name = cells[3] if len(cells) > 3 else ""
        _check_inside(where, cells[0], start, end, contigs)
        targets.append(GenomicInterval(cells[0], start, end, name, row))
    if not targets:
        raise UserError(f"{path}: no targets: the file has no interval")
    return targets


def read_exons(path: Path, contigs: Mapping[str, int]) -> list[GenomicInterval]:
    """The exons of a GTF file that lie on these contigs; `name` is the name of the gene.

    Gene models of contigs that the genome lacks (patches, alternate loci) are left out.

    Raises:
        UserError: The file cannot be read, is no GTF, or no exon fits these contigs.
    """
    exons, elsewhere = [], ""
    for row, line in _lines(path):
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        where = f"{path}: row {row}"
        if len(cells) != 9:
            raise UserError(f"{where}: found {len(cells)} columns, a GTF file has 9, tab-separated")
        if cells[2] != "exon":
            continue
        if cells[0] not in contigs:
            elsewhere = elsewhere or cells[0]
            continue
        start = _whole_number(where, "start", cells[3]) - 1
        end = _whole_number(where, "end", cells[4])
        gene = _GENE_NAME.search(cells[8])
        _check_inside(where, cells[0], start, end, contigs)
        exons.append(GenomicInterval(cells[0], start, end, gene.group(1) if gene else "", row))
    if not exons and elsewhere:
        raise UserError(
            f"{path}: no exon lies on the genome: {_unknown_contig(elsewhere, contigs)}"
        )
    if not exons:
        raise UserError(f"{path}: no gene models: the file has no line of the kind exon")
    return exons


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Row numbers (1-based) and lines of a text file, plain or gzipped, without empty ones."""
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8", newline="\n")
            if path.suffix == ".gz"
            else (path.open(encoding="utf-8", newline="\n")) as file
        ):
            for row, line in enumerate(file, start=1):
                if line.endswith("\r\n"):
                    raise UserError(
                        f"{path}: row {row}: found Windows line ends; convert the file, "
                        "for example with: sed -i 's/\\r$//'"
                    )
                if line.strip():
                    yield row, line.rstrip("\n")
    except (OSError, EOFError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text; is it the right file?") from error


def _whole_number(where: str, column: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise UserError(f"{where}: {column}: found {text!r}, expected a whole number, 0 or more")
    return int(text)


def _check_inside(
    where: str, contig: str, start: int, end: int, contigs: Mapping[str, int]
) -> None:
    """An interval (0-based half-open) has bases and ends on its contig."""
    if contig not in contigs:
        raise UserError(f"{where}: {_unknown_contig(contig, contigs)}")
    if start >= end:
        raise UserError(f"{where}: the interval {contig}:{start}-{end} has no bases")
    if end > contigs[contig]:
        raise UserError(
            f"{where}: {contig}:{start}-{end} ends behind the contig, which has "
            f"{contigs[contig]} bases in the genome; is the file of another build?"
        )


def _unknown_contig(contig: str, contigs: Mapping[str, int]) -> str:
    other = contig.removeprefix("chr") if contig.startswith("chr") else f"chr{contig}"
    if other in contigs:
        return f"contig {contig!r} is called {other!r} in the genome; use one way of naming"
    some = ", ".join(list(contigs)[:3])
    return f"contig {contig!r} is not in the genome, which has {some}{', ...' * (len(contigs) > 3)}"
