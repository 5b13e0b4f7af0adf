"""What was told of the families of a consensus when it was made (``flt3itd consensus --json``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from flt3itd.common.errors import UserError

_OF_A_LIST = 1000
"""UMIs that kits with a list have at most, or hardly more."""
_OFTEN = 5
"""Reads by UMI from which the molecules of a list would outvote each other: of less, each UMI is
about one molecule."""

OUTVOTED = (
    "the families of this consensus do not tell molecules apart (--families): rarer sequences are "
    "outvoted, so that VAFs are too low and what is not found is not excluded"
)


def may_be_of_a_list(family_reads: Sequence[int]) -> bool:
    """Whether the families of an amplicon are as few, and as large, as those of a list."""
    families = len(family_reads)
    return 0 < families <= _OF_A_LIST and sum(family_reads) >= _OFTEN * families


def hidden_of(path: Path) -> float:
    """The share of the molecules that others hide.

    Raises:
        UserError: the file cannot be read, or does not tell it.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        hidden = float(told["molecules_hidden"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path}: does not say molecules_hidden; give the file of flt3itd consensus --json"
        ) from error
    if not 0 <= hidden <= 1:
        raise UserError(f"{path}: molecules_hidden is {hidden}, expected a share from 0 to 1")
    return hidden
