"""How columns are headed and numbers shown in a workbook, by the names of the columns."""

from __future__ import annotations

import re

PERCENT = "[>=0.001]0.00%;[>0]0.0000%;0%"
"""A fraction as a percentage; the cell holds the fraction."""

NUMBER_FORMATS = {
    r"(\w+_)?vaf(_\w+)?|limit_of_detection|fraction_at_\w+|\w+_fraction|\w*population_frequency"
    r"|\w*share": PERCENT,
    r"ar(_.*)?|ratio(_.*)?": "[>=0.1]0.000;[>0]0.00000;0",
    r"p_value|background_probability": "0.0E+00",
    r"(raw_)?mean|quality|lod": "0.0",
}
"""How the numbers of columns are shown, by the name of the column; others as they are."""

UNITS = {
    r"ar(_.*)?": "mutant / wild type",
    r"(exon_)?ratios?(_.*)?": "to controls",
    r"pos|start|end": "1-based",
    r"\w*depth|minimum|(raw_)?mean": "fragments",
    r"quality": "Phred",
    r"p_value|background_probability": "probability",
    r"compared|agreeing|opposite": "SNPs",
    r"lod": "log10",
}
"""Units of columns whose names do not tell them; what is shown as a percentage has %."""

_WORDS = {"vaf": "VAF", "ar": "AR", "hgvs": "HGVS", "lod": "LOD", "bp": "(bp)"}


def number_format(column: str) -> str:
    """How a spreadsheet shows the numbers of a column; empty for as they are."""
    return next((form for name, form in NUMBER_FORMATS.items() if re.fullmatch(name, column)), "")


def head_of(column: str) -> str:
    """The head of a column: its name in words, and its unit in brackets where it has one."""
    words = " ".join(_WORDS.get(word, word) for word in column.split("_"))
    unit = unit_of(column)
    return f"{words} ({unit})" if unit else words


def unit_of(column: str) -> str:
    """The unit of a column; empty where its name tells it, or it has none."""
    if number_format(column) == PERCENT:
        return "%"
    return next((unit for name, unit in UNITS.items() if re.fullmatch(name, column)), "")
