from pathlib import Path

import pytest

from scripts.records.failure import Failure
from scripts.workflow.closing_words import MOST_LINES, UnfinishedRun, words_of_success

PLACE = Path("/data/results")


def row(sample: str, **cells: str) -> dict[str, str]:
    """A row of summary.tsv in which nothing was detected, but for the cells that are given."""
    quiet = {
        "itd_status": "not_detected",
        "itd_lengths_bp": "",
        "itd_total_ar": "",
        "itd_total_ar_low": "",
        "itd_longest_assessable": "",
        "tkd_status": "not_detected",
        "tkd_mutations": "",
        "panel_status": "not_detected",
        "panel_variant_count": "0",
        "quality": "adequate",
        "warnings": "0",
    }
    return {"sample": sample} | quiet | cells


def failure(sample: str = "S1", **fields: str) -> Failure:
    usual = {"patient": "P1", "step": "trim_reads", "cause": "it broke", "log": "/logs/x.log"}
    return Failure(sample=sample, **usual | fields)


def test_each_sample_has_a_line_and_the_answers_are_counted() -> None:
    itd = {"itd_status": "detected", "itd_lengths_bp": "45; 30", "itd_total_ar": "0.014"}
    tkd = {"tkd_status": "detected", "tkd_mutations": "p.(Asp835Tyr) 0.14"}
    unknown = {f"{part}_status": "not_assessable" for part in ("itd", "tkd", "panel")}
    rows = [row("A", **itd), row("B", **tkd), row("C", **unknown, warnings="2")]
    assert words_of_success(PLACE, rows) == [
        "  A  ITD: 45 + 30 bp, AR 0.014; TKD: not detected; panel: not detected; quality: adequate",
        "  B  ITD: not detected; TKD: p.(Asp835Tyr) 0.14; panel: not detected; quality: adequate",
        "  C  ITD: not assessable; TKD: not assessable; panel: not assessable; quality: adequate",
        "FLT3-ITD: detected in 1 of 3 samples, 1 not assessable",
        "FLT3-TKD: detected in 1 of 3 samples, 1 not assessable",
        "Panel variants: detected in 0 of 3 samples, 1 not assessable",
        "Warnings: in 1 sample, told in the reports",
        "Reports of samples:   /data/results/<sample>/report.html",
        "Reports of patients:  /data/results/patients/<patient>/report.html",
        "All together:         /data/results/cohort/report.html",
        "Table of all samples: /data/results/summary.tsv",
    ]


def test_what_was_looked_for_up_to_a_length_says_so() -> None:
    short = {"itd_longest_assessable": "30"}
    detected = row("B", itd_status="detected", itd_lengths_bp="21", itd_total_ar="0.1", **short)
    unknown = row("C", itd_status="not_assessable", **short)
    lines = words_of_success(PLACE, [row("A", **short), detected, unknown])
    answers = [line.split(";")[0] for line in lines[:3]]
    assert answers == [
        "  A  ITD: not detected up to 30 bp",
        "  B  ITD: 21 bp, AR 0.1",
        "  C  ITD: not assessable",
    ]


@pytest.mark.parametrize("ratio", ["", "inf"])
@pytest.mark.parametrize(
    ("low", "words"), [("61.7", "no wild type seen, AR above 61.7"), ("", "no wild type seen")]
)
def test_of_an_itd_without_wild_type_the_lower_bound_is_told(
    ratio: str, low: str, words: str
) -> None:
    cells = {"itd_lengths_bp": "45", "itd_total_ar": ratio, "itd_total_ar_low": low}
    rows = [row("A", itd_status="detected", **cells)]
    assert f"45 bp, {words};" in words_of_success(PLACE, rows)[0]


def test_of_many_samples_twenty_have_a_line_and_none_is_long() -> None:
    many = {"tkd_status": "detected", "tkd_mutations": "; ".join(["p.(Asp835Tyr) 0.14"] * 40)}
    rows = [row(f"sample_{number:03}" + "x" * 90, **many) for number in range(191)]
    lines = words_of_success(PLACE, rows)
    assert len(lines) < MOST_LINES + 12
    assert f"  and {191 - MOST_LINES} samples more, in the table" in lines
    assert "FLT3-TKD: detected in 191 of 191 samples" in lines
    assert max(map(len, lines)) <= 200 + 60  # the name of a sample is told whole
    assert len(words_of_success(PLACE, rows[:MOST_LINES])) == len(lines) - 1


def test_a_failure_is_told_with_cause_log_and_how_to_go_on() -> None:
    rows = [row("S2"), {"sample": "S1", "itd_status": ""}, {"sample": "S3", "itd_status": ""}]
    partial = ["summary.partial.tsv"]
    lines = UnfinishedRun(PLACE, [failure()], rows, 7, 30, partial, keeps_going=True).words()
    assert lines[:3] == [
        "The run is not complete: 1 step failed, in 1 sample.",
        "  sample S1: trim_reads: it broke",
        "      log: /logs/x.log",
    ]
    assert "Without a report, too (1): S3" in lines
    assert "What was found in the 1 sample with a report:" in lines
    assert "Of these alone:       /data/results/summary.partial.tsv" in lines
    assert lines[-1].startswith("To go on: mend what is named above, and type the same command")
    assert "--keep-going" not in lines[-1]
    stopped = UnfinishedRun(PLACE, [failure()], rows, 7, 30).words()
    assert "--keep-going" in stopped[-1]


def test_of_many_failures_twenty_are_told_and_none_is_long() -> None:
    failed = [failure(f"S{number}", cause="word " * 100) for number in range(191)]
    lines = UnfinishedRun(PLACE, failed, [], 7, 3000).words()
    assert sum(line.startswith("  sample ") for line in lines) == MOST_LINES
    assert f"  and {191 - MOST_LINES} more" in lines
    assert max(map(len, lines)) <= 200


def test_a_run_that_was_stopped_names_no_failure() -> None:
    lines = UnfinishedRun(PLACE, [], [], 7, 30).words()
    assert lines[0] == "The run was stopped: 7 of 30 steps are done."
    assert lines[1:] == [
        "To go on: type the same command again; what is done stays (7 of 30 steps)."
    ]


def test_a_failure_of_no_sample_is_one_of_all() -> None:
    alone = failure("", patient="", step="preflight")
    assert UnfinishedRun(PLACE, [alone], [], 1, 30).words()[:2] == [
        "The run is not complete: 1 step failed.",
        "  all samples: preflight: it broke",
    ]
