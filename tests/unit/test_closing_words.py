from scripts.workflow.closing_words import closing_words


def row(sample: str, **cells: str) -> dict[str, str]:
    """A row of summary.tsv in which nothing was detected, but for the cells that are given."""
    quiet = {
        "itd_status": "not_detected",
        "itd_lengths_bp": "",
        "itd_total_ar": "",
        "tkd_status": "not_detected",
        "tkd_mutations": "",
        "panel_status": "not_detected",
        "panel_variants": "",
    }
    return {"sample": sample} | quiet | cells


def test_what_was_found_is_three_lines_after_the_place_of_the_reports() -> None:
    itd = {"itd_status": "detected", "itd_lengths_bp": "45; 30", "itd_total_ar": "0.01408"}
    tkd = {"tkd_status": "detected", "tkd_mutations": "p.(Asp835Tyr) 0.14"}
    unknown = {f"{part}_status": "not_assessable" for part in ("itd", "tkd", "panel")}
    rows = [row("A", **itd), row("B", **tkd), row("C", **unknown)]
    place, *found = closing_words("my_results", rows)
    assert "my_results/<sample>/report.html" in place
    assert found == [
        "FLT3-ITD detected in 1 of 3 samples, 1 not assessable: A (45 + 30 bp, AR 0.0141)",
        "FLT3-TKD (VAF) detected in 1 of 3 samples, 1 not assessable: B (p.(Asp835Tyr) 0.14)",
        "panel variants (VAF) detected in 0 of 3 samples, 1 not assessable",
    ]


def test_an_itd_without_wild_type_has_an_infinite_ratio() -> None:
    for text in ("", "inf"):
        rows = [row("A", itd_status="detected", itd_lengths_bp="45", itd_total_ar=text)]
        assert "A (45 bp, AR infinite)" in closing_words("results", rows)[1]
