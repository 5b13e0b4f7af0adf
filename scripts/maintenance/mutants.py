"""`make mutants`: break each decision in turn, and see whether the tests notice.

    python -m scripts.maintenance.mutants [--only scripts/panel/marks.py] [--cores 2]

A mutant is a module of this checkout with one change (`mutations`). It lives in memory alone: a
process that imports it in place of the file runs the tests that concern the module, until one
fails. Programs that tests start for themselves see the file, so only tests in process can notice.
The mutants that no test noticed are listed in docs/mutants.md, where each has its reason.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.util
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from flt3itd.common.errors import UserError
from scripts.command import run, write_whole
from scripts.maintenance.mutations import Mutation, described, mutations
from scripts.workflow.digest import CHECKOUT

LEAST_NOTICED = 0.9
PAGE = CHECKOUT / "docs" / "mutants.md"

TESTS: dict[str, tuple[str, ...]] = {
    "flt3itd/interpretation.py": ("judgement", "call", "naming"),
    "flt3itd/insertions/itd.py": ("abundance", "followup", "call", "fastq", "rna"),
    "flt3itd/insertions/counting.py": ("refinement", "windows", "followup", "call"),
    "flt3itd/kinase/error_model.py": ("background", "tkd"),
    "scripts/panel/filters.py": ("panel_filters", "filters", "panel_events", "panel"),
    "scripts/panel/marks.py": ("panel_filters", "hotspots", "panel"),
    "scripts/coverage/base_depth.py": ("exon_coverage",),
    "scripts/coverage/exon_coverage.py": ("exon_coverage",),
    "scripts/coverage/hotspot_answers.py": ("hotspots",),
    "scripts/coverage/hotspot_bases.py": ("exon_coverage", "hotspots"),
    "scripts/coverage/hotspot_codons.py": ("hotspots", "panel"),
    "scripts/kmt2a/controls.py": ("kmt2a_ptd", "kmt2a_dosage"),
    "scripts/kmt2a/dosage.py": ("kmt2a_dosage", "kmt2a_ptd"),
    "scripts/kmt2a/ptd.py": ("kmt2a_ptd",),
    "scripts/kmt2a/junction.py": ("kmt2a_junction", "kmt2a_ptd"),
    "scripts/patient/follow.py": ("patient", "panel_genotypes"),
    "scripts/patient/timepoints.py": ("timepoints", "patient"),
    "scripts/patient/words.py": ("courses", "patient"),
}
"""The modules that decide, and the tests (`tests/unit/test_*.py`) that hold them: nearest first."""

_READY = ("pytest", "numpy", "pysam", "cyvcf2", "jinja2", "pydantic", "edlib", "dnaio")
"""Loaded once, before any mutant."""
_PATIENCE = 10
"""A mutant may take so many times as long as the module does, and so many seconds more."""


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
    """The test files of a module, nearest first."""
    return [f"tests/unit/test_{name}.py" for name in TESTS[module]]


def started(module: str, source: str, scratch: Path) -> int:
    """Start the tests of a module in a process of their own, with this source; its number."""
    for name in [one for one in sys.modules if one.partition(".")[0] in ("scripts", "tests")]:
        assert name != _dotted(module), f"{module} is loaded: mutants would not be seen"
    process = os.fork()
    if process:
        return process
    code = 3
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(scratch / "hypothesis")
        sys.meta_path.insert(0, _Replaced(_dotted(module), CHECKOUT / module, source))
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "--basetemp", str(scratch / "tmp")]
        code = int(importlib.import_module("pytest").main([*arguments, *tests_of(module)]))
    finally:
        os._exit(code)


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


def survivors(mutants: Sequence[Mutant], patience: float, cores: int) -> list[Mutant]:
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
            process = started(mutant.module, changed, scratch)
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


_ROW = re.compile(
    r"^\| (`[^|]+`) \| ((?:\\.|[^|])*) \| ((?:\\.|[^|])*) \| ((?:\\.|[^|])*) \| (.*) \|$"
)
_SHARE = re.compile(r"^\| `(\S+)` \| (\d+) \| (\d+) \|")
UNKNOWN = "not yet looked at"


def reasons_in(page: str) -> dict[tuple[str, ...], str]:
    """Why survivors are left, by the cells before the reason."""
    rows = filter(None, (_ROW.match(line) for line in page.splitlines()))
    return {row.groups()[:4]: row.group(5) for row in rows}


def counts_in(page: str) -> dict[str, tuple[int, int]]:
    """Mutants and noticed ones of each module, as an earlier run wrote them."""
    rows = filter(None, (_SHARE.match(line) for line in page.splitlines()))
    return {row.group(1): (int(row.group(2)), int(row.group(3))) for row in rows}


def page_of(
    counts: Mapping[str, tuple[int, int]], left: Iterable[tuple[str, ...]], page: str
) -> str:
    """The page: shares by module, and every survivor with the reason that the old page gives."""
    reasons = reasons_in(page)
    total, noticed = (sum(column) for column in zip(*counts.values(), strict=True))
    lines = [
        "# Broken on purpose",
        "",
        "`make mutants` changes the modules that decide, one place at a time: a comparison by its",
        "neighbour, `and` for `or`, a number a little other, a `not` left out, `min` for `max`.",
        "The tests of the module must notice. What follows is what it wrote; reasons are kept.",
        "",
        f"Noticed: {noticed} of {total} ({noticed / total:.1%}).",
        "",
        "| module | mutants | noticed | share |",
        "|---|---|---|---|",
    ]
    for module, (number, seen) in sorted(counts.items()):
        lines.append(f"| `{module}` | {number} | {seen} | {seen / number:.0%} |")
    lines += ["", "## Not noticed", "", "| module | in | was | became | why it is left |"]
    lines.append("|---|---|---|---|---|")
    for key in left:
        lines.append(f"| {' | '.join(key)} | {reasons.get(key, UNKNOWN)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command behind `make mutants`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=TESTS, default=list(TESTS), metavar="MODULE")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    for name in _READY:
        importlib.import_module(name)
    page = PAGE.read_text("utf-8") if PAGE.is_file() else ""
    counts, old = counts_in(page), reasons_in(page)
    left = [key for key in old if key[0].strip("`") not in options.only]
    for module in options.only:
        mutants = [Mutant(module, one) for one in mutations((CHECKOUT / module).read_text("utf-8"))]
        with tempfile.TemporaryDirectory() as scratch:
            patience = _PATIENCE * (1 + seconds_unchanged(module, Path(scratch)))
        unnoticed = survivors(mutants, patience, options.cores)
        counts[module] = len(mutants), len(mutants) - len(unnoticed)
        left += [one.key for one in unnoticed]
        print(f"{module}: {counts[module][1]} of {counts[module][0]} noticed", flush=True)
        for one in unnoticed:
            place = f"{module}:{one.mutation.line}"
            print(f"  {place}: {one.mutation.was}  ->  {one.mutation.became[1:-1]}", flush=True)
    counts = {module: count for module, count in counts.items() if module in TESTS}
    write_whole(PAGE, page_of(counts, sorted(dict.fromkeys(left)), page))
    total, noticed = (sum(column) for column in zip(*counts.values(), strict=True))
    print(f"noticed: {noticed} of {total} ({noticed / total:.1%})")
    if noticed < LEAST_NOTICED * total:
        raise SystemExit(1)


if __name__ == "__main__":
    run(main)
