"""From plates to curves and combinations: readers, normalisation, words, and ugly input."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.errors import UserError
from scripts.drug_response.analyse import analyse_patient
from scripts.drug_response.controls import score_controls
from scripts.drug_response.plates import check_plates, read_matrix, read_plate
from scripts.drug_response.records import Dose, Reach, read_control_scores
from scripts.drug_response.words import changes, dose_words, fold_change
from scripts.drug_response.write import write_drug_response
from scripts.inputs.drug_response import PlateRow, Role
from scripts.patient.render import patient_page
from scripts.records.json_text import json_text
from tests.patient_builders import patient, sample

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
    write_drug_response("P1", [plate(tmp_path, plate_text())], tmp_path / "out")
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


# A reader's file beside a map.

MATRIX_96 = "\n".join(
    [
        "Reader X, plate 7",
        "Date\t2026-01-01",
        "",
        "\t" + "\t".join(map(str, range(1, 13))),
        *(
            letter + "\t" + "\t".join(str(100 * row + column) for column in range(1, 13))
            for row, letter in enumerate("ABCDEFGH")
        ),
        "",
        "End",
    ]
)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_the_matrix_of_a_reader_is_found_below_its_header(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "m.txt"
    path.write_text(MATRIX_96.replace("\t", separator))
    signals = read_matrix(path)
    assert len(signals) == 96
    assert (signals["A1"], signals["B7"], signals["H12"]) == (1.0, 107.0, 712.0)


def test_a_plate_of_384_wells(tmp_path: Path) -> None:
    lines = ["<>\t" + "\t".join(map(str, range(1, 25)))]
    lines += [letter + "\t1.5" * 24 for letter in "ABCDEFGHIJKLMNOP"]
    path = tmp_path / "m.txt"
    path.write_text("\n".join(lines))
    assert len(read_matrix(path)) == 384


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("107", "OVRFLW"), "m.txt: row 6: well B7: found 'OVRFLW', expected a number"),
        (("107", "1_070"), "m.txt: row 6: well B7: found '1_070', expected a number"),
        (("107", "\u0663"), "m.txt: row 6: well B7: found '\u0663', expected a number"),
        (("107", "1e999"), "m.txt: row 6: well B7: found '1e999', expected a number"),
        (("B\t", "C\t"), "m.txt: row 6: expected row B of the plate"),
        (("\t12\n", "\n"), "m.txt: no plate was found"),
        (("End", MATRIX_96), "m.txt: 2 plates were found (rows 4, 17)"),
        (("107", "nan"), "well B7: found 'nan'"),
    ],
)
def test_a_matrix_that_cannot_be_read_is_named(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = tmp_path / "m.txt"
    path.write_text(MATRIX_96.replace(*change))
    with pytest.raises(UserError, match=re.escape(message)):
        read_matrix(path)


def test_a_map_tells_what_the_wells_hold(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text(MATRIX_96)
    (tmp_path / "map.tsv").write_text(
        "well\tdrug\tconcentration\tunit\twell_type\n"
        "A1\t\t\t\tblank\nh12\t\t\t\tvehicle\nB07\tSorafenib\t1\tug/mL\tsample\n"
    )
    wells = read_plate(tmp_path / "m.txt", tmp_path / "map.tsv")
    assert [well.signal for well in wells] == [1.0, 712.0, 107.0]
    assert wells[2].dose == pytest.approx(1e6 / 464.8)


ROW = "sorafenib\t10\tnM\t\t\t1\t500\tsample"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("sorafenib\t10\tmol\t\t\t1\t500\tsample", "row 2: column unit: found the unit 'mol'"),
        ("X7\t10\tug/mL\t\t\t1\t500\tsample", "the molar mass of 'X7' is not known"),
        ("sorafenib\t-1\tnM\t\t\t1\t500\tsample", "column concentration: found '-1'"),
        ("sorafenib\t1,5\tnM\t\t\t1\t500\tsample", "write decimals with a point"),
        ("sorafenib\t\tnM\t\t\t1\t500\tsample", "column concentration is empty"),
        ("sorafenib\t10\t\t\t\t1\t500\tsample", "column unit is empty"),
        ("sorafenib\t10\tnM\t\t\t1\tinf\tsample", "column signal: found 'inf'"),
        ("sorafenib\t10\tnM\t\t\t1\t1.1e15\tsample", "column signal: found '1.1e15'"),
        ("sorafenib\t10\tnM\t\t\t1\t-1.1e15\tsample", "column signal: found '-1.1e15'"),
        ("sorafenib\t0.9e-15\tnM\t\t\t1\t5\tsample", "column concentration: found '0.9e-15'"),
        ("sorafenib\t10\tnM\t\t\tone\t500\tsample", "column replicate: found 'one'"),
        ("sorafenib\t10\tnM\t\t\t1\t500\tdrugged", "column well_type: found 'drugged'"),
        ("\t\t\t\t\t1\t500\tsample", "column drug is empty"),
        ("OM\t10\tnM\thht\t5\t1\t500\tsample", "is the first drug too"),
        ("OM\t10\tnM\tsorafenib\t\t1\t500\tsample", "column second_concentration is empty"),
        ("\t\t\t\t\t1\t500\tvehicle", "no well has the well_type sample"),
    ],
)
def test_wells_that_are_not_as_they_must_be_are_named(
    tmp_path: Path, row: str, message: str
) -> None:
    path = tmp_path / "plate.tsv"
    path.write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(UserError, match=re.escape(message)) as raised:
        read_plate(path, None)
    assert str(path) in str(raised.value)


def test_a_well_that_is_pasted_again_is_no_replicate(tmp_path: Path) -> None:
    path = tmp_path / "plate.tsv"
    once = "OM\t10\tnM\t\t\t1\t512\tsample"
    for second in (once, "om\t0.01\tuM\t\t\t1\t512.0\tsample"):
        path.write_text(f"{HEADER}\n{once}\n{second}\n")
        with pytest.raises(UserError, match=r"plate.tsv: row 3: the same .* stand in row 2; take"):
            read_plate(path, None)
    for one, other in (
        (once, once.replace("512", "513")),
        (once, once.replace("\t1\t512", "\t2\t512")),
        (once.replace("512", "0.052"), once.replace("512", "0.052")),
    ):
        path.write_text(f"{HEADER}\n{one}\n{other}\n")
        assert len(read_plate(path, None)) == 2
    blank = "\t\t\t\t\t1\t512\tblank"
    path.write_text(f"{HEADER}\n{once}\n{blank}\n{blank}\n")
    assert len(read_plate(path, None)) == 3
    path.write_text(f"well\t{HEADER}\nB1\t{once}\nB2\t{once}\n")
    assert len(read_plate(path, None)) == 2


def test_signals_at_the_edge_are_read(tmp_path: Path) -> None:
    path = tmp_path / "plate.tsv"
    path.write_text(f"{HEADER}\nOM\t1e-15\tnM\t\t\t1\t-1e15\tsample\nOM\t1\tnM\t\t\t1\t0\tsample\n")
    assert [well.signal for well in read_plate(path, None)] == [-1e15, 0.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEADER}\n{ROW}\n", "there is no vehicle well"),
        (
            f"{HEADER}\n{ROW}\n\t\t\t\t\t1\t5\tvehicle\n\t\t\t\t\t1\t5\tblank\n",
            "the vehicle wells are not brighter than the blank wells",
        ),
    ],
)
def test_plates_without_a_scale_are_refused(tmp_path: Path, text: str, message: str) -> None:
    for refuse in (lambda rows: analyse_patient("P1", rows), check_plates):
        with pytest.raises(UserError, match=rf"plate.tsv: {message}"):
            refuse([plate(tmp_path, text)])


def test_all_plates_are_read_before_anything_is_computed(tmp_path: Path) -> None:
    good = plate(tmp_path, plate_text())
    check_plates([good])
    bad = plate(tmp_path, plate_text().replace("nM", "ng"), "second.tsv")
    with pytest.raises(UserError, match=r"second.tsv: row 14: column unit"):
        check_plates([good, bad])


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
            "P1", [plate(tmp_path, "\n".join(lines) + "\n")], tmp_path / "out"
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
