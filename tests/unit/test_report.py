"""What `report.json` and `report.html` say, and what they must never say."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import json
import math
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import UNMEASURED, Fit, Question, ReadFitness, Verdict
from flt3itd.records import ConfidenceInterval, Status
from scripts.cohort.summarize import summary_row
from scripts.coverage.blind_genes import OF_LONG_READS, OF_RNA
from scripts.coverage.rows import ExonState
from scripts.inputs.sample_cells import SampleCells
from scripts.panel.read_fitness import TargetReads, judge_targets
from scripts.panel.rows import Unresolved
from scripts.records.files import read_flt3
from scripts.records.json_text import json_text
from scripts.report.build import gather, panel_limit
from scripts.report.flt3_words import frame_words, known_words
from scripts.report.model import (
    Quality,
    Report,
)
from scripts.report.readers import read_report, read_samtools_stats
from scripts.report.render import FILES, page
from scripts.report.words import short_allele
from scripts.report.write import write_report
from tests.fitness_builders import GOOD
from tests.report_builders import (
    CELLS,
    NO_ITD_ANSWER,
    PARAMETERS,
    STATS,
    exon_coverage,
    flt3_result,
    hotspot,
    itd_event,
    itd_result,
    junction_pileup,
    known_itd,
    panel_variant,
    report_files,
    report_of,
    tkd_event,
    tkd_result,
    write_flt3,
)

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return loaded


def full_report(folder: Path) -> Report:
    """Two ITDs, one held back, a TKD mutation, panel variants and an exon without depth."""
    held_back = itd_event(
        28_034_120, 28_034_140, vaf=0.001, status=Status.NOT_DETECTED, filter="low_vaf"
    )
    with_filler = itd_event(28_034_091, 28_034_210, filler="GGACCTTGC", vaf=0.03)
    return report_of(
        folder,
        flt3=flt3_result(
            itd=dataclasses.replace(
                itd_result(itd_event(), with_filler, held_back), known=(known_itd(),)
            ),
            tkd=tkd_result(tkd_event(), blind=(676,)),
        ),
        variants=(panel_variant(), panel_variant(gene="TP53", filter="low_vaf", vaf=0.004)),
        exons=(
            exon_coverage("NPM1", "11"),
            exon_coverage("KIT", "17", 20, status=ExonState.NOT_ASSESSABLE),
        ),
        junctions=(junction_pileup(itd_event()),),
        warnings=("the index was made again",),
    )


def blind_report(folder: Path) -> Report:
    """A sample without reads over anything."""
    return report_of(
        folder,
        flt3=flt3_result(itd=NO_ITD_ANSWER, tkd=tkd_result(status=Status.NOT_ASSESSABLE), depth=()),
        exons=(exon_coverage("FLT3", "14", 3, status=ExonState.NOT_ASSESSABLE),),
    )


def text_of(html: str) -> str:
    """What a reader sees: no style, no tags."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL))


def test_json_of_every_kind_of_sample_fits_the_published_schema(tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for make in (full_report, blind_report, report_of):
        validator.validate(json.loads(json_text(make(tmp_path))))


def test_schema_refuses_a_state_that_does_not_exist(tmp_path: Path) -> None:
    data = json.loads(json_text(report_of(tmp_path)))
    data["headlines"]["itd"]["status"] = "negative"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())


def test_report_survives_json(tmp_path: Path) -> None:
    report = full_report(tmp_path)
    path = tmp_path / "report.json"
    path.write_text(json_text(report), "utf-8")
    assert read_report(path) == report


def test_infinite_ratio_is_null_in_json_and_infinite_again_when_read(tmp_path: Path) -> None:
    event = itd_event(vaf=0.999, vaf_low=0.99, vaf_high=1.0, ar=math.inf, ar_high=math.inf)
    itd = dataclasses.replace(
        itd_result(event), total_ar=math.inf, total_ar_interval=ConfidenceInterval(45.0, math.inf)
    )
    path = write_flt3(tmp_path / "flt3.json", flt3_result(itd=itd))
    assert "Infinity" not in path.read_text("utf-8")
    assert read_flt3(path).itd == itd
    report = report_of(tmp_path, flt3=flt3_result(itd=itd))
    assert "no wild type seen (95% interval 45.00 or more)" in report.headlines.itd.text
    assert "45.00 or more" in text_of(page(report))
    assert "inf)" not in page(report)


