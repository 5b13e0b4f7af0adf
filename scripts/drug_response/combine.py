"""Combinations of a culture: complete grids of two drugs, and their scores over replicates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from scripts.drug_response.curves import Floats
from scripts.drug_response.normalise import Culture, NormalisedWell
from scripts.drug_response.records import Combination, Model
from scripts.drug_response.synergy import Matrix, excess, score

_Key = tuple[float, float]


def combinations(timepoint: str, tissue: str, culture: Culture) -> list[Combination]:
    """Every pair of drugs that was tested together, in the order of the plates."""
    pairs = dict.fromkeys(
        (one.well.drug, one.well.second_drug)
        for one in culture.wells
        if one.well.dose > 0 and one.well.second_dose > 0
    )
    seen: list[Combination] = []
    for first, second in pairs:
        if (second, first) not in {(one.first_drug, one.second_drug) for one in seen}:
            seen.append(_combination(timepoint, tissue, first, second, culture))
    return seen


def _combination(
    timepoint: str, tissue: str, first: str, second: str, culture: Culture
) -> Combination:
    by_replicate = _replicates(first, second, culture)
    cells = set().union(*by_replicate.values())
    doses = tuple((0.0, *sorted({key[side] for key in cells if min(key) > 0})) for side in (0, 1))
    matrices, missing = [], set()
    for wells in by_replicate.values():
        lacking = {key for key in product(*doses) if key != (0.0, 0.0) and key not in wells}
        missing |= lacking
        if not lacking:
            grid = np.array([[wells.get((a, b), 0.0) for b in doses[1]] for a in doses[0]])
            matrices.append(Matrix(np.array(doses[0]), np.array(doses[1]), grid))
    reason = culture.quality_reason
    if not matrices:
        a, b = min(missing)
        reason = f"the grid is not complete: no well with {first} {a:g} nM and {second} {b:g} nM"
    mean = np.mean([one.inhibition for one in matrices], axis=0) if matrices else None
    return Combination(
        timepoint, tissue, first, second, doses[0], doses[1],
        inhibition=_rows(mean),
        excess=_rows(
            None if mean is None
            else excess(Matrix(np.array(doses[0]), np.array(doses[1]), mean), Model.BLISS)
        ),
        replicates=len(matrices),
        scores=tuple(score(matrices, model) for model in Model) if not reason else (),
        reason=reason,
        remark=culture.remark,
    )  # fmt: skip


def _rows(grid: Floats | None) -> tuple[tuple[float, ...], ...]:
    return () if grid is None else tuple(tuple(map(float, row)) for row in grid)


def _replicates(
    first: str, second: str, culture: Culture
) -> dict[tuple[int, int], dict[_Key, float]]:
    """Mean inhibition by doses, for each plate and replicate number that holds both drugs.

    The drugs alone are those of the same replicate; where it has none, the mean of the plate.
    """
    together: dict[tuple[int, int], dict[_Key, list[float]]] = {}
    alone: dict[tuple[int, int], dict[_Key, list[float]]] = {}
    for one in culture.wells:
        key = _doses(one, first, second)
        if key is None:
            continue
        into = together if min(key) > 0 else alone
        group = into.setdefault((one.plate, one.well.replicate), {})
        group.setdefault(key, []).append(100 - one.viability)
    found = {}
    for replicate, cells in together.items():
        own = alone.get(replicate, {})
        plate = _pooled([wells for (p, _), wells in alone.items() if p == replicate[0]])
        found[replicate] = {
            key: float(np.mean(values)) for key, values in {**plate, **own, **cells}.items()
        }
    return found


def _pooled(groups: Sequence[dict[_Key, list[float]]]) -> dict[_Key, list[float]]:
    pooled: dict[_Key, list[float]] = {}
    for group in groups:
        for key, values in group.items():
            pooled.setdefault(key, []).extend(values)
    return pooled


def _doses(one: NormalisedWell, first: str, second: str) -> _Key | None:
    """The doses of the two drugs in a well, whichever stands first; None with any other drug."""
    held = {
        name: dose
        for name, dose in (
            (one.well.drug, one.well.dose),
            (one.well.second_drug, one.well.second_dose),
        )
        if dose > 0
    }
    if not held or set(held) - {first, second}:
        return None
    return held.get(first, 0.0), held.get(second, 0.0)
