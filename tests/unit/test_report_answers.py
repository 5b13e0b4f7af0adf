"""What a report answers, in words: three states, with limit, reason and bound beside them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.records import Status
from scripts.coverage.blind_genes import OF_LONG_READS, OF_RNA
from scripts.coverage.rows import ExonState
from scripts.records.json_text import json_text
from scripts.report.build import panel_limit
from scripts.report.flt3_words import frame_words, known_words
from scripts.report.model import (
    Quality,
)
from scripts.report.panel_words import amplicon_reach
from scripts.report.render import page
from scripts.report.words import short_allele
from tests.example_reports import blind_report, full_report, text_of
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
    known_itd,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    PARAMETERS,
    exon_coverage,
    hotspot,
    report_of,
)


def test_not_assessable_sample_is_never_called_negative(tmp_path: Path) -> None:
    report = blind_report(tmp_path)
    lines = report.headlines
    assert {lines.itd.status, lines.tkd.status, lines.panel.status} == {Status.NOT_ASSESSABLE}
    assert lines.quality.status is Quality.NOT_ASSESSABLE
    for text in (text_of(page(report)).lower(), json_text(report).lower()):
        assert not re.search(r"not[ _]detected|negative", text)
    assert "Not assessable" in page(report)


def test_not_detected_names_its_limit_of_detection(tmp_path: Path) -> None:
    report = report_of(tmp_path)
    assert report.headlines.itd.status is Status.NOT_DETECTED
    assert "VAF 0.40% or more would have been found" in report.headlines.itd.text
    assert "median 1,200 informative fragments" in report.headlines.itd.text
    assert "VAF 0.90% or more would have been found" in report.headlines.tkd.text
    assert "negative" not in text_of(page(report)).lower()


@pytest.mark.parametrize(("detected", "what"), [(False, "ITDs"), (True, "other ones")])
def test_the_length_up_to_which_itds_are_seen_stands_beside_every_answer(
    tmp_path: Path, detected: bool, what: str
) -> None:
    whole = itd_result(itd_event()) if detected else itd_result()
    partly = dataclasses.replace(whole, longest_assessable=40)
    said = f"These reads show {what} of up to 40 bp in every place; longer ones are not assessable."
    report = report_of(tmp_path, flt3=flt3_result(itd=partly))
    assert report.headlines.itd.text.endswith(said)
    assert " ".join(text_of(page(report)).split()).count(said) == 2
    (other := tmp_path / "other").mkdir()
    unbounded = report_of(other, flt3=flt3_result(itd=whole))
    assert "in every place" not in page(unbounded)


def test_blind_codons_are_named_and_the_others_keep_their_answer(tmp_path: Path) -> None:
    report = report_of(tmp_path, flt3=flt3_result(tkd=tkd_result(blind=(835, 836))))
    assert report.headlines.tkd.status is Status.NOT_ASSESSABLE
    assert report.headlines.tkd.text.startswith("Not assessable: D835, I836. No kinase domain ")
    assert "in the other codons; one with VAF 0.90% or more" in report.headlines.tkd.text


def test_mutation_is_named_before_the_blind_codons(tmp_path: Path) -> None:
    tkd = tkd_result(tkd_event(), blind=(676,))
    line = report_of(tmp_path, flt3=flt3_result(tkd=tkd)).headlines.tkd
    assert line.status is Status.DETECTED
    assert line.text == "p.(Asp835Tyr) (VAF 7.0%, 5.0% to 9.0%). Not assessable: N676."


def test_held_back_candidates_are_mentioned_and_listed(tmp_path: Path) -> None:
    event = itd_event(vaf=0.001, status=Status.NOT_DETECTED, filter="low_vaf;one_strand")
    report = report_of(tmp_path, flt3=flt3_result(itd=itd_result(event)))
    assert "1 candidate did not pass" in report.headlines.itd.text
    html = page(report)
    assert "low VAF, one strand" in html
    assert "Allelic ratio with its 95% interval on" not in html


def test_panel_without_passing_variant_counts_only_covered_exons(tmp_path: Path) -> None:
    exons = (
        exon_coverage("NPM1", "11", minimum=100),
        exon_coverage("KIT", "17", 20, status=ExonState.NOT_ASSESSABLE),
    )
    report = report_of(tmp_path, exons=exons)
    assert report.panel.status is Status.NOT_DETECTED
    assert "in the 1 covered exon;" in report.headlines.panel.text
    # 5 of 100 fragments with probability 95 %: the Clopper-Pearson bound for 4 of 100.
    assert report.panel.limit_of_detection == pytest.approx(0.0892, abs=5e-4)
    assert report.coverage.not_assessable == ("KIT exon 17",)
    assert "KIT exon 17" in report.headlines.quality.text


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ((OF_LONG_READS, OF_LONG_READS), OF_LONG_READS),
        ((OF_RNA, OF_RNA), OF_RNA),
        ((OF_RNA, "depth below 100"), ""),
        (("depth below 100", "depth below 100"), ""),
    ],
)
def test_an_assay_without_the_panel_is_the_reason_in_the_headlines(
    tmp_path: Path, reasons: tuple[str, str], told: str
) -> None:
    blind = exon_coverage("KIT", "17", 20, status=ExonState.NOT_ASSESSABLE)
    exons = tuple(dataclasses.replace(blind, reason=reason) for reason in reasons)
    report = report_of(tmp_path, exons=exons)
    panel, quality = report.headlines.panel.text, report.headlines.quality.text
    told_of_none = told or "none of 2 target exons is covered"
    assert panel.startswith(f"Nothing can be said about small variants: {told_of_none}.")
    assert quality.startswith(f"No target exon is {f'assessable: {told}' if told else 'deep'}")


def test_the_limit_of_the_panel_is_that_of_its_least_covered_base(tmp_path: Path) -> None:
    """Of all assessable exons: what holds everywhere, not what holds at best."""
    exons = (
        exon_coverage("NPM1", "11", minimum=1000),
        exon_coverage("TP53", "5", minimum=100),
        exon_coverage("KIT", "8", minimum=500),
        exon_coverage("KIT", "17", minimum=20, status=ExonState.NOT_ASSESSABLE),
    )
    report = report_of(tmp_path, exons=exons)
    assert report.panel.limit_of_detection == panel_limit(100, PARAMETERS, sampling=EVERY_COUNT)
    shallow = tuple(dataclasses.replace(one, status=ExonState.NOT_ASSESSABLE) for one in exons)
    blind = report_of(tmp_path, exons=shallow)
    assert (blind.panel.status, blind.panel.limit_of_detection) == (Status.NOT_ASSESSABLE, None)


def test_earlier_itd_that_is_not_seen_has_a_bound_and_is_never_called_negative(
    tmp_path: Path,
) -> None:
    itd = dataclasses.replace(itd_result(), known=(known_itd(),))
    report = report_of(tmp_path, flt3=flt3_result(itd=itd))
    assert "Of earlier samples: 57 bp not detected (VAF below 0.12%)" in report.headlines.itd.text
    html = page(report)
    assert "its VAF is below 0.12% with 95% confidence (0 of 3,000 fragments" in text_of(html)
    assert "A VAF of" not in text_of(html)
    assert "negative" not in html
    deep = known_itd(limit_of_detection=0.00158)
    assert known_words(deep).endswith(" A VAF of 0.16% is detected with 95% probability.")


def test_an_earlier_itd_that_cannot_be_looked_for_has_no_vaf(tmp_path: Path) -> None:
    blind = known_itd(status=Status.NOT_ASSESSABLE, informative_fragments=0, vaf_upper=1.0)
    itd = dataclasses.replace(itd_result(), known=(blind,))
    text = text_of(page(report_of(tmp_path, flt3=flt3_result(itd=itd))))
    assert "at most 100%" not in text
    assert "Nothing can be said: too few fragments" in text


def test_what_holds_an_itd_back_is_spelled_as_in_the_table_of_filters(tmp_path: Path) -> None:
    text = text_of(page(full_report(tmp_path)))
    assert "low VAF" in text
    assert "low_vaf" not in text


def test_earlier_itd_that_is_still_there_or_cannot_be_looked_for() -> None:
    there = known_itd(status=Status.DETECTED, mutant_fragments=30, vaf=0.01, vaf_upper=0.014)
    there = dataclasses.replace(there, background_probability=1e-12)
    assert known_words(there) == (
        "Still there: VAF 1.0%, at most 1.4% (30 of 3,000 fragments; probability that errors "
        "alone show as many: below 0.0001)."
    )
    blind = known_itd(status=Status.NOT_ASSESSABLE, informative_fragments=4, vaf_upper=1.0)
    assert known_words(blind).startswith("Nothing can be said")


def test_hotspots_without_answer_are_named_with_the_reason(tmp_path: Path) -> None:
    seen = {"status": Status.NOT_DETECTED, "reason": "", "depth": 900, "limit_of_detection": 0.012}
    report = report_of(
        tmp_path,
        hotspots=(
            hotspot("FLT3", 676),
            hotspot("FLT3", 835, amino_acid="D", **seen),
            hotspot("KIT", 816, amino_acid="D", reason="depth below 100"),
            hotspot("IDH1", 132, amino_acid="R"),
        ),
    )
    text = " ".join(text_of(page(report)).split())
    assert "This says nothing about absence: FLT3, KIT, IDH1." in text
    assert "FLT3 N676 outside the targets" in text
    assert "KIT D816 depth below 100" in text
    assert "IDH1 R132 outside the targets" in text
    assert 'D835<span class="unseen">: not detected, below 1.2%</span>' in page(report)


def test_an_itd_with_bases_of_an_intron_says_that_splicing_decides() -> None:
    inside, beyond = itd_event(), itd_event(hgvs_c="NM_004119.3:c.1800_1837+12dup")
    assert frame_words(inside) == "in frame"
    assert frame_words(beyond) == (
        "in frame by its length, but with bases of an intron: splicing decides"
    )
    unknown = dataclasses.replace(inside, in_frame=None)
    assert frame_words(unknown) == "frame not known"


def test_a_long_allele_is_told_by_its_begin_and_length() -> None:
    assert short_allele("A" * 12) == "A" * 12
    assert short_allele("ACGTAC" + "G" * 7) == "ACGTAC...(13 bases)"


def test_the_answer_of_amplicons_says_how_long_a_change_they_show() -> None:
    exons = [
        exon_coverage("KIT", "8", longest_insertion=40, longest_deletion=30),
        exon_coverage("KIT", "11", longest_insertion=27, longest_deletion=None),
        exon_coverage("KIT", "17", longest_insertion=0, status=ExonState.NOT_ASSESSABLE),
    ]
    assert amplicon_reach(exons) == (
        "these amplicons show insertions (duplications too) of up to 27 bp and deletions of up to "
        "30 bp wherever in the exons they lie; longer ones are not assessable in every place"
    )
    assert amplicon_reach([exon_coverage("KIT", "8")]) == ""