def test_unknown_total_ratio_stays_unknown(tmp_path: Path) -> None:
    path = write_flt3(tmp_path / "flt3.json", flt3_result())
    assert read_flt3(path).itd.total_ar is None


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
    assert panel.startswith(f"Nothing can be said: {told or 'none of 2 target exons is covered'}.")
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
    assert report.panel.limit_of_detection == panel_limit(100, PARAMETERS)
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


def test_panel_variants_stand_by_tier_with_their_remarks(tmp_path: Path) -> None:
    rare = panel_variant(gene="KIT", vaf=0.05, tier="1", known="pathogenic", rescued="low_vaf")
    common = panel_variant(gene="TET2", vaf=0.5, tier="4", origin="germline-like")
    report = report_of(tmp_path, variants=(common, panel_variant(gene="WT1"), rare))
    assert [variant.gene for variant in report.panel.variants] == ["KIT", "TET2", "WT1"]
    text = text_of(page(report))
    assert "passes because it is known, despite low VAF" in text
    assert "germline-like" in text


def test_an_older_name_stands_as_it_is_written(tmp_path: Path) -> None:
    older = "p.(Asp579_Glu580insGly)"
    report = report_of(tmp_path, variants=(panel_variant(tier="1", legacy=older),))
    assert f"older name: {older}" in html.unescape(text_of(page(report)))


def test_each_parameter_of_flt3_has_a_row_in_words(tmp_path: Path) -> None:
    report = full_report(tmp_path)
    wide = report.flt3.provenance.parameters | {"itd": {"minimum_depth": 30}, "alone": 7}
    made = dataclasses.replace(report.flt3.provenance, parameters=wide)
    report = dataclasses.replace(report, flt3=dataclasses.replace(report.flt3, provenance=made))
    shown = page(report)
    assert '<tr><th scope="row">FLT3 ITD: minimum depth</th><td>30</td></tr>' in shown
    assert '<tr><th scope="row">FLT3 alone</th><td>7</td></tr>' in shown
    assert "{&#39;" not in shown


def test_residue_class_and_probability_of_a_kinase_domain_mutation_are_shown(
    tmp_path: Path,
) -> None:
    event = tkd_event(residue_class="described <here>", p_value=1e-9)
    html = page(report_of(tmp_path, flt3=flt3_result(tkd=tkd_result(event))))
    assert "published of this residue: described &lt;here&gt;" in html
    assert "from errors alone: p below 0.0001" in html


def test_remark_of_an_event_is_shown(tmp_path: Path) -> None:
    event = itd_event(remark="allelic ratio biased: primer site duplicated")
    assert event.remark in page(report_of(tmp_path, flt3=flt3_result(itd=itd_result(event))))


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    hostile = '<img src=x onerror="alert(1)">&\'{{ 7 * 7 }}'
    cells = SampleCells(hostile, hostile, hostile, None, hostile, hostile, Assay.CAPTURE)
    event = itd_event(hgvs_p=hostile, hgvs_c=hostile, hgvs_g=hostile, domain=hostile, chrom=hostile)
    event = dataclasses.replace(event, remark=hostile, filter=hostile)
    flt3 = flt3_result(
        itd=itd_result(event), tkd=tkd_result(tkd_event(hgvs_p=hostile)), warnings=(hostile,)
    )
    answered = (hotspot(hostile, status=Status.DETECTED, variants=hostile, filtered=hostile),)
    report = report_of(
        tmp_path,
        cells=cells,
        flt3=dataclasses.replace(flt3, sample=hostile),
        variants=(panel_variant(gene=hostile, filter=hostile, consequence=hostile),),
        exons=(exon_coverage(hostile, hostile),),
        hotspots=(hotspot(hostile, reason=hostile, legacy=hostile), *answered),
        warnings=(hostile,),
    )
    html = page(report)
    assert "<img" not in html
    assert "&lt;img src=x onerror=" in html
    assert "{{ 7 * 7 }}" in html
    assert 'onerror="' not in html


