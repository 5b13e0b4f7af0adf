"""Check the table of known variants on the gene models of the run: what would fit no call."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.hgvs.reading import name_by_the_rules
from flt3itd.hgvs.transcript import Transcript
from scripts.genome.knowledge import KnownVariant

_SHOWN = 5
"""Rows that a warning names."""


def check_known(path: Path, transcripts: Iterable[Transcript]) -> list[str]:
    """Warnings of rows whose names say no change of the transcript that names the calls.

    Genes that have no transcript here are not on the targets, and not looked at.

    Raises:
        UserError: Two rows say the same variant, one in other words, and not the same of it.
    """
    of_gene = {transcript.gene: transcript for transcript in transcripts}
    wrong: list[str] = []
    seen: dict[tuple[str, str], tuple[int, KnownVariant]] = {}
    for line, row in enumerate(read_table(path, KnownVariant), start=2):
        if row.gene not in of_gene:
            continue
        try:
            name = name_by_the_rules(row.hgvs_c, of_gene[row.gene]) or row.hgvs_c
        except ValueError as error:
            wrong.append(f"row {line}, {row.gene} {row.hgvs_c}: {error}")
            continue
        first, other = seen.setdefault((row.gene, name), (line, row))
        if other.known != row.known:
            raise UserError(
                f"{path}: row {line}: {row.gene} {row.hgvs_c} is {name}, which row {first} says is "
                f"{other.known}; keep one"
            )
    if not wrong:
        return []
    shown = "; ".join(wrong[:_SHOWN])
    more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return [
        f"{path}: names that fit no variant: {shown}{more}. Give their names on the transcripts of "
        "the gene models"
    ]
