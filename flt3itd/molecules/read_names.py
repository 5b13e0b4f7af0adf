"""UMIs at the ends of read names."""

from __future__ import annotations

import re

IN_NAME = "name"
"""What ``--umi`` says where they are there."""
SEPARATORS = "_+-"
"""What stands between the two parts of a UMI."""
_AT_END = re.compile(rf"[:_]([ACGTN]+(?:[{SEPARATORS}][ACGTN]+)*)$")
"""Fields of bases at the end of a read name, from the first of them on."""


def umi_field(name: str) -> str:
    """The UMI at the end of a read name, behind a ``:`` or ``_``; empty where there is none.

    All fields of bases there are its parts: fastp may write ``_`` before a UMI and between its two
    parts, and a word of the user before them (`--umi_delim`, `--umi_prefix`).
    """
    found = _AT_END.search(name)
    return found[1] if found else ""
