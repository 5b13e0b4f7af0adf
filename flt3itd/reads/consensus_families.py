"""What was told of the families of a consensus when it was made (``flt3itd consensus --json``)."""

from __future__ import annotations

import json
from pathlib import Path

from flt3itd.common.errors import UserError


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
