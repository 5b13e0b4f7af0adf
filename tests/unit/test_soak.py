import csv
import signal
import sys
from pathlib import Path

import pytest
import yaml

from scripts.soak.cost import BEFORE, BY_HAND, cost_table
from scripts.soak.depth import depth_table
from scripts.soak.kills import differences, killed_in_every_rule
from scripts.soak.models import genome_wide
from scripts.soak.page import with_section
from scripts.soak.runs import CONFIG, Measured, asked_memory, measurements, write_run
from scripts.soak.samples import SAMPLES, found_vaf, planned
from scripts.soak.sheet import copies

ROOT = Path(__file__).parents[2]
HEAD = "event\tstatus\tlength_bp\tvaf\n"


def test_every_rule_has_the_memory_that_it_asks_for() -> None:
    asked = asked_memory(path.read_text("utf-8") for path in (ROOT / "rules").glob("*.smk"))
    assert {"align_lane", "call_flt3", "simulate_reads", "preflight"} <= set(asked)
    assert asked["align_lane"] == 10_000


def test_the_worst_of_several_runs_of_a_rule_counts(tmp_path: Path) -> None:
    (tmp_path / "call_panel").mkdir()
    for chunk, row in (("0", "2.5\t100.5"), ("1", "1.5\t200.5"), ("2", "0.1\tNA")):
        (tmp_path / "call_panel" / f"S.{chunk}.tsv").write_text(f"s\tmax_rss\n{row}\n")
    (tmp_path / "preflight.tsv").write_text("s\tmax_rss\n0.5\t60\n")
    assert measurements(tmp_path) == [
        Measured("call_panel", 2.5, 200.5),
        Measured("preflight", 0.5, 60.0),
    ]


def test_the_table_names_rules_above_their_memory() -> None:
    found = {500: [Measured("a", 1.0, 50.0)], 2000: [Measured("a", 4.0, 150.0)]}
    text = depth_table(found, {"a": 100}, 2)
    assert "| a | 1.0 s, 50 MB | 4.0 s, 150 MB | 100 |" in text
    assert "Above its mem_mb: a." in text
    assert "No rule was above" in depth_table(found, {"a": 200}, 2)


def test_a_section_is_renewed_and_the_others_stay() -> None:
    page = "# Page\n\n## One\n\nold\n\n## Two\n\nkept\n"
    assert with_section(page, "One", "new\n") == "# Page\n\n## One\n\nnew\n\n## Two\n\nkept\n"
    assert with_section(page, "Two", "new\n") == "# Page\n\n## One\n\nold\n\n## Two\n\nnew\n"
    assert with_section(page, "Three", "x\n") == page + "\n## Three\n\nx\n"


def test_a_run_of_many_samples_has_a_plan_and_a_sheet(tmp_path: Path) -> None:
    samples = planned()
    assert len({sample.name for sample in samples}) == SAMPLES
    write_run(tmp_path, samples, {"B": tmp_path / "b.bam"}, flt3={"minimum_itd_depth": 9})
    with (tmp_path / "samples.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [row["sample"] for row in rows] == [*(one.name for one in samples), "B"]
    assert [row["order"] for row in rows[:4]] == ["1", "2", "3", "1"]
    config = yaml.safe_load((tmp_path / CONFIG).read_text("utf-8"))
    assert Path(config["reference"]["fasta"]).is_file()
    assert config["flt3"] == {"minimum_itd_depth": 9}


def test_another_itd_than_the_planned_one_is_no_result(tmp_path: Path) -> None:
    for name, rows in (("a", "ITD\tdetected\t45\t0.25\n"), ("b", ""), ("c", "ITD\tdetected\t9\t1")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "flt3.tsv").write_text(HEAD + rows)
    assert found_vaf(tmp_path, "a") == 0.25
    for name in "bc":
        with pytest.raises(ValueError, match=f"{name}: expected one ITD of 45 bases"):
            found_vaf(tmp_path, name)


def test_a_run_is_killed_once_in_every_rule(tmp_path: Path) -> None:
    """What stands for Snakemake starts each rule that has not left its file, and says so."""
    script = (
        "import pathlib, sys, time\n"
        "for name in ('first', 'second'):\n"
        f"    done = pathlib.Path({str(tmp_path)!r}) / name\n"
        "    if '--unlock' in sys.argv or done.exists(): continue\n"
        "    done.touch()\n"
        "    print(f'localrule {name}:', flush=True)\n"
        "    time.sleep(60)\n"
    )
    run = [sys.executable, "-c", script]
    assert killed_in_every_rule(run, signal.SIGKILL) == ["first", "second"]
    assert killed_in_every_rule(run, signal.SIGTERM) == []
    with pytest.raises(RuntimeError, match="wrong"):
        killed_in_every_rule([sys.executable, "-c", "raise SystemExit('wrong')"], signal.SIGTERM)


def test_what_a_disturbed_run_left_is_named(tmp_path: Path) -> None:
    for run, table in (("a", "1"), ("b", "2")):
        (tmp_path / run / "work").mkdir(parents=True)
        (tmp_path / run / "t.tsv").write_text(table)
    (tmp_path / "a" / "work" / ".half").touch()
    assert list(differences(tmp_path / "a", tmp_path / "b")) == ["work/.half", "t.tsv"]


def test_the_cost_of_a_sample_is_told_beside_that_of_its_tools() -> None:
    seconds = {"align_lane": 30.0, "call_panel": 10.0, "annotate_panel": 6.0, "simulate_reads": 9.0}
    text = cost_table(seconds, 59.0)
    assert "run by hand 40 s, of all jobs 46 s: 1.15 times as much" in text
    assert "Snakemake itself, once a run, 4 s: 1.25 times with it" in text
    assert text.splitlines()[-3:] == [
        "| align_lane | 30.0 | yes |",
        "| call_panel | 10.0 | yes |",
        "| annotate_panel | 6.0 |  |",
    ]


def test_rules_that_run_tools_alone_are_rules() -> None:
    rules = "".join(path.read_text("utf-8") for path in (ROOT / "rules").glob("*.smk"))
    for name in (*BY_HAND, *BEFORE):
        assert f"rule {name}:" in rules


def test_gene_models_of_a_genome_are_as_many_lines_and_no_gene_of_the_panel(tmp_path: Path) -> None:
    lines = list(genome_wide(400))
    assert len(lines) == 400
    assert {len(line.split("\t")) for line in lines} == {9}
    assert {line.split("\t")[0] for line in lines} == {"other0"}


def test_copies_of_reports_have_the_names_of_the_plan(tmp_path: Path) -> None:
    for name in ("S0000", "S0001", "patients/P0000"):
        path = tmp_path / "from" / name / "report.json"
        path.parent.mkdir(parents=True)
        path.write_text('{"samples": ["S0000", "S0001"], "patient": "P0000", "x": "aS0000"}')
    patient, samples = list(copies(tmp_path / "from", tmp_path / "to"))[-1]
    assert patient == tmp_path / "to" / "patients" / "P0999" / "report.json"
    assert [path.parent.name for path in samples] == ["S1998", "S1999"]
    text = '{"samples": ["S1998", "S1999"], "patient": "P0999", "x": "aS0000"}'
    assert [path.read_text() for path in (patient, *samples)] == [text] * 3
