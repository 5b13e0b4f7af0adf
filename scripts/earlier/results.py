"""What an earlier run left of a sample, and whether this version can read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.inputs.sample_cells import SampleCells
from scripts.records.files import read_json
from scripts.records.json_text import record_from
from scripts.report.model import REPORT_SCHEMA_VERSION

NEEDED = ("report.json", "itd.vcf.gz", "flt3.json", "panel.tsv", "coverage.tsv")
"""Files that a comparison reads from the folder of an earlier sample."""


@dataclass(frozen=True)
class EarlierResults:
    """The cells of a sample as its own run knew them, and the build of its reference."""

    cells: SampleCells
    build: str
    chr_prefix: bool
    version: str


def read_results(folder: Path, where: str) -> EarlierResults:
    """The head of the results of a sample. `where` begins a message.

    Raises UserError when a file is missing, or of a version that this one does not read.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise UserError(
            f"{where}: column folder: {folder} has no {missing[0]}; give the folder of a sample "
            "in the results of an earlier run, such as /runs/2024-03/results/P001_diagnosis"
        )
    data = read_json(folder / "report.json")
    found = data.get("schema_version")
    again = "run that run again with this version: snakemake --forcerun write_report there"
    if found != REPORT_SCHEMA_VERSION:
        raise UserError(
            f"{where}: column folder: {folder}/report.json has schema_version {found!r}, this "
            f"version reads {REPORT_SCHEMA_VERSION}; {again}"
        )
    try:
        return EarlierResults(
            record_from(SampleCells, data["sample"]),
            str(data["reference"]["build"]),
            bool(data["reference"]["chr_prefix"]),
            str(data["flt3"]["provenance"]["version"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"{where}: column folder: {folder}/report.json cannot be read by this version "
            f"({error}); {again}"
        ) from None
