r"""List what all samples of a run show, for a look at each other.

python -m scripts.carry_over.list_run --run R --patients P1 P2 \
        --flt3 A/flt3.json B/flt3.json --panels A/panel.tsv B/panel.tsv \
        --families B/families.json --out R.tsv
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from flt3itd.common.tables import read_table, write_table
from scripts.carry_over.alleles import SeenAllele, seen_alleles
from scripts.command import run
from scripts.panel.rows import PanelVariant
from scripts.records.files import read_families, read_flt3


def read_samples(
    runs: Sequence[str],
    patients: Sequence[str],
    flt3: Sequence[Path],
    panels: Sequence[Path],
    families: Iterable[Path] = (),
) -> list[SeenAllele]:
    """The alleles of some samples: run and patient of each, and what was called in it.

    `families` are told of the samples with UMIs; of a consensus that was given, the reads of a
    molecule are those over FLT3.
    """
    copies = {told.sample: told.reads_per_family for told in map(read_families, families)}
    seen: list[SeenAllele] = []
    for run_of, patient, path, panel in zip(runs, patients, flt3, panels, strict=True):
        result, rows = read_flt3(path), read_table(panel, PanelVariant)
        own = copies.get(result.sample) or result.reads_by_molecule or 1.0
        seen += seen_alleles(run_of, patient, result, rows, own)
    return seen


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `list_run` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True)
    parser.add_argument("--patients", nargs="+", required=True, help="of each sample")
    for name in ("flt3", "panels"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True)
    parser.add_argument(
        "--families", type=Path, nargs="*", default=[], help="of the samples with UMIs"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    runs = [options.run] * len(options.patients)
    seen = read_samples(runs, options.patients, options.flt3, options.panels, options.families)
    write_table(options.out, SeenAllele, seen)


if __name__ == "__main__":
    run(main)
