"""Plates of sorafenib and OM, alone and together, with a known truth."""

import math
from pathlib import Path

import numpy as np

from scripts.inputs.drug_response import PlateRow

DOSES = (1.0, 10.0, 100.0, 1000.0, 10000.0)
HEADER = (
    "drug\tconcentration\tunit\tsecond_drug\tsecond_concentration\treplicate\tsignal\twell_type"
)


def living(dose: float, half: float, floor: float = 5.0) -> float:
    return floor + (100 - floor) / (1 + math.pow(dose / half, 1.2))


def plate_text(half: float = 100.0, seed: int = 1, error: float = 2.0, blank: float = 10.0) -> str:
    """Sorafenib and OM alone and together, three replicates, as a long table."""
    random = np.random.default_rng(seed)

    def signal(viability: float) -> str:
        return f"{blank + 10 * max(0.0, viability + random.normal(0, error)):.3f}"

    rows = [HEADER]
    rows += [f"\t\t\t\t\t1\t{signal(100)}\tvehicle" for _ in range(8)]
    rows += [f"\t\t\t\t\t1\t{blank + random.normal(0, 1):.3f}\tblank" for _ in range(4)]
    for replicate in (1, 2, 3):
        for dose in DOSES:
            rows.append(
                f"sorafenib\t{dose}\tnM\t\t\t{replicate}\t{signal(living(dose, half))}\tsample"
            )
            om = signal(living(dose / 10, 5))
            rows.append(f"OM\t{dose / 10}\tnM\t\t\t{replicate}\t{om}\tsample")
        for a in DOSES:
            for b in DOSES:
                both = living(a, half) * living(b / 10, 5) / 100
                rows.append(
                    f"sorafenib\t{a}\tnM\tOM\t{b / 10}\t{replicate}\t{signal(both)}\tsample"
                )
    return "\n".join(rows) + "\n"


def plate(folder: Path, text: str, name: str = "plate.tsv", **cells: str) -> PlateRow:
    (folder / name).write_text(text)
    given = {"patient": "P1", "timepoint": "diagnosis", "tissue": "BM"} | cells
    return PlateRow.model_validate({"plate": str(folder / name), **given})
