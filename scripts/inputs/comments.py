"""The table of comments: what a laboratory says of a sample, shown in its report."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from flt3itd.common.errors import UserError
from scripts.inputs.fields import Mend, Name, Record
from scripts.inputs.sheet import read_sheet

LONGEST_COMMENT = 5_000
"""Characters: a comment goes to the report as one argument of a command."""

_LINE_BREAK_OR_BACKSLASH = re.compile(r"\\([n\\])")


def _with_line_breaks(cell: str) -> str:
    r"""The text of a cell, in which \n is a line break and \\ a backslash."""
    text = _LINE_BREAK_OR_BACKSLASH.sub(lambda it: "\n" if it[1] == "n" else "\\", cell)
    if not all(line.isprintable() for line in text.split("\n")):
        raise ValueError  # the field says how to mend it
    return text


class CommentRow(Record):
    """A row of the table of comments: a sample, and the text on it."""

    sample: Name
    comment: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_COMMENT),
        AfterValidator(_with_line_breaks),
        Mend(
            f"text of at most {LONGEST_COMMENT} characters without control characters; "
            r"\n is a line break"
        ),
    ]


def read_comments(table: str | None, samples: Collection[str]) -> dict[str, str]:
    """The comments by sample; none without a table.

    Raises:
        UserError: The table cannot be read, a cell is not allowed, a sample is not in the sample
            sheet or has two rows.
    """
    comments: dict[str, str] = {}
    for row in read_sheet(Path(table), CommentRow) if table is not None else ():
        sample = row.cells.sample
        if sample not in samples:
            raise UserError(
                f"{row.where}: column sample: {sample!r} is not in the sample sheet; correct the "
                "name or take the row out"
            )
        if sample in comments:
            raise UserError(
                f"{row.where}: column sample: {sample!r} has a comment above; put both into one "
                r"cell, with \n between them"
            )
        comments[sample] = row.cells.comment
    return comments
