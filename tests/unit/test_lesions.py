"""Lesions that classes ask for: which variants count, which cannot be said, and their tables."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.records import Status
from scripts.classification.lesions import Findings, answer_lesion
from scripts.classification.tables import LesionRow, RuleRow, table_files
from tests.classification_builders import FOLDER, NO_ITD, TABLES, at, exons, variant
from tests.flt3_builders import NO_ITD_ANSWER

DETECTED, NOT_DETECTED, NOT_ASSESSABLE = Status


def test_a_change_that_nobody_knows_is_left_to_a_person() -> None:
    polymorphism = at("TP53", 72, 0.5)
    answer = answer_lesion(TABLES.lesions["TP53"], Findings(NO_ITD, [polymorphism], {}))
    assert answer.status is NOT_ASSESSABLE
    assert "p.(Arg72His) (50.0%)" in answer.reason
    known = answer_lesion(TABLES.lesions["TP53"], Findings(NO_ITD, [at("TP53", 72)], {"TP53": []}))
    assert known.status is NOT_ASSESSABLE


def test_wrong_tables_are_told_with_file_and_row(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.tsv"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    rules = [RuleRow("x", "good", "NPM2", "", "", "words")]
    write_table(tmp_path / "eln2022.tsv", RuleRow, rules)
    with pytest.raises(UserError, match=r"eln2022.tsv: row 2: 'NPM2' is neither a lesion"):
        table_files(str(tmp_path))
    write_table(tmp_path / "eln2022.tsv", RuleRow, [RuleRow("x", "good", "", "", "NPM1", "words")])
    with pytest.raises(UserError, match="the rule asks for nothing"):
        table_files(str(tmp_path))
    for asks in (("NPM1", ""), ("", "NPM1")):
        write_table(tmp_path / "eln2022.tsv", RuleRow, [RuleRow("x", "good", *asks, "", "words")])
        assert table_files(str(tmp_path))
    rows = [row for rows in TABLES.lesions.values() for row in rows]
    text = (FOLDER / "lesions.tsv").read_text("utf-8").replace(">=0.05", "5%")
    (tmp_path / "lesions.tsv").write_text(text, "utf-8")
    first = next(n for n, line in enumerate(text.splitlines(), start=1) if "\t5%\t" in line)
    with pytest.raises(UserError, match=rf"lesions.tsv: row {first}, column vaf: found '5%'"):
        table_files(str(tmp_path))
    assert all(type(row) is LesionRow for row in rows)
    with pytest.raises(UserError, match=r"nowhere: panel.classifications names no fold"):
        table_files(str(tmp_path / "nowhere"))
    (tmp_path / "lesions.tsv").unlink()
    with pytest.raises(UserError, match=r"folder without lesions\.tsv; give one"):
        table_files(str(tmp_path))
    assert table_files(None) == []


def test_residues_of_a_row_hold_both_ends() -> None:
    row = TABLES.lesions["NPM1"][0]
    for residues, places in (("282-345", range(282, 346)), ("95", range(95, 96)), ("", None)):
        assert dataclasses.replace(row, residues=residues).places == places
    for residue, status in ((95, DETECTED), (96, NOT_ASSESSABLE)):  # another codon: to be judged
        rows = {"SRSF2": exons({}, ())["SRSF2"]}
        found = answer_lesion(
            TABLES.lesions["SRSF2"], Findings(NO_ITD, [at("SRSF2", residue)], rows)
        )
        assert found.status is status


def test_a_change_of_several_residues_counts_where_one_of_them_does() -> None:
    """In-frame changes of the bZIP region of CEBPA, residues 282 to 345."""
    for name, status in (
        ("p.(Leu345_Ala346del)", DETECTED),
        ("p.(Ala346_Leu347del)", NOT_DETECTED),
    ):
        change = variant("CEBPA", consequence="inframe_deletion", hgvs_p=f"NP_1.1:{name}")
        rows = {"CEBPA": exons({}, ())["CEBPA"]}
        lesion = TABLES.lesions["CEBPA bZIP in frame"]
        assert answer_lesion(lesion, Findings(NO_ITD, [change], rows)).status is status


def test_why_a_lesion_cannot_be_said() -> None:
    [itd] = TABLES.lesions["FLT3-ITD"]
    assert answer_lesion([itd], Findings(NO_ITD_ANSWER, [], {})).reason == "too few fragments"
    unexplained = dataclasses.replace(NO_ITD_ANSWER, reason="")
    assert answer_lesion([itd], Findings(unexplained, [], {})).reason == "FLT3-ITD not assessable"
    rows = exons({"TP53": "depth below 100"}, ())["TP53"]
    lesion = TABLES.lesions["TP53"]
    told = answer_lesion(lesion, Findings(NO_ITD, [], {"TP53": rows}))
    assert told.reason == "exon 2 not assessable (depth below 100)"
    unnumbered = [dataclasses.replace(one, exon="") for one in rows]
    told = answer_lesion(lesion, Findings(NO_ITD, [], {"TP53": unnumbered}))
    assert told.reason == "the gene not assessable (depth below 100)"


def test_a_variant_below_the_share_that_is_asked_for_is_named_as_such() -> None:
    rows = {"TP53": exons({}, ())["TP53"]}
    for vaf, status, below in (
        (0.1, DETECTED, ()),
        (0.099, NOT_DETECTED, ("TP53 p.(Arg248His) (9.9%)",)),
    ):
        findings = Findings(NO_ITD, [at("TP53", 248, vaf)], rows)
        answer = answer_lesion(TABLES.lesions["TP53 10%"], findings)
        assert (answer.status, answer.below) == (status, below)
