r"""Invent the drug response plates of the built-in example; no patient's cells stand behind them.

    python -m scripts.panel_data.invent_plates --out panels/example/plates

Viabilities follow log-logistic curves, both drugs act independently, and the wells have the noise
of a luminescence assay. The seed is fixed, so the files come out the same each time.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.command import run, write_whole

SORAFENIB_NM = (1, 10, 30, 100, 300, 1000, 10000)
OM_NM = (0.1, 1, 3, 10, 30, 100)
_VEHICLE, _BLANK = 40000.0, 800.0
_NOISE = 0.04
"""Coefficient of variation of a well, as in a good assay."""
HEADER = (
    "drug\tconcentration\tunit\tsecond_drug\tsecond_concentration\treplicate\tsignal\twell_type"
)


@dataclass(frozen=True)
class Invented:
    """A plate: its name, the half-way doses in nM of sorafenib and OM, and a seed."""

    name: str
    sorafenib: float
    omacetaxine: float
    seed: int


PLATES = (
    Invented("P001_diagnosis", 60.0, 12.0, 11),
    Invented("P001_progression", 800.0, 14.0, 12),
    Invented("P002_relapse", 150.0, 9.0, 13),
)


def _living(dose: float, half: float, floor: float) -> float:
    return floor + (1 - floor) / (1 + math.pow(dose / half, 1.3))


def plate_lines(plate: Invented) -> Iterator[str]:
    """The rows of a long table, header first: three replicates of both drugs and their grid."""
    random = np.random.default_rng(plate.seed)

    def well(living: float) -> str:
        noise = 1 + random.normal(0, _NOISE)
        return f"{_BLANK + (_VEHICLE - _BLANK) * living * noise:.0f}"

    yield HEADER
    for _ in range(8):
        yield f"\t\t\t\t\t1\t{well(1.0)}\tvehicle"
    for _ in range(4):
        yield f"\t\t\t\t\t1\t{_BLANK * (1 + random.normal(0, _NOISE)):.0f}\tblank"
    for replicate in (1, 2, 3):
        for one in (0.0, *SORAFENIB_NM):
            for other in (0.0, *OM_NM):
                if one == other == 0:
                    continue
                living = _living(one, plate.sorafenib, 0.08) * _living(
                    other, plate.omacetaxine, 0.05
                )
                first = f"sorafenib\t{one:g}\tnM" if one else f"OM\t{other:g}\tnM"
                second = f"OM\t{other:g}" if one and other else "\t"
                yield f"{first}\t{second}\t{replicate}\t{well(living)}\tsample"


def main() -> None:
    """Write the plates of the example."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for plate in PLATES:
        write_whole(options.out / f"{plate.name}.tsv", "\n".join(plate_lines(plate)) + "\n")


if __name__ == "__main__":
    run(main)
