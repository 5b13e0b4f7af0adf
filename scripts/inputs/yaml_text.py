"""What YAML reads in silence otherwise than it was meant: looked for in the text of a file.

    python -m scripts.inputs.yaml_text my_config.yaml

names the row of a mistake, also where Snakemake only says that the file is no YAML.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from flt3itd.common.errors import UserError
from scripts.command import run

_ODD_NUMBER = re.compile(
    r"[-+]?(0[0-9_]+|0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)"
    r"|.*_.*|\+.*"
)
"""Octal (0100 is 64), hexadecimal, binary and base 60 (1:30 is 90) to YAML 1.1, and what other
readers take for text: digits with underscores (1_000), a plus."""


def check_yaml(path: Path) -> None:
    """Refuse a YAML file of which a part would be lost, or become another number.

    Raises:
        UserError: The file is no YAML, a key is there twice, or a number is written in a way that
            YAML does not read as a decimal number.
    """
    try:
        # UTF-8 with a byte order mark is fine; Snakemake decodes the file in the same way.
        text = path.read_text("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        yaml.safe_load(text)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text; save the file as UTF-8") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = f"row {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or _first_line(error)
        raise UserError(
            f"{path}: {row}no YAML: {problem}; check indentation, colons and quotes there"
        ) from error
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise UserError(f"{path}: no keys in it; a configuration is lines of key: value")
    for key, where, sentence in _mistakes(root, "", set()):
        raise UserError(f"{path}: row {where}: {key}: {sentence}")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or "cannot be read"


def _mistakes(node: yaml.Node | None, above: str, seen: set[int]) -> Iterator[tuple[str, int, str]]:
    """Key (dotted), row (1-based) and what is wrong there.

    `seen` has the nodes that were looked at: an alias (`*name`) is the node of its anchor again,
    and may hold itself.
    """
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        rows: dict[str, int] = {}
        for key_node, value in node.value:
            name, row = str(key_node.value), key_node.start_mark.line + 1
            if name in rows and name != "<<":
                yield above + name, row, f"the key is already in row {rows[name]}; keep one"
            rows[name] = row
            yield from _mistakes(value, f"{above}{name}.", seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mistakes(value, above, seen)
    elif isinstance(node, yaml.ScalarNode) and node.tag.rpartition(":")[2] in ("int", "float"):
        text = str(node.value)
        if _ODD_NUMBER.fullmatch(text):
            value = yaml.safe_load(text)
            decimal = text.lstrip("+-0").replace("_", "")
            meant = f"{decimal}, or in quotes if it is text" if decimal.isdecimal() else "it anew"
            yield (
                above.rstrip("."),
                node.start_mark.line + 1,
                f"found {text}, which YAML reads as {value}; write {meant}",
            )


def main() -> None:
    """Check the files of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    for file in parser.parse_args().files:
        check_yaml(file)


if __name__ == "__main__":
    run(main)
