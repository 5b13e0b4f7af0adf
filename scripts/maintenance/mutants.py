"""`make mutants`: break each decision in turn, and see whether the tests notice.

    python -m scripts.maintenance.mutants [--only scripts/panel/marks.py] [--all] [--again]

A mutant is a module of this checkout with one change (`mutations`). It lives in memory alone: a
process that has it in place of the file runs the tests that concern the module, until one fails.
Where a function is changed, all is loaded once and its code is swapped (`swapping`); else the
module is imported anew. Programs that tests start for themselves see the file, so only tests in
process can notice.

Of a module with many places only some are changed, drawn at random with a fixed seed, unless
`--all` asks for every one. `--again` tries those alone that the page lists as not noticed, after
tests were written. The mutants that no test noticed are listed in docs/mutants.md, each
with its reason from survivors.tsv beside this file.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.abc
import importlib.util
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from flt3itd.common.errors import UserError
from scripts.command import run, write_whole
from scripts.maintenance.deciding import TESTS
from scripts.maintenance.mutations import Mutation, described, mutations
from scripts.maintenance.swapping import swap
from scripts.workflow.digest import CHECKOUT

LEAST_NOTICED = 0.9
PAGE = CHECKOUT / "docs" / "mutants.md"
REASONS = Path(__file__).with_name("survivors.tsv")
"""Why mutants that no test notices are left: module, function, was, became, why."""
SAMPLE = 25
"""So many mutants of a module are tried unless all are asked for: all of them take hours."""

_READY = (
    *("pytest", "numpy", "pysam", "cyvcf2", "jinja2", "pydantic", "edlib", "dnaio", "scipy.stats"),
)
"""Loaded once, before any mutant."""
_PATIENCE = 10
"""A mutant may take so many times as long as the module does, and so many seconds more."""


Start = Callable[[str, str, Path], int]
"""Starts the tests of a module with a source, in a folder of its own; the number of a process."""


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    module: str
    mutation: Mutation

    @property
    def key(self) -> tuple[str, ...]:
        """The cells of its row: module, function, before, after. Lines may move."""
        return (f"`{self.module}`", *described(self.mutation))


class _Replaced(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name: str, file: Path, source: str) -> None:
        self.name, self.file, self.source = name, file, source

    def find_spec(self, fullname: str, *_: object, **__: object) -> ModuleSpec | None:
        """The module itself, and no other."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.file, loader=self)

    def create_module(self, _: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the other source."""
        exec(compile(self.source, self.file, "exec"), module.__dict__)


def tests_of(module: str) -> list[str]:
    """The test files of a module and the folders of its cases, nearest first."""
    return [
        f"tests/{name}" if name.startswith("cases/") else f"tests/unit/test_{name}.py"
        for name in TESTS[module]
    ]


def started(module: str, source: str, scratch: Path) -> int:
    """Start the tests of a module in a process of their own, with this source; its number."""
    if _dotted(module) in sys.modules:
        raise RuntimeError(f"{module} is loaded: its mutants would not be seen")

    def replaced() -> int:
        sys.meta_path.insert(0, _Replaced(_dotted(module), CHECKOUT / module, source))
        return _tested(module, scratch)

    return _forked(replaced)


def started_loaded(module: str, source: str, scratch: Path) -> int:
    """The same where the module and its tests are loaded: its functions get this source."""

    def swapped() -> int:
        swap(sys.modules[_dotted(module)], source)
        return _tested(module, scratch)

    return _forked(swapped)


def _forked(body: Callable[[], int]) -> int:
    """Start a silent process that ends with the status which `body` gives; its number."""
    process = os.fork()
    if process:
        return process
    code = 3
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        code = body()
    finally:
        os._exit(code)


def _tested(module: str, scratch: Path, *more: str) -> int:
    """What pytest ends with over the tests of a module, until one fails."""
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(scratch / "hypothesis")
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "--basetemp", str(scratch / "tmp"), *more]
    return int(importlib.import_module("pytest").main([*arguments, *tests_of(module)]))


def _dotted(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".")


def seconds_unchanged(module: str, scratch: Path) -> float:
    """How long the tests of a module take while nothing is changed.

    Raises UserError when they fail: nothing could be said of mutants then.
    """
    begun = time.monotonic()
    process = started(module, (CHECKOUT / module).read_text("utf-8"), scratch)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code != 0:
        raise UserError(f"{module}: its tests fail without any change: pytest ended with {code}")
    return time.monotonic() - begun


def survivors(
    mutants: Sequence[Mutant], patience: float, cores: int, start: Start = started
) -> list[Mutant]:
    """The mutants of one module that no test notices; one that runs for ever is noticed."""
    waiting = list(reversed(mutants))
    running: dict[int, tuple[Mutant, Path, float]] = {}
    unnoticed = []
    sources = {one.module: (CHECKOUT / one.module).read_text("utf-8") for one in mutants}
    while waiting or running:
        while waiting and len(running) < cores:
            mutant = waiting.pop()
            scratch = Path(tempfile.mkdtemp(prefix="mutant"))
            changed = mutant.mutation.applied(sources[mutant.module])
            process = start(mutant.module, changed, scratch)
            running[process] = mutant, scratch, time.monotonic() + patience
        for process, (mutant, scratch, until) in list(running.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if not ended and time.monotonic() > until:
                os.killpg(process, signal.SIGKILL)
                ended, status = os.waitpid(process, 0)
            if ended:
                del running[process]
                shutil.rmtree(scratch, ignore_errors=True)
                if os.waitstatus_to_exitcode(status) == 0:
                    unnoticed.append(mutant)
        time.sleep(0.02)
    return sorted(unnoticed, key=mutants.index)


def survivors_of_functions(mutants: Sequence[Mutant], patience: float, cores: int) -> list[Mutant]:
    """The same for changes within functions of one module: all is loaded once, in a process."""
    if not mutants:
        return []
    with tempfile.TemporaryDirectory() as folder:
        found, scratch = Path(folder) / "found.json", Path(folder) / "loaded"

        def tried() -> int:
            code = _tested(mutants[0].module, scratch, "--collect-only")
            importlib.import_module(_dotted(mutants[0].module))  # tests may do so late, or never
            left = survivors(mutants, patience, cores, started_loaded)
            found.write_text(json.dumps([mutants.index(one) for one in left]), "utf-8")
            return code

        code = os.waitstatus_to_exitcode(os.waitpid(_forked(tried), 0)[1])
        if code != 0:
            raise RuntimeError(f"{mutants[0].module}: its tests could not be loaded ({code})")
        return [mutants[number] for number in json.loads(found.read_text("utf-8"))]


def sample(mutants: Sequence[Mutant], most: int, seed: int) -> list[Mutant]:
    """At most so many, drawn at random, in their order; of a seed the same ones every time."""
    if len(mutants) <= most:
        return list(mutants)
    drawn = random.Random(seed).sample(range(len(mutants)), most)
    return [mutants[number] for number in sorted(drawn)]


Key = tuple[str, ...]
_CELL = r"((?:\\.|[^|])*)"
_ROW = re.compile(rf"^\| (`[^|]+`) \| {_CELL} \| {_CELL} \| {_CELL} \| .* \|$")
_SHARE = re.compile(r"^\| `(\S+)` \| (\d+) \| (\d+) \| (\d+) \|")
UNKNOWN = "not yet looked at"


@dataclass(frozen=True)
class Count:
    """Mutants of a module: there are, were tried, were noticed."""

    places: int
    tried: int
    noticed: int


def known_reasons(path: Path) -> dict[Key, str]:
    """Why survivors are left, by the cells before the reason."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return {(f"`{row[0]}`", row[1], f"`{row[2]}`", f"`{row[3]}`"): row[4] for row in rows}


def survivors_in(page: str) -> list[Key]:
    """What an earlier run found to be noticed by no test."""
    table = page.partition("## Not noticed")[2]
    rows = filter(None, (_ROW.match(line) for line in table.splitlines()))
    return [row.groups() for row in rows]


def counts_in(page: str) -> dict[str, Count]:
    """Counts of each module, as an earlier run wrote them."""
    rows = filter(None, (_SHARE.match(line) for line in page.splitlines()))
    return {row[1]: Count(int(row[2]), int(row[3]), int(row[4])) for row in rows}


def page_of(counts: Mapping[str, Count], left: Iterable[Key], reasons: Mapping[Key, str]) -> str:
    """The page: shares by module, and every survivor with its reason."""
    tried, noticed = _sums(counts)
    lines = [
        "# Broken on purpose",
        "",
        "`make mutants` changes the modules that decide, one place at a time: a comparison by its",
        "neighbour, `and` for `or`, a number a little other, a `not` left out, `min` for `max`.",
        "The tests of the module must notice. It wrote this page. Of a module with more places",
        "than were tried, these were drawn at random with a fixed seed;",
        "`make mutants MUTANTS_ARGUMENTS=--all` tries every one. Tests were written against those",
        "of these places that were not noticed before, so of the others fewer may be noticed.",
        "",
        f"Noticed: {noticed} of {tried} ({noticed / tried:.1%}).",
        "",
        "| module | places | tried | noticed | share |",
        "|---|---|---|---|---|",
    ]
    for module, one in sorted(counts.items()):
        share = f"{one.noticed / one.tried:.0%}"
        lines.append(f"| `{module}` | {one.places} | {one.tried} | {one.noticed} | {share} |")
    if unmeasured := [f"`{name}`" for name in TESTS if name not in counts]:
        lines += ["", f"Not measured yet: {', '.join(unmeasured)}."]
    lines += ["", "## Not noticed", "", "| module | in | was | became | why it is left |"]
    lines.append("|---|---|---|---|---|")
    for key in left:
        lines.append(f"| {' | '.join(key)} | {reasons.get(key, UNKNOWN)} |")
    return "\n".join(lines) + "\n"


def _sums(counts: Mapping[str, Count]) -> tuple[int, int]:
    """Tried and noticed over all modules."""
    return sum(one.tried for one in counts.values()), sum(one.noticed for one in counts.values())


def main() -> None:
    """The command behind `make mutants`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=TESTS, default=list(TESTS), metavar="MODULE")
    parser.add_argument("--all", action="store_true", help="every one of a module")
    parser.add_argument("--again", action="store_true", help="only those that survived before")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="so many of a module")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    for name in _READY:
        importlib.import_module(name)
    for module in options.only:
        there = [Mutant(module, one) for one in mutations((CHECKOUT / module).read_text("utf-8"))]
        chosen = there if options.all else sample(there, options.sample, options.seed)
        tried = survivors_among(chosen, len(there)) if options.again else chosen
        with tempfile.TemporaryDirectory() as scratch:
            patience = _PATIENCE * (1 + seconds_unchanged(module, Path(scratch)))
        inside = [one for one in tried if one.mutation.in_function]
        outside = [one for one in tried if not one.mutation.in_function]
        unnoticed = survivors_of_functions(inside, patience, options.cores)
        unnoticed += survivors(outside, patience, options.cores)
        count = Count(len(there), len(chosen), len(chosen) - len(unnoticed))
        print(f"{module}: {count.noticed} of {count.tried} noticed", flush=True)
        for one in unnoticed:
            place = f"{module}:{one.mutation.line}"
            print(f"  {place}: {one.mutation.was}  ->  {one.mutation.became[1:-1]}", flush=True)
        counts = _write_page(module, count, [one.key for one in unnoticed])
    tried_in_all, noticed = _sums(counts)
    print(f"noticed: {noticed} of {tried_in_all} ({noticed / tried_in_all:.1%})")
    if noticed < LEAST_NOTICED * tried_in_all:
        raise SystemExit(1)


def survivors_among(mutants: Sequence[Mutant], places: int) -> list[Mutant]:
    """Those of a module that the page lists as not noticed.

    All of them where the page does not have the module, or had it with other places.
    """
    page = PAGE.read_text("utf-8") if PAGE.is_file() else ""
    before = counts_in(page).get(mutants[0].module)
    if before is None or (before.places, before.tried) != (places, len(mutants)):
        return list(mutants)
    listed = set(survivors_in(page))
    return [one for one in mutants if one.key in listed]


def _write_page(module: str, count: Count, unnoticed: Iterable[Key]) -> dict[str, Count]:
    """Renew what the page says of one module; the counts of all modules on it."""
    page = PAGE.read_text("utf-8") if PAGE.is_file() else ""
    counts = {name: one for name, one in counts_in(page).items() if name in TESTS}
    counts[module] = count
    others = (key for key in survivors_in(page) if key[0].strip("`") in counts.keys() - {module})
    left = sorted(dict.fromkeys([*others, *unnoticed]))
    write_whole(PAGE, page_of(counts, left, known_reasons(REASONS)))
    return counts


if __name__ == "__main__":
    run(main)
