from pathlib import Path

from scripts.soak import Measured, asked_memory, measurements, page

ROOT = Path(__file__).parents[2]


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


def test_the_page_names_rules_above_their_memory() -> None:
    found = {500: [Measured("a", 1.0, 50.0)], 2000: [Measured("a", 4.0, 150.0)]}
    text = page(found, {"a": 100}, 2)
    assert "| a | 1.0 s, 50 MB | 4.0 s, 150 MB | 100 |" in text
    assert "Above its mem_mb: a." in text
    assert "No rule was above" in page(found, {"a": 200}, 2)
