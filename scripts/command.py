"""How every program in scripts/ ends: a mistake of the user is one line and exit status 2."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flt3itd.common.collector import collect_seldom
from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import replace_all, unfinished, unfinished_folder


def run(main: Callable[[], None]) -> None:
    """Run a program; print a mistake of the user without a traceback.

    What the program logs goes to standard error, a line for a message.
    """
    collect_seldom()
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(error.exit_status) from None


def write_whole(path: Path, text: str) -> None:
    """Write a text file completely or not at all."""
    draft = unfinished(path)
    draft.write_text(text, "utf-8")
    draft.replace(path)


@contextmanager
def all_or_none(*paths: Path) -> Iterator[tuple[Path, ...]]:
    """Drafts of several files, in the same order: they get their places together, at the end.

    What is raised before leaves all of them as they were. The folders are made where they are not.
    """
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    with unfinished_folder(paths[0]) as folder:
        drafts = tuple(folder / f"{number}.{path.name}" for number, path in enumerate(paths))
        yield drafts
        replace_all(drafts, paths)
