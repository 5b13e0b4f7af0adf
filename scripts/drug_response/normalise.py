"""Wells of several plates as viabilities: each plate by its own vehicle and blank wells."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.drug_response.curves import Floats, NoCurveError, crossing, fit_curve
from scripts.drug_response.plates import Well, WellKind, check_scale, read_plate
from scripts.drug_response.quality import PlateQuality, judge_plate, viability
from scripts.drug_response.scores import growth_rate_inhibition
from scripts.inputs.drug_response import PlateRow


@dataclass(frozen=True)
class Treated:
    """Points of one drug alone: doses in nM, 0 among them, and viabilities in percent."""

    doses: Floats
    viabilities: Floats

    @property
    def lowest(self) -> float:
        """The lowest dose above zero."""
        return float(self.doses[self.doses > 0].min())

    @property
    def highest(self) -> float:
        """The highest dose."""
        return float(self.doses.max())


@dataclass(frozen=True)
class NormalisedWell:
    """A well with drugs: its plate (from 0), its doses in nM and its viability in percent.

    `growth` is its GR value, None where no time-zero wells are on the plate or nothing grew.
    """

    plate: int
    well: Well
    viability: float
    growth: float | None


@dataclass(frozen=True)
class Culture:
    """The cells of one timepoint and tissue on all their plates."""

    wells: tuple[NormalisedWell, ...]
    vehicles: tuple[float, ...]
    qualities: tuple[PlateQuality, ...]
    remark: str

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that were tested alone, in the order of the plates."""
        return tuple(dict.fromkeys(one.well.drug for one in self.wells if _is_alone(one.well)))

    @property
    def quality_reason(self) -> str:
        """Why these plates are not scored; empty where they are."""
        return "; ".join(
            f"plate {number}: {quality.reason}" if len(self.qualities) > 1 else quality.reason
            for number, quality in enumerate(self.qualities, start=1)
            if not quality.is_scored
        )

    @property
    def z_prime(self) -> float | None:
        """The least of the plates."""
        return min((q.z_prime for q in self.qualities if q.z_prime is not None), default=None)

    @property
    def variation(self) -> float | None:
        """The largest of the plates."""
        known = [q.variation for q in self.qualities if q.variation is not None]
        return max(known, default=None)

    def alone(self, drug: str) -> Treated:
        """The points of a drug alone, with the vehicle wells as dose zero."""
        mine = [one for one in self.wells if _is_alone(one.well) and one.well.drug == drug]
        return Treated(
            np.array([0.0] * len(self.vehicles) + [one.well.dose for one in mine]),
            np.array([*self.vehicles, *(one.viability for one in mine)]),
        )

    def growth_rate_50(self, drug: str) -> float | None:
        """The dose in nM at which cells grow half as fast; None without time-zero counts."""
        mine = [
            (one.well.dose, one.growth)
            for one in self.wells
            if _is_alone(one.well) and one.well.drug == drug and one.growth is not None
        ]
        if not mine:
            return None
        doses, rates = (np.array(column, dtype=float) for column in zip(*mine, strict=True))
        try:
            curve = fit_curve(doses, 100 * rates)
        except NoCurveError:
            return None
        dose = crossing(curve, 50.0)
        within = dose is not None and doses.min() <= dose <= doses.max()
        return dose if within else None


def _is_alone(well: Well) -> bool:
    return well.kind is WellKind.SAMPLE and well.dose > 0 and well.second_dose == 0


def read_culture(rows: Iterable[PlateRow]) -> Culture:
    """The plates of one culture, read and normalised.

    Raises:
        UserError: A plate cannot be read, or as `culture_of`.
    """
    plates, remarks = [], []
    for row in rows:
        plate_map = Path(row.map) if row.map else None
        plates.append((row.plate, read_plate(Path(row.plate), plate_map)))
        remarks.append(row.remark)
    return culture_of(plates, "; ".join(dict.fromkeys(filter(None, remarks))))


def culture_of(plates: Sequence[tuple[str, Sequence[Well]]], remark: str) -> Culture:
    """The plates (file, wells) of one culture, normalised; `remark` is what the sheet says of it.

    Raises:
        UserError: A plate has no vehicle wells, or they are not brighter than its blanks.
    """
    wells: list[NormalisedWell] = []
    vehicles: list[float] = []
    qualities = []
    for number, (name, plate) in enumerate(plates):
        by_kind = {kind: _signals(plate, kind) for kind in WellKind}
        vehicle, blank = by_kind[WellKind.VEHICLE], by_kind[WellKind.BLANK]
        treated = [well for well in plate if well.kind is WellKind.SAMPLE]
        signals = _signals(plate, WellKind.SAMPLE)
        check_scale(name, plate)
        living = viability(signals, vehicle, blank)
        vehicles += map(float, viability(vehicle, vehicle, blank))
        growth = _growth(signals, by_kind)
        wells += [
            NormalisedWell(number, well, float(value), rate)
            for well, value, rate in zip(treated, living, growth, strict=True)
        ]
        groups: dict[tuple[str, float, str, float], list[float]] = defaultdict(list)
        for well in treated:
            groups[well.drug, well.dose, well.second_drug, well.second_dose].append(well.signal)
        replicated = [np.array(group) for group in groups.values()]
        positive = by_kind[WellKind.POSITIVE_CONTROL]
        qualities.append(judge_plate(vehicle, blank, positive, replicated))
    return Culture(tuple(wells), tuple(vehicles), tuple(qualities), remark)


def _signals(plate: Sequence[Well], kind: WellKind) -> Floats:
    return np.array([well.signal for well in plate if well.kind is kind], dtype=np.float64)


def _growth(signals: Floats, by_kind: dict[WellKind, Floats]) -> list[float | None]:
    """GR values of wells; None without time-zero wells or growth."""
    start = by_kind[WellKind.TIME_ZERO]
    if not len(start):
        return [None] * len(signals)
    blank = by_kind[WellKind.BLANK]
    bottom = float(np.mean(blank)) if len(blank) else 0.0
    at_start = float(np.mean(start)) - bottom
    untreated = float(np.mean(by_kind[WellKind.VEHICLE])) - bottom
    try:
        rates = growth_rate_inhibition(signals - bottom, at_start, untreated)
    except ValueError:
        return [None] * len(signals)
    return [float(rate) if math.isfinite(rate) else None for rate in rates]