def test_page_needs_no_network_and_stays_small(tmp_path: Path) -> None:
    html = page(full_report(tmp_path))
    assert not re.search(r"https?://|//[a-z]|url\((?!#)|@import|<link|<iframe|src=", html)
    assert "default-src 'none'" in html
    (script,) = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    checksum = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{checksum}'" in html
    exons = tuple(exon_coverage(f"GENE{n // 15}", str(n % 15)) for n in range(54 * 15))
    assert len(page(report_of(tmp_path, exons=exons)).encode()) < 2_000_000


def test_first_screen_comes_before_everything_else(tmp_path: Path) -> None:
    text = text_of(page(full_report(tmp_path)))
    order = ["Patient", "FLT3-ITD", "FLT3-TKD", "Panel", "Quality", "Research use only", "domains"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_every_number_has_formula_and_version(tmp_path: Path) -> None:
    report = full_report(tmp_path)
    explained = " ".join(formula.applies_to for formula in report.formulas)
    for name in ("vaf", "ar", "limit_of_detection", "fragments", "coverage.mean", "panel.variants"):
        assert name in explained
    assert {f"metrics.{metric.key}" for metric in report.metrics} <= set(explained.split())
    made_by = {formula.made_by for formula in report.formulas}
    assert "samtools 1.16.1" in made_by
    assert "fastp 0.23.2" in made_by
    assert all(re.search(r"\d", maker) for maker in made_by)


def test_sequencing_numbers_are_read_and_divided(tmp_path: Path) -> None:
    by_key = {metric.key: metric.value for metric in report_of(tmp_path).metrics}
    assert by_key["reads_mapped_fraction"] == pytest.approx(0.995)
    assert by_key["reads_duplicate_fraction"] == pytest.approx(0.02)
    assert by_key["fastp_adapter_reads"] == 800


def test_lanes_are_summed_and_a_bam_sample_has_no_trimming(tmp_path: Path) -> None:
    files = report_files(tmp_path)
    two = gather(CELLS, dataclasses.replace(files, fastp=files.fastp * 2), PARAMETERS)
    assert {m.key: m.value for m in two.metrics}["fastp_reads_in"] == 20_200
    none = gather(CELLS, dataclasses.replace(files, fastp=()), PARAMETERS)
    assert not [metric for metric in none.metrics if metric.key.startswith("fastp")]


def test_what_is_not_resolved_is_a_warning(tmp_path: Path) -> None:
    bases = "ACGT" * 20
    rows = [
        Unresolved("S1", gene, "chr19", 33_301_100, side, 40, 400, 0.1, bases)
        for gene, side in (("CEBPA", "right"), ("", "left"))
    ]
    table = tmp_path / "unresolved.tsv"
    write_table(table, Unresolved, rows)
    files = dataclasses.replace(report_files(tmp_path), unresolved=table)
    found = [w.text for w in gather(CELLS, files, PARAMETERS).warnings if w.source == "panel"]
    assert [text.split(":")[0] for text in found] == ["CEBPA, chr19", "between genes, chr19"]
    assert "33301100: 40 of 400 fragments (10.0%) leave the reference to the right" in found[0]
    assert found[0].endswith("begin with " + bases[:60])
    assert found[1].endswith("end with " + bases[-60:])
    misled = Verdict(Question.LONG_EVENTS, Fit.UNFIT, ("reads of RNA",), misleads=True)
    others = [Verdict(one, Fit.FIT) for one in Question if one is not Question.LONG_EVENTS]
    reads = ReadFitness(UNMEASURED, (*others, misled))
    of_rna = report_files(tmp_path, flt3=dataclasses.replace(flt3_result(), reads=reads))
    files = dataclasses.replace(of_rna, unresolved=table)
    assert not [w for w in gather(CELLS, files, PARAMETERS).warnings if w.source == "panel"]


@pytest.mark.parametrize(("left", "told"), [(5050, False), (5049, True)])
def test_trimming_that_leaves_few_reads_is_a_warning(tmp_path: Path, left: int, told: bool) -> None:
    """Just at half of the reads and just below it."""
    files = report_files(tmp_path)
    report = json.loads(files.fastp[0].read_text("utf-8"))
    report["summary"]["after_filtering"]["total_reads"] = left
    files.fastp[0].write_text(json.dumps(report), "utf-8")
    texts = [w.text for w in gather(CELLS, files, PARAMETERS).warnings if w.source == "trimming"]
    assert [f"trimming left {left} of 10100 reads" in text for text in texts] == [True] * told


@pytest.mark.parametrize(("assay", "told"), [("capture", True), ("amplicon", False)])
def test_single_reads_of_a_capture_are_a_warning(tmp_path: Path, assay: Assay, told: bool) -> None:
    files = report_files(tmp_path)
    cells = dataclasses.replace(CELLS, assay=assay)
    report = json.loads(files.fastp[0].read_text("utf-8"))
    for _ in range(2):
        warnings = gather(cells, files, PARAMETERS).warnings
        texts = [warning.text for warning in warnings if warning.source == "trimming"]
        single = "read2_before_filtering" not in report
        assert len(texts) == (single and told)
        assert all("the reads are single" in text for text in texts)
        report.pop("read2_before_filtering", None)
        files.fastp[0].write_text(json.dumps(report), "utf-8")


def test_mean_coverage_weighs_exons_by_length(tmp_path: Path) -> None:
    exons = (
        exon_coverage("A", "1", 100, length_bp=100),
        exon_coverage("A", "2", 400, length_bp=300),
    )
    assert report_of(tmp_path, exons=exons).coverage.mean == pytest.approx(325.0)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("flt3", '{"schema_version": 1', "cannot be read as JSON"),
        ("flt3", '{"schema_version": 7}', "found schema_version 7, expected 1"),
        ("flt3", '{"schema_version": 1, "sample": "S1"}', "is not of this version"),
        ("stats", "SN\traw total sequences:\t10\n", "is not complete output of samtools stats"),
        ("panel", "", "row 1"),
        ("preflight", "{}", "'reference' is missing"),
    ],
)
def test_damaged_file_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, content: str, message: str
) -> None:
    files = report_files(tmp_path)
    path: Path = getattr(files, file)
    path.write_text(content, "utf-8")
    output = tmp_path / "out"
    names = [output / f"report.{kind}" for kind in ("json", "html", "xlsx")]
    with pytest.raises(UserError, match=re.escape(message)) as error:
        write_report(gather(CELLS, files, PARAMETERS), *names)
    assert str(path) in str(error.value)
    assert not output.exists()


