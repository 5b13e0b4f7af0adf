"""The tables of a panel that a configuration names, looked at before a run.

They are used late, when all samples are aligned: a mistake in one would cost the run. What would
fit no variant in silence (a misspelt consequence, a name with an accession) is a mistake too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import columns_of, read_table
from flt3itd.hgvs.consequence import TERMS
from flt3itd.reads.primers import (
    is_fasta,
    primer_sequences,
    read_primer_text,
    rows_of_lone_primers,
    rows_of_pairs,
)
from scripts.genome.knowledge import Hotspot, KnownClass, KnownVariant, PanelGene, Scope
from scripts.identity.snps import SnpRow, is_vcf, read_snps
from scripts.inputs.mistakes import closest
from scripts.inputs.settings import Controls, Panel
from scripts.panel.marks import TierRule

AnyRow = TypeVar("AnyRow")
_GENES = re.compile(r"[\w.-]+(\|[\w.-]+)*")
_CODING = re.compile(r"[cn]\.[^\s:]+")
_AMINO_ACID = re.compile("[ACDEFGHIKLMNPQRSTVWY]")


def check_panel_tables(panel: Panel, controls: Controls, build: str, source: str) -> None:
    """Refuse tables that cannot be used. What needs the genome is checked by the steps.

    Args:
        panel: What the configuration names for the panel.
        controls: What it names of controls.
        build: GRCh37 or GRCh38.
        source: The configuration, as messages name it.

    Raises:
        UserError: A table cannot be read, or a row of it fits nothing or stands there twice.
    """
    checks: tuple[tuple[str, str | None, Callable[[Path], object]], ...] = (
        ("hotspots", panel.hotspots, _check_hotspots),
        ("known_variants", panel.known_variants, _check_known_variants),
        ("genes", panel.genes, _check_genes),
        ("tiers", panel.tiers, _check_tiers),
        ("primers", panel.primers, _check_primers),
        ("identity_snps", panel.identity_snps, lambda path: _check_snps(path, build)),
    )
    for key, path, check in checks:
        if path is not None:
            _told_of(f"{source}: panel.{key}", check, Path(path))
    for key, path in controls.tables.items():
        _told_of(f"{source}: controls.{key}", _control_check(key), Path(path))


def _told_of(key: str, check: Callable[[Path], object], path: Path) -> None:
    try:
        check(path)
    except UserError as error:
        raise UserError(f"{key}: {error}") from error


def _check_hotspots(path: Path) -> None:
    rows = _rows(path, Hotspot, lambda row: (row.gene, row.residue))
    for where, row in rows:
        if row.residue < 1:
            raise UserError(f"{where}, column residue: found {row.residue}, expected 1 or more")
        if not _AMINO_ACID.fullmatch(row.amino_acid):
            raise UserError(
                f"{where}, column amino_acid: found {row.amino_acid!r}, expected the letter of an "
                "amino acid, such as R"
            )


def _check_known_variants(path: Path) -> None:
    for where, row in _rows(path, KnownVariant, lambda row: (row.gene, row.hgvs_c)):
        if not _CODING.fullmatch(row.hgvs_c):
            raise UserError(
                f"{where}, column hgvs_c: found {row.hgvs_c!r}, expected a name without an "
                "accession, such as c.2645G>A"
            )


def _check_genes(path: Path) -> None:
    for _ in _rows(path, PanelGene, lambda row: row.gene):
        pass


def _check_tiers(path: Path) -> None:
    words = {"known": [*KnownClass], "hotspot": ["yes"], "scope": [*Scope]}
    for where, row in _rows(path, TierRule, lambda row: row):
        for column, allowed in words.items():
            _check_word(f"{where}, column {column}", getattr(row, column), allowed)
        if row.genes and not _GENES.fullmatch(row.genes):
            raise UserError(
                f"{where}, column genes: found {row.genes!r}, expected names of genes, separated "
                "by | without spaces"
            )
        for term in row.consequences.split("|") if row.consequences != "*" else ():
            _check_word(f"{where}, column consequences", term, sorted(TERMS))


def _check_word(where: str, word: str, allowed: Sequence[str]) -> None:
    """An empty cell asks for nothing."""
    if word and word not in allowed:
        raise UserError(
            f"{where}: found {word!r}, expected an empty cell or {', '.join(allowed)}"
            f"{closest(word, allowed)}"
        )


def _check_primers(path: Path) -> None:
    text = read_primer_text(path)
    if is_fasta(text):
        primer_sequences(path)
        return
    pairs, alone = list(rows_of_pairs(path, text)), list(rows_of_lone_primers(path, text))
    if not pairs and not alone:
        raise UserError(f"{path}: no primers are in it; give those of this assay")


def _check_snps(path: Path, build: str) -> None:
    if is_vcf(path):
        return  # its contigs are those of the genome, which is not looked at before a run
    rows = _rows(path, SnpRow, lambda row: (row.chrom, row.pos_grch38, row.alt))
    read_snps(path, build, {row.chrom for _, row in rows})


def _control_check(key: str) -> Callable[[Path], object]:
    """How a table of an earlier run is read; its modules are heavy, and few runs name one."""
    kind, _, name = key.partition(".")
    assay = Assay(name)
    if kind == "flt3_background":
        from flt3itd.kinase.background import read_background  # noqa: PLC0415 - slows every start

        return lambda path: read_background(path, assay)
    from scripts.kmt2a.controls import rows_of_assay  # noqa: PLC0415 - slows every start

    return lambda path: rows_of_assay(path, assay)


def _rows(
    path: Path, kind: type[AnyRow], key: Callable[[AnyRow], Hashable]
) -> Iterator[tuple[str, AnyRow]]:
    """The rows with where each stands; a key stands there once, and cells without spaces around."""
    lines: dict[Hashable, int] = {}
    for line, row in enumerate(read_table(path, kind), start=2):
        where = f"{path}: row {line}"
        for column in columns_of(kind):
            _check_spaces(f"{where}, column {column}", getattr(row, column))
        first = lines.setdefault(key(row), line)
        if first != line:
            raise UserError(f"{where} says again what row {first} says; keep one")
        yield where, row


def _check_spaces(where: str, cell: Any) -> None:
    if isinstance(cell, str) and cell != cell.strip():
        raise UserError(f"{where}: found {cell!r}, with spaces around it; take them out")
