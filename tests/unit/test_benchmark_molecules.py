"""The sets of `make bench` with UMIs."""

import math
from pathlib import Path

import pytest
from scipy.stats import norm

from flt3itd.simulation.amplification import FamilyLaw
from scripts.benchmark.molecule_samples import MoleculePlan, called, write_molecules
from scripts.benchmark.residual import probit_limit


def test_the_limit_is_the_95_percent_point_of_the_probit_line() -> None:
    """Shares of a line that reaches 95 % at 1e-3."""
    vafs = [0.25e-3, 0.5e-3, 0.75e-3, 1e-3, 1.5e-3]
    slope = 2.0
    centre = norm.ppf(0.95)
    shares = [float(norm.cdf(centre + slope * _log_ratio(vaf))) for vaf in vafs]
    assert probit_limit(vafs, shares, 10_000) == pytest.approx(1e-3, rel=0.01)


def _log_ratio(vaf: float) -> float:
    return math.log(vaf / 1e-3)


def test_a_sample_is_counted_in_its_molecules(tmp_path: Path) -> None:
    plan = MoleculePlan("S", 300, 0.2, 3.0, FamilyLaw.GEOMETRIC)
    fastq = write_molecules(plan, tmp_path, 1)
    itd = called(fastq, tmp_path / "S", "--umi", "RX")
    (event,) = [event for event in itd["events"] if event["filter"] == "PASS"]
    assert event["length_bp"] == 30
    assert event["vaf"] == pytest.approx(0.2, abs=0.08)
    assert itd["informative_fragments"] == pytest.approx(300, abs=70)