def test_page_and_workbook_show_what_the_document_holds(tmp_path: Path) -> None:
    names = [tmp_path / "out" / f"report.{kind}" for kind in ("json", "html", "xlsx")]
    report = write_report(gather(CELLS, report_files(tmp_path), PARAMETERS), *names)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in names
    )
    assert read_report(names[0]) == report
    assert html.escape(report.headlines.itd.text) in names[1].read_text("utf-8")


def test_result_of_another_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="found sample 'S1', expected 'S2'"):
        report_of(tmp_path, cells=dataclasses.replace(CELLS, sample="S2"))


@pytest.mark.parametrize(
    ("measured", "passing", "status"),
    [
        ({"without_bases": 9}, False, "not_assessable"),
        ({"without_bases": 9}, True, "detected"),
        ({"short_gaps": 0.01}, True, "not_assessable"),
        ({"hard_clipped": 9}, False, "not_detected"),
    ],
)
def test_reads_that_are_unfit_for_the_panel_say_nothing_of_it(
    tmp_path: Path, measured: dict[str, Any], passing: bool, status: str
) -> None:
    good = flt3_result()
    reads = judge_reads(dataclasses.replace(good.reads.measured, **measured), Assay.CAPTURE)
    variants = (panel_variant(),) if passing else ()
    report = report_of(tmp_path, flt3=dataclasses.replace(good, reads=reads), variants=variants)
    assert report.panel.status == status
    if status == "not_assessable":
        assert report.panel.limit_of_detection is None
        assert reads.verdict(Question.PANEL).reasons[0] in report.headlines.panel.text
    told = [warning.text for warning in report.warnings if warning.source == "reads"]
    assert told


