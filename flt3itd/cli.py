"""The command ``flt3itd``: its sub-commands, and how a mistake of the user ends."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

import flt3itd
from flt3itd import __version__
from flt3itd.common.collector import collect_seldom, keep_freed_memory
from flt3itd.common.errors import INTERRUPTED, UserError
from flt3itd.common.standard_error import say


class _Command(NamedTuple):
    """How a sub-command declares its options, and the function that runs it."""

    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _call() -> _Command:
    from flt3itd.commands import call  # noqa: PLC0415

    return _Command(call.add_arguments, call.run)


def _background() -> _Command:
    from flt3itd.commands import background  # noqa: PLC0415

    return _Command(background.add_arguments, background.run)


def _consensus() -> _Command:
    from flt3itd.commands import consensus  # noqa: PLC0415

    return _Command(consensus.add_arguments, consensus.run)


def _simulate() -> _Command:
    from flt3itd.commands import simulate  # noqa: PLC0415

    return _Command(simulate.add_arguments, simulate.run)


COMMANDS: dict[str, tuple[str, Callable[[], _Command]]] = {
    "call": ("find FLT3-ITD and FLT3-TKD in one sample", _call),
    "consensus": ("make one read pair of each molecule from reads with UMIs", _consensus),
    "background": ("learn the errors of the kinase domain from control samples", _background),
    "simulate": ("simulate the reads of a known sample", _simulate),
}
"""Name of a sub-command: what it does in a line, and how it is loaded: only what is asked for."""


class _Parser(argparse.ArgumentParser):
    """Says a mistake in one line; the usage before it would be ten."""

    def error(self, message: str) -> NoReturn:
        self.exit(UserError.exit_status, f"{self.prog}: error: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 2 for a mistake of the user, 130 for Ctrl-C."""
    try:
        return _run(arguments)
    except UserError as error:
        say(f"flt3itd: error: {error}")
        return error.exit_status
    except KeyboardInterrupt:
        say("flt3itd: interrupted")
        return INTERRUPTED


def _run(arguments: Sequence[str] | None) -> int:
    """Load and run the sub-command that is asked for. Raises UserError."""
    collect_seldom()
    keep_freed_memory()
    given = sys.argv[1:] if arguments is None else list(arguments)
    _refuse_repeated(given)
    asked = next((word for word in given if not word.startswith("-")), None)
    parser = _Parser(prog="flt3itd", description=flt3itd.__doc__)
    parser.add_argument("--version", action="version", version=f"flt3itd {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen: _Command | None = None
    for name, (summary, load) in COMMANDS.items():
        options = commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
        )
        if name == asked:
            chosen = load()
            chosen.declare(options)
    args = parser.parse_args(given)
    assert chosen is not None  # all options of the whole command end it: --help, --version
    logging.basicConfig(stream=sys.stderr, format="flt3itd: %(message)s", level=logging.INFO)
    return chosen.run(args)


def _refuse_repeated(given: Sequence[str]) -> None:
    """Refuse an option that is there twice: the last one would count, and nobody would know.

    Raises:
        UserError: one is.
    """
    options = [word.partition("=")[0] for word in given if word.startswith("--") and word != "--"]
    for option in options:
        if options.count(option) > 1:
            raise UserError(
                f"{option}: is given twice, and the last one alone would count; give it once"
            )
