"""How every program in scripts/ ends: a mistake of the user is one line and exit status 2."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from flt3itd.common.collector import collect_seldom, keep_freed_memory
from flt3itd.common.errors import INTERRUPTED, UserError
from flt3itd.common.standard_error import say
from flt3itd.common.unfinished import unfinished


def run(main: Callable[[], None]) -> None:
    """Run a program; print a mistake of the user, or that it was interrupted, without a traceback.

    What the program logs goes to standard error, a line for a message.
    """
    collect_seldom()
    keep_freed_memory()
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    try:
        main()
    except UserError as error:
        say(f"error: {error}")
        raise SystemExit(error.exit_status) from None
    except KeyboardInterrupt:
        say("error: interrupted")
        raise SystemExit(INTERRUPTED) from None


def write_whole(path: Path, text: str) -> None:
    """Write a text file completely or not at all."""
    draft = unfinished(path)
    draft.write_text(text, "utf-8")
    draft.replace(path)
