"""VCF files that other programs made, read by cyvcf2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cyvcf2
import numpy as np

from flt3itd.common.errors import UserError


def records_of(path: Path, made_by: str = "a VCF file") -> Iterator[cyvcf2.Variant]:
    """The records of a VCF; `made_by` says in an error what the file should be.

    A record is to be used before the next one is asked for. Raises UserError.
    """
    file = open_variants(path, made_by)
    try:
        yield from file
    except Exception as error:  # cyvcf2 raises no class of its own
        raise UserError(f"{path}: cannot be read as {made_by}: {error}") from error
    finally:
        file.close()


def open_variants(path: Path, made_by: str = "a VCF file") -> cyvcf2.VCF:
    """A VCF, its header read. Raises UserError where the file is none."""
    try:
        return cyvcf2.VCF(str(path))
    except Exception as error:
        raise UserError(f"{path}: cannot be read as {made_by}: {error}") from error


def numbers_of(record: cyvcf2.Variant, key: str) -> list[Any]:
    """The numbers that the first sample has under a FORMAT key; None for each that is missing.

    Without the key the list is empty.
    """
    values = record.format(key) if key in record.FORMAT else None
    if values is None or not isinstance(values, np.ndarray) or values.dtype.kind not in "if":
        return []
    first = values[0]
    missing = np.isnan(first) if values.dtype.kind == "f" else first <= _MISSING
    return [
        None if absent else value
        for value, absent in zip(first.tolist(), missing.tolist(), strict=True)
    ]


_MISSING = -(2**31) + 1
"""Of integers: a missing value, and (1 more) the end of a shorter list (VCF 4.3, section 6.3)."""
