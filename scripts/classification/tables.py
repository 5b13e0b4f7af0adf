"""The tables of `panels/classifications/`: lesions, published schemes, and the rules of each.

A lesion is what a rule asks for ("in-frame CEBPA bZIP mutation"); a rule asks for lesions, and for
rules above it, by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.hgvs.consequence import TERMS
from scripts.inputs.mistakes import closest

LESIONS, SCHEMES = "lesions.tsv", "schemes.tsv"
_BOUND = re.compile(r"(?P<sign>>=|>)(?P<number>0(?:\.\d+)?|1)")


class LesionKind(StrEnum):
    """Where the answer on a lesion comes from."""

    VARIANT = "variant"
    ITD = "itd"


@dataclass(frozen=True)
class LesionRow:
    """One row of lesions.tsv: variants that count as a lesion. Several rows of a lesion add up.

    `consequences` are Sequence Ontology terms separated by ``|``; `residues` is a range such as
    ``282-345`` (1-based inclusive), empty for all. `exons` (numbers, separated by spaces) are
    what must be covered to say no, empty for all of the gene on the panel. With `marked`, only
    variants known as pathogenic or at a hotspot codon count; others are named, to be judged.
    `vaf` is ``>=0.1`` or the like, `hits` the number of different variants that are needed (1 if
    empty); with fewer, but at least one, `too_few` is the reason why nothing can be said (empty:
    then it is not there).
    """

    lesion: str
    gene: str
    kind: LesionKind
    consequences: str
    residues: str
    exons: str
    marked: str
    vaf: str
    hits: int | None
    too_few: str
    name: str

    def is_enough(self, vaf: float) -> bool:
        """Whether a VAF reaches what the row asks for."""
        bound = _BOUND.fullmatch(self.vaf)
        if bound is None:
            return True
        number = float(bound["number"])
        return vaf >= number if bound["sign"] == ">=" else vaf > number

    @property
    def places(self) -> range | None:
        """The residues that count; None for all."""
        if not self.residues:
            return None
        first, _, last = self.residues.partition("-")
        return range(int(first), int(last or first) + 1)


@dataclass(frozen=True)
class SchemeRow:
    """One row of schemes.tsv: a published classification. Its rules are in `<scheme>.tsv`.

    `holds_for` says of whom it speaks, `not_tested` what it asks for beside genes, `otherwise`
    what it says where no rule holds.
    """

    scheme: str
    title: str
    version: str
    holds_for: str
    not_tested: str
    otherwise: str
    source: str


@dataclass(frozen=True)
class RuleRow:
    """One row of the table of a scheme: the class holds when all three conditions do.

    `all_of`, `any_of` and `none_of` name lesions, and rules above this one, separated by ``;``.
    """

    rule: str
    group: str
    all_of: str
    any_of: str
    none_of: str
    words: str

    def names(self) -> list[str]:
        """Everything that the rule asks for."""
        return [name for cell in (self.all_of, self.any_of, self.none_of) for name in listed(cell)]


@dataclass(frozen=True)
class Scheme:
    """A classification with its rules, in their order."""

    about: SchemeRow
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class Tables:
    """All classifications, and the lesions that they ask for, by name."""

    lesions: dict[str, tuple[LesionRow, ...]]
    schemes: tuple[Scheme, ...]


def listed(cell: str) -> list[str]:
    """The names in a cell, which ``;`` separates."""
    return [name.strip() for name in cell.split(";") if name.strip()]


def read_classifications(folder: Path) -> Tables:
    """The tables of a folder, checked against each other.

    Raises UserError, naming file and row, for a cell that cannot be used.
    """
    lesions: dict[str, tuple[LesionRow, ...]] = {}
    for line, row in enumerate(read_table(folder / LESIONS, LesionRow), start=2):
        _check_lesion(folder / LESIONS, line, row)
        lesions[row.lesion] = (*lesions.get(row.lesion, ()), row)
    schemes = []
    for about in read_table(folder / SCHEMES, SchemeRow):
        path = folder / f"{about.scheme}.tsv"
        rules = read_table(path, RuleRow)
        _check_rules(path, rules, set(lesions))
        schemes.append(Scheme(about, tuple(rules)))
    return Tables(lesions, tuple(schemes))


def _check_lesion(path: Path, line: int, row: LesionRow) -> None:
    for column, fits, expected in (
        ("residues", r"(\d+(-\d+)?)?", "a residue or a range such as 282-345"),
        ("exons", r"(\d+( \d+)*)?", "numbers of exons, separated by spaces"),
        ("marked", r"(yes)?", "yes or an empty cell"),
        ("vaf", rf"({_BOUND.pattern})?", "a bound such as >=0.1 or >0.5"),
        ("hits", r"(None|[1-9]\d*)", "a whole number, 1 or more"),
    ):
        cell = str(getattr(row, column))
        if not re.fullmatch(fits, cell):
            raise UserError(f"{path}: row {line}, column {column}: found {cell!r}, give {expected}")
    for term in filter(None, row.consequences.split("|")):
        if term not in TERMS:
            raise UserError(
                f"{path}: row {line}, column consequences: found {term!r}, allowed: "
                f"{', '.join(sorted(TERMS))}{closest(term, TERMS)}"
            )


def _check_rules(path: Path, rules: Sequence[RuleRow], known: set[str]) -> None:
    for line, rule in enumerate(rules, start=2):
        for name in rule.names():
            if name not in known:
                raise UserError(
                    f"{path}: row {line}: {name!r} is neither a lesion of {LESIONS} nor a rule "
                    "above this row; add it there, or correct the name"
                )
        if not listed(rule.all_of) and not listed(rule.any_of):
            raise UserError(
                f"{path}: row {line}: the rule asks for nothing; name a lesion in all_of or any_of"
            )
        known = known | {rule.rule}


def table_files(folder: str | None) -> list[str]:
    """The files of the tables of a folder, after a look at all of them; none without a folder.

    Raises UserError as `read_classifications`, so that a wrong rule is told before a run.
    """
    if folder is None:
        return []
    path = Path(folder)
    if not path.is_dir():
        raise UserError(
            f"{folder}: panel.classifications names no folder; give one such as "
            "panels/classifications"
        )
    missing = [name for name in (LESIONS, SCHEMES) if not (path / name).is_file()]
    if missing:
        raise UserError(
            f"{folder}: panel.classifications names a folder without {' and '.join(missing)}; give "
            "one such as panels/classifications"
        )
    tables = read_classifications(path)
    names = [LESIONS, SCHEMES, *(f"{one.about.scheme}.tsv" for one in tables.schemes)]
    return [f"{folder}/{name}" for name in names]
