"""A place to run the real workflow in, and one run of the example that the tests share."""

from __future__ import annotations

import compileall
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browser import CHROMIUM, Browser
from tests.workflow.ready import READY

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "rules", "scripts", "flt3itd", "config", "panels", "envs")

SHEET = ("sample", "patient", "timepoint", "order", "tissue", "cohort", "assay")
READS = ("fq1", "fq2", "bam")


@dataclass(frozen=True)
class Run:
    """A finished run of Snakemake: its exit status and all that it said."""

    status: int
    text: str

    @property
    def jobs(self) -> dict[str, int]:
        """Number of jobs by rule, from the table that Snakemake prints first."""
        table = self.text.partition("Job stats:")[2].partition("\ntotal ")[0]
        rows = re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)
        return {rule: int(count) for rule, count in rows}

    @property
    def errors(self) -> list[str]:
        """The lines in which the pipeline names a mistake of the user.

        Snakemake writes its own lines in two parts, so a line of a job can stand behind the first.
        """
        lines = re.findall(r"(?:^|(?<=\)))(?:flt3itd: )?error: .*$", self.text, re.MULTILINE)
        return list(dict.fromkeys(lines))


@dataclass(frozen=True)
class Workplace:
    """A folder with a copy of the workflow, in which it is run."""

    folder: Path

    def snakemake(self, *arguments: str) -> Run:
        """Run Snakemake on two cores and wait for its end."""
        with tempfile.NamedTemporaryFile() as said:
            options = ("--cores", "2", *arguments)
            status = READY.run(options, self.folder, Path(said.name))
            return Run(status, said.read().decode())

    def as_typed(self, *arguments: str) -> Run:
        """The same, which must succeed, by the command that a user types: it imports all anew."""
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-5000:]
        return Run(done.returncode, done.stdout)

    def successful(self, *arguments: str) -> Run:
        """The same, for a run that must succeed."""
        run = self.snakemake(*arguments)
        assert run.status == 0, run.text[-5000:]
        return run

    def table(self, path: str) -> list[dict[str, str]]:
        """The rows of a table by column."""
        with (self.folder / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    def json(self, path: str) -> Any:
        return json.loads((self.folder / path).read_text("utf-8"))

    def configure(self, name: str, samples: list[dict[str, str]], **changes: Any) -> str:
        """Write a configuration and its sheet; returns the option that selects it.

        The output folder is called `name`; reference and panel are those of the example,
        without its clinical table.
        """
        others = [key for cells in samples for key in cells]
        columns = tuple(dict.fromkeys((*SHEET, *READS, *others)))
        usual = dict(
            zip(
                SHEET,
                ("S1", "P1", "diagnosis", "1", "BM", "newly_diagnosed", "capture"),
                strict=True,
            )
        )
        rows = [[(usual | cells).get(column, "") for column in columns] for cells in samples]
        lines = ["\t".join(row) for row in [list(columns), *rows]]
        (self.folder / f"{name}.tsv").write_text("\n".join(lines) + "\n", "utf-8")
        config = yaml.safe_load((self.folder / "config" / "config.yaml").read_text("utf-8"))
        del config["simulation"], config["clinical"]
        config |= {"samples": f"{name}.tsv", "output": name} | changes
        (self.folder / f"{name}.yaml").write_text(yaml.safe_dump(config), "utf-8")
        return f"--configfile={name}.yaml"


@cache
def compile_checkout() -> None:
    """Compile the modules of the checkout, where that is not done.

    Copies keep what is compiled (times of sources are copied too). Where Python writes none of it
    (PYTHONDONTWRITEBYTECODE), each program of a run would compile all that it imports.
    """
    for package in ("flt3itd", "scripts"):
        compileall.compile_dir(ROOT / package, quiet=1)


def copy_of_workflow(folder: Path) -> Workplace:
    """A workplace in a new folder."""
    compile_checkout()
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            half_written = shutil.ignore_patterns("*.pyc.*")  # by another core of the tests
            shutil.copytree(source, folder / part, ignore=half_written)
        else:
            shutil.copy2(source, folder / part)
    return Workplace(folder)


@pytest.fixture(scope="session", autouse=True)
def _ready() -> Iterator[None]:
    """The process that waits for runs ends with the tests."""
    yield
    READY.close()


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """The built-in example after `snakemake --cores 2`."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("example") / "checkout")
    workplace.as_typed()
    return workplace


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A workplace in which nothing has run."""
    return copy_of_workflow(tmp_path / "checkout")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless browser without network, one for a file."""
    assert CHROMIUM, "BROWSER_REQUIRED is set, but there is no chromium"
    with Browser(tmp_path_factory.mktemp("browser")) as running:
        yield running