def test_copies_that_the_panel_counts_are_a_warning(tmp_path: Path) -> None:
    """FLT3 counts them once; other remarks are not told twice."""
    copied = dataclasses.replace(GOOD, copies=0.3, duplicates=0.0, without_qualities=1.0)
    genes = dict.fromkeys(("NPM1", "FLT3", "IDH1"), copied)
    flt3 = judge_targets(TargetReads(genes), Assay.CAPTURE).beside_flt3(flt3_result())
    warnings = report_of(tmp_path, flt3=flt3).warnings
    [told] = [warning.text for warning in warnings if warning.source == "reads"]
    assert told.startswith("30% of the fragments are copies")
    assert "intervals and limits of detection are too small; mark duplicates" in told


def test_genes_that_are_unfit_alone_are_named(tmp_path: Path) -> None:
    measured = {"TP53": dataclasses.replace(GOOD, hard_clipped=9)}
    measured |= dict.fromkeys(("NPM1", "FLT3", "IDH1"), GOOD)
    flt3 = judge_targets(TargetReads(measured), Assay.CAPTURE).beside_flt3(flt3_result())
    report = report_of(tmp_path, flt3=flt3)
    assert report.headlines.panel.text.endswith(
        " Insertions and deletions of 20 bases or more not assessable in TP53."
    )
    told = [warning.text for warning in report.warnings if warning.source == "reads"]
    assert [text[:33] for text in told] == ["long events of TP53: reads unfit: "[:33]]
    row = summary_row(report)
    assert (row.panel_reason, row.kmt2a_ptd_reason) == ("", report.panel.kmt2a_ptd.reason)
    assert row.long_events_reason.startswith("TP53: reads unfit: 9 reads are hard clipped")


@pytest.mark.parametrize(
    ("mapped", "may_be_unaligned", "told"),
    [(0, True, False), (0, False, True), (1, True, True)],
)
def test_reads_that_were_not_aligned_have_no_numbers_of_an_alignment(
    tmp_path: Path, mapped: int, may_be_unaligned: bool, told: bool
) -> None:
    path = tmp_path / "stats.txt"
    path.write_text(STATS.replace("mapped:\t19900", f"mapped:\t{mapped}"), "utf-8")
    metrics = read_samtools_stats(path, may_be_unaligned=may_be_unaligned)
    keys = {one.key for one in metrics}
    assert {"reads", "read_length", "base_quality"} <= keys
    assert ({"reads_mapped", "reads_duplicate", "insert_size", "error_rate"} <= keys) is told
    assert (len(keys) == 3) is not told
    assert next(one.name for one in metrics if one.key == "reads") == (
        "Reads in the alignment" if told else "Reads"
    )


@pytest.mark.parametrize(("mismatches", "told"), [("0.000000e+00", False), ("1e-06", True)])
def test_no_mismatch_at_all_is_that_of_reads_without_nm(
    tmp_path: Path, mismatches: str, told: bool
) -> None:
    path = tmp_path / "stats.txt"
    path.write_text(re.sub(r"(error rate:\t)\S+", rf"\g<1>{mismatches}", STATS), "utf-8")
    assert ("error_rate" in {one.key for one in read_samtools_stats(path)}) is told


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


def test_links_lead_from_a_sample_to_its_patient_and_files(tmp_path: Path) -> None:
    text = page(full_report(tmp_path))
    assert '<a href="../cohort/report.html">Cohort</a>' in text
    assert all(f'<a href="{name}">{name}</a>' in text for name in FILES)
    assert '<a class="skip" href="#main">' in text
