"""The sets of `make bench` with UMIs."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import norm

from flt3itd.common.assay import Assay
from flt3itd.simulation.amplification import FamilyLaw
from scripts.benchmark import residual
from scripts.benchmark.effort import Effort
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


@pytest.mark.parametrize(
    ("quick", "full", "effort"),
    [(True, False, "quick"), (False, False, "usual"), (False, True, "full")],
)
def test_how_much_is_made(quick: bool, full: bool, effort: str) -> None:
    assert Effort.of(quick=quick, full=full) == effort


def test_the_set_residual_runs_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sample of each of two dilutions of an amplicon, one wild type, one file."""
    small = replace(
        residual.SCALES[Effort.QUICK], deep=((300, 0.05, 1),), wild_types=1, wild_molecules=200
    )
    monkeypatch.setitem(residual.SCALES, Effort.QUICK, small)
    for name, value in (("MOLECULES", 60), ("ASSAYS", (Assay.AMPLICON,)), ("DILUTIONS", (0.5, 1))):
        monkeypatch.setattr(residual, name, value)
    lines = residual.run_residual(tmp_path, 1, effort=Effort.QUICK, jobs=1, pairs=(600,), samples=1)
    text = "\n".join(lines)
    assert "Known ITD at 0.05 among 300 molecules: found in 1 of 1." in text
    assert "Wild type: 1 libraries of 200 molecules, 0 ITDs called" in text
    assert "| 600 |" in text
    assert "speed of 600 pairs" in capsys.readouterr().err
