"""From plates to curves and combinations: readers, normalisation, words, and ugly input."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.errors import UserError
from scripts.drug_response.analyse import analyse_patient
from scripts.drug_response.controls import score_controls
from scripts.drug_response.records import NO_CONTROLS, Dose, Reach, read_control_scores
from scripts.drug_response.words import changes, dose_words, fold_change
from scripts.drug_response.write import write_drug_response
from scripts.inputs.drug_response import Role
from scripts.patient.render import patient_page
from scripts.records.json_text import json_text
from tests.patient_builders import patient, sample
from tests.plate_builders import HEADER, plate, plate_text


def test_the_truth_comes_back_from_a_plate(tmp_path: Path) -> None:
    response = analyse_patient("P1", [plate(tmp_path, plate_text())])
    sorafenib, om = response.curves
    assert (sorafenib.drug, om.drug) == ("sorafenib", "omacetaxine mepesuccinate")
    assert sorafenib.fit is not None
    assert om.fit is not None
    low, high = sorafenib.fit.ic50.low, sorafenib.fit.ic50.high
    half = 100 * ((100 - 50) / (50 - 5)) ** (1 / 1.2)
    assert low is not None
    assert high is not None
    assert low < half < high
    assert high / low < 1.6
    assert sorafenib.fit.relative_ic50.value == pytest.approx(100, rel=0.25)
    assert om.fit.relative_ic50.value == pytest.approx(5, rel=0.25)
    for measure in (sorafenib.fit.dss1, sorafenib.fit.dss3, sorafenib.fit.area):
        assert measure.low < measure.value < measure.high
    (pair,) = response.combinations
    assert pair.replicates == 3
    bliss = next(one for one in pair.scores if one.model == "bliss")
    assert bliss.low is not None
    assert bliss.high is not None
    assert bliss.low < 0.5
    assert bliss.high > -0.5
    assert abs(bliss.value or 99) < 2


def test_a_drug_that_does_not_reach_half_has_a_bound(tmp_path: Path) -> None:
    text = plate_text(half=1e9)
    (sorafenib, _) = analyse_patient("P1", [plate(tmp_path, text)]).curves
    assert sorafenib.fit is not None
    assert sorafenib.fit.ic50 == Dose(10000.0, 10000.0, None, Reach.ABOVE)
    assert dose_words(sorafenib.fit.ic50) == "not reached: above 10 uM, the highest dose"


def test_a_drug_that_kills_below_all_doses_has_a_bound(tmp_path: Path) -> None:
    text = plate_text(half=1e-4)
    (sorafenib, _) = analyse_patient("P1", [plate(tmp_path, text)]).curves
    assert sorafenib.fit is not None
    assert sorafenib.fit.ic50.reach is Reach.BELOW
    assert dose_words(sorafenib.fit.ic50) == "below 1 nM, the lowest dose"


def test_a_noisy_plate_is_shown_and_not_scored(tmp_path: Path) -> None:
    response = analyse_patient("P1", [plate(tmp_path, plate_text(error=25.0))])
    for curve in response.curves:
        assert curve.fit is None
        assert "Z' is" in curve.reason
        assert curve.measured
    assert response.combinations[0].scores == ()
    assert response.combinations[0].inhibition


def test_a_control_makes_scores_selective(tmp_path: Path) -> None:
    own = plate(tmp_path, plate_text(half=30.0))
    control = plate(
        tmp_path, plate_text(half=3000.0, seed=2), "c.tsv", patient="N1", role=Role.CONTROL
    )
    controls = score_controls([control])
    assert [one.drug for one in controls.scores] == ["sorafenib", "omacetaxine mepesuccinate"]
    fit = analyse_patient("P1", [own], controls).curves[0].fit
    assert fit is not None
    assert fit.selective_dss is not None
    assert 0 < fit.selective_dss.value < fit.dss3.value
    mean = controls.of("sorafenib")[0]
    assert fit.selective_dss.value == pytest.approx(fit.dss3.value - mean)


def test_controls_are_scored_once_and_read_for_each_patient(tmp_path: Path) -> None:
    names = {"c.tsv": ("N1", 2), "d.tsv": ("N2", 3), "noise.tsv": ("N3", 4)}
    rows = [
        plate(tmp_path, plate_text(half=3000.0, seed=seed, error=error), name,
              patient=control, role=Role.CONTROL)
        for (name, (control, seed)), error in zip(names.items(), (2.0, 2.0, 60.0), strict=True)
    ]  # fmt: skip
    scored = score_controls(rows)
    # A control whose plate cannot be scored has no say.
    assert list(dict.fromkeys(one.control for one in scored.scores)) == ["N1", "N2"]
    path = tmp_path / "drug_controls.json"
    path.write_text(json_text(scored))
    assert read_control_scores(path) == scored
    fit = analyse_patient("P1", [plate(tmp_path, plate_text())], scored).curves[0].fit
    assert fit is not None
    assert fit.selective_dss is not None
    mean = sum(scored.of("sorafenib")) / 2
    assert fit.selective_dss.value == pytest.approx(fit.dss3.value - mean)
    path.write_text('{"schema_version": 0}')
    with pytest.raises(UserError, match="snakemake --forcerun drug_controls"):
        read_control_scores(path)


def test_change_over_time_is_said_with_its_interval(tmp_path: Path) -> None:
    first = plate(tmp_path, plate_text(half=50.0))
    later = plate(tmp_path, plate_text(half=600.0, seed=3), "l.tsv", timepoint="progression")
    response = analyse_patient("P1", [first, later])
    sentence = changes(response, ["FLT3 p.(Asp835Tyr)"])[0]
    assert sentence.startswith("IC50 of sorafenib, from diagnosis to progression: ")
    factor = re.search(r"\((\d+)-fold, 95% interval (\S+) to (\S+)\)", sentence)
    assert factor
    assert float(factor[2]) <= 12 <= float(factor[3])
    assert sentence.endswith("; over the samples, FLT3 p.(Asp835Tyr) emerged.")


def test_factors_of_bounds_are_bounds() -> None:
    measured = Dose(10.0, 5.0, 20.0, Reach.MEASURED)
    above = Dose(1000.0, 1000.0, None, Reach.ABOVE)
    assert fold_change(measured, above) == "more than 100-fold"
    assert fold_change(above, measured) == "less than 0.01-fold"
    assert fold_change(above, above) == ""
    open_ended = Dose(10.0, None, 20.0, Reach.MEASURED)
    assert "an interval cannot be given" in fold_change(measured, open_ended)
    assert fold_change(measured, measured).startswith("1.0-fold, 95% interval 0.")


def test_both_files_are_written_and_every_number_has_an_interval_or_a_reason(
    tmp_path: Path,
) -> None:
    write_drug_response(
        "P1", [plate(tmp_path, plate_text())], tmp_path / "out", controls=NO_CONTROLS
    )
    document = json.loads((tmp_path / "out" / "drug_response.json").read_text())
    assert document["patient"] == "P1"
    lines = (tmp_path / "out" / "drug_response.tsv").read_text().splitlines()
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:]]
    quality = {"z_prime", "replicate_variation"}
    for row in rows:
        bounded = row["low"] or row["high"]
        assert bounded or row["reason"] or row["measure"] in quality, row
    assert {row["measure"] for row in rows} >= {"ic50_nM", "dss3", "bliss", "zip", "loewe", "hsa"}


@pytest.mark.parametrize("seed", range(25))
def test_any_plate_ends_in_numbers_with_intervals_or_reasons(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = [HEADER]
    lines += [f"\t\t\t\t\t1\t{random.normal(1000, 30):.2f}\tvehicle" for _ in range(4)]
    lines += [f"\t\t\t\t\t1\t{random.normal(10, 5):.2f}\tblank" for _ in range(3)]
    for _ in range(int(random.integers(3, 40))):
        dose, other = random.choice([0.0, 1.0, 10.0, 1e3, 1e5], 2)
        second = f"OM\t{other}" if random.random() < 0.5 else "\t"
        signal = random.choice([0.0, 10.0, 990.0, 1e4, -50.0]) * random.random()
        replicate = random.integers(1, 3)
        lines.append(f"sorafenib\t{dose}\tnM\t{second}\t{replicate}\t{signal:.3f}\tsample")
    try:
        response = write_drug_response(
            "P1", [plate(tmp_path, "\n".join(lines) + "\n")], tmp_path / "out", controls=NO_CONTROLS
        )
    except UserError as error:
        assert "plate.tsv" in str(error)
        return
    for curve in response.curves:
        assert (curve.fit is None) == bool(curve.reason)
    for pair in response.combinations:
        assert pair.scores or pair.reason
        for one in pair.scores:
            assert (one.value is not None and one.low is not None) or one.reason


def test_the_page_of_a_patient_shows_response_and_no_text_of_a_sheet_as_markup(
    tmp_path: Path,
) -> None:
    hostile = "<script>x</script>"
    rows = [
        plate(tmp_path, plate_text(), remark=hostile, medium=hostile),
        plate(tmp_path, plate_text(half=1000.0), "l.tsv", timepoint="progression"),
    ]
    response = analyse_patient("P1", rows)
    report = patient(tmp_path, sample(tmp_path, "A", "diagnosis"), drug_response=response)
    page = patient_page(report)
    assert hostile not in page
    assert page.count("&lt;script&gt;x&lt;/script&gt;") >= 3
    assert "IC50 of sorafenib, from diagnosis to progression" in page
    assert page.count('class="dose-line"') == 4
    assert "Bliss" in page


def test_reports_start_without_scipy() -> None:
    programs = "scripts.patient.write, scripts.cohort.write"
    code = f"import sys; import {programs}; print('scipy' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
