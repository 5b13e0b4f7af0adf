"""Ways to break a decision in a source file, one at a time: what `make mutants` tries."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutation:
    """One change of a source: the stretch that is replaced (1-based line, byte columns)."""

    function: str
    line: int
    start: int
    end_line: int
    end: int
    was: str
    became: str
    in_function: bool

    def applied(self, source: str) -> str:
        """The source with this change."""
        lines = source.encode().splitlines(keepends=True)
        before = b"".join(lines[: self.line - 1]) + lines[self.line - 1][: self.start]
        after = lines[self.end_line - 1][self.end :] + b"".join(lines[self.end_line :])
        return (before + self.became.encode() + after).decode()


def mutations(source: str) -> list[Mutation]:
    """All changes of a source, in its order."""
    visitor = _Visitor()
    visitor.visit(ast.parse(source))
    lines = source.encode().splitlines(keepends=True)
    found = []
    for function, inside, node, became in visitor.found:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        place = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        found.append(Mutation(function, *place, _stretch(lines, *place), f"({became})", inside))
    return sorted(found, key=lambda one: (one.line, one.start, one.end_line, one.end, one.became))


def _stretch(lines: list[bytes], line: int, start: int, end_line: int, end: int) -> str:
    if line == end_line:
        return lines[line - 1][start:end].decode()
    parts = [lines[line - 1][start:], *lines[line : end_line - 1], lines[end_line - 1][:end]]
    return " ".join(b"".join(parts).decode().split())


class _Visitor(ast.NodeVisitor):
    """Collects (function or class, whether in a function, node, its replacement as source)."""

    def __init__(self) -> None:
        self.found: list[tuple[str, bool, ast.expr, str]] = []
        self.function = ""
        self.in_function = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Neither decorators nor annotations decide anything; defaults do."""
        outer, self.function = (self.function, self.in_function), node.name
        self.in_function = True
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body):
            self.visit(part)
        self.function, self.in_function = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """As for functions."""
        outer, self.function = self.function, node.name
        for part in node.body:
            self.visit(part)
        self.function = outer

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """The value of a field or constant, not its type."""
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Words, and how numbers are shown in them, decide nothing."""

    def visit_Expr(self, node: ast.Expr) -> None:
        """A docstring is none of these."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Each comparison of a chain, by its neighbour or its opposite.

        Whether a module is run or imported decides nothing.
        """
        if isinstance(node.left, ast.Name) and node.left.id == "__name__":
            return
        for number, operator in enumerate(node.ops):
            other = copy.deepcopy(node)
            other.ops[number] = _COMPARISONS[type(operator)]()
            self._add(node, other)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """`and` for `or`."""
        other = copy.deepcopy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self._add(node, other)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Without its `not`."""
        if isinstance(node.op, ast.Not):
            self._add(node, node.operand)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """The other one of two."""
        self._add(node, ast.IfExp(node.test, node.orelse, node.body))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """The other end, the other quantifier; the options of a program decide nothing."""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "add_argument":
            return
        if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            self._add(node.func, ast.Name(_CALLS[node.func.id]))
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        """`strict` of zip guards against a mistake in the code: no input gets there."""
        if node.arg != "strict":
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """A number that is a little other, the other truth."""
        value = node.value
        if isinstance(value, bool):
            self._add(node, ast.Constant(not value))
        elif isinstance(value, int):
            self._add(node, ast.Constant(value + 1))
            if not self.function:  # a threshold of the module
                self._add(node, ast.Constant(value - 1))
        elif isinstance(value, float):
            self._add(node, ast.Constant(2 * value or 1.0))
            if not self.function and value:
                self._add(node, ast.Constant(value / 2))

    def _add(self, node: ast.expr, other: ast.expr) -> None:
        became = ast.unparse(ast.fix_missing_locations(other))
        self.found.append((self.function, self.in_function, node, became))


def described(one: Mutation) -> Iterator[str]:
    """Where, what it was and what it became, as cells of a table."""
    yield one.function or "(module)"
    yield f"`{one.was}`".replace("|", "\\|")
    yield f"`{one.became[1:-1]}`".replace("|", "\\|")
