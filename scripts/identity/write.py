r"""Compare all samples of a run: `cohort/identity.json`, and its pairs as a table.

    python -m scripts.identity.write --tubes tubes.json --json identity.json --pairs identity.tsv

The tubes are a JSON list of objects with `sample`, `patient`, `assay`, `earlier`, `rank`,
`transplanted`, and the paths `counts` (identity.tsv of the sample) and `coverage`.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.coverage.rows import ExonCoverage
from scripts.identity.compare import SampleOfPatient, Tube, compare
from scripts.identity.genotypes import SnpCount
from scripts.identity.records import IdentityReport, Pair
from scripts.records.json_text import json_text, record_from


@dataclass(frozen=True)
class GivenTube(SampleOfPatient):
    """A sample of the list: what the sheets say of it, and where its tables are."""

    counts: str
    coverage: str


@dataclass(frozen=True)
class GivenTubes:
    """The list of samples."""

    tubes: tuple[GivenTube, ...]


def read_tube(given: GivenTube) -> Tube:
    """A sample with its tables. Raises UserError when one is damaged or of another sample."""
    counts = read_table(Path(given.counts), SnpCount)
    wrong = next((row.sample for row in counts if row.sample != given.sample), None)
    if wrong is not None:
        raise UserError(
            f"{given.counts}: found sample {wrong!r}, expected {given.sample!r}; give the folder "
            "of that sample"
        )
    return Tube(
        given.sample,
        given.patient,
        given.assay,
        given.earlier,
        given.rank,
        given.transplanted,
        tuple(counts),
        tuple(read_table(Path(given.coverage), ExonCoverage)),
    )


def write_identity(tubes: GivenTubes, document: Path, pairs: Path) -> IdentityReport:
    """Compare and write, both files or none."""
    report = compare([read_tube(one) for one in tubes.tubes])
    with all_or_none(document, pairs) as (json_draft, pairs_draft):
        json_draft.write_text(json_text(report), "utf-8")
        write_table(pairs_draft, Pair, report.pairs)
    return report


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `compare_identity` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("tubes", "json", "pairs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    tubes = record_from(GivenTubes, {"tubes": json.loads(options.tubes.read_text("utf-8"))})
    report = write_identity(tubes, options.json, options.pairs)
    for alarm in report.alarms:
        logging.warning("%s", alarm)
    logging.info("%d samples, %d pairs compared", len(report.samples), len(report.pairs))


if __name__ == "__main__":
    run(main)
