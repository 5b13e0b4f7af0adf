"""The command ``flt3itd``: its sub-commands, and how a mistake of the user ends."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence

from flt3itd import __version__
from flt3itd.commands import background as controls
from flt3itd.commands import call, simulate
from flt3itd.common.errors import UserError

_Declare = Callable[[argparse.ArgumentParser], None]
_Run = Callable[[argparse.Namespace], int]

COMMANDS: dict[str, tuple[str, _Declare, _Run]] = {
    "call": ("find FLT3-ITD and FLT3-TKD in one sample", call.add_arguments, call.run),
    "background": (
        "learn the errors of the kinase domain from control samples",
        controls.add_arguments,
        controls.run,
    ),
    "simulate": ("simulate the reads of a known sample", simulate.add_arguments, simulate.run),
}
"""Name of a sub-command: what it does in a line, its options, and the function that runs it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status (2 for a mistake of the user)."""
    parser = argparse.ArgumentParser(prog="flt3itd")
    parser.add_argument("--version", action="version", version=f"flt3itd {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (summary, declare, _) in COMMANDS.items():
        declare(commands.add_parser(name, help=summary))
    args = parser.parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="flt3itd: %(message)s", level=logging.INFO)
    try:
        return COMMANDS[args.command][2](args)
    except UserError as error:
        print(f"flt3itd: error: {error}", file=sys.stderr)
        return error.exit_status
